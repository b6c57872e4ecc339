"""Card, Croissant, figures, statistics and manifest of a release of support threads."""

import dataclasses
import hashlib
import json
from typing import Any

import pytest
import yaml

from tests.made_support import FACTS, SOURCE, exchange_id, made, publish_support, rendered
from valuenet.warehouse.release.figures import draw_all
from valuenet.warehouse.release.manifest import ReleaseUnreadableError, read_kind
from valuenet.warehouse.release.support.card import write_support_card
from valuenet.warehouse.release.support.contents import SupportContents
from valuenet.warehouse.release.support.figures import support_drawings
from valuenet.warehouse.release.support.read import SupportRelease
from valuenet.warehouse.release.support.render import render_support
from valuenet.warehouse.release.support.settings import CoverageFacts, SupportFacts, SupportReleaseSettings
from valuenet.warehouse.release.support.statistics import describe_support

CARD = rendered()["README.md"].decode()


def test_the_front_matter_names_every_file_and_the_licence_of_the_authors():
    front = yaml.safe_load(CARD.split("---")[1])
    named = {(c["config_name"], f["split"]): f["path"] for c in front["configs"] for f in c["data_files"]}
    assert {path for path in rendered() if path.endswith(".parquet")} == set(named.values())
    assert set(named) == set(made().rows)
    assert (front["license"], front["license_name"]) == ("other", "authors-own")
    assert [config["config_name"] for config in front["configs"] if config.get("default")] == ["support_examples"]


def test_the_card_says_what_was_read_filtered_and_replaced():
    for said in (
        "Months 2020-01 to 2020-03 (2 of them were read). Nothing was read of 2020-02.",
        "| duplicate | 1 | 0 |",
        "| too-short | 0 | 3 |",
        "`[EMAIL]`: 3 in 2 texts",
        "not-json 2",
        "not-positive 7",
        "Posts that repeat an earlier one of their author: exact 2, near 1.",
        "Comments that repeat an earlier one of their author: exact 4.",
        "Not released, `exchanges`: crisis 1, post-duplicate 1.",
    ):
        assert said in CARD


def test_the_card_says_the_rules_the_models_and_how_often_the_crisis_rules_err():
    assert "missed 1.5% of the planted crisis texts and took 2.0% of the harmless look-alikes" in CARD
    assert "- words of self-harm" in CARD
    assert "- valence_after is 3.2 or more" in CARD
    assert "- values: detector d-1" in CARD


def test_the_card_says_the_use_the_rights_and_whom_to_write_to():
    settings = SupportReleaseSettings(takedown_contact="takedown@example.org")
    card = render_support(made(), settings)["README.md"].decode()
    assert "by writing to takedown@example.org" in card
    for said in (
        "## Use",
        "Not meant for: finding out who wrote something",
        "pseudonym of any account",
        "its author's",
    ):
        assert said in card


def test_a_release_about_which_little_is_known_has_a_card_too():
    bare = SupportContents(made().rows, {}, SupportFacts())
    card = render_support(bare, SupportReleaseSettings())["README.md"].decode()
    assert "was not measured for this release" in card
    assert "## Personal data" not in card
    assert "Made from these tables" not in card


def test_a_card_without_texts_says_so_and_describes_no_text_column():
    card = rendered(without_text=True)["README.md"].decode()
    assert "Ids and labels alone" in card
    assert "`messages`" not in card
    assert 'load_dataset("offmychest-support-ids-1.0.0", "exchanges")' in card


def test_mlcroissant_finds_nothing_wrong_and_loads_messages(tmp_path):
    import mlcroissant as mlc

    dataset = mlc.Dataset(jsonld=str(publish_support(tmp_path) / "croissant.json"))
    assert dataset.metadata.issues.report() == ""
    (row,) = dataset.records("exchanges-train")
    assert row["exchanges-train/exchange_id"].decode() == exchange_id("p1")
    assert row["exchanges-train/scores"] == [9, 8, 7, 6, 5]
    first = row["exchanges-train/messages"][0]
    assert first == {
        "exchanges-train/messages/role": b"user",
        "exchanges-train/messages/content": b"Secret 1 of p1.",
    }
    ids = mlc.Dataset(jsonld=str(publish_support(tmp_path, without_text=True) / "croissant.json"))
    assert ids.metadata.issues.report() == ""


def test_the_statistics_count_rows_depths_and_values():
    found = json.loads(rendered()["statistics.json"])
    assert found["exchanges"]["splits"]["train"] == {"rows": 1, "posts": 1, "depth": {"4": 1}}
    examples = found["support_examples"]["splits"]["train"]
    assert (examples["rows"], examples["posts"], examples["intensity_before"]) == (2, 1, 3.5)
    assert examples["values"]["Self-direction: action"] == {"first": 1, "among_three": 2}
    assert examples["values"]["Face"] == {"first": 0, "among_three": 0}
    assert found["preferences"]["rows"] == 3
    assert found["source"]["posts"] == SOURCE["posts"]


def test_figures_are_drawn_and_the_same_again():
    statistics = describe_support(made().rows, {})
    drawn = draw_all(support_drawings(statistics))
    assert set(drawn) == {f"figures/{name}.{kind}" for name in ("depth", "values") for kind in ("png", "svg")}
    assert drawn == {name: data for name, data in rendered().items() if name.startswith("figures/")}


def test_the_manifest_lists_every_file_and_how_the_rows_came_about():
    manifest = json.loads(rendered()["manifest.json"])
    assert manifest["kind"] == "support"
    assert manifest["follows"] is None
    assert SupportFacts(**manifest["facts"]) == FACTS
    assert manifest["settings"]["reddit_examples"] == {"least": 3.2}
    assert set(manifest["files"]) == set(rendered()) - {"manifest.json"}
    card = manifest["files"]["README.md"]
    assert card == {
        "sha256": hashlib.sha256(rendered()["README.md"]).hexdigest(),
        "bytes": len(rendered()["README.md"]),
    }


def test_a_release_reads_back_whole(tmp_path):
    release = SupportRelease(publish_support(tmp_path))
    assert read_kind(release.place.uri) == "support"
    assert render_support(release.contents(), release.release_settings) == rendered()


def test_a_release_of_another_kind_or_with_a_broken_manifest_is_said(tmp_path):
    folder = publish_support(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    for change, said in (
        (
            {"kind": "labelled", "codebook_version": "", "kept_splits": False, "platform": "people"},
            "of kind labelled, and one of kind support is wanted",
        ),
        ({"kind": "unheard"}, "of a kind this version does not know: unheard"),
        ({"facts": {"months": 3}}, r"facts.months: Input should be a valid.*; take the release from a copy"),
    ):
        (folder / "manifest.json").write_text(json.dumps({**manifest, **change}))
        with pytest.raises(ReleaseUnreadableError, match=said):
            _ = SupportRelease(folder).facts


def card_of(source: dict[str, Any], facts: SupportFacts) -> str:
    """The card of a release with these counts and facts."""
    contents = dataclasses.replace(made(), source=source, facts=facts)
    return write_support_card(contents, SupportReleaseSettings(), describe_support(contents.rows, source))


def test_the_card_says_where_the_gaps_are_and_nothing_where_they_were_not_looked_for():
    found = CoverageFacts(
        api_months=("2020-03",),
        lacking=("2020-01: no file of comments",),
        holes=7,
        first_holes=("2020-01-05: nothing, 90 expected",),
    )
    told = card_of({}, SupportFacts(months=("2020-01", "2020-03"), coverage=found))
    for said in (
        "- From Reddit's API alone, without a dump file: 2020-03.",
        "- Months that lack something: 2020-01: no file of comments.",
        "(holes): 7 (2020-01-05: nothing, 90 expected; and 6 more).",
        "(anomalies): 0.",
    ):
        assert said in told
    assert "holes" not in card_of({}, SupportFacts(months=("2020-01",)))


def test_the_card_says_what_names_of_people_were_found_by():
    counts = {"personal_data": {"name": {"placeholders": 3, "texts": 2}}}
    told = card_of(counts, SupportFacts(names_found_by="patterns-0a"))
    assert "people's names are looked for by `patterns-0a`.\n\n- `[NAME]`: 3 in 2 texts" in told
    assert "looked for by" not in card_of(counts, SupportFacts())
