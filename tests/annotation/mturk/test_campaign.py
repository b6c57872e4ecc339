"""A whole campaign on the loopback server: published, answered, judged, reopened and finished."""

from tests.annotation.made_campaign import Campaign, some_gold, some_pairs
from tests.annotation.mturk.conftest import KEY
from valuenet.annotation.mturk.answers import worker_pseudonym
from valuenet.annotation.mturk.payments import decide_payments, pay_workers
from valuenet.warehouse.vocabulary import LABELS


def test_a_campaign_ends_with_every_pair_judged_though_some_answer_carelessly_and_everybody_is_paid_once(
    attended, turk, client, settings
):
    campaign = Campaign(some_pairs(90), some_gold(20))
    turk.truth = {name: LABELS[place % 3] for place, name in enumerate(campaign.pairs["scenario_id"])}
    turk.truth |= dict(zip(campaign.gold["scenario_id"], campaign.gold["label"], strict=True))
    turk.careless = set(turk.people[:3])
    rounds = campaign.run(attended)
    assert rounds > 1
    assert (campaign.progress()["missing"] == 0).all()
    assert not campaign.progress()["open"].any()
    standing = campaign.workers.set_index("worker")
    out = [who for who in turk.careless if standing["status"].get(worker_pseudonym(who, KEY)) == "disqualified"]
    assert out
    decisions = decide_payments(campaign.assignments, campaign.workers, settings)
    report = pay_workers(client, settings, decisions)
    assert report.approved + report.rejected == len(turk.assignments)
    assert report.unknown == ()
