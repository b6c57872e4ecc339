"""Makes a published release again from its own annotations, and says where it differs. Needs no warehouse."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from pandera.typing import DataFrame
from pydantic import ValidationError

from valuenet.annotation.agreement import AgreementSettings, measure_agreement
from valuenet.annotation.consensus import ConsensusSettings, agree
from valuenet.curation.datasets.valuenet import upstream_tables
from valuenet.flows.reddit.verify import SupportReport, verify_support
from valuenet.flows.upstream import vary_published
from valuenet.warehouse.crowd_tables import Agreement, Judgements, Pairs
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.release.compare import Problem, check_files, first_figure_that_differs, first_row_that_differs
from valuenet.warehouse.release.held import split_labelled
from valuenet.warehouse.release.leakage import LeakageSettings, report_leakage
from valuenet.warehouse.release.place import PlaceError
from valuenet.warehouse.release.read import LABELLED, Release
from valuenet.warehouse.release.render import MANIFEST
from valuenet.warehouse.release.report_json import agreement_rows, leakage_summary, to_json
from valuenet.warehouse.release.rows import file_name
from valuenet.warehouse.release.splits import SplitSettings
from valuenet.warehouse.release.statistics import describe_release
from valuenet.warehouse.release.variants import VariantSettings, make_variants
from valuenet.warehouse.release_tables import Annotations, Examples
from valuenet.warehouse.vocabulary import SPLITS, UTILITIES, VARIANTS

Frames = dict[tuple[str, str], pd.DataFrame]


class VerifyReport(NamedTuple):
    """What was checked, and every problem found: one per file, at its first row that differs."""

    uri: str
    version: str
    files: int
    rows: int
    with_annotations: bool
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as it should be."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        problems = [problem._asdict() for problem in self.problems]
        return {**self._asdict(), "ok": self.ok, "problems": problems}

    def text(self) -> str:
        """Return the verdict to read, with one line for each problem."""
        made_of = "the judgements in it" if self.with_annotations else "the labels in it (it holds no judgements)"
        checked = f"{self.uri} {self.version}: {self.files} files, {self.rows:,} rows, computed again from {made_of}"
        verdict = "everything is as it should be" if self.ok else f"{len(self.problems)} problem(s)"
        return "\n".join([f"{checked}: {verdict}", *map(str, self.problems)])


class Remade(NamedTuple):
    """What the annotations (or the labels as given) make of a release."""

    variants: Mapping[str, DataFrame[Examples]]
    agreement: DataFrame[Agreement] | None


def verify_any(uri: str | Path) -> VerifyReport | SupportReport:
    """Return what is wrong with a release of whichever kind.

    Raises:
        ReleaseUnreadableError, StorageError: as for ``verify_release``.
    """
    return verify_release(uri) if Release(uri).kind == LABELLED else verify_support(uri)


def verify_release(uri: str | Path) -> VerifyReport:
    """Return what differs between a release and what its own annotations and settings make.

    Every checksum, label, split, variant, agreement, leakage and statistic is computed again. Without annotations (an
    imported data set) the labels of ``original`` are taken as given, and so are splits that were kept.

    Raises:
        ReleaseUnreadableError: if there is no release, or its manifest is broken.
        StorageError: if it cannot be read.
    """
    release = Release(uri)
    problems = check_files(release)
    frames, broken = _read_frames(release)
    problems += broken
    rows = sum(len(frame) for frame in frames.values())
    if not broken:
        problems += _check_contents(release, frames)
    files = len(release.manifest["files"])
    return VerifyReport(str(uri), release.version, files, rows, ("annotations", "train") in frames, tuple(problems))


def _read_frames(release: Release) -> tuple[Frames, list[Problem]]:
    """Return the rows of every file that can be read, and a problem for each that cannot."""
    frames: Frames = {}
    broken: list[Problem] = []
    for config in (*VARIANTS, "annotations"):
        for split in release.splits(config):
            try:
                frames[config, split] = release.rows(config, split)
            except PlaceError:
                continue  # a missing file; the check of files has said so
            except InputError as error:
                broken.append(Problem(file_name(config, split), None, "", str(error), "rows of this config"))
    return frames, broken


def _check_contents(release: Release, frames: Frames) -> Iterator[Problem]:
    yield from _check_cells(frames)
    try:
        remade = _remake(release, frames)
        leakage = report_leakage(remade.variants, LeakageSettings(**release.settings["leakage"]))
    except KeyError as error:
        yield Problem(MANIFEST, None, "settings", f"nothing for {error}", "the settings of every stage")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(["settings", *map(str, first["loc"])])
        yield Problem(MANIFEST, None, place, first["msg"], "settings of this version")
    except InputError as error:
        yield Problem("annotations" if ("annotations", "train") in frames else "original", None, "", str(error), "rows")
    else:
        yield from _compare_rows(remade, frames)
        yield from _compare_figures(release, remade, leakage_summary(leakage))


def _check_cells(frames: Frames) -> Iterator[Problem]:
    """Yield a problem where an id is not the text's, a utility not the label's, a reason not in line with counting."""
    for (config, split), frame in frames.items():
        rights = frame.assign(scenario_id=[scenario_id(text) for text in frame["scenario"]])
        if config == "annotations":
            rights["counted"] = frame["set_aside_reason"].isna()
        else:
            rights["utility"] = frame["label"].map(UTILITIES).astype("int64")
        problem = first_row_that_differs(file_name(config, split), frame, rights)
        if problem:
            yield problem


def _remake(release: Release, frames: Frames) -> Remade:
    splits, variants = (release.settings[name] for name in ("splits", "variants"))
    stages = (SplitSettings(**splits), VariantSettings(**variants))
    original = pd.concat([frames["original", split] for split in SPLITS if ("original", split) in frames])
    kept = original[["scenario_id", "value", "split"]] if release.manifest["kept_splits"] else None
    annotations = frames.get(("annotations", "train"))
    if annotations is None:
        given = upstream_tables(original.rename(columns={"scenario": "text"}))
        return Remade(vary_published(given.pairs, given.labels, kept, *stages), None)
    return _remake_from(Annotations.frame(annotations), kept, release.settings, *stages)


def _remake_from(
    annotations: DataFrame[Annotations],
    kept: pd.DataFrame | None,
    settings: Mapping[str, Any],
    splits: SplitSettings,
    variants: VariantSettings,
) -> Remade:
    counted = annotations[annotations["counted"]].rename(columns={"scenario": "text"})
    surveys = "q-" + counted["assignment_id"].str.removeprefix("a-")  # a release does not say the survey
    judgements = Judgements.frame(counted.assign(survey_id=surveys))
    pairs = Pairs.frame(counted[Pairs.columns()].drop_duplicates())
    agreed = agree(judgements, ConsensusSettings(**settings["consensus"]))
    split = split_labelled(pairs, agreed.labels, agreed.dropped, splits) if kept is None else kept
    made = make_variants(agreed.labels, agreed.dropped, split, pairs, variants)
    return Remade(made, measure_agreement(judgements, AgreementSettings(**settings["agreement"])))


def _compare_rows(remade: Remade, frames: Frames) -> Iterator[Problem]:
    for variant in VARIANTS:
        rows = remade.variants[variant].sort_values(Examples.key(), kind="stable")
        for split in SPLITS:
            expected = rows[rows["split"] == split]
            found = frames.get((variant, split), expected.head(0))
            problem = first_row_that_differs(file_name(variant, split), found, expected)
            if problem:
                yield problem


def _compare_figures(release: Release, remade: Remade, leakage: dict[str, Any]) -> Iterator[Problem]:
    wanted: dict[str, Any] = {"statistics.json": describe_release(remade.variants), "leakage.json": leakage}
    if remade.agreement is not None:
        wanted["agreement.json"] = agreement_rows(remade.agreement)
    for name, figures in wanted.items():
        try:
            found = json.loads(release.place.read(name))
        except PlaceError:
            continue  # missing; said already
        except ValueError:
            yield Problem(name, None, "", "no JSON", "figures")
            continue
        problem = first_figure_that_differs(name, found, json.loads(to_json(figures)))
        if problem:
            yield problem
