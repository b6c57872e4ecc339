"""Chooses who reads feeling and values in the texts of a community, and opens Reddit's API, by the settings."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from valuenet.flows.services.crowd import ExtraMissingError, models_installed, reddit_credentials
from valuenet.flows.settings.valuenet import ValuenetSettings

if TYPE_CHECKING:
    from valuenet.curation.reddit.api.batches import KnownComments, RedditApi
    from valuenet.models.detector.scorers import CategoryScorer
    from valuenet.models.emotion.reading import EmotionReader


def open_emotion_reader(settings: ValuenetSettings) -> EmotionReader:
    """Return who reads feeling by the settings ``reddit.scoring``: the lexicon, or a trained reader.

    Raises:
        NotAnEmotionModelError: if the folder they name holds none.
        ExtraMissingError: if it needs torch and transformers, and they are not installed.
    """
    from valuenet.models.emotion.lexicon import VaderReader

    wanted = settings.reddit.scoring
    if wanted.emotion == "vader":
        return VaderReader()
    _need_models(f"reddit.scoring.emotion={wanted.emotion!r}")
    from valuenet.models.emotion.model import EmotionModel

    return EmotionModel.load(wanted.emotion, bf16=_in_bf16(wanted.bf16), batch_size=wanted.batch_size)


def open_category_scorer(settings: ValuenetSettings) -> CategoryScorer:
    """Return who reads the twenty categories by the settings ``reddit.scoring``: words, or a trained detector.

    Raises:
        NotADetectorError: if the folder they name holds none.
        ExtraMissingError: if it needs torch and transformers, and they are not installed.
    """
    from valuenet.models.detector.scorers import DetectedCategories
    from valuenet.models.detector.words import CategoryWords

    wanted = settings.reddit.scoring
    if wanted.detector == "words":
        return CategoryWords()
    _need_models(f"reddit.scoring.detector={wanted.detector!r}")
    from valuenet.models.detector.model import ValueDetector

    bf16 = _in_bf16(wanted.bf16)
    return DetectedCategories(ValueDetector.load(wanted.detector, bf16=bf16, batch_size=wanted.batch_size))


def open_reddit_api(settings: ValuenetSettings, known: KnownComments) -> RedditApi:
    """Return Reddit's API for the community of the settings.

    Raises:
        SecretMissingError: if credentials are not in the environment.
        ExtraMissingError: if praw is not installed.
    """
    credentials = reddit_credentials()
    if find_spec("praw") is None:
        raise ExtraMissingError("Reddit's API needs praw: `pip install 'valuenet[reddit]'`")
    from valuenet.curation.reddit.api.batches import RedditApi
    from valuenet.curation.reddit.api.requests import RedditRequests

    return RedditApi(RedditRequests(credentials, settings.reddit.api), settings.reddit.community, known)


def _need_models(what: str) -> None:
    if not models_installed():
        raise ExtraMissingError(f"{what} needs torch and transformers: `pip install 'valuenet[models]'`")


def _in_bf16(setting: str) -> bool:
    from valuenet.models.encoding.encoders import bf16_available

    return setting == "on" or (setting == "auto" and bf16_available())
