import numpy as np
import pytest

from tests.models.arguments import toy_arguments
from valuenet.models.detector.baselines import compare_detectors, tfidf_one_vs_rest
from valuenet.models.detector.metrics import choose_threshold, evaluate_detections, macro_f1
from valuenet.models.detector.trainer import CategoryLoss, ShownArguments, measure_epoch, rarity_weights, sigmoid
from valuenet.models.reporting.scores import NothingToEvaluateError
from valuenet.models.training.length_buckets import LengthBuckets
from valuenet.warehouse.vocabulary import CATEGORIES


def _table(*columns):
    """The first categories as given, the others without a label."""
    rows = np.zeros((len(columns[0]), 20))
    for at, column in enumerate(columns):
        rows[:, at] = column
    return rows


def test_metrics_of_four_arguments_worked_by_hand():
    truth = _table([1, 1, 0, 0], [1, 0, 0, 0])
    chances = _table([0.9, 0.2, 0.6, 0.1], [0.5, 0.4, 0.1, 0.1])
    found = evaluate_detections(chances, truth, 0.5)
    first, second = (found.per_category[c] for c in CATEGORIES[:2])
    assert (first.precision, first.recall, first.f1, first.support) == (0.5, 0.5, 0.5, 2)
    assert (second.precision, second.recall, second.f1, second.support) == (1, 1, 1, 1)
    assert found.macro_f1 == pytest.approx(1.5 / 20)
    assert (found.micro_precision, found.micro_recall) == pytest.approx((2 / 3, 2 / 3))
    assert (found.labels_per_row, found.found_per_row) == (0.75, 0.75)
    assert macro_f1(chances, truth, 0.5) == found.macro_f1


def test_a_probability_on_the_threshold_counts_as_found_in_float32_too():
    truth = _table([1])
    assert evaluate_detections(_table([0.26]).astype(np.float32), truth, 0.26).per_category[CATEGORIES[0]].f1 == 1


def test_the_threshold_is_the_middle_of_the_best_ones():
    truth = _table([1, 1, 0])
    assert choose_threshold(_table([0.9, 0.505, 0.305]), truth) == 0.41  # 0.31 to 0.50, twenty of them
    assert choose_threshold(_table([0.9, 0.505, 0.495]), truth) == 0.5


def test_metrics_of_nothing_or_of_other_shapes_are_refused():
    with pytest.raises(NothingToEvaluateError, match="at least one row"):
        evaluate_detections(np.zeros((0, 20)), np.zeros((0, 20)), 0.5)
    with pytest.raises(NothingToEvaluateError, match=r"\(2, 10\)"):
        choose_threshold(np.zeros((2, 10)), np.zeros((2, 10)))
    with pytest.raises(NothingToEvaluateError):
        macro_f1(np.zeros((2, 20)), np.zeros((3, 20)), 0.5)


def test_the_baselines_find_what_a_word_tells():
    rows, others = toy_arguments().rows, toy_arguments(("a",)).rows
    found = compare_detectors(rows, others, others)
    ones, words = found["all ones"], found["TF-IDF + logistic regression"]
    assert ones.per_category["Face"].f1 == pytest.approx(0.8)  # two thirds of the arguments: 2 * 2 / (3 + 2)
    assert ones.macro_recall == pytest.approx(18 / 20)
    assert words.per_category["Face"].f1 == 1
    assert words.macro_f1 > ones.macro_f1


def test_a_category_that_no_argument_has_is_never_found_by_words():
    rows = toy_arguments().rows
    chances = tfidf_one_vs_rest(rows.assign(Hedonism=1), rows)
    assert (chances[:, CATEGORIES.index("Universalism: objectivity")] == 0).all()
    assert (chances[:, CATEGORIES.index("Hedonism")] == 1).all()


def test_rare_categories_weigh_more():
    labels = _table([1, 0, 0, 0, 0], [1, 1, 1, 1, 0], [1, 1, 1, 1, 1])
    assert rarity_weights(labels, 1)[:4].tolist() == [4, 0.25, 1, 1]
    assert rarity_weights(labels, 0.5)[:2].tolist() == [2, 0.5]
    assert (rarity_weights(labels, 0) == 1).all()


def test_the_loss_is_the_mean_of_weighed_cross_entropies():
    import torch

    logits, labels = torch.zeros(1, 20), torch.zeros(1, 20)
    labels[0, 0] = 1
    loss = CategoryLoss([3.0] + [1.0] * 19)({"logits": logits}, labels)
    assert float(loss) == pytest.approx(np.log(2) * 22 / 20)


def test_an_epoch_is_measured_at_its_own_best_threshold():
    assert sigmoid([[0.0]]) == pytest.approx(0.5)
    truth = _table([1, 0], [0, 1])
    assert measure_epoch(_table([-1, -2], [-2, -1]), truth) == {"macro_f1": pytest.approx(2 / 20)}


def test_every_epoch_shows_another_share_of_the_arguments_alone():
    buckets = LengthBuckets([1] * 400, 4, seed=3)
    shown = ShownArguments([({"whole": i}, {"alone": i}) for i in range(400)], buckets, 0.25)
    assert len(shown) == 400
    epochs = []
    for epoch in (0, 1, 0):
        buckets.set_epoch(epoch)
        epochs.append([("alone" in shown[i]) for i in range(400)])
    assert epochs[0] == epochs[2] != epochs[1]
    assert sum(epochs[0]) == pytest.approx(100, abs=30)
