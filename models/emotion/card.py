"""The README.md of the folder of a reader of feeling. Every figure is computed."""

from __future__ import annotations

from valuenet.models.emotion.record import EmotionRecord
from valuenet.models.encoding.packaged import MINILM, MPNET
from valuenet.warehouse.templates import fill
from valuenet.warehouse.vocabulary import DIMENSIONS

_LICENCES = {MINILM: "MiniLM-L6, Apache-2.0", MPNET: "all-mpnet-base-v2, Apache-2.0"}


def render_emotion_card(record: EmotionRecord) -> str:
    """Return the card of the reader that ``record`` describes, as Markdown with front matter."""
    settings = record.settings
    rows = {"**this reader**": record.metrics, **record.baselines}
    return fill(
        "valuenet.models.emotion",
        "card.md.j2",
        settings=settings,
        distress=settings.distress,
        gap=3 - settings.distress.worst_valence,
        record=record,
        dimensions=DIMENSIONS,
        scores=rows,
        encoder_licence=_LICENCES.get(settings.encoder, f"that of `{settings.encoder}`"),
    )
