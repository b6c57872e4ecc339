"""The measured steps of docs/quality.md, each trained anew: `python -m tests.benchmarks.quality dev one-pass pair`.

`dev` trains on four fifths of the published train part and measures on the last fifth, which shares no text with them
and is the only thing to choose by. `eval` trains on train and measures on the eval part: for confirming, with seeds
declared beforehand. A step that keeps its last epoch learns from all of these texts; of one that chooses its epoch, a
twentieth of them is held out for the choice. Every run is a line of ``results.csv`` in the folder given, its
predictions lie beside it, and the table says by how much each step differs from the first one on the same rows, with a
95 % interval by bootstrap over texts, and how accurate it is on texts that stand in train under another value (seen)
and on those that do not.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.training.hold_out import HeldOut, hold_out
from valuenet.models.values.files import read_labelled
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.presets import named_preset
from valuenet.models.values.rows import check_rows
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.training import train_value
from valuenet.warehouse.hashing import draws, fold_space

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "valuenet"
FOLDS = 5

#: Each step by its name. What is not said is the default.
STEPS: Mapping[str, ValueTrainingSettings] = MappingProxyType(
    {
        "one-pass": named_preset("one-pass"),
        "pair": named_preset("pair"),
        "taught": named_preset("taught"),
        "mixture": named_preset("mixture"),
        "minilm-definition": ValueTrainingSettings(prompt="definition"),
        "minilm-plain": ValueTrainingSettings(prompt="pair", label_smoothing=0.0, weight_average=0.0),
        "minilm-regression": ValueTrainingSettings(prompt="pair", head="regression"),
        "mpnet": named_preset("mpnet"),
        "mpnet-frozen-8": named_preset("mpnet").model_copy(update={"frozen_layers": 8}),
        "mpnet-all-layers": named_preset("mpnet").model_copy(update={"frozen_layers": 0, "learning_rate": 3e-5}),
    }
)


class Difference(NamedTuple):
    """A step less another one on the same rows, with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


def split(part: str, share: float, fold: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what a step learns from and what it is measured on; ``share`` of the texts are learned from."""
    train = check_rows(read_labelled(DATA / "train.csv"), "train")
    if part == "eval":
        measured = check_rows(read_labelled(DATA / "eval.csv"), "eval")
    else:
        folds = (draws(_texts(train), "quality-fold", 1) * FOLDS).astype(int)
        train, measured = train[folds != fold], train[folds == fold]
    return train[draws(_texts(train), "curve", 1) < share], measured.reset_index(drop=True)


def paired(better: NDArray[np.float64], than: NDArray[np.float64], texts: pd.Series, rounds: int = 2000) -> Difference:
    """Return the mean difference of two figures per row; whole texts are drawn again, as their rows belong together."""
    sums = pd.DataFrame({"text": texts, "gain": better - than}).groupby("text", sort=True)["gain"].agg(["sum", "size"])
    drawn = np.random.default_rng(1).integers(0, len(sums), (rounds, len(sums)))
    means = sums["sum"].to_numpy()[drawn].sum(axis=1) / sums["size"].to_numpy()[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Difference(float((better - than).mean()), float(low), float(high))


def run_step(name: str, seed: int, args: argparse.Namespace) -> Path:
    """Train and measure one step, if the folder does not hold it yet; return its predictions."""
    found = Path(args.out) / f"{args.part}-{name}-seed{seed}-share{args.share:g}-fold{args.fold}.parquet"
    if found.is_file():
        return found
    learned, measured = split(args.part, args.share, args.fold)
    settings = STEPS[name].model_copy(update={"seed": seed, "threads": args.threads})
    chooses = settings.for_rows(len(learned), learned["scenario"].nunique()).best_by != "last"
    parts = hold_out(learned, 0.05, seed) if chooses else HeldOut(learned, measured)
    begun = time.monotonic()
    made = train_value(parts.train, parts.validation, settings, out=found.with_suffix(""), with_baselines=False)
    seconds = time.monotonic() - begun
    scores = load_value_model(made.path).score_pairs(measured["value"].tolist(), measured["scenario"].tolist())
    result = measured.assign(predicted=scores.utilities, label=scores.classes())
    result.to_parquet(found, index=False)
    accuracy, error = figures(result)
    with (Path(args.out) / "results.csv").open("a", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(
            [args.part, name, seed, args.share, f"{accuracy.mean():.4f}", f"{error.mean():.4f}", round(seconds)]
        )
    return found


def figures(result: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return per row whether the label is right, and the squared error of the utility."""
    truth = result["utility"].to_numpy()
    right = (result["label"].to_numpy() == truth).astype(np.float64)
    return right, (result["predicted"].to_numpy(dtype=np.float64) - truth) ** 2


def table(paths: Mapping[str, list[Path]], seeds: Sequence[int], seen: NDArray[np.bool_]) -> str:
    """Return the steps as a Markdown table, means over the seeds and each of several; gains are over the first step.

    ``seen`` (rows,) says which texts stand in train, under another value.
    """
    lines = [
        "| step | accuracy | squared error | accuracy gained | squared error gained | seen | unseen |",
        "|---|---|---|---|---|---|---|",
    ]
    first: dict[str, list[NDArray[np.float64]]] = {}
    for name, found in paths.items():
        results = [pd.read_parquet(path) for path in found]
        means = [np.mean(columns, axis=0) for columns in zip(*map(figures, results), strict=True)]
        each = {f", seed {seed}": list(figures(result)) for seed, result in zip(seeds, results, strict=True)}
        for what, columns in ({"": means} | (each if len(seeds) > 1 else {})).items():
            start = first.setdefault(what, columns)
            gains = [paired(column, than, results[0]["scenario"]) for column, than in zip(columns, start, strict=True)]
            told = [f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]" for gain in gains]
            parts = [f"{columns[0][rows].mean():.3f}" if rows.any() else "-" for rows in (seen, ~seen)]
            figures_told = [f"{columns[0].mean():.4f}", f"{columns[1].mean():.4f}", *told, *parts]
            lines.append(f"| {name}{what} | {' | '.join(figures_told)} |")
    return "\n".join(lines)


def main() -> None:
    """Run the steps asked for and print their table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=("dev", "eval"))
    parser.add_argument("steps", nargs="+", choices=sorted(STEPS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--share", type=float, default=1.0, help="share of the training texts, for a learning curve")
    parser.add_argument("--fold", type=int, default=0, choices=range(FOLDS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", default="data/quality")
    args = parser.parse_args()
    Path(args.out).mkdir(parents=True, exist_ok=True)
    learned, measured = split(args.part, args.share, args.fold)
    seen = np.isin(_texts(measured), _texts(learned))
    print(table({name: [run_step(name, seed, args) for seed in args.seeds] for name in args.steps}, args.seeds, seen))


def _texts(rows: pd.DataFrame) -> list[str]:
    return [fold_space(text).lower() for text in rows["scenario"]]


if __name__ == "__main__":
    main()
