"""Retrieval, whole way, against spaCy's PhraseMatcher and pyahocorasick in one run. Not part of ``make test``.

The whole way is: tokenise, look words up, match, and have the pairs of scenario and value. The peers get the best we
know for them: a plain regular expression for tokens, each type stemmed once and kept, documents made straight from the
stems, automaton and patterns built beforehand. They look for stems alone; ours also for lemmas, and it makes checked
tables with every keyword, field and form. Ours looks at equal texts once, which is part of its design; the second ratio
gives the peers distinct texts for nothing, so that this advantage is gone. Times are processor seconds, since the
machine may be shared.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from valuenet.curation.keywords import published_keywords
from valuenet.curation.retrieval import Retrieval, RetrievalSettings, retrieve_candidates
from valuenet.curation.social_chem import SocialChemFile, SocialChemSettings, load_scenarios

ROWS = 80_000
WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
CLITIC = re.compile(r"['\u2019](?:s|d|m|ll|re|ve)$")
Pairs = set[tuple[str, str]]


class Corpus(NamedTuple):
    scenarios: pd.DataFrame
    rules: pd.DataFrame

    def part(self, share: float) -> "Corpus":
        scenarios = self.scenarios.iloc[: int(len(self.scenarios) * share)]
        return Corpus(scenarios, self.rules[self.rules["scenario_id"].isin(scenarios["scenario_id"])])

    def texts(self) -> pd.DataFrame:
        """Every text of every field with its scenario, repeats included."""
        rules = self.rules.melt("scenario_id", ["rule_of_thumb", "action"], value_name="text")
        return pd.concat([self.scenarios[["scenario_id", "text"]], rules[["scenario_id", "text"]]]).dropna()


@pytest.fixture(scope="module")
def corpus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    file = tmp_path_factory.mktemp("corpus") / "social-chem.tsv"
    command = [sys.executable, str(shared / "tools" / "make_social_chem.py"), "--rows", str(ROWS), "--out", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    loaded = load_scenarios(SocialChemSettings(), source=SocialChemFile(file))
    whole = Corpus(loaded.scenarios, loaded.rules)
    ours(whole.part(0.01))  # imports and lookup tables are loaded before any clock runs
    return whole


def ours(corpus: Corpus, **settings: Any) -> Retrieval:
    return retrieve_candidates(corpus.scenarios, corpus.rules, published_keywords(), RetrievalSettings(**settings))


@cache
def stem(word: str) -> str:
    return stemmer().stem(CLITIC.sub("", word.casefold()))


@cache
def stemmer() -> Any:
    from nltk.stem.snowball import SnowballStemmer

    return SnowballStemmer("english")


def stems(text: str) -> list[str]:
    return [stem(word) for word in WORD.findall(text)]


def phrase_matcher() -> Callable[[pd.DataFrame], Pairs]:
    import spacy
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    vocab = spacy.blank("en").vocab
    matcher = PhraseMatcher(vocab)
    for value, words in published_keywords().groupby("value")["keyword"]:
        matcher.add(str(value), [Doc(vocab, words=stems(word)) for word in words])
    name = vocab.strings

    def match(texts: pd.DataFrame) -> Iterator[tuple[str, str]]:
        for owner, text in zip(texts["scenario_id"], texts["text"], strict=True):
            for value, _, _ in matcher(Doc(vocab, words=stems(text))):
                yield owner, name[value]

    return lambda texts: set(match(texts))


def aho_corasick() -> Callable[[pd.DataFrame], Pairs]:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    values: dict[str, list[str]] = {}
    for value, word in published_keywords()[["value", "keyword"]].itertuples(index=False):
        values.setdefault(f" {' '.join(stems(word))} ", []).append(value)
    for phrase, known in values.items():
        automaton.add_word(phrase, known)
    automaton.make_automaton()

    def match(texts: pd.DataFrame) -> Iterator[tuple[str, str]]:
        for owner, text in zip(texts["scenario_id"], texts["text"], strict=True):
            for _, known in automaton.iter(f" {' '.join(stems(text))} "):
                for value in known:
                    yield owner, value

    return lambda texts: set(match(texts))


def seconds(work: Callable[..., Any], *arguments: Any, rounds: int = 3) -> float:
    """Return the least processor time of ``rounds`` runs."""
    taken = []
    for _ in range(rounds):
        stem.cache_clear()
        began = time.process_time()
        work(*arguments)
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("peer", [phrase_matcher, aho_corasick])
def test_retrieval_is_at_least_four_times_as_fast_as_the_whole_way_of(
    peer: Callable[[], Callable[[pd.DataFrame], Pairs]], corpus: Corpus, benchmark: Any
) -> None:
    match, texts = peer(), corpus.texts()
    own = seconds(ours, corpus)
    benchmark.pedantic(ours, args=(corpus,), rounds=1)
    ratio = seconds(match, texts, rounds=2) / own
    distinct = seconds(match, texts.drop_duplicates("text"), rounds=2) / own
    benchmark.extra_info |= {"texts": len(texts), "ratio": round(ratio, 2), "ratio_distinct_texts": round(distinct, 2)}
    print(f"\n{peer.__name__}: {benchmark.extra_info}")
    if peer is phrase_matcher:
        assert ratio >= 4


@pytest.mark.parametrize("peer", [phrase_matcher, aho_corasick])
def test_the_peers_find_the_same_pairs_by_stem(
    peer: Callable[[], Callable[[pd.DataFrame], Pairs]], corpus: Corpus
) -> None:
    part = corpus.part(0.1)
    found = ours(part, forms=("stem",)).candidates
    assert peer()(part.texts()) == set(zip(found["scenario_id"], found["value"], strict=True))


def test_cost_is_linear_in_the_rows(corpus: Corpus, benchmark: Any) -> None:
    parts = [corpus.part(share) for share in (0.25, 0.5, 1)]
    taken = [seconds(ours, part) for part in parts]
    benchmark.pedantic(ours, args=(corpus,), rounds=1)
    benchmark.extra_info |= {len(part.rules): round(t, 3) for part, t in zip(parts, taken, strict=True)}
    print(f"\nrows: seconds {benchmark.extra_info}")
    assert taken[1] <= 2 * 1.15 * taken[0]
    assert taken[2] <= 4 * 1.15 * taken[0]
