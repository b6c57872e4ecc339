"""``valuenet reddit ...``: a community's posts and comments, from dump files to what can be learned from them."""

from pathlib import Path
from typing import Annotated

import typer

from valuenet.flows.command.options import AsJson, Config, WarehouseUri
from valuenet.flows.command.output import note, print_json, print_table
from valuenet.flows.command.reddit import building as reddit_building
from valuenet.flows.command.reddit import fetching as reddit_fetching
from valuenet.flows.command.reddit import releasing as reddit_releasing

reddit_app = typer.Typer(
    help="A Reddit community: read its dump files, build support threads, release, take down.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module, and the group that those of its siblings join (``reddit_*``)."""
    for command in (ingest, coverage):
        reddit_app.command(command.__name__)(command)
    reddit_building.add_to(reddit_app)
    reddit_releasing.add_to(reddit_app)
    reddit_fetching.add_to(reddit_app)
    app.add_typer(reddit_app, name="reddit")


def ingest(
    dump: Annotated[
        str | None,
        typer.Argument(metavar="FOLDER|s3://...", help="Where RS_YYYY-MM.zst and RC_YYYY-MM.zst lie ([reddit] dump)."),
    ] = None,
    months: Annotated[
        str | None,
        typer.Option("--months", metavar="YYYY-MM:YYYY-MM", help="Backfill these months only; all must have files."),
    ] = None,
    config: Config = None,
    warehouse: WarehouseUri = None,
    as_json: AsJson = False,
) -> None:
    """Read monthly dump files; only what is new or was changed is read again. The key of pseudonyms must be set."""
    from valuenet.flows.reddit.ingest import backfill_reddit, ingest_reddit
    from valuenet.flows.reddit.reports import report_ingest
    from valuenet.flows.settings.valuenet import load_settings

    settings = load_settings(config, {"reddit.dump": dump}, warehouse=warehouse)
    steps = backfill_reddit(settings, months) if months is not None else ingest_reddit(settings)
    report = report_ingest(settings, steps)
    for where in report.truncated:
        note(f"ENDS TOO EARLY: {where}; what stood before it is kept; get the file again")
    if report.missing:
        note(f"missing between the first month and the last: {', '.join(report.missing)}")
    for line in report.other_keys:
        note(f"TWO KEYS: {line}")
    if as_json:
        print_json(report._asdict())
        return
    print(f"{settings.warehouse}: {report.months:,} months, {report.read_now:,} of them read now")
    reasons = dict.fromkeys([*report.posts, *report.comments])
    rows = [(reason, report.posts.get(reason, 0), report.comments.get(reason, 0)) for reason in reasons]
    print_table(["kept or filtered by", "posts", "comments"], rows)
    print_table(["personal data replaced", "placeholders"], report.personal_data.items())
    if report.rejected:
        print_table(["lines not read because", "lines"], report.rejected.items())


def coverage(
    figure: Annotated[Path | None, typer.Option("--figure", help="Draw it as PNG as well.")] = None,
    config: Config = None,
    warehouse: WarehouseUri = None,
    as_json: AsJson = False,
) -> None:
    """Say what is there by day and month, holes first, then what lacks a file, then what is odd."""
    from valuenet.curation.reddit.coverage.report import coverage_lines, coverage_record
    from valuenet.flows.reddit.coverage import assess_reddit
    from valuenet.flows.reddit.reports import draw_coverage_of
    from valuenet.flows.settings.valuenet import load_settings

    assessed = assess_reddit(load_settings(config, warehouse=warehouse))
    if figure is not None:
        note(str(draw_coverage_of(assessed, figure)))
    if as_json:
        print_json(coverage_record(assessed))
        return
    for line in coverage_lines(assessed):
        print(line)
