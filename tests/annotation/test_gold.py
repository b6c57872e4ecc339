"""Importing the gold set, and gold sets that cannot serve."""

import pytest

from valuenet.annotation.csv_lines import CsvFileError
from valuenet.annotation.gold import GoldError, read_gold
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import scenario_id

HEADER = "value,scenario,expert_1,expert_2\n"


@pytest.fixture
def write(tmp_path):
    def write(text, header=HEADER, encoding="utf-8"):
        path = tmp_path / "gold.csv"
        path.write_bytes((header + text).encode(encoding))
        return path

    return write


def test_items_are_read_sorted_with_the_value_in_any_spelling_and_space_folded(write):
    gold = read_gold(write('self direction,"Going  my own way",Yes,yes\n[POWER],Bowing to him,no,no\n'))
    assert sorted(gold["text"]) == ["Bowing to him", "Going my own way"]
    row = gold.set_index("text").loc["Going my own way"]
    assert (row["value"], row["label"], row["scenario_id"]) == (
        "SELF-DIRECTION",
        "yes",
        scenario_id("Going my own way"),
    )


def test_a_byte_order_mark_and_another_order_of_columns_are_fine(write):
    gold = read_gold(write("yes,A deed,POWER,yes\n", "expert_2,scenario,value,expert_1\n", "utf-8-sig"))
    assert gold["label"].tolist() == ["yes"]


def test_one_text_may_stand_under_two_values(write):
    assert len(read_gold(write("POWER,A deed,yes,yes\nSECURITY,A deed,no,no\n"))) == 2


def test_an_item_the_experts_do_not_agree_on_is_named_with_line_scenario_and_both_answers(write):
    with pytest.raises(GoldError) as caught:
        read_gold(write('POWER,"A deed",yes,yes\nPOWER,"A deed, and more",yes,unrelated\n'))
    message = str(caught.value)
    for part in (
        "line 3",
        "'A deed, and more'",
        "POWER",
        "expert_1 says yes",
        "expert_2 says unrelated",
        "delete the line",
    ):
        assert part in message
    assert isinstance(caught.value, InputError)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "POWER,A deed,yes,yes\nPOWER,A  deed,yes,yes\n",
            r"line 3: 'A deed' stands under POWER already at gold\.csv, line 2",
        ),
        ("POWR,A deed,yes,yes\n", r"line 2: unknown value 'POWR'; did you mean POWER"),
        ("POWER, ,yes,yes\n", "line 2: the scenario is blank"),
        ("POWER,A deed,yes,maybe\n", "line 2: expert_2 is 'maybe'; write one of no, unrelated, yes"),
        ("POWER,A deed,yes\n", "line 2: 3 fields stand where 4"),
        ("POWER,A deed, with a comma,yes,yes\n", "line 2: 5 fields stand where 4 are wanted; quote a text"),
        ('POWER,"A deed,yes,yes\n', "a quote is opened and not closed"),
        ("", "no gold item"),
    ],
)
def test_a_bad_line_is_refused_with_its_place_and_what_to_do(write, text, said):
    with pytest.raises(InputError, match=said):
        read_gold(write(text))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            "value,scenario,expert_1\n",
            r"lacks column\(s\) 'expert_2'; the columns are value,scenario,expert_1,expert_2",
        ),
        ("value,scenario,expert_1,expert_2,note\n", "has the unknown 'note'"),
        ("value,value,scenario,expert_1,expert_2\n", "has twice 'value'"),
    ],
)
def test_wrong_columns_are_named(write, header, said):
    with pytest.raises(CsvFileError, match=said):
        read_gold(write("", header))


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path, write):
    with pytest.raises(CsvFileError, match=r"none\.csv: cannot be read"):
        read_gold(tmp_path / "none.csv")
    with pytest.raises(CsvFileError, match="not UTF-8 text"):
        read_gold(write("POWER,d\u00e9j\u00e0,yes,yes\n", encoding="latin-1"))
