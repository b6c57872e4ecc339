"""`valuenet reddit fetch` against a Reddit on this machine."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.curation.reddit.reddit_server import RedditServer, comment, more, post, serving_reddit, tree
from valuenet.curation.reddit.api.state import ApiState, read_state, write_state
from valuenet.flows.reddit import fetch as reddit_fetch
from valuenet.flows.reddit.fetch import FetchBusyError, fetch_batches
from valuenet.flows.settings.valuenet import ValuenetSettings, load_settings
from valuenet.warehouse.hashing import content_hash
from valuenet.warehouse.reddit_tables import Comments, Fetched, PersonalData, Posts
from valuenet.warehouse.store import Warehouse

HOUR = 3_600
START = 1_701_388_800 - 2 * HOUR  # two hours before December 2023
TEXT = "I have been carrying this around for years and I finally want to tell somebody about it today."
NAMES = {"author": "listener_one", "body": f"{TEXT} Write to me at someone@example.org if you want."}


@pytest.fixture
def reddit() -> Iterator[RedditServer]:
    posts = [post(f"p{n}", START + n * HOUR, selftext=TEXT, author="poster_name") for n in (1, 2, 3)]
    server = RedditServer("offmychest", posts=posts[::-1])
    server.trees = {
        "p1": tree(posts[0], comment("c1", "p1", "t3_p1", START + HOUR, **NAMES), more("t3_p1", "c2")),
        "p2": tree(posts[1], comment("c3", "p2", "t3_p2", START + 3 * HOUR, **NAMES)),
        "p3": tree(posts[2]),
    }
    server.more = [[comment("c2", "p1", "t3_p1", START + 4 * HOUR, **NAMES)]]
    with serving_reddit(server) as served:
        yield served


@pytest.fixture
def config(reddit: RedditServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VALUENET_PSEUDONYM_KEY", "a key of thirty-two characters..")
    for name in ("CLIENT_ID", "CLIENT_SECRET", "USER_AGENT"):
        monkeypatch.setenv(f"VALUENET_REDDIT_{name}", "a test of valuenet")
    lines = [f'warehouse = "{tmp_path / "warehouse"}"', "[reddit.api]", f'state = "{tmp_path / "state.json"}"']
    lines += [f'reddit_url = "{reddit.url}"', f'oauth_url = "{reddit.url}"', "posts_per_batch = 2"]
    (tmp_path / "settings.toml").write_text("\n".join(lines))
    return tmp_path / "settings.toml"


@pytest.fixture
def settings(config: Path) -> ValuenetSettings:
    return load_settings(config)


def contents(settings: ValuenetSettings) -> list[str]:
    store = Warehouse(settings.warehouse)
    return [content_hash(store.read(table), table.key()) for table in (Posts, Comments, PersonalData)]


def test_the_command_fetches_into_months_and_a_second_run_finds_little(prefect_server, said, config, reddit):
    write_state(ApiState(subreddit="offmychest", newest=START - HOUR), config.parent / "state.json")
    code, out, _ = said("reddit", "fetch", "--config", str(config), "--json")
    assert code == 0
    report = json.loads(out)
    assert (report["unfinished"], report["months"]) == (0, ["2023-11", "2023-12"])
    assert report["gaps"] == [{"start": "2023-11-30T21:00+00:00", "end": "2023-11-30T23:00+00:00"}]
    store = Warehouse(load_settings(config).warehouse)
    assert store.read(Posts)["post_id"].tolist() == ["p1", "p2", "p3"]
    assert store.read_part(Comments, "2023-11")["comment_id"].tolist() == ["c1"]
    assert store.read_part(Comments, "2023-12")["comment_id"].tolist() == ["c2", "c3"]
    everything = store.read(Posts).to_csv() + store.read(Comments).to_csv() + (config.parent / "state.json").read_text()
    for personal in ("poster_name", "listener_one", "someone@example.org"):
        assert personal not in everything
    assert set(store.parts(Posts)) == {"2023-11", "2023-12"}
    assert "[EMAIL]" in store.read(Comments)["text"][0]
    reddit.asked.clear()
    code, _, err = said("reddit", "fetch", "--config", str(config), "--requests", "20")
    assert (code, "months written: 2023-11, 2023-12" in err) == (0, True)
    assert set(reddit.asked) == {"/api/v1/access_token", "/r/offmychest/new", "/comments/p3/"}
    assert "gap: posts between 2023-11-30T21:00+00:00 and 2023-11-30T23:00+00:00 had left the listing" in err


def test_a_comment_deleted_later_loses_its_text_and_an_edited_one_changes(settings, reddit):
    fetch_batches(settings, now=START + 5 * HOUR)
    reddit.trees["p1"] = tree(
        reddit.posts[-1], comment("c1", "p1", "t3_p1", START + HOUR, author=None, body="[deleted]")
    )
    reddit.trees["p2"] = tree(reddit.posts[1], comment("c3", "p2", "t3_p2", START + 3 * HOUR, body=f"Edited. {TEXT}"))
    # c2 stands in no tree any more; asked for by its id it is told of as deleted.
    reddit.info["c2"] = comment("c2", "p1", "t3_p1", START + 4 * HOUR, author=None, body="[deleted]")
    report = fetch_batches(settings, now=START + 50 * HOUR)
    noted = Warehouse(settings.warehouse).read(Fetched)
    assert set(noted.loc[noted["thing"] == "comment", "fetched_id"]) == {"c1", "c2", "c3"}
    assert noted["key_id"].nunique() == 1
    rows = Warehouse(settings.warehouse).read(Comments).set_index("comment_id")
    assert report.months == ("2023-11", "2023-12")
    assert rows["filtered"].fillna("kept").to_dict() == {"c1": "deleted", "c2": "deleted", "c3": "kept"}
    assert rows["text"].isna().to_dict() == {"c1": True, "c2": True, "c3": False}
    assert rows["text"]["c3"].startswith("Edited.")


def _without_c2(reddit, how):
    """Let Reddit keep back c2, which is there, in one of the ways it does."""
    if how == "left out of the tree":
        reddit.trees["p1"] = tree(reddit.posts[-1], comment("c1", "p1", "t3_p1", START + HOUR, **NAMES))
    elif how == "an empty tree":
        reddit.trees["p1"] = tree(reddit.posts[-1])
    elif how == "no children":
        reddit.more = []
    elif how == "other children":
        reddit.more = [[comment("c9", "p1", "t3_p1", START + 4 * HOUR, **NAMES), comment("c2", "p1", "t3_p1", 0)][:1]]
    elif how == "the same more again":
        reddit.more = [[more("t3_p1", "c2")]]


WAYS = ("left out of the tree", "an empty tree", "no children", "other children", "the same more again")


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("how", WAYS)
def test_a_known_comment_that_reddit_keeps_back_is_never_taken_for_deleted(settings, reddit, how, told):
    fetch_batches(settings, now=START + 5 * HOUR)
    reddit.info["c2"] = comment("c2", "p1", "t3_p1", START + 4 * HOUR, **NAMES)
    reddit.silent_on = set() if told else {"c1", "c2"}
    _without_c2(reddit, how)
    fetch_batches(settings, now=START + 50 * HOUR)
    rows = Warehouse(settings.warehouse).read(Comments).set_index("comment_id")
    assert rows.loc[["c1", "c2", "c3"], "filtered"].isna().all()
    assert rows.loc[["c1", "c2", "c3"], ["author", "text"]].notna().all(axis=None)


@pytest.mark.parametrize("at", [0, 2])
def test_a_fetch_killed_between_rows_and_state_ends_with_the_same_tables(settings, reddit, tmp_path, monkeypatch, at):
    whole = settings.model_copy(update={"warehouse": str(tmp_path / "whole")})
    fetch_batches(whole, now=START + 5 * HOUR)
    state = Path(settings.reddit.api.state)
    state.unlink()
    with monkeypatch.context() as patch:
        stored: list[object] = []

        def dying(new, file, write=reddit_fetch.write_state):
            stored.append(new)
            if len(stored) > at:
                raise KeyboardInterrupt
            write(new, file)

        patch.setattr(reddit_fetch, "write_state", dying)
        with pytest.raises(KeyboardInterrupt):
            fetch_batches(settings, now=START + 5 * HOUR)
    report = fetch_batches(settings, now=START + 5 * HOUR)
    assert contents(settings) == contents(whole)
    assert report.unfinished == 0
    assert read_state(state, "offmychest").newest == START + 3 * HOUR


def test_two_runs_at_once_and_missing_credentials_are_refused(said, config, settings, tmp_path, monkeypatch):
    with reddit_fetch._alone(Path(settings.reddit.api.state)), pytest.raises(FetchBusyError, match="another run"):
        fetch_batches(settings, now=int(time.time()))
    monkeypatch.delenv("VALUENET_REDDIT_CLIENT_SECRET")
    from valuenet.flows.services.crowd import SecretMissingError
    from valuenet.flows.services.reddit import open_reddit_api

    with pytest.raises(SecretMissingError, match="must hold VALUENET_REDDIT_CLIENT_SECRET: Reddit's API is open only"):
        open_reddit_api(settings, lambda _: {})
