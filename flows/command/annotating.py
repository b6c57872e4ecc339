"""``valuenet annotate ...``: a campaign among people, from publishing surveys to paying for them."""

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from valuenet.flows.command.options import AsJson, Config, WarehouseUri
from valuenet.flows.command.output import note, print_json, print_table

if TYPE_CHECKING:
    from valuenet.annotation.campaign.status import CampaignStatus
    from valuenet.flows.step import StepReport

annotate = typer.Typer(help="Ask people: publish, invite, follow, collect, report, pay.", no_args_is_help=True)


class What(StrEnum):
    """What is put before people."""

    surveys = "surveys"
    keywords = "keywords"
    disputes = "disputes"


WhatOption = Annotated[
    What,
    typer.Option("--what", help="surveys; keywords (sign-off of expanded words); disputes (two experts adjudicate)."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (publish, invite, status, collect, report, forecast, pay, batch_out, batch_in):
        annotate.command(command.__name__.replace("_", "-"))(command)
    app.add_typer(annotate, name="annotate")


def publish(what: WhatOption = What.surveys, config: Config = None, warehouse: WarehouseUri = None) -> None:
    """Publish what is new: surveys, expanded keywords, or disputed pairs. Run again, it doubles nothing."""
    from valuenet.flows.settings.valuenet import load_settings

    settings = load_settings(config, warehouse=warehouse)
    if what is What.surveys:
        from valuenet.flows.people.rounds import publish as publish_surveys

        _print_steps(publish_surveys(settings))
        return
    from valuenet.flows.people.reviews import publish_dispute_review, publish_keyword_review

    done = publish_keyword_review(settings) if what is What.keywords else publish_dispute_review(settings)
    print(f"{done.added:,} new {what.value} published, {done.reopened:,} opened to more people")


def collect(what: WhatOption = What.surveys, config: Config = None, warehouse: WarehouseUri = None) -> None:
    """Bring in what is new since the last time. Exit code 75 while answers are missing."""
    from valuenet.flows.settings.valuenet import load_settings

    settings = load_settings(config, warehouse=warehouse)
    if what is What.surveys:
        from valuenet.flows.people.rounds import collect as collect_answers

        _print_steps(collect_answers(settings))
        return
    from valuenet.flows.people.reviews import collect_dispute_review, collect_keyword_review

    lines = collect_keyword_review(settings) if what is What.keywords else collect_dispute_review(settings)
    print("\n".join(lines))


def invite(
    emails: Annotated[
        list[str] | None, typer.Argument(help="Addresses to make accounts for; none: only the link.")
    ] = None,
    config: Config = None,
) -> None:
    """Print the sign-up link, and make accounts with one-time passwords (printed once, stored nowhere)."""
    from valuenet.annotation.label_studio.accounts import invite_link, make_accounts
    from valuenet.flows.services.crowd import open_label_studio
    from valuenet.flows.settings.valuenet import load_settings

    client = open_label_studio(load_settings(config))
    print(invite_link(client))
    if emails:
        done = make_accounts(client, emails)
        rows = [*done.made.items(), *((email, "(has an account)") for email in done.already_there)]
        print_table(["account", "one-time password"], [*rows, *((email, "(refused)") for email in done.refused)])


def status(
    watch: Annotated[
        float | None, typer.Option("--watch", help="Collect and print anew every so many seconds.")
    ] = None,
    as_json: AsJson = False,
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Print, per value: surveys, answers wanted and in, workers and their standing, agreement, estimated end."""
    from valuenet.annotation.campaign.status import status_as_dict
    from valuenet.flows.people.monitor import read_status
    from valuenet.flows.people.rounds import follow_status
    from valuenet.flows.settings.valuenet import load_settings

    settings = load_settings(config, warehouse=warehouse)
    if as_json:
        print_json(status_as_dict(read_status(settings)))
    elif watch is None:
        _print_status(read_status(settings))
    else:
        for state in follow_status(settings, watch):
            _print_status(state)


def _print_steps(steps: "list[StepReport]") -> None:
    print_table(["step", "table", "rows"], [(s.name, t, f"{n:,}") for s in steps for t, n in s.rows.items()])


def _print_status(state: "CampaignStatus") -> None:
    from valuenet.annotation.campaign.status import status_notes, status_rows

    print(f"{state.now:%Y-%m-%d %H:%M} UTC")
    print_table(*status_rows(state))
    print("\n".join(status_notes(state)), flush=True)


def report(
    out: Annotated[Path, typer.Option("--out", help="HTML file to write.")] = Path("data/campaign-report.html"),
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Write the campaign's page: progress, agreement, labels, workers' quality, disputed pairs. No server needed."""
    from valuenet.flows.people.rounds import write_report
    from valuenet.flows.settings.valuenet import load_settings

    print(write_report(load_settings(config, warehouse=warehouse), out))


def forecast(config: Config = None, warehouse: WarehouseUri = None) -> None:
    """Plan the surveys and print what they would cost on Mechanical Turk, fees included, before any is published."""
    from valuenet.flows.people.payments import forecast_campaign
    from valuenet.flows.settings.valuenet import load_settings

    print(forecast_campaign(load_settings(config, warehouse=warehouse)).sentence())


def pay(
    go: Annotated[bool, typer.Option("--go", help="Really approve, reject and pay; without it only say what.")] = False,
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Approve, reject with the reason, and pay bonuses on Mechanical Turk. Run again, nobody is paid twice."""
    from valuenet.flows.people.payments import decide
    from valuenet.flows.people.payments import pay as pay_decided
    from valuenet.flows.settings.valuenet import load_settings

    settings = load_settings(config, warehouse=warehouse)
    if go:
        done = pay_decided(settings)._asdict()
        print_table(["done", "assignments"], [(n, f"{c if isinstance(c, int) else len(c):,}") for n, c in done.items()])
        return
    decisions = Counter((one.action, str(one.bonus), one.reason) for one in decide(settings))
    print_table(
        ["decision", "assignments", "bonus", "what the worker is told"],
        [(action, f"{count:,}", bonus, reason) for (action, bonus, reason), count in sorted(decisions.items())],
    )
    note("nobody was paid; run again with --go")


def batch_out(
    file: Annotated[Path, typer.Argument(help="CSV to write for a batch on the requester website.")],
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Write the surveys that wait as a batch CSV for Mechanical Turk's website, with its page beside it."""
    from valuenet.flows.people.payments import write_batch
    from valuenet.flows.settings.valuenet import load_settings

    for path in write_batch(load_settings(config, warehouse=warehouse), file):
        print(path)


def batch_in(
    file: Annotated[Path, typer.Argument(help="Results CSV from the requester website.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write it back with the columns Approve and Reject.")
    ] = None,
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Take in the results of a batch, and with --out write them back with Approve and Reject filled in."""
    from valuenet.flows.people.payments import read_batch
    from valuenet.flows.settings.valuenet import load_settings

    taken = read_batch(load_settings(config, warehouse=warehouse), file, out)
    print(f"{taken:,} new assignments")
