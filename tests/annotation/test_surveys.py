"""Planning: what a round asks, and what it does not ask again."""

from collections import Counter

import pandas as pd
import pytest
from pydantic import ValidationError

from tests.annotation.made_campaign import VERSION, shuffled, some_gold, some_pairs
from valuenet.annotation.surveys import GoldTooSmallError, PairIsGoldError, SurveySettings, plan_surveys
from valuenet.warehouse.crowd_tables import Gold, Judgements, JudgementsSetAside, Pairs, Surveys

ONE = ("POWER",)


def plan(pairs, gold, surveys=None, judgements=None, aside=None, version=VERSION, workers_each=4, **settings):
    return plan_surveys(
        pairs,
        gold,
        Surveys.frame(surveys),
        Judgements.frame(judgements),
        JudgementsSetAside.frame(aside),
        SurveySettings(**settings),
        workers_each=workers_each,
        codebook_version=version,
    )


def answered(surveys, workers=("w-1", "w-2", "w-3", "w-4")):
    """Every question of every survey answered yes by each of ``workers``."""
    rows = [
        {**row, "worker": worker, "assignment_id": f"a-{row['survey_id']}-{worker}", "label": "yes"}
        for row in surveys.to_dict("records")
        for worker in workers
    ]
    return Judgements.frame(rows)


def lost(judgements, worker, reason="worker-disqualified"):
    hers = judgements[judgements["worker"] == worker]
    return JudgementsSetAside.frame(hers.assign(reason=reason))


def test_a_survey_has_ten_questions_of_one_value_two_of_them_checks_from_its_gold():
    gold = some_gold(10)
    surveys = plan(some_pairs(48), gold)
    known = {*zip(gold["scenario_id"], gold["value"], strict=True)}
    for _, survey in surveys.groupby("survey_id"):
        assert survey["position"].tolist() == list(range(1, 11))
        assert len(set(survey["value"])) == 1
        assert Counter(survey["role"]) == {"formal": 8, "check": 2}
        assert set(survey["workers_wanted"]) == {4}
        checks = survey[survey["role"] == "check"]
        assert known >= {*zip(checks["scenario_id"], checks["value"], strict=True)}


def test_every_pair_is_asked_once_in_the_first_round_with_its_text():
    pairs = some_pairs(100)
    formal = plan(pairs, some_gold(4)).query("role == 'formal'")
    assert Pairs.frame(formal.sort_values(Pairs.key())).equals(Pairs.frame(pairs.sort_values(Pairs.key())))


def test_checks_stand_in_positions_that_vary():
    surveys = plan(some_pairs(480), some_gold(10))
    positions = Counter(surveys.loc[surveys["role"] == "check", "position"])
    assert set(positions) == set(range(1, 11))
    assert max(positions.values()) < 30  # 60 surveys, 120 checks: 12 are expected in each place


def test_gold_items_are_shown_evenly_over_the_rounds():
    pairs, gold = some_pairs(100, ONE), some_gold(5, ONE)
    first = plan(pairs, gold)
    aside = lost(answered(first), "w-1")
    second = plan(pairs, gold, first, answered(first), aside)
    asked = pd.concat([first, second]).query("role == 'check'")
    shown = asked.groupby("scenario_id")["workers_wanted"].sum()
    assert len(shown) == 5
    assert shown.max() - shown.min() <= 4


def test_the_last_survey_of_a_value_is_made_full_with_fillers_of_that_value():
    surveys = plan(some_pairs(20, ONE), some_gold(2, ONE))
    roles = sorted(Counter(group["role"])["filler"] for _, group in surveys.groupby("survey_id"))
    assert roles == [0, 0, 4]
    for _, survey in surveys.groupby("survey_id"):
        assert survey["scenario_id"].is_unique


def test_fillers_are_pairs_judged_enough_where_there_are_some():
    pairs, gold = some_pairs(20, ONE), some_gold(2, ONE)
    first = plan(pairs, gold)
    name = first.loc[first["role"] == "filler", "survey_id"].iloc[0]
    judgements = answered(first)
    hers = judgements[(judgements["worker"] == "w-1") & (judgements["survey_id"] == name)]
    second = plan(pairs, gold, first, judgements, hers.assign(reason="worker-disqualified"))
    short = set(first.query("survey_id == @name and role == 'formal'")["scenario_id"])
    assert Counter(second["role"]) == {"formal": 4, "filler": 4, "check": 2}
    assert set(second.query("role == 'formal'")["scenario_id"]) == short
    assert not set(second.query("role == 'filler'")["scenario_id"]) & short


def test_a_value_with_few_pairs_gets_a_shorter_survey():
    assert Counter(plan(some_pairs(3, ONE), some_gold(2, ONE))["role"]) == {"formal": 3, "check": 2}


def test_nothing_is_planned_while_surveys_wait_nor_when_all_is_judged():
    pairs, gold = some_pairs(24), some_gold(2)
    first = plan(pairs, gold)
    assert plan(pairs, gold, first).empty
    assert plan(pairs, gold, first, answered(first, ("w-1", "w-2", "w-3"))).empty
    assert plan(pairs, gold, first, answered(first)).empty


def test_a_late_disqualification_reopens_the_pairs_for_as_many_workers_as_are_missing():
    pairs, gold = some_pairs(24, ONE), some_gold(4, ONE)
    first = plan(pairs, gold)
    judgements = answered(first)
    one = plan(pairs, gold, first, judgements, lost(judgements, "w-2"))
    assert set(one["round"]) == {2}
    assert set(one["workers_wanted"]) == {1}
    assert set(one.query("role == 'formal'")["scenario_id"]) == set(pairs["scenario_id"])
    both = pd.concat([lost(judgements, "w-2"), lost(judgements, "w-3")])
    assert set(plan(pairs, gold, first, judgements, both)["workers_wanted"]) == {2}
    assert not set(one["survey_id"]) & set(first["survey_id"])


def test_pairs_that_lost_judgements_together_are_asked_together_again():
    pairs, gold = some_pairs(80, ONE), some_gold(4, ONE)
    first = plan(pairs, gold)
    name = first["survey_id"].iloc[0]
    judgements = answered(first)
    aside = lost(judgements[judgements["survey_id"] == name], "w-1")
    second = plan(pairs, gold, first, judgements, aside)
    before = first.query("survey_id == @name and role == 'formal'")["scenario_id"]
    assert sorted(second.query("role == 'formal'")["scenario_id"]) == sorted(before)


def test_surplus_and_repeated_answers_fill_no_place():
    pairs, gold = some_pairs(8, ONE), some_gold(2, ONE)
    first = plan(pairs, gold)
    judgements = answered(first)
    for reason in ("surplus", "repeated"):
        assert plan(pairs, gold, first, judgements, lost(judgements, "w-4", reason)).empty  # it still waits for one


def test_answers_under_another_codebook_do_not_count():
    pairs, gold = some_pairs(8, ONE), some_gold(2, ONE)
    first = plan(pairs, gold)
    second = plan(pairs, gold, first, answered(first), version="2.0+new")
    assert set(second["workers_wanted"]) == {4}
    assert set(second["codebook_version"]) == {"2.0+new"}
    assert set(second["round"]) == {2}


def test_after_the_last_round_nothing_is_opened_again():
    pairs, gold = some_pairs(8, ONE), some_gold(2, ONE)
    first = plan(pairs, gold)
    judgements = answered(first)
    assert plan(pairs, gold, first, judgements, lost(judgements, "w-1"), max_rounds=1).empty
    assert len(plan(pairs, gold, first, judgements, lost(judgements, "w-1"), max_rounds=2))


def test_the_order_of_the_rows_makes_no_difference():
    pairs, gold = some_pairs(60), some_gold(4)
    first = plan(pairs, gold)
    judgements = answered(first)
    aside = lost(judgements, "w-1")
    assert plan(shuffled(pairs), shuffled(gold)).equals(first)
    again = plan(shuffled(pairs), shuffled(gold), shuffled(first), shuffled(judgements), shuffled(aside))
    assert again.equals(plan(pairs, gold, first, judgements, aside))


def test_another_seed_mixes_otherwise():
    assert not plan(some_pairs(60), some_gold(4), seed=1).equals(plan(some_pairs(60), some_gold(4), seed=2))


def test_a_value_with_fewer_gold_items_than_checks_is_named():
    with pytest.raises(GoldTooSmallError, match=r"POWER has 1 gold item\(s\), a survey needs 2 hidden checks"):
        plan(some_pairs(8, ONE), some_gold(1, ONE))
    with pytest.raises(GoldTooSmallError, match=r"POWER has 0 gold item\(s\).*add gold items for POWER"):
        plan(some_pairs(8, ONE), Gold.frame())


def test_a_pair_that_is_gold_cannot_be_judged():
    gold = some_gold(2, ONE)
    pairs = Pairs.frame(gold.head(1))
    with pytest.raises(PairIsGoldError, match="1 pairs to be judged are gold items, first 'gold item 0 of POWER'"):
        plan(pairs, gold)


def test_checks_must_leave_room_for_questions():
    with pytest.raises(ValidationError, match="checks=3 leaves no room among questions=3"):
        SurveySettings(questions=3, checks=3)
