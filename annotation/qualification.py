"""Who is qualified, since when and why, and which judgements are kept without being counted."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.codebook_maps import under_codebook
from valuenet.annotation.conduct import QualificationSettings, Standing, Submission, decide
from valuenet.warehouse.crowd_tables import (
    AnswerChanges,
    Assignments,
    CodebookMaps,
    Gold,
    Judgements,
    JudgementsSetAside,
    Surveys,
    Workers,
)
from valuenet.warehouse.errors import InputError

__all__ = ["Qualification", "QualificationSettings", "UnknownAnswerError", "qualify_workers"]


class UnknownAnswerError(InputError):
    """Tables do not fit together: an answer without its survey or assignment, or a check without its gold item."""


class Qualification(NamedTuple):
    """Standing of every worker, and the judgements not counted with the reason."""

    workers: DataFrame[Workers]
    set_aside: DataFrame[JudgementsSetAside]


def qualify_workers(
    surveys: DataFrame[Surveys],
    assignments: DataFrame[Assignments],
    judgements: DataFrame[Judgements],
    changes: DataFrame[AnswerChanges],
    maps: DataFrame[CodebookMaps],
    gold: DataFrame[Gold],
    settings: QualificationSettings,
    *,
    codebook_version: str,
) -> Qualification:
    """Return the standing of all workers who began a survey, and every judgement that must not count.

    Answers under an older codebook count where ``maps`` says what they stand for under ``codebook_version``.

    The rules are applied to each worker's submissions in the order of time; the first that fires decides, at the date
    of that submission, and all they ever judged is set aside. Answers that were edited or deleted later say nothing of
    them. Every judgement of a formal question is then either counted (``counted_judgements``) or in ``set_aside``.

    Raises:
        UnknownAnswerError: if a judgement has no survey or no finished assignment, or a check is not in ``gold``.
    """
    answers = _join(surveys, assignments, under_codebook(judgements, maps, codebook_version), gold)
    answers["change"] = answers["assignment_id"].map(changes.set_index("assignment_id")["change"])
    valid = assignments[~assignments["assignment_id"].isin(changes["assignment_id"])]
    rows: list[dict[str, object]] = []
    for (worker, platform), submissions in _submissions(surveys, valid, answers[answers["change"].isna()]):
        rows.append({"worker": worker, "platform": platform, **decide(submissions, settings)._asdict()})
    workers = Workers.frame(pd.DataFrame(rows, columns=["worker", "platform", *Standing._fields]))
    return Qualification(workers, _set_aside(answers, workers, codebook_version))


def _join(
    surveys: pd.DataFrame, assignments: pd.DataFrame, judgements: pd.DataFrame, gold: pd.DataFrame
) -> pd.DataFrame:
    """Return the judgements in the order of time, with role, status, and whether a check was answered rightly."""
    questions = surveys[["survey_id", "position", "role"]]
    work = assignments[["assignment_id", "status", "submitted_at"]]
    known = gold[["scenario_id", "value", "label"]].rename(columns={"label": "gold_label"})
    answers = judgements.merge(questions, on=["survey_id", "position"], how="left")
    answers = answers.merge(work, on="assignment_id", how="left").merge(known, on=["scenario_id", "value"], how="left")
    finished = answers["status"].isin(["complete", "surplus"])
    _refuse(answers[answers["role"].isna()], "its question is not in table 'surveys'; restore that survey")
    _refuse(answers[~finished], "its assignment is not finished or not in table 'assignments'; collect again")
    lost = (answers["role"] == "check") & answers["gold_label"].isna()
    _refuse(answers[lost], "it answers a hidden check that is not in table 'gold'; import the gold item again")
    answers["right"] = answers["label"] == answers["gold_label"]
    return answers.sort_values(["submitted_at", "assignment_id", "position"]).reset_index(drop=True)


def _refuse(wrong: pd.DataFrame, problem: str) -> None:
    if len(wrong):
        first = wrong.sort_values(["assignment_id", "position"]).iloc[0]
        where = f"assignment {first['assignment_id']}, position {first['position']}"
        raise UnknownAnswerError(f"judgement at {where} cannot be used: {problem} ({len(wrong):,} such judgements)")


def _submissions(
    surveys: pd.DataFrame, assignments: pd.DataFrame, answers: pd.DataFrame
) -> Iterator[tuple[tuple[str, str], list[Submission]]]:
    """Yield every worker and their submissions in the order of time. A check they see again says nothing new."""
    first_sight = answers[answers["role"] == "check"].drop_duplicates(["worker", "scenario_id", "value"])
    checks = {str(name): tuple(right) for name, right in first_sight.groupby("assignment_id")["right"]}
    labels = {str(name): tuple(given) for name, given in answers.groupby("assignment_id")["label"]}
    values = surveys.drop_duplicates("survey_id").set_index("survey_id")["value"]
    ordered = assignments.sort_values(["worker", "submitted_at", "assignment_id"])
    for worker, own in ordered.groupby("worker", sort=True):
        submissions = [
            Submission(
                at=row["submitted_at"],
                survey_id=row["survey_id"],
                value=values.get(row["survey_id"], "?"),
                status=row["status"],
                seconds=row["seconds"],
                labels=labels.get(row["assignment_id"], ()),
                checks_right=checks.get(row["assignment_id"], ()),
            )
            for row in own.to_dict("records")
        ]
        yield (str(worker), str(own["platform"].iloc[0])), submissions


def _set_aside(answers: pd.DataFrame, workers: pd.DataFrame, codebook_version: str) -> DataFrame[JudgementsSetAside]:
    """Return the judgements not counted; of several reasons the first below stands, so that none hides a fact."""
    out = workers.loc[workers["status"] == "disqualified", "worker"]
    old = answers["codebook_version"] != codebook_version
    seen = answers[~old & answers["change"].isna()].duplicated(["worker", "scenario_id", "value"])
    reasons = {
        "edited": answers["change"] == "edited",
        "deleted": answers["change"] == "deleted",
        "old-codebook": old,
        "repeated": seen.reindex(answers.index, fill_value=False),
        "surplus": answers["status"] == "surplus",
        "worker-disqualified": answers["worker"].isin(out),
        "filler": answers["role"] == "filler",
    }
    reason = pd.DataFrame(reasons).idxmax(axis=1).where(pd.DataFrame(reasons).any(axis=1))
    table = answers.assign(reason=reason).dropna(subset="reason")
    return JudgementsSetAside.frame(table.sort_values(JudgementsSetAside.key()))
