"""Chooses real or embedded services by the settings, and reads secrets from the environment. Nothing else does."""

import os
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuenet.annotation.codebook import Codebook, load_codebook
from valuenet.annotation.codebook_maps import read_codebook_map
from valuenet.annotation.gold import read_gold
from valuenet.annotation.platforms import Platform
from valuenet.annotation.simulation.platform import SimulatedPlatform
from valuenet.annotation.simulation.truth import Truth, plant_truth, read_truth
from valuenet.curation.datamuse import DatamuseClient, RecordedWords, RelatedWords
from valuenet.curation.datasets.valuenet import read_upstream
from valuenet.curation.glove_text import convert_glove_text
from valuenet.curation.reddit.intake.names import NameSettings
from valuenet.curation.reddit.intake.pseudonyms import AccountKeys
from valuenet.curation.social_chem import SocialChemFile
from valuenet.curation.vectors import GloveVectors, WordVectors, packaged_glove
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.crowd_tables import CodebookMaps, Gold
from valuenet.warehouse.errors import InputError

if TYPE_CHECKING:
    from pandera.typing import DataFrame
    from prefect.task_runners import TaskRunner

    from valuenet.annotation.label_studio.client import LabelStudioClient
    from valuenet.annotation.label_studio.platform import LabelStudioPlatform
    from valuenet.annotation.label_studio.server.server import LabelStudioServer
    from valuenet.annotation.mturk.platform import MTurkPlatform
    from valuenet.curation.reddit.api.requests import RedditCredentials
    from valuenet.curation.reddit.intake.anonymiser import Guards

KEY_VARIABLE = "VALUENET_PSEUDONYM_KEY"
OLDER_KEYS_VARIABLE = "VALUENET_OLDER_PSEUDONYM_KEYS"
TOKEN_VARIABLE = "LABEL_STUDIO_API_KEY"  # noqa: S105  a name, no token
ENVIRONMENT_VARIABLE = "VALUENET_LABEL_STUDIO_VENV"
REDDIT_VARIABLES = ("VALUENET_REDDIT_CLIENT_ID", "VALUENET_REDDIT_CLIENT_SECRET", "VALUENET_REDDIT_USER_AGENT")


class SecretMissingError(InputError):
    """A secret is not in the environment."""


class ExtraMissingError(InputError):
    """A setting needs a package that is not installed."""


@dataclass(frozen=True)
class Crowd:
    """Who answers, and by which instrument."""

    platform: Platform
    codebook: Codebook
    known: frozenset[tuple[str, str]] | None
    """Pairs a simulated crowd can answer; None where people can answer any."""
    simulated: bool


def open_corpus(settings: ValuenetSettings) -> SocialChemFile:
    """Return the corpus file of the settings."""
    return SocialChemFile(_shipped("curation", "demo_social_chem.tsv", settings.sources.corpus))


def open_gold(settings: ValuenetSettings) -> "DataFrame[Gold]":
    """Return the gold items of the settings."""
    return read_gold(_shipped("annotation", "demo_gold.csv", settings.sources.gold))


def open_codebook(settings: ValuenetSettings) -> Codebook:
    """Return the instrument of the settings."""
    path = settings.sources.codebook
    return load_codebook(None if path == "packaged" else Path(path))


def open_crowd(settings: ValuenetSettings) -> Crowd:
    """Return the platform of the settings with its instrument.

    Raises:
        SecretMissingError: if people are asked and their pseudonyms have no key, or Label Studio no token.
    """
    codebook = open_codebook(settings)
    if settings.platform == "label-studio":
        return Crowd(open_label_studio_platform(settings), codebook, None, simulated=False)
    if settings.platform == "mturk":
        return Crowd(open_mturk_platform(settings), codebook, None, simulated=False)
    truth = _open_truth(settings)
    return Crowd(SimulatedPlatform(truth, settings.annotation.simulation), codebook, truth.pairs, simulated=True)


def open_label_studio(settings: ValuenetSettings) -> "LabelStudioClient":
    """Return who speaks to the Label Studio of the settings.

    Raises:
        SecretMissingError: if there is no token.
    """
    from valuenet.annotation.label_studio.client import LabelStudioClient

    token = os.environ.get(TOKEN_VARIABLE, "")
    if not token.strip():
        raise SecretMissingError(
            f"the environment variable {TOKEN_VARIABLE} must hold a token of {settings.annotation.label_studio.url} "
            "(Account & Settings there, or `valuenet label-studio token` for a server started here); set it, run again"
        )
    return LabelStudioClient(settings.annotation.label_studio, token)


def open_label_studio_platform(settings: ValuenetSettings) -> "LabelStudioPlatform":
    """Return the Label Studio of the settings as a platform."""
    from valuenet.annotation.label_studio.platform import LabelStudioPlatform

    key = pseudonym_key()
    return LabelStudioPlatform(open_label_studio(settings), settings.annotation.label_studio, key=key)


def open_mturk_platform(settings: ValuenetSettings) -> "MTurkPlatform":
    """Return MTurk as a platform; credentials come from where boto3 finds them."""
    from valuenet.annotation.mturk.client import open_mturk
    from valuenet.annotation.mturk.platform import MTurkPlatform

    key = pseudonym_key()
    return MTurkPlatform(open_mturk(settings.annotation.mturk), settings.annotation.mturk, key=key)


def label_studio_server(folder: Path, port: int | None) -> "LabelStudioServer":
    """Return the server of our own in ``folder``; VALUENET_LABEL_STUDIO_VENV may name where it is installed."""
    from valuenet.annotation.label_studio.server.server import LabelStudioServer

    environment = os.environ.get(ENVIRONMENT_VARIABLE)
    return LabelStudioServer(folder, environment=Path(environment) if environment else None, port=port)


def open_codebook_map(settings: ValuenetSettings) -> "DataFrame[CodebookMaps]":
    """Return what answers under older codebooks stand for; nothing where the settings name no table."""
    path = settings.sources.codebook_map
    return CodebookMaps.frame() if path == "none" else read_codebook_map(Path(path))


def open_words(settings: ValuenetSettings) -> RelatedWords | None:
    """Return who is asked for related words; None where nobody is."""
    source = settings.sources.datamuse
    if source == "off":
        return None
    if source == "online":
        return DatamuseClient(Path(settings.sources.cache) / "datamuse", settings.curation.datamuse)
    return RecordedWords(Path(source))


def open_vectors(settings: ValuenetSettings) -> WordVectors | None:
    """Return the embedding space of the settings, a text file converted once; None where there is none."""
    source = settings.sources.vectors
    if source == "off":
        return None
    if source == "packaged":
        return packaged_glove()
    return GloveVectors(convert_glove_text(Path(source), _converted(Path(source), Path(settings.sources.cache))))


def open_task_runner(settings: ValuenetSettings) -> "TaskRunner[Any]":
    """Return the task runner of the settings.

    Raises:
        ExtraMissingError: if its package is not installed.
    """
    try:
        if settings.runner == "dask":
            from prefect_dask.task_runners import DaskTaskRunner

            dask: TaskRunner[Any] = DaskTaskRunner(
                cluster_kwargs={"n_workers": os.cpu_count() or 1, "dashboard_address": None}
            )
            return dask
        if settings.runner == "ray":
            from prefect_ray import RayTaskRunner

            ray: TaskRunner[Any] = RayTaskRunner()
            return ray
    except ImportError:
        runner = settings.runner
        raise ExtraMissingError(f"runner={runner!r} needs `pip install 'valuenet[{runner}]'`") from None
    from prefect.task_runners import ThreadPoolTaskRunner

    return ThreadPoolTaskRunner(max_workers=os.cpu_count() or 1)


def models_installed() -> bool:
    """Return whether the extra ``models`` is there."""
    return all(find_spec(name) is not None for name in ("torch", "transformers", "accelerate"))


def wants_model(settings: ValuenetSettings) -> bool:
    """Return whether a build ends with a model."""
    return (
        models_installed() if settings.modelling.build.train == "if-installed" else bool(settings.modelling.build.train)
    )


def pseudonym_key() -> bytes:
    """Return the secret key of pseudonyms.

    Raises:
        SecretMissingError: if it is not set, or too short to protect anybody.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    if len(key) < 16:
        raise SecretMissingError(
            f"the environment variable {KEY_VARIABLE} must hold a secret of 16 characters or more, so that names "
            "can be stored as pseudonyms; set it (for instance to the output of `openssl rand -hex 32`) and keep it"
        )
    return key.encode()


def account_keys() -> AccountKeys:
    """Return the keys of account pseudonyms: the current one, and older ones (newest first, commas between them).

    Raises:
        SecretMissingError: if the current one is not set or too short.
        AccountKeyError: if an older one is too short, or stands twice.
    """
    older = os.environ.get(OLDER_KEYS_VARIABLE, "").split(",")
    return AccountKeys(pseudonym_key(), tuple(key.strip().encode() for key in older if key.strip()))


def reddit_credentials() -> "RedditCredentials":
    """Return what Reddit gives to those it lets in.

    Raises:
        SecretMissingError: naming what is not set.
    """
    from valuenet.curation.reddit.api.requests import RedditCredentials

    credentials = [os.environ.get(name, "").strip() for name in REDDIT_VARIABLES]
    missing = [name for name, value in zip(REDDIT_VARIABLES, credentials, strict=True) if not value]
    if missing:
        raise SecretMissingError(
            f"the environment must hold {', '.join(missing)}: Reddit's API is open only to those it gave an id and a "
            "secret, and who name themselves (a user agent like `linux:valuenet:0.1 (by /u/you)`)"
        )
    return RedditCredentials(*credentials)


def open_guards(names: NameSettings | None = None) -> "Guards":
    """Return what the ingest of a community needs: keys of pseudonyms, judge of language, finder of names.

    Raises:
        SecretMissingError, AccountKeyError: see ``account_keys``.
        NameModelMissingError: if names are to be found by presidio, which is not installed.
    """
    from valuenet.curation.reddit.intake.anonymiser import Guards
    from valuenet.curation.reddit.intake.language import EnglishJudge
    from valuenet.curation.reddit.intake.name_model import open_name_finder

    return Guards(account_keys(), EnglishJudge(), open_name_finder(names or NameSettings()))


def _open_truth(settings: ValuenetSettings) -> Truth:
    path = settings.sources.truth
    if path != "demo" and Path(path).is_dir():
        return plant_truth(read_upstream(Path(path)).pairs, seed=settings.annotation.simulation.seed)
    return read_truth(_shipped("annotation", "demo_truth.csv", path))


def _converted(text_file: Path, cache: Path) -> Path:
    size = text_file.stat().st_size if text_file.is_file() else 0
    return cache / f"glove-{text_file.stem}-{size}"


def _shipped(package: str, name: str, user: str) -> Path:
    return Path(str(files(f"valuenet.{package}").joinpath("data", name))) if user == "demo" else Path(user)
