"""The README.md of the folder of a reader of feeling. Every figure is computed."""

from __future__ import annotations

from valuenet.models.emotion.metrics import EmotionMetrics
from valuenet.models.emotion.record import EmotionRecord
from valuenet.models.encoding.packaged import MINILM, MPNET
from valuenet.warehouse.vocabulary import DIMENSIONS

_CARD = """---
language: en
tags: [emotion, valence, arousal, distress, emobank]
---

# A reader of feeling

It reads a short English text and answers with valence (1 unpleasant, 3 neutral, 5 pleasant), arousal (1 calm to 5
excited) and, from both, an intensity of distress from 1 (none) to 5.

## How to use it

    from valuenet.models.emotion.model import EmotionModel
    reader = EmotionModel.load("this folder")
    reader.read(["I miss my mother"])   # (1, 2) float64: valence, intensity of distress
    reader.rate(["I miss my mother"])   # (1, 2) float64: valence, arousal

## What it is

| | |
|---|---|
| encoder | `{settings.encoder}`, frozen: means of all layers, at most {settings.max_length} tokens of a text |
| head | ridge regression per dimension; penalties {penalties} |
| distress | 1 + 4 * clip(u * (1 + {distress.arousal_weight:g} * (arousal - 3)), 0, 1), \
u = clip((3 - valence) / {gap:g}, 0, 1) |

## What it learned from

EmoBank (Buechel and Hahn 2017), mean ratings of readers and writers: {data}. The part `test` was not read.

## How good it is

Measured on the development part, which also chose the penalties: expect a little less on new data. r is Pearson's,
error the mean absolute one on the scale from 1 to 5.

| | {heads} |
|---|{lines}
{scores}

VADER knows no arousal: how far its valence is from neutral stands in for it.

## Limits

- People rated sentences from news, blogs, fiction and letters, mostly near the middle of the scales; the regression
  keeps nearer still. Compare texts with one another rather than with the ends of a scale.
- Intensity of distress is a formula, not something people rated: no figure above says how good it is.
- What a text says is read, not how its writer feels: irony, quotation and other people's feelings are taken at face
  value. It is no instrument for diagnosis or for judging persons.

## Licences

- Data: EmoBank, CC BY-SA 4.0.
- Encoder: {encoder_licence}.
- The weights here stand under the terms of both.
"""

_LICENCES = {MINILM: "MiniLM-L6, Apache-2.0", MPNET: "all-mpnet-base-v2, Apache-2.0"}


def render_emotion_card(record: EmotionRecord) -> str:
    """Return the card of the reader that ``record`` describes, as Markdown with front matter."""
    settings = record.settings
    rows = {"**this reader**": record.metrics, **record.baselines}
    return _CARD.format(
        settings=settings,
        distress=settings.distress,
        gap=3 - settings.distress.worst_valence,
        penalties=", ".join(f"{penalty:g} ({name})" for name, penalty in record.penalties.items()),
        data=", ".join(f"{count:,} texts of the part `{part}`" for part, count in record.data.items()),
        heads=" | ".join(f"{name}: r | {name}: error" for name in DIMENSIONS),
        lines="---|" * 2 * len(DIMENSIONS),
        scores="\n".join(f"| {name} | {_scores(metrics)} |" for name, metrics in rows.items()),
        encoder_licence=_LICENCES.get(settings.encoder, f"that of `{settings.encoder}`"),
    )


def _scores(metrics: EmotionMetrics) -> str:
    scores = [metrics.per_dimension[name] for name in DIMENSIONS]
    return " | ".join(
        f"{'undefined' if s.pearson is None else format(s.pearson, '.3f')} | {s.absolute_error:.3f}" for s in scores
    )
