"""A server of its own: a port that is taken, and one that is stopped while it answers."""

import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from valuenet.models.serve.server import PortTakenError, listen


def test_a_port_in_use_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"cannot listen on 127\.0\.0\.1:{port} \(Address already in use\)"):
            listen("127.0.0.1", port)
    with pytest.raises(PortTakenError, match=r"cannot listen on no-such-host\.invalid:1"):
        listen("no-such-host.invalid", 1)


SERVER = """
import sys
from fastapi import FastAPI
from valuenet.models.serve.server import listen, serve_until_stopped
import time
app = FastAPI()
@app.get("/slow")
def slow():
    time.sleep(1.5)
    return "done"
serve_until_stopped(app, listen("127.0.0.1", 0), ready=lambda url: print(url, flush=True))
print("stopped", flush=True)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_stopped_first_finishes_what_is_under_way(how):
    root = Path(__file__).resolve().parents[3]
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    url = server.stdout.readline().strip()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(_get, f"{url}/slow")
        threading.Event().wait(0.7)
        server.send_signal(how)
        assert answer.result(timeout=30) == "done"
    assert server.communicate(timeout=30)[0].strip() == "stopped"
    assert server.returncode == 0


def _get(url):
    for _ in range(100):
        try:
            return requests.get(url, timeout=20).json()
        except requests.ConnectionError:
            threading.Event().wait(0.1)
    raise TimeoutError(url)
