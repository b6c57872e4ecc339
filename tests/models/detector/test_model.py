import numpy as np
import pytest

from tests.models.arguments import MEANINGS, toy_arguments
from valuenet.models.detector.model import TopError, ValueDetector
from valuenet.models.detector.record import NotADetectorError, read_detector_record
from valuenet.models.encoding.texts import BlankTextError
from valuenet.warehouse.vocabulary import CATEGORIES

TEXTS = ["i helped my mom", "we hurt the dog", "he saw a cake today"]


@pytest.fixture(scope="module")
def detector(toy_detector):
    return ValueDetector.load(toy_detector.path)


def test_texts_get_twenty_probabilities_each(detector):
    found = detector.predict(TEXTS)
    assert (found.shape, found.dtype) == ((3, 20), np.float32)
    assert ((found >= 0) & (found <= 1)).all()
    assert detector.predict([]).shape == (0, 20)


def test_plain_texts_are_understood_though_arguments_were_learned(detector):
    for found, verb in zip(detector.detect(TEXTS, top=9), ("helped", "hurt", "saw"), strict=True):
        assert {f.category for f in found} == set(MEANINGS[verb])
        assert min(f.probability for f in found) >= detector.threshold


def test_categories_come_likeliest_first(detector):
    chances = detector.predict(TEXTS)
    for found, row in zip(detector.detect(TEXTS, top=20), chances, strict=True):
        assert [f.probability for f in found] == sorted(row.tolist(), reverse=True)
        assert all(row[CATEGORIES.index(f.category)] == pytest.approx(f.probability) for f in found)


@pytest.mark.parametrize("top", [0, 21])
def test_more_categories_than_there_are_cannot_be_asked_for(detector, top):
    with pytest.raises(TopError, match="give 1 to 20"):
        detector.detect(TEXTS, top=top)


def test_probabilities_do_not_depend_on_the_batch(detector):
    rows = toy_arguments(("a", "he")).rows
    together = detector.predict_arguments(rows)
    apart = np.concatenate([detector.predict_arguments(rows.iloc[[i]]) for i in range(len(rows))])
    assert abs(together - apart).max() < 1e-2 if detector.bf16 else abs(together - apart).max() < 1e-5


def test_stance_and_conclusion_make_a_difference_when_given(detector):
    rows = toy_arguments(("a",)).rows
    assert abs(detector.predict_arguments(rows) - detector.predict_arguments(rows, alone=True)).max() > 1e-4
    assert detector.evaluate(rows, alone=True).rows == 21


def test_a_blank_text_is_refused_by_its_number(detector):
    with pytest.raises(BlankTextError, match="text 2 of 2 is blank"):
        detector.predict(["fine", "  "])


def test_plain_transformers_answers_with_the_same_probabilities(toy_detector):
    from transformers import pipeline

    judge = pipeline("text-classification", model=str(toy_detector.path), device="cpu")
    second = "in favor of the cake"
    answer = {a["label"]: a["score"] for a in judge({"text": TEXTS[0], "text_pair": second}, top_k=None)}
    own = ValueDetector.load(toy_detector.path, bf16=False).predict([TEXTS[0]], [second])[0]
    assert [answer[c] for c in CATEGORIES] == pytest.approx(own.tolist(), abs=1e-5)


def test_other_folders_are_refused(tmp_path, toy_detector):
    with pytest.raises(
        NotADetectorError, match=r"holds no detector.json; give a folder that `valuenet train detector`"
    ):
        ValueDetector.load(tmp_path)
    (tmp_path / "detector.json").write_text('{"format": 1}')
    with pytest.raises(NotADetectorError, match=r"does not read \(recipe"):
        read_detector_record(tmp_path)
    (tmp_path / "detector.json").write_text((toy_detector.path / "detector.json").read_text())
    with pytest.raises(NotADetectorError, match=r"does not load .*train it again"):
        ValueDetector.load(tmp_path)
