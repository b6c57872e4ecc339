"""Tables to a release of support threads, verified; tampering is found; ids alone, and texts filled in again."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from tests.flows.reddit.made_warehouse import fill_warehouse
from tests.forging import tamper
from tests.made_support import exchange_id, made, publish_support, rendered
from valuenet.curation.reddit.coverage.coverage import Coverage
from valuenet.curation.reddit.intake.merging import FETCHED
from valuenet.flows.command.app import run
from valuenet.flows.reddit import facts as reddit_facts
from valuenet.flows.reddit import recipes as reddit_recipes
from valuenet.flows.reddit.facts import describe_settings, facts_of
from valuenet.flows.reddit.recipes import StaleTablesError, find_stale
from valuenet.flows.reddit.rehydrate import NothingFilledError, NotWithoutTextError, rehydrate
from valuenet.flows.reddit.release import NothingToReleaseError, assemble_support, months_of_api
from valuenet.flows.reddit.reports import report_coverage
from valuenet.flows.reddit.verify import verify_support
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.verify import verify_any
from valuenet.models.emotion.lexicon import VaderReader
from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.reddit_tables import Comments, Posts
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.support.files import read_nested, write_nested
from valuenet.warehouse.release.support.settings import CoverageFacts, CrisisMeasure, SupportReleaseSettings
from valuenet.warehouse.release.support.tombstones import write_tombstones
from valuenet.warehouse.store import Warehouse

NO_MONTHS = Coverage(pd.DataFrame(), pd.DataFrame({"month": [], "state": []}), [], [])
EXAMPLES = "support_examples/train-00000-of-00001.parquet"
OWN_TURN = hash_id("p-", hash_id("e-", exchange_id("p1"), 2), "p1c2")
CHAINS = "exchanges/train-00000-of-00001.parquet"


@pytest.fixture
def settings(tmp_path: Path) -> ValuenetSettings:
    places = {name: str(tmp_path / name) for name in ("warehouse", "releases", "models")}
    fill_warehouse(Warehouse(places["warehouse"]))
    return ValuenetSettings(**places)


def test_the_release_command_publishes_what_the_tables_hold_and_it_verifies(prefect_server, settings, tmp_path, capfd):
    places = ["--warehouse", settings.warehouse, "--releases", settings.releases]
    assert run(["reddit", "release", *places]) == 0
    assert run(["reddit", "release", *places, "--without-text"]) == 0
    said = capfd.readouterr()
    uris = said.out.split()
    assert [Path(uri).name for uri in uris] == ["offmychest-support-1.0.0", "offmychest-support-ids-1.0.0"]
    for uri in uris:
        report = verify_support(uri)
        assert (report.ok, report.rows, report.problems) == (True, 10, ())
    assert run(["reddit", "release", *places]) == 0
    assert "there already, with the same contents" in capfd.readouterr().err
    assert run(["verify", uris[0]]) == 0
    assert "10 rows, held against one another: consistent" in capfd.readouterr().out
    assert run(["diff", *[uris[0]] * 2, "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["proposed"] == "1.0.0"


def test_what_is_released_is_counted_from_the_tables(settings):
    contents = assemble_support(settings, Warehouse(settings.warehouse))
    assert contents.source["posts"] == {"kept": 3, "filtered": {"crisis": 1, "duplicate": 1}}
    assert contents.source["comments"] == {"kept": 17, "filtered": {"too-short": 1}}
    assert contents.source["personal_data"] == {"email": {"placeholders": 5, "texts": 4}}
    assert contents.source["lines_rejected"] == {"not-json": 1}
    assert contents.source["set_aside"] == {"no-answer": 2}
    assert contents.source["repeats"] == {"post": {"near": 1}, "comment": {"exact": 2}}
    assert contents.facts.crisis_measure is not None, (
        "the rules changed: measure them with tests.benchmarks.crisis_rules"
    )
    assert contents.facts.months == ("2020-01", "2020-03")
    assert contents.facts.missing_months == ("2020-02",)
    assert contents.facts.coverage == CoverageFacts(lacking=("2020-03: files without a line",))
    least = settings.reddit.support.examples.positive_valence
    assert any(rule.startswith(f"`positive_valence` = {least}: Val") for rule in contents.facts.positive_rules)
    assert set(contents.facts.models) == {"feeling", "value categories"}
    assert "reddit_support" in contents.settings
    assert {"exchanges", "posts", "comments"} <= set(contents.inputs)
    assert all(contents.rows[place].equals(table) for place, table in made().rows.items())


def test_gaps_stand_in_manifest_and_card_with_their_number_and_the_first_few(tmp_path):
    settings = ValuenetSettings(warehouse=str(tmp_path / "gaps"))
    store = Warehouse(settings.warehouse)
    for month in ("2020-04", "2020-05", "2020-06"):
        days = pd.date_range(f"{month}-01", periods=pd.Period(month).days_in_month, tz="UTC")
        busy = [(day, n) for day in days for n in range(40) if day.day != 10 and (day.day != 20 or n < 2)]
        rows = [{"post_id": f"{day:%m%d}x{n}", "month": month, "created_at": day, "score": 1} for day, n in busy]
        frame = pd.DataFrame(rows).assign(author=None, title=None, text=None, crisis=None, filtered="removed")
        store.write_part(Posts, month, Posts.frame(frame), recipe=FETCHED if month == "2020-05" else "a dump")
        if month != "2020-06":
            store.write_part(Comments, month, Comments.frame(), recipe="a dump")
    found = facts_of(settings, report_coverage(settings), months_of_api(store)).coverage
    assert found.api_months == ("2020-05",)
    assert found.lacking == ("2020-06: no file of comments",)
    assert (found.holes, found.first_holes[0]) == (2, "2020-04-10: nothing, 40 expected")
    assert "2020-04-20: 2 posts, 40 expected" in found.first_anomalies
    assert len(found.first_anomalies) <= 5


OTHER = (
    ("reddit.filters", {"min_comment_words": 9}, "posts' (2020-01, 2020-03)", "reddit ingest`, then `valuenet reddit"),
    ("reddit.duplicates", {"least_shared": 0.9}, "repeats' is not", "run `valuenet reddit build`"),
    ("reddit.scoring", {"decimals": 3}, "text_scores' (0, 1)", "run `valuenet reddit build`"),
    ("reddit.support", {"examples": {"positive_valence": 4.5}}, "support_examples' is not", "reddit build`, then"),
)


@pytest.mark.parametrize(("stage", "change", "where", "action"), OTHER)
def test_tables_that_were_made_by_other_settings_are_not_released(settings, stage, change, where, action):
    changed = settings.with_overrides({stage: change})
    with pytest.raises(StaleTablesError) as refused:
        assemble_support(changed, Warehouse(settings.warehouse))
    assert where in str(refused.value)
    assert action in str(refused.value)


def test_rules_or_a_model_that_changed_since_are_not_described_as_if_the_tables_were_theirs(settings, monkeypatch):
    class Other(VaderReader):
        fingerprint = "vader-other"

    monkeypatch.setattr(reddit_recipes, "open_emotion_reader", lambda _: Other())
    with pytest.raises(StaleTablesError, match="table 'text_scores'"):
        assemble_support(settings, Warehouse(settings.warehouse))


def test_months_of_the_api_alone_stay_as_they_came_in_and_those_of_a_dump_too_do_not(settings):
    store = Warehouse(settings.warehouse)
    fetched = store.read_part(Comments, "2020-03")
    store.write_part(Comments, "2020-03", fetched, recipe=FETCHED)
    assert not list(find_stale(settings, store))
    store.write_part(Comments, "2020-03", fetched, recipe=f"older k-00000000 files {FETCHED}")
    assert [found[:2] for found in find_stale(settings, store)] == [("comments", ("2020-03",))]


def test_rules_that_were_not_measured_have_no_error_rate(settings, monkeypatch):
    monkeypatch.setattr(reddit_facts, "crisis_fingerprint", lambda: "crisis-other")
    assert reddit_facts.facts_of(settings, NO_MONTHS).crisis_measure is None
    own = CrisisMeasure(measured_on="ten texts", missed=0.1, false_alarms=0.0)
    said = settings.with_overrides({"reddit.release": SupportReleaseSettings(crisis_measure=own)})
    assert reddit_facts.facts_of(said, NO_MONTHS).crisis_measure == own


def test_without_examples_there_is_nothing_to_release(tmp_path):
    empty = ValuenetSettings(warehouse=str(tmp_path / "none"))
    with pytest.raises(NothingToReleaseError, match="`valuenet reddit build` makes them"):
        assemble_support(empty, Warehouse(empty.warehouse))


def test_a_setting_is_described_by_its_name_its_value_and_its_meaning():
    said = list(describe_settings(ValuenetSettings().reddit.support.preferences))
    assert said[0].startswith("`per_example` = 2: Most pairs of an example")


# ---------------------------------------------------------------------- verify


def change(folder: Path, file: str, alter: Any) -> list[str]:
    """Change the rows of a file, correct every checksum, and return what verify then says."""
    config = file.split("/", maxsplit=1)[0]
    table = read_nested((folder / file).read_bytes(), config, file)
    rows = [alter(dict(row)) for row in table.to_pylist()]
    tamper(folder, file, write_nested(pa.Table.from_pylist(rows, table.schema), config))
    return [str(problem) for problem in verify_support(folder).problems]


def forged(row: Any, **cells: Any) -> Any:
    return {**row, **cells}


@pytest.mark.parametrize(
    ("file", "cells", "said"),
    [
        (EXAMPLES, {"example_id": "e-forged"}, "row 1, example_id: found 'e-forged', expected 'e-"),
        (EXAMPLES, {"next_turn": "Thank you!"}, "next_turn: found a text of 10 characters, expected a text of 15"),
        (EXAMPLES, {"prompt": []}, "prompt: found 0 message(s), expected"),
        (EXAMPLES, {"exchange_id": "x-none"}, "expected 'an exchange of this release"),
        (CHAINS, {"depth": 3}, "row 1, turns in"),
        (CHAINS, {"ids": ["t3_p1", "t1_a", "t1_b", "t1_c", "t1_d"]}, "row 1, exchange_id: found 'x-"),
        (CHAINS, {"filtered": ["crisis", None, None, None, None]}, "crisis content: found a turn, expected nothing"),
    ],
)
def test_a_forged_cell_is_found_with_its_file_and_row_though_every_checksum_fits(tmp_path, file, cells, said):
    problems = change(publish_support(tmp_path), file, lambda row: forged(row, **cells))
    assert any(problem.startswith(file) and said in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"rejected_id": "t1_p1c2", "preference_id": OWN_TURN}, "rejected turn of its own exchange"),
        ({"rejected_values": ["Self-direction: thought"] * 3}, "rejected values among the target's"),
        ({"example_id": "e-none"}, "expected 'an example of this release"),
        ({"chosen": [{"role": "assistant", "content": "x"}]}, "chosen: found 1 message(s)"),
    ],
)
def test_a_pair_that_is_not_its_examples_is_found(tmp_path, cells, said):
    file = "preferences/train-00000-of-00001.parquet"
    problems = change(publish_support(tmp_path), file, lambda row: forged(row, **cells))
    assert any(problem.startswith(file) and said in problem for problem in problems), problems


def test_personal_data_left_in_a_text_is_found_and_not_repeated(tmp_path):
    def leak(row: Any) -> Any:
        row["rejected"][0]["content"] = "Write to jane.doe@example.com or 212-555-0187."
        return row

    file = "preferences/test-00000-of-00001.parquet"
    problems = change(publish_support(tmp_path), file, leak)
    assert problems == [f"{file}, row 1, rejected: found personal data (email), expected [EMAIL]"]


def test_a_post_that_stands_in_two_splits_is_found(tmp_path):
    folder = publish_support(tmp_path)
    file = "exchanges/test-00000-of-00001.parquet"
    problems = change(folder, file, lambda row: forged(row, post_id="p1"))
    assert any("'p1', which is in train, expected a post of this split" in problem for problem in problems)


def test_a_changed_figure_a_changed_byte_and_a_missing_file_are_found(tmp_path):
    folder = publish_support(tmp_path)
    figures = json.loads((folder / "statistics.json").read_text())
    figures["exchanges"]["splits"]["train"]["depth"] = {"5": 1}
    tamper(folder, "statistics.json", json.dumps(figures).encode())
    (folder / "README.md").write_text("something else")
    (folder / "figures" / "depth.png").unlink()
    found = [(problem.file, problem.column) for problem in verify_any(folder).problems]
    assert found[-1] == ("statistics.json", "exchanges.splits.train.depth.4")
    assert {("README.md", "line 1"), ("figures/depth.png", "")} <= set(found)


def test_a_file_that_is_no_parquet_is_found(tmp_path):
    folder = publish_support(tmp_path)
    tamper(folder, CHAINS, b"no Parquet")
    assert [problem.file for problem in verify_support(folder).problems] == [CHAINS]


def test_verify_warns_of_what_was_withdrawn_since_and_still_holds_the_files_for_whole(tmp_path, capfd):
    folder = publish_support(tmp_path)
    write_tombstones(Place(folder), {"t1_p1c4": "2026-11-22"}, {})
    assert run(["verify", str(folder)]) == 0
    assert "warning: 1 posts and comments in it were withdrawn since" in capfd.readouterr().out
    assert run(["verify", str(folder), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["withdrawn"] == 1


# ------------------------------------------------------------------- rehydrate


def test_a_release_of_ids_is_filled_in_again_from_a_warehouse_byte_for_byte(settings, tmp_path, capfd):
    folder = publish_support(tmp_path, without_text=True)
    places = ["--warehouse", settings.warehouse, "--releases", settings.releases]
    assert run(["reddit", "rehydrate", str(folder), *places]) == 0
    assert "the same bytes as with texts at first" in capfd.readouterr().out
    again = Path(settings.releases) / "offmychest-support-rehydrated-1.0.0"
    for name, data in rendered().items():
        assert not name.endswith(".parquet") or (again / name).read_bytes() == data
    assert verify_support(again).ok


def test_what_is_no_longer_there_is_said(settings, tmp_path, capfd):
    gone = Warehouse(tmp_path / "other")
    fill_warehouse(gone, without={"p1c4"})
    folder = publish_support(tmp_path, without_text=True)
    report = rehydrate(settings.model_copy(update={"warehouse": gone.uri}), str(folder))
    assert (report.missing, report.left_out) == (1, {"support_examples": 2, "preferences": 2, "exchanges": 1})
    assert report.differing == (CHAINS, "preferences/train-00000-of-00001.parquet", EXAMPLES)
    assert "no longer there: 1 posts and comments" in report.text()
    assert report.to_json()["missing"] == 1


def test_a_release_with_texts_or_an_empty_warehouse_is_said(settings, tmp_path):
    with pytest.raises(NotWithoutTextError, match="has its texts already"):
        rehydrate(settings, str(publish_support(tmp_path)))
    empty = settings.model_copy(update={"warehouse": str(tmp_path / "none")})
    with pytest.raises(NothingFilledError, match="ingest the months it names"):
        rehydrate(empty, str(publish_support(tmp_path, without_text=True)))
