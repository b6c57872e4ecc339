"""Texts made to take for ever: every pattern of the intake reads them in time that grows with their length."""

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import valuenet.curation.reddit.intake as intake
from valuenet.curation.reddit.intake.names import PatternNames
from valuenet.curation.reddit.intake.privacy import replace_personal_data

PIECES = (
    "a", "A", "1", " ", "-", ".", "a.", "a@", "a ", "A ", "Aa ", "1 ", "1-", "1.", "[a](/", "(", "at ",
    " dot a", "a_1.",
    "my insta is ", "one ", "A. ", "\n- ", "\n", "name is ", "12 A", "a:", "0x", "#A", "born ", "\u200d", "u/", "$a",
    "live ", "www.", "http://", "\u00e9", "A1 ", "my friend ", "-----BEGIN A-----", "[.]", "\u0416", "a\u0430 ",
)  # fmt: skip
SMALL = 10_000
"""Characters of the smaller text; the larger has four times as many."""


def _patterns_in(value: object, name: str, depth: int = 0) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield every pattern in a value: in containers, in rules, and behind a bound method such as ``search``."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, dict) and depth < 4:
        for key, part in value.items():
            yield from _patterns_in(part, f"{name}[{key}]", depth + 1)
    elif isinstance(value, list | tuple | set | frozenset) and depth < 4:
        for at, part in enumerate(value):
            yield from _patterns_in(part, f"{name}[{at}]", depth + 1)
    elif isinstance(getattr(value, "__self__", None), re.Pattern):
        yield name, value.__self__  # type: ignore[attr-defined]


def _all_patterns() -> dict[str, re.Pattern[str]]:
    found: dict[tuple[str, int], tuple[str, re.Pattern[str]]] = {}
    for module in pkgutil.iter_modules(intake.__path__):
        members = vars(importlib.import_module(f"{intake.__name__}.{module.name}"))
        for name, value in members.items():
            for where, pattern in _patterns_in(value, f"{module.name}.{name}"):
                if isinstance(pattern.pattern, str):
                    found.setdefault((pattern.pattern, pattern.flags), (where, pattern))
    return dict(found.values())


PATTERNS = _all_patterns()


def _seconds(read: Callable[[], Any]) -> float:
    began = time.process_time()
    read()
    return time.process_time() - began


def _grows_too_fast(read: Callable[[str], Any], piece: str) -> bool:
    """Return whether four times the length takes more than nine times as long, three times in a row.

    What takes less than 20 ms for the larger text is not held to it: a clock tells nothing there.
    """
    small, large = ((piece * (SMALL * 4))[:length] for length in (SMALL, SMALL * 4))
    for _ in range(3):
        took = _seconds(lambda: read(large))
        if took < 0.02 or took <= 9 * _seconds(lambda: read(small)):
            return False
    return True


def test_every_module_of_the_intake_is_asked_for_its_patterns():
    holders = {name.partition(".")[0] for name in PATTERNS}
    assert {"contact_rules", "crisis", "filters", "name_scripts", "handle_rules", "id_rules", "language"} <= holders
    assert {"link_rules", "lookalikes", "name_model", "name_signs", "names", "notices", "number_rules"} <= holders
    assert {"place_rules", "privacy", "rules"} <= holders
    assert len(PATTERNS) > 130


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_no_pattern_takes_longer_than_a_text_is_longer(name: str):
    read = PATTERNS[name]
    assert [piece for piece in PIECES if _grows_too_fast(lambda text: list(read.finditer(text)), piece)] == []


def test_a_quadratic_pattern_is_noticed():
    quadratic = re.compile(r"a+b")
    assert _grows_too_fast(lambda text: list(quadratic.finditer(text)), "a")


@pytest.mark.parametrize("piece", PIECES)
def test_the_intake_as_a_whole_takes_twice_as_long_for_twice_the_text(piece: str):
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        return min(_seconds(lambda: replace_personal_data([text], names=PatternNames())) for _ in range(2))

    assert seconds(200_000) <= 3 * seconds(100_000) + 0.05
