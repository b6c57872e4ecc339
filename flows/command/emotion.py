"""``valuenet train emotion`` and ``valuenet check esconv``: feeling in texts, and values where support helped."""

from pathlib import Path
from typing import Annotated

import typer

from valuenet.flows.command.detecting import check
from valuenet.flows.command.modelling import need_models, train
from valuenet.flows.command.options import AsJson, Config
from valuenet.flows.command.output import note, number, print_json, print_table


def add_to(app: typer.Typer) -> None:  # noqa: ARG001  both commands belong to groups that are there already
    """Add the commands of this module."""
    train.command("emotion")(train_emotion)
    check.command("esconv")(check_esconv)


def train_emotion(
    file: Annotated[Path, typer.Argument(metavar="EMOBANK_CSV", help="EmoBank: columns id, split, V, A, D, text.")],
    out: Annotated[Path, typer.Option("--out", help="Folder the reader is written to.")],
    encoder: Annotated[str | None, typer.Option(help="minilm or mpnet (packaged), a folder, or a hub name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Train a reader of valence, arousal and distress; the encoder stays as it is."""
    need_models()
    from valuenet.flows.modelling.emotion import train_on_emobank
    from valuenet.models.emotion.settings import EmotionSettings

    settings = EmotionSettings() if encoder is None else EmotionSettings(encoder=encoder)
    record = train_on_emobank(file, settings, out)
    if as_json:
        print_json(record.metrics.model_dump())
        return
    rows = {"reader": record.metrics, **record.baselines}
    print_table(
        ["development part", "dimension", "Pearson's r", "absolute error"],
        [
            (name, dimension, number(score.pearson), number(score.absolute_error))
            for name, metrics in rows.items()
            for dimension, score in metrics.per_dimension.items()
        ],
        title=f"{out}: {record.metrics.rows:,} texts",
    )
    note(f"card: {out}")


def check_esconv(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder with ESConv.json, or other files of it.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for page and JSON.")] = None,
    emotion: Annotated[str | None, typer.Option(help="vader, or a folder of `valuenet train emotion`.")] = None,
    detector: Annotated[str | None, typer.Option(help="words, or a folder of `valuenet train detector`.")] = None,
    resamples: Annotated[int, typer.Option(min=1, help="Draws that the intervals rest on.")] = 2000,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Compare the values seekers show last in conversations that helped much and little; says what the data lacks."""
    from valuenet.flows.modelling.emotion import check_esconv as run_check
    from valuenet.flows.settings.valuenet import load_settings
    from valuenet.models.support.outcomes import OutcomeSettings
    from valuenet.models.support.outcomes_page import LICENCE, missing_lines

    settings = load_settings(config, {"reddit.scoring.emotion": emotion, "reddit.scoring.detector": detector})
    outcomes = run_check(folder, settings, OutcomeSettings(resamples=resamples), out)
    if as_json:
        print_json(outcomes.model_dump(mode="json"))
        return
    print_table(
        ["positive values", "helped much", "helped little", "difference", "low", "high"],
        [
            (name, number(d.much), number(d.little), number(d.difference), number(d.low), number(d.high))
            for name, d in (("number", outcomes.number), ("share", outcomes.share))
        ],
    )
    print_table(["conversations", "number"], outcomes.conversations.items())
    print_table(
        ["distress as read and as rated", "rank correlation"],
        [(when, number(rho)) for when, rho in outcomes.read_as_rated.items()],
    )
    for line in missing_lines(outcomes):
        note(f"missing: {line}")
    note(f"licence: {LICENCE}")
