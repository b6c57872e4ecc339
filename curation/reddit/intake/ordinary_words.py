"""Whether a word is an ordinary English one, by the lemma tables of spaCy's lookups data (WordNet's words)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

# What the tables leave out: function words, contractions without an apostrophe, and the slang of forums.
_MORE = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "arent",
        "but",
        "cant",
        "could",
        "couldnt",
        "didnt",
        "do",
        "doesnt",
        "dont",
        "for",
        "from",
        "gonna",
        "gotta",
        "had",
        "hadnt",
        "has",
        "hasnt",
        "have",
        "havent",
        "he",
        "her",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "im",
        "in",
        "into",
        "is",
        "isnt",
        "it",
        "its",
        "ive",
        "me",
        "my",
        "not",
        "of",
        "on",
        "or",
        "our",
        "ours",
        "she",
        "should",
        "shouldnt",
        "than",
        "that",
        "thats",
        "the",
        "their",
        "theirs",
        "them",
        "then",
        "there",
        "these",
        "they",
        "theyre",
        "this",
        "those",
        "to",
        "us",
        "was",
        "wasnt",
        "we",
        "were",
        "werent",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "wont",
        "would",
        "wouldnt",
        "you",
        "youre",
        "your",
        "yours",
        "bf",
        "gf",
        "idk",
        "kinda",
        "lol",
        "mom",
        "moms",
        "omg",
        "sorta",
        "tbh",
        "ur",
        "wanna",
        "wtf",
        "yall",
        "app",
        "apps",
        "email",
        "emails",
        "glitchy",
        "laggy",
        "meds",
        "online",
        "internet",
        "selfie",
        "therapist",
        "therapists",
        "website",
        "asap",
        "okay",
        "appt",
        "ghosted",
        "gaslit",
        "covid",
        "hes",
        "shes",
        "whats",
        "lets",
        "everyone",
        "everybody",
        "anyone",
        "someone",
        "somebody",
        "nobody",
        "something",
        "anything",
        "everything",
        "nothing",
        "because",
        "since",
        "without",
        "myself",
        "yourself",
        "himself",
        "herself",
        "itself",
        "themselves",
        "ourselves",
        "although",
        "until",
        "unless",
        "against",
        "among",
        "between",
        "during",
        "within",
        "throughout",
        "towards",
        "whenever",
        "wherever",
        "whoever",
        "whatever",
    ]
)


def is_ordinary(word: str) -> bool:
    """Return whether a word in small letters is an ordinary English one."""
    forms, lemmas = _ordinary_words()
    return word in _MORE or word in lemmas or word in forms


def all_ordinary(words: Iterable[str]) -> bool:
    """Return whether every one of the words (small letters) is ordinary or too short to tell anything."""
    return all(len(word) < 3 or is_ordinary(word) for word in words)


@cache
def _ordinary_words() -> tuple[dict[str, str], frozenset[str]]:
    forms: dict[str, str] = _table("en_lemma_lookup")
    index: dict[str, list[str]] = _table("en_lemma_index")
    return forms, frozenset({*forms.values(), *chain.from_iterable(index.values())})


def _table(name: str) -> Any:
    """Read one of the tables; to import spaCy for it takes seconds."""
    packed = files("spacy_lookups_data").joinpath(f"data/{name}.json.gz").read_bytes()
    return json.loads(gzip.decompress(packed))
