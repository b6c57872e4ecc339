"""``valuenet agreement | gold``: what people answered, and how far they agree."""

from pathlib import Path
from typing import Annotated

import typer

from valuenet.flows.command.options import AsJson, Config, WarehouseUri
from valuenet.flows.command.output import note, number, print_json, print_table


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("agreement")(agreement)
    app.command("gold")(gold)


def agreement(
    file: Annotated[Path, typer.Argument(help="CSV with columns task, worker, label.")],
    truth: Annotated[Path | None, typer.Option("--truth", help="CSV with columns task, label.")] = None,
    keep_markers: Annotated[
        bool, typer.Option("--keep-markers", help="Take NA, None, null and the like as labels of their own.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure agreement with intervals; with a truth file also the accuracy of majority and Dawid-Skene."""
    from valuenet.annotation.crowd_file import CrowdFileSettings, assess_crowd, read_crowd_file, read_truth_file

    answers = read_crowd_file(file, keep_markers=keep_markers, say=note)
    known = read_truth_file(truth, keep_markers=keep_markers, say=note) if truth else None
    figures = assess_crowd(answers, known, CrowdFileSettings()).to_dict()
    if as_json:
        print_json(figures)
        return
    print(f"{figures['tasks']:,} tasks, {figures['workers']:,} workers, {figures['judgements']:,} judgements")
    rows = []
    for name in ("observed", "fleiss_kappa", "krippendorff_alpha"):
        low, high = (figures["intervals"].get(name) or (None, None))[:2]
        rows.append(
            (name, number(figures[name]), f"{number(low)} .. {number(high)}", figures["undefined"].get(name) or "")
        )
    print_table(["measure", "estimate", "95 % interval", "undefined because"], rows)
    if truth:
        right = [(name, number(figures[name]["accuracy"])) for name in ("majority", "dawid_skene")]
        print_table(["method", "accuracy"], right)


def gold(
    file: Annotated[Path, typer.Argument(help="CSV value,scenario,expert_1,expert_2 (yes, no, unrelated).")],
    config: Config = None,
    warehouse: WarehouseUri = None,
) -> None:
    """Import gold items: pairs two experts agree on, asked as hidden checks."""
    from valuenet.annotation.gold import read_gold
    from valuenet.flows.people.campaign import add_gold
    from valuenet.flows.settings.valuenet import load_settings
    from valuenet.warehouse.store import Warehouse

    store = Warehouse(load_settings(config, warehouse=warehouse).warehouse)
    print(f"{add_gold(store, read_gold(file)):,} new gold items")
