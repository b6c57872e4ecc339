"""What all tests share."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.session_folders import made_once
from valuenet.warehouse.waiting import wait_passively

wait_passively()
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

_SHARED_MEMORY = "?cache=shared&uri=true&check_same_thread=false"
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository; a test that needs it is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the real data sets in ../shared, which are not part of the repository")
    return SHARED


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A loopback S3 server in a process of its own (deltalake keeps the interpreter lock while it waits)."""
    port = _free_port()
    log = (tmp_path_factory.mktemp("s3") / "log").open("w")
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=log, stderr=log)
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()
    log.close()


@pytest.fixture
def s3_bucket(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket on the loopback server; the environment points every client at it."""
    import boto3

    settings = {
        "AWS_ENDPOINT_URL": s3_endpoint,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    bucket = f"bucket-{uuid.uuid4().hex[:8]}"
    boto3.client("s3").create_bucket(Bucket=bucket)
    return bucket


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API of a Prefect server in a process of its own; this process and those it starts talk to it.

    Without it every process that runs a flow would start a server for itself, which takes longer than the flow.
    """
    from prefect.logging.configuration import setup_logging
    from prefect.settings import temporary_settings

    setup_logging()  # now, so that no test's own standard error is written to after its end
    home = tmp_path_factory.mktemp("prefect")
    server, url = next(filter(None, (_start_server(home) for _ in range(3))), (None, ""))
    if server is None:
        pytest.fail(f"the Prefect server did not start: {(home / 'server.log').read_text()[-2000:]}")
    client = {"PREFECT_HOME": str(home), "PREFECT_API_URL": url, "PREFECT_LOGGING_TO_API_ENABLED": "false"}
    no_heartbeat = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": None}  # its thread holds up the end of a flow for a second
    try:
        with pytest.MonkeyPatch.context() as patch, temporary_settings(client | no_heartbeat):
            for name, value in client.items():
                patch.setenv(name, value)
            yield url
    finally:
        server.terminate()
        server.wait()


def _start_server(home: Path) -> tuple[subprocess.Popen[bytes], str] | None:
    """Return a server that answers and its URL; None where it does not, as when its port was taken meanwhile."""
    port = _free_port()
    said = {"PREFECT_HOME": str(home), "PREFECT_SERVER_API_PORT": str(port)}
    said |= {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in ("TRIGGERS", "FOREMAN", "EVENT_PERSISTER")}
    # On disk, writers of SQLite get into one another's way, and clients then wait two seconds to try again.
    said["PREFECT_API_DATABASE_CONNECTION_URL"] = f"sqlite+aiosqlite:///file::memory:{_SHARED_MEMORY}"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-ui", "--no-scheduler", "--no-late-runs"]
    with (home / "server.log").open("a") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **said})
    url = f"http://127.0.0.1:{port}/api"
    for _ in range(1200):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/health", timeout=5):
            return server, url
        if server.poll() is not None:
            return None
        time.sleep(0.1)
    server.terminate()
    server.wait()
    return None


@pytest.fixture(scope="session")
def built(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the embedded default, without a model, once in a run: settings.toml, warehouse, releases.

    For tests that only look; what changes something works on a copy.
    """
    return made_once(tmp_path_factory, "built", _build)


def _build(folder: Path) -> None:
    from valuenet.flows.command.app import run

    folder.mkdir()
    places = {name: str(folder / name) for name in ("warehouse", "releases", "models")}
    lines = [*(f'{name} = "{place}"' for name, place in places.items()), "[modelling.build]", "train = false"]
    (folder / "settings.toml").write_text("\n".join(lines) + "\n")
    if run(["build", "--config", str(folder / "settings.toml")]) != 0:
        shutil.rmtree(folder)
        pytest.fail("the embedded default was not built")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
