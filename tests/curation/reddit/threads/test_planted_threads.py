"""What was planted in the dump is met after the real ingest: decoded, filtered, pseudonyms for names."""

from pathlib import Path

import pandas as pd
import pytest

from tests.curation.reddit.read_plainly import Community, Whole, dataset_of, whole
from valuenet.curation.reddit.dump.decoding import DecodingSettings, decode_dump
from valuenet.curation.reddit.dump.files import Dump
from valuenet.curation.reddit.intake.anonymiser import Guards, take_month
from valuenet.curation.reddit.intake.filters import FilterSettings
from valuenet.curation.reddit.intake.language import EnglishJudge
from valuenet.curation.reddit.intake.pseudonyms import AccountKeys
from valuenet.curation.reddit.threads.exchanges import ExchangeSettings, rebuild_exchanges
from valuenet.curation.reddit.threads.other_replies import OtherReplySettings, choose_other_replies
from valuenet.warehouse.reddit_tables import Withdrawals


@pytest.fixture(scope="module")
def community(dump: Path) -> Community:
    """All months of the dump, ingested."""
    folder, guards = Dump(dump), Guards(AccountKeys(b"a key of sixteen bytes or more"), EnglishJudge())
    by_month: dict[str, dict[str, object]] = {}
    for file in folder.files():
        with folder.open(file) as stream:
            decoded = decode_dump(
                stream, DecodingSettings(), community="offmychest", name=file.name, kind=file.kind, month=file.month
            )
        by_month.setdefault(file.month, {})[file.kind] = decoded
    taken = [
        take_month(*_in_order(files), Withdrawals.frame(), FilterSettings(), month=month, guards=guards)
        for month, files in sorted(by_month.items())
    ]
    return Community(pd.concat(month.posts for month in taken), pd.concat(month.comments for month in taken))


def _in_order(files):
    posts, comments = (files[kind] for kind in sorted(files, reverse=True))  # RS: submissions, RC: comments
    return posts, comments


@pytest.fixture(scope="module")
def rebuilt(community: Community) -> Whole:
    return whole(rebuild_exchanges(*community.datasets(), ExchangeSettings()))


def test_every_planted_chain_and_orphan_is_met_after_ingest(rebuilt, truth, truth_items):
    assert len(rebuilt.orphans) == truth["orphans"]["either"]
    turns = rebuilt.exchanges.sort_values(["exchange_id", "turn"])
    found = {(g["post_id"].iloc[0], *g["comment_id"].iloc[1:]) for _, g in turns.groupby("exchange_id")}
    chained = [item for item in truth_items if item["kind"] == "chain"]
    assert found == {(item["post"][3:], *(name[3:] for name in item["comments"])) for item in chained}
    assert len(found) == truth["alternating_chains"]["total"]


def test_chains_of_planted_crisis_posts_say_so(rebuilt, truth_items):
    planted = {item["post"][3:] for item in truth_items if item["kind"] == "chain" and item["crisis_post"]}
    begins = rebuilt.exchanges[rebuilt.exchanges["turn"] == 1]
    assert planted <= set(begins.loc[begins["crisis"].notna(), "post_id"])


def test_no_account_name_and_nothing_of_other_people_stands_among_other_replies(community, rebuilt):
    said = community.datasets()[1:]
    replies = choose_other_replies(*said, dataset_of(rebuilt.exchanges), OtherReplySettings()).whole()
    people = rebuilt.exchanges[rebuilt.exchanges["turn"] <= 2].groupby("post_id")["author"].agg(set)
    assert len(replies) > 100
    assert all(
        reply.author not in people[reply.post_id] or len(people[reply.post_id]) > 2 for reply in replies.itertuples()
    )
    assert replies["author"].str.fullmatch("u-[0-9a-f]{16}").all()
    kept = community.comments.set_index("comment_id").loc[replies["comment_id"]]
    assert kept[["filtered", "crisis"]].isna().all(axis=None)
