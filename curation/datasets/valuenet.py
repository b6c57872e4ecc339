"""Takes over a VALUENET release that others published, so that its owners get the same releases from it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.curation.datasets.valuenet_files import (
    BadRow,
    PublishedRow,
    UpstreamFormatError,
    published_files,
    published_rows,
)
from valuenet.warehouse.crowd_tables import Labels, Pairs
from valuenet.warehouse.upstream_tables import UpstreamPairs, UpstreamRejected
from valuenet.warehouse.vocabulary import VALUES

_PAIR = ["scenario_id", "value"]


class Upstream(NamedTuple):
    """What the files hold. Every row of every file is in one of the two (twice told pairs are told so)."""

    pairs: DataFrame[UpstreamPairs]
    rejected: DataFrame[UpstreamRejected]


class UpstreamTables(NamedTuple):
    """The same pairs in the tables a release is made from; ``splits`` is None where a pair's split is not known."""

    pairs: DataFrame[Pairs]
    labels: DataFrame[Labels]
    splits: pd.DataFrame | None


def read_upstream(folder: Path) -> Upstream:
    """Return the pairs of the published CSV files under ``folder``, and the rows that were not taken over.

    A folder may hold both shapes at once: the files per split then say the split and the files per value the uid.
    ``eval`` is called ``validation`` here. Of a pair told twice by one shape the first is kept; a pair with two
    different labels is not taken over at all.

    Raises:
        UpstreamFormatError: if folder, columns or labels are not as published, or no row is good.
        UnknownValueError: if a value is not one of the ten.
    """
    rows = [row for path in published_files(folder) for row in published_rows(path, folder)]
    good = pd.DataFrame([row for row in rows if isinstance(row, PublishedRow)], columns=list(PublishedRow._fields))
    bad = [row for row in rows if isinstance(row, BadRow)]
    if good.empty:
        raise UpstreamFormatError(f"{folder} holds no usable row ({len(bad):,} were rejected); is it the right folder?")
    torn = good.groupby(_PAIR)["label"].transform("nunique") > 1
    whole = good[~torn]
    again = whole.assign(in_split=whole["split"].notna()).duplicated([*_PAIR, "in_split"])
    bad += _rejects(good[torn], "contradiction", "the pair has another label elsewhere")
    bad += _rejects(whole[again], "repeated", "the pair stands earlier in the same kind of file")
    rejected = pd.DataFrame(bad, columns=list(BadRow._fields))
    return Upstream(UpstreamPairs.frame(_join_shapes(whole[~again])), UpstreamRejected.frame(rejected))


def upstream_tables(pairs: pd.DataFrame) -> UpstreamTables:
    """Return pairs (as in ``UpstreamPairs``), labels and splits as the crowd's own tables have them.

    Upstream does not publish votes: each label counts as one judgement, which says nothing about agreement.
    Upstream splits pairs, not texts, so ``splits`` has columns scenario_id, value and split.
    """
    counts = {f"{label}_count": (pairs["label"] == label).astype("int64") for label in ("yes", "no", "unrelated")}
    labels = pairs.assign(agreement_count=1, **counts)
    splits = None if pairs["split"].isna().any() else pairs[[*_PAIR, "split"]]
    return UpstreamTables(Pairs.frame(pairs), Labels.frame(labels), splits)


def _rejects(rows: pd.DataFrame, reason: str, detail: str) -> list[BadRow]:
    places = zip(rows["source_file"], rows["source_line"], strict=True)
    return [BadRow(file, line, reason, detail) for file, line in places]


def _join_shapes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per pair: a row that knows its split goes before one that does not, and lends its uid."""
    ordered = rows.assign(unknown=rows["split"].isna(), place=rows["value"].map(VALUES.index))
    ordered = ordered.sort_values(["place", "scenario_id", "unknown"], kind="stable")
    uids = ordered.groupby(_PAIR, sort=False)["uid"].transform("first")
    return ordered.assign(uid=uids).drop_duplicates(_PAIR)
