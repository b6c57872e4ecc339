"""Tables and figures of a release as JSON: one way to write them, so that they can be compared."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.crowd_tables import Agreement
from valuenet.warehouse.release.leakage import describe_leakage
from valuenet.warehouse.release_tables import Leakage


def to_json(value: Any) -> bytes:
    """Return ``value`` as JSON a person can read."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of ``frame`` for JSON; what is missing is null."""
    plain = frame.astype(object)
    rows = plain.where(plain.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def agreement_rows(agreement: DataFrame[Agreement]) -> list[dict[str, Any]]:
    """Return the agreement table for JSON, in the order of its key."""
    return records(agreement.sort_values(Agreement.key()))


def leakage_summary(leakage: DataFrame[Leakage]) -> dict[str, Any]:
    """Return the leakage report: its rows, and the sentences the card prints."""
    return {"rows": records(leakage.sort_values(Leakage.key())), "sentences": leakage_sentences(leakage)}


def leakage_sentences(leakage: DataFrame[Leakage]) -> list[str]:
    """Return one sentence per variant and pair of splits that have rows."""
    return describe_leakage(Leakage.frame(leakage[leakage["rows"] > 0]))
