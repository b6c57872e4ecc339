import pytest
import torch

from valuenet.models.training.weight_average import WeightAverage
from valuenet.models.values.encoder import load_encoder
from valuenet.models.values.settings import paper_preset


def _set(model, number):
    with torch.no_grad():
        model.weight.fill_(number)


def test_the_mean_takes_every_fourth_step_and_forgets_the_start_soon():
    model = torch.nn.Linear(1, 1, bias=False)
    average = WeightAverage(model, decay=0.9)
    for step, number in [(1, 7.0), (4, 1.0), (5, 9.0), (8, 2.0), (12, 4.0)]:
        _set(model, number)
        average.follow(step)
    # 1, then a share of 10/12 of 2 and 10/13 of 4
    after_two = 1 + (2 - 1) * 10 / 12
    assert average.mean[0].item() == pytest.approx(after_two + (4 - after_two) * 10 / 13)


def test_the_decay_is_never_above_its_setting():
    model = torch.nn.Linear(1, 1, bias=False)
    average = WeightAverage(model, decay=0.5)
    for step in (400, 404):
        _set(model, float(step))
        average.follow(step)
    assert average.mean[0].item() == pytest.approx(402)


def test_the_model_has_the_mean_for_a_while_and_then_its_own_weights_again():
    model = torch.nn.Linear(1, 1, bias=False)
    average = WeightAverage(model, decay=0.9)
    _set(model, 1.0)
    average.follow(4)
    _set(model, 3.0)
    with average.in_place():
        assert model.weight.item() == 1.0
    assert model.weight.item() == 3.0


def test_a_decay_of_zero_keeps_no_mean_as_in_the_papers_preset():
    model = torch.nn.Linear(1, 1, bias=False)
    average = WeightAverage(model, paper_preset().weight_average)
    average.follow(4)
    assert average.mean is None
    with average.in_place():
        assert model.weight.shape == (1, 1)


def test_a_saved_mean_is_taken_up_again(tmp_path, tiny_encoder):
    one, two = (load_encoder(tiny_encoder).model for _ in range(2))
    average, again = WeightAverage(one, 0.9), WeightAverage(two, 0.9)
    average.follow(4)
    average.save(tmp_path)
    again.load(tmp_path)
    assert all(torch.equal(left, right) for left, right in zip(average.mean, again.mean, strict=True))
