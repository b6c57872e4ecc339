"""A disk that is full under a model's checkpoints is one sentence, and the training goes on when there is room."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.models.conftest import toy_rows
from valuenet.models.training.run import alone
from valuenet.models.values.training import train_value
from valuenet.warehouse.errors import StorageError

#: No file may grow beyond the limit, which ends a write as a full disk does.
TRAIN = """
import resource, signal, sys
from pathlib import Path
from tests.models.conftest import toy_rows
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.training import train_value
from valuenet.warehouse.errors import StorageError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
settings = ValueTrainingSettings.model_validate_json(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
try:
    train_value(toy_rows(), toy_rows(("a",)), settings, out=Path(sys.argv[2]), with_baselines=False, progress=False)
except StorageError as error:
    print(error)
"""


@pytest.mark.parametrize("limit", [1_000, 40_000])
def test_the_sentence_says_what_to_do_and_the_same_command_goes_on(toy_settings, tmp_path, limit):
    """1,000 bytes stop the weights of the first checkpoint, 40,000 what the optimiser keeps beside them."""
    settings, out = toy_settings.model_copy(update={"epochs": 1}), tmp_path / "model"
    arguments = [settings.model_dump_json(exclude_unset=True), str(out), str(limit)]
    command, top = [sys.executable, "-c", TRAIN, *arguments], Path(__file__).parents[3]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=top)
    assert run.stdout.startswith(f"the training into {str(out)!r} cannot be written (")
    assert run.stdout.count("\n") == 1
    assert "free space or mend access, then run the same command again" in run.stdout
    assert not out.exists()
    made = train_value(toy_rows(), toy_rows(("a",)), settings, out=out, with_baselines=False, progress=False)
    assert made.record.epochs_run == 1


def test_other_errors_stay_what_they_are(tmp_path):
    with pytest.raises(RuntimeError, match="shapes differ"), alone(tmp_path / "model"):
        raise RuntimeError("shapes differ")
    with pytest.raises(FileNotFoundError), alone(tmp_path / "model"):
        raise FileNotFoundError(2, "no such file")
    with pytest.raises(StorageError, match="of another place"), alone(tmp_path / "model"):
        raise StorageError("of another place")
