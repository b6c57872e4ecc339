"""``valuenet import | verify | diff | release``: releases."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from valuenet.flows.command.options import AsJson, Config, ReleasesUri, WarehouseUri
from valuenet.flows.command.output import note, print_json

imports = typer.Typer(help="Take over a data set that is already published.", no_args_is_help=True)
signing = typer.Typer(help="Sign releases, so that others can tell them from copies.", no_args_is_help=True)
PublicKey = Annotated[
    str, typer.Option("--key", help="Public key that the release must be signed with: the key, or a file (PEM).")
]
Release = Annotated[str, typer.Argument(help="Folder or s3:// prefix of a release.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    imports.command("upstream")(import_upstream)
    app.add_typer(imports, name="import")
    signing.command("key")(create_key)
    signing.command("sign")(sign)
    app.add_typer(signing, name="release")
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


def verify(release: Release, key: PublicKey = "", as_json: AsJson = False) -> None:
    """Make every file of a release again from what is in it, and say whether it is consistent, and signed by whom."""
    from valuenet.flows.verify import verify_any

    report = verify_any(release, key)
    if as_json:
        print_json(report.to_json())
    else:
        print(report.text())
    if report.problems:
        raise typer.Exit(2)


def create_key(file: Annotated[Path, typer.Argument(help="File for the private key; keep it to yourself.")]) -> None:
    """Make an Ed25519 key to sign releases with, and print what goes into their settings."""
    from valuenet.warehouse.release.signing import create_key

    public = create_key(file)
    note(f"{file} is the private key: whoever has it signs in your name, and it cannot be made again")
    print(f'public_key = "{public}"')


def sign(release: Release, key: Annotated[Path, typer.Option("--key", help="File with the private key.")]) -> None:
    """Verify a release and sign its manifest; the release must name the public key already."""
    from valuenet.flows.signing import sign_release

    print(f"signed by {sign_release(release, key)}")


def diff(
    old: Annotated[str, typer.Argument(help="Folder or s3:// prefix of the older release.")],
    new: Annotated[str, typer.Argument(help="Folder or s3:// prefix of the newer release.")],
    as_json: AsJson = False,
) -> None:
    """List rows added, gone and relabelled, with the reason, and propose the version number."""
    from valuenet.warehouse.release.diff_any import diff_any

    changes = diff_any(old, new)
    if as_json:
        print_json(changes.to_json())
    else:
        print(changes.text())
