"""``valuenet label-studio ...``: a Label Studio server of one's own, on loopback."""

from pathlib import Path
from typing import Annotated

import typer

from valuenet.flows.command.output import note

label_studio = typer.Typer(help="A Label Studio server of your own, on this machine only.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option("--folder", help="Environment, database, log and administrator's file.")]
FOLDER = Path("data/label-studio")


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (install, start, stop, token):
        label_studio.command(command.__name__)(command)
    app.add_typer(label_studio, name="label-studio")


def install(folder: Folder = FOLDER) -> None:
    """Install Label Studio into an environment of its own (about 1 GB, two minutes)."""
    from valuenet.annotation.label_studio.server.environment import install_label_studio
    from valuenet.flows.services.crowd import label_studio_server

    environment = label_studio_server(folder, None).environment
    new = install_label_studio(environment)
    print(f"{environment}{'' if new else ' is there already'}")


def start(
    folder: Folder = FOLDER,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on; a free one unless said.")] = 8080,
) -> None:
    """Start the server, installed first where it is not, and say how to log in. It goes on until `stop`."""
    from valuenet.annotation.label_studio.server.environment import install_label_studio, is_installed
    from valuenet.flows.services.crowd import TOKEN_VARIABLE, label_studio_server

    server = label_studio_server(folder, port)
    if not is_installed(server.environment):
        note("installing Label Studio into an environment of its own (about 1 GB, two minutes)")
        install_label_studio(server.environment)
    url = server.start()
    print(f"server         {url}")
    print(f"administrator  {server.administrator.email}")
    print(f"password       in {server.folder}/administrator.json")
    print(f"token          export {TOKEN_VARIABLE}=$(valuenet label-studio token --folder {folder})")


def stop(folder: Folder = FOLDER) -> None:
    """Stop the server; its data stay."""
    from valuenet.flows.services.crowd import label_studio_server

    print("stopped" if label_studio_server(folder, None).stop() else "was not running")


def token(
    folder: Folder = FOLDER,
    legacy: Annotated[bool, typer.Option("--legacy", help="The legacy token rather than the personal one.")] = False,
) -> None:
    """Print the administrator's token, for LABEL_STUDIO_API_KEY."""
    from valuenet.flows.services.crowd import label_studio_server

    known = label_studio_server(folder, None).administrator
    print(known.token if legacy or not known.personal_token else known.personal_token)
