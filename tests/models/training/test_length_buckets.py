import numpy as np

from valuenet.models.training.length_buckets import LengthBuckets

LENGTHS = [5 + (7 * n) % 40 for n in range(203)]


def test_every_row_comes_once_an_epoch():
    assert sorted(LengthBuckets(LENGTHS, 8, 1)) == list(range(203))
    assert len(LengthBuckets(LENGTHS, 8, 1)) == 203
    assert list(LengthBuckets([], 8, 1)) == []


def test_a_batch_holds_rows_of_like_length():
    rows = list(LengthBuckets(LENGTHS, 8, 1))
    spread = [np.ptp([LENGTHS[row] for row in rows[at : at + 8]]) for at in range(0, 200, 8)]
    assert max(spread) <= 3


def test_batches_are_not_in_the_order_of_their_length():
    rows = list(LengthBuckets(LENGTHS, 8, 1))
    means = [np.mean([LENGTHS[row] for row in rows[at : at + 8]]) for at in range(0, 200, 8)]
    assert abs(np.corrcoef(means, range(25))[0, 1]) < 0.6


def test_the_order_depends_on_seed_and_epoch_alone():
    one, two = LengthBuckets(LENGTHS, 8, 1), LengthBuckets(LENGTHS, 8, 1)
    first = list(one)
    assert first == list(one) == list(two)
    two.set_epoch(1)
    assert list(two) != first
    assert list(LengthBuckets(LENGTHS, 8, 2)) != first
