import io

import numpy as np
import pytest

from valuenet.models.values.abstention import ConfidenceError, NoProbabilitiesError, abstain, utilities_of
from valuenet.models.values.files import write_utilities
from valuenet.models.values.loading import load_value_model
from valuenet.warehouse.vocabulary import VALUES

SHARES = np.full((1, 10, 3), 1 / 3, dtype=np.float32)
SHARES[0, 0], SHARES[0, 1] = (0.1, 0.2, 0.7), (0.6, 0.4, 0.0)


def test_a_utility_below_the_confidence_is_left_empty():
    found = abstain(utilities_of(SHARES), SHARES, 0.65)
    assert found[0, 0] == pytest.approx(0.6)
    assert np.isnan(found[0, 1:]).all()
    assert abstain(utilities_of(SHARES), SHARES, 0.5)[0, 1] == pytest.approx(-0.6)
    assert not np.isnan(abstain(utilities_of(SHARES), SHARES, 0)).any()


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_a_confidence_that_is_no_share_is_refused(wrong):
    with pytest.raises(ConfidenceError, match="give one from 0 to 1"):
        abstain(utilities_of(SHARES), SHARES, wrong)


def test_empty_utilities_and_probabilities_in_a_csv():
    shown = io.StringIO()
    write_utilities(["a"], abstain(utilities_of(SHARES), SHARES, 0.65), None, shown, probabilities=SHARES)
    head, row = (line.split(",") for line in shown.getvalue().splitlines())
    assert head[:2] == ["text", VALUES[0]]
    assert head[11:14] == [f"{VALUES[0]} no", f"{VALUES[0]} unrelated", f"{VALUES[0]} yes"]
    assert row[1:3] == ["0.6000", ""]
    assert row[11:14] == ["0.1000", "0.2000", "0.7000"]


def test_a_model_gives_three_probabilities_for_every_value(toy_model):
    model = load_value_model(toy_model.path, bf16=False)
    texts = ["i helped my mom", "we hurt a dog"]
    shares = model.predict_probabilities(texts)
    assert shares.shape == (2, 10, 3)
    assert shares.sum(axis=2) == pytest.approx(1, abs=1e-5)
    assert utilities_of(shares) == pytest.approx(model.predict(texts), abs=1e-5)
    assert model.predict_probabilities([]).shape == (0, 10, 3)


def test_a_model_with_one_utility_says_that_it_has_no_probabilities(toy_model):
    model = load_value_model(toy_model.path, bf16=False)
    regression = model.record.settings.model_copy(update={"head": "regression"})
    model.record = model.record.model_copy(update={"settings": regression})
    with pytest.raises(NoProbabilitiesError, match="--head classes"):
        model.predict_probabilities(["i helped my mom"])
