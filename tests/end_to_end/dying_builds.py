"""Builds until it is done, in children of which each is killed right after the first thing it changed for good.

Run as `python -m tests.end_to_end.dying_builds SETTINGS.toml FOLDER`; FOLDER/deaths tells where the children died. All
children are forked from one process that has imported everything, so that a life costs seconds.
"""

import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefect.settings import temporary_settings

from valuenet.curation.tokens import word_forms
from valuenet.flows.command.app import run
from valuenet.warehouse.catalog import TABLES
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.store import Warehouse

MOST_LIVES = 80
#: What a build imports on its way, imported before the children are born.
_WARM = (
    "valuenet.flows.valuenet",
    "crowdkit.aggregation",
    "deltalake",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "mlcroissant",
    "scipy.sparse.csgraph",
    "statsmodels.stats.inter_rater",
)
_ONE_AT_A_TIME = threading.RLock()


class Deaths:
    """Where children died, kept in a file, as a child remembers nothing of another."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def places(self) -> list[str]:
        """Return the places in the order of the deaths."""
        return self._file.read_text().splitlines() if self._file.exists() else []

    def die(self, place: str) -> None:
        """Write the place down and kill this process; no handler, no clean-up."""
        with self._file.open("a") as file:
            file.write(place + "\n")
        os.kill(os.getpid(), signal.SIGKILL)

    def die_once(self, place: str) -> None:
        """Die here unless another child did."""
        if place not in self.places():
            self.die(place)


def die_after_commits(deaths: Deaths) -> None:
    """Kill this process right after it changed a table; no other thread changes one in between."""

    def mortal(change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(store: Warehouse, table: Any, *rest: Any, **named: Any) -> Any:
            with _ONE_AT_A_TIME:
                before = store.state(table)
                result = change(store, table, *rest, **named)
                if store.state(table) != before:
                    deaths.die(table.table_name())
                return result

        return changed

    for name in ("write", "append", "write_part"):
        setattr(Warehouse, name, mortal(getattr(Warehouse, name)))


def die_while_publishing(deaths: Deaths) -> None:
    """Kill this process in the middle of a file of the release, before the release has its name, and after."""
    write, rename, written = Place.write, Path.rename, []

    def mortal_write(place: Place, name: str, data: bytes) -> None:
        written.append(name)
        if len(written) == 5 and "half a file" not in deaths.places():
            write(place, name, data[: len(data) // 2])
            deaths.die("half a file")
        write(place, name, data)

    def mortal_rename(partial: Path, final: Path) -> Path:
        deaths.die_once("before the name")
        named = rename(partial, final)
        deaths.die_once("after the name")
        return named

    Place.write, Path.rename = mortal_write, mortal_rename  # type: ignore[method-assign, assignment]


def live(settings: str, folder: Path) -> int:
    """Build in a child and return how it ended: its exit code, or minus the signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    deaths = Deaths(folder / "deaths")
    die_after_commits(deaths)
    die_while_publishing(deaths)
    places = ["--warehouse", str(folder / "warehouse"), "--releases", str(folder / "releases")]
    with temporary_settings({"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": None}):
        os._exit(run(["build", "--config", settings, *places]))


def main(settings: str, folder: Path) -> int:
    """Let children live and die until one ends by itself; return its exit code."""
    for module in _WARM:
        importlib.import_module(module)
    for table in TABLES.values():
        table.frame()
    word_forms(["warm"])
    for _ in range(MOST_LIVES):
        end = live(settings, folder)
        if end != -signal.SIGKILL:
            return end
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
