"""``valuenet train | evaluate | predict``: value models."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from valuenet.flows.command.options import AsJson, Config
from valuenet.flows.command.output import note, number, print_json, print_table

train = typer.Typer(help="Train a model on a release.", no_args_is_help=True)
Variant = Literal["original", "balanced", "augmented"]
Model = Annotated[Path, typer.Argument(help="Model folder that `valuenet train value` made.")]
Release = Annotated[str, typer.Argument(help="Folder or s3:// prefix of a release.")]
Out = Annotated[Path, typer.Option("--out", help="Folder the model is written to.")]
Encoder = Annotated[str | None, typer.Option(help="minilm (packaged), a folder, a hub name, or fasttext (no encoder).")]
Head = Annotated[Literal["regression", "classes"] | None, typer.Option(help="One utility, or three classes.")]
Prompt = Annotated[
    Literal["auto", "token", "pair", "definition", "none"] | None,
    typer.Option(
        help="Value as special token (the paper), name (pair), or name and definition; none: all at once; "
        "auto: none from 1,500 rows on, pair below."
    ),
]
Targets = Annotated[
    Literal["labels", "votes"] | None,
    typer.Option(help="Learn the agreed label, or the shares of the votes where the release has judgements."),
]
Epochs = Annotated[int | None, typer.Option(min=1, help="Passes over the training rows, at most.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Another number gives another model.")]
Preset = Annotated[
    Literal[
        "default", "paper", "minilm", "one-pass", "pair", "taught", "mixture", "mpnet",
        "fasttext", "bert", "distilbert", "roberta", "bart",
    ],
    typer.Option(help="Where the settings start from; bert to bart train as the paper did, paper is its BERT."),
]  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    train.command("value")(train_value_model)
    app.add_typer(train, name="train")
    app.command("evaluate")(evaluate)
    app.command("predict")(predict)


@train.callback()
def _train_group() -> None:
    """Keep ``value`` a command of its own though it is the only one."""


def train_value_model(
    release: Release,
    out: Out,
    variant: Annotated[Variant | None, typer.Option(help="Variant to train on.")] = None,
    encoder: Encoder = None,
    head: Head = None,
    prompt: Prompt = None,
    targets: Targets = None,
    epochs: Epochs = None,
    seed: Seed = None,
    preset: Preset = "default",
    config: Config = None,
) -> None:
    """Train a value model; stopped or killed, the same command goes on from its last checkpoint.

    On several GPUs: ``accelerate launch --num_processes N --module valuenet.flows.command train value ...``; in several
    processes without one: ``python -m torch.distributed.run --nproc-per-node N -m valuenet.flows.command
    train value ...``.
    """
    from valuenet.flows.settings.valuenet import load_settings

    need_models()
    from valuenet.flows.modelling.value import train_on_release
    from valuenet.models.training.processes import is_first
    from valuenet.models.values.presets import changed, named_preset

    settings = load_settings(config, {"modelling.build.variant": variant})
    given = {"encoder": encoder, "head": head, "prompt": prompt, "targets": targets, "epochs": epochs, "seed": seed}
    training = changed(named_preset(preset, settings.modelling.training), **given)
    settings = settings.with_overrides({"modelling.training": training.model_dump(exclude_unset=True)})
    record = train_on_release(settings, release, out)
    if not is_first():
        return
    _print_metrics(record.metrics.to_json(), f"{out} on {record.measured_on}")
    note(f"card and figures: {out}")


def evaluate(
    model: Model,
    data: Annotated[
        str, typer.Argument(metavar="FILE|RELEASE", help="CSV with columns value, scenario, label; or a release.")
    ],
    split: Annotated[str, typer.Option(help="Split of a release.")] = "test",
    variant: Annotated[Variant, typer.Option(help="Variant of a release.")] = "original",
    as_json: AsJson = False,
) -> None:
    """Measure a model: accuracy, squared error, precision, recall and F1 per class, and every value on its own."""
    need_models()
    from valuenet.flows.modelling.value import read_rows_to_judge
    from valuenet.models.values.loading import load_value_model

    metrics = load_value_model(model).evaluate(read_rows_to_judge(data, variant, split)).to_json()
    if as_json:
        print_json(metrics)
    else:
        _print_metrics(metrics, str(data))


def predict(
    model: Model,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="Parquet or CSV with a column text; - for lines.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Parquet file to write; else CSV on standard output.")
    ] = None,
    min_confidence: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Leave a utility empty where the likeliest answer has a lower probability."),
    ] = None,
    probabilities: Annotated[
        bool, typer.Option("--probabilities", help="Also give the probabilities of no, unrelated and yes.")
    ] = False,
) -> None:
    """Give every text its ten utilities, from -1 (hinders the value) to +1 (promotes it)."""
    need_models()
    from valuenet.models.values.abstention import abstain, utilities_of
    from valuenet.models.values.files import read_texts, write_utilities
    from valuenet.models.values.loading import load_value_model

    texts = read_texts(file)
    loaded = load_value_model(model)
    if min_confidence is None and not probabilities:
        write_utilities(texts, loaded.predict(texts), out)
        return
    shares = loaded.predict_probabilities(texts)
    utilities = abstain(utilities_of(shares), shares, min_confidence or 0.0)
    write_utilities(texts, utilities, out, probabilities=shares if probabilities else None)


def need_models() -> None:
    """Refuse at once, in one sentence, where the extra ``models`` is not installed."""
    from valuenet.flows.services.crowd import ExtraMissingError, models_installed

    if not models_installed():
        raise ExtraMissingError("value models need torch and transformers: `pip install 'valuenet[models]'`")


def _print_metrics(metrics: dict[str, Any], title: str) -> None:
    print(f"{title}: {metrics['rows']:,} rows, accuracy {number(metrics['accuracy'])}, MSE {number(metrics['mse'])}")
    classes = [
        (name, *(number(score[k]) for k in ("precision", "recall", "f1")), score["support"])
        for name, score in metrics["per_class"].items()
    ]
    print_table(["class", "precision", "recall", "F1", "rows"], classes)
    values = [(v, number(s["accuracy"]), number(s["mse"]), s["support"]) for v, s in metrics["per_value"].items()]
    print_table(["value", "accuracy", "MSE", "rows"], values)
