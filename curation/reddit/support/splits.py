"""Which examples train, validate and test: no post and no account stands in two of the three.

Posts hang together by the people they share. A few commenters answer so many that nearly everything would hang
together; they are cut loose, busiest first, and speak in one split only.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from valuenet.warehouse.hashing import draws, hash_id
from valuenet.warehouse.settings import SharesSettings
from valuenet.warehouse.vocabulary import SPLITS

Numbers = NDArray[np.int64]


class SupportSplitSettings(SharesSettings):
    """How large the three parts are, and how much may hang together."""

    largest_share: float = Field(0.05, gt=0, le=1)
    """Share of the examples that may hang together; where more do, the busiest commenters are cut loose."""
    seed: int = 0
    """Another number gives another split."""


class _Ties(NamedTuple):
    """Who and what each of n examples ties together, as numbers in the order of the names."""

    post: Numbers
    """(n,) its post."""
    poster: Numbers
    """(n,) account of its poster."""
    supporter: Numbers
    """(n,) account of its commenter."""
    post_names: NDArray[np.object_]
    """Ids of the posts, sorted."""
    accounts: int
    """How many accounts there are."""


def split_support(examples: pd.DataFrame, settings: SupportSplitSettings) -> pd.DataFrame:
    """Return example_id, group_id, split and crosses (its commenter speaks in another split), sorted by id.

    Args:
        examples: one row per example, columns example_id, post_id, poster, supporter.
        settings: shares, seed.

    Whole groups are drawn, by the hash of their id. A commenter who was cut loose speaks where his own posts stand, or
    else where most of his examples do.
    """
    ordered = examples.sort_values("example_id", ignore_index=True)
    if ordered.empty:
        nothing: Any = {"example_id": "str", "group_id": "str", "split": "str", "crosses": "bool"}
        return pd.DataFrame(columns=list(nothing)).astype(nothing)
    ties = _number(ordered)
    group_of_post = _group_posts(ties, settings.largest_share)
    _, first = np.unique(group_of_post, return_index=True)  # posts are sorted: the first of a group is its smallest
    names = np.array([hash_id("g-", name) for name in ties.post_names[first]], dtype=object)
    group = group_of_post[ties.post]
    part = _draw_parts(names, group, settings)[group]
    return ordered[["example_id"]].assign(
        group_id=names[group], split=np.asarray(SPLITS, dtype=object)[part], crosses=part != _homes(ties, part)
    )


def _number(examples: pd.DataFrame) -> _Ties:
    names, post = np.unique(examples["post_id"].to_numpy(dtype=object), return_inverse=True)
    both = np.concatenate([examples[name].to_numpy(dtype=object) for name in ("poster", "supporter")])
    accounts, account = np.unique(both, return_inverse=True)
    return _Ties(post, account[: len(examples)], account[len(examples) :], names, len(accounts))


def _group_posts(ties: _Ties, largest_share: float) -> Numbers:
    """Return the group of every post, with as few commenters cut loose as it takes to keep the groups small enough."""
    count = len(ties.post)
    by_post = np.unique(np.column_stack([ties.supporter, ties.post]), axis=0)[:, 0]
    own = np.unique(np.column_stack([ties.poster, ties.post]), axis=0)[:, 0]
    posts = np.bincount(by_post, minlength=ties.accounts) + np.bincount(own, minlength=ties.accounts)
    busiest = np.argsort(-posts, kind="stable")
    busiest = busiest[np.isin(busiest, ties.supporter)]

    def groups(cut: int) -> Numbers:
        return _components(ties, np.isin(ties.supporter, busiest[:cut]))

    def largest(cut: int) -> int:
        return int(np.bincount(groups(cut)[ties.post]).max())

    most = max(int(largest_share * count), largest(len(busiest)))  # no cut makes it less than one poster's posts
    return groups(bisect_left(range(len(busiest)), True, key=lambda cut: largest(cut) <= most))


def _components(ties: _Ties, loose: NDArray[np.bool_]) -> Numbers:
    """Return the component of every post, where ``loose`` examples (n,) do not tie their commenter to the post."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    posts = len(ties.post_names)
    nodes = posts + ties.accounts
    one = np.concatenate([ties.post, ties.post[~loose]])
    other = posts + np.concatenate([ties.poster, ties.supporter[~loose]])
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(nodes, nodes))
    components: Numbers = np.unique(connected_components(graph, directed=False)[1][:posts], return_inverse=True)[1]
    return components


def _draw_parts(names: NDArray[np.object_], group: Numbers, settings: SupportSplitSettings) -> Numbers:
    """Return the number of the split of every group: laid out by hash, and cut at the shares."""
    sizes = np.bincount(group, minlength=len(names))
    order = np.lexsort((names.astype(str), draws(names, settings.seed, "support split")))
    middle = (np.cumsum(sizes[order]) - sizes[order] / 2) / sizes.sum()
    part = np.empty(len(names), dtype=np.int64)
    part[order] = np.searchsorted([settings.train, settings.train + settings.validation], middle, side="right")
    return part


def _homes(ties: _Ties, part: Numbers) -> Numbers:
    """Return the split in which the commenter of each example speaks."""
    at = np.bincount(ties.supporter * len(SPLITS) + part, minlength=ties.accounts * len(SPLITS))
    home = np.argmax(at.reshape(ties.accounts, len(SPLITS)), axis=1)
    home[ties.poster] = part  # all posts of one poster stand in one split
    homes: Numbers = home[ties.supporter]
    return homes
