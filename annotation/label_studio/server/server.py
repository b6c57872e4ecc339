"""A Label Studio server of our own: started on loopback, ready with an administrator, stopped without a trace."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from valuenet.annotation.label_studio.server.administrator import (
    Administrator,
    administrator_at,
    save_administrator,
    with_personal_token,
)
from valuenet.annotation.label_studio.server.environment import label_studio_command
from valuenet.annotation.label_studio.server.lock import RunningServer, ServerLock
from valuenet.annotation.label_studio.server.variables import server_variables
from valuenet.warehouse.errors import InputError, StorageError

HOST = "127.0.0.1"


class PortTakenError(InputError):
    """Another program listens on the port asked for."""


class ServerFailedError(StorageError):
    """The server did not start or does not stop; the message ends with the last lines of its log."""


class LabelStudioServer:
    """Label Studio on one data folder. At most one runs on it at a time, whoever started it.

    The server outlives the process that started it. It holds a lock on a file in its folder for as long as it lives,
    so whether one is running, and which, is never guessed from a process id that may have passed to another program.
    """

    def __init__(self, folder: Path, *, environment: Path | None = None, port: int | None = None) -> None:
        """Name the folder of the data; nothing is started or written yet.

        Args:
            folder: database, uploads, log and the administrator's file. Kept between starts.
            environment: where Label Studio is installed; ``folder/venv`` unless said.
            port: to listen on; a free one, kept between starts of this object, unless said.
        """
        self.folder = folder.absolute()
        self.environment = (environment or folder / "venv").absolute()
        self._port = port
        self._lock = ServerLock(self.folder)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Return the file the server writes to; it is added to at every start."""
        return self.folder / "label-studio.log"

    @property
    def administrator(self) -> Administrator:
        """Return who may do everything here; made at the first call, kept in a file of mode 0600."""
        return administrator_at(self._administrator_file)

    @property
    def url(self) -> str | None:
        """Return where the running server answers, None where none is running."""
        running = self._lock.holder()
        return None if running is None else f"http://{HOST}:{running.port}"

    def start(self, *, timeout: float = 300) -> str:
        """Start the server and return its URL when it answers and both tokens are there.

        Args:
            timeout: seconds to wait; the first start makes the database, which takes longest.

        Raises:
            ServerRunningError: if one is running on this folder.
            PortTakenError: if something else listens on the port.
            LabelStudioInstallError: if Label Studio is not installed.
            ServerFailedError: if it ends early or does not answer in time; nothing is left running.
        """
        command = [str(label_studio_command(self.environment)), "start", "--no-browser", "--enable-legacy-api-token"]
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock.hold() as lock:
            self._port = _free_port(self._port)
            command += ["--internal-host", HOST, "--port", str(self._port), "--log-level", "WARNING"]
            self._process = self._launch(command, lock)
            self._lock.name_holder(RunningServer(self._process.pid, self._port))
        url = f"http://{HOST}:{self._port}"
        try:
            self._wait_until_it_answers(url, timeout)
            save_administrator(self._administrator_file, with_personal_token(self.administrator, url))
        except BaseException:
            self.stop()
            raise
        return url

    def stop(self, *, timeout: float = 20) -> bool:
        """Stop the server that runs on this folder and whatever it started; return False where none is running.

        Args:
            timeout: seconds it is given to end by itself.
        """
        running = self._lock.holder()
        if running is None:
            return False
        for sent in (signal.SIGTERM, signal.SIGKILL):
            _send_to_group(running.pid, sent)
            if self._is_gone_within(timeout):
                _end_group(running.pid)
                return True
        raise ServerFailedError(f"Label Studio (process {running.pid}) does not end; end it by hand")

    def _launch(self, command: list[str], lock: int) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  our own arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=server_variables(self.folder, self.administrator),
                start_new_session=True,
                pass_fds=(lock,),
            )

    def _wait_until_it_answers(self, url: str, timeout: float) -> None:
        import requests

        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if self._process is not None and self._process.poll() is not None:
                raise ServerFailedError(f"Label Studio ended before it answered; the end of {self.log}:\n{self._end()}")
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{url}/health", timeout=5).ok:
                    return
            time.sleep(0.2)
        raise ServerFailedError(f"Label Studio did not answer in {timeout:g} s; the end of {self.log}:\n{self._end()}")

    def _end(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])

    @property
    def _administrator_file(self) -> Path:
        return self.folder / "administrator.json"

    def _is_gone_within(self, timeout: float) -> bool:
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if self._process is not None:
                self._process.poll()  # reaps it where it is our child
            if self._lock.holder() is None:
                return True
            time.sleep(0.05)
        return False


def _send_to_group(group: int, sent: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, sent)


def _end_group(group: int, seconds: float = 1.0) -> None:
    """End what a server had started and did not end with it; wait for it unless its parent does not look after it."""
    _send_to_group(group, signal.SIGKILL)
    until = time.monotonic() + seconds
    with contextlib.suppress(ProcessLookupError, PermissionError):
        while time.monotonic() < until:
            os.killpg(group, 0)
            time.sleep(0.02)


def _free_port(wanted: int | None) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted or 0))
        except OSError:
            raise PortTakenError(
                f"port {wanted} is taken by another program; choose another port, or stop that one"
            ) from None
        return int(probe.getsockname()[1])
