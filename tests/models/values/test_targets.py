import pandas as pd
import pytest

from tests.models.conftest import toy_rows
from valuenet.models.values.heads import UtilityLoss
from valuenet.models.values.rows import check_rows
from valuenet.models.values.targets import add_votes, soft_targets, vote_shares
from valuenet.models.values.trainer import build_trainer
from valuenet.models.values.training import train_value


@pytest.fixture
def rows() -> pd.DataFrame:
    pairs = [("s-1", "POWER", "x", 1), ("s-2", "POWER", "y", -1), ("s-3", "SECURITY", "z", 0)]
    return pd.DataFrame(pairs, columns=["scenario_id", "value", "scenario", "utility"])


@pytest.fixture
def annotations() -> pd.DataFrame:
    said = [("s-1", "yes", True)] * 3 + [("s-1", "no", True), ("s-1", "no", False), ("s-2", "no", True)]
    return pd.DataFrame(said, columns=["scenario_id", "label", "counted"]).assign(value="POWER")


def test_only_votes_that_count_are_counted_and_a_pair_without_any_has_none(rows, annotations):
    found = add_votes(rows, annotations)
    assert found[["no_count", "unrelated_count", "yes_count"]].to_numpy().tolist() == [[1, 0, 3], [1, 0, 0], [0, 0, 0]]
    assert add_votes(rows, None)["yes_count"].tolist() == [0, 0, 0]


def test_targets_are_shares_of_the_votes_or_the_label_where_nobody_voted(rows, annotations):
    found = add_votes(rows, annotations)
    assert soft_targets(found, "classes") == [[0.25, 0, 0.75], [1, 0, 0], [0, 1, 0]]
    assert soft_targets(found, "regression") == [0.5, -1.0, 0.0]
    assert vote_shares(rows).tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]


def test_votes_stay_beside_the_rows_they_belong_to(rows, annotations):
    found = check_rows(add_votes(rows, annotations).sample(frac=1, random_state=1), "train")
    assert found["yes_count"].tolist() == [3, 0, 0]
    assert "yes_count" not in check_rows(rows, "train").columns


def test_the_loss_of_shares_is_the_mean_of_the_losses_of_the_labels_by_their_shares():
    import torch

    logits = {"logits": torch.tensor([[0.2, -0.4, 1.0]])}
    loss = UtilityLoss("classes")
    hard = [loss(logits, torch.tensor([label])).item() for label in range(3)]
    soft = loss(logits, torch.tensor([[0.25, 0.0, 0.75]])).item()
    assert soft == pytest.approx(0.25 * hard[0] + 0.75 * hard[2])


@pytest.mark.parametrize("head", ["classes", "regression"])
def test_a_model_learns_the_votes_whatever_the_label_says(tmp_path, toy_settings, head):
    train = toy_rows().assign(no_count=0, unrelated_count=0, yes_count=4)
    settings = toy_settings.model_copy(update={"targets": "votes", "head": head, "epochs": 3, "weight_average": 0.0})
    chosen_by = toy_rows(("a",)).assign(utility=1)
    found = train_value(train, chosen_by, settings, out=tmp_path / "m", with_baselines=False)
    assert [sum(column) for column in zip(*found.record.metrics.confusion, strict=True)] == [0, 0, 21]
    by_label = settings.model_copy(update={"targets": "labels"})
    again = train_value(train, chosen_by, by_label, out=tmp_path / "n", with_baselines=False)
    assert again.record.recipe != found.record.recipe


def test_class_weights_of_shares_go_by_the_greatest(tmp_path, tiny_encoder, toy_settings):
    from valuenet.models.values.encoder import load_encoder

    row = {"input_ids": [2, 5, 3], "attention_mask": [1, 1, 1]}
    train = [{**row, "labels": [0.9, 0.1, 0.0]}] * 3 + [{**row, "labels": [0.0, 0.1, 0.9]}]
    settings = toy_settings.model_copy(update={"class_weights": "balanced"})
    trainer = build_trainer(load_encoder(tiny_encoder), train, train, settings, tmp_path)
    assert trainer.compute_loss_func.weights == pytest.approx([2 / 3, 1, 2])
