"""The gold set: pairs two experts judged alike, asked as hidden checks."""

from pathlib import Path

from pandera.typing import DataFrame

from valuenet.annotation.csv_lines import CsvLine, read_csv_lines
from valuenet.warehouse.crowd_tables import Gold
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import scenario_id

GOLD_COLUMNS = ("value", "scenario", "expert_1", "expert_2")


class GoldError(InputError):
    """A gold file cannot serve: experts who disagree, an item that stands twice, no item at all."""


def read_gold(path: Path) -> DataFrame[Gold]:
    """Return the gold items of a CSV file with columns value, scenario, expert_1, expert_2, sorted by their key.

    Raises:
        GoldError: if the experts differ on an item, an item stands twice or there is none; with line and scenario.
        CsvFileError: for a wrong column, an unknown value or answer, or a blank scenario; with the line.
    Source: Qiu et al. 2022, "Value-Aspect Attitude Annotation" (agreed samples of two experts).
    """
    rows: dict[tuple[str, str], dict[str, str]] = {}
    places: dict[tuple[str, str], str] = {}
    for line in read_csv_lines(path, GOLD_COLUMNS):
        row = _item(line)
        pair = (row["scenario_id"], row["value"])
        if pair in rows:
            raise GoldError(
                f"{line.place}: {row['text']!r} stands under {row['value']} already at {places[pair]}; keep one"
            )
        rows[pair], places[pair] = row, line.place
    if not rows:
        raise GoldError(f"{path}: no gold item; add lines with {','.join(GOLD_COLUMNS)}")
    return Gold.frame([rows[pair] for pair in sorted(rows)])


def _item(line: CsvLine) -> dict[str, str]:
    value, text = line.value(), line.scenario()
    first, second = line.one_of("expert_1"), line.one_of("expert_2")
    if first != second:
        raise GoldError(
            f"{line.place}: the experts do not agree on {text!r} under {value} (expert_1 says {first}, expert_2 says"
            f" {second}); let them settle it and write the settled answer in both columns, or delete the line"
        )
    return {"scenario_id": scenario_id(text), "value": value, "text": text, "label": first}
