import pytest
from safetensors.numpy import load_file

from tests.models.conftest import toy_rows
from valuenet.models.training.frozen_layers import freeze_layers, layer_height
from valuenet.models.values.encoder import load_encoder
from valuenet.models.values.presets import named_preset
from valuenet.models.values.training import train_value


@pytest.mark.parametrize(
    ("name", "height"),
    [
        ("bert.embeddings.word_embeddings.weight", 0),
        ("mpnet.encoder.relative_attention_bias.weight", 0),
        ("bert.encoder.layer.0.attention.self.query.weight", 1),
        ("mpnet.encoder.layer.5.output.dense.bias", 6),
        ("bert.pooler.dense.weight", 7),
        ("classifier.out_proj.weight", 7),
    ],
)
def test_a_parameter_stands_where_its_name_says(name, height):
    assert layer_height(name, depth=6) == height


def test_frozen_layers_and_all_below_them_do_not_train(tiny_encoder):
    model = load_encoder(tiny_encoder).model
    everything = freeze_layers(model, 0)
    upper = freeze_layers(model, 1)
    trained = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert upper < everything
    assert any(".layer.1." in name for name in trained)
    assert not any("embeddings" in name or ".layer.0." in name for name in trained)
    assert {"classifier.weight", "classifier.bias"} <= trained


def test_no_frozen_layer_frees_what_was_frozen(tiny_encoder):
    model = load_encoder(tiny_encoder).model
    freeze_layers(model, 2)
    assert freeze_layers(model, 0) == sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("layer_decay", [1.0, 0.9])
def test_training_leaves_frozen_layers_as_they_were_pretrained(tiny_encoder, toy_settings, tmp_path, layer_decay):
    changes = {"frozen_layers": 1, "epochs": 1, "layer_decay": layer_decay}
    settings = toy_settings.model_copy(update=changes)
    made = train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "model", with_baselines=False)
    before, after = (load_file(folder / "model.safetensors") for folder in (tiny_encoder, made.path))
    same = {name for name in before if (before[name] == after[f"bert.{name}"]).all()}
    assert "embeddings.word_embeddings.weight" in same
    assert "encoder.layer.0.output.dense.weight" in same
    assert "encoder.layer.1.output.dense.weight" not in same


def test_the_preset_for_the_large_encoder_keeps_its_lower_half():
    settings = named_preset("mpnet")
    assert (settings.encoder, settings.frozen_layers, settings.prompt) == ("mpnet", 6, "none")
