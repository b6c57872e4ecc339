"""All settings in one model: read from TOML, shown by Prefect as the form of every deployment."""

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, NonNegativeInt, StringConstraints, ValidationError, model_validator

from valuenet.annotation.aggregation import AggregationSettings
from valuenet.annotation.agreement import AgreementSettings
from valuenet.annotation.consensus import ConsensusSettings
from valuenet.annotation.label_studio.reviews.reviews import ReviewSettings
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.annotation.mturk.settings import MTurkSettings
from valuenet.annotation.pairs import PairSettings
from valuenet.annotation.qualification import QualificationSettings
from valuenet.annotation.report.report import ReportSettings
from valuenet.annotation.simulation.workers import KINDS, SimulationSettings
from valuenet.annotation.surveys import SurveySettings
from valuenet.curation.datamuse import DatamuseSettings
from valuenet.curation.expansion import ExpansionSettings
from valuenet.curation.fetch import FetchSettings
from valuenet.curation.keyword_report import KeywordReportSettings
from valuenet.curation.keywords import KeywordSettings
from valuenet.curation.reddit.api.requests import RedditApiSettings
from valuenet.curation.reddit.coverage.coverage import CoverageSettings
from valuenet.curation.reddit.dump.decoding import DecodingSettings
from valuenet.curation.reddit.intake.filters import FilterSettings
from valuenet.curation.reddit.intake.names import NameSettings
from valuenet.curation.reddit.support.support import SupportSettings
from valuenet.curation.reddit.threads.duplicates import DuplicateSettings
from valuenet.curation.reddit.threads.exchanges import ExchangeSettings
from valuenet.curation.reddit.threads.other_replies import OtherReplySettings
from valuenet.curation.retrieval import RetrievalSettings
from valuenet.curation.social_chem import SocialChemSettings
from valuenet.models.scoring.texts import TextScoringSettings
from valuenet.models.values.scoring import ScoringSettings
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release.leakage import LeakageSettings
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.release.splits import SplitSettings
from valuenet.warehouse.release.support.settings import SupportReleaseSettings
from valuenet.warehouse.release.variants import VariantSettings
from valuenet.warehouse.settings import Settings

Place = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class SettingsError(InputError):
    """A settings file cannot be used."""


class SourceSettings(Settings):
    """Where the input comes from. ``demo`` is what ships with the project."""

    corpus: Place = "demo"
    """`demo`, or a TSV in the 25 columns of Social-Chem-101 (`valuenet fetch social-chem` gets it)."""
    gold: Place = "demo"
    """`demo`, or a CSV value,scenario,expert_1,expert_2 of pairs two experts have answered."""
    truth: Place = "demo"
    """What the simulated crowd answers from: `demo`, a CSV value,scenario,label,difficulty, or a folder with the
    published VALUENET files."""
    datamuse: Place = "online"
    """Whom keyword expansion asks for related words: `online`, `off`, or a recording (folder or JSON file)."""
    vectors: Place = "packaged"
    """Embedding space of keyword expansion: `packaged` (extra `offline`), `off`, or a GloVe text file."""
    cache: Place = "data/cache"
    """Folder for what was fetched or converted once: Datamuse's answers, GloVe as an array."""
    codebook: Place = "packaged"
    """`packaged`, or a TOML file with another version of the instrument."""
    codebook_map: Place = "none"
    """`none`, or a CSV from_codebook,to_codebook,value,from_label,to_label: what older answers stand for now."""
    new_codebook: Literal["refuse", "ask-again"] = "refuse"
    """What happens when the codebook differs from the one people have answered under."""


class RedditSettings(Settings):
    """Where a community's posts and comments are read from."""

    dump: Place = "data/reddit"
    """Folder or s3:// prefix of monthly dump files, RS_YYYY-MM.zst (posts) and RC_YYYY-MM.zst (comments)."""
    processes: NonNegativeInt = 0
    """Months read at the same time, each in a process of its own (runner `threads`); 0 is one per core."""


class ModelSettings(Settings):
    """The model that `valuenet build` ends with."""

    train: bool | Literal["if-installed"] = "if-installed"
    """Whether to train one: true, false, or where the extra `models` is installed."""
    variant: Literal["original", "balanced", "augmented"] = "original"
    """Variant of the release it is trained on."""


class ValuenetSettings(Settings):
    """Everything a build depends on. What is left out has the default shown; a misspelt name is an error."""

    warehouse: Place = "data/warehouse"
    """Folder or s3:// URI of the working tables."""
    releases: Place = "data/releases"
    """Folder or s3:// URI releases are published under."""
    models: Place = "data/models"
    """Folder trained models are written to."""
    platform: Literal["simulated", "label-studio", "mturk"] = "simulated"
    """Where people answer the surveys (the last two need the extra of that name)."""
    runner: Literal["threads", "dask", "ray"] = "threads"
    """What steps that do not wait for one another run on (`dask` and `ray` need the extra of that name)."""
    sources: SourceSettings = SourceSettings()
    fetch: FetchSettings = FetchSettings()
    corpus: SocialChemSettings = SocialChemSettings()
    keywords: KeywordSettings = KeywordSettings()
    expansion: ExpansionSettings = ExpansionSettings()
    datamuse: DatamuseSettings = DatamuseSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    keyword_report: KeywordReportSettings = KeywordReportSettings()
    pairs: PairSettings = PairSettings()
    surveys: SurveySettings = SurveySettings()
    simulation: SimulationSettings = SimulationSettings()
    label_studio: LabelStudioSettings = LabelStudioSettings()
    mturk: MTurkSettings = MTurkSettings()
    reviews: ReviewSettings = ReviewSettings()
    qualification: QualificationSettings = QualificationSettings()
    consensus: ConsensusSettings = ConsensusSettings()
    aggregation: AggregationSettings = AggregationSettings()
    agreement: AgreementSettings = AgreementSettings()
    report: ReportSettings = ReportSettings()
    splits: SplitSettings = SplitSettings()
    variants: VariantSettings = VariantSettings()
    leakage: LeakageSettings = LeakageSettings()
    release: ReleaseSettings = ReleaseSettings()
    model: ModelSettings = ModelSettings()
    training: ValueTrainingSettings = ValueTrainingSettings()
    scoring: ScoringSettings = ScoringSettings()
    reddit: RedditSettings = RedditSettings()
    reddit_api: RedditApiSettings = RedditApiSettings()
    reddit_decoding: DecodingSettings = DecodingSettings()
    reddit_filters: FilterSettings = FilterSettings()
    reddit_names: NameSettings = NameSettings()
    reddit_coverage: CoverageSettings = CoverageSettings()
    reddit_duplicates: DuplicateSettings = DuplicateSettings()
    reddit_exchanges: ExchangeSettings = ExchangeSettings()
    reddit_other_replies: OtherReplySettings = OtherReplySettings()
    reddit_support: SupportSettings = SupportSettings()
    reddit_scoring: TextScoringSettings = TextScoringSettings()
    reddit_release: SupportReleaseSettings = SupportReleaseSettings()

    @model_validator(mode="after")
    def _counts_as_many_as_it_asks(self) -> Self:
        asked, counted = self.surveys.workers_each, self.consensus.workers_each
        if asked != counted:
            raise ValueError(f"surveys.workers_each={asked} and consensus.workers_each={counted} must be the same")
        return self

    @model_validator(mode="after")
    def _has_as_many_as_it_asks(self) -> Self:
        asked, there = self.surveys.workers_each, sum(getattr(self.simulation, kind) for kind in KINDS)
        if self.platform == "simulated" and asked > there:
            raise ValueError(f"surveys.workers_each={asked} asks for more workers than the {there} of [simulation]")
        return self

    def for_corpus(self) -> Self:
        """Return the settings with the name and rights of the embedded corpus where it is used and nothing was said."""
        if self.sources.corpus != "demo":
            return self
        release = ReleaseSettings(**{**_DEMO_RELEASE, **self.release.model_dump(exclude_unset=True)})
        corpus = SocialChemSettings(**{"corpus": "valuenet-demo", **self.corpus.model_dump(exclude_unset=True)})
        return self.model_copy(update={"release": release, "corpus": corpus})


_DEMO_RELEASE: dict[str, Any] = {
    "name": "valuenet-demo",
    "title": "VALUENET demonstration release",
    "license": "apache-2.0",
    "license_url": "https://www.apache.org/licenses/LICENSE-2.0",
    "attribution": "Every sentence was written for the valuenet project.",
    "source": "810 invented situations of daily life, in the columns of Social-Chem-101.",
}


def load_settings(file: Path | None = None, **given: Any) -> ValuenetSettings:
    """Return the settings of a TOML file (or the defaults), with what was ``given`` on the command line on top.

    Raises:
        SettingsError: naming the file, the setting, what was found and the nearest name there is.
    """
    read = {} if file is None else _read_toml(file)
    said = {name: value for name, value in given.items() if value is not None}
    try:
        return ValuenetSettings.model_validate({**read, **said})
    except ValidationError as error:
        raise SettingsError(_explain(error, file)) from None


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"there is no settings file {file}; name one that exists, or leave --config out") from None
    except OSError as error:
        raise SettingsError(f"settings file {file} cannot be read ({error.strerror}); name a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"settings file {file} is not TOML ({error}); correct it and run again") from None


def _explain(error: ValidationError, file: Path | None) -> str:
    first = error.errors()[0]
    path = [str(part) for part in first["loc"]]
    name = ".".join(path) or "settings"
    place = f"settings file {file}" if file else "settings"
    if first["type"] == "extra_forbidden":
        near = get_close_matches(path[-1], _names_at(path[:-1]), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_names_at(path[:-1]))}"
        return f"{place}: there is no setting {name!r}; {hint}"
    found = "" if isinstance(first["input"], dict | BaseModel) else f", found {first['input']!r}"
    return f"{place}: {name}: {first['msg'].removeprefix('Value error, ')}{found}; correct it and run again"


def _names_at(path: list[str]) -> list[str]:
    model: Any = ValuenetSettings
    for part in path:
        model = model.model_fields[part].annotation
    return list(model.model_fields)
