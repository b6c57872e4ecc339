"""Personal data in texts becomes a placeholder of its kind (`PII_KINDS`): ``[EMAIL]``, ``[PHONE]``, ``[NAME]``.

A cheap look (is there an @, a digit, a slash?) turns most texts away before any pattern is tried. What shows nothing is
taken out first, and patterns see look-alikes as plain characters. Placeholders are never touched again.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuenet.curation.reddit.intake.contact_rules import CONTACT_RULES
from valuenet.curation.reddit.intake.id_rules import ID_RULES
from valuenet.curation.reddit.intake.link_rules import DOMAIN, MARKDOWN_LINK, URL, has_link
from valuenet.curation.reddit.intake.lookalikes import fold_lookalikes, without_invisible
from valuenet.curation.reddit.intake.name_signs import Spans
from valuenet.curation.reddit.intake.names import NameFinder
from valuenet.curation.reddit.intake.number_rules import NUMBER_RULES
from valuenet.curation.reddit.intake.place_rules import PLACE_RULES
from valuenet.curation.reddit.intake.rules import Edits, Look, Rule
from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.vocabulary import PII_KINDS

PLACEHOLDERS = {kind: f"[{kind.upper()}]" for kind in PII_KINDS}
_ANY_PLACEHOLDER = re.compile("|".join(re.escape(placeholder) for placeholder in PLACEHOLDERS.values()))
_STARTS_LIKE_A_LINK = re.compile(r"\W{0,9}(?:h(?:tt|xx)ps?:|www\.|\S{1,99}\.\w)|\W{0,9}\[", re.IGNORECASE)
#: In the order they are tried: what may hold another kind comes first.
RULES: tuple[Rule, ...] = (*CONTACT_RULES, *ID_RULES, *NUMBER_RULES, *PLACE_RULES)
_MARKS = tuple(sorted({rule.needs for rule in RULES} - {"", "0", "."}))


class Replaced(NamedTuple):
    """Texts without personal data, and how much there was.

    ``texts`` (n,) of str; ``counts`` kind of `PII_KINDS` -> (n,) number of placeholders put into each text.
    """

    texts: NDArray[np.object_]
    counts: dict[str, NDArray[np.int64]]


def rules_fingerprint() -> str:
    """Return a hash of the patterns of every typed kind; what finds names has a fingerprint of its own."""
    return hash_id("rules-", [(rule.kind, rule.pattern.pattern) for rule in RULES])


def replace_personal_data(texts: Sequence[str], *, names: NameFinder) -> Replaced:
    """Return the texts with every piece of personal data that was found replaced by the placeholder of its kind.

    A text in which nothing was found comes back as it was, invisible characters included.
    """
    counts = {kind: np.zeros(len(texts), dtype=np.int64) for kind in PII_KINDS}
    typed = [_replace_typed(text, counts, index) for index, text in enumerate(texts)]
    clean = [text for text, _ in typed]
    for index, spans in enumerate(names.find([folded for _, folded in typed])):
        if spans:
            clean[index], counts["name"][index] = _replace_spans(clean[index], spans)
    untouched = ~np.any(list(counts.values()), axis=0)
    done = np.empty(len(texts), dtype=object)
    done[:] = [text if same else new for text, new, same in zip(texts, clean, untouched, strict=True)]
    return Replaced(done, counts)


def without_links(text: str) -> str:
    """Return ``text`` without its links; of a Markdown link the words stay."""
    if "](" in text:
        text = MARKDOWN_LINK.sub(r"\1", text)
    return URL.sub("", text) if has_link(text.lower()) else text


def is_bare_link(text: str) -> bool:
    """Return whether a text is one or more links and nothing else."""
    if not _STARTS_LIKE_A_LINK.match(text):
        return False
    left = DOMAIN.sub("", URL.sub("", MARKDOWN_LINK.sub("", text)))
    return left != text and not any(map(str.isalnum, left))


def _replace_typed(text: str, counts: dict[str, NDArray[np.int64]], index: int) -> tuple[str, str]:
    """Return ``text`` without the kinds that have a pattern, also as patterns see it; counts them at ``index``."""
    text = without_invisible(text)
    folded = fold_lookalikes(text)
    look = Look(folded)
    for rule in _rules_for(frozenset(_held_marks(look))):
        if rule.may_hold(look):
            edits = _edits(folded, rule)
            counts[rule.kind][index] += sum(bool(instead) for _, _, instead in edits)
            same, text = text is folded, _edited(text, edits)
            folded = text if same else _edited(folded, edits)
    return text, folded


def _held_marks(look: Look) -> Iterator[str]:
    if look.digits:
        yield "0"
    if look.dotted:
        yield "."
    yield from (mark for mark in _MARKS if mark in look.text)


@cache
def _rules_for(marks: frozenset[str]) -> tuple[Rule, ...]:
    """Return the rules that a text with these marks is to be asked for, in their order."""
    return tuple(rule for rule in RULES if not rule.needs or rule.needs in marks)


def _edits(folded: str, rule: Rule) -> list[tuple[int, int, str]]:
    placeholder = PLACEHOLDERS[rule.kind]
    return [edit for match in rule.pattern.finditer(folded) for edit in rule.edits(match, placeholder)]


def _edited(text: str, edits: Edits) -> str:
    if not edits:
        return text
    parts, at = [], 0
    for start, end, instead in edits:
        parts += [text[at:start], instead]
        at = end
    return "".join([*parts, text[at:]])


def _replace_spans(text: str, spans: Spans) -> tuple[str, int]:
    """Return ``text`` with each span as ``[NAME]``; spans that touch a placeholder are left."""
    held = [match.span() for match in _ANY_PLACEHOLDER.finditer(text)]
    parts, at, count = [], 0, 0
    for start, end in spans:
        if any(start < right and left < end for left, right in held):
            continue
        parts += [text[at:start], PLACEHOLDERS["name"]]
        at, count = end, count + 1
    return "".join([*parts, text[at:]]), count
