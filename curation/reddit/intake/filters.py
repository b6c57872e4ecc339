"""Which posts and comments are kept, why the others are not, and their texts with personal data replaced.

Each filter is asked of every object (`rules_met`); the first that met, in the order of `REDDIT_FILTERS`, is the reason.
What people took back, what bots and moderators wrote or pinned is not kept at all; other texts are kept with their
reason, since a thread reads on through them.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import PositiveInt

from valuenet.curation.reddit.dump.lines import BY_THEMSELVES
from valuenet.curation.reddit.intake.crisis import crisis_kinds
from valuenet.curation.reddit.intake.language import LanguageJudge
from valuenet.curation.reddit.intake.names import NameFinder, PatternNames
from valuenet.curation.reddit.intake.notices import notice_in
from valuenet.curation.reddit.intake.privacy import is_bare_link, replace_personal_data, without_links
from valuenet.curation.reddit.intake.pseudonyms import is_no_account
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.vocabulary import PII_KINDS, REDDIT_FILTERS, REDDIT_TEXT_NOT_KEPT

Flags = dict[str, NDArray[np.bool_]]
Texts = NDArray[np.object_]

_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_ONE_WORD_EACH = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_BOT_NAME = re.compile(r"bot\d*_*$", re.IGNORECASE)
_BOT_SAYS = re.compile(
    r"\b(?:i am|i'm|this is|i was) (?:just )?an? (?:\w+ )?bot\b|\bbeep\W{0,2}boop\b|"
    r"\bthis action was performed automatically\b|\b(?:good|bad) bot\b|\bbot (?:created|made|info|source)\b|"
    r"\bcontact (?:the|my) (?:dev\w*|creator|owner)\b|\bi detect haikus\b|"
    r"\bopt[- ]out\b|\bdownvote to (?:remove|delete)\b",
    re.IGNORECASE,
)
_SURELY_A_BOT = re.compile(
    r"[*^(_]\s*(?:beep boop,? )?i(?:'m| am) a bot\b|\bi am a bot, and this action was performed automatically\b",
    re.IGNORECASE,
)


class FilterSettings(Settings):
    """What is filtered out of a community."""

    bots: tuple[str, ...] = (
        *(
            "AutoModerator",
            "RemindMeBot",
            "haikusbot",
            "sneakpeekbot",
            "WikiSummarizerBot",
            "gifendore_bot",
            "Anti-ThisBot",
        ),
        *(
            "RepostSleuthBot",
            "SaveVideo",
            "savevideobot",
            "stabbot",
            "WikiTextBot",
            "HelperBot_",
            "LinkifyBot",
            "ectbot",
        ),
        *(
            "nice-scores",
            "B0tRank",
            "GoodBot_BadBot",
            "of_have_bot",
            "CommonMisspellingBot",
            "BooCMB",
            "alphabet_order_bot",
        ),
        *("converter-bot", "TweetPoster", "YouTubeFactsBot", "timezone_bot", "Paid-Not-Payed-Bot", "reply-guy-bot"),
        *("Reddit-Book-Bot", "TotesMessenger", "imguralbumbot", "autotldr", "ClickableLinkBot", "AmputatorBot"),
        *(
            "FakespotAnalysisBot",
            "I_Am_Jacks_Bot",
            "dadbot_3000",
            "ImJacksAmericanBot",
            "same_post_bot",
            "CakeDay--Bot",
        ),
        *(
            "UserSimulator",
            "SubredditSimulator",
            "MAGIC_EYE_BOT",
            "FriendlyStatsBot",
            "hearing_aid_bot",
            "PORTMANTEAU-BOT",
        ),
    )
    """Accounts that are programs, whatever they write; capital letters make no difference. Accounts whose name ends in
    `bot` count too when the text has a stock phrase of bots, and any text that says it is one the way bots do."""

    min_post_words: PositiveInt = 8
    """Fewest words of title and text together; a link is none, and in Chinese and Japanese each character is one."""

    min_comment_words: PositiveInt = 4
    """Fewest words of a comment, counted likewise; quoted lines do not count."""


class Filtered(NamedTuple):
    """What the filters say of each post or comment, in the order they came (n rows).

    Attributes:
        reason: (n,) first filter of `REDDIT_FILTERS` that met, None for kept; others set `withdrawn` and `duplicate`.
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
    """Return reason, crisis and clean texts of each raw post (columns of a decoded month).

    Args:
        raw: posts of one month, as decoded.
        settings: what is filtered.
        language: who says which texts are English.
        names: who finds names of people; patterns where none is given.
    """
    flags, crisis = _asked(raw, settings, language, title="title", text="selftext")
    reason = first_reason(flags, len(raw))
    return _kept(raw, reason, crisis, names or PatternNames(), title="title", text="selftext")


def filter_comments(
    raw: pd.DataFrame, settings: FilterSettings, *, language: LanguageJudge, names: NameFinder | None = None
) -> Filtered:
    """Return reason, crisis and clean texts of each raw comment; arguments as those of `filter_posts`."""
    flags, crisis = _asked(raw, settings, language, title=None, text="body")
    reason = first_reason(flags, len(raw))
    return _kept(raw, reason, crisis, names or PatternNames(), title=None, text="body")


def rules_met(raw: pd.DataFrame, settings: FilterSettings, *, language: LanguageJudge) -> Flags:
    """Return filter -> (n,) whether it meets each raw post or comment, whatever other filters say.

    `crisis`, `too-short` and `not-english` are asked only of texts that are there and that are no bot's or
    moderator's.
    """
    is_post = "selftext" in raw
    return _asked(raw, settings, language, title="title" if is_post else None, text="selftext" if is_post else "body")[
        0
    ]


def first_reason(flags: Mapping[str, NDArray[np.bool_]], rows: int) -> Texts:
    """Return the first filter that met for each row, in the order of `REDDIT_FILTERS`; None where none did."""
    reason = np.full(rows, None, dtype=object)
    for name in reversed(REDDIT_FILTERS):
        if name in flags:
            reason[flags[name]] = name
    return reason


def _asked(
    raw: pd.DataFrame, settings: FilterSettings, language: LanguageJudge, *, title: str | None, text: str
) -> tuple[Flags, Texts]:
    """Return every filter's answer and the kinds of crisis."""
    flags = _taken_back(raw, _strings(raw, text))
    flags |= _not_people(raw, _strings(raw, text), settings)
    flags |= _links(raw, _strings(raw, text))
    there = np.flatnonzero(~np.logical_or.reduce([flags[name] for name in REDDIT_TEXT_NOT_KEPT if name in flags]))
    texts = _told(raw.iloc[there], title, text)
    crisis = np.full(len(raw), None, dtype=object)
    crisis[there] = crisis_kinds(texts)
    flags["crisis"] = crisis.astype(bool)
    least = settings.min_post_words if title else settings.min_comment_words
    flags["too-short"] = np.zeros(len(raw), dtype=np.bool_)
    flags["too-short"][there] = [count_words(words, least) < least for words in texts]
    flags["not-english"] = np.zeros(len(raw), dtype=np.bool_)
    long = [index for index, short in enumerate(flags["too-short"][there]) if not short]
    flags["not-english"][there[long]] = ~language.english([texts[index] for index in long])
    return flags, crisis


def _taken_back(raw: pd.DataFrame, texts: Texts) -> Flags:
    """Return what its author or a moderator took away."""
    category, reason, collapse_code = (
        _strings(raw, name) for name in ("removed_by_category", "removal_reason", "removal")
    )
    notices = np.array([notice_in(text) or "" for text in texts], dtype=object)
    if "title" in raw:
        # A title is a notice where nothing else is left; with words under it, it is what the poster called them.
        titles = np.array([notice_in(title) or "" for title in _strings(raw, "title")], dtype=object)
        notices = np.where((texts == "") & (notices == ""), titles, notices)
    authors = _strings(raw, "author")
    gone = np.isin(authors, [name for name in set(authors) if is_no_account(name)])
    deleted = (notices == "deleted") | np.isin(category, BY_THEMSELVES)
    removed = (
        (notices == "removed")
        | ~np.isin(category, ("", *BY_THEMSELVES))
        | (reason != "")
        | (collapse_code == "removed")
    )
    return {
        # A comment is collapsed as deleted too where only its author is gone, or a moderator removed it before.
        "deleted": deleted | ((collapse_code == "deleted") & ~removed & ~gone),
        "removed": removed,
        "deleted-later": raw["deleted_later"].to_numpy(dtype=np.bool_),
        "author-gone": gone,
    }


def _not_people(raw: pd.DataFrame, texts: Texts, settings: FilterSettings) -> Flags:
    """Return what programs wrote, what was pinned to the top, and what moderators wrote as such."""
    authors = _strings(raw, "author")
    known = frozenset(name.casefold() for name in settings.bots)
    bot = [author.casefold() in known or _is_bot(author, text) for author, text in zip(authors, texts, strict=True)]
    stands_out = _strings(raw, "distinguished") != ""
    stickied = raw["stickied"].to_numpy(dtype=np.bool_)
    return {"bot": np.array(bot, dtype=np.bool_), "stickied": stickied, "moderator": stands_out}


def _is_bot(author: str, text: str) -> bool:
    if _BOT_NAME.search(author) and _BOT_SAYS.search(text):
        return True
    return " bot" in text and bool(_SURELY_A_BOT.search(text))


def _links(raw: pd.DataFrame, texts: Texts) -> Flags:
    """Return posts that only point elsewhere, and texts that are a bare link."""
    bare = np.array([is_bare_link(text) for text in texts], dtype=np.bool_)
    if "crosspost_parent" not in raw:
        return {"link-only": bare}
    elsewhere = ~raw["is_self"].to_numpy(dtype=np.bool_) & (texts == "")
    return {"crosspost": _strings(raw, "crosspost_parent") != "", "link-only": bare | elsewhere}


def _told(raw: pd.DataFrame, title: str | None, text: str) -> list[str]:
    """Return title and text of each row as one, without links."""
    texts = [without_links(text_part) for text_part in _strings(raw, text)]
    return (
        [f"{head}\n\n{text_part}" for head, text_part in zip(_strings(raw, title), texts, strict=True)]
        if title
        else texts
    )


def count_words(text: str, enough: int) -> int:
    """Return the number of words outside quoted lines, or ``enough`` as soon as there are that many."""
    if ">" in text:
        text = _QUOTED.sub("", text)
    words = 0
    for word in text.split():
        words += any(map(str.isalnum, word)) if word.isascii() else _words_in(word)
        if words >= enough:
            return enough
    return words


def _words_in(token: str) -> int:
    return max(len(_ONE_WORD_EACH.findall(token)), int(any(map(str.isalnum, token))))


def _kept(
    raw: pd.DataFrame, reason: Texts, crisis: Texts, names: NameFinder, *, title: str | None, text: str
) -> Filtered:
    """Return the outcome with the texts that are kept, personal data replaced."""
    kept = np.flatnonzero(~np.isin(reason, REDDIT_TEXT_NOT_KEPT))
    columns = [column for column in (title, text) if column]
    replaced = replace_personal_data([told for column in columns for told in _strings(raw, column)[kept]], names=names)
    clean = [np.full(len(raw), None, dtype=object) for _ in columns]
    for column, part in zip(clean, np.split(replaced.texts, len(columns)), strict=True):
        column[kept] = part
    per_object = {kind: counts.reshape(len(columns), -1).sum(axis=0) for kind, counts in replaced.counts.items()}
    pii = {kind: (int(per_object[kind].sum()), int((per_object[kind] > 0).sum())) for kind in PII_KINDS}
    nothing = np.full(len(raw), None, dtype=object)
    return Filtered(reason, crisis, clean[0] if title else nothing, clean[-1], pii)


def _strings(raw: pd.DataFrame, column: str) -> Texts:
    """Return a column of texts as objects, null as an empty text; all empty where there is no such column."""
    if column not in raw:
        return np.full(len(raw), "", dtype=object)
    values = raw[column].to_numpy(dtype=object, copy=True)
    values[pd.isna(values)] = ""
    return values
