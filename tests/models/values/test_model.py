import json

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from tests.models.conftest import toy_rows
from valuenet.models.encoding.texts import BlankTextError
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.record import NotAValueModelError
from valuenet.models.values.training import train_value
from valuenet.warehouse.vocabulary import VALUES

TEXTS = ["we helped my mom", "he hurt a dog", "i saw the table today"]


@pytest.fixture(scope="module")
def model(toy_model):
    return load_value_model(toy_model.path, bf16=False)


@pytest.fixture(scope="module")
def regression(tmp_path_factory, toy_settings):
    settings = toy_settings.model_copy(update={"head": "regression", "prompt": "token", "epochs": 6})
    out = tmp_path_factory.mktemp("models") / "regression"
    return train_value(toy_rows(), toy_rows(("a",)), settings, out=out, with_baselines=False).path


def test_each_text_gets_ten_utilities_in_the_order_of_the_circle(model):
    found = model.predict(TEXTS)
    assert found.shape == (3, 10)
    assert found.dtype == np.float32
    assert np.abs(found).max() <= 1
    for column, value in enumerate(VALUES):
        assert found[:, column] == pytest.approx(model.predict_pairs([value] * 3, TEXTS), abs=1e-5)


def test_the_order_of_the_texts_is_kept_whatever_their_length_and_batch(toy_model):
    texts = [" ".join(["we helped my mom"] * (1 + 7 * n % 5)) for n in range(12)]
    small = load_value_model(toy_model.path, bf16=False, batch_size=3).predict(texts)
    one_by_one = np.concatenate([load_value_model(toy_model.path, bf16=False).predict([text]) for text in texts[:4]])
    assert small[:4] == pytest.approx(one_by_one, abs=1e-5)


def test_many_texts_go_through_in_parts_with_the_same_result(model, monkeypatch):
    whole = model.predict(TEXTS)
    monkeypatch.setattr("valuenet.models.values.pair_scorer._PAIRS_AT_ONCE", 7)
    assert model.predict(TEXTS) == pytest.approx(whole, abs=1e-5)


def test_helping_promotes_and_hurting_hinders(model):
    helped, hurt, saw = model.predict_pairs(["BENEVOLENCE"] * 3, TEXTS)
    assert helped > 0.5
    assert hurt < -0.5
    assert abs(saw) < 0.5


def test_bfloat16_changes_a_utility_by_hundredths_at_most(model, toy_model):
    assert load_value_model(toy_model.path, bf16=True).predict(TEXTS) == pytest.approx(model.predict(TEXTS), abs=0.05)


def test_no_text_gives_no_row(model):
    assert model.predict([]).shape == (0, 10)
    assert model.predict_pairs([], []).shape == (0,)


def test_a_blank_text_is_named_by_its_place(model):
    with pytest.raises(BlankTextError, match="text 2 of 3 is blank"):
        model.predict_pairs(["POWER"] * 3, ["a", " \n", "b"])


def test_a_value_may_be_written_in_any_of_its_forms_and_an_unknown_one_is_refused(model):
    assert model.predict_pairs(["self direction"], TEXTS[:1]) == model.predict_pairs(["SD"], TEXTS[:1])
    with pytest.raises(ValueError, match="unknown value 'fame'"):
        model.predict_pairs(["fame"], TEXTS[:1])


def test_probabilities_of_three_classes_sum_to_one_and_give_the_utility(model):
    scores = model.score_pairs(["POWER"] * 3, TEXTS)
    assert scores.probabilities.sum(axis=1) == pytest.approx([1, 1, 1])
    assert scores.utilities == pytest.approx(scores.probabilities[:, 2] - scores.probabilities[:, 0], abs=1e-6)


def test_the_number_of_threads_is_left_as_it_was(model):
    before = torch.get_num_threads()
    model.predict(TEXTS)
    assert torch.get_num_threads() == before


def test_evaluation_measures_the_loaded_model(toy_model):
    assert load_value_model(toy_model.path).evaluate(toy_rows(("the",))).accuracy == toy_model.record.metrics.accuracy


def test_the_pipeline_of_transformers_loads_the_folder_and_agrees(toy_model, model):
    judge = pipeline("text-classification", model=str(toy_model.path), top_k=None)
    shares = {found["label"]: found["score"] for found in judge({"text": "power", "text_pair": TEXTS[0]})}
    assert set(shares) == {"no", "unrelated", "yes"}
    assert shares["yes"] - shares["no"] == pytest.approx(model.predict_pairs(["POWER"], TEXTS[:1])[0], abs=1e-5)


def test_the_auto_classes_load_the_folder_with_its_labels(toy_model):
    config = AutoModelForSequenceClassification.from_pretrained(toy_model.path).config
    assert config.id2label == {0: "no", 1: "unrelated", 2: "yes"}
    assert config.label2id["yes"] == 2


def test_the_special_tokens_survive_in_the_folder(regression):
    tokenizer = AutoTokenizer.from_pretrained(regression)
    assert tokenizer.tokenize("[SELF-DIRECTION] i saw") == ["[SELF-DIRECTION]", "i", "saw"]


def test_the_pipeline_gives_the_regression_utility_by_a_sigmoid(regression):
    judge = pipeline("text-classification", model=str(regression), function_to_apply="sigmoid")
    score = judge("[POWER] we helped my mom")[0]["score"]
    utility = load_value_model(regression, bf16=False).predict_pairs(["POWER"], TEXTS[:1])[0]
    assert 2 * score - 1 == pytest.approx(utility, abs=1e-5)


def test_a_regression_model_has_no_probabilities(regression):
    scores = load_value_model(regression).score_pairs(["POWER"], TEXTS[:1])
    assert scores.probabilities is None
    assert scores.utilities.shape == (1,)


def test_a_folder_without_a_record_is_not_a_value_model(tmp_path, tiny_encoder):
    with pytest.raises(NotAValueModelError, match=r"holds no valuenet\.json"):
        load_value_model(tiny_encoder)
    (tmp_path / "valuenet.json").write_text(json.dumps({"recipe": "r-1"}))
    with pytest.raises(NotAValueModelError, match=r"does not read \(settings: Field required\)"):
        load_value_model(tmp_path)


def test_a_record_without_weights_says_train_again(tmp_path, toy_model):
    (tmp_path / "valuenet.json").write_text((toy_model.path / "valuenet.json").read_text())
    with pytest.raises(NotAValueModelError, match=r"does not load .*train it again"):
        load_value_model(tmp_path)
