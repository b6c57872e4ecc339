"""A benchmark from the command line on a small release with judgements; a tiny encoder keeps it short."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import typer

from tests.made_release import publish_plain
from tests.models.conftest import one_thread, tiny_encoder  # noqa: F401  fixtures
from valuenet.flows.command import benchmarking
from valuenet.flows.modelling.benchmark import benchmark_value, plan_runs
from valuenet.flows.modelling.value import MissingSplitError, read_learning_splits, read_rows_to_judge, train_on_release
from valuenet.models.benchmark.settings import BenchmarkSettings
from valuenet.models.values.presets import UnknownVariantError
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.warehouse.benchmark_tables import BenchmarkPredictions, BenchmarkScores, BenchmarkTests
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release.read import Release

SEEDS = (1, 2)


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> Path:
    return publish_plain(tmp_path_factory.mktemp("releases"))


@pytest.fixture(scope="module")
def asked(tiny_encoder) -> BenchmarkSettings:  # noqa: F811
    return BenchmarkSettings(
        variants=(str(tiny_encoder), f"{tiny_encoder}:regression:token"), seeds=SEEDS, resamples=50
    )


@pytest.fixture(scope="module")
def written(release, asked, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("benchmark")
    said: list[str] = []
    benchmark_value(str(release), asked, ValueTrainingSettings(), out=out, epochs=1, say=said.append)
    assert said[0].startswith("training 1 of 6: ")
    assert said[-1] == "predicting 6 of 6: fasttext, seed 2"
    return out


def test_everything_that_was_measured_is_written(written, asked):
    scores = BenchmarkScores.check(pd.read_parquet(written / "scores.parquet"))
    names = ["majority class", "TF-IDF", *asked.variants, "fasttext"]
    assert list(dict.fromkeys(scores["model"]))[:5] == names
    accuracy = scores[(scores["scope"] == "ALL") & (scores["measure"] == "accuracy")].set_index("model")
    assert accuracy.loc["fasttext", "seed_count"] == 2
    tests = BenchmarkTests.check(pd.read_parquet(written / "tests.parquet"))
    assert len(tests) == 2 * 10
    kept = [BenchmarkPredictions.check(pd.read_parquet(path)) for path in (written / "predictions").iterdir()]
    assert len(kept) == 6
    assert {len(rows) for rows in kept} == {accuracy.loc["fasttext", "rows"]}
    report = (written / "README.md").read_text()
    assert "ceiling: one worker" in report
    assert "![reliability](reliability.png)" in report


def test_the_ceiling_is_what_the_judges_of_the_test_pairs_allow(written, release):
    """Of four equal answers each meets the others; of three to one, three of four do; the label always stands."""
    opened = Release(release)
    test = opened.rows("original", "test")
    voted = opened.annotations().query("counted").merge(test[["scenario_id", "value"]], on=["scenario_id", "value"])
    same = voted.groupby(["scenario_id", "value"])["label"].agg(
        lambda labels: labels.value_counts().max() / len(labels)
    )
    scores = pd.read_parquet(written / "scores.parquet").set_index(["model", "scope", "measure"])["mean"]
    assert scores["ceiling: one worker", "ALL", "accuracy"] == pytest.approx(same.mean())
    assert scores["ceiling: majority without one", "ALL", "accuracy"] == 1


def test_a_benchmark_that_was_stopped_goes_on_and_ends_the_same(written, asked, release, tmp_path, monkeypatch):
    out = tmp_path / "again"
    shutil.copytree(written, out)
    before = {path.name: path.read_bytes() for path in out.glob("*.*")}
    lost = next((out / "predictions").glob("fasttext-2-*"))
    lost.unlink()
    for path in [*out.glob("*.*"), out / "models" / "fasttext-2"]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    monkeypatch.setattr("valuenet.models.values.training._reach", None)  # no Transformer is trained anew
    benchmark_value(str(release), asked, ValueTrainingSettings(), out=out, epochs=1)
    assert {path.name: path.read_bytes() for path in out.glob("*.*")} == before
    assert lost.is_file()


def test_training_never_opens_the_test_split(release, tiny_encoder, tmp_path):  # noqa: F811
    from valuenet.flows.settings.valuenet import ValuenetSettings

    closed = tmp_path / "closed"
    shutil.copytree(release, closed)
    tests = list(closed.glob("*/test*.parquet"))
    assert tests
    for path in tests:
        path.write_bytes(b"whoever reads this fails")
    settings = ValuenetSettings(
        modelling={"training": {"encoder": str(tiny_encoder), "epochs": 1, "min_steps": 0, "targets": "votes"}}
    )
    record = train_on_release(settings, str(closed), tmp_path / "model")
    assert (record.measured_on, set(record.data)) == ("validation", {"train", "validation"})
    with pytest.raises(InputError):
        read_rows_to_judge(str(closed), "original", "test")


def test_every_model_is_trained_before_the_measured_split_is_opened(release, asked, tmp_path, monkeypatch):
    opened: list[str] = []
    rows = Release.rows
    monkeypatch.setattr(Release, "rows", lambda self, data, split: opened.append(split) or rows(self, data, split))
    monkeypatch.setattr(
        "valuenet.flows.modelling.benchmark._train", lambda run, *_: opened.append(f"seed {run.seed}") or "r-1"
    )
    monkeypatch.setattr("valuenet.flows.modelling.benchmark._predict", lambda *_: pytest.fail("far enough"))
    with pytest.raises(pytest.fail.Exception, match="far enough"):
        benchmark_value(str(release), asked, ValueTrainingSettings(), out=tmp_path)
    assert opened == ["train", "validation", *["seed 1", "seed 2"] * 3, "test"]


def test_measured_on_validation_the_epoch_is_chosen_on_texts_of_train(release, tmp_path, monkeypatch):
    learned = []
    monkeypatch.setattr("valuenet.flows.modelling.benchmark._train", lambda run, rows, _: learned.append(rows) or "r-1")
    monkeypatch.setattr("valuenet.flows.modelling.benchmark._measure", lambda *_, **__: None)
    settings = BenchmarkSettings(variants=("fasttext",), seeds=(1,), split="validation")
    benchmark_value(str(release), settings, ValueTrainingSettings(), out=tmp_path)
    train = read_learning_splits(str(release), "original").train
    assert set(learned[0].validation["scenario"]) <= set(train["scenario"])
    assert not set(learned[0].validation["scenario"]) & set(learned[0].train["scenario"])


def test_votes_stand_beside_the_training_pairs_when_they_are_learned(release):
    rows = read_learning_splits(str(release), "original", votes=True)
    counts = rows.train[["no_count", "unrelated_count", "yes_count"]]
    assert set(counts.sum(axis=1)) == {4}
    assert "yes_count" not in rows.validation.columns


def test_a_variant_that_cannot_be_made_stops_everything_at_once(release, tmp_path):
    settings = BenchmarkSettings(variants=("minilm", "minilm:softmax"))
    with pytest.raises(UnknownVariantError, match="head 'softmax'"):
        benchmark_value(str(release), settings, ValueTrainingSettings(), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_split_that_is_not_there_is_named(tmp_path, release):
    less = tmp_path / "less"
    shutil.copytree(release, less)
    manifest = json.loads((less / "manifest.json").read_text())
    manifest["files"] = {name: about for name, about in manifest["files"].items() if "test" not in name}
    (less / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(MissingSplitError, match="has no split 'test' of original; it has train, validation"):
        read_rows_to_judge(str(less), "original", "test")


def test_fasttext_is_always_among_the_runs(tmp_path):
    runs = plan_runs(BenchmarkSettings(variants=("roberta",), seeds=(5,)), ValueTrainingSettings(), tmp_path)
    assert [(run.variant, run.settings.encoder, run.settings.seed) for run in runs] == [
        ("roberta", "roberta-base", 5),
        ("fasttext", "fasttext", 5),
    ]


@pytest.fixture
def command(monkeypatch):
    """The command alone, however the program names it."""
    app = typer.Typer()
    benchmarking.add_to(app)
    monkeypatch.setattr("valuenet.flows.modelling.benchmark._train", lambda run, *_: "r-1")

    def call(*arguments: str) -> None:
        app(args=["benchmark", "value", *arguments], standalone_mode=False)

    return call


def test_the_command_prints_the_scores_and_names_the_report(command, written, release, monkeypatch, capsys):
    found = pd.read_parquet(written / "scores.parquet")
    monkeypatch.setattr(
        "valuenet.flows.modelling.benchmark._measure", lambda *_, **__: type("Found", (), {"scores": found})
    )
    command(str(release), "--out", "somewhere", "--variants", "fasttext", "--seeds", "3, 4", "--json")
    said = capsys.readouterr()
    assert {row["measure"] for row in json.loads(said.out)["original"]} == {"accuracy", "mse"}
    assert "training 2 of 2: fasttext, seed 4" in said.err
    command(str(release), "--out", "somewhere", "--variants", "fasttext")
    said = capsys.readouterr()
    assert "majority class" in said.out
    assert f"report: {Path('somewhere') / 'README.md'}" in said.err


def test_all_variants_of_the_release_get_a_folder_each(command, written, release, monkeypatch, tmp_path, capsys):
    found = pd.read_parquet(written / "scores.parquet")
    folders: list[Path] = []
    monkeypatch.setattr(
        "valuenet.flows.modelling.benchmark._measure",
        lambda *_, out, **__: folders.append(out) or type("Found", (), {"scores": found}),
    )
    command(str(release), "--out", str(tmp_path), "--variants", "fasttext", "--variant", "all", "--json")
    assert folders == [tmp_path / data for data in ("original", "balanced", "augmented")]
    assert list(json.loads(capsys.readouterr().out)) == ["original", "balanced", "augmented"]


@pytest.mark.parametrize(("option", "text"), [("--seeds", "1,two"), ("--seeds", ""), ("--variants", " , ")])
def test_lists_that_cannot_be_read_are_refused(command, release, option, text):
    with pytest.raises(benchmarking.BenchmarkListError, match=option):
        command(str(release), "--out", "somewhere", option, text)
