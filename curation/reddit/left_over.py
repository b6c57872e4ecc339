"""Personal data that is still in texts which are said to have none: the patterns of `privacy`, asked once more."""

from __future__ import annotations

from collections.abc import Sequence

from valuenet.curation.reddit.intake.name_signs import Spans
from valuenet.curation.reddit.intake.privacy import replace_personal_data


class _NoNames:
    """Finds no name: whether a word is one is a guess, and a guess is no proof that something was left over."""

    fingerprint = "none"

    def find(self, texts: Sequence[str]) -> list[Spans]:
        return [[] for _ in texts]


def kinds_left_over(texts: Sequence[str]) -> list[str | None]:
    """Return for each text the first kind of personal data that a pattern finds in it (names are not looked for)."""
    counts = replace_personal_data(texts, names=_NoNames()).counts
    return [next((kind for kind in counts if counts[kind][index]), None) for index in range(len(texts))]
