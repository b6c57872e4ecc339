"""``valuenet import | verify | diff``: releases."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from valuenet.flows.command.options import AsJson, Config, ReleasesUri, WarehouseUri
from valuenet.flows.command.output import note, print_json

imports = typer.Typer(help="Take over a data set that is already published.", no_args_is_help=True)
Release = Annotated[str, typer.Argument(help="Folder or s3:// prefix of a release.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    imports.command("upstream")(import_upstream)
    app.add_typer(imports, name="import")
    app.command("verify")(verify)
    app.command("diff")(diff)


@imports.callback()
def _import_group() -> None:
    """Keep ``upstream`` a command of its own though it is the only one."""


def import_upstream(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with the published VALUENET files.")],
    config: Config = None,
    warehouse: WarehouseUri = None,
    releases: ReleasesUri = None,
    keep_splits: Annotated[bool, typer.Option("--keep-splits", help="Keep upstream's splits, with what they leak.")] = (
        False
    ),
) -> None:
    """Read published VALUENET files into the same tables and publish them as a release."""
    from valuenet.flows.settings.valuenet import load_settings
    from valuenet.flows.upstream import import_by_settings
    from valuenet.warehouse.release.leakage import describe_leakage

    settings = load_settings(config, warehouse=warehouse, releases=releases)
    imported = import_by_settings(settings, folder, keep_splits=keep_splits)
    for sentence in (*imported.contents.notes, *describe_leakage(imported.contents.leakage)):
        note(sentence)
    for variant, counts in count_rows(imported.contents.variants).items():
        print(f"{variant:<9} {', '.join(f'{split} {rows:,}' for split, rows in counts.items())}")
    print(f"release   {imported.release.uri}")


def count_rows(variants: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return variant -> split -> rows."""
    return {
        name: {split: int((rows["split"] == split).sum()) for split in ("train", "validation", "test")}
        for name, rows in variants.items()
    }


def verify(release: Release, as_json: AsJson = False) -> None:
    """Recompute every label, split, statistic and checksum of a release from what is in it."""
    from valuenet.flows.verify import verify_any

    report = verify_any(release)
    if as_json:
        print_json(report.to_json())
    else:
        print(report.text())
    if report.problems:
        raise typer.Exit(2)


def diff(
    old: Annotated[str, typer.Argument(help="Folder or s3:// prefix of the older release.")],
    new: Annotated[str, typer.Argument(help="Folder or s3:// prefix of the newer release.")],
    as_json: AsJson = False,
) -> None:
    """List rows added, gone and relabelled, with the reason, and propose the version number."""
    from valuenet.warehouse.release.diff_any import diff_any

    found = diff_any(old, new)
    if as_json:
        print_json(found.to_json())
    else:
        print(found.text())
