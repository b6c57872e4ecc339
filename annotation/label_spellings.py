"""Labels as people and programs write them: what stands for a missing one, and which spellings mean the same."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

import pandas as pd

from valuenet.warehouse.hashing import fold_space

#: What pandas, R, NumPy and SQL write for a missing cell, in small letters.
MISSING_MARKERS = frozenset(
    {"na", "n/a", "#n/a", "#na", "#n/a n/a", "<na>", "nan", "-nan", "null", "none", "nil", "nat", "1.#qnan", "-1.#ind"}
)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")


def is_missing(label: str) -> bool:
    """Return whether a label is a marker that other programs write for a missing one, or blank."""
    folded = fold_space(unicodedata.normalize("NFKC", label)).casefold()
    return not folded or folded in MISSING_MARKERS


def canonical(label: str) -> str:
    """Return the one form of a label's spellings: ``1`` for ``1.0``, ``yes`` for ``Yes`` and full-width letters."""
    folded = fold_space(unicodedata.normalize("NFKC", label)).casefold()
    if not _NUMBER.fullmatch(folded):
        return folded
    number = Decimal(folded).normalize()
    return "0" if number == 0 else f"{number:f}"


def spellings(labels: Iterable[str]) -> Mapping[str, Counter[str]]:
    """Return for each canonical label that is written in several ways how often each way occurs."""
    ways: dict[str, Counter[str]] = defaultdict(Counter)
    for label in labels:
        ways[canonical(label)][label] += 1
    return {name: counts for name, counts in sorted(ways.items()) if len(counts) > 1}


def unify(labels: "pd.Series[str]") -> "pd.Series[str]":
    """Return ``labels``, each in the spelling that is the most frequent of those that mean the same."""
    usual = {name: counts.most_common(1)[0][0] for name, counts in spellings(sorted(labels)).items()}
    return labels.map(lambda label: usual.get(canonical(label), label)).astype("str")
