"""``valuenet reddit build``: posts and comments to support threads, and to what can be learned from them."""

import typer

from valuenet.flows.command.options import AsJson, Config, WarehouseUri
from valuenet.flows.command.output import note, print_json, print_table


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("build")(build)


def build(config: Config = None, warehouse: WarehouseUri = None, as_json: AsJson = False) -> None:
    """Build exchanges, scores, support examples and preference pairs of the posts and comments read so far.

    What is current is skipped; stopped or killed, the same command goes on and ends with the same tables. Printed are
    the rows of each table, and why replies are no support example.
    """
    from valuenet.flows.settings.valuenet import load_settings

    settings = load_settings(config, warehouse=warehouse)
    from valuenet.flows.reddit.build import build_reddit, count_set_aside
    from valuenet.flows.reddit.keys import tell_other_keys
    from valuenet.warehouse.store import Warehouse

    for line in tell_other_keys(settings, Warehouse(settings.warehouse)):
        note(f"TWO KEYS: {line}")
    rows = {table: rows for step in build_reddit(settings) for table, rows in step.rows.items()}
    reasons = count_set_aside(settings)
    if as_json:
        print_json({"rows": rows, "set_aside": reasons})
        return
    print_table(["table", "rows"], [(name, f"{count:,}") for name, count in rows.items()])
    print_table(["set aside because", "replies"], [(name, f"{count:,}") for name, count in reasons.items()])
