"""All settings in one model: read from TOML, shown by Prefect as the form of every deployment."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, StringConstraints, ValidationError, model_validator

from valuenet.annotation.simulation.workers import KINDS
from valuenet.curation.social_chem import SocialChemSettings
from valuenet.flows.settings.annotation import AnnotationSettings
from valuenet.flows.settings.curation import CurationSettings
from valuenet.flows.settings.dataset import DatasetSettings
from valuenet.flows.settings.modelling import ModellingSettings
from valuenet.flows.settings.moved import MOVED, new_name
from valuenet.flows.settings.reddit import RedditSettings
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release.settings import ReleaseSettings
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
    curation: CurationSettings = CurationSettings()
    annotation: AnnotationSettings = AnnotationSettings()
    dataset: DatasetSettings = DatasetSettings()
    modelling: ModellingSettings = ModellingSettings()
    reddit: RedditSettings = RedditSettings()

    @model_validator(mode="after")
    def _has_as_many_as_it_asks(self) -> Self:
        asked = self.annotation.consensus.workers_each
        there = sum(getattr(self.annotation.simulation, kind) for kind in KINDS)
        if self.platform == "simulated" and asked > there:
            raise ValueError(
                f"annotation.consensus.workers_each={asked} asks for more workers than the {there} of "
                "[annotation.simulation]"
            )
        return self

    def for_corpus(self) -> Self:
        """Return the settings with the name and rights of the embedded corpus where it is used and nothing was said."""
        if self.sources.corpus != "demo":
            return self
        release = ReleaseSettings(**{**_DEMO_RELEASE, **self.dataset.release.model_dump(exclude_unset=True)})
        named = {"corpus": "valuenet-demo", **self.curation.corpus.model_dump(exclude_unset=True)}
        dataset = self.dataset.model_copy(update={"release": release})
        curation = self.curation.model_copy(update={"corpus": SocialChemSettings(**named)})
        return self.model_copy(update={"dataset": dataset, "curation": curation})

    def with_overrides(self, given: Mapping[str, Any]) -> Self:
        """Return the settings with some of them set anew, checked as a file is; None leaves one as it is.

        Args:
            given: dotted name -> value, as ``{"reddit.dump": "s3://bucket/dump"}``.

        Raises:
            SettingsError: naming the setting and what was given.
        """
        read = self.model_dump(exclude_unset=True)
        for name, value in given.items():
            if value is not None:
                _set(read, name.split("."), value)
        try:
            return type(self).model_validate(read)
        except ValidationError as error:
            raise SettingsError(_explain(error, None)) from None


def _set(tables: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        tables = tables.setdefault(part, {})
    tables[path[-1]] = value


_DEMO_RELEASE: dict[str, Any] = {
    "name": "valuenet-demo",
    "title": "VALUENET demonstration release",
    "license": "apache-2.0",
    "license_url": "https://www.apache.org/licenses/LICENSE-2.0",
    "attribution": "Every sentence was written for the valuenet project.",
    "source": "810 invented situations of daily life, in the columns of Social-Chem-101.",
}


def load_settings(file: Path | None = None, given: Mapping[str, Any] | None = None, **top: Any) -> ValuenetSettings:
    """Return the settings of a TOML file (or the defaults), with what was given on the command line on top.

    Args:
        file: the TOML file.
        given: dotted name -> value; None leaves a setting as it is.
        top: the same for settings that stand in no table.

    Raises:
        SettingsError: naming the file, the setting, what was found and the nearest name there is.
    """
    read = {} if file is None else _read_toml(file)
    for name, value in {**(given or {}), **top}.items():
        if value is not None:
            _set(read, name.split("."), value)
    try:
        return ValuenetSettings.model_validate(read)
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
    where = f"settings file {file}" if file else "settings"
    if first["type"] == "extra_forbidden":
        if moved := new_name(path):
            return f"{where}: {name} is called {moved} now; rename it and run again"
        there = _names_at(path[:-1])
        before = MOVED if len(path) == 1 else {}
        near = [before.get(known, known) for known in get_close_matches(path[-1], [*there, *before], n=1)]
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(there)}"
        return f"{where}: there is no setting {name!r}; {hint}"
    value = "" if isinstance(first["input"], dict | BaseModel) else f", found {first['input']!r}"
    return f"{where}: {name}: {first['msg'].removeprefix('Value error, ')}{value}; correct it and run again"


def _names_at(path: list[str]) -> list[str]:
    model: Any = ValuenetSettings
    for part in path:
        model = model.model_fields[part].annotation
    return list(model.model_fields)
