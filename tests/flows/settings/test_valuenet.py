"""Settings come from TOML; what is wrong in them is told in one sentence."""

import datetime as dt
from pathlib import Path

import pytest
from pydantic import BaseModel

from valuenet.flows.settings.valuenet import SettingsError, ValuenetSettings, load_settings

STAGES = [name for name, field in ValuenetSettings.model_fields.items() if isinstance(field.default, BaseModel)]


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        file = tmp_path / "settings.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def sentence(file: Path | None, **given: object) -> str:
    with pytest.raises(SettingsError) as trouble:
        load_settings(file, **given)
    said = str(trouble.value)
    assert "\n" not in said
    assert file is None or str(file) in said
    return said


def test_without_a_file_everything_has_its_default():
    assert load_settings() == ValuenetSettings()


def test_what_a_file_says_stands_and_the_rest_has_its_default(written):
    text = 'warehouse = "s3://b/w"\n[surveys]\nchecks = 3\n[release]\nversion = "2.0.1"\ndate = 2025-02-03\n'
    read = load_settings(written(text))
    assert (read.warehouse, read.surveys.checks, read.surveys.questions) == ("s3://b/w", 3, 10)
    assert (read.release.version, read.release.date) == ("2.0.1", dt.date(2025, 2, 3))
    assert read.releases == ValuenetSettings().releases


def test_settings_go_through_json_and_back_unchanged(written):
    read = load_settings(written('[retrieval]\nforms = ["stem"]\n[pairs]\nmax_pairs = 5\n'))
    assert ValuenetSettings.model_validate_json(read.model_dump_json()) == read


def test_the_command_line_has_the_last_word_and_what_it_leaves_open_stays(written):
    read = load_settings(written('warehouse = "a"\nreleases = "b"\n'), warehouse="c", releases=None)
    assert (read.warehouse, read.releases) == ("c", "b")


def test_a_misspelt_setting_is_named_with_the_nearest_there_is(written):
    file = written('wharehouse = "x"\n')
    assert sentence(file) == f"settings file {file}: there is no setting 'wharehouse'; did you mean 'warehouse'?"


@pytest.mark.parametrize("stage", STAGES)
def test_a_misspelt_setting_of_any_stage_is_named_with_the_nearest_there_is(written, stage):
    right = next(iter(type(getattr(ValuenetSettings(), stage)).model_fields))
    wrong = right[:-1] + "_" + right[-1]
    said = sentence(written(f"[{stage}]\n{wrong} = 1\n"))
    assert said.endswith(f"there is no setting '{stage}.{wrong}'; did you mean {right!r}?")


def test_a_name_like_none_there_is_gets_them_all(written):
    said = sentence(written("[model]\nzzz = 1\n"))
    assert said.endswith("there is no setting 'model.zzz'; there are train, variant")


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ('[surveys]\nworkers_each = "four"\n', "surveys.workers_each", "'four'"),
        ("[pairs]\nmax_pairs = 0\n", "pairs.max_pairs", "0"),
        ('[retrieval]\nforms = ["lemma", "root"]\n', "retrieval.forms.1", "'root'"),
        ('[release]\nversion = "1.0"\n', "release.version", "'1.0'"),
        ('warehouse = ""\n', "warehouse", "''"),
        ("surveys = 3\n", "surveys", "3"),
        ('platform = "telepathy"\n', "platform", "'telepathy'"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(written, text, place, found):
    said = sentence(written(text))
    assert f": {place}: " in said
    assert said.endswith(f", found {found}; correct it and run again")


def test_a_wrong_value_from_the_command_line_names_no_file():
    assert sentence(None, runner="mules").startswith("settings: runner: ")


def test_as_many_workers_must_be_counted_as_are_asked(written):
    said = sentence(written("[surveys]\nworkers_each = 5\n"))
    assert "surveys.workers_each=5 and consensus.workers_each=4 must be the same" in said
    both = load_settings(written("[surveys]\nworkers_each = 5\n[consensus]\nworkers_each = 5\n"))
    assert both.consensus.workers_each == 5


def test_no_more_workers_are_asked_than_the_simulated_crowd_has(written):
    text = "[surveys]\nworkers_each = 9\n[consensus]\nworkers_each = 9\nmin_agreement = 5\n[simulation]\ncareless = 0\n"
    others = "drifting = 0\nspamming = 5\nalways_yes = 3\n"
    assert load_settings(written(f"{text}{others}able = 1\n")).simulation.able == 1
    told = "surveys.workers_each=9 asks for more workers than the 8 of [simulation]"
    assert told in sentence(written(f"{text}{others}able = 0\n"))


def test_an_error_inside_a_stage_keeps_its_own_words(written):
    assert "checks=9 leaves no room" in sentence(written("[surveys]\nchecks = 9\nquestions = 9\n"))


def test_a_file_that_is_missing_no_toml_no_text_or_no_file_is_told(written, tmp_path):
    assert "there is no settings file" in sentence(tmp_path / "absent.toml")
    assert "is not TOML" in sentence(written("[surveys\n"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    assert "is not TOML" in sentence(tmp_path / "bytes.toml")
    assert "cannot be read (Is a directory)" in sentence(tmp_path)
    assert "cannot be read (Not a directory)" in sentence(tmp_path / "bytes.toml" / "settings.toml")


def test_the_embedded_corpus_gives_the_release_its_own_name_and_licence():
    release = ValuenetSettings().for_corpus().release
    assert (release.folder, release.license) == ("valuenet-demo-1.0.0", "apache-2.0")
    assert ValuenetSettings().for_corpus().corpus.corpus == "valuenet-demo"


def test_what_is_said_of_the_release_stands_also_for_the_embedded_corpus(written):
    said = load_settings(written('[release]\nname = "mine"\nversion = "3.0.0"\n')).for_corpus().release
    assert (said.folder, said.license) == ("mine-3.0.0", "apache-2.0")


def test_another_corpus_is_released_under_the_settings_as_they_are(written):
    read = load_settings(written('[sources]\ncorpus = "other.tsv"\n'))
    assert read.for_corpus() == read
    assert read.release.license == "cc-by-sa-4.0"


def test_every_setting_has_a_help_text():
    untold = [
        f"{stage}.{name}"
        for stage in STAGES
        for name, field in type(getattr(ValuenetSettings(), stage)).model_fields.items()
        if not field.description and name != "seed"
    ]
    assert untold == []
