"""Few rows are passed over more often; many are not."""

import pytest

from models.value_settings import ValueTrainingSettings, paper_preset


@pytest.mark.parametrize(("rows", "epochs", "patience"), [(16_030, 3, 2), (2_112, 4, 2), (583, 11, 5), (32, 200, 100)])
def test_a_small_set_gets_epochs_until_it_makes_two_hundred_steps(rows: int, epochs: int, patience: int) -> None:
    made = ValueTrainingSettings().for_rows(rows)
    assert (made.epochs, made.early_stopping_patience) == (epochs, patience)


def test_settings_fitted_to_rows_stay_as_they_are() -> None:
    once = ValueTrainingSettings().for_rows(583)
    assert once.for_rows(583) == once


def test_the_paper_s_forty_epochs_are_forty_and_no_patience_stays_none() -> None:
    made = paper_preset().for_rows(10)
    assert (made.epochs, made.early_stopping_patience) == (40, 0)
