"""Whole campaigns: publish, collect, qualify, plan again until nothing is open."""

import pytest

from tests.annotation.made_campaign import Campaign, shuffled, some_gold, some_pairs, some_truth, worker_of_kind
from valuenet.annotation.counted import counted_judgements
from valuenet.annotation.simulation.platform import NotEnoughWorkersError, SimulatedPlatform, SimulationSettings
from valuenet.annotation.surveys import SurveySettings

PAIRS, FEW, GOLD = some_pairs(300), some_pairs(90), some_gold(14)
TRUTH = some_truth(PAIRS, GOLD)


def crowd(**settings):
    return SimulatedPlatform(TRUTH, SimulationSettings(**settings))


@pytest.fixture(scope="module")
def finished():
    """A campaign run to its end, with its platform and the number of rounds it took."""
    campaign, platform = Campaign(PAIRS, GOLD), crowd()
    return campaign, platform, campaign.run(platform)


def counted(campaign):
    return counted_judgements(campaign.judgements, campaign.surveys, campaign.set_aside)


def votes(campaign):
    """Return how often each pair got each label, as (pairs, labels)."""
    return counted(campaign).groupby(["scenario_id", "value", "label"]).size().unstack(fill_value=0).to_numpy()


def test_every_pair_ends_with_four_counted_judgements_by_four_workers(finished):
    campaign, _, rounds = finished
    by_pair = counted(campaign).groupby(["scenario_id", "value"])["worker"].agg(["size", "nunique"])
    assert len(by_pair) == 300
    assert set(by_pair["size"]) == set(by_pair["nunique"]) == {4}
    assert 2 <= rounds <= 6
    assert not campaign.progress()["open"].any()


def test_no_worker_judges_a_pair_twice_checks_included(finished):
    campaign, _, _ = finished
    judged = campaign.judgements.merge(campaign.set_aside, on=["assignment_id", "position"], how="left")
    assert not judged[judged["reason"] != "repeated"].duplicated(["worker", "scenario_id", "value"]).any()
    sent_again = campaign.judgements.groupby(["worker", "survey_id"])["assignment_id"].nunique()
    repeated = judged[judged["reason"] == "repeated"].groupby(["worker", "survey_id"]).size()
    assert set(repeated.index) == set(sent_again.index[sent_again > 1])  # she sent it in again unasked


def test_only_workers_who_are_not_disqualified_are_counted(finished):
    campaign, _, _ = finished
    standing = campaign.workers.set_index("worker")["status"]
    assert set(counted(campaign)["worker"].map(standing)) == {"qualified"}


def test_spammers_end_disqualified_with_a_reason_and_a_date_and_able_workers_rarely():
    lenient = ("ACHIEVEMENT", "CONFORMITY", "STIMULATION")  # their prerequisites let in who always says yes
    pairs, gold = some_pairs(240, lenient), some_gold(14, lenient)
    campaign = Campaign(pairs, gold)
    platform = SimulatedPlatform(some_truth(pairs, gold), SimulationSettings(able=40, spamming=12, always_yes=8))
    campaign.run(platform)
    workers = campaign.workers.set_index("worker")
    came_back = set(campaign.assignments.loc[campaign.assignments.duplicated("worker"), "worker"])
    bad = workers.loc[sorted(came_back & set(worker_of_kind(platform, "spamming", "always_yes")))]
    assert len(bad) >= 10
    assert (bad["status"] == "disqualified").mean() >= 0.9
    assert bad["reason"].str.len().min() > 20
    assert set(bad["rule"]) > {"prerequisite", "too-fast"}
    able = workers.loc[workers.index.isin(worker_of_kind(platform, "able"))]
    assert (able["status"] == "disqualified").mean() < 0.15


def test_agreement_is_near_the_papers(finished):
    from statsmodels.stats.inter_rater import fleiss_kappa

    campaigns = [finished[0]]
    for seed in (1, 2):
        campaigns.append(Campaign(PAIRS, GOLD))
        campaigns[-1].run(crowd(seed=seed))
    tables = [votes(campaign) for campaign in campaigns]
    observed = [((table**2).sum(axis=1) - 4).mean() / 12 for table in tables]
    assert sum(observed) / 3 == pytest.approx(0.65, abs=0.03)
    assert sum(map(fleiss_kappa, tables)) / 3 == pytest.approx(0.45, abs=0.05)


def test_a_late_disqualified_worker_reopens_the_pairs_she_judged():
    campaign, platform = Campaign(PAIRS, GOLD), crowd()
    campaign.plan()
    campaign.answer(platform)
    campaign.qualify(platform)
    out = set(campaign.workers.loc[campaign.workers["status"] == "disqualified", "worker"])
    hers = campaign.judgements[campaign.judgements["worker"].isin(out)]
    reopened = campaign.plan().query("role == 'formal'")
    pairs = ["scenario_id", "value"]
    formal = campaign.surveys.query("role == 'formal' and round == 1")[["survey_id", "position"]]
    lost = set(hers.merge(formal, on=["survey_id", "position"])[pairs].itertuples(index=False, name=None))
    assert lost
    assert set(reopened[pairs].itertuples(index=False, name=None)) == lost
    assert all(not request.barred.isdisjoint(out) for request in campaign.requests())


def test_the_same_bytes_come_out_whatever_the_row_order(finished):
    campaign, _, _ = finished
    again = Campaign(shuffled(PAIRS), shuffled(GOLD))
    platform = crowd()
    while len(again.plan()):
        again.surveys = shuffled(again.surveys)
        again.answer(platform)
        again.assignments, again.judgements = shuffled(again.assignments), shuffled(again.judgements)
        again.qualify(platform)
        again.set_aside = shuffled(again.set_aside)
    for name, table in campaign.tables().items():
        key = table.columns.tolist()
        assert (
            table.sort_values(key)
            .reset_index(drop=True)
            .equals(again.tables()[name].sort_values(key).reset_index(drop=True))
        ), name


@pytest.fixture(scope="module")
def whole():
    campaign = Campaign(FEW, GOLD)
    assert campaign.run(crowd()) >= 2
    return campaign


@pytest.mark.parametrize("lost", ["nothing", "judgements", "all answers"])
def test_a_campaign_killed_in_any_round_goes_on_to_the_same_tables(whole, lost):
    for killed_in in (1, 2):
        campaign, platform = Campaign(FEW, GOLD), crowd()
        for _ in range(killed_in):
            campaign.plan()
            before = campaign.assignments, campaign.judgements
            campaign.answer(platform)
            last = campaign.assignments, campaign.judgements
            campaign.qualify(platform)
        if lost != "nothing":  # killed after publishing: answers were saved in part or not at all
            campaign = resumed(campaign, before, last, lost)
        fresh = crowd()
        campaign.answer(fresh)
        campaign.qualify(fresh)
        campaign.run(fresh)
        for name, table in whole.tables().items():
            assert table.equals(campaign.tables()[name]), (killed_in, name)


def resumed(campaign, before, last, lost):
    """Return the campaign as its tables stood when the process was killed between publishing and saving."""
    again = Campaign(FEW, GOLD, surveys=campaign.surveys, assignments=before[0], judgements=before[1])
    if len(before[0]):
        again.qualify(crowd())
    if lost == "judgements":
        again.assignments = last[0]
    return again


def test_when_the_pool_runs_out_the_open_pairs_are_reported_and_nothing_is_lost():
    campaign, platform = Campaign(PAIRS, some_gold(8)), crowd(able=10, careless=6, spamming=8)
    with pytest.raises(NotEnoughWorkersError, match="round 2"):
        campaign.run(platform)
    progress = campaign.progress()
    assert progress["open"].any()
    assert set(progress.loc[~progress["open"], "counted"]) == {4}
    assert progress["counted"].sum() == len(counted(campaign))


def test_a_campaign_that_may_not_open_pairs_again_ends_after_one_round():
    campaign = Campaign(PAIRS, GOLD, survey=SurveySettings(max_rounds=1))
    assert campaign.run(crowd()) == 1
    assert campaign.progress()["missing"].max() >= 1
