"""Label Studio in an environment of its own: its many pinned packages would not get along with the project's."""

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from valuenet.warehouse.errors import StorageError
from valuenet.warehouse.whole_files import write_whole

CONSTRAINTS = Path(__file__).resolve().parents[2] / "data" / "label-studio-constraints.txt"
_READY = ".ready"


class LabelStudioInstallError(StorageError):
    """The environment of Label Studio could not be made."""


def is_installed(environment: Path) -> bool:
    """Return whether ``environment`` (a folder made by ``python -m venv``) holds Label Studio."""
    return _command(environment).is_file()


def install_label_studio(environment: Path, *, constraints: Path = CONSTRAINTS) -> bool:
    """Make ``environment`` and install Label Studio in it; return False where that was done before.

    Takes minutes and about a gigabyte the first time. It is done again where ``constraints`` have changed, and goes on
    where it was broken off.

    Raises:
        LabelStudioInstallError: with the last lines pip printed.
    """
    wanted = hashlib.sha256(constraints.read_bytes()).hexdigest()
    ready = environment / _READY
    if is_installed(environment) and ready.is_file() and ready.read_text() == wanted:
        return False
    ready.unlink(missing_ok=True)
    if not (environment / "bin" / "pip").exists():  # pip's own program is the last thing venv writes
        _run([sys.executable, "-m", "venv", str(environment)], environment)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--constraint", str(constraints), "label-studio"], environment)
    write_whole(ready, wanted)
    return True


def label_studio_command(environment: Path) -> Path:
    """Return the program that starts Label Studio.

    Raises:
        LabelStudioInstallError: if ``environment`` holds none.
    """
    if not is_installed(environment):
        raise LabelStudioInstallError(f"{environment} holds no Label Studio; run `valuenet label-studio install` first")
    return _command(environment)


def _command(environment: Path) -> Path:
    return environment / "bin" / "label-studio"


def _run(command: Sequence[str], environment: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own arguments
    if done.returncode != 0:
        last = " | ".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise LabelStudioInstallError(
            f"Label Studio could not be installed in {environment} ({last}); correct that and run the same command"
            " again"
        )
