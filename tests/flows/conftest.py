"""What tests of commands share."""

import pytest

from tests.drawn_once import figures_drawn_once
from valuenet.flows.command.app import run

__all__ = ["figures_drawn_once"]


@pytest.fixture
def said(capsys):
    """Run a command; return its exit code, standard output and standard error."""

    def run_and_read(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(arguments))
        streams = capsys.readouterr()
        return code, streams.out, streams.err

    return run_and_read
