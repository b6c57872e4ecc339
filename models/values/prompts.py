"""How a value and a text become one input: a special token (the paper), a text pair, or the text alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from valuenet.warehouse.vocabulary import VALUES

#: ``token``: ``[CLS][$VALUE] s`` (Qiu et al. 2022, equation 1). ``pair``: ``[CLS] name [SEP] s [SEP]``.
#: ``definition``: as ``pair``, with one line on what the value means after its name.
#: ``none``: ``[CLS] s [SEP]``, and the model answers for all ten values at once (``values.all_values``).
PromptStyle = Literal["token", "pair", "definition", "none"]

#: One special token per value, in the order of ``VALUES``.
VALUE_TOKENS: Mapping[str, str] = MappingProxyType({value: f"[{value}]" for value in VALUES})

#: What each value is about, in this project's words, after Schwartz (2012).
DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "SELF-DIRECTION": "choosing, creating and finding out for oneself",
        "STIMULATION": "thrill, newness and challenge",
        "HEDONISM": "pleasure and treats for oneself",
        "ACHIEVEMENT": "doing well and being seen as able",
        "POWER": "status, wealth and control over others",
        "SECURITY": "safety, health, order and stable ties",
        "CONFORMITY": "keeping to rules and not upsetting others",
        "TRADITION": "respect for faith, custom and family ways",
        "BENEVOLENCE": "care for the people one is close to",
        "UNIVERSALISM": "fairness and care for all people and for nature",
    }
)


def first_segment(value: str, style: PromptStyle) -> str:
    """Return what stands before the text: the special token, the name, the name and its definition, or nothing."""
    if style == "none":
        return ""
    if style == "token":
        return VALUE_TOKENS[value]
    name = value.lower()
    return name if style == "pair" else f"{name}: {DEFINITIONS[value]}"


def encode_prompts(
    tokenizer: Any, values: Sequence[str], texts: Sequence[str], style: PromptStyle, max_length: int
) -> list[dict[str, list[int]]]:
    """Return one dictionary of model inputs per (value, text), unpadded; a longer text is cut, never the value."""
    heads = [first_segment(value, style) for value in values]
    if style == "none":
        rows = tokenizer(list(texts), truncation=True, max_length=max_length)
    elif style == "token":
        joined = [f"{head} {text}" for head, text in zip(heads, texts, strict=True)]
        rows = tokenizer(joined, truncation=True, max_length=max_length)
    else:
        rows = tokenizer(heads, list(texts), truncation="only_second", max_length=max_length)
    names = list(rows.keys())
    return [dict(zip(names, row, strict=True)) for row in zip(*(rows[name] for name in names), strict=True)]


def add_value_tokens(tokenizer: Any, model: Any) -> None:
    """Teach ``tokenizer`` the ten tokens and give ``model`` a vector for each: the mean of its name's own vectors.

    The paper does not say where the new vectors start; a name that the encoder knows is a better place than noise.
    """
    import torch

    names = {value: tokenizer(value.lower(), add_special_tokens=False)["input_ids"] for value in VALUES}
    tokenizer.add_special_tokens({"additional_special_tokens": list(VALUE_TOKENS.values())})
    if model.get_input_embeddings().num_embeddings < len(tokenizer):
        model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    vectors = model.get_input_embeddings().weight
    with torch.no_grad():
        for value, token in VALUE_TOKENS.items():
            vectors[tokenizer.convert_tokens_to_ids(token)] = vectors[names[value]].mean(dim=0)
