"""The README.md of a detector's folder: what it is, what it learned from, how good it is. Every figure is computed."""

from __future__ import annotations

from valuenet.models.detector.metrics import PUBLISHED
from valuenet.models.detector.record import DetectorRecord
from valuenet.models.encoding.encoders import PACKAGED
from valuenet.models.encoding.packaged import MPNET
from valuenet.warehouse.templates import fill

_LICENCES = {PACKAGED: "MiniLM-L6, Apache-2.0", MPNET: "all-mpnet-base-v2, Apache-2.0"}
_USES = {"learned": "learned from", "held_out": "chose epoch and threshold", "validation": "measured on"}


def render_detector_card(record: DetectorRecord) -> str:
    """Return the card of the detector that ``record`` describes, as Markdown with front matter for the hub."""
    settings = record.settings
    rows = {
        "**this detector**": record.metrics,
        "this detector, premise alone": record.plain,
        "this detector on the held-out conclusions (optimistically biased)": record.held_out,
        **record.baselines,
    }
    return fill(
        "valuenet.models.detector",
        "card.md.j2",
        record=record,
        settings=settings,
        uses=_USES,
        scores=rows,
        published=", ".join(f"{name} {score:.2f}" for name, score in PUBLISHED.items()),
        encoder_licence=_licence(settings.encoder),
        companion=_companion(record),
        companion_licence="" if record.companion is None else f"\n- Companion: {_licence(record.companion.encoder)}.",
        terms="both" if record.companion is None else "all three",
    )


def _licence(encoder: str) -> str:
    return _LICENCES.get(encoder, f"that of `{encoder}`")


def _companion(record: DetectorRecord) -> str:
    """Return the row on the second encoder, on a line of its own; nothing where there is none."""
    beside = record.companion
    if beside is None:
        return ""
    return (
        f"\n| companion | {beside.describe()}. All figures are those of both together; "
        "`ValueDetector.load` needs it on the machine; plain transformers load the encoder above alone, for which the "
        "threshold was not chosen |"
    )
