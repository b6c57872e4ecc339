"""Makes a published release again from its own annotations, and says where it differs. Needs no warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from pandera.typing import DataFrame
from pydantic import ValidationError

from valuenet.annotation.agreement import AgreementSettings, measure_agreement
from valuenet.annotation.consensus import ConsensusSettings, agree
from valuenet.curation.datasets.valuenet import upstream_tables
from valuenet.flows.reddit.verify import verify_support
from valuenet.flows.upstream import vary_published
from valuenet.flows.verdict import Verdict, check_outside, judge
from valuenet.warehouse.crowd_tables import Agreement, Judgements, Pairs
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.release.compare import Problem, first_row_that_differs
from valuenet.warehouse.release.contents import ReleaseContents, judges_of
from valuenet.warehouse.release.held import split_labelled
from valuenet.warehouse.release.leakage import LeakageSettings, report_leakage
from valuenet.warehouse.release.manifest import LABELLED, MANIFEST, read_kind
from valuenet.warehouse.release.place import PlaceError
from valuenet.warehouse.release.read import Release
from valuenet.warehouse.release.remade import compare_remade, drawn_here
from valuenet.warehouse.release.render import render_around, render_rows
from valuenet.warehouse.release.rows import file_name
from valuenet.warehouse.release.splits import SplitSettings
from valuenet.warehouse.release.statistics import describe_release
from valuenet.warehouse.release.variants import VariantSettings, make_variants
from valuenet.warehouse.release_tables import Annotations, Examples
from valuenet.warehouse.vocabulary import SPLITS, UTILITIES, VARIANTS

Frames = dict[tuple[str, str], pd.DataFrame]
_JUDGED = ("annotations", "train")
_STAGES = {"splits", "variants", "leakage"}
_STAGES_OF_JUDGED = _STAGES | {"consensus", "agreement"}


class Remade(NamedTuple):
    """What the annotations (or the labels as given) make of a release."""

    variants: Mapping[str, DataFrame[Examples]]
    agreement: DataFrame[Agreement] | None


def verify_any(uri: str | Path, key: str = "") -> Verdict:
    """Return what is wrong with a release of whichever kind.

    Raises:
        ReleaseUnreadableError, StorageError, KeyFileError: as for ``verify_release``.
    """
    check_outside(uri)
    return verify_release(uri, key) if read_kind(uri) == LABELLED else verify_support(uri, key)


def verify_release(uri: str | Path, key: str = "") -> Verdict:
    """Return what differs between a release and what its own annotations and settings make.

    Every file is made again: labels, splits, variants, agreement, leakage and statistics from the judgements, then
    card, metadata and figures from those. Without annotations (an imported data set) the labels of ``original`` are
    taken as given, and so are splits that were kept.

    Args:
        uri: folder or ``s3://`` prefix.
        key: public key it must be signed with (see ``read_public_key``); empty where none is asked for.

    Raises:
        ReleaseUnreadableError: if there is no release, or its manifest is broken.
        StorageError: if it cannot be read.
        KeyFileError: if ``key`` is no public key.
    """
    check_outside(uri)
    release = Release(uri)
    frames, broken = _read_frames(release)
    made_of = "the judgements in it" if _JUDGED in frames else "the labels in it (it holds no judgements)"
    rows = sum(len(frame) for frame in frames.values())
    contents = [] if broken else _check_contents(release, frames)
    return judge(release, key, f"{rows:,} rows, computed again from {made_of}", rows, [*broken, *contents])


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
    yield from _check_statements(release, frames)
    try:
        remade = _remake(release, frames)
        contents = _contents(release, frames, remade)
    except KeyError as error:
        yield Problem(MANIFEST, None, "settings", f"nothing for {error}", "the settings of every stage")
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(["settings", *map(str, first["loc"])])
        yield Problem(MANIFEST, None, field, first["msg"], "settings of this version")
    except InputError as error:
        yield Problem("annotations" if _JUDGED in frames else "original", None, "", str(error), "rows")
    else:
        wrong = list(_compare_rows(remade, frames))
        yield from wrong
        named, drawn = release.manifest.settings.release, drawn_here(release.manifest)
        rows = render_rows(contents)
        expected = {**rows, **render_around(contents, named, {**rows, **_there(release, rows)}, drawn)}
        yield from compare_remade(release, expected, {problem.file for problem in wrong})


def _there(release: Release, rows: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the Parquet files of a release as they are, since its card and metadata name their checksums."""
    there = release.place.sizes()
    return {name: release.place.read(name) for name in rows if name in there}


def _contents(release: Release, frames: Frames, remade: Remade) -> ReleaseContents:
    """Return what the release would be rendered from; what the manifest alone knows is taken from it."""
    manifest, annotations = release.manifest, frames.get(_JUDGED)
    return ReleaseContents(
        variants=remade.variants,
        annotations=None if annotations is None else Annotations.frame(annotations),
        agreement=remade.agreement,
        leakage=report_leakage(remade.variants, LeakageSettings(**release.settings["leakage"])),
        statistics=describe_release(remade.variants),
        settings=manifest.stages(),
        inputs=manifest.inputs,
        codebook_version=manifest.codebook_version,
        kept_splits=manifest.kept_splits,
        platform=manifest.platform,
        notes=manifest.notes,
    )


def _check_statements(release: Release, frames: Frames) -> Iterator[Problem]:
    """Yield what the manifest says of the judges, their codebook and the splits that the judgements do not bear out."""
    manifest, annotations = release.manifest, frames.get(_JUDGED)
    judged = None if annotations is None else Annotations.frame(annotations)
    right: dict[str, Any] = {"platform": judges_of(judged), "kept_splits": manifest.kept_splits and judged is None}
    codebooks = [""] if judged is None else sorted(judged["codebook_version"].unique())
    if manifest.codebook_version not in codebooks:
        right["codebook_version"] = " or ".join(codebooks)
    if manifest.format == 1:  # which took the platform from the settings of the build
        del right["platform"]
    for name, wanted in right.items():
        if getattr(manifest, name) != wanted:
            yield Problem(MANIFEST, None, name, f"{getattr(manifest, name)!r}", f"{wanted!r}, by the judgements in it")
    stages = manifest.stages().keys()
    extra = sorted(stages - (_STAGES if judged is None else _STAGES_OF_JUDGED))
    if extra:
        yield Problem(MANIFEST, None, "settings", ", ".join(extra), "the settings of the stages that made it")


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
    kept = original[["scenario_id", "value", "split"]] if release.manifest.kept_splits else None
    annotations = frames.get(_JUDGED)
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
            actual = frames.get((variant, split), expected.head(0))
            problem = first_row_that_differs(file_name(variant, split), actual, expected)
            if problem:
                yield problem
