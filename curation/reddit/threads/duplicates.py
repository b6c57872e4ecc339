"""Posts and comments that an account wrote more than once: the same words again, or nearly the same.

Two posts of one account are the same when title and text are equal but for case, white space and punctuation. They are
nearly the same when most runs of three words of the shorter one stand in the longer one too, and the longer one is not
much longer ("Repost: ..." with a sentence more). Of comments, which many people end or begin alike, only the same ones
count, and only those that are no mere phrase: a comfort that is pasted under post after post teaches a supporter that
one sentence. Accounts are looked at a share of them at a time, so memory depends on the share and not on the corpus; of
what was found every row is held.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from pandera.typing import DataFrame
from pydantic import Field, PositiveInt

from valuenet.curation.reddit.buckets import Asked, hold_ids, put_aside
from valuenet.curation.reddit.large_tables import kept, open_tables
from valuenet.warehouse.reddit_tables import Repeats
from valuenet.warehouse.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds

_WORD = re.compile(r"\w+")
_APOSTROPHES = ("'", "`", "\u2019", "\u02bc")
_AN_APOSTROPHE = re.compile(f"[{''.join(_APOSTROPHES)}]")
_RUN = 3

#: Posts as they are stored, whose texts are kept. Noise that many people write alike (very short, not English, links)
#: is left out; it is not used anyway.
_POSTS = f"""
SELECT post_id, author, created_at, title, text FROM posts
WHERE {kept("post")} AND text IS NOT NULL AND (filtered IS NULL OR filtered IN ('crisis', 'duplicate'))
"""  # noqa: S608  names of our own
_UNQUOTED = "CASE WHEN contains(text, '>') THEN regexp_replace(text, '(?m)^\\s*>.*$', '', 'g') ELSE text END"
#: A `translate` of all of them takes seven times as long.
_WITHOUT_APOSTROPHES = reduce(
    lambda sql, mark: f"replace({sql}, '{mark.replace(chr(39), chr(39) * 2)}', '')",
    _APOSTROPHES,
    f"nfc_normalize({_UNQUOTED})",
)
#: Comments likewise, their words as one hash: letters and digits alone, in small letters, without quoted lines.
_COMMENTS = f"""
SELECT comment_id, author, created_at, md5(words) AS words FROM (
    SELECT comment_id, author, created_at,
        trim(regexp_replace(lower({_WITHOUT_APOSTROPHES}), '[^\\pL\\pN]+', ' ', 'g')) AS words
    FROM comments WHERE {kept("comment")} AND text IS NOT NULL AND filtered IS NULL
) WHERE length(words) >= {{shortest}}
"""  # noqa: S608
_REPEATED_COMMENTS = """
SELECT 'comment' AS thing, comment_id AS repeat_id, 'exact' AS match,
    first_value(comment_id) OVER (PARTITION BY author, words ORDER BY created_at, comment_id) AS of
FROM comments QUALIFY repeat_id <> of
"""


class DuplicateSettings(Settings):
    """When a post or comment counts as one that its author had written before."""

    least_shared: float = Field(default=0.8, gt=0, le=1)
    """Share of the shorter post's runs of three words that the longer one must have too."""

    most_longer: float = Field(default=3.0, ge=1)
    """How many times as many words the longer post may have."""

    shortest_comment: PositiveInt = 40
    """Characters from which on a comment counts that says the same again (of its words with one space between them,
    without quoted lines); shorter ones are what people say."""

    posts_at_a_time: PositiveInt = 50_000
    """About how many posts are held in memory at once, or twice as many comments without their texts; the result is
    the same for every number."""


class Told(NamedTuple):
    """A post as it is compared: its id, its words as one text, and how often it holds each run of three words."""

    post_id: str
    words: str
    runs: Counter[tuple[str, ...]]


def find_repeats(
    posts: "ds.Dataset", comments: "ds.Dataset", withdrawals: "ds.Dataset", settings: DuplicateSettings
) -> DataFrame[Repeats]:
    """Return the posts and comments that repeat an earlier one of their author; what was withdrawn is not looked at.

    Args:
        posts: the table ``Posts`` as an Arrow dataset.
        comments: likewise ``Comments``.
        withdrawals: likewise ``Withdrawals``.
        settings: what is the same.

    Raises:
        SpoolError: if there is no room for temporary files.
    """
    of_posts = (
        find_duplicates(posts, withdrawals, settings).rename(columns={"post_id": "repeat_id"}).assign(thing="post")
    )
    both = pd.concat([of_posts, *_repeated_comments(comments, withdrawals, settings)], ignore_index=True)
    return Repeats.frame(both.sort_values(Repeats.key()))


def _repeated_comments(
    comments: "ds.Dataset", withdrawals: "ds.Dataset", settings: DuplicateSettings
) -> Iterator[pd.DataFrame]:
    """Yield rows of ``Repeats``, some accounts after the other."""
    at_once, query = 2 * settings.posts_at_a_time, _COMMENTS.format(shortest=settings.shortest_comment)
    with open_tables() as tables:
        hold_ids(tables, "withdrawals", Asked(withdrawals, "requests", "SELECT thing, id FROM requests"))
        asked = put_aside(tables, "author", at_once, Asked(comments, "comments", query))
        for cells in asked.portions(at_once):
            tables.register("comments", asked.read(cells))
            yield tables.sql(_REPEATED_COMMENTS).df()


def find_duplicates(posts: "ds.Dataset", withdrawals: "ds.Dataset", settings: DuplicateSettings) -> pd.DataFrame:
    """Return posts that repeat an earlier post of their author: post_id, of (the earliest it repeats), match.

    Args:
        posts: the stored table of posts, all months, as an Arrow dataset.
        withdrawals: likewise ``Withdrawals``.
        settings: what is near.

    Returns:
        One row per repetition, in the order of post_id; ``match`` is `exact` or `near`.
    """
    at_once = settings.posts_at_a_time
    with open_tables() as tables:
        hold_ids(tables, "withdrawals", Asked(withdrawals, "requests", "SELECT thing, id FROM requests"))
        asked = put_aside(tables, "author", at_once, Asked(posts, "posts", _POSTS))
    repeats = [repeat for cells in asked.portions(at_once) for repeat in _repeated(asked.read(cells), settings)]
    frame = pd.DataFrame(repeats, columns=["post_id", "of", "match"], dtype="str")
    return frame.sort_values("post_id", ignore_index=True)


def _repeated(posts: "pa.Table", settings: DuplicateSettings) -> Iterator[tuple[str, str, str]]:
    """Yield (post_id, of, match) of the repetitions among all posts of some accounts."""
    import pyarrow.compute as pc

    counts = posts["author"].value_counts()
    several = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    candidates = posts.filter(pc.is_in(posts["author"], several))
    ordered = candidates.sort_by([(name, "ascending") for name in ("author", "created_at", "post_id")])
    rows = zip(*(_values(ordered[name]) for name in ("author", "post_id", "title", "text")), strict=True)
    for _, own in groupby(rows, key=itemgetter(0)):
        yield from repeated_posts([(post_id, title, text) for _, post_id, title, text in own], settings)


def _values(column: "pa.ChunkedArray") -> Iterator[str]:
    """Yield the values of a column, so that few of them are Python objects at a time."""
    return (value.as_py() for value in column)


def repeated_posts(
    posts: Sequence[tuple[str, str, str]], settings: DuplicateSettings
) -> Iterator[tuple[str, str, str]]:
    """Yield (post_id, of, match) for each of one account's posts that repeats an earlier one.

    Args:
        posts: (post_id, title, text) in the order they were posted.
        settings: what is near.
    """
    first_of: dict[str, str] = {}
    earlier: list[Told] = []
    holders: dict[tuple[str, ...], list[int]] = {}
    for post_id, title, text in posts:
        prints = _told(post_id, title, text)
        if prints.words in first_of:
            yield post_id, first_of[prints.words], "exact"
            continue
        sharing = sorted({holder for run in prints.runs for holder in holders.get(run, ())})
        original = next((earlier[holder] for holder in sharing if _is_near(earlier[holder], prints, settings)), None)
        first_of[prints.words] = original.post_id if original else post_id
        if original:
            yield post_id, original.post_id, "near"
        else:
            for run in prints.runs:
                holders.setdefault(run, []).append(len(earlier))
            earlier.append(prints)


def _told(post_id: str, title: str, text: str) -> Told:
    folded = unicodedata.normalize("NFKC", f"{title or ''}\n{text or ''}").casefold()
    words = _WORD.findall(_AN_APOSTROPHE.sub("", folded))
    return Told(post_id, " ".join(words), Counter(zip(*(words[at:] for at in range(_RUN)), strict=False)))


def _is_near(before: Told, now: Told, settings: DuplicateSettings) -> bool:
    """Return whether most runs of the shorter post stand in the longer one."""
    shorter, longer = sorted((before.runs.total(), now.runs.total()))
    if not shorter or longer > settings.most_longer * shorter:
        return False
    shared = sum(min(count, now.runs[run]) for run, count in before.runs.items() if run in now.runs)
    return shared >= settings.least_shared * shorter
