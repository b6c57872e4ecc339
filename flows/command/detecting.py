"""``valuenet train detector``, ``valuenet detect``, ``valuenet check value-eval``: the twenty categories."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from valuenet.flows.command.modelling import need_models, train
from valuenet.flows.command.options import AsJson
from valuenet.flows.command.output import note, number, print_json, print_table

check = typer.Typer(help="Hold a model against data it knows nothing of.", no_args_is_help=True)
Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder with arguments-*.tsv and labels-*.tsv of ValueEval'23.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module; ``train`` is a group of the command line already."""
    train.command("detector")(train_detector)
    check.command("value-eval")(check_value_eval)
    app.add_typer(check, name="check")
    app.command("detect")(detect)


@check.callback()
def _check_group() -> None:
    """Keep ``value-eval`` a command of its own though it is the only one."""


def train_detector(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="Folder the detector is written to.")],
    encoder: Annotated[str | None, typer.Option(help="minilm (packaged), a folder, or a hub name.")] = None,
    companion: Annotated[
        str | None, typer.Option(help="A second, frozen encoder (mpnet): an ensemble with MLP heads on it.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the arguments.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Highest learning rate.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another number gives another detector.")] = None,
    as_json: AsJson = False,
) -> None:
    """Train a detector of the twenty categories; stopped or killed, the same command goes on."""
    need_models()
    from valuenet.flows.modelling.detector import train_on_value_eval
    from valuenet.models.detector.settings import DetectorSettings

    if learning_rate is not None and not 0 < learning_rate < 1:
        raise typer.BadParameter(f"{learning_rate:g} is not between 0 and 1", param_hint="--learning-rate")
    given = {"encoder": encoder, "companion": companion, "epochs": epochs, "learning_rate": learning_rate, "seed": seed}
    settings = DetectorSettings.model_validate({k: v for k, v in given.items() if v is not None})
    record = train_on_value_eval(folder, settings, out)
    if as_json:
        print_json({"threshold": record.threshold, **record.metrics.model_dump()})
    else:
        _print_record(record, out)


def _print_record(record: Any, out: Path) -> None:
    """Print the figures of a detector beside its baselines, then those of each category."""
    rows = {"detector": record.metrics, "detector, premise alone": record.plain, **record.baselines}
    print_table(
        ["validation", "macro-F1", "macro-P", "macro-R", "micro-F1"],
        [
            (name, number(m.macro_f1), number(m.macro_precision), number(m.macro_recall), number(m.micro_f1))
            for name, m in rows.items()
        ],
        title=f"{out}: {record.metrics.rows:,} arguments, threshold {record.threshold:.2f}",
    )
    print_table(
        ["category", "precision", "recall", "F1", "arguments"],
        [
            (name, number(s.precision), number(s.recall), number(s.f1), s.support)
            for name, s in record.metrics.per_category.items()
        ],
    )
    note(f"card and figures: {out}")


def detect(
    texts: Annotated[list[str], typer.Argument(help="One text or several, each in quotes.")],
    model: Annotated[Path, typer.Option("--model", help="Folder that `valuenet train detector` made.")],
    top: Annotated[int, typer.Option(help="How many categories of each text, 1 to 20.")] = 3,
) -> None:
    """Print the likeliest categories of texts; a star marks what reaches the detector's threshold."""
    need_models()
    from valuenet.models.detector.model import ValueDetector

    detector = ValueDetector.load(model)
    rows = [
        (
            text,
            category.category,
            number(category.probability),
            "*" if category.probability >= detector.threshold else "",
        )
        for text, categories in zip(texts, detector.detect(texts, top), strict=True)
        for category in categories
    ]
    print_table(["text", "category", "probability", "found"], rows)


def check_value_eval(
    model: Annotated[Path, typer.Argument(help="Folder that `valuenet train value` made.")],
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="Folder for table, page and figure.")],
    part: Annotated[Literal["training", "validation"], typer.Option(help="Part to check on.")] = "validation",
    resamples: Annotated[int, typer.Option(min=1, help="Draws that the intervals rest on.")] = 500,
    as_json: AsJson = False,
) -> None:
    """Check whether the utilities of a value model tell which values arguments draw on."""
    need_models()
    from valuenet.flows.modelling.detector import check_value_model
    from valuenet.models.benchmark.value_eval import CheckSettings

    table = check_value_model(model, folder, part, CheckSettings(resamples=resamples), out)
    if as_json:
        rows = [{k: None if v != v else v for k, v in row.items()} for row in table.to_dict("records")]  # noqa: PLR0124
        print_json({"part": part, "figures": rows})
        return
    shown = ["value", "score", "positives", "auc", "auc_low", "auc_high", "correlation"]
    print_table(shown, [[row[name] for name in shown] for row in table.to_dict("records")])
    note(f"table, page and figure: {out}")
