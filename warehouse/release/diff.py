"""What changed between two releases, pair by pair with the reason, and the version number that says so."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import pandas as pd

from valuenet.warehouse.release.diff_reasons import Evidence, reason_of
from valuenet.warehouse.release.diff_report import plain_changes, plain_settings, report
from valuenet.warehouse.release.read import Published, Release
from valuenet.warehouse.vocabulary import VARIANTS

_PAIR = ["scenario_id", "value"]
_COLUMNS = ["config", *_PAIR, "change", "old_label", "new_label", "old_split", "new_split", "reason"]


class ReleaseDiff(NamedTuple):
    """What makes two releases different.

    ``changes``: one row per config and pair that was ``added``, ``gone``, ``relabelled``, ``moved`` to another split or
    ``recounted`` (only the number of agreeing workers differs), with both labels, both splits and the reason.
    ``settings``: path of a setting -> (old, new). ``annotations``: judgements added, gone and changed. ``files``:
    names of files that differ. ``proposed``: the version number the new release should have at least.
    """

    old_version: str
    new_version: str
    changes: pd.DataFrame
    annotations: dict[str, int]
    settings: dict[str, tuple[Any, Any]]
    files: list[str]
    proposed: str

    def counts(self) -> dict[str, dict[str, int]]:
        """Return config -> kind of change -> number of pairs."""
        kinds_of = {config: self.changes.loc[self.changes["config"] == config, "change"] for config in VARIANTS}
        counted = {config: dict(sorted(Counter(kinds).items())) for config, kinds in kinds_of.items()}
        return {config: kinds for config, kinds in counted.items() if kinds}

    def to_json(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "old": self.old_version,
            "new": self.new_version,
            "proposed": self.proposed,
            "counts": self.counts(),
            "annotations": self.annotations,
            "settings": plain_settings(self.settings),
            "files": self.files,
            "changes": plain_changes(self.changes),
        }

    def text(self) -> str:
        """Return a report to read: counts, reasons, the first changes, the proposed number."""
        lines = [f"{self.old_version} -> {self.new_version}"]
        lines += [f"{config}: " + _listed(kinds) for config, kinds in self.counts().items()]
        if any(self.annotations.values()):
            lines.append("annotations: " + _listed(self.annotations))
        return report(lines, self, _line)


def diff_releases(old: Release, new: Release) -> ReleaseDiff:
    """Return what changed from ``old`` to ``new``.

    A pair that is gone, has another label or stands in another split asks for a new major number: figures measured on
    the old release no longer hold. Added or recounted pairs and judgements ask for a minor one, anything else in the
    files for a patch.

    Raises:
        ReleaseRowsError, PlaceError: if a file of either cannot be read.
    """
    settings = changed_settings(old, new)
    rows = {config: (_rows_of(old, config), _rows_of(new, config)) for config in VARIANTS}
    evidence = Evidence.of((old.annotations(), new.annotations()), rows["original"], settings)
    changes = pd.concat([_changes(config, *rows[config], evidence) for config in VARIANTS], ignore_index=True)
    annotations = _annotation_changes(evidence)
    files = changed_files(old, new)
    proposed = _propose(old.version, changes, annotations, files)
    return ReleaseDiff(old.version, new.version, changes, annotations, settings, files, proposed)


def _changes(config: str, old: pd.DataFrame, new: pd.DataFrame, evidence: Evidence) -> pd.DataFrame:
    both = old.merge(new, on=_PAIR, how="outer", suffixes=("_old", "_new"), indicator="side")
    both["change"] = _kinds(both)
    changed = both[both["change"] != ""].rename(
        columns={"label_old": "old_label", "label_new": "new_label", "split_old": "old_split", "split_new": "new_split"}
    )
    changed = changed.assign(config=config).sort_values(["change", *_PAIR])
    changed["reason"] = [reason_of(row, evidence) for row in changed.itertuples()]
    return changed.reindex(columns=_COLUMNS).astype("str")


def _kinds(both: pd.DataFrame) -> pd.Series[str]:
    """Return the kind of change of each pair, the graver one first; empty where nothing changed."""
    kinds = pd.Series("", index=both.index, dtype="object")
    kinds[both["agreement_count_old"].fillna(0) != both["agreement_count_new"].fillna(0)] = "recounted"
    kinds[both["split_old"] != both["split_new"]] = "moved"
    kinds[both["label_old"] != both["label_new"]] = "relabelled"
    kinds[both["side"] == "left_only"] = "gone"
    kinds[both["side"] == "right_only"] = "added"
    return kinds.astype("str")


def _rows_of(release: Release, config: str) -> pd.DataFrame:
    columns = [*_PAIR, "label", "split", "agreement_count"]
    return release.examples(config)[columns] if release.splits(config) else pd.DataFrame(columns=columns)


def _annotation_changes(evidence: Evidence) -> dict[str, int]:
    sides = [frame.set_index(["assignment_id", "position"]) for frame in evidence.annotations]
    old, new = sides
    shared = old.index.intersection(new.index)
    columns = ["label", "counted"]
    differ = (old.loc[shared, columns].astype("str") != new.loc[shared, columns].astype("str")).any(axis=1)
    return {
        "added": len(new.index.difference(old.index)),
        "gone": len(old.index.difference(new.index)),
        "changed": int(differ.sum()),
    }


def changed_settings(old: Published[Any], new: Published[Any]) -> dict[str, tuple[Any, Any]]:
    """Return dotted path -> (old, new) of every setting that differs, with what the manifest says of the judges."""
    names_of = ("codebook_version", "kept_splits", "platform")
    manifests = [
        {name: getattr(r.manifest, name) for name in names_of if hasattr(r.manifest, name)} for r in (old, new)
    ]
    before, after = ({**_flat(r.settings), **kept} for r, kept in zip((old, new), manifests, strict=True))
    names = sorted(set(before) | set(after))
    return {n: (before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n)}


def _flat(settings: Any, path: str = "") -> dict[str, Any]:
    """Return settings by dotted path; name, version and date of the release itself are no settings here."""
    if not isinstance(settings, dict):
        return {path: settings}
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat |= _flat(value, f"{path}.{name}" if path else str(name))
    return {name: value for name, value in flat.items() if name not in ("release.version", "release.date")}


def changed_files(old: Published[Any], new: Published[Any]) -> list[str]:
    """Return the names of files that differ, by their checksums."""
    before, after = old.manifest.files, new.manifest.files
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _propose(version: str, changes: pd.DataFrame, annotations: dict[str, int], files: list[str]) -> str:
    major, minor, patch = (int(part) for part in version.split("."))
    kinds = set(changes["change"])
    if kinds & {"gone", "relabelled", "moved"}:
        return f"{major + 1}.0.0"
    if kinds or any(annotations.values()):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if files else version


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.items() if count)


def _line(row: Any) -> str:
    arrow = {
        "relabelled": f" {row.old_label} -> {row.new_label}",
        "moved": f" {row.old_split} -> {row.new_split}",
        "added": f" {row.new_label}",
        "gone": f" {row.old_label}",
    }
    return f"{row.config}: {row.change} {row.scenario_id} {row.value}{arrow.get(row.change, '')} ({row.reason})"
