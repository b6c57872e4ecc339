"""Which texts are English.

Most texts say so themselves: one word in ten or more is a function word that no other language writes so (the, and,
you, with). Texts of mostly other letters are not English. Few are left, and those are asked of py3langid, a library of
4.5 MB that needs numpy alone: by itself it would take as long as everything else together, and takes short English
sentences for Welsh or Estonian, so it is asked about the languages that are common on the web, and believed when it
gives English little chance. Quoted lines are not judged: an English answer to a Spanish post is English.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from valuenet.warehouse.hashing import hash_id


class LanguageJudge(Protocol):
    """Says which texts are English."""

    @property
    def fingerprint(self) -> str:
        """What the answers depend on; part of the recipe of what is filtered by it."""
        ...

    def english(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Return whether each text is English, as (n,)."""
        ...


#: Words of English that are rare in other languages, and are in nearly every English sentence.
_ENGLISH = frozenset(
    (
        *("about", "after", "again", "and", "any", "are", "aren't", "back", "bad", "be", "because", "been", "being"),
        *("believe", "best", "better", "but", "can't", "congrats", "congratulations", "could", "did", "didn't", "does"),
        *("doesn't", "don't", "dont", "even", "every", "feel", "feeling", "felt", "for", "friend", "from", "get"),
        *("getting", "girl", "glad", "go", "going", "good", "got", "great", "guess", "had", "happened", "happy"),
        *("have", "haven't", "he's", "here", "hey", "his", "hope", "how", "hugs", "i'd", "i'll"),
        *("i'm", "i've", "if", "isn't", "it", "it's", "its", "just", "keep", "know", "let", "life", "like", "lol"),
        *(
            "look",
            "lost",
            "love",
            "luck",
            "made",
            "make",
            "many",
            "maybe",
            "mean",
            "miss",
            "more",
            "much",
            "my",
            "need",
        ),
        *("never", "nice", "not", "nothing", "now", "oh", "ok", "okay", "one", "only", "our", "out", "people"),
        *("please", "really", "right", "said", "same", "she", "she's", "should", "some", "someone", "sorry"),
        *("sounds", "still", "stop", "such", "sure", "take", "than", "thank", "thanks", "that", "that's", "thats"),
        *("the", "their", "them", "then", "there", "they", "they're", "thing", "things", "think", "this", "to"),
        *("too", "true", "try", "very", "wasn't", "way", "well", "were", "what", "what's", "when", "where"),
        *("which", "while", "who", "why", "with", "won't", "work", "would", "wow", "yeah", "yes", "yet", "you"),
        *("you're", "your", "yours"),
    )
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_LANGUAGES = (
    *("en", "es", "fr", "de", "it", "pt", "nl", "sv", "da", "no", "fi", "pl", "cs", "ro", "hu", "tr", "id", "tl", "vi"),
    *("hr", "ru", "uk", "bg", "el", "ar", "he", "fa", "hi", "bn", "ur", "zh", "ja", "ko", "th"),
)
_LAST_LATIN = "\u024f"
_LOOKED_AT = 600  # characters
_ENOUGH = 0.1
_LEAST_CHANCE = 0.05


class EnglishJudge:
    """Judges by English function words and letters, and asks py3langid where these do not settle it."""

    @property
    def fingerprint(self) -> str:
        """Return the rules, the words and the version of the library."""
        rules = (sorted(_ENGLISH), _LANGUAGES, _ENOUGH, _LEAST_CHANCE)
        return hash_id("english-", rules, version("py3langid"))

    def english(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Return whether each text is English, as (n,); a text without a single letter counts as English."""
        return np.fromiter(map(_is_english, texts), dtype=np.bool_, count=len(texts))


def _is_english(text: str) -> bool:
    """Return whether one text is English."""
    if ">" in text:
        text = _QUOTED.sub("", text)
    text = text[:_LOOKED_AT]
    words = _WORD.findall(text.lower().replace("\u2019", "'"))
    if sum(word in _ENGLISH for word in words) >= _ENOUGH * len(words):
        return True
    if not text.isascii() and sum(map(_is_other_letter, text)) > sum(map(str.isalpha, text)) / 2:
        return False
    return _has_a_chance(text)


def _is_other_letter(character: str) -> bool:
    return character > _LAST_LATIN and character.isalpha()


def _has_a_chance(text: str) -> bool:
    """Return whether py3langid gives English a chance."""
    chances = dict(_library().rank(text.replace("\n", " ")))
    return bool(chances["en"] >= _LEAST_CHANCE)


@cache
def _library() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_LANGUAGES))
    return identifier
