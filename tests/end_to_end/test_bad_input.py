"""Bad input: one sentence that says what, where and what to do; exit code 2; nothing half done."""

import shutil
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from tests.end_to_end.releases import bytes_of, listing, table_states
from valuenet.flows.command.app import run
from valuenet.flows.people.annotation import annotate
from valuenet.flows.settings.valuenet import load_settings
from valuenet.warehouse.crowd_tables import Judgements, Labels
from valuenet.warehouse.store import Warehouse

NAME = "valuenet-demo-1.0.0"
DEMO = Path(str(files("valuenet.curation").joinpath("data", "demo_social_chem.tsv")))
GOLD = Path(str(files("valuenet.annotation").joinpath("data", "demo_gold.csv")))
CURATED = {"scenarios", "rules_of_thumb", "scenarios_rejected", "keywords"}


class Place:
    """A folder to build in, with what a build left there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse, self.releases = folder / "warehouse", folder / "releases"

    def settings(self, text: str) -> list[str]:
        """Write settings and return the options that name them and this place."""
        file = self.folder / "settings.toml"
        file.write_text(f"{text}\n[modelling.build]\ntrain = false\n")
        return ["--config", str(file), "--warehouse", str(self.warehouse), "--releases", str(self.releases)]

    def left(self) -> tuple[object, object]:
        """Return the tables and the files of releases that are there."""
        return table_states(self.warehouse), listing(self.releases)


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def copied(built, place) -> Place:
    """A place in which the embedded default is built already."""
    shutil.copytree(built / "warehouse", place.warehouse)
    shutil.copytree(built / "releases", place.releases)
    return place


def sentence(err: str) -> str:
    """Return the one sentence of a command among what a flow logs."""
    assert "Traceback" not in err
    told = [line for line in err.splitlines() if line.startswith("valuenet: ")]
    assert len(told) == 1
    assert err.rstrip().endswith(told[0])
    return told[0].removeprefix("valuenet: ")


@pytest.fixture
def refused(capfd):
    """Run a command in this process; it must be refused. Return its sentence."""

    def run_and_read(*arguments: str) -> str:
        capfd.readouterr()
        code = run(list(arguments))
        streams = capfd.readouterr()
        assert (code, streams.out) == (2, "")
        return sentence(streams.err)

    return run_and_read


def refused_by_itself(*arguments: str) -> str:
    """Run the command in a process of its own, where all it ever prints is seen."""
    command = [str(Path(sys.executable).with_name("valuenet")), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stdout) == (2, "")
    return sentence(done.stderr)


def with_header(folder: Path, old: str, new: str) -> Path:
    file = folder / "corpus.tsv"
    file.write_text(DEMO.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Once upon a time\n", "is not tab-separated: its first line is 'Once upon a time'"),
        (b"\x89PNG\r\n\x1a\n\x00\x01", "is not tab-separated"),
        (b"", "is empty"),
        (b"PK\x03\x04rest", "is a zip archive; unpack it with `valuenet fetch social-chem --from"),
    ],
)
def test_a_corpus_that_is_no_tsv(prefect_server, place, refused, content, told):
    (place.folder / "corpus.tsv").write_bytes(content)
    said = refused("build", *place.settings(f'[sources]\ncorpus = "{place.folder / "corpus.tsv"}"'))
    assert told in said
    assert said.startswith("corpus.tsv")
    assert "`valuenet fetch social-chem" in said
    assert place.left() == ({}, {})


def test_a_corpus_that_is_not_there(prefect_server, place, refused):
    said = refused("build", *place.settings(f'[sources]\ncorpus = "{place.folder / "absent.tsv"}"'))
    assert said == f"there is no file {place.folder / 'absent.tsv'}; get it with `valuenet fetch social-chem`"
    assert place.left() == ({}, {})


def test_a_truncated_zip(tmp_path, refused):
    whole, cut = tmp_path / "whole.zip", tmp_path / "cut.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(DEMO, "social-chem-101/social-chem-101.v1.0.tsv")
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    target = tmp_path / "corpus" / "corpus.tsv"
    said = refused("fetch", "social-chem", "--from", str(cut), "--to", str(target))
    assert said.startswith(f"{cut} is not a whole zip archive")
    assert said.endswith("download it again")
    assert listing(target.parent) == {}
    assert run(["fetch", "social-chem", "--from", str(whole), "--to", str(target)]) == 0
    assert target.read_bytes() == DEMO.read_bytes()


def test_a_wrong_column_of_the_corpus(prefect_server, place, refused):
    corpus = with_header(place.folder, "rot-bad", "rot-good")
    said = refused("build", *place.settings(f'[sources]\ncorpus = "{corpus}"'))
    assert "corpus.tsv: column 8 is 'rot-good', 'rot-bad' is wanted" in said
    assert place.left() == ({}, {})


def gold_file(folder: Path, old: str, new: str) -> Path:
    """Return the shipped gold set with its first ``old`` as ``new``."""
    file = folder / "gold.csv"
    file.write_text(GOLD.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("expert_2", "second_expert", "expert_2"),
        ("SECURITY,", "SAFETY,", "'SAFETY'"),
        (",yes,yes", ",yes,no", "the experts do not agree on"),
    ],
    ids=["wrong column", "unknown value", "no agreed answer"],
)
def test_a_gold_set_that_cannot_serve(place, refused, old, new, told):
    gold = gold_file(place.folder, old, new)
    said = refused("gold", str(gold), "--warehouse", str(place.warehouse))
    assert told in said
    assert "gold.csv" in said
    assert place.left() == ({}, {})


def test_a_gold_set_that_cannot_serve_stops_a_build_before_anybody_is_asked(copied, refused):
    gold = gold_file(copied.folder, ",yes,yes", ",yes,no")
    before = copied.left()
    said = refused("build", *copied.settings(f'[sources]\ngold = "{gold}"'))
    assert "the experts do not agree" in said
    assert copied.left() == before


def test_an_unknown_value_in_a_truth_file(copied, refused):
    truth = copied.folder / "truth.csv"
    truth.write_text("value,scenario,label,difficulty\nPOWER,I won,yes,easy\nFAME,I sang,yes,easy\n")
    before = copied.left()
    said = refused("build", *copied.settings(f'[sources]\ntruth = "{truth}"'))
    assert "'FAME'" in said
    assert "line 3" in said
    assert copied.left() == before


def test_a_wrong_column_of_a_crowd_file(tmp_path, refused):
    (tmp_path / "crowd.csv").write_text("task,rater,label\nt1,w1,a\n")
    said = refused("agreement", str(tmp_path / "crowd.csv"))
    assert "worker" in said
    assert "crowd.csv" in said


def test_a_survey_that_asks_for_more_workers_than_there_are(place, refused):
    many = "[annotation.consensus]\nworkers_each = 67\nmin_agreement = 60\n"
    said = refused("build", *place.settings(many))
    assert "consensus.workers_each=67 asks for more workers than the 66 of [annotation.simulation]" in said
    assert place.left() == ({}, {})


def test_a_crowd_that_is_used_up_is_told_and_goes_on_when_workers_are_added(built, place):
    for table in ("scenarios", "candidates"):
        shutil.copytree(built / "warehouse" / table, place.warehouse / table)
    small = "[annotation.pairs]\nmax_pairs = 60\n[annotation.agreement]\nresamples = 20\n"
    small += "[annotation.aggregation]\nglad_iterations = 2\n"
    crowd = "careless = 0\nspamming = 0\nalways_yes = 0\ndrifting = 0\n"
    few = place.settings(f"{small}[annotation.simulation]\nable = 4\n{crowd}")
    said = refused_by_itself("build", *few)
    assert "wants 4 workers but only" in said
    assert "add workers to the simulation" in said
    tables, releases = place.left()
    assert "labels" not in tables
    assert Warehouse(place.warehouse).read(Judgements).empty
    assert releases == {}
    more = place.settings(f"{small}[annotation.simulation]\nable = 40\n{crowd}")
    annotate(load_settings(Path(more[1]), warehouse=str(place.warehouse)))
    assert len(Warehouse(place.warehouse).read(Labels)) > 30


def test_a_retrieval_that_finds_nothing(prefect_server, place):
    lines = DEMO.read_text(encoding="utf-8").splitlines()
    names = lines[0].split("\t")
    row = dict(zip(names, lines[1].split("\t"), strict=True))
    row |= {"situation": "Blorp zib.", "rot": "Zib blorps.", "action": "Blorping"}
    corpus = place.folder / "corpus.tsv"
    corpus.write_text(lines[0] + "\n" + "\t".join(row[name] for name in names) + "\n", encoding="utf-8")
    said = refused_by_itself("build", *place.settings(f'[sources]\ncorpus = "{corpus}"'))
    assert said.startswith("none of 175 keywords")
    assert "check the tables 'keywords' and 'scenarios'" in said
    tables, releases = place.left()
    assert (set(tables), releases) == (CURATED, {})


def test_a_release_that_is_there_already_with_other_contents(copied, refused):
    before = bytes_of(copied.releases / NAME)
    said = refused("build", *copied.settings("[annotation.consensus]\nmin_agreement = 4\n"))
    assert "is published already with other contents, and a release never changes; raise the version" in said
    assert said.startswith(str(copied.releases / NAME))
    assert bytes_of(copied.releases / NAME) == before
    assert [found.name for found in copied.releases.iterdir()] == [NAME]


def test_a_folder_in_the_place_of_a_release_that_is_none(copied, refused):
    shutil.rmtree(copied.releases / NAME)
    (copied.releases / NAME).mkdir()
    (copied.releases / NAME / "notes.txt").write_text("mine")
    before = copied.left()
    said = refused("build", *copied.settings(""))
    assert said == f"{copied.releases / NAME} is there but is no release; move it away or raise the version"
    assert copied.left() == before


@pytest.fixture
def release(built, tmp_path) -> Path:
    return Path(shutil.copytree(built / "releases" / NAME, tmp_path / NAME))


def change_label(file: Path) -> None:
    rows = pd.read_parquet(file)
    rows.loc[5, "label"] = (rows.loc[5, "label"] + 1) % 3
    rows.to_parquet(file, index=False)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


@pytest.mark.parametrize("tamper", [change_label, cut_short])
def test_a_tampered_parquet_file(release, capfd, tamper):
    (file,) = (release / "original").glob("validation-*.parquet")
    tamper(file)
    before = bytes_of(release)
    assert run(["verify", str(release)]) == 2
    streams = capfd.readouterr()
    assert f"original/{file.name}" in streams.out
    assert "Traceback" not in streams.out + streams.err
    assert bytes_of(release) == before


def test_a_broken_parquet_file_trains_no_model(release, refused, tmp_path):
    (file,) = (release / "original").glob("train-*.parquet")
    cut_short(file)
    said = refused("train", "value", str(release), "--out", str(tmp_path / "model"))
    assert file.name in said
    assert not (tmp_path / "model").exists()


def test_verify_of_what_is_no_release(tmp_path, refused):
    assert str(tmp_path) in refused("verify", str(tmp_path))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[survey]\nchecks = 3", "there is no setting 'survey'; did you mean 'annotation.surveys'?"),
        ("[annotation.surveys]\ncheks = 3", "there is no setting 'annotation.surveys.cheks'; did you mean 'checks'?"),
        ('[annotation.surveys]\nchecks = "three"', "surveys.checks: "),
    ],
)
def test_a_setting_misspelt(place, refused, text, told):
    said = refused("build", *place.settings(text))
    assert told in said
    assert str(place.folder / "settings.toml") in said
    assert place.left() == ({}, {})
