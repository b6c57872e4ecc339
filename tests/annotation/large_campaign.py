"""Tables of a campaign of any size, made at once: random answers, no crowd behind them."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from valuenet.annotation.aggregation import METHODS
from valuenet.annotation.campaign.answers import CampaignTables
from valuenet.annotation.platforms import Answers
from valuenet.warehouse.crowd_tables import (
    AnswerChanges,
    Assignments,
    CodebookMaps,
    Judgements,
    JudgementsSetAside,
    LabelMethods,
    Pairs,
    Surveys,
    Workers,
)
from valuenet.warehouse.vocabulary import LABELS, VALUES

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
VERSION = "1.0+00000000"


def large_campaign(pairs=21_374, workers=300, each=4, room=8, days=30, seed=0):
    """Return tables, workers and method labels; every survey asks ``room`` pairs, one worker in ten is out."""
    rng = np.random.default_rng(seed)
    people = np.array([f"w-{number:016x}" for number in range(workers)])
    asked = _pairs(pairs)
    surveys = _surveys(asked, each, room)
    names = surveys["survey_id"].unique()
    by = np.concatenate([rng.choice(workers, each, replace=False) for _ in names])
    submitted = pd.Timestamp(START).as_unit("us") + pd.to_timedelta(rng.integers(0, days * 86_400, len(by)), unit="s")
    seconds = rng.integers(40, 180, len(by))
    work = pd.DataFrame(
        {
            "assignment_id": [f"a-{number:016x}" for number in range(len(by))],
            "survey_id": np.repeat(names, each),
            "worker": people[by],
            "platform": "label-studio",
            "status": "complete",
            "accepted_at": submitted - pd.to_timedelta(seconds, unit="s"),
            "submitted_at": submitted,
            "seconds": seconds.astype(float),
        }
    )
    said = work[["assignment_id", "survey_id", "worker"]].merge(surveys, on="survey_id")
    truth = dict(zip(asked["scenario_id"], rng.integers(0, 3, len(asked)), strict=True))
    right = rng.random(len(said)) < 0.75
    code = np.where(right, said["scenario_id"].map(truth), rng.integers(0, 3, len(said)))
    said["label"] = np.asarray(LABELS)[code]
    out = people[: workers // 10]
    aside = said[said["worker"].isin(out)].assign(reason="worker-disqualified")
    answers = Answers(Assignments.frame(work), Judgements.frame(said), AnswerChanges.frame())
    tables = CampaignTables(surveys, answers, JudgementsSetAside.frame(aside), asked, CodebookMaps.frame())
    return tables, _workers(people, out, work), _methods(asked, rng)


def _pairs(count):
    texts = [f"Telling my neighbour number {number} that the music is too loud for the baby" for number in range(count)]
    rows = {"scenario_id": [f"s-{number:016x}" for number in range(count)], "text": texts}
    return Pairs.frame(pd.DataFrame(rows).assign(value=np.asarray(VALUES)[np.arange(count) * len(VALUES) // count]))


def _surveys(pairs, each, room):
    place = pairs.groupby("value").cumcount()
    names = pairs["value"] + " " + (place // room).astype("str")
    rows = pairs.assign(
        survey_id="q-" + names.factorize()[0].astype("str").astype(object),
        position=place % room + 1,
        round=1,
        role="formal",
        workers_wanted=each,
        codebook_version=VERSION,
    )
    return Surveys.frame(rows)


def _workers(people, out, work):
    done = work.groupby("worker").agg(surveys_done=("survey_id", "size"), median_seconds=("seconds", "median"))
    rows = pd.DataFrame({"worker": people}).merge(done.reset_index(), on="worker")
    gone = rows["worker"].isin(out)
    return Workers.frame(
        rows.assign(
            platform="label-studio",
            status=np.where(gone, "disqualified", "qualified"),
            rule=np.where(gone, "hidden-checks", "passed"),
            reason="half of the check questions were answered as both experts did",
            decided_at=pd.Timestamp(START).as_unit("us"),
            checks_seen=10,
            checks_right=np.where(gone, 3, 8),
        )
    )


def _methods(pairs, rng):
    rows = [pairs.assign(method=m, label=np.asarray(LABELS)[rng.integers(0, 3, len(pairs))]) for m in METHODS]
    return LabelMethods.frame(pd.concat(rows).assign(probability=0.9))
