"""Feeling learned from people's ratings, and what it finds at the end of support conversations."""

from pathlib import Path

from valuenet.flows.services.crowd import ExtraMissingError, models_installed
from valuenet.flows.services.reddit import open_category_scorer, open_emotion_reader
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.models.emotion.record import EmotionRecord
from valuenet.models.emotion.settings import EmotionSettings
from valuenet.models.support.outcomes import Outcomes, OutcomeSettings
from valuenet.warehouse.whole_files import write_whole

#: Files of the analysis, in the folder that is asked for.
OUTCOMES_PAGE, OUTCOMES_DATA = "esconv.md", "esconv.json"


def train_on_emobank(file: Path, settings: EmotionSettings, out: Path) -> EmotionRecord:
    """Train a reader of feeling on the training part of ``file``, measured on its development part; return its record.

    The test part is not used.

    Raises:
        EmoBankError: if the file is not EmoBank.
        ExtraMissingError: if torch and transformers are not installed.
    """
    if not models_installed():
        raise ExtraMissingError("training needs torch and transformers: `pip install 'valuenet[models]'`")
    from valuenet.curation.datasets.emobank import read_emobank
    from valuenet.models.emotion.training import train_emotion

    return train_emotion(read_emobank(file), settings, out=out).record


def check_esconv(folder: Path, settings: ValuenetSettings, outcome: OutcomeSettings, out: Path | None) -> Outcomes:
    """Measure the conversations in ``folder`` by the scorers of ``settings``; write page and JSON where ``out`` says.

    Raises:
        ConversationsError: if the folder holds no conversations, or something else.
    """
    from valuenet.curation.datasets.esconv import read_conversations
    from valuenet.models.support.outcomes import measure_outcomes
    from valuenet.models.support.outcomes_page import render_outcomes

    emotion, categories = open_emotion_reader(settings), open_category_scorer(settings)
    outcomes = measure_outcomes(read_conversations(folder), outcome, emotion=emotion, categories=categories)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_whole(out / OUTCOMES_PAGE, render_outcomes(outcomes))
        write_whole(out / OUTCOMES_DATA, outcomes.model_dump_json(indent=2) + "\n")
    return outcomes
