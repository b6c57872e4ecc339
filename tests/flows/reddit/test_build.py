"""`valuenet reddit build`: from posts and comments to preference pairs, only what is not current."""

import json
import pickle
from functools import partial

import pytest

from tests.curation.reddit.community import NOON, comment, store_month
from valuenet.flows.command.app import run
from valuenet.flows.reddit.build import NothingIngestedError, build_reddit, count_set_aside
from valuenet.flows.reddit.recipes import find_stale
from valuenet.flows.reddit.scoring import TextShard
from valuenet.flows.settings.valuenet import ValuenetSettings, load_settings
from valuenet.flows.step import StepReport
from valuenet.models.scoring.texts import TextScoringSettings, distinct_texts, put_in_shards, read_shard
from valuenet.warehouse.reddit_tables import (
    Comments,
    ExamplesSetAside,
    Exchanges,
    Preferences,
    SupportExamples,
    TextScores,
    Withdrawals,
)
from valuenet.warehouse.store import Warehouse

pytestmark = pytest.mark.usefixtures("prefect_server")


MADE_ANEW = ("rebuild exchanges", "choose other replies", "score texts", "choose support examples")


@pytest.fixture
def settings(tmp_path) -> ValuenetSettings:
    return load_settings(None, {"reddit.scoring.shards": 2}, warehouse=str(tmp_path / "warehouse"))


@pytest.fixture
def store(settings) -> Warehouse:
    store = Warehouse(settings.warehouse)
    store_month(store, "2020-05", 0, 12)
    return store


def made(reports: list[StepReport]) -> list[str]:
    return [report.name for report in reports if not report.current]


def test_a_build_makes_every_table_and_then_has_nothing_to_do(settings, store):
    reports = build_reddit(settings)
    rows = {table: count for report in reports for table, count in report.rows.items()}
    assert rows == {
        "repeats": 0,
        "orphans": 0,
        "exchanges": 48,
        "other_replies": 24,
        "text_scores": 48,
        "support_examples": 12,
        "support_examples_set_aside": 12,
        "preferences": len(store.read(Preferences)),
    }
    assert count_set_aside(settings) == {"no-answer": 12}
    assert sorted(store.parts(TextScores)) == ["0", "1"]
    examples = store.read(SupportExamples).merge(store.read(Exchanges), on=["exchange_id", "turn", "post_id"])
    assert set(examples["comment_id"]) == {f"a{k}" for k in range(12)}
    assert set(store.read(Preferences)["rejected_id"]) <= {f"{kind}{k}" for kind in "de" for k in range(12)}
    assert {found.table for found in find_stale(settings, store)} == {"posts", "comments"}  # which a test made
    again = build_reddit(settings)
    assert made(again) == []
    assert [report.rows for report in again] == [report.rows for report in reports]


def test_a_later_month_is_joined_and_only_shards_with_new_texts_are_scored_again(settings, store):
    build_reddit(settings)
    early = {part: state.version for part, state in store.parts(TextScores).items()}
    answer = comment("f0", "p0", "c0", "poster0", text="I can hope again, thank you, you are so kind.", month="2020-06")
    store.write_part(Comments, "2020-06", Comments.frame([answer]), recipe="made by a test")
    reports = build_reddit(settings)
    assert made(reports) == ["find repeats", *MADE_ANEW]
    assert len(store.read(SupportExamples)) == 13
    late = {part: state.version for part, state in store.parts(TextScores).items()}
    assert sum(late[part] != early[part] for part in early) == 1  # the shard of the new text


def test_a_withdrawn_account_leaves_every_table(settings, store):
    build_reddit(settings)
    store.append(Withdrawals, Withdrawals.frame([{"thing": "author", "id": "u-kind3", "requested_at": NOON}]))
    build_reddit(settings)
    assert "u-kind3" not in set(store.read(Exchanges)["author"])
    assert len(store.read(SupportExamples)) == 11


def test_another_number_of_shards_leaves_no_text_twice(settings, store):
    build_reddit(settings)
    before = store.read(TextScores).drop(columns="shard")
    scoring = settings.reddit.scoring.model_copy(update={"shards": 1})
    build_reddit(settings.with_overrides({"reddit.scoring": scoring}))
    assert store.read(TextScores)["shard"].unique().tolist() == [0]
    assert "text_scores" not in {
        found.table for found in find_stale(settings.with_overrides({"reddit.scoring": scoring}), store)
    }
    assert store.read(TextScores).drop(columns="shard").equals(before)


def test_a_shard_that_goes_to_another_process_takes_its_texts_along():
    scoring = TextScoringSettings(shards=1)
    spool = put_in_shards([["one", "two"], ["two", None, " "]], scoring)
    shard = pickle.loads(pickle.dumps(TextShard(0, partial(read_shard, spool, 0))))
    assert shard.number == 0
    assert shard.read().equals(distinct_texts(["one", "two"], scoring))


def test_other_rules_make_the_examples_anew_and_score_nothing(settings, store):
    build_reddit(settings)
    strict = settings.reddit.support.examples.model_copy(update={"rule": "pleasant", "positive_valence": 5.0})
    support = settings.reddit.support.model_copy(update={"examples": strict})
    assert made(build_reddit(settings.with_overrides({"reddit.support": support}))) == ["choose support examples"]
    assert len(store.read(SupportExamples)) == 0
    assert store.read(ExamplesSetAside)["reason"].value_counts().to_dict() == {"no-answer": 12, "not-positive": 12}


def test_the_command_prints_counts_and_reasons(settings, store, capsys):
    assert run(["reddit", "build", "--warehouse", settings.warehouse]) == 0
    printed = capsys.readouterr().out
    assert "support_examples" in printed
    assert "no-answer" in printed
    assert run(["reddit", "build", "--warehouse", settings.warehouse, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["set_aside"] == {"no-answer": 12}
    assert told["rows"]["exchanges"] == 48


def test_without_posts_the_next_step_is_named(tmp_path, capsys):
    with pytest.raises(NothingIngestedError, match="valuenet reddit ingest"):
        build_reddit(load_settings(None, warehouse=str(tmp_path / "empty")))
    assert run(["reddit", "build", "--warehouse", str(tmp_path / "empty")]) == 2
    assert "no posts are in" in capsys.readouterr().err
