"""What splits share: nothing in ours, much in the published ones."""

from tests.warehouse.release.published import nothing_dropped, read_published
from valuenet.warehouse.release.leakage import LeakageSettings, describe_leakage, has_leaks, report_leakage
from valuenet.warehouse.release.splits import SplitSettings, assign_splits
from valuenet.warehouse.release.variants import VariantSettings, make_variants
from valuenet.warehouse.release_tables import Examples
from valuenet.warehouse.vocabulary import UTILITIES

SETTINGS = LeakageSettings()
LONG = "a text of nine words which is long enough"


def examples(*rows):
    names = ("scenario_id", "scenario", "value", "label", "split")
    return Examples.frame(
        [dict(zip(names, row, strict=True)) | {"utility": UTILITIES[row[3]], "agreement_count": 4} for row in rows]
    )


def test_exact_near_and_other_value_texts_are_counted_apart():
    variant = examples(
        ("s-1", "one two three", "POWER", "no", "train"),
        ("s-2", LONG, "POWER", "yes", "train"),
        ("s-1", "one two three", "SECURITY", "no", "test"),
        ("s-1", "one two three", "TRADITION", "yes", "test"),
        ("s-3", LONG.upper() + "!", "POWER", "yes", "test"),
        ("s-4", "something else", "POWER", "yes", "test"),
    )
    report = report_leakage({"original": variant}, SETTINGS).set_index(["split", "other_split"])
    assert report.loc[("test", "train")].to_dict() == {
        "variant": "original",
        "rows": 4,
        "texts": 3,
        "exact_texts": 1,
        "near_texts": 1,
        "other_value_texts": 1,
        "leaked_rows": 3,
        "known_rows": 1,
    }
    assert report.loc[("validation", "train"), "rows"] == 0


def test_a_shared_text_is_described_with_what_it_costs():
    variant = examples(("s-1", "one", "POWER", "no", "train"), ("s-1", "one", "SECURITY", "no", "test"))
    report = report_leakage({"original": variant}, SETTINGS)
    assert has_leaks(report)
    sentences = describe_leakage(report)
    assert sentences[0] == "original: validation and train share no text and no near-duplicate."
    assert "1 of 1 rows (100.0%) are no fair test, and 1 of them are right by remembering" in sentences[1]


def test_published_splits_share_749_texts_and_ours_none(shared):
    labels, upstream, texts = read_published(shared)
    wanted = VariantSettings()
    made = make_variants(labels, nothing_dropped(), upstream, texts, wanted)
    row = report_leakage({"original": made["original"]}, SETTINGS).set_index(["split", "other_split"])
    found = row.loc[("validation", "train")]
    assert (found["rows"], found["texts"]) == (3_206, 3_126)
    assert (found["exact_texts"], found["other_value_texts"]) == (749, 749)  # 750 with case folded: one is near
    assert found["leaked_rows"] > 769  # rows of the 749 texts alone
    names = texts.drop_duplicates("scenario_id")
    ours = assign_splits(names, SplitSettings(), weights=labels)
    original = make_variants(labels, nothing_dropped(), ours, texts, wanted)["original"]
    report = report_leakage({"original": original}, SETTINGS)
    assert not has_leaks(report)
    assert report["rows"].tolist() == [(original["split"] == split).sum() for split in ("validation", "test", "test")]
