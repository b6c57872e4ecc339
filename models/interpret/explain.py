"""Which words carry a utility: integrated gradients on the embedding layer, summed over the pieces of each word."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, PositiveFloat, PositiveInt

from valuenet.models.values.companion import refuse_companion
from valuenet.models.values.heads import utility_of_logits
from valuenet.models.values.model import EncoderModel
from valuenet.models.values.pair_scorer import PairScorer
from valuenet.models.values.prompts import PromptStyle, encode_prompts, first_segment
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.vocabulary import VALUES, parse_value

_WORD = re.compile(r"\w+(?:['\N{RIGHT SINGLE QUOTATION MARK}-]\w+)*|[^\w\s]")


class ExplanationError(InputError):
    """A text cannot be explained: it has no words, or its tokenizer does not tell where its pieces stand."""


class NoGradientsError(InputError):
    """A model without layers is asked what only gradients tell."""


class ExplanationSettings(Settings):
    """How closely the integral is followed."""

    steps: PositiveInt = 16
    """Points on the way from the baseline to the text, at first; doubled while the parts do not add up."""
    max_steps: PositiveInt = 512
    """Points at most."""
    tolerance: PositiveFloat = 0.01
    """Difference allowed between the sum of the parts and f(text) - f(baseline)."""
    rows_at_once: int = Field(default=64, ge=1)
    """Points that go through the model together; less takes less memory."""


class Explanation(NamedTuple):
    """Which words carry the utilities of one text.

    ``words``: value, place (from 1), word, start, end (characters), contribution (in units of utility; 0 where the
    model did not read that far), read. ``totals``: value, utility, baseline (utility with every word masked), explained
    (sum of the contributions), error (explained - (utility - baseline)), steps.
    """

    words: pd.DataFrame
    totals: pd.DataFrame


def explain_text(
    model: PairScorer, text: str, values: Sequence[str] = VALUES, settings: ExplanationSettings | None = None
) -> Explanation:
    """Return how much each word of ``text`` adds to its utility under each of ``values``, computed in float32.

    The baseline is the same input with every piece of the text masked, the value left as it is, so that a contribution
    says what the word adds to "something, about this value". Attributions of a linear path share the work of words
    that act together; they explain the model, not the world.

    Raises:
        ExplanationError: if the text has no words, or the tokenizer gives no places of its pieces.
        UnknownValueError: if a name is not one of the ten values.
        MainModelAloneError: if the model has a companion.
        NoGradientsError: if the model is fastText's.

    Source: Sundararajan, Taly and Yan (2017), integrated gradients.
    """
    if not isinstance(model, EncoderModel):
        raise NoGradientsError("a fastText model cannot explain a text; train one with an encoder, as --preset minilm")
    if not model.tokenizer.is_fast:
        raise ExplanationError(
            "this model has no tokenizer that tells where its pieces stand; train one on an encoder that has (minilm)"
        )
    refuse_companion(model.companion, "an explanation")
    settings = settings or ExplanationSettings()
    names = [parse_value(value) for value in values]
    words = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
    if not words:
        raise ExplanationError(f"the text {text[:40]!r} has no words to explain; write at least one")
    parts = [_explain_value(model, text, name, words, settings) for name in names]
    totals = pd.DataFrame([part[1] for part in parts])
    return Explanation(pd.concat([part[0] for part in parts], ignore_index=True), totals)


def _explain_value(
    model: EncoderModel, text: str, value: str, words: list[tuple[str, int, int]], settings: ExplanationSettings
) -> tuple[pd.DataFrame, dict[str, Any]]:
    spans = _piece_spans(model, value, text)
    pieces, attributions = _attribute(model, value, text, [span is not None for span in spans], settings)
    sums, read = np.zeros(len(words)), np.zeros(len(words), dtype=bool)
    ends = np.array([end for _, _, end in words])
    for span, piece in zip(spans, pieces, strict=True):
        if span is not None:
            word_index = min(int(np.searchsorted(ends, span[0], side="right")), len(words) - 1)
            sums[word_index] += piece
            read[word_index] = True
    frame = pd.DataFrame(words, columns=["word", "start", "end"])
    frame.insert(0, "place", np.arange(1, len(words) + 1))
    frame.insert(0, "value", value)
    explained = float(sums.sum())
    error = explained - (attributions["utility"] - attributions["baseline"])
    total = {"value": value, "utility": attributions["utility"], "baseline": attributions["baseline"]}
    return frame.assign(contribution=sums, read=read), {
        **total,
        "explained": explained,
        "error": error,
        "steps": int(attributions["steps"]),
    }


def _piece_spans(model: EncoderModel, value: str, text: str) -> list[tuple[int, int] | None]:
    """Return for each token the characters of ``text`` it covers, None for the value and the special tokens."""
    settings = model.record.settings
    head = first_segment(value, settings.style)
    asked: dict[str, Any] = {"max_length": settings.max_length, "return_offsets_mapping": True}
    if settings.style == "none":
        encoded = model.tokenizer(text, truncation=True, **asked)
        skipped, sequence = 0, 0
    elif settings.style == "token":
        encoded = model.tokenizer(f"{head} {text}", truncation=True, **asked)
        skipped, sequence = len(head) + 1, 0
    else:
        encoded = model.tokenizer(head, text, truncation="only_second", **asked)
        skipped, sequence = 0, 1
    return [
        (max(start - skipped, 0), end - skipped) if which == sequence and end > max(start, skipped) else None
        for (start, end), which in zip(encoded["offset_mapping"], encoded.sequence_ids(), strict=True)
    ]


def _attribute(
    model: EncoderModel, value: str, text: str, is_text: Sequence[bool], settings: ExplanationSettings
) -> tuple[NDArray[np.float64], dict[str, float]]:
    """Return (tokens,) attributions, and utility, baseline and steps; steps double until the parts add up."""
    import torch
    from captum.attr import LayerIntegratedGradients

    style: PromptStyle = model.record.settings.style
    row = encode_prompts(model.tokenizer, [value], [text], style, model.record.settings.max_length)[0]
    inputs = {name: torch.tensor([ids], device=model.model.device) for name, ids in row.items()}
    ids = inputs.pop("input_ids")
    masked = torch.where(torch.tensor([is_text], device=ids.device), _mask_id(model.tokenizer), ids)
    others = tuple(inputs)

    def utility(token_ids: Any, *rest: Any) -> Any:
        logits = model.model(input_ids=token_ids, **dict(zip(others, rest, strict=True))).logits.float()
        if style == "none":
            logits = logits.view(len(logits), len(VALUES), -1)[:, VALUES.index(value)]
        return utility_of_logits(logits, model.record.settings.head)

    rest = tuple(inputs[name] for name in others)
    with torch.no_grad():
        ends = [float(utility(side, *rest)) for side in (ids, masked)]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Multiple layers provided")  # neither depends on the other's output
        method = LayerIntegratedGradients(utility, _embeddings(model.model))
    steps = settings.steps
    while True:
        parts = method.attribute(
            ids,
            baselines=masked,
            additional_forward_args=rest,
            n_steps=steps,
            internal_batch_size=settings.rows_at_once,
        )
        pieces = _per_token([part.sum(dim=-1)[0].detach().cpu().numpy().astype(np.float64) for part in parts])
        gap = abs(pieces.sum() - (ends[0] - ends[1]))
        if gap <= settings.tolerance or 2 * steps > settings.max_steps:
            return pieces, {"utility": ends[0], "baseline": ends[1], "steps": steps}
        steps *= 2


def _embeddings(model: Any) -> list[Any]:
    """Return where tokens become vectors: one layer, or for an encoder with a decoder (BART) that of each."""
    if not model.config.is_encoder_decoder:
        return [model.get_input_embeddings()]
    return [model.get_encoder().embed_tokens, model.get_decoder().embed_tokens]


def _per_token(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return (tokens,): a decoder reads each token one place later, behind its start token."""
    return parts[0] if len(parts) == 1 else parts[0] + np.append(parts[1][1:], 0.0)


def _mask_id(tokenizer: Any) -> int:
    """Return the id that stands for "some word": mask, else unknown, else padding."""
    known = (tokenizer.mask_token_id, tokenizer.unk_token_id, tokenizer.pad_token_id)
    return int(next(token_id for token_id in known if token_id is not None))
