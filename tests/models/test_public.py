"""What people import from ``valuenet.models``, and what importing it does."""

import os
import subprocess
import sys

import pytest


def _printed(code: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**kept, **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_public_names_are_there_and_load_torch_only_when_they_are_asked_for():
    code = "import sys, valuenet.models as m; print('torch' in sys.modules); m.ValueModel.load; m.ValueDetector.load"
    assert _printed(code) == "False"


def test_a_name_that_is_not_there_is_an_attribute_error():
    import valuenet.models

    with pytest.raises(AttributeError, match="no attribute 'ValueModels'"):
        valuenet.models.ValueModels  # noqa: B018


@pytest.mark.parametrize(("environment", "policy"), [({}, "passive"), ({"OMP_WAIT_POLICY": "active"}, "active")])
def test_the_threads_of_torch_wait_passively_unless_the_user_says_otherwise(environment, policy):
    code = "import os, valuenet.models.values.training; print(os.environ['OMP_WAIT_POLICY'])"
    assert _printed(code, **environment) == policy


def test_torch_is_never_loaded_before_the_threads_are_told_how_to_wait():
    code = (
        "import builtins, os, sys\n"
        "real = builtins.__import__\n"
        "def watched(name, *rest):\n"
        "    if name == 'torch' and 'torch' not in sys.modules: print(os.environ.get('OMP_WAIT_POLICY'))\n"
        "    return real(name, *rest)\n"
        "builtins.__import__ = watched\n"
        "import valuenet.flows.modelling.value, valuenet.flows.command.app\n"
        "from valuenet.models.encoding.encoders import device\n"
        "device()\n"
    )
    assert set(_printed(code).split()) == {"passive"}
