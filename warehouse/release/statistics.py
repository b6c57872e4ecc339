"""Every figure a data card prints, computed from the examples themselves."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.release_tables import Examples
from valuenet.warehouse.vocabulary import LABELS, SPLITS, VALUES


def describe_release(variants: Mapping[str, DataFrame[Examples]]) -> dict[str, Any]:
    """Return counts of every variant, ready for JSON.

    For each variant and for each of its splits: ``rows``, ``texts`` (different ones), ``labels`` (rows per label),
    ``values`` (rows per value and label, all ten values), ``tokens_per_text`` (mean over rows, null where there are
    none) and ``unique_tokens``. A token is what NLTK's NLTKWordTokenizer makes of the text as written, upper and lower
    case kept apart. Source: Qiu et al. 2022, Table 1.
    """
    tokens = _tokenize(pd.concat([rows["scenario"] for rows in variants.values()])) if variants else {}
    return {variant: _describe_variant(examples, tokens) for variant, examples in variants.items()}


def _tokenize(texts: "pd.Series[str]") -> dict[str, list[str]]:
    from nltk.tokenize import NLTKWordTokenizer

    tokenizer = NLTKWordTokenizer()
    return {text: tokenizer.tokenize(text) for text in texts.unique()}


def _describe_variant(examples: pd.DataFrame, tokens: Mapping[str, list[str]]) -> dict[str, Any]:
    splits = {split: _describe(examples[examples["split"] == split], tokens) for split in SPLITS}
    return _describe(examples, tokens) | {"splits": splits}


def _describe(rows: pd.DataFrame, tokens: Mapping[str, list[str]]) -> dict[str, Any]:
    texts = rows["scenario"].unique()
    lengths = rows["scenario"].map({text: len(tokens[text]) for text in texts})
    counts = rows.groupby(["value", "label"]).size().to_dict()
    return {
        "rows": len(rows),
        "texts": len(texts),
        "labels": {label: int((rows["label"] == label).sum()) for label in LABELS},
        "values": {value: {label: int(counts.get((value, label), 0)) for label in LABELS} for value in VALUES},
        "tokens_per_text": round(float(lengths.mean()), 6) if len(rows) else None,
        "unique_tokens": len({token for text in texts for token in tokens[text]}),
    }
