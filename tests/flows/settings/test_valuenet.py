"""Settings come from TOML; what is wrong in them is told in one sentence."""

import datetime as dt
from pathlib import Path

import pytest
from pydantic import BaseModel

from valuenet.flows.settings.moved import MOVED, new_name
from valuenet.flows.settings.valuenet import SettingsError, ValuenetSettings, load_settings


def _stages(model, name=""):
    for field_name, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            path = f"{name}.{field_name}".strip(".")
            yield path, type(field.default)
            yield from _stages(type(field.default), path)


#: Dotted name -> class of every table of a settings file.
STAGES = dict(_stages(ValuenetSettings))


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
    text = 'warehouse = "s3://b/w"\n[annotation.surveys]\nchecks = 3\n'
    text += '[dataset.release]\nversion = "2.0.1"\ndate = 2025-02-03\n'
    read = load_settings(written(text))
    assert (read.warehouse, read.annotation.surveys.checks, read.annotation.surveys.questions) == ("s3://b/w", 3, 10)
    assert (read.dataset.release.version, read.dataset.release.date) == ("2.0.1", dt.date(2025, 2, 3))
    assert read.releases == ValuenetSettings().releases


def test_settings_go_through_json_and_back_unchanged(written):
    read = load_settings(written('[curation.retrieval]\nforms = ["stem"]\n[annotation.pairs]\nmax_pairs = 5\n'))
    assert ValuenetSettings.model_validate_json(read.model_dump_json()) == read


def test_the_command_line_has_the_last_word_and_what_it_leaves_open_stays(written):
    read = load_settings(written('warehouse = "a"\nreleases = "b"\n'), warehouse="c", releases=None)
    assert (read.warehouse, read.releases) == ("c", "b")


def test_a_misspelt_setting_is_named_with_the_nearest_there_is(written):
    file = written('wharehouse = "x"\n')
    assert sentence(file) == f"settings file {file}: there is no setting 'wharehouse'; did you mean 'warehouse'?"


@pytest.mark.parametrize("stage", STAGES)
def test_a_misspelt_setting_of_any_stage_is_named_with_the_nearest_there_is(written, stage):
    right = next(iter(STAGES[stage].model_fields))
    wrong = right[:-1] + "_" + right[-1]
    said = sentence(written(f"[{stage}]\n{wrong} = 1\n"))
    assert said.endswith(f"there is no setting '{stage}.{wrong}'; did you mean {right!r}?")


def test_a_name_like_none_there_is_gets_them_all(written):
    said = sentence(written("[modelling.build]\nzzz = 1\n"))
    assert said.endswith("there is no setting 'modelling.build.zzz'; there are train, variant")


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ('[annotation.consensus]\nworkers_each = "four"\n', "annotation.consensus.workers_each", "'four'"),
        ("[annotation.pairs]\nmax_pairs = 0\n", "annotation.pairs.max_pairs", "0"),
        ('[curation.retrieval]\nforms = ["lemma", "root"]\n', "curation.retrieval.forms.1", "'root'"),
        ('[dataset.release]\nversion = "1.0"\n', "dataset.release.version", "'1.0'"),
        ('warehouse = ""\n', "warehouse", "''"),
        ("[annotation]\nsurveys = 3\n", "annotation.surveys", "3"),
        ('platform = "telepathy"\n', "platform", "'telepathy'"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(written, text, place, found):
    said = sentence(written(text))
    assert f": {place}: " in said
    assert said.endswith(f", found {found}; correct it and run again")


def test_a_wrong_value_from_the_command_line_names_no_file():
    assert sentence(None, runner="mules").startswith("settings: runner: ")


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("[surveys]\nchecks = 3\n", "surveys", "annotation.surveys"),
        ("[model]\ntrain = false\n", "model", "modelling.build"),
        ("[reddit_filters]\n", "reddit_filters", "reddit.filters"),
        ("[annotation.surveys]\nworkers_each = 5\n", "surveys.workers_each", "annotation.consensus.workers_each"),
        ("[reddit.api]\nsubreddit = 'other'\n", "reddit.api.subreddit", "reddit.community"),
        ("[reddit.decoding]\nsubreddits = ['other']\n", "reddit.decoding.subreddits", "reddit.community"),
        ("[reddit_exchanges]\n", "reddit_exchanges", "reddit.exchanges"),
    ],
)
def test_a_setting_of_an_earlier_version_is_told_its_new_name(written, text, old, new):
    assert f"{old} is called {new} now; rename it and run again" in sentence(written(text))


@pytest.mark.parametrize(("old", "new"), sorted(MOVED.items()))
def test_every_new_name_is_there_and_no_old_one(old, new):
    def exists(name):
        model = ValuenetSettings
        for part in name.split("."):
            if part not in getattr(model, "model_fields", {}):
                return False
            model = model.model_fields[part].annotation
        return True

    assert exists(new)
    assert not exists(old) or old == "reddit.release.community"


def test_a_setting_moved_twice_is_told_its_last_name():
    assert new_name(["reddit_api", "subreddit"]) == "reddit.community"
    assert new_name(["surveys", "workers_each"]) == "annotation.consensus.workers_each"
    assert new_name(["warehouse"]) is None


def test_the_community_is_named_once(written):
    read = load_settings(written('[reddit]\ncommunity = "askreddit"\n'))
    assert read.reddit.named_release().community == "r/askreddit"
    said = sentence(written('[reddit.release]\ncommunity = "r/other"\n'))
    assert "name the community once, as reddit.community" in said


def test_overrides_are_checked_as_a_file_is():
    settings = ValuenetSettings().with_overrides({"reddit.dump": "s3://b/d", "reddit.api.attempts": None})
    assert settings.reddit.dump == "s3://b/d"
    with pytest.raises(SettingsError, match=r"modelling\.scoring\.processes: .*, found -1"):
        settings.with_overrides({"modelling.scoring.processes": -1})
    with pytest.raises(SettingsError, match=r"there is no setting 'reddit\.dumps'; did you mean 'dump'"):
        settings.with_overrides({"reddit.dumps": "x"})
    assert "reddit.api.requests_per_run: " in sentence(None, given={"reddit.api.requests_per_run": 0})


def test_no_more_workers_are_asked_than_the_simulated_crowd_has(written):
    text = "[annotation.consensus]\nworkers_each = 9\nmin_agreement = 5\n[annotation.simulation]\ncareless = 0\n"
    others = "drifting = 0\nspamming = 5\nalways_yes = 3\n"
    assert load_settings(written(f"{text}{others}able = 1\n")).annotation.simulation.able == 1
    message = "consensus.workers_each=9 asks for more workers than the 8 of [annotation.simulation]"
    assert message in sentence(written(f"{text}{others}able = 0\n"))


def test_an_error_inside_a_stage_keeps_its_own_words(written):
    assert "checks=9 leaves no room" in sentence(written("[annotation.surveys]\nchecks = 9\nquestions = 9\n"))


def test_a_file_that_is_missing_no_toml_no_text_or_no_file_is_told(written, tmp_path):
    assert "there is no settings file" in sentence(tmp_path / "absent.toml")
    assert "is not TOML" in sentence(written("[surveys\n"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    assert "is not TOML" in sentence(tmp_path / "bytes.toml")
    assert "cannot be read (Is a directory)" in sentence(tmp_path)
    assert "cannot be read (Not a directory)" in sentence(tmp_path / "bytes.toml" / "settings.toml")


def test_the_embedded_corpus_gives_the_release_its_own_name_and_licence():
    release = ValuenetSettings().for_corpus().dataset.release
    assert (release.folder, release.license) == ("valuenet-demo-1.0.0", "apache-2.0")
    assert ValuenetSettings().for_corpus().curation.corpus.corpus == "valuenet-demo"


def test_what_is_said_of_the_release_stands_also_for_the_embedded_corpus(written):
    said = load_settings(written('[dataset.release]\nname = "mine"\nversion = "3.0.0"\n')).for_corpus().dataset.release
    assert (said.folder, said.license) == ("mine-3.0.0", "apache-2.0")


def test_another_corpus_is_released_under_the_settings_as_they_are(written):
    read = load_settings(written('[sources]\ncorpus = "other.tsv"\n'))
    assert read.for_corpus() == read
    assert read.dataset.release.license == "cc-by-sa-4.0"


def test_every_setting_has_a_help_text():
    untold = [
        f"{stage}.{name}"
        for stage, model in STAGES.items()
        for name, field in model.model_fields.items()
        if not (field.description or isinstance(field.default, BaseModel)) and name != "seed"
    ]
    assert untold == []
