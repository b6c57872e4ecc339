"""The README.md of a model folder: what it is, what it learned from, how good it is. Every figure is computed."""

from __future__ import annotations

from valuenet.models.encoding.encoders import FASTTEXT, PACKAGED
from valuenet.models.encoding.packaged import MPNET
from valuenet.models.values.record import ModelRecord
from valuenet.warehouse.templates import fill

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
    return fill(
        "valuenet.models.values",
        "card.md.j2",
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
        caution=""
        if record.measured_on == "test" or settings.best_by == "last" or settings.encoder == FASTTEXT
        else ", which also chose the epoch: expect a little less on new data",
        scores={"**this model**": record.metrics, **record.baselines},
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
