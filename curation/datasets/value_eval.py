"""ValueEval'23 as a detector takes it: arguments joined with their twenty labels, or refused with the place."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from valuenet.warehouse.csv_rows import CsvRowsError, read_rows
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.learning_tables import ARGUMENT_COLUMNS, STANCES, Arguments
from valuenet.warehouse.vocabulary import CATEGORIES

#: Column of the files -> ours.
_TEXTS = {"Argument ID": "argument_id", "Conclusion": "conclusion", "Stance": "stance", "Premise": "premise"}


class ValueEvalError(InputError):
    """A folder does not hold a part of ValueEval'23 as it is published."""


def read_arguments(folder: Path, part: str) -> Arguments:
    """Return ``arguments-PART.tsv`` joined with ``labels-PART.tsv`` by argument id.

    ``rows`` has argument_id, conclusion, stance, premise and a column of 0 and 1 per category, in their order.

    Raises:
        ValueEvalError: naming file, line or id, and what was found there.
    """
    texts = _read(folder / f"arguments-{part}.tsv", tuple(_TEXTS))
    labels = _read(folder / f"labels-{part}.tsv", ("Argument ID", *CATEGORIES))
    _check_stances(texts, f"arguments-{part}.tsv")
    _check_labels(labels, f"labels-{part}.tsv")
    _check_ids(texts, labels, part)
    joined = texts.rename(columns=_TEXTS).merge(labels.rename(columns=_TEXTS), on="argument_id", validate="1:1")
    joined = joined.loc[:, list(ARGUMENT_COLUMNS)].astype(dict.fromkeys(CATEGORIES, "int8"))
    joined = joined.sort_values("argument_id").reset_index(drop=True)
    blank = joined["premise"].str.strip() == ""
    if blank.all():
        raise ValueEvalError(f"arguments-{part}.tsv holds no argument with a premise; give at least one")
    rejected = joined.loc[blank, ["argument_id"]].assign(reason="blank premise")
    return Arguments(joined.loc[~blank].reset_index(drop=True), rejected.reset_index(drop=True))


def _read(path: Path, wanted: tuple[str, ...]) -> pd.DataFrame:
    """Return the wanted columns of a file of tabs, in which quotes mean nothing, as text."""
    try:
        rows = [row for _, row in read_rows(path, wanted, delimiter="\t", quotes=False)]
    except CsvRowsError as error:
        raise ValueEvalError(f"{error} (a file of ValueEval'23 is wanted)") from None
    return pd.DataFrame(rows, columns=list(wanted), dtype="str")


def _check_stances(texts: pd.DataFrame, name: str) -> None:
    wrong = (~texts["Stance"].isin(STANCES)).to_numpy().nonzero()[0]
    if len(wrong):
        stance = texts["Stance"].iloc[int(wrong[0])]
        wanted = " or ".join(STANCES)
        raise ValueEvalError(
            f"{name!r} line {wrong[0] + 2}: stance is {stance!r}, wanted {wanted}; correct it, or fetch it again"
        )


def _check_labels(labels: pd.DataFrame, name: str) -> None:
    for category in CATEGORIES:
        wrong = (~labels[category].isin(("0", "1"))).to_numpy().nonzero()[0]
        if len(wrong):
            label = labels[category].iloc[int(wrong[0])]
            raise ValueEvalError(
                f"{name!r} line {wrong[0] + 2}: {category!r} is {label!r}, wanted 0 or 1; correct it, or fetch it again"
            )


def _check_ids(texts: pd.DataFrame, labels: pd.DataFrame, part: str) -> None:
    names = {"arguments": texts["Argument ID"], "labels": labels["Argument ID"]}
    for kind, ids in names.items():
        twice = ids[ids.duplicated()]
        if len(twice):
            raise ValueEvalError(f"'{kind}-{part}.tsv' names {twice.iloc[0]!r} twice; keep one of the lines")
    for here, there in (("arguments", "labels"), ("labels", "arguments")):
        alone = sorted(set(names[here]) - set(names[there]))
        if alone:
            raise ValueEvalError(
                f"{len(alone):,} of the ids in '{here}-{part}.tsv' are not in '{there}-{part}.tsv' "
                f"(the first is {alone[0]!r}); give the two files of one part"
            )
