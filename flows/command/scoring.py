"""``valuenet score``: ten utilities for every text of a corpus."""

from pathlib import Path
from typing import Annotated

import typer

from valuenet.flows.command.modelling import need_models
from valuenet.flows.command.options import AsJson, Config
from valuenet.flows.command.output import note, print_json


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("score")(score)


def score(
    source: Annotated[
        str,
        typer.Argument(
            metavar="RELEASE|FILE|FOLDER|s3://...", help="Parquet or CSV with a column text or scenario; or a release."
        ),
    ],
    model: Annotated[Path, typer.Option("--model", help="Model folder that `valuenet train value` made.")],
    out: Annotated[str, typer.Option("--out", help="Folder or s3:// prefix the shards are written to.")],
    processes: Annotated[int | None, typer.Option(min=0, help="Shards at the same time; 0 is one per core.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Score a corpus shard by shard; stopped or killed, the same command goes on and ends with the same bytes."""
    from valuenet.flows.settings.valuenet import load_settings

    need_models()
    from valuenet.flows.modelling.scoring import score as score_corpus

    settings = load_settings(config, {"modelling.scoring.processes": processes})
    report = score_corpus(settings, source, str(model), out, progress=True)
    if as_json:
        print_json({**report._asdict(), "texts_per_second": report.texts_per_second})
        return
    print(
        f"{report.out}: {report.shards:,} shards, {report.scored:,} of them scored now: {report.texts:,} texts, "
        f"{report.rejected:,} rejected, {report.texts_per_second:,.1f} texts/s"
    )
    if report.rejected:
        note(f"rejected texts and why: {report.out}/rejects-*.parquet")
