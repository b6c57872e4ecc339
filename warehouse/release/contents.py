"""What goes into a release, from whichever side it comes: a crowd's judgements or an upstream data set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pandera.typing import DataFrame

from valuenet.warehouse.crowd_tables import Agreement
from valuenet.warehouse.release_tables import Annotations, Examples, Leakage

#: Who judged: people, the simulated crowd, or whoever the upstream data set asked.
Judges = Literal["people", "simulated", "upstream"]


#: What `annotations` calls the platform of the simulated crowd.
SIMULATED = "simulated"


def judges_of(annotations: DataFrame[Annotations] | None) -> Judges:
    """Return who judged, as the judgements themselves say; one simulated among them is told."""
    if annotations is None:
        return "upstream"
    return "simulated" if (annotations["platform"] == SIMULATED).any() else "people"


def codebook_of(annotations: DataFrame[Annotations], now: str) -> str:
    """Return the version of the codebook the workers saw: ``now``, or the last one there is a judgement under."""
    seen = sorted(annotations["codebook_version"].unique())
    return now if now in seen or not seen else str(seen[-1])


@dataclass(frozen=True)
class ReleaseContents:
    """Everything a release holds, before it is a file.

    Attributes:
        variants: examples of ``original``, ``balanced`` and ``augmented``.
        annotations: the judgements behind them; None where they were not published (upstream).
        agreement: agreement of the counted judgements; None where there are none.
        leakage: what the splits of each variant share.
        statistics: figures of ``describe_release``.
        settings: settings of every stage that ``verify`` repeats, ready for JSON: ``splits``, ``variants``,
            ``leakage``, and with annotations ``consensus`` and ``agreement``.
        inputs: content hash of each table the release was made from; ``valuenet history`` maps it to a version.
        codebook_version: version of the instrument the workers saw; empty where unknown.
        kept_splits: whether the splits are upstream's own rather than drawn here.
        platform: who judged.
        notes: further sentences for the card, such as what was not taken over.
    """

    variants: Mapping[str, DataFrame[Examples]]
    annotations: DataFrame[Annotations] | None
    agreement: DataFrame[Agreement] | None
    leakage: DataFrame[Leakage]
    statistics: Mapping[str, Any]
    settings: Mapping[str, Any]
    inputs: Mapping[str, str]
    codebook_version: str = ""
    kept_splits: bool = False
    platform: Judges = "people"
    notes: tuple[str, ...] = ()
