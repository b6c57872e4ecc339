"""The README.md of a model folder: what it is, what it learned from, how good it is. Every figure is computed."""

from __future__ import annotations

from valuenet.models.encoding.encoders import FASTTEXT, PACKAGED
from valuenet.models.encoding.packaged import MPNET
from valuenet.models.values.metrics import ValueMetrics
from valuenet.models.values.record import ModelRecord

_CARD = """---
library_name: transformers
pipeline_tag: text-classification
language: en
tags: [human-values, schwartz, valuenet]
---

# A VALUENET value model

It reads a short text about what somebody does, says or meets, with one of the ten basic human values (Schwartz 2012),
and answers with a utility from -1 (hinders the value) over 0 (has nothing to do with it) to +1 (promotes it).

## How to use it

    from valuenet.models import ValueModel
    model = ValueModel.load("this folder")
    model.predict(["I miss mom"])       # (1, 10) float32, values in the order of the circle
    model.profile(["I miss mom", ...])  # a speaker's values and higher-order values, with intervals over the texts
    model.explain("I miss mom")         # what each word adds to each utility

On the command line `valuenet predict`, `profile`, `why`, `circle`; `valuenet serve` opens a page to try it, and
`valuenet export` writes ONNX.

{usage}

## What it is

| | |
|---|---|
| encoder | `{settings.encoder}` |{teacher}{companion}
| head | {head} |
| value given as | {prompt} |
| learning | at most {settings.epochs} epochs, learning rate {settings.learning_rate:g}, \
batches of {settings.batch_size}, \
seed {settings.seed} |
| chosen | {chosen} |

## What it learned from

{record.source.name}.{notes}

| part | pairs | -1 | 0 | +1 |
|---|---|---|---|---|
{data}

## How good it is

Measured on the {record.measured_on} rows{caution}. P, R and F1 are precision, recall and
their harmonic mean per class.

| | F1(-1) | F1(0) | F1(+1) | P(-1) | P(0) | P(+1) | R(-1) | R(0) | R(+1) | accuracy | squared error |
|---|---|---|---|---|---|---|---|---|---|---|---|
{scores}

Accuracy and squared error per value:

| value | pairs | accuracy | squared error |
|---|---|---|---|
{values}

![confusion matrix](confusion.png)

## Limits

- It repeats what a crowd, mostly of one country and one language, agreed on for short sentences on everyday life.
  Other people, languages, times and longer texts are outside what was measured.
- Pairs on which the crowd did not agree were left out of the data, so the figures above are those of the clearer cases.
- It knows one sentence and one value: no context, no irony, no speaker. Values with few pairs above are judged worse.
- A utility is no probability, and differences of a few hundredths mean nothing.
- Intervals of a profile say how far other texts of the speaker would move it. The model's own errors come on top, and
  are the same for all speakers only where they speak of like things.
- The words it points at explain the model, not the world or the writer.

## Intended use

Research on values in language; features and rewards for dialogue models; profiles of characters, personas and dialogue
systems, or of people who have agreed to it; a first look at a corpus, with people checking.

Not intended: judging, ranking or profiling real persons; decisions on work, credit, insurance, health or law; steering
people by the values found in what they write.

## Licences

- Data: {record.source.licence}.
- Encoder: {encoder_licence}.{companion_licence}
- The weights here stand under the terms of {terms}.
"""


_ENCODER_LICENCES = {
    PACKAGED: "MiniLM-L6, Apache-2.0",
    MPNET: "all-mpnet-base-v2, Apache-2.0",
    FASTTEXT: "none is used",
}


def render_model_card(record: ModelRecord) -> str:
    """Return the card of the model that ``record`` describes, as Markdown with front matter for the hub."""
    settings = record.settings
    other = settings.teacher if record.companion is None else record.companion.encoder
    role = "Teacher" if record.companion is None else "Companion"
    by_class = settings.head == "classes"
    prompts = {"token": "a special token", "pair": "its name, as first segment", "definition": "its name and meaning"}
    prompts["none"] = "nothing: one pass per text answers for all ten"
    return _CARD.format(
        record=record,
        settings=settings,
        head="three classes, cross-entropy; utility = p(yes) - p(no)" if by_class else "utility = 2*sigmoid(x) - 1",
        prompt=prompts[settings.style],
        teacher=_teacher(record),
        companion=_companion(record),
        companion_licence="" if other is None else f"\n- {role}: {_encoder_licence(other)}.",
        terms="both" if other is None else "all three",
        usage=_usage(record) + _two_parts(record),
        chosen=_chosen(record),
        notes=f" {record.source.notes}" if record.source.notes else "",
        caution=""
        if record.measured_on == "test" or settings.best_by == "last" or settings.encoder == FASTTEXT
        else ", which also chose the epoch: expect a little less on new data",
        data="\n".join(
            f"| {part} | {rows.rows:,} | " + " | ".join(f"{rows.labels[c]:,}" for c in ("-1", "0", "1")) + " |"
            for part, rows in record.data.items()
        ),
        scores="\n".join(
            [_scores("**this model**", record.metrics), *(_scores(n, m) for n, m in record.baselines.items())]
        ),
        values="\n".join(
            f"| {value} | {score.support:,} | {score.accuracy:.3f} | {score.mse:.3f} |"
            for value, score in record.metrics.per_value.items()
        ),
        encoder_licence=_encoder_licence(settings.encoder),
    )


def _encoder_licence(encoder: str) -> str:
    return _ENCODER_LICENCES.get(encoder, f"that of `{encoder}`")


def _teacher(record: ModelRecord) -> str:
    """Return the row on the encoder that taught this one, on a line of its own; nothing where there was none."""
    if record.settings.teacher is None:
        return ""
    return (
        f"\n| teacher | small heads on `{record.settings.teacher}`, as it was pretrained, said what to learn of the "
        "values that nobody judged; they are not needed any more |"
    )


def _companion(record: ModelRecord) -> str:
    """Return the row on the second encoder, on a line of its own; nothing where there is none."""
    beside = record.companion
    if beside is None:
        return ""
    return f"\n| companion | {beside.describe()}, the encoder above the rest |"


def _two_parts(record: ModelRecord) -> str:
    if record.companion is None:
        return ""
    return (
        "\n\nAll figures below are those of both parts together, which is what `ValueModel.load` gives; it needs the\n"
        f"encoder `{record.companion.encoder}` on the machine. Plain transformers load the main model alone. So do\n"
        "`valuenet why` and `valuenet export`, which say so; `model.explain` refuses unless the model was loaded by\n"
        '`ValueModel.load("this folder", companion=False)`.'
    )


def _chosen(record: ModelRecord) -> str:
    if record.settings.best_by == "last":
        return f"the last of {record.epochs_run} epochs"
    measure = "accuracy" if record.settings.best_by == "accuracy" else "squared error"
    return f"epoch {record.best_epoch} of {record.epochs_run}, by the {measure} on the validation rows"


def _usage(record: ModelRecord) -> str:
    settings = record.settings
    if settings.encoder == FASTTEXT:
        return "The weights are a plain fastText model; a line begins with a word for the value: `value_benevolence`."
    if settings.style == "none":
        asked = "top_k=None" if settings.head == "classes" else 'function_to_apply="sigmoid"'
        return (
            "With plain transformers, after cutting the model down to one value (the same outputs, exactly):\n\n"
            "    from valuenet.models.export.one_value import write_one_value\n"
            '    write_one_value(model, "BENEVOLENCE", Path("benevolence"))\n'
            '    judge = pipeline("text-classification", model="benevolence")\n'
            f'    judge("I miss mom", {asked})\n\n'
            'This folder itself loads there too; give `function_to_apply="none"`, since a softmax over the outputs of\n'
            "all ten values means nothing."
        )
    if settings.style == "token":
        asked = 'judge("[BENEVOLENCE] I miss mom"'
    else:
        first = "benevolence" if settings.style == "pair" else "benevolence: care for the people one is close to"
        asked = f'judge({{"text": "{first}", "text_pair": "I miss mom"}}'
    if settings.head == "classes":
        call, meaning = f"{asked}, top_k=None)", "the probabilities of no, unrelated and yes"
    else:
        call, meaning = f'{asked}, function_to_apply="sigmoid")', "a score; the utility is 2*score - 1"
    return (
        "With plain transformers, one value at a time:\n\n"
        '    judge = pipeline("text-classification", model="this folder")\n'
        f"    {call}     # {meaning}"
    )


def _scores(name: str, metrics: ValueMetrics) -> str:
    classes = [metrics.per_class[c] for c in ("-1", "0", "1")]
    cells = [c.f1 for c in classes] + [c.precision for c in classes] + [c.recall for c in classes]
    return f"| {name} | " + " | ".join(f"{x:.2f}" for x in cells) + f" | {metrics.accuracy:.3f} | {metrics.mse:.3f} |"
