"""Which pairs go to the workers."""

import pytest

from tests.annotation.made_campaign import shuffled
from valuenet.annotation.pairs import MissingScenarioError, NoPairsError, PairSettings, select_pairs
from valuenet.warehouse.crowd_tables import Gold
from valuenet.warehouse.tables import Candidates, Scenarios


def scenarios(count):
    return Scenarios.frame(
        [{"scenario_id": f"s-{i}", "text": f"text {i}", "corpus": "c", "area": "a"} for i in range(count)]
    )


def candidates(count, values=("POWER", "SECURITY")):
    common = {"keyword": "k", "tier": "definition", "field": "situation", "form": "lemma", "keywords_hit": 1}
    return Candidates.frame([{**common, "scenario_id": f"s-{i}", "value": v} for i in range(count) for v in values])


def chosen(count, *, gold=None, known=None, **settings):
    pairs = select_pairs(candidates(count), scenarios(count), Gold.frame(gold), PairSettings(**settings), known=known)
    return {*zip(pairs["scenario_id"], pairs["value"], strict=True)}


GOLD = [{"scenario_id": "s-1", "value": "POWER", "text": "text 1", "label": "no"}]


def test_all_candidates_but_the_gold_pairs_are_chosen_with_their_text():
    pairs = select_pairs(candidates(3), scenarios(3), Gold.frame(GOLD), PairSettings())
    assert len(pairs) == 5
    assert ("s-1", "POWER") not in {*zip(pairs["scenario_id"], pairs["value"], strict=True)}
    assert pairs.loc[pairs["scenario_id"] == "s-2", "text"].tolist() == ["text 2", "text 2"]


def test_a_cap_holds_per_value_and_in_all():
    by_value = chosen(50, max_pairs_per_value=7)
    assert sorted(value for _, value in by_value) == ["POWER"] * 7 + ["SECURITY"] * 7
    assert len(chosen(50, max_pairs_per_value=7, max_pairs=9)) == 9
    assert chosen(50, max_pairs_per_value=7, max_pairs=9) <= by_value


def test_a_cap_keeps_most_of_its_choice_when_the_corpus_grows():
    before, after = chosen(100, max_pairs_per_value=20), chosen(110, max_pairs_per_value=20)
    newcomers = {pair for pair in after if int(pair[0][2:]) >= 100}
    assert len(before - after) == len(newcomers)
    assert len(newcomers) <= 10


def test_another_seed_chooses_other_pairs():
    assert chosen(100, max_pairs=20, seed=1) != chosen(100, max_pairs=20, seed=2)


def test_only_known_pairs_are_chosen_where_the_crowd_is_simulated():
    assert chosen(5, known=frozenset({("s-1", "POWER"), ("s-9", "POWER")})) == {("s-1", "POWER")}


def test_the_order_of_the_rows_makes_no_difference():
    settings = PairSettings(max_pairs_per_value=10)
    first = select_pairs(candidates(40), scenarios(40), Gold.frame(GOLD), settings)
    second = select_pairs(shuffled(candidates(40)), shuffled(scenarios(40)), Gold.frame(GOLD), settings)
    assert first.equals(second)


def test_when_nothing_is_left_the_message_says_what_took_it_away():
    with pytest.raises(NoPairsError, match=r"none of 4 candidate pairs .* \(1 are gold, 3 have no planted answer\)"):
        chosen(2, gold=GOLD, known=frozenset())


def test_a_candidate_without_its_scenario_is_named():
    with pytest.raises(MissingScenarioError, match=r"2 candidates, first 's-2', are not in table 'scenarios'"):
        select_pairs(candidates(3), scenarios(2), Gold.frame(), PairSettings())
