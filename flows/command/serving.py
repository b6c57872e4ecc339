"""``valuenet serve``: a local page to try a model, and JSON for programs."""

from pathlib import Path
from typing import Annotated

import typer

from valuenet.flows.command.modelling import need_models
from valuenet.flows.command.output import note


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("serve")(serve)


def serve(
    model: Annotated[Path, typer.Argument(help="Model folder that `valuenet train value` made.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any.")] = 8421,
    host: Annotated[
        str, typer.Option(help="Address to listen on; anything but 127.0.0.1 is open to others.")
    ] = "127.0.0.1",
    max_texts: Annotated[int, typer.Option(min=1, help="Most texts of one request.")] = 256,
    max_characters: Annotated[int, typer.Option(min=1, help="Most characters of one text.")] = 2000,
    max_bytes: Annotated[int, typer.Option(min=1, help="Most bytes of one request.")] = 1_048_576,
) -> None:
    """Serve a page to try a model (type a text, see its values and words) and JSON (POST /predict) until stopped."""
    need_models()
    from valuenet.models.serve.app import LOCAL_HOSTS, make_app
    from valuenet.models.serve.server import listen, serve_until_stopped
    from valuenet.models.serve.settings import ServeSettings
    from valuenet.models.values.loading import load_value_model

    settings = ServeSettings(max_texts=max_texts, max_characters=max_characters, max_bytes=max_bytes)
    opened = listen(host, port)
    local = host in {"127.0.0.1", "localhost", "::1"}
    if not local:
        note(f"open to everybody who reaches {host}: there is no password and no encryption")
    app = make_app(load_value_model(model), settings, hosts=LOCAL_HOSTS if local else ("*",))
    serve_until_stopped(app, opened, ready=lambda url: note(f"serving on {url}; Ctrl+C stops it"))
