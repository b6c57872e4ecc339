import numpy as np
import pytest

from valuenet.curation.datasets.value_eval import read_arguments
from valuenet.models.detector.metrics import evaluate_detections
from valuenet.models.detector.model import ValueDetector
from valuenet.models.detector.scorers import DetectedCategories
from valuenet.models.detector.words import CategoryWords
from valuenet.warehouse.vocabulary import CATEGORIES


@pytest.fixture(scope="module")
def words() -> CategoryWords:
    return CategoryWords()


def found(words: CategoryWords, text: str) -> dict[str, float]:
    chances = words.probabilities([text])[0]
    return {category: float(chance) for category, chance in zip(CATEGORIES, chances, strict=True) if chance > 0}


def test_probabilities_follow_the_formula(words):
    # salary and rent are words of one category: 1 - exp(-2 / 2).
    assert found(words, "The salary paid no rent.") == {"Power: resources": pytest.approx(1 - np.exp(-1.5))}
    assert found(words, "salary, SALARY and salary") == {"Power: resources": pytest.approx(1 - np.exp(-0.5))}


def test_a_long_text_needs_more_words_to_say_as_much(words):
    short, long = (found(words, "salary" + " the" * more)["Power: resources"] for more in (24, 99))
    assert short == pytest.approx(1 - np.exp(-0.5))
    assert long == pytest.approx(1 - np.exp(-0.25))  # 100 words: half as much


def test_beginnings_and_phrases_count_whole_words_only(words):
    assert "Universalism: nature" in found(words, "Recycling matters")
    assert found(words, "birecycle salaryman") == {}
    assert "Self-direction: action" in found(words, "I like it my own way")
    assert "Universalism: tolerance" in found(words, "the other person's point of view")
    assert "Self-direction: thought" in found(words, "they think FOR\nthemselves")


def test_apostrophes_of_editors_are_read_as_plain_ones(words):
    assert found(words, "my mom\u2019s salary") == found(words, "my mom's salary")


def test_texts_without_such_words_have_no_category(words):
    assert not words.probabilities(["", "the of and", "\u5bb6\u65cf"]).any()
    assert words.probabilities([]).shape == (0, 20)


def test_every_category_has_words_that_find_it(words):
    said = {"Face": "I was humiliated", "Humility": "humble and grateful", "Tradition": "my grandmother's religion"}
    for category, text in said.items():
        assert max(found(words, text), key=found(words, text).get) == category
    assert {at for places in words._words.values() for at in places} == set(range(20))
    assert words.fingerprint == CategoryWords().fingerprint


def test_words_find_more_than_all_ones_on_real_arguments(words, shared):
    rows = read_arguments(shared / "data" / "valueeval23", "validation").rows
    truth = rows[list(CATEGORIES)].to_numpy()
    score = evaluate_detections(words.probabilities(rows["premise"].tolist()), truth, words.threshold).macro_f1
    assert score == pytest.approx(0.316, abs=0.005)
    assert score > evaluate_detections(np.ones_like(truth), truth, 0.5).macro_f1 + 0.03


def test_a_detector_is_a_scorer_too(toy_detector):
    scorer = DetectedCategories(ValueDetector.load(toy_detector.path, bf16=False))
    chances = scorer.probabilities(["i helped my mom", " "])
    assert chances.shape == (2, 20)
    assert (chances[0] >= scorer.threshold).sum() == 9
    assert not chances[1].any()
    assert scorer.fingerprint == f"detector-{toy_detector.record.recipe}"
    assert scorer.probabilities([]).shape == (0, 20)


@pytest.mark.parametrize("kind", ["words", "detector"])
def test_every_scorer_keeps_the_contract(kind, words, toy_detector):
    def make():
        return words if kind == "words" else DetectedCategories(ValueDetector.load(toy_detector.path, bf16=False))

    scorer = make()
    texts = ["i helped my mom", "we hurt the dog for money", "", "i helped my mom"]
    chances = scorer.probabilities(texts)
    assert (chances.shape, chances.dtype) == ((4, 20), np.float64)
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (chances[0] == chances[3]).all()
    assert not chances[2].any()
    assert 0 < scorer.threshold < 1
    assert scorer.fingerprint == make().fingerprint
