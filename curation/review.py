"""The file in which a person says yes or no to proposed keywords, written and taken back."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.csv_rows import CsvRowsError, read_rows
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import fold_space
from valuenet.warehouse.tables import KeywordDecisions, KeywordProposals
from valuenet.warehouse.vocabulary import RELATIONS, TIERS, UnknownValueError, parse_value

PROVENANCE = ("value", "keyword", "tier", "relation", "seed", "score", "rank")
REVIEW_COLUMNS = (*PROVENANCE, "adds", "example_1", "example_2", "example_3", "accept")
ANSWERS = {"yes": True, "no": False}


class ReviewError(InputError):
    """A review file cannot be written or taken back."""


class WordHits(NamedTuple):
    """How many scenarios a word would add to those a value has already, and some of them."""

    adds: int
    examples: Sequence[str]


#: Called with a value and the words proposed for it; a word that hits nothing may be missing in the answer.
CountHits = Callable[[str, Sequence[str]], Mapping[str, WordHits]]


class Review(NamedTuple):
    """What a person decided, and how many words they left open."""

    decisions: DataFrame[KeywordDecisions]
    undecided: int


def write_review(proposals: DataFrame[KeywordProposals], path: Path, *, count_hits: CountHits) -> int:
    """Write one row a proposed word, those that add most first within their value; return how many.

    Raises:
        ReviewError: if nothing is proposed, or the file is there already (somebody may have answered in it).
    """
    if proposals.empty:
        raise ReviewError("expansion proposes no word that is not decided on yet; widen the settings of expansion")
    if path.exists():
        raise ReviewError(f"{path} is there already; take it back with `valuenet keywords accept {path}`, or move it")
    rows = [row for _, group in proposals.groupby("value", sort=True) for row in _rows_of(group, count_hits)]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    with unfinished.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, REVIEW_COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    unfinished.replace(path)
    return len(rows)


def read_review(path: Path, *, decided_by: str, decided_at: datetime) -> Review:
    """Return the decisions in a review file; a row with an empty ``accept`` stays undecided.

    Args:
        path: the file ``write_review`` wrote, with yes or no in ``accept``.
        decided_by: pseudonym of who decided.
        decided_at: when, with a time zone.

    Raises:
        ReviewError: naming line and value, for columns that changed, a name that is no value, an answer other than
            yes or no, a word that stands twice, a provenance that is none.
    """
    if not decided_by.strip() or decided_at.tzinfo is None:
        raise ReviewError("a decision needs a pseudonym of who decided and a time with its zone")
    rows = list(_read_rows(path))
    words = [_provenance(path, line, row) for line, row in rows]
    _refuse_repeated(path, [line for line, _ in rows], words)
    answers = [_answer(path, line, row["accept"]) for line, row in rows]
    known = {"decided_by": decided_by.strip(), "decided_at": pd.Timestamp(decided_at.astimezone(UTC))}
    decided = [
        word | known | {"accepted": answer} for word, answer in zip(words, answers, strict=True) if answer is not None
    ]
    return Review(KeywordDecisions.frame(decided), undecided=answers.count(None))


def _rows_of(group: pd.DataFrame, count_hits: CountHits) -> list[dict[str, object]]:
    hits = count_hits(str(group["value"].iloc[0]), group["keyword"].tolist())
    rows = []
    for row in group.astype("object").where(group.notna(), None).to_dict("records"):
        word_hits = hits.get(str(row["keyword"]), WordHits(0, ()))
        examples = {f"example_{n}": _as_text(text) for n, text in enumerate(word_hits.examples[:3], start=1)}
        fields = {"rank": "" if row["rank"] is None else int(row["rank"]), "adds": word_hits.adds}
        rows.append({str(name): entry for name, entry in row.items()} | fields | examples)
    return sorted(rows, key=lambda row: (-int(str(row["adds"])), str(row["keyword"])))


def _as_text(example: str) -> str:
    """Return ``example`` so that no spreadsheet takes it for a formula."""
    return f"'{example}" if example.startswith(("=", "+", "-", "@")) else example


def _read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        yield from read_rows(path, REVIEW_COLUMNS, name=str(path), others=False)
    except CsvRowsError as error:
        raise ReviewError(str(error)) from None


def _answer(path: Path, line: int, text: str) -> bool | None:
    answer = text.strip().lower()
    if answer and answer not in ANSWERS:
        raise ReviewError(f"{path}, line {line}: accept is {text!r}; write yes or no, or leave it empty")
    return ANSWERS.get(answer)


def _provenance(path: Path, line: int, row: Mapping[str, str]) -> dict[str, object]:
    keyword = fold_space(row["keyword"]).lower()
    if not keyword:
        raise ReviewError(f"{path}, line {line}: the keyword is empty; restore it or remove the line")
    for name, allowed in (("tier", TIERS), ("relation", RELATIONS)):
        if row[name] not in allowed:
            raise ReviewError(f"{path}, line {line}: {name} is {row[name]!r}, one of {', '.join(allowed)} is wanted")
    return {
        "value": _value(path, line, row["value"]),
        "keyword": keyword,
        "tier": row["tier"],
        "relation": row["relation"],
        "seed": row["seed"].strip() or None,
        "score": _number(path, line, "score", row["score"]),
        "rank": _number(path, line, "rank", row["rank"]),
    }


def _value(path: Path, line: int, text: str) -> str:
    try:
        return parse_value(text)
    except UnknownValueError as error:
        raise ReviewError(f"{path}, line {line}: {error}") from None


def _number(path: Path, line: int, name: str, text: str) -> float | None:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        raise ReviewError(f"{path}, line {line}: {name} is {text!r}, a number is wanted") from None


def _refuse_repeated(path: Path, lines: Sequence[int], words: Sequence[Mapping[str, object]]) -> None:
    first: dict[tuple[object, object], int] = {}
    for line, word in zip(lines, words, strict=True):
        value, keyword = pair = word["value"], word["keyword"]
        if pair in first:
            raise ReviewError(
                f"{path}, lines {first[pair]} and {line}: {keyword!r} stands twice under {value}; keep one"
            )
        first[pair] = line
