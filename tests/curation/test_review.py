"""The review file goes out, is filled in by a person, and comes back."""

import csv
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from valuenet.curation.review import REVIEW_COLUMNS, ReviewError, WordHits, read_review, write_review
from valuenet.warehouse.tables import KeywordProposals

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HITS = {
    ("SECURITY", "shelter"): WordHits(7, ["=1+1 shelters.", "A shelter, and a roof.", "Third.", "Fourth."]),
    ("SECURITY", "kin"): WordHits(9, ["My kin."]),
}


def proposals():
    found = {"tier": "association", "relation": "ml", "seed": "family"}
    glove = {"tier": "embedding", "relation": "glove", "seed": "wealth"}
    return KeywordProposals.frame(
        [
            {"value": "SECURITY", "keyword": "clan", "score": None, "rank": 3, **found},
            {"value": "SECURITY", "keyword": "kin", "score": 30.5, "rank": 2, **found},
            {"value": "SECURITY", "keyword": "shelter", "score": 40, "rank": 1, **found},
            {"value": "POWER", "keyword": "fortune", "score": 0.72, "rank": 9, **glove},
        ]
    )


def count_hits(value, words):
    return {word: HITS[value, word] for word in words if (value, word) in HITS}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "reviews" / "review.csv"
    assert write_review(proposals(), file, count_hits=count_hits) == 4
    return file


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def fill(path: Path, **changes: dict[str, str]) -> None:
    """Save the file again with ``changes`` by keyword, as a spreadsheet would."""
    rows = [row | changes.get(row["keyword"], {}) for row in rows_of(path)]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, REVIEW_COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def read(path: Path):
    return read_review(path, decided_by="p-1", decided_at=NOW)


def test_the_file_has_one_row_a_word_those_that_add_most_first_within_their_value(path):
    rows = rows_of(path)
    assert tuple(rows[0]) == REVIEW_COLUMNS
    assert [(row["value"], row["keyword"], row["adds"]) for row in rows] == [
        ("POWER", "fortune", "0"),
        ("SECURITY", "kin", "9"),
        ("SECURITY", "shelter", "7"),
        ("SECURITY", "clan", "0"),
    ]
    assert {row["accept"] for row in rows} == {""}


def test_a_row_shows_provenance_and_three_examples_that_no_spreadsheet_computes(path):
    shelter = rows_of(path)[2]
    assert [shelter[name] for name in ("tier", "relation", "seed", "score", "rank")] == [
        *("association", "ml", "family", "40.0", "1")
    ]
    examples = [shelter[f"example_{n}"] for n in (1, 2, 3)]
    assert examples == ["'=1+1 shelters.", "A shelter, and a roof.", "Third."]


def test_answers_come_back_as_decisions_and_open_words_are_counted(path):
    fill(path, kin={"accept": "yes"}, fortune={"accept": " NO "})
    review = read(path)
    assert review.undecided == 2
    decided = review.decisions.set_index("keyword")
    assert decided["accepted"].to_dict() == {"fortune": False, "kin": True}
    assert decided.loc["kin", ["value", "tier", "relation", "seed", "score", "rank"]].tolist() == [
        *("SECURITY", "association", "ml", "family", 30.5, 2.0)
    ]
    assert set(decided["decided_by"]) == {"p-1"}
    assert set(decided["decided_at"]) == {NOW}


def test_a_file_nobody_filled_in_decides_nothing(path):
    review = read(path)
    assert (len(review.decisions), review.undecided) == (0, 4)


def test_a_missing_score_stays_missing_and_a_time_of_another_zone_becomes_utc(path):
    fill(path, clan={"accept": "yes"})
    there = timezone(timedelta(hours=2))
    decisions = read_review(path, decided_by="p-1", decided_at=NOW.astimezone(there)).decisions
    assert decisions["score"].isna().all()
    assert decisions["decided_at"].iloc[0] == NOW


@pytest.mark.parametrize(
    ("keyword", "change", "words"),
    [
        ("kin", {"accept": "maybe"}, "line 3: accept is 'maybe'; write yes or no"),
        ("kin", {"value": "SECURTY"}, "line 3: unknown value 'SECURTY'; did you mean SECURITY"),
        ("kin", {"tier": "associaton"}, "line 3: tier is 'associaton'"),
        ("kin", {"relation": "friend"}, "line 3: relation is 'friend'"),
        ("kin", {"rank": "second"}, "line 3: rank is 'second', a number is wanted"),
        ("kin", {"keyword": " "}, "line 3: the keyword is empty"),
        ("kin", {"keyword": "Shelter"}, "lines 3 and 4: 'shelter' stands twice under SECURITY"),
    ],
)
def test_what_a_person_broke_is_named_with_line_and_value(path, keyword, change, words):
    fill(path, **{keyword: change})
    with pytest.raises(ReviewError, match=words):
        read(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", r"line 1: lacks column\(s\) 'value', 'keyword'"),
        (b"value;keyword;tier\n", "has the unknown 'value;keyword;tier'"),
        (",".join((*REVIEW_COLUMNS, "note")).encode(), "has the unknown 'note'"),
        (",".join(REVIEW_COLUMNS).encode() + b"\nPOWER,rank\n", "line 2: 2 fields stand where 12 are wanted"),
        (",".join(REVIEW_COLUMNS).encode() + b"\nPOWER,caf\xe9\n", "is not UTF-8 text"),
    ],
)
def test_changed_columns_and_other_formats_are_refused(path, content, words):
    path.write_bytes(content)
    with pytest.raises(ReviewError, match=words):
        read(path)


def test_a_review_that_is_there_is_never_overwritten(path):
    fill(path, kin={"accept": "yes"})
    with pytest.raises(ReviewError, match="is there already"):
        write_review(proposals(), path, count_hits=count_hits)
    assert rows_of(path)[1]["accept"] == "yes"


def test_no_proposal_no_file_and_no_person_are_errors(tmp_path, path):
    with pytest.raises(ReviewError, match="proposes no word"):
        write_review(KeywordProposals.frame(), tmp_path / "new.csv", count_hits=count_hits)
    with pytest.raises(ReviewError, match="No such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(ReviewError, match="pseudonym"):
        read_review(path, decided_by=" ", decided_at=NOW)
