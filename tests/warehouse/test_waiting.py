"""Threads wait asleep unless the user has said otherwise, wherever the project is entered."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from valuenet.warehouse.waiting import wait_passively

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")
PRINT = f"import os; print([os.environ.get(name) for name in {NAMES}])"
PASSIVE = ["passive", "3000", "1"]


def values_after(code: str, **variables: str) -> list[str | None]:
    """Return the three variables as a new process has them after ``code``."""
    environment = {name: value for name, value in os.environ.items() if name not in NAMES}
    environment |= {"PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-c", f"{code}\n{PRINT}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT)
    return eval(done.stdout.splitlines()[-1])


def test_an_empty_environment_gets_the_policy_and_a_short_spin() -> None:
    environment: dict[str, str] = {}
    wait_passively(environment)
    assert [environment[name] for name in NAMES] == PASSIVE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"OMP_WAIT_POLICY": "active"}, {"OMP_WAIT_POLICY": "active"}),
        ({"OMP_WAIT_POLICY": "passive"}, {"OMP_WAIT_POLICY": "passive"}),
        ({"GOMP_SPINCOUNT": "0"}, {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0", "KMP_BLOCKTIME": "1"}),
        ({"KMP_BLOCKTIME": "200"}, {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "3000", "KMP_BLOCKTIME": "200"}),
    ],
)
def test_what_the_user_has_set_stays(before: dict[str, str], after: dict[str, str]) -> None:
    wait_passively(before)
    assert before == after


@pytest.mark.parametrize(
    "code",
    [
        "from valuenet.models import ValueModel",
        "from valuenet.models import ValueDetector",
        "import valuenet.flows.modelling.value",  # what a Prefect worker loads
        "import valuenet.flows.command",
        "import valuenet.curation.retrieval",  # spaCy imports torch where it is installed
        "import valuenet.annotation.aggregation",
        "import valuenet.warehouse.store",
    ],
)
def test_every_way_into_the_project_sets_passive_waiting(code: str) -> None:
    assert values_after(code) == PASSIVE


def test_a_user_who_wants_active_waiting_has_it() -> None:
    assert values_after("import valuenet.models", OMP_WAIT_POLICY="active") == ["active", None, None]


def test_no_package_imports_torch_before_it_is_set() -> None:
    spy = """
import sys
class Spy:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            import os
            assert os.environ.get("OMP_WAIT_POLICY") == "passive", "torch is imported too early"
sys.meta_path.insert(0, Spy())
import valuenet.flows.valuenet, valuenet.curation.retrieval
import valuenet.models.values.training, valuenet.models.detector.training, valuenet.models.emotion.training
import spacy
assert "torch" in sys.modules
"""
    assert values_after(spy) == PASSIVE


def test_a_process_of_a_pool_waits_passively_too() -> None:
    code = "import os\nfrom valuenet.flows.workers import open_processes\nif __name__ == '__main__':\n"
    code += "    with open_processes(2) as call:\n        print(call(os.getenv, 'OMP_WAIT_POLICY'))\n"
    environment = {name: value for name, value in os.environ.items() if name not in NAMES}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "passive"
