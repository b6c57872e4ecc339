"""``valuenet benchmark value``: the paper's Tables 2 and 3 for any variants, over several seeds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from valuenet.flows.command.modelling import need_models
from valuenet.flows.command.options import AsJson, Config
from valuenet.flows.command.output import note, number, print_json, print_table
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import VARIANTS

if TYPE_CHECKING:
    import pandas as pd

benchmark = typer.Typer(help="Measure models side by side.", no_args_is_help=True)


class BenchmarkListError(InputError):
    """A list on the command line cannot be read."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    benchmark.command("value")(benchmark_value_models)
    app.add_typer(benchmark, name="benchmark")


@benchmark.callback()
def _benchmark_group() -> None:
    """Keep ``value`` a command of its own though it is the only one."""


Variants = Annotated[
    str,
    typer.Option(
        help="Models separated by commas, each encoder[:head[:prompt]]: minilm, fasttext, bert, distilbert, "
        "roberta, bart (as the paper trained them), a folder or a hub name."
    ),
]
Seeds = Annotated[str, typer.Option(help="Whole numbers separated by commas; one training with each.")]
Data = Annotated[
    Literal["original", "balanced", "augmented", "all"],
    typer.Option("--variant", help="Variant of the release; all makes the whole of Table 2, a folder for each."),
]
Split = Annotated[Literal["test", "validation"], typer.Option(help="What is measured on.")]
Resamples = Annotated[int, typer.Option("--resamples", "--samples", min=1, help="Bootstrap samples of the texts.")]
Epochs = Annotated[int | None, typer.Option(min=1, help="Passes over the training rows at most, for all variants.")]


def benchmark_value_models(
    release: Annotated[str, typer.Argument(help="Folder or s3:// prefix of a release.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for models, predictions, tables, report and figures.")],
    variants: Variants = "minilm,fasttext",
    seeds: Seeds = "1,2,3",
    data: Data = "original",
    split: Split = "test",
    resamples: Resamples = 2000,
    epochs: Epochs = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Train every variant with every seed, open the test split once, and write tables, tests, report and figures.

    Stopped or killed, the same command goes on with the training it was at.
    """
    from valuenet.flows.settings.valuenet import load_settings

    need_models()
    from valuenet.flows.modelling.benchmark import benchmark_value
    from valuenet.models.benchmark.settings import BenchmarkSettings

    asked = {"variants": _names(variants), "seeds": _numbers(seeds), "split": split, "resamples": resamples}
    training = load_settings(config).modelling.training
    headlines = {}
    for name in VARIANTS if data == "all" else (data,):
        folder = out / name if data == "all" else out
        settings = BenchmarkSettings.model_validate({**asked, "data": name})
        made = benchmark_value(release, settings, training, out=folder, epochs=epochs, say=note)
        headlines[name] = _headlines(made.scores)
        if not as_json:
            _print_scores(headlines[name], name)
        note(f"report: {folder / 'README.md'}")
    if as_json:
        plain = {name: rows.astype(object).where(rows.notna(), None) for name, rows in headlines.items()}
        print_json({name: rows.to_dict("records") for name, rows in plain.items()})


def _headlines(scores: pd.DataFrame) -> pd.DataFrame:
    kept = (scores["scope"] == "ALL") & scores["measure"].isin(["accuracy", "mse"])
    return scores.loc[kept, ["model", "measure", "mean", "deviation", "low", "high"]]


def _print_scores(rows: pd.DataFrame, title: str) -> None:
    cells = ((m, what, *(number(x) for x in numbers)) for m, what, *numbers in rows.itertuples(index=False))
    print_table(["model", "measure", "mean", "sd", "low", "high"], cells, title=title)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise BenchmarkListError(f"--variants {text!r} names no model; give one or several, as minilm,fasttext")
    return names


def _numbers(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise BenchmarkListError(f"--seeds {text!r} is no list of whole numbers; write 1,2,3")
    return tuple(dict.fromkeys(int(part) for part in parts))
