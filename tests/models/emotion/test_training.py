import numpy as np
import pandas as pd
import pytest

from valuenet.models.emotion.lexicon import VaderReader
from valuenet.models.emotion.metrics import evaluate_emotion
from valuenet.models.emotion.model import EmotionModel
from valuenet.models.emotion.record import NotAnEmotionModelError
from valuenet.models.emotion.settings import EmotionSettings
from valuenet.models.emotion.training import fit_head, train_emotion
from valuenet.models.encoding.text_vectors import TextVectors
from valuenet.models.reporting.scores import NothingToEvaluateError
from valuenet.models.training.run import ModelExistsError

TAILS = ("my mom", "my friend", "the boss", "a dog", "the table", "a cake", "my friend today")
MOODS = {"helped": (4.0, 3.2), "saw": (3.0, 2.8), "hurt": (2.0, 3.8)}


def toy_ratings() -> pd.DataFrame:
    """Helping is pleasant, hurting is not and arouses more: 42 texts to learn from, 21 to choose by."""
    rows = [
        (f"{subject}{at}{verb}", part, f"{subject} {verb} {tail}", *mood)
        for subject, part in (("i", "train"), ("we", "train"), ("he", "dev"))
        for at, tail in enumerate(TAILS)
        for verb, mood in MOODS.items()
    ]
    return pd.DataFrame(rows, columns=["id", "split", "text", "valence", "arousal"])


@pytest.fixture(scope="module")
def settings(tiny_encoder) -> EmotionSettings:
    return EmotionSettings(encoder=str(tiny_encoder), penalties=(0.01, 0.1, 100.0), max_length=32)


@pytest.fixture(scope="module")
def trained(tmp_path_factory, settings):
    return train_emotion(toy_ratings(), settings, out=tmp_path_factory.mktemp("emotion") / "reader")


def test_a_reader_learns_what_ratings_follow_from(trained):
    scores = trained.record.metrics.per_dimension
    assert scores["valence"].pearson > 0.8
    assert scores["arousal"].pearson > 0.8
    assert trained.record.baselines["mean"].per_dimension["valence"].pearson is None
    assert trained.record.baselines["mean"].per_dimension["valence"].absolute_error == pytest.approx(2 / 3)
    assert trained.record.baselines["VADER"].rows == 21
    assert trained.record.data == {"train": 42, "dev": 21}


def test_it_loads_in_one_line_and_reads_distress(trained):
    reader = EmotionModel.load(trained.path)
    found = reader.read(["he hurt my mom", "he helped my mom", " "])
    assert found.shape == (3, 2)
    assert found[0, 0] < 2.7 < 3.3 < found[1, 0]
    assert found[0, 1] > 2 > found[1, 1]
    assert found[2].tolist() == [3.0, 1.0]
    assert reader.read([]).shape == (0, 2)
    assert reader.fingerprint == f"emotion-{trained.record.recipe}"


@pytest.mark.parametrize("kind", ["lexicon", "trained"])
def test_every_reader_keeps_the_contract(kind, trained):
    def make():
        return VaderReader() if kind == "lexicon" else EmotionModel.load(trained.path)

    reader = make()
    found = reader.read(["he hurt my mom", "", "he helped my friend today", "he hurt my mom"])
    assert (found.shape, found.dtype) == ((4, 2), np.float64)
    assert ((found >= 1) & (found <= 5)).all()
    assert found[1].tolist() == [3.0, 1.0]
    assert found[0, 0] < found[2, 0]
    assert (found[0] == found[3]).all()
    assert reader.fingerprint == make().fingerprint


def test_readings_do_not_depend_on_the_batch(trained):
    reader = EmotionModel.load(trained.path, batch_size=5)
    texts = toy_ratings()["text"].tolist()
    together = reader.read(texts)
    assert abs(together - np.concatenate([reader.read([text]) for text in texts])).max() < 1e-5
    assert (reader.read(texts[:2] * 2) == np.tile(reader.read(texts[:2]), (2, 1))).all()


def test_the_same_rows_in_another_order_give_the_same_reader(trained, settings, tmp_path):
    shuffled = toy_ratings().sample(frac=1, random_state=3)
    again = train_emotion(shuffled, settings, out=tmp_path / "again")
    assert again.record == trained.record
    for name in ("emotion.json", "head.safetensors", "README.md"):
        assert (again.path / name).read_bytes() == (trained.path / name).read_bytes()


def test_a_reader_that_is_there_is_not_trained_again_and_other_folders_are_kept(trained, settings, tmp_path):
    before = (trained.path / "head.safetensors").stat().st_mtime_ns
    assert train_emotion(toy_ratings(), settings, out=trained.path).record == trained.record
    assert (trained.path / "head.safetensors").stat().st_mtime_ns == before
    with pytest.raises(ModelExistsError, match="give another --out"):
        train_emotion(toy_ratings().head(60), settings, out=trained.path)


def test_the_card_tells_every_figure(trained):
    card = (trained.path / "README.md").read_text()
    assert f"| **this reader** | {trained.record.metrics.per_dimension['valence'].pearson:.3f} |" in card
    assert "| mean | undefined |" in card
    assert "42 texts of the part `train`" in card
    assert "CC BY-SA 4.0" in card
    assert "The part `test` was not read" in card


def test_each_dimension_has_the_penalty_that_did_best():
    generator = np.random.default_rng(1)
    vectors = generator.normal(size=(60, 10)).astype(np.float32)
    easy, noisy = vectors[:, 0] + 3, 3 + 0.1 * vectors[:, 1] + generator.normal(size=60)
    ratings = np.column_stack([easy, noisy]).astype(np.float64)
    head = fit_head(vectors[:40], ratings[:40], vectors[40:], ratings[40:], (1e-3, 1e3))
    assert head.penalties["valence"] == 1e-3
    assert head.weights.shape == (2, 10)
    assert vectors[40:] @ head.weights[0] + head.bias[0] == pytest.approx(easy[40:], abs=0.05)


def test_metrics_are_pearson_and_absolute_error_by_hand():
    found = evaluate_emotion([[1, 3], [2, 3], [3, 3]], [[2, 3], [3, 4], [4, 2]])
    assert found.per_dimension["valence"].pearson == pytest.approx(1)
    assert found.per_dimension["valence"].absolute_error == 1
    assert found.per_dimension["arousal"].pearson is None
    with pytest.raises(NothingToEvaluateError, match="cannot be compared"):
        evaluate_emotion([[1, 2]], [[1, 2], [3, 4]])


def test_folders_that_hold_no_reader_are_refused(trained, tmp_path):
    with pytest.raises(NotAnEmotionModelError, match=r"holds no emotion.json; give a folder that `valuenet train emo"):
        EmotionModel.load(tmp_path)
    text = (trained.path / "emotion.json").read_text()
    (tmp_path / "emotion.json").write_text(text)
    with pytest.raises(NotAnEmotionModelError, match=r"does not load .*train it again"):
        EmotionModel.load(tmp_path)
    (tmp_path / "emotion.json").write_text(text.replace(trained.record.encoder_content, "f" * 64))
    with pytest.raises(NotAnEmotionModelError, match=r"is not the one .* was trained on"):
        EmotionModel.load(tmp_path)


def test_vectors_hold_a_mean_of_length_one_for_every_layer(tiny_encoder):
    vectors = TextVectors.load(str(tiny_encoder)).vectors(["i helped my mom", "we saw", "i helped my mom"])
    assert vectors.shape == (3, 3 * 16)
    assert (vectors[0] == vectors[2]).all()
    assert np.linalg.norm(vectors.reshape(3, 3, 16), axis=2) == pytest.approx(np.ones((3, 3)), abs=1e-5)


def test_an_encoder_that_is_not_there_is_named(tmp_path):
    from valuenet.models.encoding.packaged import EncoderNotFoundError

    with pytest.raises(EncoderNotFoundError, match="cannot load encoder"):
        TextVectors.load(str(tmp_path / "none"))
