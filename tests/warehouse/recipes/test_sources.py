"""Sources are read by steps that run beside each other."""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import valuenet.warehouse.recipes.sources as sources

FILES = sorted(Path(sources.__file__).parent.glob("*.py"))


def mixed(times: int, monkeypatch) -> None:
    """Let the parser fail ``times`` as it does where threads mix."""
    left, real = [times], ast.parse

    def parse(*given):
        left[0] -= 1
        if left[0] >= 0:
            raise SystemError("AST constructor recursion depth mismatch (before=66, after=61)")
        return real(*given)

    monkeypatch.setattr(ast, "parse", parse)


def test_threads_read_sources_at_once():
    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(lambda file: sources.Source("valuenet.made", file), FILES * 12))
    assert len({frozenset(source.definitions) for source in read}) == len(FILES)


def test_a_parser_that_another_thread_came_between_is_asked_again(monkeypatch):
    mixed(3, monkeypatch)
    assert "is_text" in sources.Source("valuenet.made", Path(sources.__file__)).definitions


def test_a_parser_that_always_fails_is_not_asked_for_ever(monkeypatch):
    mixed(50, monkeypatch)
    with pytest.raises(SystemError):
        sources.Source("valuenet.made", Path(sources.__file__))
