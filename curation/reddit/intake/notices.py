"""Texts that Reddit put where a person's words had been: a notice that they were removed or deleted.

Reddit words its notices in many ways and invents new ones, so they are told by their shape: the whole text is one short
sentence that says that something was removed, deleted or is unavailable, and by whom or why; or it is that word alone
in brackets. A person who tells of something removed goes on otherwise.
"""

import re
import unicodedata
from typing import Literal

Notice = Literal["removed", "deleted"]

#: Characters of the longest notice; what is longer is somebody's words.
LONGEST = 300

_SUBJECT = (
    r"(?:sorry,? )?(?:(?:this|the|that) )?(?:(?:comment|post|submission|content|message|text|thread|user|account) )?"
    r"(?:(?:was|were|is|has been|have been|had been) )?(?:either )?(?:automatically |temporarily |permanently )?"
)
_VERB = (
    r"(?P<verb>removed|deleted|unavailable|not available|taken down|redacted|hidden|banned|suspended|quarantined"
    r"|blocked)"
)
_AGENT = (
    r"(?:(?:the |a |an |its |their |our )?(?:original |community |subreddit )?"
    r"(?:reddit(?:'s)?(?: (?:admins?|staff|legal|inc\.?|administrators?|(?:spam )?filters?|safety team))?"
    r"|moderat(?:ors?|ion)(?: team| bot)?|mods?(?: team)?|admins?|administrators?|auto-?mod(?:erator)?|users?|authors?"
    r"|poster|op|anti-?evil(?: operations)?|spam filters?|trust (?:and|&) safety|community team|legal|bot)"
    r"(?: of (?:/?r/)?\w{2,24})?)"
)
_REASON = (
    r"(?:(?:in response to|on account of|due to|because of|for (?:violating|breaking|breach of|a violation"
    r"|violations? of)|at the request of|under|pending|following|as a result of|per|because it (?:violates|broke)"
    r"|in your country) .{1,200})"
)
_BY = rf"(?: by {_AGENT})?(?:,? {_REASON})?"
#: In brackets the verb may stand alone; without them it needs somebody who did it.
_BRACKETED = re.compile(rf"[\[(<{{] ?{_SUBJECT}{_VERB}{_BY} ?\.? ?[\])>}}]\.?")
_BARE = re.compile(rf"{_SUBJECT}{_VERB} by {_AGENT}(?:,? {_REASON})?\.?")
_SPACE = re.compile(r"\s+")


def notice_in(text: str) -> Notice | None:
    """Return whether the whole of ``text`` is a notice, and of what; None for a person's words."""
    if not text or len(text) > LONGEST:
        return None
    folded = text if text.isascii() else _without_marks(text)
    folded = _SPACE.sub(" ", folded.replace("\\", "").replace("*", "").replace("_", " ")).strip().casefold()
    found = _BRACKETED.fullmatch(folded) or _BARE.fullmatch(folded)
    if found is None:
        return None
    return "deleted" if found["verb"] == "deleted" else "removed"


def _without_marks(text: str) -> str:
    """Return a text with full-width letters and brackets as plain ones, and without invisible characters."""
    plain = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    return "".join(character for character in plain if unicodedata.category(character) != "Cf")


_BRACKETS = str.maketrans({"\u3010": "[", "\u3011": "]", "\u2018": "'", "\u2019": "'"})
