"""Agreement and accuracy of anybody's crowd labels: a file of ``task,worker,label``, and one of ``task,label``."""

import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from valuenet.annotation.aggregation import AggregationSettings, aggregate_answers
from valuenet.annotation.agreement import AgreementSettings, Measure, measure_counts
from valuenet.annotation.csv_lines import read_csv_lines
from valuenet.annotation.label_spellings import canonical, is_missing, spellings, unify
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.settings import Settings

#: Takes a sentence for the person who runs the command.
Say = Callable[[str], None]

#: Methods whose labels are held against a truth file.
COMPARED = ("majority", "dawid-skene")


def _say_nothing(_: str) -> None:
    """Take a sentence that nobody wants."""


class CrowdFileError(InputError):
    """A file of crowd labels holds something that cannot be counted."""


class CrowdFileSettings(Settings):
    """How a crowd file is assessed."""

    agreement: AgreementSettings = AgreementSettings()
    """Of the bootstrap intervals."""
    aggregation: AggregationSettings = AggregationSettings()
    """Of Dawid-Skene."""


@dataclass(frozen=True)
class CrowdAssessment:
    """What was found in a crowd file; accuracies only where a truth was given, over the tasks both files have."""

    tasks: int
    workers: int
    judgements: int
    measures: tuple[Measure, ...]
    accuracy: dict[str, float]
    truth_tasks: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return what ``to_json`` prints: each measure under its name (None where undefined), then what explains it."""
        figures: dict[str, Any] = {m.statistic: _number(m.estimate) for m in self.measures}
        figures["intervals"] = {m.statistic: [_number(m.low), _number(m.high)] for m in self.measures}
        figures["undefined"] = {m.statistic: m.undefined for m in self.measures if m.undefined}
        figures["items"] = {m.statistic: m.items for m in self.measures}
        figures |= {"tasks": self.tasks, "workers": self.workers, "judgements": self.judgements}
        if self.truth_tasks is not None:
            figures |= {name.replace("-", "_"): {"accuracy": share} for name, share in self.accuracy.items()}
            figures["truth_tasks"] = self.truth_tasks
        return figures

    def to_json(self) -> str:
        """Return one JSON object; an undefined figure is null."""
        return json.dumps(self.to_dict(), indent=2, allow_nan=False)


def read_crowd_file(path: Path, *, keep_markers: bool = False, say: Say = _say_nothing) -> pd.DataFrame:
    """Return the answers of a CSV file with the columns task, worker and label, in any order, labels in one spelling.

    Args:
        path: the file.
        keep_markers: take ``NA``, ``None``, ``null`` and the like as labels; otherwise such a row is no answer.
        say: gets a sentence on rows left out as missing, and on labels that were written in several ways.

    Raises:
        CrowdFileError: if the file is empty, a cell is blank, or a worker answers a task twice (with the same label or
            another: counted twice it would be agreement with oneself). Messages name lines, never workers.
        CsvFileError: if it is not such a file.
    """
    answers = _read(path, ("task", "worker", "label"), keep_markers=keep_markers, say=say)
    _refuse_repeated(answers, ["task", "worker"], "this worker's answer to this task")
    if answers.empty:
        raise CrowdFileError(f"{path}: no row with a label; give a file with at least one task,worker,label row")
    return answers.drop(columns="place")


def read_truth_file(path: Path, *, keep_markers: bool = False, say: Say = _say_nothing) -> pd.DataFrame:
    """Return the true labels of a CSV file with the columns task and label; the rest as for ``read_crowd_file``.

    Raises:
        CrowdFileError: if a cell is blank or a task stands twice.
        CsvFileError: if it is not such a file.
    """
    truth = _read(path, ("task", "label"), keep_markers=keep_markers, say=say)
    _refuse_repeated(truth, ["task"], "the label of this task")
    return truth.drop(columns="place")


def _read(path: Path, columns: tuple[str, ...], *, keep_markers: bool, say: Say) -> pd.DataFrame:
    rows, missing = [], Counter[str]()
    for where, fields in read_csv_lines(path, columns):
        row = {name: fields[name].strip() for name in columns}
        blank = [name for name, field in row.items() if not field]
        if blank:
            raise CrowdFileError(f"{where}: {blank[0]} is blank; fill it in or delete the line")
        if is_missing(row["label"]) and not keep_markers:
            missing[row["label"]] += 1
        else:
            rows.append({**row, "place": where})
    if missing:
        counts = ", ".join(f"{count:,} {marker}" for marker, count in sorted(missing.items()))
        say(
            f"{path}: {missing.total():,} rows have no label ({counts}) and are left out; --keep-markers takes these "
            "words as labels"
        )
    answers = pd.DataFrame(rows, columns=[*columns, "place"], dtype="str")
    for name, ways in spellings(answers["label"]).items():
        counts = ", ".join(f"{count:,} {way!r}" for way, count in ways.most_common())
        say(f"{path}: label {name!r} is written in {len(ways)} ways ({counts}); they count as one label")
    answers["label"] = unify(answers["label"])
    return answers


def _refuse_repeated(rows: pd.DataFrame, once: list[str], what: str) -> None:
    again = rows.duplicated(once)
    if again.any():
        second = rows[again].iloc[0]
        first = rows[(rows[once] == second[once]).all(axis=1)].iloc[0]
        raise CrowdFileError(
            f"{second['place']}: {what} stands already in {first['place']}; delete one of the two lines"
        )


def assess_crowd(answers: pd.DataFrame, truth: pd.DataFrame | None, settings: CrowdFileSettings) -> CrowdAssessment:
    """Return agreement of the answers and, with a truth, the accuracy of majority and Dawid-Skene.

    A tie of the majority is the first label in alphabetical order. Tasks without a truth are used to estimate how
    reliable the workers are, but not for the accuracy.

    Args:
        answers: task, worker, label (any strings); tasks may have unequal numbers of answers.
        truth: task, label; None for agreement alone.
        settings: intervals and iterations.

    Raises:
        CrowdFileError: if the two have no task or no label in common.
    """
    answers = answers.assign(label=answers["label"].map(canonical))
    task, label = pd.factorize(answers["task"]), pd.factorize(answers["label"], sort=True)
    shape = (len(task[1]), len(label[1]))
    counts = np.bincount(task[0] * shape[1] + label[0], minlength=shape[0] * shape[1]).reshape(shape)
    known = None if truth is None else _comparable(answers, truth)
    return CrowdAssessment(
        tasks=len(task[1]),
        workers=answers["worker"].nunique(),
        judgements=len(answers),
        measures=tuple(measure_counts(counts.astype(np.int64), settings.agreement)),
        accuracy={} if known is None else {m: _accuracy(answers, known, m, settings.aggregation) for m in COMPARED},
        truth_tasks=None if known is None else len(known),
    )


def _comparable(answers: pd.DataFrame, truth: pd.DataFrame) -> "pd.Series[str]":
    """Return the true labels of the tasks that were answered, by task."""
    given = truth[truth["task"].isin(answers["task"])].set_index("task")["label"]
    known = given.map(canonical)
    if known.empty:
        raise CrowdFileError("the truth file and the answers have no task in common; compare their task columns")
    if not known.isin(answers["label"]).any():
        label, wanted = given.iloc[0], answers["label"].iloc[0]
        raise CrowdFileError(f"no true label ({label!r}, ...) is one workers gave ({wanted!r}, ...); write them alike")
    return known


def _accuracy(answers: pd.DataFrame, known: "pd.Series[str]", method: str, settings: AggregationSettings) -> float:
    labels = aggregate_answers(answers, method, settings)["label"]
    return float((labels.reindex(known.index).to_numpy() == known.to_numpy()).mean())


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
