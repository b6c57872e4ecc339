"""The instrument that ships, and codebooks that cannot serve."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from valuenet.annotation.codebook import DEFAULT_CODEBOOK, CodebookError, load_codebook
from valuenet.warehouse.vocabulary import LABELS, VALUES

TEXT = DEFAULT_CODEBOOK.read_text(encoding="utf-8")


def changed(folder: Path, old: str, new: str) -> Path:
    assert old in TEXT
    path = folder / "codebook.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return path


def test_every_value_has_a_definition_that_cites_its_source_and_an_example_of_each_answer():
    codebook = load_codebook()
    assert tuple(codebook.values) == VALUES
    for value in VALUES:
        instrument = codebook.instrument(value)
        assert "(Schwartz 2012)" in instrument.definition
        assert sorted(example.label for example in instrument.examples) == sorted(LABELS)


def test_the_prerequisites_cannot_be_passed_with_one_and_the_same_answer():
    answers = [load_codebook().instrument(value).prerequisite.answer for value in VALUES]
    assert max(answers.count(label) for label in LABELS) <= 5
    assert set(answers) == set(LABELS)


def test_no_scenario_is_used_twice():
    instruments = [load_codebook().instrument(value) for value in VALUES]
    scenarios = [e.scenario for i in instruments for e in (*i.examples, i.prerequisite)]
    assert len(set(scenarios)) == 40


def test_the_question_names_the_value():
    assert "to whom self-direction matters" in load_codebook().question_about("SELF-DIRECTION")


def test_a_changed_word_changes_the_content_version_although_the_version_stays(tmp_path):
    other = load_codebook(changed(tmp_path, "to build guitars", "to build violins"))
    assert other.version == load_codebook().version
    assert other.content_version != load_codebook().content_version
    assert other.content_version.startswith(f"{other.version}+")


def test_a_comment_changes_nothing(tmp_path):
    path = changed(tmp_path, "version = ", "# a remark\nversion = ")
    assert load_codebook(path).content_version == load_codebook().content_version


def test_a_codebook_cannot_be_changed_in_memory():
    with pytest.raises(ValidationError, match="frozen"):
        load_codebook().version = "2"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[answers]", "[values.POWRE]\n[answers]", r"values\.POWRE\.name is missing"),
        ('name = "hedonism"', 'name = " "', r"values\.HEDONISM\.name is blank"),
        ('name = "hedonism"', 'name = ""', r"values\.HEDONISM\.name is empty"),
        ('name = "hedonism"\n', "", r"values\.HEDONISM\.name is missing"),
        ('name = "hedonism"', 'name = "hedonism"\ncolour = "red"', r"values\.HEDONISM\.colour is not a field"),
        ('label = "unrelated"', 'label = "yes"', r"values\.SELF-DIRECTION: one worked example each"),
        ('label = "unrelated"', 'label = "maybe"', r"examples\.2\.label: .* \(found 'maybe'\)"),
        ('version = "1.0"', "version = ", "not TOML"),
    ],
)
def test_the_error_names_the_value_and_what_is_wrong(tmp_path, old, new, said):
    with pytest.raises(CodebookError, match=said):
        load_codebook(changed(tmp_path, old, new))


def test_a_value_that_is_misspelt_throughout_is_named(tmp_path):
    path = tmp_path / "codebook.toml"
    path.write_text(TEXT.replace("[values.POWER", "[values.POWRE").replace("[[values.POWER", "[[values.POWRE"))
    with pytest.raises(CodebookError, match=r"unknown value\(s\) POWRE; the ten values are"):
        load_codebook(path)


def test_a_value_that_is_left_out_is_named(tmp_path):
    path = tmp_path / "codebook.toml"
    path.write_text(TEXT[: TEXT.index("[values.UNIVERSALISM]")])
    with pytest.raises(CodebookError, match=r"no definition of UNIVERSALISM; add a \[values\.UNIVERSALISM\] section"):
        load_codebook(path)


def test_a_prerequisite_that_repeats_an_example_is_refused(tmp_path):
    asked, shown = (
        "Signing up for a parachute jump on my sixtieth birthday",
        "Giving my neighbour back the ladder I had borrowed",
    )
    path = changed(tmp_path, asked, shown)
    with pytest.raises(CodebookError, match=r"values\.STIMULATION: the prerequisite repeats a worked example"):
        load_codebook(path)


def test_a_codebook_that_is_not_there_is_an_error_with_its_path(tmp_path):
    with pytest.raises(CodebookError, match=r"none\.toml: cannot be read"):
        load_codebook(tmp_path / "none.toml")
