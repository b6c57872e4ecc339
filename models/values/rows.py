"""Labelled rows as a value model takes them: value, scenario, utility. Anything else is refused with its place."""

from __future__ import annotations

import pandas as pd

from valuenet.models.values.targets import VOTES
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import VALUES, parse_value

COLUMNS = ("value", "scenario", "utility")
_ORDER = ["scenario", "value", "utility"]


class TrainingRowsError(InputError):
    """Labelled rows are missing, or hold something that cannot be learned from."""


def check_rows(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the three columns of ``rows``, sorted by text and value so that their order decides nothing.

    Where ``rows`` has the votes behind the labels (``valuenet.models.values.targets.VOTES``), they stay beside them.

    Raises:
        TrainingRowsError: naming the part, the column and the first offending row (counted from 1).
        UnknownValueError: if a value is not one of the ten.
    """
    missing = [column for column in COLUMNS if column not in rows.columns]
    if missing:
        raise TrainingRowsError(
            f"the {name} rows lack column(s) {', '.join(missing)}; they need value, scenario, utility"
        )
    if rows.empty:
        raise TrainingRowsError(f"there are no {name} rows; give at least one")
    _refuse(rows, name, "utility", ~rows["utility"].isin((-1, 0, 1)), "one of -1, 0, 1")
    _refuse(rows, name, "scenario", rows["scenario"].fillna("").str.strip() == "", "a text with words")
    for value in sorted(set(rows["value"].astype(str)) - set(VALUES)):
        parse_value(value)
        raise TrainingRowsError(f"the {name} rows name a value {value!r}; write it as one of {', '.join(VALUES)}")
    votes = {name: "int64" for name in VOTES if name in rows.columns}
    types = {"value": "str", "scenario": "str", "utility": "int64", **votes}
    return rows.loc[:, list(types)].astype(types).sort_values([*_ORDER, *votes], kind="stable").reset_index(drop=True)


def _refuse(rows: pd.DataFrame, name: str, column: str, wrong: pd.Series[bool], wanted: str) -> None:
    places = wrong.to_numpy().nonzero()[0]
    if len(places):
        example = rows[column].iloc[int(places[0])]
        raise TrainingRowsError(f"{name} row {int(places[0]) + 1}: {column} is {str(example)!r}, wanted {wanted}")
