"""A release to a trained value model. Read top to bottom."""

from pathlib import Path, PurePath
from typing import NamedTuple

import pandas as pd
from prefect import flow

from flows.artifacts import show_model
from flows.services import ExtraMissingError
from flows.settings import ValuenetSettings
from flows.step import run_task
from models.model_record import ModelRecord
from warehouse.release.read import Release


@flow(name="training")
def train(settings: ValuenetSettings, release: str | None = None) -> str:
    """Train a value model on a release (the one the settings name, unless another is given) and return its folder.

    Raises:
        ExtraMissingError: if torch and transformers are not installed.
    """
    named = settings.for_corpus()
    source = release or f"{settings.releases.rstrip('/')}/{named.release.folder}"
    out = Path(settings.models) / f"{Path(source).name}-{settings.model.variant}"

    def train_value_model() -> str:
        record = train_on_release(named, source, out)
        show_model(str(out), _scores(record))
        return str(out)

    return run_task("train value model", train_value_model)


def train_on_release(settings: ValuenetSettings, release: str, out: Path) -> ModelRecord:
    """Train, write the model folder and return its record; a folder that holds this very model is left as it is.

    Raises:
        ExtraMissingError: if torch and transformers are not installed.
    """
    try:
        from models.value_training import train_value
    except ImportError:
        raise ExtraMissingError("training needs torch and transformers: `pip install 'valuenet[models]'`") from None
    from models.model_record import DataSource

    rows = read_splits(release, settings.model.variant)
    source = DataSource(name=f"{PurePath(release).name} ({settings.model.variant})", licence=rows.licence)
    trained = train_value(rows.train, rows.validation, settings.training, out=out, test=rows.test, source=source)
    return trained.record


def _scores(record: ModelRecord) -> str:
    """Return model and baselines as a Markdown table."""
    rows = {"value model": record.metrics, **record.baselines}
    lines = [f"| {name} | {m.accuracy:.3f} | {m.mse:.3f} |" for name, m in rows.items()]
    return "\n".join([f"| on {record.measured_on} | accuracy | MSE |", "|---|---|---|", *lines])


class ReleaseRows(NamedTuple):
    """Rows value, scenario, utility of the splits of one variant, and the licence they are under."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame | None
    licence: str


def read_rows_to_judge(place: str, variant: str, split: str) -> pd.DataFrame:
    """Return the rows value, scenario, utility of a CSV file, or of one split of a release.

    Raises:
        ReleaseUnreadableError, ValueFileError: if it is neither, or there is no such split.
    """
    from models.value_files import ValueFileError, read_labelled

    if not (place.startswith("s3://") or Path(place).is_dir()):
        return read_labelled(Path(place))
    examples = Release(place).examples(variant)
    rows = examples.loc[examples["split"] == split, ["value", "scenario", "utility"]]
    if rows.empty:
        there = ", ".join(sorted(set(examples["split"])))
        raise ValueFileError(f"{place} has no split {split!r} of {variant}; it has {there}")
    return rows


def read_splits(release: str, variant: str) -> ReleaseRows:
    """Return the splits of a variant of a release, in a folder or at an ``s3://`` URI; test may be missing.

    Raises:
        ReleaseUnreadableError: if there is no release, or it has no such variant.
    """
    opened = Release(release)
    examples = opened.examples(variant)
    parts = {split: rows[["value", "scenario", "utility"]] for split, rows in examples.groupby("split")}
    licence = str(opened.manifest.get("license", "see the card of the release"))
    return ReleaseRows(parts["train"], parts["validation"], parts.get("test"), licence)
