"""The simulated crowd: its kinds, its mishaps, and that it answers alike each time."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.annotation.made_campaign import CODEBOOK, Campaign, some_gold, some_pairs, some_truth
from valuenet.annotation.simulation.platform import (
    NotEnoughWorkersError,
    PlantedAnswer,
    SimulatedPlatform,
    SimulationSettings,
    Truth,
    TruthError,
)
from valuenet.annotation.simulation.workers import (
    SimulatedWorker,
    answer_question,
    make_pool,
    passes_prerequisite,
    seconds_for,
)

MANY = [(f"s-{i}", "POWER") for i in range(3000)]
EARLY, LATE = datetime(2022, 1, 3, tzinfo=UTC), datetime(2022, 1, 9, tzinfo=UTC)
EASY, HARD = PlantedAnswer("no", False), PlantedAnswer("no", True)


def worker(kind, error=0.2, tires_at=datetime(2022, 1, 5, tzinfo=UTC)):
    return SimulatedWorker("w-1", kind, error, tires_at)


def shares(who, planted=EASY, hour=EARLY, **settings):
    simulation = SimulationSettings(**settings)
    given = Counter(answer_question(who, hour, pair, planted, simulation) for pair in MANY)
    return {label: count / len(MANY) for label, count in given.items()}


def test_a_worker_is_right_as_often_as_her_error_says():
    assert shares(worker("able", error=0.2))["no"] == pytest.approx(0.8, abs=0.03)
    assert shares(worker("careless", error=0.4))["no"] == pytest.approx(0.6, abs=0.03)


def test_hard_pairs_confuse_even_the_perfect_worker_and_wrong_answers_lean_to_unrelated():
    given = shares(worker("able", error=0.0), HARD, hard_confusion=0.4)
    assert given["no"] == pytest.approx(0.6, abs=0.03)
    assert given["unrelated"] > given["yes"]


def test_where_nothing_is_at_stake_wrong_answers_fall_on_both_sides():
    given = shares(worker("able", error=0.4), PlantedAnswer("unrelated", False))
    assert given["yes"] == pytest.approx(given["no"], abs=0.03)


def test_spammers_answer_at_random_and_others_always_yes():
    assert all(share == pytest.approx(1 / 3, abs=0.03) for share in shares(worker("spamming")).values())
    assert shares(worker("always_yes")) == {"yes": 1.0}


def test_a_drifting_worker_is_able_until_she_tires():
    assert shares(worker("drifting"), hour=EARLY)["no"] == pytest.approx(0.8, abs=0.03)
    assert shares(worker("drifting"), hour=LATE)["no"] == pytest.approx(1 / 3, abs=0.03)
    settings = SimulationSettings()
    assert seconds_for(worker("drifting"), EARLY, "q-1", 10, settings) >= 60
    assert seconds_for(worker("drifting"), LATE, "q-1", 10, settings) <= 32


def test_always_yes_passes_only_where_yes_is_right():
    settings = SimulationSettings()
    passed = {
        v: passes_prerequisite(worker("always_yes"), v, i.prerequisite, settings) for v, i in CODEBOOK.values.items()
    }
    assert passed == {v: i.prerequisite.answer == "yes" for v, i in CODEBOOK.values.items()}


def test_the_pool_has_the_numbers_asked_for_and_pseudonyms_that_do_not_tell_the_kind():
    pool = make_pool(SimulationSettings(able=5, careless=1, spamming=2, always_yes=0, drifting=3))
    assert Counter(who.kind for who in pool) == {"able": 5, "careless": 1, "spamming": 2, "drifting": 3}
    assert len({who.worker for who in pool}) == 11
    assert all(len(who.worker) == 18 and who.worker.startswith("w-") for who in pool)


@pytest.fixture
def campaign():
    return Campaign(some_pairs(120), some_gold(20))


def crowd(campaign, **settings):
    return SimulatedPlatform(some_truth(campaign.pairs, campaign.gold), SimulationSettings(**settings))


def test_all_mishaps_occur_and_leave_their_traces(campaign):
    campaign.plan()
    campaign.answer(crowd(campaign, drops_out=0.1, answers_twice=0.1, comes_late=0.3))
    assert set(campaign.assignments["status"]) == {"complete", "dropped-out", "failed-prerequisite", "surplus"}
    judged = set(campaign.judgements["assignment_id"])
    finished = campaign.assignments["status"].isin(["complete", "surplus"])
    assert judged == set(campaign.assignments.loc[finished, "assignment_id"])
    twice = campaign.assignments[campaign.assignments.duplicated(["survey_id", "worker"], keep=False)]
    assert set(twice["status"]) == {"complete", "surplus"}


def test_late_comers_answer_after_the_survey_is_full(campaign):
    campaign.plan()
    campaign.answer(crowd(campaign, answers_twice=0.0, comes_late=1.0))
    times = campaign.assignments.pivot_table(index="survey_id", columns="status", values="submitted_at", aggfunc="max")
    assert (times["surplus"].dropna() > times.loc[times["surplus"].notna(), "complete"]).all()


def test_times_follow_from_the_settings_and_no_clock(campaign):
    campaign.plan()
    start = datetime(2030, 5, 1, tzinfo=UTC)
    campaign.answer(crowd(campaign, start=start))
    assert campaign.assignments["accepted_at"].min() >= start
    assert campaign.assignments["submitted_at"].max() < start + timedelta(days=7)
    took = (campaign.assignments["submitted_at"] - campaign.assignments["accepted_at"]).dt.total_seconds()
    assert took.tolist() == campaign.assignments["seconds"].tolist()


def test_another_seed_is_another_crowd(campaign):
    campaign.plan()
    seen = []
    for seed in (1, 1, 2):
        other = Campaign(campaign.pairs, campaign.gold, surveys=campaign.surveys)
        other.answer(crowd(campaign, seed=seed))
        seen.append(other.judgements)
    assert seen[0].equals(seen[1])
    assert not seen[0].equals(seen[2])


def test_a_survey_asking_for_more_workers_than_exist_says_how_many_and_what_to_change(campaign):
    campaign.plan()
    platform = crowd(campaign, able=3, careless=0, spamming=0, always_yes=0, drifting=0)
    with pytest.raises(NotEnoughWorkersError) as caught:
        platform.publish(campaign.requests(), CODEBOOK)
    for part in (
        "wants 4 workers",
        "only 3 of 3 simulated ones",
        "able=3",
        "add workers to the simulation",
        "gold items for",
    ):
        assert part in str(caught.value)


def test_when_the_pool_runs_out_in_the_middle_nothing_is_half_published(campaign):
    campaign.plan()
    requests = campaign.requests()
    platform = crowd(campaign, able=9, careless=0, spamming=0, always_yes=0, drifting=0, drops_out=0.5)
    with pytest.raises(NotEnoughWorkersError):
        platform.publish(requests, CODEBOOK)
    assert platform.collect(r.survey_id for r in requests).assignments.empty


def test_a_pair_without_a_planted_answer_cannot_be_published(campaign):
    campaign.plan()
    with pytest.raises(TruthError, match="has no planted answer, so the simulated crowd cannot judge it"):
        SimulatedPlatform(Truth({}), SimulationSettings()).publish(campaign.requests(), CODEBOOK)
