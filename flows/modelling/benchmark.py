"""Value models side by side: train every variant with every seed, then open the test split once. Read top to bottom."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

import pandas as pd

from valuenet.flows.modelling.value import ReleaseRows, read_learning_splits, read_split
from valuenet.flows.services.crowd import ExtraMissingError
from valuenet.models.benchmark.measure import Benchmark, measure_models
from valuenet.models.benchmark.settings import BenchmarkSettings
from valuenet.models.encoding.encoders import FASTTEXT
from valuenet.models.training.hold_out import hold_out
from valuenet.models.values.presets import parse_variant
from valuenet.models.values.record import DataSource
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.warehouse.benchmark_tables import BenchmarkPredictions
from valuenet.warehouse.hashing import content_hash, hash_id
from valuenet.warehouse.recipes.recipe import make_recipe
from valuenet.warehouse.release.read import Release
from valuenet.warehouse.whole_files import write_whole

_HELD_OUT = 0.05
Say = Callable[[str], None]


class Run(NamedTuple):
    """One training of a benchmark."""

    variant: str
    seed: int
    settings: ValueTrainingSettings
    folder: Path


def benchmark_value(
    release: str,
    settings: BenchmarkSettings,
    training: ValueTrainingSettings,
    *,
    out: Path,
    epochs: int | None = None,
    say: Say = lambda _: None,
) -> Benchmark:
    """Train, predict and measure; return the tables and write them, the report and the figures to the folder ``out``.

    Stopped at any point, the same call goes on: a model or a prediction that is there is taken as it is.

    Args:
        release: folder or ``s3://`` prefix of a release.
        settings: variants, seeds and resampling.
        training: what variants that are no preset of the paper take the rest of their settings from.
        out: folder for ``models/``, ``predictions/`` and the results.
        epochs: passes over the training rows, for all variants.
        say: told of every part that is done.

    Raises:
        ExtraMissingError: if torch and transformers are not installed.
        UnknownVariantError: if a variant cannot be made; nothing is trained then.
        ReleaseUnreadableError, MissingSplitError: if the release cannot serve.
    """
    runs = plan_runs(settings, training, out, epochs)
    votes = any(run.settings.targets == "votes" for run in runs)
    learning = _parts(read_learning_splits(release, settings.data, votes=votes), settings)
    name = f"{PurePath(release).name} ({settings.data})"
    recipes = []
    for number, run in enumerate(runs, 1):
        say(f"training {number} of {len(runs)}: {run.variant}, seed {run.seed}")
        recipes.append(_train(run, learning, DataSource(name=name, licence=learning.licence)))
    return _measure(Release(release), settings, runs, recipes, learning.train, out=out, say=say)


def plan_runs(
    settings: BenchmarkSettings, training: ValueTrainingSettings, out: Path, epochs: int | None = None
) -> list[Run]:
    """Return every training of a benchmark, fastText last where it was not asked for."""
    variants = [*settings.variants, *([] if FASTTEXT in settings.variants else [FASTTEXT])]
    return [
        Run(
            variant,
            seed,
            parse_variant(variant, training, epochs=epochs, seed=seed),
            out / "models" / f"{re.sub(r'[^A-Za-z0-9.-]+', '_', variant)}-{seed}",
        )
        for variant in variants
        for seed in settings.seeds
    ]


def _parts(rows: ReleaseRows, settings: BenchmarkSettings) -> ReleaseRows:
    """Return what is learned from and chosen by: never the rows that will be measured on."""
    if settings.split == "test":
        return rows
    held = hold_out(rows.train, _HELD_OUT, settings.seed)
    return ReleaseRows(held.train, held.validation, rows.licence)


def _train(run: Run, rows: ReleaseRows, source: DataSource) -> str:
    try:
        from valuenet.models.values.training import train_value
    except ImportError:
        raise ExtraMissingError("training needs torch and transformers: `pip install 'valuenet[models]'`") from None
    made = train_value(rows.train, rows.validation, run.settings, out=run.folder, source=source, with_baselines=False)
    return made.record.recipe


def _measure(
    release: Release,
    settings: BenchmarkSettings,
    runs: Sequence[Run],
    recipes: Sequence[str],
    train: pd.DataFrame,
    *,
    out: Path,
    say: Say,
) -> Benchmark:
    """Open the measured split, now that every model is trained."""
    from valuenet.models.benchmark.ceiling import ceilings
    from valuenet.models.benchmark.predictions import baseline_predictions, mark_seen

    pairs = read_split(release, settings.data, settings.split)
    rows = mark_seen(pairs, train)
    answers: dict[str, list[pd.DataFrame]] = {name: [run] for name, run in baseline_predictions(train, rows).items()}
    for number, (run, recipe) in enumerate(zip(runs, recipes, strict=True), 1):
        say(f"predicting {number} of {len(runs)}: {run.variant}, seed {run.seed}")
        answers.setdefault(run.variant, []).append(_predict(run, recipe, rows, out / "predictions"))
    annotations = release.annotations()
    people = {} if annotations is None else ceilings(pairs, annotations)
    benchmark = measure_models(answers, people, settings)
    _write(benchmark, answers, settings, release, out)
    return benchmark


def _predict(run: Run, recipe: str, rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Return what a model says of ``rows``; what it said of these very rows before is read, not asked again."""
    from valuenet.models.benchmark.predictions import predictions
    from valuenet.models.values.loading import load_value_model

    content = content_hash(rows, ["scenario", "value"])
    code = make_recipe([predictions, load_value_model], {}, {}, step="predict").key()
    path = folder / f"{run.folder.name}-{hash_id('', recipe, content, code)}.parquet"
    if path.is_file():
        return BenchmarkPredictions.frame(pd.read_parquet(path))
    scores = load_value_model(run.folder).score_pairs(rows["value"].tolist(), rows["scenario"].tolist())
    predicted = predictions(run.variant, run.seed, rows, scores)
    _parquet(predicted, path)
    return predicted


def _write(
    benchmark: Benchmark,
    answers: dict[str, list[pd.DataFrame]],
    settings: BenchmarkSettings,
    release: Release,
    out: Path,
) -> None:
    from valuenet.models.benchmark.figures import draw_benchmark
    from valuenet.models.benchmark.report import render_benchmark

    _parquet(benchmark.scores, out / "scores.parquet")
    _parquet(benchmark.tests, out / "tests.parquet")
    names = draw_benchmark(benchmark.scores, answers, settings.bins, out)
    report = render_benchmark(benchmark, settings, PurePath(release.place.uri).name)
    pictures = "\n\n".join(f"![{name.replace('-', ' ')}]({name}.png)" for name in names)
    write_whole(out / "README.md", f"{report}\n{pictures}\n")


def _parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a file that appears under its name only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.writing")
    frame.to_parquet(draft, index=False)
    draft.replace(path)
