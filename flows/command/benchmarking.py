"""``valuenet benchmark value``: the paper's Tables 2 and 3 for any variants, over several seeds."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.command.modelling import need_models
from flows.command.options import AsJson, Config
from flows.command.output import note, number, print_json, print_table
from warehouse.errors import InputError

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


def benchmark_value_models(
    release: Annotated[str, typer.Argument(help="Folder or s3:// prefix of a release.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for models, predictions, tables, report and figures.")],
    variants: Annotated[
        str,
        typer.Option(
            help="Models separated by commas, each encoder[:head[:prompt]]: minilm, fasttext, bert, distilbert, "
            "roberta, bart (as the paper trained them), a folder or a hub name."
        ),
    ] = "minilm,fasttext",
    seeds: Annotated[str, typer.Option(help="Whole numbers separated by commas; one training with each.")] = "1,2,3",
    data: Annotated[
        Literal["original", "balanced", "augmented"], typer.Option("--variant", help="Variant of the release.")
    ] = "original",
    split: Annotated[Literal["test", "validation"], typer.Option(help="What is measured on.")] = "test",
    samples: Annotated[int, typer.Option(min=1, help="Bootstrap samples of the texts.")] = 2000,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the training rows at most, for all variants.")
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Train every variant with every seed, open the test split once, and write tables, tests, report and figures.

    Stopped or killed, the same command goes on with the training it was at.
    """
    from flows.settings import load_settings

    need_models()
    from flows.benchmark import benchmark_value
    from models.benchmark_settings import BenchmarkSettings

    asked = {"variants": _names(variants), "seeds": _numbers(seeds), "data": data, "split": split, "samples": samples}
    settings = BenchmarkSettings.model_validate(asked)
    found = benchmark_value(release, settings, load_settings(config).training, out=out, epochs=epochs, say=note)
    shown = found.scores[(found.scores["scope"] == "ALL") & found.scores["measure"].isin(["accuracy", "mse"])]
    rows = shown[["model", "measure", "mean", "deviation", "low", "high"]]
    if as_json:
        print_json({"scores": rows.astype(object).where(rows.notna(), None).to_dict("records")})
    else:
        cells = ((m, what, *(number(x) for x in numbers)) for m, what, *numbers in rows.itertuples(index=False))
        print_table(["model", "measure", "mean", "sd", "low", "high"], cells)
    note(f"report: {out / 'README.md'}")


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
