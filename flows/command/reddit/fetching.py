"""``valuenet reddit fetch``: new posts and comments from Reddit's API, for those whom Reddit let in."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from valuenet.flows.command.options import AsJson, Config, WarehouseUri
from valuenet.flows.command.output import note, print_json, print_table


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("fetch")(fetch)


def fetch(
    config: Config = None,
    warehouse: WarehouseUri = None,
    requests: Annotated[int | None, typer.Option(min=1, help="Requests to Reddit at most.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch new posts and the trees that may have grown since the last run.

    The credentials come from VALUENET_REDDIT_CLIENT_ID, _CLIENT_SECRET and _USER_AGENT. What a budget of requests
    leaves waits for the next run; stopped or killed, the same command goes on.
    """
    from valuenet.flows.settings.valuenet import load_settings

    settings = load_settings(config, {"reddit.api.requests_per_run": requests}, warehouse=warehouse)
    from valuenet.flows.reddit.fetch import fetch_reddit

    report = fetch_reddit(settings)
    gaps = [{"start": _day(gap.start), "end": _day(gap.end)} for gap in report.gaps]
    if as_json:
        print_json({**report._asdict(), "gaps": gaps})
        return
    counts = {name: getattr(report, name) for name in ("posts", "comments", "requests", "unfinished")}
    print_table(["fetched", "number"], [(name, f"{count:,}") for name, count in counts.items()])
    note(f"months written: {', '.join(report.months) or 'none'}")
    for gap in gaps:
        note(f"gap: posts between {gap['start']} and {gap['end']} had left the listing; dump files may have them")


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="minutes")
