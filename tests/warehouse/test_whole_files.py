"""A file is whole or not there, whatever happens while it is written."""

import os
import signal
import subprocess
import sys

import pytest

from valuenet.warehouse.errors import StorageError
from valuenet.warehouse.whole_files import whole_file, write_whole


@pytest.mark.parametrize("data", ["text with \u00e9", b"bytes\x00", ""])
def test_what_is_written_is_there(tmp_path, data):
    path = write_whole(tmp_path / "deep" / "file.json", data)
    assert path.read_bytes() == (data.encode() if isinstance(data, str) else data)
    assert [file.name for file in path.parent.iterdir()] == ["file.json"]


def test_a_block_that_ends_badly_leaves_what_was_there(tmp_path):
    path = write_whole(tmp_path / "file.json", "old")

    def half() -> None:
        with whole_file(path) as draft:
            draft.write_text("half")
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_process_killed_while_it_writes_leaves_what_was_there_and_the_next_one_goes_on(tmp_path):
    path = write_whole(tmp_path / "file.json", "old")
    code = (
        "import os, signal, sys; from pathlib import Path; from valuenet.warehouse.whole_files import whole_file\n"
        "with whole_file(Path(sys.argv[1])) as draft:\n"
        "    draft.write_text('half'); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert path.read_text() == "old"
    write_whole(path, "new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("file.json", "new")]


def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(tmp_path, monkeypatch):
    path = write_whole(tmp_path / "file.json", "old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"file\.json cannot be written \(No space left on device\); free space"):
        write_whole(path, "new")
    assert path.read_text() == "old"


def test_a_folder_in_the_way_is_one_sentence(tmp_path):
    (tmp_path / "file.json").mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        write_whole(tmp_path / "file.json", "new")
