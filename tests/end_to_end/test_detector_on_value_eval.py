"""The detector on ValueEval'23: the training part -> the validation part. The test part is never opened.

The short run makes one pass, so its threshold lies below the gate. The gate (two seeds, with a companion, so MPNet's
packages must be installed) is run with VALUENET_GATE=1 and takes some twenty minutes of a free core.
"""

import os
from pathlib import Path

import pytest
import torch

from valuenet.curation.datasets.value_eval import read_arguments
from valuenet.models.detector.settings import DetectorSettings
from valuenet.models.detector.training import TrainedDetector, train_detector
from valuenet.models.encoding.packaged import EncoderNotFoundError, packaged_encoder

pytestmark = pytest.mark.slow


def _train(folder: Path, out: Path, settings: DetectorSettings) -> TrainedDetector:
    torch.set_num_threads(1)
    train, validation = (read_arguments(folder, part) for part in ("training", "validation"))
    return train_detector(train, validation, settings, out=out)


def test_one_pass_over_the_arguments_finds_more_than_saying_yes_to_everything(shared, tmp_path):
    record = _train(shared / "data" / "valueeval23", tmp_path / "model", DetectorSettings(epochs=1)).record
    assert record.data["validation"].rows == 1896
    assert record.baselines["all ones"].macro_f1 == pytest.approx(0.272, abs=0.001)
    assert record.metrics.macro_f1 > record.baselines["all ones"].macro_f1 + 0.03
    assert record.plain.macro_f1 > record.baselines["all ones"].macro_f1


@pytest.mark.skipif(os.environ.get("VALUENET_GATE") != "1", reason="trains twice; set VALUENET_GATE=1 to run it")
@pytest.mark.parametrize("seed", [2, 3])
def test_with_its_companion_the_detector_reaches_the_aim_on_validation(shared, tmp_path, seed):
    try:
        packaged_encoder("mpnet")
    except EncoderNotFoundError as error:
        pytest.skip(str(error))
    settings = DetectorSettings(seed=seed, companion="mpnet")
    record = _train(shared / "data" / "valueeval23", tmp_path / "model", settings).record
    print(f"seed {seed}: macro-F1 {record.metrics.macro_f1:.4f}, premise alone {record.plain.macro_f1:.4f}")
    assert record.metrics.macro_f1 >= 0.45
    assert record.metrics.macro_f1 > max(found.macro_f1 for found in record.baselines.values())
