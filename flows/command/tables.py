"""``valuenet tables | show | history | why-stale``: look into the warehouse, and ask what made a result stale."""

from typing import Annotated

import typer

from valuenet.flows.command.options import Config, WarehouseUri
from valuenet.flows.command.output import print_table

DEFAULT_ROWS = 20


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("tables")(tables)
    app.command("show")(show)
    app.command("history")(history)
    app.command("why-stale")(why_stale)


def tables() -> None:
    """Print the contract of every table: columns, types, meaning, key."""
    from valuenet.warehouse.catalog import TABLES, describe_table

    for name, table in TABLES.items():
        kind = f"{table.kind()}; key: {', '.join(table.key())}"
        print(f"\n{name}  ({kind})\n  {(table.__doc__ or '').splitlines()[0]}")
        for column, dtype, meaning in describe_table(table):
            print(f"    {column:<18} {dtype:<11} {meaning}")


def show(
    table: Annotated[str | None, typer.Argument(help="Name of a table (`valuenet tables` lists them).")] = None,
    sql: Annotated[str | None, typer.Option("--sql", help="DuckDB SQL over all tables by name, instead.")] = None,
    version: Annotated[str | None, typer.Option(help="Version number or start of a content hash.")] = None,
    rows: Annotated[int, typer.Option(min=1, help="Rows to print.")] = DEFAULT_ROWS,
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Print rows of a table, or the answer to an SQL query."""
    if (table is None) == (sql is None):
        raise typer.BadParameter("name a table or give --sql, not both")
    from valuenet.flows.settings.valuenet import load_settings
    from valuenet.warehouse.catalog import find_table
    from valuenet.warehouse.query import run_sql
    from valuenet.warehouse.store import Warehouse

    store = Warehouse(load_settings(config, warehouse=warehouse).warehouse)
    frame = run_sql(store, sql) if sql else store.read(find_table(table or ""), version)
    print_table(list(frame.columns), frame.head(rows).itertuples(index=False))
    if len(frame) > rows:
        print(f"({rows} of {len(frame):,} rows; --rows N shows more)")


def history(
    table: Annotated[str, typer.Argument(help="Name of a table.")],
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Print every version of a table: when, how many rows, its recipe and its content."""
    from valuenet.flows.settings.valuenet import load_settings
    from valuenet.warehouse.catalog import find_table
    from valuenet.warehouse.store import Warehouse

    commits = Warehouse(load_settings(config, warehouse=warehouse).warehouse).history(find_table(table))
    shown = [
        (c["version"], f"{c['time']:%Y-%m-%d %H:%M:%S}", c["operation"], c["rows"], c["recipe"][:12], c["content"][:12])
        for c in commits
    ]
    print_table(["version", "time (UTC)", "operation", "rows added", "recipe", "content"], shown)


def why_stale(
    name: Annotated[str, typer.Argument(metavar="TABLE|MODEL", help="Name of a table, or the folder of a model.")],
    data: Annotated[
        str,
        typer.Option(help="What a model should have learned from: release, folder of ValueEval, EmoBank."),
    ] = "",
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Print what made a table or a model stale: each file, setting, library version, data file and input."""
    from valuenet.flows.settings.valuenet import load_settings
    from valuenet.flows.why_stale import why_stale as find_reasons

    answer = find_reasons(name, load_settings(config, warehouse=warehouse), data)
    print(f"{answer.name} is {'stale' if answer.stale else 'current'}{':' if answer.reasons else ''}")
    for reason in answer.reasons:
        print(f"  {reason}")
