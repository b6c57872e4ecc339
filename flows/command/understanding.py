"""``valuenet profile | why | circle | export``: what a value model says of speakers, words and values."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from valuenet.flows.command.modelling import Model, need_models
from valuenet.flows.command.options import AsJson
from valuenet.flows.command.output import note, number, print_json, print_table
from valuenet.warehouse.whole_files import write_whole

if TYPE_CHECKING:
    import pandas as pd

    from valuenet.models.values.pair_scorer import PairScorer


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("profile")(profile)
    app.command("why")(why)
    app.command("circle")(circle)
    app.command("export")(export)


def profile(
    model: Annotated[Path, typer.Option("--model", help="Model folder.")],
    texts: Annotated[list[str] | None, typer.Argument(help="One text or several, each in quotes.")] = None,
    speaker: Annotated[
        list[Path] | None, typer.Option("--speaker", help="Parquet or CSV of one speaker's texts; twice compares two.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Figure to write (.png or .svg).")] = Path("profile.png"),
) -> None:
    """Draw the values of texts, or of one or two speakers with intervals, on the circle; and print the numbers."""
    need_models()
    from valuenet.models.interpret.radar import draw_radar
    from valuenet.models.values.loading import load_value_model
    from valuenet.warehouse.vocabulary import VALUES

    files = speaker or []
    if bool(texts) == bool(files) or len(files) > 2:
        raise typer.BadParameter("give texts, or --speaker FILE once or twice")
    if files:
        _profile_speakers(load_value_model(model), files, out)
    else:
        own_texts = list(texts or [])
        utilities = load_value_model(model).predict(own_texts)
        draw_radar(dict(zip(own_texts, utilities, strict=True)), out)
        rows = [(t, *(f"{u:+.2f}" for u in row)) for t, row in zip(own_texts, utilities, strict=True)]
        print_table(["text", *VALUES], rows)
    note(f"figure: {out}")


def _profile_speakers(model: "PairScorer", files: list[Path], out: Path) -> None:
    from valuenet.models.interpret.profiles import ProfileSettings, compare_speakers, profile_utilities
    from valuenet.models.interpret.radar import draw_radar
    from valuenet.models.values.files import read_texts

    settings = ProfileSettings()
    utilities = [model.predict(read_texts(file)) for file in files]
    profiles = [profile_utilities(scores, settings) for scores in utilities]
    names = [f"{number}: {file.stem}" for number, file in enumerate(files, 1)] if len(files) > 1 else [files[0].stem]
    intervals = {
        n: (p.by_value["low"], p.by_value["high"]) for n, p in zip(names, profiles, strict=True) if p.texts > 1
    }
    draw_radar({n: p.by_value["utility"] for n, p in zip(names, profiles, strict=True)}, out, intervals=intervals)
    for name, one in zip(names, profiles, strict=True):
        title = f"{name}: {one.texts:,} texts, {one.level:.0%} intervals over texts"
        print_table(["value", "utility", "low", "high"], _rows(one.by_value, "utility"), title)
        print_table(["higher-order value", "utility", "low", "high"], _rows(one.by_group, "utility"))
    if len(profiles) == 2:
        apart = compare_speakers(utilities[0], utilities[1], settings)
        title = "1 minus 2; p is that of the largest of all differences"
        columns = ["difference", "low", "high", "p"]
        print_table(["value", *columns], _rows(apart.by_value, "difference", "p"), title)
        print_table(["higher-order value", *columns], _rows(apart.by_group, "difference", "p"))


def _rows(frame: "pd.DataFrame", first: str, *more: str) -> list[list[str]]:
    name = "value" if "value" in frame else "group"
    signed = [first, "low", "high"]
    return [
        [row[name], *(number(row[c], 2) for c in signed), *(number(row[c]) for c in more)]
        for row in frame.to_dict("records")
    ]


def why(
    model: Model,
    text: Annotated[str, typer.Argument(help="The text, in quotes.")],
    value: Annotated[str | None, typer.Option("--value", help="One of the ten values; without it all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show which words of a text carry its utility under a value: what each adds, and the utility without any."""
    need_models()
    from valuenet.models.interpret.explain import explain_text
    from valuenet.models.values.loading import load_value_model
    from valuenet.warehouse.vocabulary import VALUES

    explanation = explain_text(
        _main_alone(load_value_model(model, companion=False)), text, VALUES if value is None else [value]
    )
    if as_json:
        print_json({"totals": explanation.totals.to_dict("records"), "words": explanation.words.to_dict("records")})
        return
    values = explanation.totals["value"].tolist()
    parts = explanation.words["contribution"].to_numpy().reshape(len(values), -1).T
    rows = [
        [word, *(f"{part:+.3f}" for part in row)] for word, row in zip(explanation.words["word"], parts, strict=False)
    ]
    totals = explanation.totals.set_index("value")
    for column, name in (
        ("baseline", "(every word masked)"),
        ("utility", "(utility)"),
        ("error", "(error of the sum)"),
    ):
        rows.append([name, *(f"{totals.loc[v, column]:+.3f}" for v in values)])
    print_table(["word", *values], rows)


def circle(
    model: Model,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Parquet or CSV with a column text; best hundreds.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the figures and the numbers.")],
    centred: Annotated[bool, typer.Option(help="Take each text's mean off its utilities first.")] = False,
) -> None:
    """Measure whether the model's utilities follow Schwartz's circle: one number, a matrix and a figure."""
    need_models()
    from valuenet.models.interpret.circle import CircleSettings, measure_circle
    from valuenet.models.interpret.circle_figure import draw_circle
    from valuenet.models.values.files import read_texts
    from valuenet.models.values.loading import load_value_model

    measured = measure_circle(load_value_model(model).predict(read_texts(file)), CircleSettings(centred=centred))
    out.mkdir(parents=True, exist_ok=True)
    for kind in ("png", "svg"):
        draw_circle(measured, out / f"circle.{kind}")
    table = measured.correlations.round(6).to_csv(index_label="value", lineterminator="\n")
    write_whole(out / "correlations.csv", table)
    write_whole(out / "circle.json", json.dumps(measured.to_json(), indent=2) + "\n")
    print_json(measured.to_json())
    note(f"figures and numbers: {out}")


def export(
    model: Model,
    out: Annotated[Path, typer.Option("--out", help="File to write, named .onnx; with --value a folder.")],
    value: Annotated[
        str | None, typer.Option(help="Write a plain classifier for this value instead, for transformers.pipeline.")
    ] = None,
) -> None:
    """Write a model as ONNX, with free batch and length, and check that its outputs are those of torch."""
    need_models()
    from valuenet.models.export.one_value import write_one_value
    from valuenet.models.export.onnx import export_onnx
    from valuenet.models.values.loading import load_value_model

    loaded = _main_alone(load_value_model(model, bf16=False, companion=False))
    if value is not None:
        note(f"classifier for {value}: {write_one_value(loaded, value, out)}")
        return
    written = export_onnx(loaded, out)
    note(f"{written.path}: inputs {', '.join(written.inputs)}; largest difference from torch {written.difference:.1e}")


def _main_alone(model: "PairScorer") -> "PairScorer":
    """Return ``model``, having said that what follows leaves out its companion, where it has one."""
    if model.record.companion is not None:
        note(f"this is the main model alone, without its companion {model.record.companion.encoder!r}")
    return model
