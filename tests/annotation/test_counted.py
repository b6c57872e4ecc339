"""What counts: formal questions that were not set aside."""

from valuenet.annotation.counted import counted_judgements
from valuenet.warehouse.crowd_tables import Judgements, JudgementsSetAside, Surveys

ROLES = {1: "formal", 2: "check", 3: "filler", 4: "formal"}


def surveys():
    common = {"survey_id": "q-1", "round": 1, "value": "POWER", "workers_wanted": 1, "codebook_version": "1"}
    return Surveys.frame(
        [{**common, "position": p, "scenario_id": f"s-{p}", "text": "t", "role": role} for p, role in ROLES.items()]
    )


def judgements():
    common = {"assignment_id": "a-1", "survey_id": "q-1", "worker": "w-1", "value": "POWER", "codebook_version": "1"}
    return Judgements.frame([{**common, "position": p, "scenario_id": f"s-{p}", "label": "yes"} for p in (4, 3, 2, 1)])


def test_checks_and_fillers_never_count():
    counted = counted_judgements(judgements(), surveys(), JudgementsSetAside.frame())
    assert counted["position"].tolist() == [1, 4]


def test_a_judgement_that_was_set_aside_does_not_count():
    aside = JudgementsSetAside.frame([{"assignment_id": "a-1", "position": 4, "reason": "repeated"}])
    assert counted_judgements(judgements(), surveys(), aside)["position"].tolist() == [1]


def test_nothing_judged_counts_as_nothing():
    assert counted_judgements(Judgements.frame(), surveys(), JudgementsSetAside.frame()).empty
