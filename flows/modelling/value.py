"""A release to a trained value model. Read top to bottom."""

from pathlib import Path, PurePath
from typing import NamedTuple

import pandas as pd
from prefect import flow

from valuenet.flows.artifacts import show_model
from valuenet.flows.services.crowd import ExtraMissingError
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import run_task
from valuenet.models.values.record import ModelRecord
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release.read import Release


class MissingSplitError(InputError):
    """A release has no such split."""


@flow(name="training")
def train(settings: ValuenetSettings, release: str | None = None) -> str:
    """Train a value model on a release (the one the settings name, unless another is given) and return its folder.

    Raises:
        ExtraMissingError: if torch and transformers are not installed.
    """
    named = settings.for_corpus()
    source = release or f"{settings.releases.rstrip('/')}/{named.dataset.release.folder}"
    out = Path(settings.models) / f"{Path(source).name}-{settings.modelling.build.variant}"

    def train_value_model() -> str:
        record = train_on_release(named, source, out)
        show_model(str(out), _scores(record))
        return str(out)

    return run_task("train value model", train_value_model)


def train_on_release(settings: ValuenetSettings, release: str, out: Path) -> ModelRecord:
    """Train, write the model folder and return its record; a folder that holds this very model is left as it is.

    The test split is not opened, so the card shows validation; ``valuenet evaluate`` and ``benchmark`` open it.

    Raises:
        ExtraMissingError: if torch and transformers are not installed.
    """
    try:
        from valuenet.models.values.training import train_value
    except ImportError:
        raise ExtraMissingError("training needs torch and transformers: `pip install 'valuenet[models]'`") from None
    from valuenet.models.values.record import DataSource

    rows = read_learning_splits(
        release, settings.modelling.build.variant, votes=settings.modelling.training.targets == "votes"
    )
    source = DataSource(name=f"{PurePath(release).name} ({settings.modelling.build.variant})", licence=rows.licence)
    trained = train_value(rows.train, rows.validation, settings.modelling.training, out=out, source=source)
    return trained.record


def _scores(record: ModelRecord) -> str:
    """Return model and baselines as a Markdown table."""
    rows = {"value model": record.metrics, **record.baselines}
    lines = [f"| {name} | {m.accuracy:.3f} | {m.mse:.3f} |" for name, m in rows.items()]
    return "\n".join([f"| on {record.measured_on} | accuracy | MSE |", "|---|---|---|", *lines])


class ReleaseRows(NamedTuple):
    """Rows value, scenario, utility of what a model learns from and is chosen by, and the licence they are under."""

    train: pd.DataFrame
    validation: pd.DataFrame
    licence: str


def read_rows_to_judge(source: str, variant: str, split: str) -> pd.DataFrame:
    """Return the rows value, scenario, utility of a CSV file, or of one split of a release.

    Raises:
        ReleaseUnreadableError, ValueFileError, MissingSplitError: if it is neither, or there is no such split.
    """
    from valuenet.models.values.files import read_labelled

    if not (source.startswith("s3://") or Path(source).is_dir()):
        return read_labelled(Path(source))
    return read_split(Release(source), variant, split)


def read_learning_splits(release: str, variant: str, *, votes: bool = False) -> ReleaseRows:
    """Return train and validation of a variant of a release, in a folder or at an ``s3://`` URI. Test stays closed.

    Args:
        release: where it lies.
        variant: which of its variants.
        votes: count the judgements behind each training pair beside it.

    Raises:
        ReleaseUnreadableError: if there is no release, or it has no such variant.
        MissingSplitError: if it lacks one of the two splits.
    """
    opened = Release(release)
    licence = opened.manifest.settings.release.license
    train, validation = (read_split(opened, variant, split) for split in ("train", "validation"))
    if votes:
        from valuenet.models.values.targets import add_votes

        train = add_votes(train, opened.annotations())
    return ReleaseRows(train, validation, licence)


def read_split(release: Release, variant: str, split: str) -> pd.DataFrame:
    """Return the rows scenario_id, value, scenario, utility of one split, from its file alone.

    Raises:
        MissingSplitError: naming the splits there are.
        ReleaseUnreadableError: if there is no such variant.
    """
    there = release.splits(variant)
    if not there:
        release.examples(variant)  # says which variants there are
    if split not in there:
        raise MissingSplitError(f"{release.place.uri} has no split {split!r} of {variant}; it has {', '.join(there)}")
    return release.rows(variant, split)[["scenario_id", "value", "scenario", "utility"]]
