"""A folder is made once in a run, and again where making it failed."""

from pathlib import Path

import pytest

from tests.session_folders import made_once


class Factory:
    """The temporary folder of one worker."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder

    def getbasetemp(self) -> Path:
        return self.folder


@pytest.fixture
def workers(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    return Factory(tmp_path / "popen-gw0"), Factory(tmp_path / "popen-gw1")


def test_the_second_worker_gets_what_the_first_one_made(workers, tmp_path):
    made = []
    first, second = (
        made_once(worker, "thing", lambda folder: (folder.mkdir(), made.append(folder))) for worker in workers
    )
    assert first == second == tmp_path / "thing"
    assert made == [first]


def test_without_workers_it_lies_in_the_folder_of_the_run(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    assert made_once(Factory(tmp_path / "run"), "thing", Path.mkdir) == tmp_path / "run" / "thing"


def test_what_failed_is_tried_again(workers):
    def fail(folder: Path) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        made_once(workers[0], "thing", fail)
    assert made_once(workers[1], "thing", Path.mkdir).is_dir()
