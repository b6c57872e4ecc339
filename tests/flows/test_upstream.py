"""Published files become a release of our own kind, in upstream's splits or in honest ones."""

from pathlib import Path

import pandas as pd
import pytest

from tests.forging import tamper
from valuenet.flows.upstream import UpstreamSplitsError, import_upstream
from valuenet.flows.verify import verify_release
from valuenet.warehouse.release.diff import diff_releases
from valuenet.warehouse.release.leakage import has_leaks
from valuenet.warehouse.release.publish import ReleaseExistsError
from valuenet.warehouse.release.read import Release
from valuenet.warehouse.release.rows import file_name, write_rows
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.release.variants import VariantSettings
from valuenet.warehouse.release_tables import Examples

WORDS = ("bread", "hat", "gate", "river", "song", "clock", "letter", "garden", "train", "coat")


@pytest.fixture
def published(tmp_path) -> Path:
    """Forty rows for training, ten to validate; the first of these also stands in train, under another value."""
    folder = tmp_path / "published"
    folder.mkdir()
    texts = [f"my {word} was {number} times lost{number} near {word}{number}" for number in range(5) for word in WORDS]
    lines = [f"[{'POWER' if i % 2 else 'SECURITY'}] {text},{i % 3 - 1}" for i, text in enumerate(texts)]
    (folder / "train.csv").write_text("\n".join(["scenario,label", *lines[:40], f"[HEDONISM] {texts[40]},-1", ""]))
    (folder / "eval.csv").write_text("\n".join(["scenario,label", *lines[40:], "[POWER] ,1", ""]))
    return folder


def test_kept_splits_are_upstreams_and_the_leakage_report_says_what_they_cost(published, tmp_path):
    imported = import_upstream(published, releases=tmp_path / "out", keep_splits=True)
    release = Release(imported.release.uri)
    assert release.examples("original")["split"].value_counts().to_dict() == {"train": 41, "validation": 10}
    assert release.splits("original") == ["train", "validation"]
    assert release.examples("original")["agreement_count"].isna().all()
    assert release.annotations() is None
    assert imported.contents.leakage["leaked_rows"].tolist()[:3] == [1, 0, 0]
    card = release.place.read("README.md").decode()
    assert "original: validation and train share 1 texts, 1 of them under another value" in card
    assert "rows not taken over: no-text 1." in card
    assert "test and train share" not in card


def test_splits_of_our_own_leak_nothing(published, tmp_path):
    imported = import_upstream(published, releases=tmp_path / "out")
    assert not has_leaks(imported.contents.leakage)
    assert set(imported.contents.variants["original"]["split"]) == {"train", "validation", "test"}


@pytest.mark.parametrize("keep_splits", [True, False])
def test_an_imported_release_verifies_and_comes_out_the_same_again(published, tmp_path, keep_splits):
    first = import_upstream(published, releases=tmp_path / "out", keep_splits=keep_splits)
    assert verify_release(first.release.uri).problems == ()
    again = import_upstream(published, releases=tmp_path / "out", keep_splits=keep_splits)
    assert (first.release.created, again.release.created) == (True, False)


def test_a_forged_label_shows_in_the_other_variants_and_in_the_statistics(published, tmp_path):
    uri = import_upstream(published, releases=tmp_path / "out").release.uri
    train = Release(uri).rows("original", "train")
    row = train.index[train["label"] == "no"][0]
    train.loc[row, ["label", "utility"]] = ["yes", 1]
    tamper(Path(uri), file_name("original", "train"), write_rows(train, Examples))
    files = {problem.file for problem in verify_release(uri).problems}
    assert {file_name("augmented", "train"), "statistics.json"} <= files


def test_a_moved_row_is_found_where_splits_are_drawn_again(published, tmp_path):
    uri = import_upstream(published, releases=tmp_path / "out").release.uri
    release = Release(uri)
    test, train = release.rows("original", "test"), release.rows("original", "train")
    tamper(Path(uri), file_name("original", "test"), write_rows(test.iloc[1:], Examples))
    moved = pd.concat([train, test.head(1)])
    tamper(Path(uri), file_name("original", "train"), write_rows(moved, Examples))
    files = [problem.file for problem in verify_release(uri).problems]
    assert files[:2] == [file_name("original", "train"), file_name("original", "test")]


def test_a_label_in_two_files_is_said_not_raised(published, tmp_path):
    uri = import_upstream(published, releases=tmp_path / "out").release.uri
    train = Release(uri).rows("original", "train")
    tamper(Path(uri), file_name("original", "test"), write_rows(train, Examples))
    assert any(problem.file == "original" for problem in verify_release(uri).problems)


def test_splits_cannot_be_kept_where_the_files_do_not_say_them(tmp_path):
    (tmp_path / "POWER.csv").write_text(",uid,scenario,label\n0,1,I led,1\n1,2,I fell,0\n")
    with pytest.raises(
        UpstreamSplitsError, match=r"do not say the split of 2 of 2 pairs; import without --keep-splits"
    ):
        import_upstream(tmp_path, releases=tmp_path / "out", keep_splits=True)
    assert not (tmp_path / "out").exists()


def test_another_import_needs_another_version_and_the_diff_says_why(published, tmp_path):
    old = import_upstream(published, releases=tmp_path / "out", keep_splits=True)
    text = (published / "train.csv").read_text().replace("lost1 near hat1,1", "lost1 near hat1,-1")
    (published / "train.csv").write_text(text)
    with pytest.raises(ReleaseExistsError, match="raise the version"):
        import_upstream(published, releases=tmp_path / "out", keep_splits=True)
    release = ReleaseSettings(version="2.0.0")
    new = import_upstream(published, releases=tmp_path / "out", keep_splits=True, release=release)
    diff = diff_releases(Release(old.release.uri), Release(new.release.uri))
    changed = diff.changes.query("config == 'original'")
    assert changed[["old_label", "new_label", "reason"]].to_numpy().tolist() == [
        ["yes", "no", "published label changed"]
    ]
    assert diff.proposed == "2.0.0"


def test_the_published_data_set_comes_out_with_the_published_counts(shared, tmp_path):
    imported = import_upstream(
        shared / "data" / "valuenet",
        releases=tmp_path,
        keep_splits=True,
        variants=VariantSettings(balance="published"),
    )
    sizes = {name: s["splits"] for name, s in imported.contents.statistics.items()}
    assert (sizes["original"]["train"]["rows"], sizes["original"]["validation"]["rows"]) == (16_030, 3_206)
    assert (sizes["balanced"]["train"]["rows"], sizes["balanced"]["validation"]["rows"]) == (12_654, 3_206)
    dropped = {
        label: sizes["original"]["train"]["values"]["BENEVOLENCE"][label] - count
        for label, count in sizes["balanced"]["train"]["values"]["BENEVOLENCE"].items()
    }
    assert dropped == {"no": 2_552, "unrelated": 824, "yes": 0}
    assert has_leaks(imported.contents.leakage)
    assert verify_release(imported.release.uri).ok
