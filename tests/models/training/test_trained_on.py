"""Models are found by the release their records name, whatever the kind of record."""

import json
from pathlib import Path
from typing import Any

from valuenet.models.training.trained_on import TrainedModel, models_trained_on


def record(folder: Path, name: str, content: Any) -> str:
    folder.mkdir(parents=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return str(folder)


def test_a_model_whose_record_names_the_release_is_found_and_others_are_not(tmp_path):
    one = record(tmp_path / "a", "valuenet.json", {"source": {"name": "support-1.0.0 (support_examples)"}})
    two = record(tmp_path / "b" / "run", "other.json", [{"data": ["from /somewhere/support-1.0.0"]}, 3])
    record(tmp_path / "c", "valuenet.json", {"source": {"name": "support-1.0.1", "ids": "support-ids-1.0.0"}})
    record(tmp_path / "d", "valuenet.json", {"source": {"name": "support-1.0.0.1 my-support-1.0.0 support-1.0.0-b"}})
    found = models_trained_on(tmp_path, {"support-1.0.0", "support-2.0.0"})
    assert found == [TrainedModel(one, "support-1.0.0"), TrainedModel(two, "support-1.0.0")]


def test_what_is_no_json_is_passed_over_and_a_folder_that_is_missing_holds_nothing(tmp_path):
    record(tmp_path / "a", "broken.json", "{support-1.0.0")
    assert models_trained_on(tmp_path, {"support-1.0.0"}) == []
    assert models_trained_on(tmp_path / "none", {"support-1.0.0"}) == []
    assert models_trained_on(tmp_path, set()) == []
