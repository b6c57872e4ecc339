"""What every step's recipe costs at the start of a process, against Python's own parser on the same files.

Not part of ``make test``. A recipe reads, parses and follows the code of all steps; parsing alone is the least of it.
"""

import ast
import time
from pathlib import Path
from typing import Any

from tests.flows.test_real_recipes import PACKAGES, recipes

ROOT = Path(__file__).resolve().parents[2]


def seconds_of_parsing() -> float:
    """Return processor seconds that ``ast.parse`` takes for every file of ours."""
    began = time.process_time()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            ast.parse(path.read_text(encoding="utf-8"))
    return time.process_time() - began


def test_recipes_of_all_steps_take_at_most_eight_times_as_long_as_parsing(benchmark: Any) -> None:
    parsing = min(seconds_of_parsing() for _ in range(3))

    def timed() -> float:
        began = time.process_time()
        recipes()
        return time.process_time() - began

    ours = min(benchmark.pedantic(timed, rounds=3), *(timed() for _ in range(2)))
    print(f"\nrecipes {ours:.2f} s, parsing {parsing:.2f} s, ratio {ours / parsing:.2f}")
    assert ours <= 8 * parsing
