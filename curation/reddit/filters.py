"""Which posts and comments are kept, why the others are not, and their texts with personal data replaced."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from curation.reddit.crisis import crisis_kinds
from curation.reddit.language import LanguageJudge
from curation.reddit.names import NameFinder
from warehouse.settings import Settings
from warehouse.vocabulary import REDDIT_FILTERS, REDDIT_TEXT_NOT_KEPT

Flags = dict[str, NDArray[np.bool_]]


class FilterSettings(Settings):
    """What is filtered out of a community."""

    bots: tuple[str, ...] = ("AutoModerator",)
    """Accounts that are programs, whatever they write."""


class Filtered(NamedTuple):
    """What the filters say of each post or comment, in the order they came (n rows).

    Attributes:
        reason: (n,) first filter of `REDDIT_FILTERS` that met, None for kept; `withdrawn` and `duplicate` are set by others.
        crisis: (n,) kind of crisis, None for none or where the text is not kept.
        title: (n,) titles with placeholders, None where not kept; all None for comments.
        text: (n,) texts with placeholders, None where not kept.
        pii: kind of personal data -> (placeholders put in, texts that hold at least one).
    """

    reason: NDArray[np.object_]
    crisis: NDArray[np.object_]
    title: NDArray[np.object_]
    text: NDArray[np.object_]
    pii: dict[str, tuple[int, int]]


def filter_posts(
    raw: pd.DataFrame, settings: FilterSettings, *, language: LanguageJudge, names: NameFinder | None = None
) -> Filtered:
    """Return reason, crisis and clean texts of each raw post."""
    return _filtered(raw, raw["selftext"], raw["title"], settings, language, names)


def filter_comments(
    raw: pd.DataFrame, settings: FilterSettings, *, language: LanguageJudge, names: NameFinder | None = None
) -> Filtered:
    """Return reason, crisis and clean texts of each raw comment."""
    return _filtered(raw, raw["body"], None, settings, language, names)


def _filtered(
    raw: pd.DataFrame,
    body: "pd.Series[str]",
    title: "pd.Series[str] | None",
    settings: FilterSettings,
    language: LanguageJudge,
    names: NameFinder | None,
) -> Filtered:
    texts = body.fillna("").to_numpy(dtype=object)
    titles = np.full(len(raw), None, dtype=object) if title is None else title.fillna("").to_numpy(dtype=object)
    flags: Flags = {
        "deleted": texts == "[deleted]",
        "removed": texts == "[removed]",
        "deleted-later": raw["deleted_later"].to_numpy(dtype=bool),
        "author-gone": raw["author"].isin(["[deleted]"]).to_numpy(dtype=bool),
        "bot": raw["author"].isin(settings.bots).to_numpy(dtype=bool),
    }
    crisis = crisis_kinds(list(texts))
    flags["crisis"] = np.array([kind is not None for kind in crisis], dtype=bool)
    flags["not-english"] = ~language.english(list(texts))
    reason = first_reason(flags, len(raw))
    gone = np.isin(reason, REDDIT_TEXT_NOT_KEPT)
    for column in (texts, titles, crisis):
        column[gone] = None
    return Filtered(reason, crisis, titles, texts, {})


def first_reason(flags: Flags, rows: int) -> NDArray[np.object_]:
    """Return the first filter that met for each row, in the order of `REDDIT_FILTERS`; None where none did."""
    reason = np.full(rows, None, dtype=object)
    for name in reversed(REDDIT_FILTERS):
        if name in flags:
            reason[flags[name]] = name
    return reason
