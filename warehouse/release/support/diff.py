"""What changed between two releases of support threads, row by row with the reason, and the version that says so."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from valuenet.warehouse.release.diff import changed_files, changed_settings
from valuenet.warehouse.release.diff_report import plain_changes, plain_settings, report
from valuenet.warehouse.release.support.diff_reasons import History, reason_of
from valuenet.warehouse.release.support.read import SupportRelease
from valuenet.warehouse.release.support.schema import COLUMNS, CONFIGS, key_of
from valuenet.warehouse.release.support.tombstones import read_tombstones

_COLUMNS = ["config", "key", "change", "old_split", "new_split", "reason"]


class SupportDiff(NamedTuple):
    """What makes two releases different.

    ``changes``: one row per config and key that was ``added``, ``gone``, ``moved`` to another split, ``relabelled``
    (values, scores or times differ) or ``rewritten`` (texts differ), with the reason. ``months``: read for the new
    release alone. ``settings``: path -> (old, new). ``files``: names that differ. ``proposed``: the version number the
    new release should have at least.
    """

    old_version: str
    new_version: str
    changes: pd.DataFrame
    months: list[str]
    settings: dict[str, tuple[Any, Any]]
    files: list[str]
    proposed: str

    def counts(self) -> dict[str, dict[str, int]]:
        """Return config -> ``change (reason)`` -> rows."""
        reasons = self.changes["change"] + " (" + self.changes["reason"] + ")"
        counters = {config: Counter(reasons[self.changes["config"] == config]) for config in CONFIGS}
        return {config: dict(sorted(counts.items())) for config, counts in counters.items() if counts}

    def to_json(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "old": self.old_version,
            "new": self.new_version,
            "proposed": self.proposed,
            "counts": self.counts(),
            "months": self.months,
            "settings": plain_settings(self.settings),
            "files": self.files,
            "changes": plain_changes(self.changes),
        }

    def text(self) -> str:
        """Return a report to read: counts with reasons, new months, settings, the first changes, the number."""
        lines = [f"{self.old_version} -> {self.new_version}"]
        lines += [
            f"{config}: " + ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
            for config, kinds in self.counts().items()
        ]
        lines += [f"new months: {', '.join(self.months)}"] if self.months else []
        return report(lines, self, lambda row: f"{row.config}: {row.change} {row.key} ({row.reason})")


def diff_support(old: SupportRelease, new: SupportRelease) -> SupportDiff:
    """Return what changed from ``old`` to ``new``.

    A row that is gone without having been withdrawn, is relabelled, rewritten or in another split asks for a new major
    number: figures measured on the old release no longer hold. Added rows ask for a minor one; rows withdrawn, and
    anything else in the files, for a patch.

    Raises:
        ReleaseRowsError, PlaceError: if a file of either cannot be read.
    """
    months = [month for month in new.facts.months if month not in old.facts.months]
    settings = changed_settings(old, new)
    stones = read_tombstones(old.place).rows
    history = History({config: frozenset(keys) for config, keys in stones.items()}, frozenset(months), tuple(settings))
    changes = pd.concat([_changes(config, old, new, history) for config in CONFIGS], ignore_index=True)
    files = changed_files(old, new)
    return SupportDiff(
        old.version, new.version, changes, months, settings, files, _propose(old.version, changes, files)
    )


def _changes(config: str, old: SupportRelease, new: SupportRelease, history: History) -> pd.DataFrame:
    both = _marks(config, old).merge(_marks(config, new), on="key", how="outer", suffixes=("_old", "_new"))
    both = both.assign(change=_kinds(both), config=config)
    changed = both[both["change"] != ""].sort_values(["change", "key"])
    changed = changed.assign(reason=[reason_of(row, history) for row in changed.itertuples()])
    return changed.rename(columns={"split_old": "old_split", "split_new": "new_split"})[_COLUMNS].astype("str")


def _kinds(both: pd.DataFrame) -> pd.Series[str]:
    """Return the kind of change of each row, the graver one first; empty where nothing changed."""
    kinds = pd.Series("", index=both.index, dtype="object")
    kinds[both["labels_old"] != both["labels_new"]] = "relabelled"
    kinds[both["texts_old"] != both["texts_new"]] = "rewritten"
    kinds[both["split_old"] != both["split_new"]] = "moved"
    kinds[both["split_new"].isna()] = "gone"
    kinds[both["split_old"].isna()] = "added"
    return kinds.astype("str")


def _marks(config: str, release: SupportRelease) -> pd.DataFrame:
    """Return key, split, month of the last turn, and hashes of labels and texts of every row of a config."""
    there = [(split, release.table(config, split)) for name, split in release.files() if name == config]
    frames = [_marks_of(config, table).assign(split=split) for split, table in there]
    columns = ["key", "labels", "texts", "month", "split"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns, dtype="object")


def _marks_of(config: str, table: pa.Table) -> pd.DataFrame:
    texts = [column.name for column in COLUMNS[config] if column.says and column.name in table.column_names]
    labels = table.drop_columns(texts)
    last = [f"{times[-1]:%Y-%m}" for times in table["times"].to_pylist()] if "times" in table.column_names else ""
    return pd.DataFrame(
        {
            "key": table[key_of(config)].to_pylist(),
            "labels": [hash(repr(row)) for row in labels.to_pylist()],
            "texts": [hash(repr(row)) for row in table.select(texts).to_pylist()] if texts else 0,
            "month": last,
        }
    )


def _propose(version: str, changes: pd.DataFrame, files: list[str]) -> str:
    major, minor, patch = (int(part) for part in version.split("."))
    kinds = set(changes.loc[changes["reason"] != "withdrawn", "change"])
    if kinds - {"added"}:
        return f"{major + 1}.0.0"
    if kinds:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if files or len(changes) else version
