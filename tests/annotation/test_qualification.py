"""Qualification of workers from tables, and what is set aside."""

import pandas as pd
import pytest

from tests.annotation.made_campaign import shuffled
from valuenet.annotation.counted import counted_judgements
from valuenet.annotation.qualification import QualificationSettings, UnknownAnswerError, qualify_workers
from valuenet.warehouse.crowd_tables import AnswerChanges, Assignments, CodebookMaps, Gold, Judgements, Surveys

START = pd.Timestamp("2022-01-03", tz="UTC")
GOLD = Gold.frame(
    [{"scenario_id": f"s-g{i}", "value": "POWER", "text": "g", "label": "no"} for i in range(4)],
)


def survey(name, checks, formal, filler=(), version="1", round_=1):
    roles = {**dict.fromkeys(checks, "check"), **dict.fromkeys(formal, "formal"), **dict.fromkeys(filler, "filler")}
    common = {"survey_id": name, "round": round_, "value": "POWER", "workers_wanted": 1, "codebook_version": version}
    return [
        {**common, "position": i, "scenario_id": s, "text": "t", "role": role}
        for i, (s, role) in enumerate(roles.items(), 1)
    ]


SURVEYS = [*survey("q-1", ["s-g0", "s-g1"], ["s-1"], ["s-2"]), *survey("q-2", ["s-g2", "s-g3"], ["s-2", "s-3"])]


def work(worker, name, day, *, check="no", formal="yes", status="complete", seconds=60.0, attempt=1, surveys=SURVEYS):
    """One assignment and its judgements."""
    begun = START + pd.Timedelta(days=day)
    times = {"accepted_at": begun, "submitted_at": begun + pd.Timedelta(seconds=seconds), "seconds": seconds}
    key = {"assignment_id": f"a-{name}-{worker}-{attempt}", "survey_id": name, "worker": worker}
    answers = [
        {**q, **key, "label": check if q["role"] == "check" else formal} for q in surveys if q["survey_id"] == name
    ]
    return {**key, "platform": "p", "status": status, **times}, answers if status in {"complete", "surplus"} else []


def qualified(*works, surveys=SURVEYS, gold=GOLD, codebook_version="1"):
    assignments = Assignments.frame([assignment for assignment, _ in works])
    judgements = Judgements.frame([answer for _, answers in works for answer in answers])
    result = qualify_workers(
        shuffled(Surveys.frame(surveys)),
        shuffled(assignments),
        shuffled(judgements),
        AnswerChanges.frame(),
        CodebookMaps.frame(),
        shuffled(gold),
        QualificationSettings(),
        codebook_version=codebook_version,
    )
    counted = counted_judgements(judgements, Surveys.frame(surveys), result.set_aside)
    return result, {*zip(counted["assignment_id"], counted["scenario_id"], strict=True)}


def reasons(result):
    aside = result.set_aside
    return {(a, p): r for a, p, r in zip(aside["assignment_id"], aside["position"], aside["reason"], strict=True)}


def test_a_good_worker_counts_with_her_formal_answers_and_only_her_fillers_are_set_aside():
    result, counted = qualified(work("w-1", "q-1", 0))
    assert result.workers[["worker", "platform", "status"]].to_numpy().tolist() == [["w-1", "p", "qualified"]]
    assert counted == {("a-q-1-w-1-1", "s-1")}
    assert reasons(result) == {("a-q-1-w-1-1", 4): "filler"}


def test_a_worker_disqualified_late_loses_all_she_judged_at_the_date_the_rule_fired():
    bad = survey("q-3", ["s-g2", "s-g3"], ["s-8"])
    surveys = [*SURVEYS[:4], *bad]
    works = [work("w-1", "q-1", 0), work("w-1", "q-3", 2, seconds=3.0, surveys=surveys), work("w-2", "q-1", 1)]
    result, counted = qualified(*works, surveys=surveys)
    standing = result.workers.set_index("worker").loc["w-1"]
    assert (standing["status"], standing["rule"]) == ("disqualified", "too-fast")
    assert standing["decided_at"] == START + pd.Timedelta(days=2, seconds=3)
    hers = {place: reason for place, reason in reasons(result).items() if "w-1" in place[0]}
    assert len(hers) == 7  # 4 answers of q-1 and 3 of q-3, checks included
    assert set(hers.values()) == {"worker-disqualified"}
    assert counted == {("a-q-1-w-2-1", "s-1")}


def test_checks_are_compared_with_gold():
    result, _ = qualified(work("w-1", "q-1", 0, check="yes"))
    row = result.workers.iloc[0]
    assert (row["rule"], row["checks_seen"], row["checks_right"]) == ("hidden-checks", 2, 0)


def test_the_later_of_two_judgements_of_one_worker_on_one_pair_is_repeated():
    again = work("w-1", "q-1", 1, status="surplus", attempt=2)
    result, counted = qualified(work("w-1", "q-1", 0), again)
    assert {reason for (name, _), reason in reasons(result).items() if name.endswith("-2")} == {"repeated"}
    assert counted == {("a-q-1-w-1-1", "s-1")}
    assert result.workers["checks_seen"].tolist() == [2]  # a check she sees again says nothing new
    assert result.workers["surveys_done"].tolist() == [1]


def test_a_pair_met_as_filler_and_then_as_question_is_repeated_and_the_other_questions_count():
    result, counted = qualified(work("w-1", "q-1", 0), work("w-1", "q-2", 1))
    assert reasons(result)["a-q-2-w-1-1", 3] == "repeated"
    assert counted == {("a-q-1-w-1-1", "s-1"), ("a-q-2-w-1-1", "s-3")}


def test_surplus_answers_are_set_aside_but_tell_about_the_worker():
    result, counted = qualified(work("w-1", "q-1", 0), work("w-2", "q-1", 1, status="surplus", check="yes"))
    assert set(reasons(result).values()) == {"filler", "surplus"}
    assert counted == {("a-q-1-w-1-1", "s-1")}
    assert result.workers["status"].tolist() == ["qualified", "disqualified"]


def test_answers_under_an_older_codebook_are_set_aside_and_asking_again_is_no_repetition():
    surveys = [
        *survey("q-1", ["s-g0", "s-g1"], ["s-1"]),
        *survey("q-2", ["s-g2", "s-g3"], ["s-1"], version="2", round_=2),
    ]
    works = [work("w-1", "q-1", 0, surveys=surveys), work("w-1", "q-2", 1, surveys=surveys)]
    result, counted = qualified(*works, surveys=surveys, codebook_version="2")
    assert set(reasons(result).values()) == {"old-codebook"}
    assert counted == {("a-q-2-w-1-1", "s-1")}


def test_who_only_began_has_a_standing_too():
    began = [work("w-1", "q-1", 0, status="failed-prerequisite"), work("w-2", "q-1", 0, status="dropped-out")]
    result, counted = qualified(*began)
    assert result.workers["rule"].tolist() == ["prerequisite", "too-few-checks"]
    assert result.set_aside.empty
    assert not counted


def test_every_formal_judgement_is_counted_or_set_aside():
    works = [work(f"w-{i}", f"q-{1 + i % 2}", i, check="yes" if i % 3 else "no") for i in range(9)]
    result, counted = qualified(*works)
    formal = {
        (a["assignment_id"], a["scenario_id"]): a["position"]
        for _, answers in works
        for a in answers
        if a["role"] == "formal"
    }
    aside = set(reasons(result))
    assert counted | {pair for pair, position in formal.items() if (pair[0], position) in aside} == set(formal)
    assert not counted & {pair for pair, position in formal.items() if (pair[0], position) in aside}


def test_nobody_came():
    result, counted = qualified()
    assert result.workers.empty
    assert result.set_aside.empty
    assert not counted


def test_a_check_that_left_the_gold_set_is_an_error_with_its_place():
    with pytest.raises(
        UnknownAnswerError, match=r"assignment a-q-1-w-1-1, position 2 .* not in table 'gold'.*\(1 such"
    ):
        qualified(work("w-1", "q-1", 0), gold=GOLD[GOLD["scenario_id"] != "s-g1"])


def test_an_answer_without_its_survey_or_its_finished_assignment_is_an_error():
    done, answers = work("w-1", "q-1", 0)
    with pytest.raises(UnknownAnswerError, match="not in table 'surveys'"):
        qualified((done, [*answers, {**answers[0], "position": 9}]))
    with pytest.raises(UnknownAnswerError, match="its assignment is not finished"):
        qualified(({**done, "status": "dropped-out"}, answers))
