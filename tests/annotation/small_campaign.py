"""Tables of campaigns small enough to be worked by hand: what was asked and who said what."""

from datetime import UTC, datetime, timedelta

import pandas as pd

from valuenet.annotation.campaign.answers import CampaignTables
from valuenet.annotation.platforms import Answers
from valuenet.warehouse.crowd_tables import (
    AnswerChanges,
    Assignments,
    CodebookMaps,
    Judgements,
    JudgementsSetAside,
    Pairs,
    Surveys,
    Workers,
)

VERSION = "1.0+aaaaaaaa"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
LETTERS = {"y": "yes", "n": "no", "u": "unrelated"}


def hours(number):
    """Return the moment so many hours after the start."""
    return START + timedelta(hours=number)


def survey(name, value, pairs, wanted=3, version=VERSION):
    """Return the questions of one survey; ``pairs`` are the letters of its scenarios."""
    common = {"survey_id": f"q-{name}", "round": 1, "value": value, "role": "formal", "workers_wanted": wanted}
    texts = [{"scenario_id": f"s-{pair}", "text": f"text {pair}", "position": i} for i, pair in enumerate(pairs, 1)]
    return [{**common, **text, "codebook_version": version} for text in texts]


def made(surveys=(), answers=(), aside=(), changes=(), maps=()):
    """Return the tables. An answer is (id, survey, worker, hour, labels as letters, status)."""
    questions = [row for rows in surveys for row in rows]
    asked = {(row["survey_id"], row["position"]): row for row in questions}
    work, said = [], []
    for name, of_survey, worker, hour, labels, status in answers:
        place = {"assignment_id": f"a-{name}", "survey_id": f"q-{of_survey}", "worker": f"w-{worker}"}
        times = {"accepted_at": hours(hour) - timedelta(seconds=60), "submitted_at": hours(hour), "seconds": 60.0}
        work.append({**place, "platform": "label-studio", "status": status, **times})
        for position, letter in enumerate(labels, 1):
            question = asked[place["survey_id"], position]
            known = {key: question[key] for key in ("scenario_id", "value", "codebook_version")}
            said.append({**place, **known, "position": position, "label": LETTERS[letter]})
    chosen = pd.DataFrame(questions, columns=Surveys.columns()).drop_duplicates(Pairs.key())
    return CampaignTables(
        Surveys.frame(questions),
        Answers(Assignments.frame(work), Judgements.frame(said), AnswerChanges.frame(list(changes))),
        JudgementsSetAside.frame(list(aside)),
        Pairs.frame(chosen),
        CodebookMaps.frame(list(maps)),
    )


def set_aside(name, positions, reason):
    """Return rows that set the answers of one assignment aside."""
    return [{"assignment_id": f"a-{name}", "position": p, "reason": reason} for p in positions]


def people(*standings):
    """Return workers; each is (name, status, rule)."""
    counts = {"surveys_done": 1, "checks_seen": 4, "checks_right": 3, "median_seconds": 60.0}
    told = {"platform": "label-studio", "reason": "told so", "decided_at": START, **counts}
    return Workers.frame([{"worker": f"w-{n}", "status": s, "rule": r, **told} for n, s, r in standings])


#: Two days after the start, when the small campaign is looked at.
NOW = hours(48)

#: Two pairs under POWER, judged by three; one of three answers to a pair under HEDONISM.
ASKED = (survey("power", "POWER", "ab"), survey("fun", "HEDONISM", "c"))
ANSWERS = (
    ("1", "power", "ann", 1, "yy", "complete"),
    ("2", "power", "bea", 20, "yn", "complete"),
    ("3", "power", "cem", 40, "nn", "complete"),
    ("4", "fun", "ann", 47, "u", "complete"),
)
STANDINGS = (
    ("ann", "qualified", "passed"),
    ("bea", "disqualified", "too-fast"),
    ("cem", "unproven", "too-few-checks"),
    ("dan", "disqualified", "prerequisite"),
)
LEFT = ("5", "fun", "dan", 46, "", "failed-prerequisite")


def method_rows(pair, value, *labels):
    names = ("majority", "dawid-skene", "mace", "glad")
    common = {"scenario_id": f"s-{pair}", "value": value, "probability": 0.9}
    return [{**common, "method": name, "label": label} for name, label in zip(names, labels, strict=True)]
