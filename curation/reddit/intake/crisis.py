"""Texts that tell of self-harm, of abuse, or of sexual harm to minors; kept out of what a model learns to say.

Rules over phrases, each with what makes it harmless: a denial just before it ("I'm not suicidal", "don't want to die"),
an idiom ("killing myself laughing", "cut myself some slack", "wanted to die of embarrassment") or another matter
("career suicide", "substance abuse"). Idioms of other words ("this heat is killing me", "dying of laughter", "dead
tired") have no rule that could take them for more. Another person's story counts as much as the writer's own, and the
past as much as the present. A doubtful text counts: it is kept apart, not lost.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuenet.curation.reddit.intake.crisis_rules import RULES, CrisisRule
from valuenet.warehouse.hashing import hash_id

_DENIED = re.compile(
    r"(?:\bnot|n'?t|\bnever|\bno|\bneither|\bisnt|\bwithout|\bnobody(?: is| was)?)(?: (?:even|really|"
    r"actually|actively|been|be|"
    r"feel(?:ing)?|felt|want to|wanna|going to|gonna|trying to|planning to|that|at all|a|an|so|"
    r"too|being|considered|considering|have|"
    r"get|say i'?m|saying)){0,3} $"
)
_OTHER_MATTERS = re.compile(r"\b(?:career|political|social|professional|financial|commercial|corporate) $")
_BEFORE = 40


_STEMS = tuple(sorted({stem for rule in RULES for stem in rule.stems}))


def crisis_kinds(texts: Sequence[str]) -> NDArray[np.object_]:
    """Return the kind of crisis each text tells of (`self-harm`, `abuse`, `minor`), as (n,); None for none.

    A text that tells of several has the first of `minor`, `self-harm`, `abuse`.
    """
    kinds = np.empty(len(texts), dtype=object)
    kinds[:] = [_kind(text) for text in texts]
    return kinds


def crisis_error_rates(
    taken_ids: Sequence[str], truth: Sequence[str], harmless: Sequence[str] = ()
) -> "CrisisErrorRates":
    """Return how many planted cases the rules miss and how many look-alikes they take, for the data card.

    Args:
        taken_ids: ids of the texts the rules took.
        truth: ids of the texts that do tell of a crisis.
        harmless: ids of texts that only look so.
    """
    taken, real, fake = set(taken_ids), set(truth), set(harmless)
    return CrisisErrorRates(
        planted=len(real), missed=len(real - taken), harmless=len(fake), taken_wrongly=len(fake & taken),
        others=len(taken - real - fake),
    )  # fmt: skip


class CrisisErrorRates(NamedTuple):
    """Errors of the rules on planted cases.

    ``planted`` texts that tell of a crisis, ``missed`` of them not found; ``harmless`` look-alikes, ``taken_wrongly``
    of them taken; ``others`` were taken and are neither, which is no error by itself: natural texts tell of crises too.
    """

    planted: int
    missed: int
    harmless: int
    taken_wrongly: int
    others: int

    @property
    def miss_rate(self) -> float:
        """Return the share of planted cases that were missed, 0 to 1; 0 where none were planted."""
        return self.missed / self.planted if self.planted else 0.0

    @property
    def false_alarm_rate(self) -> float:
        """Return the share of look-alikes that were taken, 0 to 1; 0 where there are none."""
        return self.taken_wrongly / self.harmless if self.harmless else 0.0


def crisis_fingerprint() -> str:
    """Return a hash of the rules; it belongs to the recipe of what was filtered by them."""
    patterns = [rule.pattern.pattern for rule in RULES]
    return hash_id("crisis-", patterns, _DENIED.pattern, _OTHER_MATTERS.pattern)


def _kind(text: str) -> str | None:
    lower = text.lower()
    if not any(stem in lower for stem in _STEMS):
        return None
    lower = lower.replace("\u2019", "'")
    return next((rule.kind for rule in RULES if _holds(rule, lower)), None)


def _holds(rule: CrisisRule, lower: str) -> bool:
    """Return whether a text in small letters has a match of the rule that nothing before it takes back."""
    if not any(stem in lower for stem in rule.stems):
        return False
    return any(not (rule.deniable and _taken_back(lower, match.start())) for match in rule.pattern.finditer(lower))


def _taken_back(lower: str, start: int) -> bool:
    """Return whether the words before a match deny it or make it another matter."""
    before = lower[max(0, start - _BEFORE) : start]
    return bool(_DENIED.search(before) or _OTHER_MATTERS.search(before))
