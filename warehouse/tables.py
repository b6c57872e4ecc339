"""The contract of every working table: columns, types, keys. Checked on every read and write.

A table has a kind: *raw* (what people answered; only grows), *derived* (made by a step, replaced as a whole) or
*rejects* (what a step did not take over, with the reason).
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors
from pandera.typing import DataFrame, Series

from valuenet.warehouse import columns as c
from valuenet.warehouse.errors import InputError

Time = Annotated[pd.DatetimeTZDtype, "us", "UTC"]


class ContractError(InputError):
    """Rows do not keep the contract of their table."""


class Table(pa.DataFrameModel):
    """A pandas frame with exactly these columns, these types and a unique key."""

    class Config:
        """No column more or less, none converted: a wrong type is an error."""

        strict = True
        ordered = True

    @classmethod
    def table_name(cls) -> str:
        """Return the name the table has in the warehouse and in SQL."""
        return str(cls.to_schema().name)

    @classmethod
    def kind(cls) -> str:
        """Return ``raw``, ``derived`` or ``rejects``."""
        return str((getattr(cls.Config, "metadata", None) or {}).get("kind", "derived"))

    @classmethod
    def partition(cls) -> str | None:
        """Return the column the table is written in parts by; None where it is written whole."""
        named = (getattr(cls.Config, "metadata", None) or {}).get("partition")
        return None if named is None else str(named)

    @classmethod
    def key(cls) -> list[str]:
        """Return the columns whose values are unique together; tables are stored in this order."""
        return list(cls.to_schema().unique or [])

    @classmethod
    def columns(cls) -> list[str]:
        """Return the column names in their order."""
        return list(cls.to_schema().columns)

    @classmethod
    def frame(cls, rows: Any = None) -> DataFrame[Self]:
        """Return ``rows`` (anything ``pandas.DataFrame`` takes) as a checked frame: columns ordered and typed.

        Raises:
            ContractError: naming the table, the column, the failing check and the first values.
        """
        raw = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows)
        missing = [name for name in cls.columns() if name not in raw.columns]
        if missing and len(raw):
            raise ContractError(f"table {cls.table_name()!r} lacks column(s) {', '.join(missing)}")
        typed = {n: _typed(cls, n, raw.get(n, []), col.dtype) for n, col in cls.to_schema().columns.items()}
        return cls.check(pd.DataFrame(typed, columns=cls.columns()).reset_index(drop=True))

    @classmethod
    def check(cls, frame: pd.DataFrame) -> DataFrame[Self]:
        """Return ``frame`` unchanged where it keeps the contract.

        Raises:
            ContractError: as for ``frame``.
        """
        try:
            return cls.validate(frame, lazy=True)
        except SchemaErrors as error:
            raise ContractError(_explain(cls.table_name(), error)) from None


def _typed(table: type[Table], name: str, values: Any, dtype: Any) -> Any:
    series: Any = pd.Series(values, dtype="object" if len(values) == 0 else None).reset_index(drop=True)
    if str(dtype).startswith("string"):
        return series.astype("str")
    if str(dtype) == "int64" and (series.isna().any() or (pd.to_numeric(series) % 1 != 0).any()):
        examples = series.tolist()[:3]
        raise ContractError(f"table {table.table_name()!r}, column {name!r}: whole numbers wanted, found {examples}")
    if str(dtype).startswith("datetime64") and series.isna().all():
        return pd.Series(
            pd.NaT, index=series.index, dtype=str(dtype)
        )  # pandas takes a column of nothing for local time
    return series.astype(str(dtype))


def _explain(name: str, error: SchemaErrors) -> str:
    cases = error.failure_cases
    first = cases.iloc[0]
    values = ", ".join(repr(v) for v in cases.loc[cases["check"] == first["check"], "failure_case"].head(3))
    return f"table {name!r}, column {first['column']!r}: {first['check']} does not hold for {values}"


class Scenarios(Table):
    """Distinct situations of a corpus (one row per text)."""

    scenario_id: Series[str] = c.SCENARIO_ID
    text: Series[str] = c.TEXT
    corpus: Series[str] = c.CORPUS
    area: Series[str] = c.AREA

    class Config(Table.Config):
        name = "scenarios"
        unique: ClassVar = ["scenario_id"]


class RulesOfThumb(Table):
    """What people said about a situation: rule of thumb and action (one row per line of the corpus)."""

    source_line: Series[int] = c.SOURCE_LINE
    scenario_id: Series[str] = c.SCENARIO_ID
    rule_id: Series[str] = c.RULE_ID
    rule_of_thumb: Series[str] = c.RULE_OF_THUMB
    action: Series[str] = c.ACTION

    class Config(Table.Config):
        name = "rules_of_thumb"
        unique: ClassVar = ["source_line"]


class ScenariosRejected(Table):
    """Lines of a corpus that were not taken over, with the reason."""

    source_file: Series[str] = c.SOURCE_FILE
    source_line: Series[int] = c.SOURCE_LINE
    reason: Series[str] = c.REJECT_REASON
    detail: Series[str] = c.DETAIL

    class Config(Table.Config):
        name = "scenarios_rejected"
        unique: ClassVar = ["source_file", "source_line"]
        metadata: ClassVar = {"kind": "rejects"}


class FoundKeywords(Table):
    """What every table of keywords has: the word, its value, and where it comes from."""

    value: Series[str] = c.VALUE
    keyword: Series[str] = c.KEYWORD
    tier: Series[str] = c.TIER
    relation: Series[str] = c.RELATION
    seed: Series[str] = c.SEED
    score: Series[float] = c.SCORE
    rank: Series[float] = c.RANK


class KeywordDecisions(FoundKeywords):
    """What people said of proposed keywords; the newest word on a keyword counts."""

    accepted: Series[bool] = c.ACCEPTED
    decided_by: Series[str] = c.DECIDED_BY
    decided_at: Series[Time] = c.DECIDED_AT

    class Config(Table.Config):
        name = "keyword_decisions"
        unique: ClassVar = ["value", "keyword", "decided_by", "decided_at"]
        metadata: ClassVar = {"kind": "raw"}


class KeywordProposals(FoundKeywords):
    """Words that expansion brought and nobody has decided on yet (one row per value and keyword)."""

    class Config(Table.Config):
        name = "keyword_proposals"
        unique: ClassVar = ["value", "keyword"]


class Keywords(FoundKeywords):
    """Keywords a person has said yes to (one row per value and keyword)."""

    class Config(Table.Config):
        name = "keywords"
        unique: ClassVar = ["value", "keyword"]


class Candidates(Table):
    """Scenarios that stand under a value (one row per pair), with the keyword that speaks most clearly."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    keyword: Series[str] = c.KEYWORD
    tier: Series[str] = c.TIER
    field: Series[str] = c.FIELD
    form: Series[str] = c.FORM
    keywords_hit: Series[int] = c.KEYWORDS_HIT

    class Config(Table.Config):
        name = "candidates"
        unique: ClassVar = ["scenario_id", "value"]


class CandidateHits(Table):
    """Every keyword met for a candidate (one row per pair, keyword and field)."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    keyword: Series[str] = c.KEYWORD
    tier: Series[str] = c.TIER
    field: Series[str] = c.FIELD
    form: Series[str] = c.FORM
    matched: Series[str] = c.MATCHED

    class Config(Table.Config):
        name = "candidate_hits"
        unique: ClassVar = ["scenario_id", "value", "keyword", "field"]


class KeywordReport(Table):
    """What each keyword finds (one row per value and keyword)."""

    value: Series[str] = c.VALUE
    keyword: Series[str] = c.KEYWORD
    tier: Series[str] = c.TIER
    hits: Series[int] = c.HITS
    share: Series[float] = c.SHARE
    only_here: Series[int] = c.ONLY_HERE
    examples: Series[str] = c.EXAMPLES

    class Config(Table.Config):
        name = "keyword_report"
        unique: ClassVar = ["value", "keyword"]


class ValueOverlap(Table):
    """Scenarios that stand under two values (one row per ordered pair of values)."""

    value: Series[str] = c.VALUE
    other_value: Series[str] = c.OTHER_VALUE
    hits: Series[int] = c.HITS
    jaccard: Series[float] = c.JACCARD

    class Config(Table.Config):
        name = "value_overlap"
        unique: ClassVar = ["value", "other_value"]
