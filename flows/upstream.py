"""From the published files of others to a release of our own kind."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.curation.datasets.valuenet import Upstream, UpstreamTables, read_upstream, upstream_tables
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.crowd_tables import Labels, LabelsDropped, Pairs, SplitAssignments
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import content_hash
from valuenet.warehouse.release.contents import ReleaseContents
from valuenet.warehouse.release.held import split_labelled
from valuenet.warehouse.release.leakage import LeakageSettings, report_leakage
from valuenet.warehouse.release.publish import ReleaseRef, publish_release
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.release.splits import SplitSettings
from valuenet.warehouse.release.statistics import describe_release
from valuenet.warehouse.release.variants import VariantError, VariantSettings, make_variants
from valuenet.warehouse.release_tables import Examples
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Table
from valuenet.warehouse.upstream_tables import UpstreamPairs, UpstreamRejected


class UpstreamSplitsError(InputError):
    """Upstream's splits should be kept, but its files do not say them for every pair."""


class Imported(NamedTuple):
    """What an import brought: the rows read, the tables made of them, the contents and the published release."""

    upstream: Upstream
    tables: UpstreamTables
    contents: ReleaseContents
    release: ReleaseRef


def import_upstream(
    folder: Path,
    *,
    releases: str | Path,
    keep_splits: bool = False,
    release: ReleaseSettings | None = None,
    splits: SplitSettings | None = None,
    variants: VariantSettings | None = None,
    leakage: LeakageSettings | None = None,
) -> Imported:
    """Publish the data set whose files lie in ``folder``, and return it with the tables it was made of.

    Args:
        folder: published CSV files, see ``valuenet.curation.datasets.valuenet_files``.
        releases: folder or s3:// URI the release goes to.
        keep_splits: take upstream's own splits; the leakage report then says what that costs.
        release: name, version and rights.
        splits: shares of the parts; of no use with ``keep_splits``.
        variants: how to balance; ``balance="published"`` leaves out what the paper left out.
        leakage: what counts as the same text.

    Raises:
        UpstreamSplitsError: if splits should be kept that the files do not say.
        InputError: if files are not as published, or the version is taken.
    """
    upstream = read_upstream(folder)
    tables = upstream_tables(upstream.pairs)
    stages = (splits or SplitSettings(), variants or VariantSettings(), leakage or LeakageSettings())
    contents = upstream_contents(upstream, tables, *stages, keep_splits=keep_splits)
    return Imported(upstream, tables, contents, publish_release(contents, release or ReleaseSettings(), releases))


def import_by_settings(settings: ValuenetSettings, folder: Path, *, keep_splits: bool) -> Imported:
    """Import with the settings of a build, and write what was read into the warehouse too.

    Where the settings say nothing of variants, the balanced one leaves out what the paper left out, if there are so
    many rows. Where they say nothing of the release, its name tells it from one that was built here.
    """
    named = ReleaseSettings(**{**_UPSTREAM_RELEASE, **settings.dataset.release.model_dump(exclude_unset=True)})
    variants = settings.dataset.variants
    if not settings.dataset.variants.model_fields_set and _holds_what_the_paper_left_out(folder, settings, keep_splits):
        variants = VariantSettings(balance="published")
    imported = import_upstream(
        folder,
        releases=settings.releases,
        keep_splits=keep_splits,
        release=named,
        splits=settings.dataset.splits,
        variants=variants,
        leakage=settings.dataset.leakage,
    )
    _store(imported, Warehouse(settings.warehouse), settings, keep_splits=keep_splits)
    return imported


_UPSTREAM_RELEASE = {"name": "valuenet-upstream", "title": "VALUENET as published, in the shape of this project"}


def _holds_what_the_paper_left_out(folder: Path, settings: ValuenetSettings, keep_splits: bool) -> bool:
    tables = upstream_tables(read_upstream(folder).pairs)
    kept = tables.splits if keep_splits else None
    try:
        vary_published(tables.pairs, tables.labels, kept, settings.dataset.splits, VariantSettings(balance="published"))
    except VariantError:
        return False
    return True


def _store(imported: Imported, store: Warehouse, settings: ValuenetSettings, *, keep_splits: bool) -> None:
    pairs, labels, _ = imported.tables
    recipe = f"import {imported.contents.inputs[UpstreamPairs.table_name()]}"
    dropped = LabelsDropped.frame()
    frames: dict[type[Table], pd.DataFrame] = {
        UpstreamPairs: imported.upstream.pairs,
        UpstreamRejected: imported.upstream.rejected,
        Pairs: pairs,
        Labels: labels,
        LabelsDropped: dropped,
    }
    if not keep_splits:
        frames[SplitAssignments] = split_labelled(pairs, labels, dropped, settings.dataset.splits)
    for table, frame in frames.items():
        store.write(table, frame, recipe=recipe)


def upstream_contents(
    upstream: Upstream,
    tables: UpstreamTables,
    splits: SplitSettings,
    variants: VariantSettings,
    leakage: LeakageSettings,
    *,
    keep_splits: bool,
) -> ReleaseContents:
    """Return what the release holds.

    Raises:
        UpstreamSplitsError: as for ``import_upstream``.
    """
    if keep_splits and tables.splits is None:
        unknown = int(upstream.pairs["split"].isna().sum())
        raise UpstreamSplitsError(
            f"the files do not say the split of {unknown:,} of {len(upstream.pairs):,} pairs; import without "
            "--keep-splits, or add train.csv, eval.csv and test.csv"
        )
    kept = tables.splits if keep_splits else None
    made = vary_published(tables.pairs, tables.labels, kept, splits, variants)
    stages = {"splits": splits, "variants": variants, "leakage": leakage}
    return ReleaseContents(
        variants=made,
        annotations=None,
        agreement=None,
        leakage=report_leakage(made, leakage),
        statistics=describe_release(made),
        settings={name: stage.model_dump(mode="json") for name, stage in stages.items()},
        inputs={UpstreamPairs.table_name(): content_hash(upstream.pairs, UpstreamPairs.key())},
        kept_splits=keep_splits,
        platform="upstream",
        notes=_notes(upstream),
    )


def vary_published(
    pairs: DataFrame[Pairs],
    labels: DataFrame[Labels],
    kept: pd.DataFrame | None,
    splits: SplitSettings,
    variants: VariantSettings,
) -> dict[str, DataFrame[Examples]]:
    """Return the variants of labels whose votes nobody knows: ``agreement_count`` is empty, nothing joins augmented.

    ``kept`` is upstream's own split of each pair; None to split by text.
    """
    dropped = LabelsDropped.frame()
    split = split_labelled(pairs, labels, dropped, splits) if kept is None else kept
    made = make_variants(labels, dropped, split, pairs, variants)
    return {name: Examples.frame(rows.assign(agreement_count=float("nan"))) for name, rows in made.items()}


def _notes(upstream: Upstream) -> tuple[str, ...]:
    reasons = upstream.rejected["reason"].value_counts().sort_index()
    rejected = ", ".join(f"{reason} {count:,}" for reason, count in reasons.items())
    return (
        f"{len(upstream.pairs):,} pairs were read; rows not taken over: {rejected or 'none'}.",
        "Upstream's own row ids (uid) are not part of the release; `scenario_id` is made from the text.",
        "Upstream's `eval` is called `validation`.",
    )
