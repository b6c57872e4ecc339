from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from valuenet.flows.services.crowd import ExtraMissingError
from valuenet.flows.services.reddit import open_category_scorer, open_emotion_reader
from valuenet.flows.settings.valuenet import load_settings
from valuenet.models.detector.model import ValueDetector
from valuenet.models.detector.scorers import DetectedCategories
from valuenet.models.detector.words import CategoryWords
from valuenet.models.emotion.lexicon import VaderReader
from valuenet.models.scoring.texts import TextScoringSettings, distinct_texts, score_texts
from valuenet.warehouse.hashing import text_id
from valuenet.warehouse.reddit_tables import TextScores
from valuenet.warehouse.vocabulary import CATEGORIES

TEXTS = [f"i {verb} my {who} {n}" for verb in ("love", "hate", "saw") for who in ("mom", "boss") for n in range(20)]
SETTINGS = TextScoringSettings(shards=8)


class SaidCategories:
    """Probabilities as they are told."""

    fingerprint, threshold = "said", 0.5

    def __init__(self, *rows: Sequence[float]) -> None:
        self.rows = np.array([[*row, *[0.0] * (20 - len(row))] for row in rows])

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        return self.rows[: len(texts)]


def score(texts: pd.DataFrame, settings=SETTINGS, **services):
    return score_texts(texts, settings, **{"emotion": VaderReader(), "categories": CategoryWords(), **services})


def test_each_text_stands_once_with_its_white_space_folded():
    found = distinct_texts(["a  b", "a b", "a\nb ", None, " ", "c"], SETTINGS)
    assert sorted(found["text"]) == ["a b", "c"]
    assert found["text_id"].tolist() == sorted([text_id("a b"), text_id("c")])
    assert found.equals(distinct_texts(["c", "a b"], SETTINGS))


def test_the_shard_of_a_text_follows_from_its_words_alone():
    every = distinct_texts(TEXTS, SETTINGS).set_index("text")["shard"]
    some = distinct_texts(TEXTS[:5], SETTINGS).set_index("text")["shard"]
    assert (every[some.index] == some).all()
    assert every.between(0, 7).all()
    assert every.nunique() == 8
    assert distinct_texts(["a b"], SETTINGS)["shard"][0] == int(text_id("a b")[2:], 16) % 8


def test_scores_name_the_three_likeliest_categories():
    texts = distinct_texts(["only this one"], SETTINGS)
    found = score(texts, categories=SaidCategories([0.2, 0.9, 0.2, 0.123456])).iloc[0]
    assert [found[f"category_{n}"] for n in (1, 2, 3)] == [CATEGORIES[1], CATEGORIES[0], CATEGORIES[2]]
    assert [found[f"probability_{n}"] for n in (1, 2, 3)] == [0.9, 0.2, 0.2]


def test_digits_beyond_those_kept_make_no_difference():
    texts = distinct_texts(["one", "two"], SETTINGS)
    one, other = (SaidCategories([0.3 + tiny, 0.3], [0.1]) for tiny in (1e-7, -1e-7))
    assert score(texts, categories=one).equals(score(texts, categories=other))


def test_shards_scored_apart_are_the_whole_whatever_the_order():
    texts = distinct_texts(TEXTS, SETTINGS)
    parts = [score(part.sample(frac=1, random_state=2)) for _, part in texts.groupby("shard")]
    apart = TextScores.frame(pd.concat(parts).sort_values("text_id"))
    assert apart.equals(score(texts))


def test_scores_of_a_trained_model_do_not_depend_on_what_stands_beside_a_text(toy_detector):
    detector = DetectedCategories(ValueDetector.load(toy_detector.path, bf16=False, batch_size=7))
    texts = distinct_texts(TEXTS, SETTINGS)
    together = score(texts, categories=detector)
    apart = pd.concat([score(texts.iloc[[at]], categories=detector) for at in range(0, len(texts), 9)])
    assert together.iloc[::9].reset_index(drop=True).equals(apart.reset_index(drop=True))


def test_an_empty_shard_gives_an_empty_table():
    assert score(distinct_texts([], SETTINGS)).empty


def test_settings_choose_who_reads(toy_detector, monkeypatch):
    settings = load_settings()
    assert isinstance(open_emotion_reader(settings), VaderReader)
    assert isinstance(open_category_scorer(settings), CategoryWords)
    trained = settings.reddit.scoring.model_copy(update={"detector": str(toy_detector.path), "emotion": "nowhere"})
    settings = settings.with_overrides({"reddit.scoring": trained})
    assert isinstance(open_category_scorer(settings), DetectedCategories)
    with pytest.raises(ValueError, match=r"'nowhere' holds no emotion\.json"):
        open_emotion_reader(settings)
    monkeypatch.setattr("valuenet.flows.services.reddit.models_installed", lambda: False)
    with pytest.raises(ExtraMissingError, match=r"reddit\.scoring\.emotion='nowhere' needs torch"):
        open_emotion_reader(settings)
