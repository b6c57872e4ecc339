import pytest
import yaml

from valuenet.models.values.card import render_model_card
from valuenet.models.values.record import DataSource
from valuenet.models.values.settings import ValueTrainingSettings


@pytest.fixture(scope="module")
def card(toy_model):
    return (toy_model.path / "README.md").read_text(encoding="utf-8")


def test_the_front_matter_says_what_kind_of_model_it_is(card):
    front = yaml.safe_load(card.split("---")[1])
    assert front["pipeline_tag"] == "text-classification"
    assert front["library_name"] == "transformers"


def test_every_figure_of_the_tables_is_the_records(card, toy_model):
    metrics = toy_model.record.metrics
    row = next(line for line in card.splitlines() if line.startswith("| **this model**"))
    cells = [cell.strip() for cell in row.strip("|").split("|")][1:]
    assert cells[0] == f"{metrics.per_class['-1'].f1:.2f}"
    assert cells[5] == f"{metrics.per_class['1'].precision:.2f}"
    assert cells[9:] == [f"{metrics.accuracy:.3f}", f"{metrics.mse:.3f}"]
    power = metrics.per_value["POWER"]
    assert f"| POWER | {power.support} | {power.accuracy:.3f} | {power.mse:.3f} |" in card
    assert "| train | 63 | 21 | 21 | 21 |" in card


def test_the_baselines_stand_beside_the_model(card):
    assert "| majority class | 0" in card
    assert "| TF-IDF + value + logistic regression | " in card
    assert "| fastText | " in card


def test_limits_uses_and_licences_are_told(card):
    for heading in (
        "## Limits",
        "## Intended use",
        "Not intended:",
        "## Licences",
        "![confusion matrix](confusion.png)",
    ):
        assert heading in card
    assert "{" not in card.replace('judge({"text"', "")


def test_what_the_card_shows_can_be_called(card, toy_model):
    from valuenet.models import ValueModel

    calls = [line.split("#")[0].strip() for line in card.splitlines() if line.startswith("    model.")]
    assert [call.split("(")[0] for call in calls] == ["model.predict", "model.profile", "model.explain"]
    model = ValueModel.load(toy_model.path, bf16=False)
    said = [eval(call.replace(", ...", ', "I saw a dog"'), {"model": model}) for call in calls]
    assert said[0].shape == (1, 10)
    assert said[1].texts == 2
    assert len(said[2].totals) == 10


def test_a_card_measured_on_validation_says_so_and_names_the_source(toy_model):
    source = DataSource(name="VALUENET 2022", licence="CC BY-SA 4.0", notes="Upstream splits.")
    record = toy_model.record.model_copy(update={"measured_on": "validation", "source": source})
    card = render_model_card(record)
    assert "which also chose the epoch" in card
    assert "VALUENET 2022. Upstream splits." in card
    assert "- Data: CC BY-SA 4.0." in card


@pytest.mark.parametrize(
    ("update", "call"),
    [
        ({"prompt": "token", "head": "regression"}, 'judge("[BENEVOLENCE] I miss mom", function_to_apply="sigmoid")'),
        ({"prompt": "pair"}, 'judge({"text": "benevolence", "text_pair": "I miss mom"}, top_k=None)'),
        ({"prompt": "definition"}, 'judge({"text": "benevolence: care for the people one is close to"'),
    ],
)
def test_the_card_shows_the_call_that_fits_head_and_prompt(toy_model, update, call):
    record = toy_model.record.model_copy(update={"settings": ValueTrainingSettings(**update)})
    assert call in render_model_card(record)


def test_validation_rows_that_chose_nothing_are_not_said_to_have_chosen(toy_model):
    record = toy_model.record.model_copy(update={"measured_on": "validation"})
    assert "which also chose the epoch" in render_model_card(record)
    last = record.settings.model_copy(update={"best_by": "last"})
    assert "which also chose the epoch" not in render_model_card(record.model_copy(update={"settings": last}))


def test_the_packaged_encoder_brings_its_licence_into_the_card(toy_model):
    record = toy_model.record.model_copy(update={"settings": ValueTrainingSettings(prompt="pair")})
    assert "- Encoder: MiniLM-L6, Apache-2.0." in render_model_card(record)
