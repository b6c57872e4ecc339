"""The command line: light to start, one sentence for trouble, exit codes a script can tell apart."""

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.made_release import publish_plain
from valuenet.curation.datamuse import DatamuseOutageError
from valuenet.curation.fetch import FetchOutageError
from valuenet.curation.reddit.api.requests import RedditOutageError
from valuenet.flows.command.app import WAITING, app
from valuenet.warehouse.catalog import TABLES
from valuenet.warehouse.crowd_tables import Labels
from valuenet.warehouse.errors import OutageError, PeoplePendingError
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import CandidateHits

HEAVY = (
    "torch",
    "transformers",
    "accelerate",
    "numpy",
    "scipy",
    "pyarrow",
    "pandas",
    "prefect",
    "spacy",
    "nltk",
    "sklearn",
    "matplotlib",
    "deltalake",
    "duckdb",
)
GOLD = Path(str(files("valuenet.annotation").joinpath("data", "demo_gold.csv")))
DEMO = Path(str(files("valuenet.curation").joinpath("data", "demo_social_chem.tsv")))


def commands(group: Any, *path: str) -> list[tuple[str, Any]]:
    """Return every command by its full name, groups too."""
    found = []
    for name, command in group.commands.items():
        found.append((" ".join([*path, name]), command))
        if hasattr(command, "commands"):
            found += commands(command, *path, name)
    return found


COMMANDS = commands(typer.main.get_command(app))


@pytest.fixture
def settings(built) -> list[str]:
    return ["--config", str(built / "settings.toml")]


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["train", "value", "--help"]])
def test_the_command_line_imports_nothing_heavy_to_start_or_to_help(arguments):
    code = "import valuenet.flows.command.app as command, sys; command.run(sys.argv[1:])\n"
    code += f"print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0].startswith("Usage: valuenet")
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_and_option_has_help(name, command, said):
    assert command.help
    untold = [p.name for p in command.params if p.name != "help" and not getattr(p, "help", None)]
    assert untold == []
    code, out, _ = said(*name.split(), "--help")
    assert code == 0
    assert out.startswith(f"Usage: valuenet {name} ")


def test_the_commands_whose_form_is_fixed_are_there():
    fixed = {"build", "import upstream", "agreement", "verify", "diff", "train value", "evaluate", "predict"}
    assert fixed <= {name for name, _ in COMMANDS}


@pytest.mark.parametrize(
    "arguments", [["dance"], ["show"], ["show", "labels", "--rows", "0"], ["verify"], ["agreement", "--fast", "x"]]
)
def test_wrong_use_is_exit_code_2(arguments, said):
    code, out, err = said(*arguments)
    assert (code, out) == (2, "")
    assert "Usage: valuenet" in err


def test_trouble_with_storage_is_exit_code_1(tmp_path, said):
    (tmp_path / "file").write_text("")
    code, out, err = said("gold", str(GOLD), "--warehouse", str(tmp_path / "file" / "warehouse"))
    assert (code, out) == (1, "")
    assert err.startswith("valuenet: table 'gold' at ")
    assert len(err.splitlines()) == 1


def test_waiting_for_people_is_exit_code_75(monkeypatch, said, tmp_path):
    def wait(settings):
        raise PeoplePendingError("3 of 9 surveys wait for people; run the same command later")

    monkeypatch.setattr("valuenet.flows.valuenet.build_valuenet", wait)
    code, out, err = said("build", "--warehouse", str(tmp_path))
    assert (code, out) == (WAITING, "") == (75, "")
    assert err == "valuenet: 3 of 9 surveys wait for people; run the same command later\n"


@pytest.mark.parametrize("kind", [OutageError, DatamuseOutageError, FetchOutageError, RedditOutageError])
def test_an_outage_of_a_service_is_exit_code_75_as_the_same_command_later_goes_on(monkeypatch, said, tmp_path, kind):
    def wait(settings):
        raise kind("the service is busy; run the same command later", 900.0)

    monkeypatch.setattr("valuenet.flows.valuenet.build_valuenet", wait)
    code, out, err = said("build", "--warehouse", str(tmp_path))
    assert (code, out) == (75, "")
    assert err == "valuenet: the service is busy; run the same command later\n"


def test_who_stops_a_command_gets_exit_code_1_and_no_traceback(monkeypatch, said):
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("valuenet.warehouse.catalog.describe_table", lambda table: stopped())
    code, _, err = said("tables")
    assert code in {1, 130}
    assert "Traceback" not in err


def test_tables_prints_every_column_with_its_meaning(said):
    code, out, _ = said("tables")
    assert code == 0
    for name, table in TABLES.items():
        assert f"\n{name}  ({table.kind()}; key: {', '.join(table.key())})\n" in out
        assert all(column in out for column in table.columns())


def test_show_prints_rows_and_says_how_many_there_are(settings, said):
    code, out, _ = said("show", "KEYWORDS", "--rows", "3", *settings)
    assert code == 0
    assert "(3 of 175 rows; --rows N shows more)" in out
    assert sum("ACHIEVEMENT" in line for line in out.splitlines()) == 3


def test_show_asks_sql_over_all_tables(settings, said):
    query = "select count(*) as n, min(k.tier) as t from labels l join keywords k on k.value = l.value where k.rank = 1"
    code, out, _ = said("show", "--sql", query, *settings)
    assert code == 0
    assert out.split()[:2] == ["n", "t"]


def test_show_names_what_is_wrong(settings, said, tmp_path):
    assert "no table is called 'label'" in said("show", "label", *settings)[2]
    assert "has no version '7'" in said("show", "labels", "--version", "7", *settings)[2]
    assert "name a table or give --sql" in said("show", "labels", "--sql", "select 1", *settings)[2]
    code, _, err = said("show", "--sql", "select nothing from nowhere", *settings)
    assert code == 2
    assert "Traceback" not in err
    code, _, err = said("show", "labels", "--warehouse", str(tmp_path))
    assert (code, err.count("\n")) == (2, 1)
    assert "`valuenet build` makes it" in err


def test_history_tells_every_version_and_show_can_name_one(built, settings, said):
    code, out, _ = said("history", "surveys", *settings)
    store = Warehouse(built / "warehouse")
    commits = store.history(TABLES["surveys"])
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[3:] if line.strip()] == [str(c["version"]) for c in commits]
    assert commits[0]["content"][:12] in out
    first = commits[-1]
    code, out, _ = said("show", "surveys", "--version", first["content"][:10], "--rows", "1", *settings)
    assert f"(1 of {len(store.read(TABLES['surveys'], 0)):,} rows" in out


def test_explain_tells_why_a_scenario_was_chosen(built, settings, said):
    hit = Warehouse(built / "warehouse").read(CandidateHits).iloc[0]
    code, out, _ = said("explain", hit["scenario_id"], *settings)
    assert code == 0
    assert hit["scenario_id"] in out
    assert f"\n{hit['value']}\n" in out
    assert f"  {hit['keyword']}: " in out
    code, _, err = said("explain", hit["scenario_id"][:-1], *settings)
    assert (code, "no scenario has the id" in err) == (2, True)


def test_gold_says_how_many_items_are_new(tmp_path, said):
    assert said("gold", str(GOLD), "--warehouse", str(tmp_path))[:2] == (0, "100 new gold items\n")
    assert said("gold", str(GOLD), "--warehouse", str(tmp_path))[:2] == (0, "0 new gold items\n")


def test_agreement_of_any_file_as_table_and_as_json(tmp_path, said):
    crowd, truth = tmp_path / "crowd.csv", tmp_path / "truth.csv"
    crowd.write_text("task,worker,label\n" + "".join(f"t{t},w{w},{'ab'[t % 2]}\n" for t in range(8) for w in range(3)))
    truth.write_text("task,label\n" + "".join(f"t{t},{'ab'[t % 2]}\n" for t in range(8)))
    code, out, err = said("agreement", str(crowd), "--truth", str(truth), "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert [found[name] for name in ("observed", "fleiss_kappa", "krippendorff_alpha")] == [1.0, 1.0, 1.0]
    assert (found["majority"]["accuracy"], found["dawid_skene"]["accuracy"]) == (1.0, 1.0)
    code, out, _ = said("agreement", str(crowd), "--truth", str(truth))
    assert code == 0
    assert out.startswith("8 tasks, 3 workers, 24 judgements\n")
    assert "dawid_skene" in out


def test_verify_and_diff_print_one_json_object_and_nothing_else(tmp_path, said):
    release = str(publish_plain(tmp_path))
    code, out, err = said("verify", release, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["problems"] == []
    code, out, err = said("diff", release, release, "--json")
    assert (code, err) == (0, "")
    assert isinstance(json.loads(out), dict)
    for command in (["verify", release], ["diff", release, release]):
        code, out, err = said(*command)
        assert (code, bool(out), err) == (0, True, "")


def test_verify_of_a_changed_release_is_exit_code_2(tmp_path, said):
    release = publish_plain(tmp_path)
    (release / "README.md").write_text("another card")
    code, out, _ = said("verify", str(release))
    assert code == 2
    assert "README.md" in out
    assert said("verify", str(release), "--json")[0] == 2


def test_fetch_takes_a_file_that_is_there_already(tmp_path, said):
    target = tmp_path / "corpus" / "social-chem.tsv"
    assert said("fetch", "social-chem", "--from", str(DEMO), "--to", str(target))[:2] == (0, f"{target}\n")
    assert target.read_bytes() == DEMO.read_bytes()


def test_published_files_become_a_release_and_tables_by_one_command(said, tmp_path):
    folder = tmp_path / "published"
    folder.mkdir()
    for part, first, count in (("train", 0, 40), ("eval", 40, 10)):
        rows = [f"[POWER] the {n}th time somebody{n} took thing{n},{n % 3 - 1}" for n in range(first, first + count)]
        (folder / f"{part}.csv").write_text("\n".join(["scenario,label", *rows, ""]))
    places = ("--warehouse", str(tmp_path / "warehouse"), "--releases", str(tmp_path / "releases"))
    code, out, _ = said("import", "upstream", str(folder), *places, "--keep-splits")
    assert code == 0
    assert "valuenet-upstream-1.0.0" in out
    assert len(Warehouse(tmp_path / "warehouse").read(Labels)) == 50
    assert said("verify", str(tmp_path / "releases" / "valuenet-upstream-1.0.0"))[0] == 0
    assert said("import", "upstream", str(folder), *places, "--keep-splits")[0] == 0
    code, _, err = said("import", "upstream", str(tmp_path / "nowhere"), *places)
    assert code == 2
    assert "nowhere" in err
