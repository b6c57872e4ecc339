import pytest

from tests.models.arguments import MEANINGS, toy_arguments, write_part
from valuenet.curation.datasets.value_eval import ValueEvalError, read_arguments
from valuenet.warehouse.learning_tables import ARGUMENT_COLUMNS
from valuenet.warehouse.vocabulary import CATEGORIES


@pytest.fixture
def folder(tmp_path):
    write_part(toy_arguments(("i",)), tmp_path, "training")
    return tmp_path


def _change(path, old, new):
    path.write_text(path.read_text().replace(old, new, 1))


def test_arguments_are_joined_with_their_labels_whatever_the_order_of_the_lines(folder):
    before = read_arguments(folder, "training")
    labels = folder / "labels-training.tsv"
    head, *lines = labels.read_text().splitlines()
    labels.write_text("\n".join([head, *reversed(lines)]) + "\n")
    after = read_arguments(folder, "training")
    assert after.rows.equals(before.rows)
    assert list(after.rows.columns) == list(ARGUMENT_COLUMNS)
    first = after.rows[after.rows["premise"] == "i hurt my mom"].iloc[0]
    assert [c for c in CATEGORIES if first[c]] == list(MEANINGS["hurt"])
    assert first["stance"] == "in favor of"


def test_columns_in_another_order_are_found_by_name(folder):
    labels = folder / "labels-training.tsv"
    lines = [line.split("\t") for line in labels.read_text().splitlines()]
    before = read_arguments(folder, "training").rows
    labels.write_text("\n".join("\t".join([line[0], *line[:0:-1]]) for line in lines) + "\n")
    assert read_arguments(folder, "training").rows.equals(before)


def test_a_quote_in_a_premise_is_only_a_sign(folder):
    _change(folder / "arguments-training.tsv", "i helped my mom", '"i helped my mom')
    found = read_arguments(folder, "training").rows
    assert len(found) == 21
    assert found["premise"].str.startswith('"').sum() == 1


def test_a_blank_premise_is_left_out_with_its_reason(folder):
    _change(folder / "arguments-training.tsv", "i helped my mom", "  ")
    found = read_arguments(folder, "training")
    assert len(found.rows) == 20
    assert found.rejected.to_dict("records") == [{"argument_id": "i0helped", "reason": "blank premise"}]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("labels", "Face", "Faces", r"labels-training.tsv, line 1: lacks column\(s\) 'Face'"),
        (
            "labels",
            "i0helped\t1",
            "i0helped\t2",
            r"line 2: 'Self-direction: thought' is '2', wanted 0 or 1; correct it, or fetch it again",
        ),
        (
            "labels",
            "i0helped",
            "i9helped",
            r"1 of the ids in 'arguments-training.tsv' are not in 'labels-training.tsv'",
        ),
        ("labels", "i0helped", "i0hurt", r"'labels-training.tsv' names 'i0hurt' twice"),
        ("arguments", "Stance", "stance", r"lacks column\(s\) 'Stance'"),
        (
            "arguments",
            "in favor of",
            "neutral",
            r"line 2: stance is 'neutral', wanted in favor of or against; correct it",
        ),
        ("arguments", "i0helped\t", "\xff\t\t\t\t\t\ti0helped\t", r"is not a table of tabs|lacks|names|line"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(folder, file, old, new, message):
    _change(folder / f"{file}-training.tsv", old, new)
    with pytest.raises(ValueEvalError, match=message):
        read_arguments(folder, "training")


def test_labels_without_arguments_are_refused(folder):
    with (folder / "labels-training.tsv").open("a") as file:
        file.write("X1" + "\t0" * 20 + "\n")
    with pytest.raises(ValueEvalError, match=r"ids in 'labels-training.tsv' are not in 'arguments-training.tsv'.*'X1'"):
        read_arguments(folder, "training")


def test_a_missing_or_empty_or_binary_file_is_refused(folder):
    with pytest.raises(ValueEvalError, match=r"arguments-test.tsv: cannot be read"):
        read_arguments(folder, "test")
    (folder / "labels-training.tsv").write_text("")
    with pytest.raises(ValueEvalError, match=r"labels-training\.tsv"):
        read_arguments(folder, "training")
    (folder / "labels-training.tsv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ValueEvalError, match=r"labels-training\.tsv"):
        read_arguments(folder, "training")


def test_a_part_without_any_premise_is_refused(folder):
    path = folder / "arguments-training.tsv"
    head, *lines = path.read_text().splitlines()
    path.write_text("\n".join([head, *("\t".join([*line.split("\t")[:3], ""]) for line in lines)]) + "\n")
    with pytest.raises(ValueEvalError, match="no argument with a premise"):
        read_arguments(folder, "training")


@pytest.mark.parametrize(("part", "rows", "each"), [("training", 5393, 3.41), ("validation", 1896, 3.31)])
def test_the_published_parts_are_read_whole(shared, part, rows, each):
    found = read_arguments(shared / "data" / "valueeval23", part)
    assert (len(found.rows), len(found.rejected)) == (rows, 0)
    assert found.rows[list(CATEGORIES)].to_numpy().sum() / rows == pytest.approx(each, abs=0.1)
