import json

import pytest
from safetensors.numpy import load_file

from tests.models.arguments import toy_arguments
from valuenet.models.detector.model import ValueDetector
from valuenet.models.detector.training import TooFewConclusionsError, part_arguments, train_detector
from valuenet.models.training.run import ModelExistsError
from valuenet.warehouse.vocabulary import CATEGORIES


def test_a_toy_task_is_learned_and_measured_on_arguments_of_new_subjects(toy_detector):
    record = toy_detector.record
    assert record.metrics.rows == 21
    assert 0.85 <= record.metrics.macro_f1 <= 18 / 20
    assert record.metrics.per_category["Universalism: objectivity"].support == 0
    assert record.metrics.labels_per_row == 9
    assert set(record.baselines) == {"all ones", "TF-IDF + logistic regression"}


def test_the_folder_holds_the_detector_its_record_card_and_figures_and_nothing_of_the_training(toy_detector):
    weights = {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    said = {"detector.json", "recipe.json", "README.md", "categories.png", "categories.svg"}
    assert {path.name for path in toy_detector.path.iterdir()} == weights | said
    assert not list(toy_detector.path.parent.glob(".toy.training*"))
    assert str(toy_detector.path) not in (toy_detector.path / "detector.json").read_text()


def test_the_card_says_what_the_record_says(toy_detector):
    card, record = (toy_detector.path / "README.md").read_text(), toy_detector.record
    assert f"| **this detector** | {record.metrics.macro_f1:.3f} | " in card
    assert f"from {record.threshold:.2f} on: one threshold for all" in card
    assert "| validation | measured on | 21 | 7 | 9.00 | none |" in card
    assert "all ones 0.26, BERT 0.42" in card


def test_the_config_is_that_of_a_classifier_with_many_labels(toy_detector):
    config = json.loads((toy_detector.path / "config.json").read_text())
    assert config["problem_type"] == "multi_label_classification"
    assert [config["id2label"][str(index)] for index in range(20)] == list(CATEGORIES)


def test_the_same_arguments_in_any_order_give_the_same_weights(tmp_path, toy_detector_settings):
    brief = toy_detector_settings.model_copy(update={"epochs": 2})
    rows, others = toy_arguments(), toy_arguments(("a",))
    shuffled = rows._replace(rows=rows.rows.sample(frac=1, random_state=5))
    one = train_detector(rows, others, brief, out=tmp_path / "one", with_baselines=False, progress=False)
    two = train_detector(shuffled, others, brief, out=tmp_path / "two", with_baselines=False, progress=False)
    assert one.record == two.record
    first, second = (load_file(found.path / "model.safetensors") for found in (one, two))
    assert all((first[name] == array).all() for name, array in second.items())


def test_conclusions_are_held_out_with_all_their_arguments(toy_detector_settings):
    parts = part_arguments(toy_arguments().rows, toy_arguments(("a",)).rows, toy_detector_settings)
    assert not set(parts.learned["conclusion"]) & set(parts.held_out["conclusion"])
    assert len(parts.learned) + len(parts.held_out) == 63
    assert len(parts.held_out) % 9 == 0


def test_a_run_killed_between_epochs_goes_on_and_ends_with_the_same_weights(
    tmp_path, toy_detector_settings, monkeypatch
):
    data = (toy_arguments(), toy_arguments(("a",)), toy_detector_settings.model_copy(update={"epochs": 4}))
    monkeypatch.setattr("valuenet.models.detector.trainer.measure_epoch", _better_each_time(0.1))
    whole = train_detector(*data, out=tmp_path / "whole", with_baselines=False, progress=False)
    monkeypatch.setattr("valuenet.models.detector.trainer.measure_epoch", _better_each_time(0.1, killed_at=3))
    with pytest.raises(KeyboardInterrupt):
        train_detector(*data, out=tmp_path / "m", with_baselines=False, progress=False)
    assert not (tmp_path / "m").exists()
    assert len(list((tmp_path / ".m.training").glob("checkpoint-*"))) == 2
    monkeypatch.setattr("valuenet.models.detector.trainer.measure_epoch", _better_each_time(0.3))
    again = train_detector(*data, out=tmp_path / "m", with_baselines=False, progress=False)
    assert again.record == whole.record
    assert (again.record.best_epoch, again.record.epochs_run) == (4, 4)
    first, second = (load_file(found.path / "model.safetensors") for found in (whole, again))
    assert all(abs(first[name] - array).max() < 1e-6 for name, array in second.items())


def _better_each_time(start, killed_at=0):
    passes = []

    def measure(logits, labels):
        passes.append(labels)
        if len(passes) == killed_at:
            raise KeyboardInterrupt
        return {"macro_f1": start + len(passes) / 100}

    return measure


def test_a_folder_that_holds_this_very_detector_is_returned_untouched(toy_detector, toy_detector_settings):
    before = (toy_detector.path / "model.safetensors").stat().st_mtime_ns
    again = train_detector(toy_arguments(), toy_arguments(("a",)), toy_detector_settings, out=toy_detector.path)
    assert again.record == toy_detector.record
    assert (toy_detector.path / "model.safetensors").stat().st_mtime_ns == before


def test_a_folder_that_holds_anything_else_is_refused(tmp_path, toy_detector, toy_detector_settings):
    other = toy_detector_settings.model_copy(update={"seed": 2})
    (tmp_path / "file").write_text("")
    for place in (toy_detector.path, tmp_path):
        with pytest.raises(ModelExistsError, match="another --out"):
            train_detector(toy_arguments(), toy_arguments(("a",)), other, out=place)


def test_too_few_conclusions_to_hold_any_out_are_refused(tmp_path, toy_detector_settings):
    one = toy_arguments()
    one = one._replace(rows=one.rows[one.rows["conclusion"] == "the a dog"])
    with pytest.raises(TooFewConclusionsError, match="1 conclusions of the training part cannot be split"):
        train_detector(one, toy_arguments(("a",)), toy_detector_settings, out=tmp_path / "m")


def test_the_folder_loads_as_a_detector(toy_detector):
    assert ValueDetector.load(toy_detector.path).threshold == toy_detector.record.threshold
