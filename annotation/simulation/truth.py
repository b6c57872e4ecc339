"""Planted answers: what a simulated crowd knows of each pair, and how hard the pair is to judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from valuenet.annotation.csv_lines import read_csv_lines
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import draw, scenario_id

TRUTH_COLUMNS = ("value", "scenario", "label", "difficulty")
DIFFICULTIES = ("easy", "hard")


class TruthError(InputError):
    """A truth file contradicts itself, is empty, or does not know a pair that is asked."""


class PlantedAnswer(NamedTuple):
    """The right answer to one pair, and whether people find it hard."""

    label: str
    hard: bool


@dataclass(frozen=True)
class Truth:
    """Planted answers by (scenario_id, value)."""

    answers: Mapping[tuple[str, str], PlantedAnswer]

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The pairs that have an answer."""
        return frozenset(self.answers)

    def of(self, scenario: str, value: str) -> PlantedAnswer:
        """Return the answer planted for a pair.

        Raises:
            TruthError: if there is none.
        """
        planted = self.answers.get((scenario, value))
        if planted is None:
            raise TruthError(
                f"scenario {scenario} under {value} has no planted answer, so the simulated crowd cannot judge it; "
                "add it to the truth file, or judge only pairs that are there"
            )
        return planted


def read_truth(path: Path) -> Truth:
    """Return the answers of a CSV file with columns value, scenario, label, difficulty (easy or hard).

    Raises:
        TruthError: if a pair has two different answers, or the file has none; with the line.
        CsvFileError: for a wrong column, an unknown value, label or difficulty, or a blank scenario; with the line.
    """
    answers: dict[tuple[str, str], PlantedAnswer] = {}
    for line in read_csv_lines(path, TRUTH_COLUMNS):
        pair = (scenario_id(line.scenario()), line.value())
        planted = PlantedAnswer(line.one_of("label"), line.one_of("difficulty", DIFFICULTIES) == "hard")
        if answers.setdefault(pair, planted) != planted:
            raise TruthError(f"{line.place}: {line.scenario()!r} has another answer under {pair[1]} above; keep one")
    if not answers:
        raise TruthError(f"{path}: no planted answer; add lines with {','.join(TRUTH_COLUMNS)}")
    return Truth(answers)


def plant_truth(labelled: pd.DataFrame, *, hard_share: float = 0.15, seed: int = 0) -> Truth:
    """Return the labels of ``labelled`` (columns scenario_id, value, label) as planted answers.

    About ``hard_share`` (0 to 1) of the pairs, chosen by hash, are made hard, as labels of a real data set do not say.
    """
    rows = zip(labelled["scenario_id"], labelled["value"], labelled["label"], strict=True)
    return Truth({(s, v): PlantedAnswer(label, draw(seed, "hard", s, v) < hard_share) for s, v, label in rows})
