"""``valuenet build``: the whole way in this process."""

import typer

from valuenet.flows.command.options import Config, ReleasesUri, WarehouseUri
from valuenet.flows.command.output import note


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("build")(build)


def build(config: Config = None, warehouse: WarehouseUri = None, releases: ReleasesUri = None) -> None:
    """Build every table that is missing or stale, publish the release and train the model.

    Killed or stopped, the same command goes on where it was and ends the same.
    """
    from valuenet.flows.settings.valuenet import load_settings

    settings = load_settings(config, warehouse=warehouse, releases=releases)
    from valuenet.flows.valuenet import build_valuenet

    built = build_valuenet(settings)
    note("")
    print(f"release  {built.release}")
    print(f"figures  {built.release}/figures")
    print(f"model    {built.model or 'none trained (setting modelling.build.train, extra `models`)'}")
