"""Agreed labels to a published release: split, vary, describe, publish. Read top to bottom."""

from typing import Any, NamedTuple

from pandera.typing import DataFrame
from prefect import flow

from valuenet.annotation.codebook_maps import under_codebook
from valuenet.flows.artifacts import show_release, show_steps
from valuenet.flows.services.crowd import open_codebook
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport, run_task
from valuenet.flows.table_steps import TableStep
from valuenet.warehouse.crowd_tables import (
    Agreement,
    Assignments,
    CodebookMaps,
    Judgements,
    JudgementsSetAside,
    Labels,
    LabelsDropped,
    Pairs,
    SplitAssignments,
    Surveys,
)
from valuenet.warehouse.release.contents import ReleaseContents, codebook_of, judges_of
from valuenet.warehouse.release.held import split_labelled
from valuenet.warehouse.release.leakage import report_leakage
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import ReleaseRef, publish_release
from valuenet.warehouse.release.statistics import describe_release
from valuenet.warehouse.release.variants import make_variants
from valuenet.warehouse.release_tables import Annotations
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Table

#: Tables a release is made from; their content hashes stand in its manifest.
INPUTS: tuple[type[Table], ...] = (
    Pairs, Surveys, Assignments, Judgements, JudgementsSetAside, Labels, LabelsDropped, Agreement, SplitAssignments,
)  # fmt: skip

#: Labels to the split of every pair.
SPLITS = TableStep(split_labelled, "dataset.splits", (Pairs, Labels, LabelsDropped), (SplitAssignments,))


class Built(NamedTuple):
    """Where things lie after a build."""

    release: str
    model: str | None


@flow(name="release")
def release(settings: ValuenetSettings) -> ReleaseRef:
    """Publish LABELS as an immutable release with its card, figures and checksums."""
    store = Warehouse(settings.warehouse)
    split = SPLITS.run(settings, store)
    published = publish(settings, store)
    show_steps("release", [split, StepReport("publish release", not published.created, {})])
    figures = Place(published.uri).inner("figures")
    pngs = [name for name in figures.sizes() if name.endswith(".png")]
    show_release(published.uri, published.created, [(name[:-4], figures.read(name)) for name in sorted(pngs)])
    return published


def publish(settings: ValuenetSettings, store: Warehouse) -> ReleaseRef:
    """Assemble and publish the release as one Prefect task."""

    def publish_it() -> ReleaseRef:
        return publish_release(assemble(settings, store), settings.for_corpus().dataset.release, settings.releases)

    return run_task("publish release", publish_it, retries=2)


def assemble(settings: ValuenetSettings, store: Warehouse) -> ReleaseContents:
    """Return the contents of the release that the tables of ``store`` make now."""
    pairs, labels = store.read(Pairs), store.read(Labels)
    variants = make_variants(
        labels, store.read(LabelsDropped), store.read(SplitAssignments), pairs, settings.dataset.variants
    )
    codebook = open_codebook(settings).content_version
    annotations = annotations_of(store, codebook_version=codebook)
    return ReleaseContents(
        variants=variants,
        annotations=annotations,
        agreement=store.read(Agreement),
        leakage=report_leakage(variants, settings.dataset.leakage),
        statistics=describe_release(variants),
        settings=_stages(settings),
        inputs={table.table_name(): state.content for table in INPUTS if (state := store.state(table))},
        codebook_version=codebook_of(annotations, codebook),
        platform=judges_of(annotations),
    )


def annotations_of(store: Warehouse, *, codebook_version: str) -> DataFrame[Annotations]:
    """Return the judgements on the chosen pairs, hidden checks left out, each with whether it counts.

    An answer under an older codebook stands with what it is mapped to, where there is a map.
    """
    asked = store.read(Surveys)[["survey_id", "position", "round", "text", "role"]]
    platform = store.read(Assignments)[["assignment_id", "platform"]]
    aside = store.read(JudgementsSetAside).rename(columns={"reason": "set_aside_reason"})
    judgements = under_codebook(store.read(Judgements), store.read_or_empty(CodebookMaps), codebook_version)
    rows = (
        judgements.merge(asked, on=["survey_id", "position"])
        .merge(platform, on="assignment_id")
        .merge(store.read(Pairs)[Pairs.key()], on=Pairs.key())
        .merge(aside, on=Judgements.key(), how="left")
    )
    shown = rows[rows["role"] != "check"].rename(columns={"text": "scenario"})
    counted = shown["set_aside_reason"].isna()
    return Annotations.frame(shown.assign(counted=counted)[Annotations.columns()].sort_values(Annotations.key()))


def _stages(settings: ValuenetSettings) -> dict[str, Any]:
    annotation, dataset = settings.annotation, settings.dataset
    stages = {
        "consensus": annotation.consensus,
        "agreement": annotation.agreement,
        "splits": dataset.splits,
        "variants": dataset.variants,
        "leakage": dataset.leakage,
    }
    return {name: stage.model_dump(mode="json") for name, stage in stages.items()}
