import math

import numpy as np
import pytest
import torch

from valuenet.models.values.heads import Scores, UtilityLoss, balanced_weights, read_logits, training_targets


def test_utility_of_three_classes_is_yes_less_no():
    scores = read_logits(np.log([[0.2, 0.3, 0.5]]), "classes")
    assert scores.utilities == pytest.approx([0.3])
    assert scores.probabilities[0] == pytest.approx([0.2, 0.3, 0.5])
    assert scores.classes().tolist() == [1]


def test_utility_of_regression_is_twice_the_sigmoid_less_one():
    scores = read_logits(np.array([[0.0], [2.0]]), "regression")
    assert scores.utilities == pytest.approx([0.0, 2 / (1 + math.exp(-2)) - 1])
    assert scores.probabilities is None
    assert scores.classes().tolist() == [0, 1]


def test_huge_logits_stay_within_minus_one_and_one():
    assert read_logits(np.array([[1e4, 0, -1e4]]), "classes").utilities.tolist() == [-1.0]
    assert read_logits(np.array([[1e4]]), "regression").utilities.tolist() == [1.0]


def test_no_input_gives_no_score():
    assert read_logits(np.empty((0, 3)), "classes").utilities.shape == (0,)


def test_the_likeliest_class_decides_and_not_the_rounded_utility():
    assert Scores(np.float32([0.4]), np.float32([[0.2, 0.2, 0.6]])).classes().tolist() == [1]


def test_targets_are_class_ids_or_utilities():
    assert training_targets([-1, 0, 1], "classes") == [0, 1, 2]
    assert training_targets([-1, 0, 1], "regression") == [-1.0, 0.0, 1.0]


def test_weights_of_balanced_classes_average_to_one_over_the_rows():
    weights = balanced_weights([-1, -1, -1, 0])
    assert weights == [pytest.approx(4 / 6), 2.0, 1.0]
    assert (3 * weights[0] + weights[1]) / 4 == pytest.approx(1.0)


def test_loss_of_regression_is_the_squared_error_of_the_utility():
    loss = UtilityLoss("regression")({"logits": torch.zeros(2, 1)}, torch.tensor([1.0, -0.5]))
    assert loss.item() == pytest.approx((1 + 0.25) / 2)


def test_loss_of_classes_is_cross_entropy_with_smoothing_and_weights():
    logits, labels = torch.log(torch.tensor([[0.2, 0.3, 0.5]])), torch.tensor([2])
    assert UtilityLoss("classes")({"logits": logits}, labels).item() == pytest.approx(-math.log(0.5))
    smooth = 0.7 * -math.log(0.5) + 0.1 * -(math.log(0.2) + math.log(0.3) + math.log(0.5))
    assert UtilityLoss("classes", label_smoothing=0.3)({"logits": logits}, labels).item() == pytest.approx(smooth)
    two = {"logits": torch.log(torch.tensor([[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]]))}
    weighted = UtilityLoss("classes", weights=[3.0, 1.0, 1.0])(two, torch.tensor([0, 2])).item()
    assert weighted == pytest.approx((3 * -math.log(0.2) - math.log(0.5)) / 4)
