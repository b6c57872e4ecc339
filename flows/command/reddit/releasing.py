"""``valuenet reddit release | takedown | rehydrate``: what leaves the house, and what is called back."""

from pathlib import Path
from typing import Annotated

import typer

from valuenet.flows.command.options import AsJson, Config, ModelsFolder, ReleasesUri, WarehouseUri
from valuenet.flows.command.output import note, print_json

WithoutText = Annotated[bool, typer.Option("--without-text", help="Ids and labels alone: NAME-ids-VERSION.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to the group ``reddit``."""
    app.command("release")(release)
    app.command("takedown")(takedown)
    app.command("rehydrate")(rehydrate)


def release(
    config: Config = None,
    warehouse: WarehouseUri = None,
    releases: ReleasesUri = None,
    without_text: WithoutText = False,
) -> None:
    """Publish exchanges, support examples and preference pairs as an immutable release."""
    from valuenet.flows.reddit.release import release_support
    from valuenet.flows.settings.valuenet import load_settings

    asked = {"reddit.release.without_text": True if without_text else None}
    settings = load_settings(config, asked, warehouse=warehouse, releases=releases)
    published = release_support(settings)
    note("published" if published.created else "there already, with the same contents")
    print(published.uri)


def takedown(
    requests: Annotated[
        Path,
        typer.Argument(
            metavar="LIST", help="File of `t3_ID`, `t1_ID`, `u/NAME` or `u-HEX`, one a line, or CSV thing,id."
        ),
    ],
    config: Config = None,
    warehouse: WarehouseUri = None,
    releases: ReleasesUri = None,
    models: ModelsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Take what people withdrew out of tables and releases, and say which releases and models still hold it."""
    from valuenet.flows.reddit.takedown import take_down
    from valuenet.flows.settings.valuenet import load_settings

    settings = load_settings(config, warehouse=warehouse, releases=releases, models=models)
    report = take_down(settings, str(requests))
    if as_json:
        print_json(report.to_json())
    else:
        print(report.text())


def rehydrate(
    source: Annotated[str, typer.Argument(metavar="RELEASE", help="Folder or s3:// prefix of a release of ids.")],
    config: Config = None,
    warehouse: WarehouseUri = None,
    releases: ReleasesUri = None,
    as_json: AsJson = False,
) -> None:
    """Fill the texts of a release of ids in again from a warehouse that has them, and say what is no longer there."""
    from valuenet.flows.reddit.rehydrate import rehydrate as fill_in
    from valuenet.flows.settings.valuenet import load_settings

    report = fill_in(load_settings(config, warehouse=warehouse, releases=releases), source)
    if as_json:
        print_json(report.to_json())
    else:
        print(report.text())
