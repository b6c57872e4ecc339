"""Few rows are passed over more often; many are not."""

from typing import Any

import pytest

from valuenet.models.values.presets import changed, named_preset
from valuenet.models.values.settings import TOLD_A_VALUE, ValueTrainingSettings, paper_preset


@pytest.mark.parametrize(("rows", "epochs", "patience"), [(16_030, 3, 2), (2_112, 4, 2), (583, 11, 5), (32, 200, 100)])
def test_a_small_set_gets_epochs_until_it_makes_two_hundred_steps(rows: int, epochs: int, patience: int) -> None:
    made = ValueTrainingSettings(prompt="pair").for_rows(rows, 1)
    assert (made.epochs, made.early_stopping_patience) == (epochs, patience)


@pytest.mark.parametrize(("texts", "epochs", "best_by"), [(14_049, 3, "last"), (583, 11, "mse")])
def test_one_pass_for_all_values_keeps_its_last_epoch_unless_it_has_many(texts: int, epochs: int, best_by: str) -> None:
    made = ValueTrainingSettings(prompt="none").for_rows(20_000, texts)
    assert (made.epochs, made.best_by) == (epochs, best_by)


def test_settings_fitted_to_rows_stay_as_they_are() -> None:
    once = ValueTrainingSettings().for_rows(583, 500)
    assert once.for_rows(583, 500) == once


def test_from_many_rows_all_values_are_learned_at_once_and_from_few_the_value_is_told() -> None:
    many, few = ValueTrainingSettings().for_rows(1500, 1300), ValueTrainingSettings().for_rows(1499, 1300)
    assert (many.style, many.epochs, many.layer_decay, many.best_by) == ("none", 5, 0.9, "mse")
    assert (few.style, few.epochs, few.layer_decay, few.best_by) == ("pair", 5, 1, "mse")
    assert ValueTrainingSettings(prompt="none").for_rows(500, 400).style == "none"
    assert ValueTrainingSettings(encoder="fasttext").for_rows(9000, 9000).style == "pair"
    with pytest.raises(ValueError, match="settle it by for_rows"):
        _ = ValueTrainingSettings().style


def test_what_nobody_says_depends_on_the_prompt() -> None:
    assert (ValueTrainingSettings().layer_decay, ValueTrainingSettings().head_factor) == (0.9, 10)
    told = ValueTrainingSettings(prompt="token")
    assert {name: getattr(told, name) for name in TOLD_A_VALUE} == TOLD_A_VALUE
    assert told.model_fields_set == {"prompt"}
    said = ValueTrainingSettings(prompt="pair", head_factor=3)
    assert (said.head_factor, said.layer_decay) == (3, 1)


@pytest.mark.parametrize("said", [{}, {"prompt": "none"}, {"prompt": "token", "epochs": 7}, {"epochs": 2}])
def test_settings_written_and_read_again_leave_unsaid_what_nobody_said(said: dict[str, Any]) -> None:
    given = ValueTrainingSettings(**said)
    read = ValueTrainingSettings.model_validate_json(given.model_dump_json())
    assert read.for_rows(583, 560) == given.for_rows(583, 560)
    assert read.for_rows(16_030, 14_049) == given.for_rows(16_030, 14_049)
    settled = given.for_rows(583, 560)
    assert set(settled.model_dump()) >= set(TOLD_A_VALUE)
    assert not any("default" in ValueTrainingSettings.model_json_schema()["properties"][name] for name in TOLD_A_VALUE)


def test_many_epochs_have_theirs_chosen_unless_the_last_is_asked_for() -> None:
    many = ValueTrainingSettings(prompt="none", epochs=20, min_steps=0)
    assert many.for_rows(16_030, 14_049).best_by == "mse"
    assert many.model_copy(update={"epochs": 3}).for_rows(16_030, 14_049).best_by == "last"
    last = ValueTrainingSettings(prompt="none", epochs=20, min_steps=0, best_by="last")
    assert last.for_rows(16_030, 14_049).best_by == "last"


def test_a_preset_brings_neither_teacher_nor_companion_of_another_and_leaves_the_rates_to_the_prompt() -> None:
    start = ValueTrainingSettings(prompt="none", teacher="mpnet", companion="mpnet", epochs=9, seed=5)
    assert (named_preset("one-pass", start).teacher, named_preset("one-pass", start).companion) == (None, None)
    assert (named_preset("taught", start).companion, named_preset("mixture", start).teacher) == (None, None)
    assert (named_preset("one-pass", start).epochs, named_preset("one-pass", start).seed) == (9, 5)
    told = changed(named_preset("mpnet"), prompt="pair")
    assert (told.epochs, told.head_factor, told.learning_rate) == (2, 1, 6e-5)


def test_a_change_of_prompt_takes_what_was_not_said_along() -> None:
    made = changed(changed(ValueTrainingSettings(), prompt="pair"), prompt="auto", seed=4)
    assert made == ValueTrainingSettings(seed=4)
    assert changed(ValueTrainingSettings(epochs=7), prompt="pair").epochs == 7
    assert changed(named_preset("mpnet"), encoder="minilm").learning_rate == 6e-5


def test_the_paper_s_forty_epochs_are_forty_and_no_patience_stays_none() -> None:
    made = paper_preset().for_rows(10, 10)
    assert (made.epochs, made.early_stopping_patience) == (40, 0)
