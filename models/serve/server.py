"""Runs the service on a socket until it is told to stop; requests under way are finished first."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from valuenet.warehouse.errors import InputError

if TYPE_CHECKING:
    from fastapi import FastAPI

_PATIENCE = 10
#: Connections held at the same time; one more is answered with 503.
_AT_ONCE = 200


class PortTakenError(InputError):
    """The address to listen on is not to be had."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to ``host`` and ``port``; port 0 takes any that is free.

    Raises:
        PortTakenError: naming the address, if it is in use, not this machine's, or not allowed.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        opened = socket.socket(family, kind)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
    except OSError as error:
        raise PortTakenError(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another with --port, or 0 for any"
        ) from None
    return opened


def serve_until_stopped(app: FastAPI, opened: socket.socket, *, ready: Callable[[str], None]) -> None:
    """Answer requests on ``opened`` until Ctrl+C or SIGTERM; ``ready`` is told the URL once. Texts are never logged."""
    import uvicorn

    host, port = opened.getsockname()[:2]
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=_AT_ONCE,
        timeout_graceful_shutdown=_PATIENCE,
    )
    ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")
    if current_thread() is main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn raises it again when all is finished
    try:
        uvicorn.Server(config).run(sockets=[opened])
    except KeyboardInterrupt:
        return
    finally:
        opened.close()
