"""Three variants of one data set that differ in their train rows alone: original, balanced, augmented."""

from typing import Literal, Self

import pandas as pd
from pandera.typing import DataFrame
from pydantic import NonNegativeInt, model_validator

from valuenet.warehouse.crowd_tables import Labels, LabelsDropped
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import draws
from valuenet.warehouse.release_tables import Examples
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.vocabulary import UTILITIES, parse_value

#: Train rows the published balanced variant leaves out (Qiu et al. 2022; counts of the released files).
PUBLISHED_VALUE, PUBLISHED_DROPS = "BENEVOLENCE", {"no": 2552, "unrelated": 824}


class VariantError(InputError):
    """The variants cannot be made from these rows with these settings."""


class VariantSettings(Settings):
    """Which train rows the balanced variant leaves out."""

    balance: Literal["second-largest", "keep", "published"] = "second-largest"
    """How many rows stay: as many as the second largest value has, the counts below, or what the paper left out."""
    value: str | None = None
    """The value that is thinned; none: the one with the most train rows (published: BENEVOLENCE)."""
    keep_no: NonNegativeInt | None = None
    """With ``keep``: negative train rows that stay; none: all."""
    keep_unrelated: NonNegativeInt | None = None
    """With ``keep``: neutral train rows that stay; none: all."""
    seed: int = 0
    """Another number keeps other rows."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        counts = (self.keep_no, self.keep_unrelated)
        if (self.balance == "keep") == (counts == (None, None)):
            raise ValueError('keep_no and keep_unrelated go with balance="keep", which needs at least one of them')
        if self.balance == "published" and self.value not in (None, PUBLISHED_VALUE):
            raise ValueError(f'balance="published" thins {PUBLISHED_VALUE}; leave value out, found {self.value!r}')
        if self.value is not None:
            parse_value(self.value)
        return self


def make_variants(
    labels: DataFrame[Labels],
    dropped: DataFrame[LabelsDropped],
    splits: pd.DataFrame,
    texts: pd.DataFrame,
    settings: VariantSettings,
) -> dict[str, DataFrame[Examples]]:
    """Return the examples of ``original``, ``balanced`` and ``augmented``; validation and test are the same in all.

    Balanced leaves out negative and neutral train rows of one value, by hash. Augmented adds the pairs without a
    majority to train as neutral, save where their text stands in validation or test.

    Args:
        labels: agreed pairs.
        dropped: pairs without a label; those with reason ``no-majority`` are the weaker agreement.
        splits: ``SplitAssignments``, or a frame of scenario_id, value, split where the split is upstream's own.
        texts: scenario_id and text of every pair; a text may stand in several rows.
        settings: how to balance.

    Raises:
        VariantError: if a pair has no text or no split, or there are fewer rows than the settings leave out.
    """
    agreed = labels[["scenario_id", "value", "label", "utility", "agreement_count"]]
    weak = dropped.loc[dropped["reason"] == "no-majority", ["scenario_id", "value"]]
    weak = weak.assign(label="unrelated", utility=UTILITIES["unrelated"], agreement_count=float("nan"))
    original = _place(agreed, splits, texts)
    joining = _place(weak, splits, texts)
    augmented = pd.concat([original, joining[joining["split"] == "train"]])
    made = {"original": original, "balanced": _balance(original, settings), "augmented": augmented}
    return {variant: Examples.frame(rows.sort_values(["scenario_id", "value"])) for variant, rows in made.items()}


def _place(pairs: pd.DataFrame, splits: pd.DataFrame, texts: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs as examples: with their text and their split."""
    on = [name for name in ("scenario_id", "value") if name in splits]
    scenario = texts[["scenario_id", "text"]].drop_duplicates().rename(columns={"text": "scenario"})
    placed = pairs.merge(scenario, on="scenario_id", how="left").merge(splits[[*on, "split"]], on=on, how="left")
    for column, what in (("scenario", "text"), ("split", "split")):
        missing = placed[placed[column].isna()]
        if len(missing):
            pair = f"({missing['scenario_id'].iloc[0]}, {missing['value'].iloc[0]})"
            raise VariantError(
                f"pair {pair} has no {what}; make the {what}s from all judged pairs, then run this again"
            )
    return placed.astype({"agreement_count": "Int64"})[Examples.columns()]


def _balance(original: pd.DataFrame, settings: VariantSettings) -> pd.DataFrame:
    train = original[original["split"] == "train"]
    value = _value_to_thin(train, settings)
    gone = [
        _beyond(train[(train["value"] == value) & (train["label"] == label)], keep, settings.seed)
        for label, keep in _counts_to_keep(train, value, settings).items()
    ]
    return original.drop(index=pd.Index([row for places in gone for row in places]))


def _value_to_thin(train: pd.DataFrame, settings: VariantSettings) -> str:
    if settings.balance == "published":
        return PUBLISHED_VALUE
    if settings.value is not None:
        return parse_value(settings.value)
    return next(iter(_by_size(train)), "")


def _counts_to_keep(train: pd.DataFrame, value: str, settings: VariantSettings) -> dict[str, int]:
    """Return the number of train rows of ``value`` that stay, for each label that is thinned."""
    has = train.loc[train["value"] == value, "label"].value_counts()
    if settings.balance == "keep":
        wanted = {"no": settings.keep_no, "unrelated": settings.keep_unrelated}
        return {label: count for label, count in wanted.items() if count is not None}
    if settings.balance == "published":
        return {label: _left(label, int(has.get(label, 0)), drop) for label, drop in PUBLISHED_DROPS.items()}
    others = [other for other in _by_size(train) if other != value]
    model = train.loc[train["value"] == next(iter(others), value), "label"].value_counts()
    return {label: int(model.get(label, 0)) for label in PUBLISHED_DROPS}


def _by_size(train: pd.DataFrame) -> list[str]:
    """Return the values by train rows, most first; equal ones by name."""
    counts = train["value"].value_counts()
    return sorted(counts.index, key=lambda value: (-counts[value], value))


def _left(label: str, has: int, drop: int) -> int:
    if has < drop:
        where = f"{has:,} train rows {label!r} of {PUBLISHED_VALUE}"
        raise VariantError(f'balance="published" leaves out {drop:,} of {where}; use "second-largest" or "keep"')
    return has - drop


def _beyond(rows: pd.DataFrame, keep: int, seed: int) -> list[int]:
    """Return the index of the rows that are left out: all but the ``keep`` with the smallest draws."""
    drawn = draws(rows["scenario_id"] + "|" + rows["value"], seed, "balanced")
    order = rows.assign(draw=drawn).sort_values(["draw", "scenario_id"]).index
    return order[keep:].tolist()
