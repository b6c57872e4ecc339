"""The data card: what ``datasets`` reads from it, and where its figures come from."""

import dataclasses
from pathlib import Path

import pytest

from tests.made_release import annotations, contents, made, publish_plain, relabelled, rendered
from valuenet.warehouse.release.card import write_card
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.render import render_release
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.vocabulary import LABELS

SPLITS = {"original": ["train", "validation", "test"]}


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    return publish_plain(tmp_path_factory.mktemp("card"))


@pytest.mark.parametrize("config", ["original", "balanced", "augmented", "annotations"])
def test_datasets_loads_every_config_with_typed_labels(published, tmp_path, config):
    from datasets import load_dataset

    loaded = load_dataset(str(published), config, cache_dir=str(tmp_path))
    wanted = {"annotations": {"train": 641}, "balanced": {"train": 81, "validation": 20, "test": 12}}
    if config in wanted:
        assert {split: len(rows) for split, rows in loaded.items()} == wanted[config]
    assert loaded["train"].features["label"].names == list(LABELS)
    if config == "original":
        first = loaded["test"][0]
        assert LABELS[first["label"]] == made().variants["original"].query("split == 'test'")["label"].iloc[0]


def test_every_figure_of_the_card_is_computed():
    card = rendered()["README.md"].decode()
    assert "| `original` | every agreed pair | 96 | 20 | 12 | 128 |" in card
    assert "- 5 workers gave 641 judgements; 640 count." in card
    assert "- Kept but not counted: worker-disqualified 1." in card
    assert "- 160 pairs were judged: 128 have a label, 32 found no sufficient agreement." in card
    assert "original: test and train share no text and no near-duplicate." in card
    fewer = contents(annotations(texts=40))
    assert "- 4 workers gave" not in write_card(fewer, ReleaseSettings(), SPLITS)
    assert "80 pairs were judged: 64 have a label" in write_card(fewer, ReleaseSettings(), SPLITS)


def test_a_simulated_crowd_is_said_in_bold():
    card = write_card(dataclasses.replace(made(), platform="simulated"), ReleaseSettings(), SPLITS)
    assert "**The labels were given by a simulated crowd, not by people." in card
    assert "simulated" not in rendered()["README.md"].decode().partition("## ")[0]


def test_a_taken_over_data_set_has_no_agreement_and_says_why():
    given = dataclasses.replace(
        made(), annotations=None, agreement=None, platform="upstream", kept_splits=True, inputs={}
    )
    card = write_card(dataclasses.replace(given, notes=("Two rows were left out.",)), ReleaseSettings(), SPLITS)
    assert "## Agreement" not in card
    assert "Its votes are not public" in card
    assert "- Two rows were left out." in card
    assert "The splits are upstream's own" in card
    assert "recomputes variants, statistics, figures and checksums" in card
    assert "`valuenet history" not in card


def test_where_nothing_joins_the_augmented_rows_the_card_says_so():
    original = made().variants["original"]
    same = dataclasses.replace(
        made(),
        statistics=made().statistics | {"augmented": made().statistics["original"]},
        variants={"original": original},
    )
    assert "`augmented` has the same rows as `original`" in write_card(same, ReleaseSettings(), SPLITS)


@pytest.mark.parametrize("changed", ["one label", "one row less"])
def test_another_release_of_the_same_name_is_not_answered_with_the_rows_of_the_first(tmp_path, changed):
    from datasets import load_dataset

    judged = annotations()
    other = relabelled(judged, 0, "yes") if changed == "one label" else annotations(texts=79)
    loaded = []
    for folder, rows in (("first", judged), ("second", other)):
        release = tmp_path / folder / "valuenet-1.0.0"
        store_files(render_release(contents(rows), ReleaseSettings()), Place(release))
        loaded.append(load_dataset(str(release), "annotations", cache_dir=str(tmp_path / "cache")))
    one, two = (rows["train"].to_pandas() for rows in loaded)
    assert not one.equals(two)
    assert len(one) == len(judged)
    assert len(two) == len(other)
