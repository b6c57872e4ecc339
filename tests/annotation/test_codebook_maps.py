"""Versions of the codebook are mixed only where a table says what an old answer stands for."""

import pytest

from tests.annotation.made_campaign import Campaign, merged, some_gold, some_pairs, some_truth
from valuenet.annotation.codebook_maps import CodebookMapError, read_codebook_map, under_codebook
from valuenet.annotation.progress import pair_progress
from valuenet.annotation.qualification import qualify_workers
from valuenet.annotation.simulation.platform import SimulatedPlatform, SimulationSettings
from valuenet.warehouse.crowd_tables import CodebookMaps, Judgements
from valuenet.warehouse.vocabulary import VALUES

HEADER = "from_codebook,to_codebook,value,from_label,to_label\n"


def written(tmp_path, *lines):
    path = tmp_path / "map.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n")
    return path


def judged(*rows):
    fixed = {"assignment_id": "a-1", "survey_id": "q-1", "worker": "w-1", "scenario_id": "s-1"}
    return Judgements.frame(
        [
            fixed | {"position": place, "value": value, "label": label, "codebook_version": version}
            for place, (version, value, label) in enumerate(rows, 1)
        ]
    )


def test_a_row_for_all_values_becomes_ten(tmp_path):
    maps = read_codebook_map(written(tmp_path, "1,2,ALL,yes,yes", "1,2,ALL,no,"))
    assert len(maps) == 2 * len(VALUES)
    assert maps["to_label"].isna().sum() == len(VALUES)


def test_answers_are_read_as_the_table_says_and_all_others_stay_as_they_are(tmp_path):
    maps = read_codebook_map(written(tmp_path, "1,2,power,yes,no", "1,2,power,no,", "1,3,power,unrelated,yes"))
    before = judged(("1", "POWER", "yes"), ("1", "POWER", "no"), ("1", "POWER", "unrelated"), ("2", "POWER", "yes"))
    after = under_codebook(before, maps, "2")
    assert after["label"].tolist() == ["no", "no", "unrelated", "yes"]
    assert after["codebook_version"].tolist() == ["2", "1", "1", "2"]
    assert under_codebook(before, CodebookMaps.frame(), "2").equals(before)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["1,2,POWR,yes,yes"], r"line 2: .*POWR"),
        (["1,2,ALL,maybe,yes"], r"line 2: from_label is 'maybe', one of no, unrelated, yes"),
        (["1,2,ALL,yes,maybe"], r"line 2: to_label is 'maybe'"),
        (["1,1,ALL,yes,yes"], r"line 2: two different codebook versions"),
        (["1,2,ALL,yes,yes", "1,2,POWER,yes,no"], r"lines 2 and 3: 'yes' under POWER is mapped twice"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused_with_line_and_value(tmp_path, lines, said):
    with pytest.raises(CodebookMapError, match=said):
        read_codebook_map(written(tmp_path, *lines))


def test_other_columns_and_no_file_are_refused(tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("from,to\n1,2\n")
    with pytest.raises(CodebookMapError, match="line 1: lacks column\\(s\\) 'from_codebook'"):
        read_codebook_map(wrong)
    with pytest.raises(CodebookMapError, match="cannot be read"):
        read_codebook_map(tmp_path / "none.csv")


def test_a_campaign_under_a_new_codebook_asks_only_what_the_old_answers_do_not_say(tmp_path):
    campaign = Campaign(some_pairs(24), some_gold(12))
    platform = SimulatedPlatform(some_truth(campaign.pairs, campaign.gold), SimulationSettings(able=30))
    campaign.run(platform)
    old = campaign.codebook.content_version
    maps = read_codebook_map(
        written(
            tmp_path,
            *(f"{old},2.0,ALL,{one},{other}" for one, other in [("yes", "yes"), ("no", "no"), ("unrelated", "")]),
        )
    )
    answers = under_codebook(campaign.judgements, maps, "2.0")
    found = qualify_workers(
        campaign.surveys, campaign.assignments, campaign.judgements, campaign.changes, maps, campaign.gold,
        campaign.qualification, codebook_version="2.0",
    )  # fmt: skip
    aside = found.set_aside.merge(campaign.judgements, on=Judgements.key())
    unmapped = aside[aside["reason"] == "old-codebook"]
    assert set(unmapped["label"]) == {"unrelated"}
    progress = pair_progress(
        campaign.pairs, campaign.surveys, answers, found.set_aside, workers_each=4, codebook_version="2.0"
    )
    assert not progress["open"].any()
    assert (progress["missing"] == 4 - progress["counted"]).all()
    assert 0 < progress["missing"].sum() < 4 * len(progress)
    assert len(merged(Judgements, campaign.judgements, campaign.judgements)) == len(campaign.judgements)
