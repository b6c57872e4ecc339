"""Reading dump files month by month: what is current is skipped, what is bad is told, a kill changes nothing."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import zstandard
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from prefect.task_runners import ThreadPoolTaskRunner

from valuenet.curation.reddit.dump.files import Dump, DumpFile
from valuenet.curation.reddit.intake.merging import FETCHED
from valuenet.flows.reddit.ingest import plan_months, read_months
from valuenet.flows.reddit.keys import MixedKeysError, keys_in, refuse_mixed_keys, tell_other_keys
from valuenet.flows.reddit.months import MonthJob, read_month, with_fetched
from valuenet.flows.services.crowd import KEY_VARIABLE, OLDER_KEYS_VARIABLE, SecretMissingError
from valuenet.flows.settings.valuenet import ValuenetSettings, load_settings
from valuenet.flows.step import StepReport
from valuenet.warehouse.hashing import content_hash
from valuenet.warehouse.reddit_tables import Comments, Fetched, PersonalData, Posts, RedditRejected, Withdrawals
from valuenet.warehouse.store import Warehouse

TABLES = (Posts, Comments, RedditRejected, PersonalData)
TEXT = "I have been carrying this around for years and I finally want to tell somebody, someone@example.org"
STARTS = {"2021-01": 1_609_459_200, "2021-02": 1_612_137_600, "2021-03": 1_614_556_800}
DAY = 86_400


def thing(kind: str, month: str, number: int, subreddit: str = "offmychest") -> dict[str, Any]:
    common = {"id": f"{month[-1]}{kind.lower()}{number}", "author": f"SecretName{number}", "subreddit": subreddit}
    common |= {"created_utc": STARTS[month] + number * DAY, "score": 1}
    if kind == "RS":
        return {**common, "title": "A title of four words", "selftext": TEXT, "is_self": True}
    return {**common, "body": TEXT, "link_id": f"t3_{month[-1]}rs0", "parent_id": f"t3_{month[-1]}rs0"}


def write(folder: Path, kind: str, month: str, count: int = 3, cut: int | None = None, **more: Any) -> None:
    folder.mkdir(exist_ok=True)
    lines = "".join(json.dumps(thing(kind, month, number, **more)) + "\n" for number in range(count))
    packed = zstandard.ZstdCompressor(write_checksum=True).compress(lines.encode())
    (folder / f"{kind}_{month}.zst").write_bytes(packed[: cut or len(packed)])


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ValuenetSettings:
    monkeypatch.setenv(KEY_VARIABLE, "a key of thirty-two characters..")
    for month in STARTS:
        write(tmp_path / "dump", "RS", month)
        write(tmp_path / "dump", "RC", month, count=0 if month == "2021-02" else 5)
    lines = [f'warehouse = "{tmp_path / "warehouse"}"', "[reddit]", f'dump = "{tmp_path / "dump"}"', "processes = 1"]
    (tmp_path / "settings.toml").write_text("\n".join(lines))
    return load_settings(tmp_path / "settings.toml")


def plan(settings: ValuenetSettings) -> list[MonthJob]:
    dump = Dump(settings.reddit.dump)
    return plan_months(settings, Warehouse(settings.warehouse), dump, dump.files())


def read(settings: ValuenetSettings) -> list[str]:
    """Read what is not current and return its months."""
    waiting = [job for job in plan(settings) if not job.current]
    for job in waiting:
        read_month(job)
    return [job.month for job in waiting]


def contents(settings: ValuenetSettings) -> list[str]:
    store = Warehouse(settings.warehouse)
    return [content_hash(store.read(table), table.key()) for table in TABLES]


def test_only_a_month_whose_file_was_changed_is_read_again(settings: ValuenetSettings, tmp_path: Path) -> None:
    assert read(settings) == list(STARTS)
    assert read(settings) == []
    write(tmp_path / "dump", "RC", "2021-03", count=6)
    assert read(settings) == ["2021-03"]
    assert len(Warehouse(settings.warehouse).read(Comments)) == 11


def test_an_empty_month_is_known_as_read(settings: ValuenetSettings) -> None:
    read(settings)
    store = Warehouse(settings.warehouse)
    assert list(store.parts(Comments)) == list(STARTS)
    assert store.read_part(Comments, "2021-02").empty


def test_a_month_that_the_api_wrote_to_is_joined_with_its_dump_and_then_current(
    settings: ValuenetSettings,
) -> None:
    read(settings)
    store = Warehouse(settings.warehouse)
    rows = store.read_part(Comments, "2021-01")
    late = rows.head(1).assign(comment_id="zzzz", text="came after the dump was made")
    fetched = Comments.frame(pd.concat([rows.iloc[1:], late]))
    store.write_part(Comments, "2021-01", fetched, recipe=FETCHED)
    assert read(settings) == ["2021-01"]
    assert store.read_part(Comments, "2021-01")["comment_id"].tolist() == [*rows["comment_id"], "zzzz"]
    assert read(settings) == []


def test_another_key_or_a_withdrawal_is_taken_up_by_every_month(
    settings: ValuenetSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(settings)
    store = Warehouse(settings.warehouse)
    before = set(store.read(Posts)["author"])
    asked = {"thing": "author", "id": min(before), "requested_at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)}
    monkeypatch.setenv(OLDER_KEYS_VARIABLE, "a key of thirty-two characters..")
    monkeypatch.setenv(KEY_VARIABLE, "another key of thirty characters")
    store.append(Withdrawals, Withdrawals.frame([asked]))
    assert read(settings) == list(STARTS)
    posts = store.read(Posts)
    assert not before & set(posts["author"].dropna())
    assert (posts["filtered"] == "withdrawn").sum() == len(STARTS)  # one account, one post a month


def test_a_dump_that_is_read_again_does_not_undo_an_edit_that_the_api_brought(
    settings: ValuenetSettings, tmp_path: Path
) -> None:
    read(settings)
    store = Warehouse(settings.warehouse)
    rows = store.read_part(Comments, "2021-01")
    edited, other = rows["comment_id"][:2]
    changed = rows.assign(text=rows["text"].mask(rows["comment_id"].isin([edited, other]), "Edited since."))
    noted = {"thing": "comment", "fetched_id": edited, "month": "2021-01", "key_id": next(iter(keys_in(store)))}
    store.write_part(Fetched, "2021-01", Fetched.frame([noted]), recipe=FETCHED)
    recipe = store.parts(Comments)["2021-01"].recipe
    store.write_part(Comments, "2021-01", Comments.frame(changed), recipe=with_fetched(recipe))
    assert read(settings) == []  # it was read before the API wrote to the month
    write(tmp_path / "dump", "RC", "2021-01", count=6)
    assert read(settings) == ["2021-01"]
    texts = store.read_part(Comments, "2021-01").set_index("comment_id")["text"]
    assert (len(texts), texts[edited], texts[other] == "Edited since.") == (6, "Edited since.", False)


def test_after_a_change_of_the_key_what_no_dump_can_read_again_is_named_with_what_to_do(
    settings: ValuenetSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(settings)
    store = Warehouse(settings.warehouse)
    ((old, months),) = keys_in(store).items()
    assert months == tuple(STARTS)
    rows = store.read_part(Posts, "2021-02")
    alone = Posts.frame(rows.head(1).assign(post_id="zzzz"))
    store.write_part(Posts, "2021-02", Posts.frame(pd.concat([rows, alone])), recipe=f"{old} {FETCHED}")
    noted = [
        {"thing": "post", "fetched_id": name, "month": "2021-02", "key_id": old} for name in ("zzzz", "2rs0", "gone")
    ]
    store.write_part(Fetched, "2021-02", Fetched.frame(noted), recipe=FETCHED)
    assert tell_other_keys(settings, store) == []
    monkeypatch.setenv(KEY_VARIABLE, "another key of thirty characters")
    (tmp_path / "dump" / "RC_2021-03.zst").unlink()  # what was read of it is still in the tables
    assert read(settings) == list(STARTS)
    assert keys_in(store)[old] == ("2021-02", "2021-03")
    (line,) = tell_other_keys(settings, store)
    assert line.startswith(f"accounts of 2021-02, 2021-03 stand under another key of pseudonyms ({old}) than today's")
    assert "set the older key in VALUENET_PSEUDONYM_KEY again" in line
    assert "`valuenet reddit fetch`" in line
    names = store.read_part(Fetched, "2021-02").set_index("fetched_id")["key_id"]
    assert (names["zzzz"], names["2rs0"] != old) == (old, True)
    with pytest.raises(MixedKeysError, match="accounts stand under 2 keys"):
        refuse_mixed_keys(settings, store)
    monkeypatch.delenv(KEY_VARIABLE)
    assert len(tell_other_keys(settings, store)) == 2
    monkeypatch.setenv(KEY_VARIABLE, "a key of thirty-two characters..")
    assert read(settings) == list(STARTS)
    assert tell_other_keys(settings, store) == []


@pytest.mark.parametrize("table", [RedditRejected, Comments])  # the first commit of a month, and the last
def test_a_run_killed_at_any_commit_ends_with_the_same_contents(
    settings: ValuenetSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: Any
) -> None:
    whole = settings.model_copy(update={"warehouse": str(tmp_path / "whole")})
    read(whole)

    class KilledError(BaseException):
        pass

    def die(store: Warehouse, wanted: Any, part: str, frame: Any, **said: Any) -> Any:
        if wanted is table and part == "2021-02":
            raise KilledError
        return written(store, wanted, part, frame, **said)

    written = Warehouse.write_part
    with monkeypatch.context() as patch:
        patch.setattr(Warehouse, "write_part", die)
        with pytest.raises(KilledError):
            read(settings)
    assert read(settings) == ["2021-02", "2021-03"]
    assert contents(settings) == contents(whole)


def test_a_missing_key_is_told_with_the_variable_and_how_to_make_one(
    settings: ValuenetSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY_VARIABLE)
    with pytest.raises(SecretMissingError, match=rf"{KEY_VARIABLE} must hold a secret.*openssl rand"):
        plan(settings)
    assert not Path(settings.warehouse).exists()


def test_the_command_reads_reports_and_says_no_name(prefect_server, said, settings, tmp_path) -> None:
    config = ["--config", str(tmp_path / "settings.toml")]
    write(tmp_path / "dump", "RC", "2021-03", count=2_000, cut=2_000)
    (tmp_path / "dump" / "RS_2021-02.zst").unlink()
    code, out, err = said("reddit", "ingest", *config)
    assert code == 0, err
    assert "3 months, 3 of them read now" in out
    assert "ENDS TOO EARLY: RC_2021-03.zst, line 1" in err
    assert "missing between the first month and the last: RS_2021-02.zst" in err
    code, out, err = said("reddit", "ingest", str(tmp_path / "dump"), "--json", *config)
    found = json.loads(out)
    assert (found["months"], found["read_now"]) == (3, 0)
    assert found["posts"] == {"kept": 6}
    assert found["rejected"] == {"truncated": 1}
    assert found["personal_data"]["email"] == 11
    assert "SecretName" not in out + err
    code, out, err = said("reddit", "coverage", "--figure", str(tmp_path / "figures" / "coverage.png"), *config)
    assert (code, out.splitlines()[0]) == (0, "holes: 0")
    assert "2021-02: no file of posts" in out
    assert (tmp_path / "figures" / "coverage.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads(said("reddit", "coverage", "--json", *config)[1])["months_lacking"][0]["month"] == "2021-02"
    with get_client(sync_client=True) as client:
        artifacts = client.read_latest_artifacts(
            artifact_filter=ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=["reddit-coverage"]))
        )
    assert "holes: 0\nmonths that lack something: 1" in str(artifacts[0].data)


def test_a_backfill_reads_its_months_alone_and_refuses_a_range_with_gaps(
    prefect_server, said, settings, tmp_path
) -> None:
    config = ["--config", str(tmp_path / "settings.toml")]
    code, out, err = said("reddit", "ingest", "--months", "2021-02:2021-05", *config)
    assert code == 2
    assert "lacks RS_2021-04.zst, RC_2021-04.zst, RS_2021-05.zst, RC_2021-05.zst of the months 2021-02:2021-05" in err
    assert not Path(settings.warehouse).exists()
    code, out, err = said("reddit", "ingest", "--months", "2021-02:2021-03", *config)
    assert (code, "2 months, 2 of them read now" in out) == (0, True), err
    assert list(Warehouse(settings.warehouse).parts(Posts)) == ["2021-02", "2021-03"]


def test_a_file_of_another_community_stops_its_month_alone(prefect_server, said, settings, tmp_path) -> None:
    write(tmp_path / "dump", "RC", "2021-01", subreddit="depression")
    code, _, err = said("reddit", "ingest", "--config", str(tmp_path / "settings.toml"))
    assert code == 2
    assert "RC_2021-01.zst holds nothing of r/offmychest, only r/depression" in err
    assert list(Warehouse(settings.warehouse).parts(Comments)) == ["2021-02", "2021-03"]


def test_coverage_of_nothing_says_what_to_do(prefect_server, said, tmp_path) -> None:
    code, _, err = said("reddit", "coverage", "--warehouse", str(tmp_path / "nothing"))
    assert (code, "valuenet reddit ingest" in err) == (2, True)


def test_the_largest_months_are_read_first_and_reported_in_their_order():
    def job(month, posts, comments, current=False):
        files = (DumpFile("RS", month, "a", posts), DumpFile("RC", month, "b", comments))
        return MonthJob(ValuenetSettings(), month, *files, "recipe", current)

    jobs = [job("2020-01", 10, 50), job("2020-02", 900, 900, current=True), job("2020-03", 5, 70), job("2020-04", 1, 1)]
    read = []

    def call(_, asked):
        read.append(asked.month)
        return StepReport(f"read {asked.month}", asked.current, {})

    runner = ThreadPoolTaskRunner(max_workers=1)
    reports = read_months.with_options(task_runner=runner)(jobs, call)
    assert read == ["2020-03", "2020-01", "2020-04", "2020-02"]
    assert [report.name for report in reports] == [f"read {job.month}" for job in jobs]
