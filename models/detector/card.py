"""The README.md of a detector's folder: what it is, what it learned from, how good it is. Every figure is computed."""

from __future__ import annotations

from valuenet.models.detector.metrics import PUBLISHED, DetectionMetrics
from valuenet.models.detector.record import DetectorRecord
from valuenet.models.encoding.encoders import PACKAGED
from valuenet.models.encoding.packaged import MPNET

_CARD = """---
library_name: transformers
pipeline_tag: text-classification
language: en
tags: [human-values, schwartz, valueeval, multi-label]
---

# A detector of the twenty value categories

It reads an argument, or any short English text, and gives each of the twenty categories of ValueEval'23 a probability
from 0 to 1 that the text draws on it. A category counts as found from {record.threshold:.2f} on: one threshold for all.

## How to use it

    from valuenet.models import ValueDetector
    detector = ValueDetector.load("this folder")
    detector.predict(["My sister is ill and I want to help her"])       # (1, 20) float32, categories in their order
    detector.detect(["My sister is ill and I want to help her"], top=3)  # the three likeliest, with probabilities

An argument has its stance and conclusion as the second segment. With plain transformers:

    judge = pipeline("text-classification", model="this folder")
    judge({{"text": "it saves lives", "text_pair": "in favor of We should ban smoking"}}, top_k=None)

## What it is

| | |
|---|---|
| encoder | `{settings.encoder}` |{companion}
| head | twenty logits, a sigmoid each; binary cross-entropy, \
positives weighed (negatives / positives)^{settings.rarity:g} |
| learning | {settings.epochs} epochs, learning rate {settings.learning_rate:g}, batches of {settings.batch_size}, \
seed {settings.seed}; in each epoch {settings.alone:.0%} of the arguments without stance and conclusion |
| chosen | epoch {record.best_epoch} of {record.epochs_run} and threshold {record.threshold:.2f}, \
by macro-F1 on held-out conclusions |

## What it learned from

ValueEval'23 (Touche): arguments with stance, conclusion and the categories that annotators found behind them.

| part | use | arguments | conclusions | categories per argument | left out |
|---|---|---|---|---|---|
{data}

## How good it is

Measured on the validation part, of which no conclusion was learned from and which chose neither epoch nor threshold.

| | macro-F1 | macro-P | macro-R | micro-F1 | micro-P | micro-R | found per argument |
|---|---|---|---|---|---|---|---|
{scores}

Published macro-F1 on the *test* part, other arguments than these: {published}.

| category | arguments | precision | recall | F1 |
|---|---|---|---|---|
{categories}

![F1 per category](categories.png)

## Limits

- It learned from arguments on public questions. Everyday talk, other languages and longer texts were not measured;
  the row without stance and conclusion says how much a text loses that comes alone.
- It finds what a text appeals to, not whether the writer lives by it, and it does not say for or against.
- Annotators disagree on categories that lie side by side; rare categories are found far less often than common ones.
- The positives' weights push probabilities up: compare them with the threshold and with one another, not with shares.

## Intended use

Research on values in arguments and dialogue; rewards and filters for generated text, with people checking.

Not intended: judging, ranking or profiling real persons; decisions on work, credit, insurance, health or law.

## Licences

- Data: CC BY 4.0 as published (Kiesel et al., Touche23-ValueEval).
- Encoder: {encoder_licence}.{companion_licence}
- The weights here stand under the terms of {terms}.
"""

_LICENCES = {PACKAGED: "MiniLM-L6, Apache-2.0", MPNET: "all-mpnet-base-v2, Apache-2.0"}
_USES = {"learned": "learned from", "held_out": "chose epoch and threshold", "validation": "measured on"}


def render_detector_card(record: DetectorRecord) -> str:
    """Return the card of the detector that ``record`` describes, as Markdown with front matter for the hub."""
    settings = record.settings
    rows = {
        "**this detector**": record.metrics,
        "this detector, premise alone": record.plain,
        "this detector on the held-out conclusions (flattering)": record.held_out,
        **record.baselines,
    }
    return _CARD.format(
        record=record,
        settings=settings,
        data="\n".join(
            f"| {name} | {_USES[name]} | {part.rows:,} | {part.conclusions:,} | {part.labels_per_row:.2f} | "
            f"{', '.join(f'{count:,} {reason}' for reason, count in part.rejected.items()) or 'none'} |"
            for name, part in record.data.items()
        ),
        scores="\n".join(_scores(name, metrics) for name, metrics in rows.items()),
        published=", ".join(f"{name} {score:.2f}" for name, score in PUBLISHED.items()),
        categories="\n".join(
            f"| {name} | {score.support:,} | {score.precision:.2f} | {score.recall:.2f} | {score.f1:.2f} |"
            for name, score in record.metrics.per_category.items()
        ),
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


def _scores(name: str, metrics: DetectionMetrics) -> str:
    cells = (
        metrics.macro_f1,
        metrics.macro_precision,
        metrics.macro_recall,
        metrics.micro_f1,
        metrics.micro_precision,
        metrics.micro_recall,
    )
    return f"| {name} | " + " | ".join(f"{x:.3f}" for x in cells) + f" | {metrics.found_per_row:.1f} |"
