"""Splits of support examples: no post and no account in two of them, and the shares asked for."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.curation.reddit.talks import scores
from valuenet.curation.reddit.support.preferences import PreferenceSettings, pair_preferences
from valuenet.curation.reddit.support.splits import SupportSplitSettings, split_support
from valuenet.warehouse.reddit_tables import OtherReplies
from valuenet.warehouse.vocabulary import CATEGORIES


def examples(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Return examples from (post, poster, supporter)."""
    made = pd.DataFrame(rows, columns=["post_id", "poster", "supporter"])
    return made.assign(example_id=[f"e-{k:04}" for k in range(len(made))])


def placed(made: pd.DataFrame, **said: float) -> pd.DataFrame:
    return made.merge(split_support(made, SupportSplitSettings(**said)), on="example_id")


def test_posts_that_share_a_person_are_one_group():
    made = placed(
        examples(
            ("1", "ann", "bob"), ("2", "cem", "bob"), ("3", "cem", "dee"), ("4", "eve", "fay"), ("5", "fay", "gil")
        ),
        largest_share=1.0,
    )
    assert made["group_id"].nunique() == 2
    assert made.groupby("group_id")["post_id"].apply(list).sort_values().tolist() == [["1", "2", "3"], ["4", "5"]]
    assert not made["crosses"].any()


def test_a_commenter_who_ties_everything_is_cut_loose_and_speaks_in_one_split():
    busy = [(str(k), f"p{k}", "zoe") for k in range(60)]
    quiet = [(str(k), f"p{k}", f"s{k}") for k in range(60)]
    made = placed(examples(*busy, *quiet), largest_share=0.05)
    assert made["group_id"].nunique() == 60
    hers = made[made["supporter"] == "zoe"]
    at_home = hers[~hers["crosses"]]
    assert at_home["split"].unique().tolist() == [hers["split"].mode()[0]]
    assert set(hers[hers["crosses"]]["split"]) == set(hers["split"]) - set(at_home["split"])
    assert not made[made["supporter"] != "zoe"]["crosses"].any()


def test_as_few_commenters_as_need_be_are_cut_loose():
    busy = [(str(k), f"p{k}", "zoe") for k in range(60)]
    pairs = [(str(k), f"p{k}", f"s{k // 2}") for k in range(60)]  # each ties two posts
    made = placed(examples(*busy, *pairs), largest_share=0.05)
    assert made["group_id"].nunique() == 30


def test_a_busy_commenter_who_posts_too_speaks_where_his_posts_stand():
    busy = [(str(k), f"p{k}", "zoe") for k in range(40)]
    made = placed(
        examples(*busy, ("x", "zoe", "kim"), *((str(k), f"p{k}", f"s{k}") for k in range(40))), largest_share=0.1
    )
    home = made.loc[made["post_id"] == "x", "split"].item()
    hers = made[made["supporter"] == "zoe"]
    assert ((hers["split"] == home) == ~hers["crosses"]).all()


def test_shares_are_those_asked_for_and_do_not_depend_on_the_order():
    made = examples(*((str(k), f"p{k}", f"s{k % 150}") for k in range(600)))
    shares = placed(made)["split"].value_counts(normalize=True)
    assert shares["train"] == pytest.approx(0.8, abs=0.02)
    assert shares["validation"] == pytest.approx(0.1, abs=0.02)
    mixed = split_support(made.sample(frac=1, random_state=3), SupportSplitSettings())
    assert mixed.equals(split_support(made, SupportSplitSettings()))
    assert not mixed.equals(split_support(made, SupportSplitSettings(seed=1)))


def test_no_example_makes_no_split():
    assert split_support(examples(), SupportSplitSettings()).empty


def test_shares_that_are_no_whole_are_refused():
    with pytest.raises(ValidationError, match=r"must sum to 1, found 0.8 \+ 0.1 \+ 0.2"):
        SupportSplitSettings(test=0.2)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_no_post_and_no_account_stands_in_two_splits(data):
    people = st.sampled_from([f"u-{letter}" for letter in "abcdefghijkl"])
    posters = [data.draw(people) for _ in range(data.draw(st.integers(1, 8)))]
    rows = []
    for _ in range(data.draw(st.integers(1, 25))):
        post = data.draw(st.integers(0, len(posters) - 1))
        supporter = data.draw(people.filter(lambda who, poster=posters[post]: who != poster))
        rows.append((str(post), posters[post], supporter))
    shares = {
        "train": 0.4,
        "validation": 0.3,
        "test": 0.3,
        "largest_share": data.draw(st.sampled_from([0.05, 0.3, 1.0])),
    }
    found = placed(examples(*rows), **shares)
    kept = found[~found["crosses"]].assign(**{f"category_{k + 1}": CATEGORIES[k] for k in range(3)})
    replies = [
        {"comment_id": f"c{k}", "post_id": post, "author": data.draw(people), "score": 1, "text": "apart"}
        for k, (post, _, _) in enumerate(rows)
    ]
    others = OtherReplies.frame(replies)
    pairs = pair_preferences(kept, [(others, scores(apart=(3, 1, "def")))], PreferenceSettings())
    rejected = pairs.merge(others, left_on="rejected_id", right_on="comment_id")
    spoken = [kept[["poster", "split"]], kept[["supporter", "split"]], rejected[["author", "split"]]]
    accounts = pd.concat([part.set_axis(["account", "split"], axis=1) for part in spoken])
    assert accounts.groupby("account")["split"].nunique().max() == 1
    for name in ("post_id", "group_id"):
        assert kept.groupby(name)["split"].nunique().max() == 1
