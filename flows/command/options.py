"""Options that several commands share, each written once."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[Path | None, typer.Option("--config", help="Settings in TOML; without it the embedded default.")]
WarehouseUri = Annotated[str | None, typer.Option("--warehouse", help="Folder or s3:// URI of the working tables.")]
ReleasesUri = Annotated[str | None, typer.Option("--releases", help="Folder or s3:// URI of the releases.")]
ModelsFolder = Annotated[str | None, typer.Option("--models", help="Folder of the trained models.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")]
