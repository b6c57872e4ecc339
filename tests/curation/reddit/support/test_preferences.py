"""Preference pairs by hand: only values that the poster did not come to show are rejected."""

import pandas as pd
import pytest

from tests.curation.reddit.read_plainly import dataset_of
from tests.curation.reddit.talks import replies, scores, turns
from valuenet.curation.reddit.support.preferences import PreferenceSettings, pair_preferences
from valuenet.curation.reddit.support.support import Support, SupportSettings, choose_support_examples
from valuenet.warehouse.vocabulary import CATEGORIES

REPLY = "you did all you could there"


def example(name: str = "e-1", split: str = "train", people: str = "ann bob", post: str = "1") -> dict[str, str]:
    poster, supporter = people.split()
    targets = {f"category_{k + 1}": CATEGORIES[k] for k in range(3)}
    who = {"poster": f"u-{poster}", "supporter": f"u-{supporter}"}
    return {"example_id": name, "post_id": post, "split": split, **who, **targets}


def paired(
    examples: list[dict[str, str]], others: pd.DataFrame, text_scores: pd.DataFrame, **said: int
) -> pd.DataFrame:
    return pair_preferences(pd.DataFrame(examples), [(others, text_scores)], PreferenceSettings(**said))


def chosen(exchanges: pd.DataFrame, others: pd.DataFrame, text_scores: pd.DataFrame, **said: int) -> Support:
    read = (dataset_of(frame) for frame in (exchanges, others, text_scores))
    return choose_support_examples(*read, SupportSettings(**said))


def test_only_replies_of_others_that_share_none_of_the_three_values_are_rejected():
    others = replies(("c1", "cem", "apart"), ("c2", "dee", "near"), ("c3", "bob", "own"), ("c4", "eve", "unscored"))
    heard = scores(apart=(3, 1, "def"), near=(3, 1, "dec"), own=(3, 1, "ghi"))
    (pair,) = paired([example()], others, heard).to_dict("records")
    assert (pair["example_id"], pair["rejected_id"], pair["rejected_text"]) == ("e-1", "c1", "apart")
    assert [pair[f"category_{k}"] for k in (1, 2, 3)] == list(CATEGORIES[3:6])
    assert (pair["split"], pair["post_id"]) == ("train", "1")


def test_replies_under_another_post_are_no_rejects():
    others = replies(("c1", "cem", "apart"), post="2")
    assert paired([example()], others, scores(apart=(3, 1, "def"))).empty


def test_at_most_so_many_pairs_are_drawn_the_same_in_any_order_of_rows():
    others = replies(*((f"c{k}", f"p{k}", f"t{k}") for k in range(6)))
    heard = scores(**{f"t{k}": (3, 1, "def") for k in range(6)})
    two = paired([example()], others, heard, per_example=2)
    assert len(two) == 2
    assert paired([example()], others[::-1], heard[::-1], per_example=2).equals(two)
    assert len(paired([example()], others, heard, per_example=9)) == 6
    assert len({tuple(paired([example()], others, heard, seed=seed)["rejected_id"]) for seed in range(5)}) > 1


@pytest.mark.parametrize("author", ["ann", "bob"])
def test_who_speaks_in_one_split_is_not_rejected_in_another(author):
    there = [example("e-1", "train"), example("e-2", "test", "kim lee", post="2")]
    others = replies(("c1", author, "apart"), ("c2", "zoe", "apart"), post="2")
    assert paired(there, others, scores(apart=(3, 1, "def")))["rejected_id"].tolist() == ["c2"]


def test_somebody_who_is_only_rejected_is_so_where_most_of_the_replies_are():
    there = [example("e-1", "train"), example("e-2", "test", "kim lee", "2"), example("e-3", "test", "mia ned", "3")]
    others = pd.concat([replies((f"c{post}", "zoe", "apart"), post=post) for post in ("1", "2", "3")])
    assert set(paired(there, others, scores(apart=(3, 1, "def")))["example_id"]) == {"e-2", "e-3"}


def test_examples_and_pairs_of_a_whole_talk():
    heard = scores(sad=(2.0, 4.0), better=(3.9, 1.5), apart=(3, 1, "def"), near=(3, 1, "abd"))
    others = replies(("c1", "cem", "apart"), ("c2", "dee", "near"))
    made = chosen(turns("a", "sad", REPLY, "better"), others, heard)
    assert made.examples["turn"].tolist() == [2]
    assert made.preferences["rejected_id"].tolist() == ["c1"]
    assert made.preferences["example_id"].tolist() == made.examples["example_id"].tolist()
    assert made.preferences["split"].tolist() == made.examples["split"].tolist()
    assert made.set_aside.empty


def test_nothing_makes_empty_tables():
    empty = turns("a", "sad", REPLY).iloc[:0]
    made = chosen(empty, replies(), scores())
    assert [len(frame) for frame in made] == [0, 0, 0]


def test_how_many_turns_are_in_memory_together_changes_nothing():
    heard = scores(sad=(2.0, 4.0), better=(3.9, 1.5), apart=(3, 1, "def"), near=(3, 1, "abd"), far=(3, 1, "ghi"))
    people = [(f"p{k}", f"s{k % 4}") for k in range(12)]
    talks = pd.concat(
        turns(f"{kind}{k}", "sad", REPLY, "better", post=str(k), people=who)
        for k, who in enumerate(people)
        for kind in "ab"
    )
    said = ("apart", "near", "far")
    others = pd.concat(
        replies(*((f"c{k}x{n}", f"r{(k + n) % 5}", text) for n, text in enumerate(said)), post=str(k))
        for k in range(len(people))
    )
    whole = chosen(talks, others, heard)
    assert len(whole.preferences) > 3
    for at_once in (1, 7):
        small = chosen(talks[::-1], others[::-1], heard, turns_at_once=at_once)
        assert all(made.equals(plain) for made, plain in zip(small, whole, strict=True))
