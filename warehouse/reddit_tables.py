"""Contracts of a Reddit community: posts, comments, exchanges, what their texts say, and what is learned from them.

Tables with a ``partition`` are written one part at a time (`warehouse.partitions`): a month, or a shard of the scoring.
"""

from __future__ import annotations

from typing import ClassVar

from pandera.typing import Series

from valuenet.warehouse import reddit_columns as c
from valuenet.warehouse.tables import Table, Time

_BY_MONTH: dict[str, str] = {"partition": "month"}


class Posts(Table):
    """Every post of the files read, kept or filtered (one row per post)."""

    post_id: Series[str] = c.POST_ID
    month: Series[str] = c.MONTH
    author: Series[str] = c.AUTHOR
    created_at: Series[Time] = c.CREATED_AT
    title: Series[str] = c.TITLE
    text: Series[str] = c.BODY
    score: Series[int] = c.REDDIT_SCORE
    crisis: Series[str] = c.CRISIS
    filtered: Series[str] = c.FILTERED

    class Config(Table.Config):
        name = "posts"
        unique: ClassVar = ["post_id"]
        metadata: ClassVar = _BY_MONTH


class Comments(Table):
    """Every comment of the files read, kept or filtered (one row per comment)."""

    comment_id: Series[str] = c.COMMENT_ID
    month: Series[str] = c.MONTH
    post_id: Series[str] = c.POST_ID
    parent_id: Series[str] = c.PARENT_ID
    author: Series[str] = c.AUTHOR
    created_at: Series[Time] = c.CREATED_AT
    text: Series[str] = c.BODY
    score: Series[int] = c.REDDIT_SCORE
    crisis: Series[str] = c.CRISIS
    filtered: Series[str] = c.FILTERED

    class Config(Table.Config):
        name = "comments"
        unique: ClassVar = ["comment_id"]
        metadata: ClassVar = _BY_MONTH


class RedditRejected(Table):
    """Lines of dump files that could not be read, with the reason."""

    source_file: Series[str] = c.REDDIT_FILE
    source_line: Series[int] = c.REDDIT_LINE
    month: Series[str] = c.MONTH
    reason: Series[str] = c.REDDIT_REASON
    detail: Series[str] = c.REDDIT_DETAIL

    class Config(Table.Config):
        name = "reddit_rejected"
        unique: ClassVar = ["source_file", "source_line"]
        metadata: ClassVar = {"kind": "rejects", **_BY_MONTH}


class PersonalData(Table):
    """Personal data that was replaced in kept texts (one row per month, thing and kind of data)."""

    month: Series[str] = c.MONTH
    thing: Series[str] = c.THING
    pii: Series[str] = c.PII
    placeholders: Series[int] = c.PLACEHOLDERS
    texts: Series[int] = c.PII_TEXTS

    class Config(Table.Config):
        name = "personal_data"
        unique: ClassVar = ["month", "thing", "pii"]
        metadata: ClassVar = _BY_MONTH


class Fetched(Table):
    """Posts and comments whose rows Reddit's API brought (one row per thing): later words than those of a dump."""

    thing: Series[str] = c.THING
    fetched_id: Series[str] = c.FETCHED_ID
    month: Series[str] = c.MONTH
    key_id: Series[str] = c.KEY_ID

    class Config(Table.Config):
        name = "reddit_fetched"
        unique: ClassVar = ["thing", "fetched_id"]
        metadata: ClassVar = _BY_MONTH


class Withdrawals(Table):
    """What people asked to have taken down; only grows, and every build honours it."""

    thing: Series[str] = c.WITHDRAWN_THING
    id: Series[str] = c.WITHDRAWN_ID
    requested_at: Series[Time] = c.REQUESTED_AT

    class Config(Table.Config):
        name = "withdrawals"
        unique: ClassVar = ["thing", "id"]
        metadata: ClassVar = {"kind": "raw"}


class Repeats(Table):
    """Posts and comments that repeat an earlier one of their account (one row per repetition)."""

    thing: Series[str] = c.THING
    repeat_id: Series[str] = c.REPEAT_ID
    of: Series[str] = c.REPEATED_ID
    match: Series[str] = c.MATCH

    class Config(Table.Config):
        name = "repeats"
        unique: ClassVar = ["thing", "repeat_id"]


class Orphans(Table):
    """Comments whose post or parent is in no file read so far (one row per comment)."""

    comment_id: Series[str] = c.COMMENT_ID
    post_id: Series[str] = c.POST_ID
    post_missing: Series[bool] = c.POST_MISSING
    parent_missing: Series[bool] = c.PARENT_MISSING

    class Config(Table.Config):
        name = "orphans"
        unique: ClassVar = ["comment_id"]


class Exchanges(Table):
    """Chains of a poster and one commenter taking turns (one row per turn; two comments or more)."""

    exchange_id: Series[str] = c.EXCHANGE_ID
    turn: Series[int] = c.TURN
    post_id: Series[str] = c.POST_ID
    comment_id: Series[str] = c.TURN_COMMENT_ID
    depth: Series[int] = c.DEPTH
    role: Series[str] = c.ROLE_IN_EXCHANGE
    author: Series[str] = c.TURN_AUTHOR
    created_at: Series[Time] = c.CREATED_AT
    score: Series[int] = c.REDDIT_SCORE
    text: Series[str] = c.TURN_TEXT
    crisis: Series[str] = c.CRISIS
    filtered: Series[str] = c.FILTERED

    class Config(Table.Config):
        name = "exchanges"
        unique: ClassVar = ["exchange_id", "turn"]


class OtherReplies(Table):
    """Kept comments under posts that have an exchange, by other people than its two (one row per comment)."""

    comment_id: Series[str] = c.COMMENT_ID
    post_id: Series[str] = c.POST_ID
    author: Series[str] = c.TURN_AUTHOR
    score: Series[int] = c.REDDIT_SCORE
    text: Series[str] = c.TURN_TEXT

    class Config(Table.Config):
        name = "other_replies"
        unique: ClassVar = ["comment_id"]


class TextScores(Table):
    """What models read in a text: feeling, and the three likeliest value categories (one row per distinct text)."""

    text_id: Series[str] = c.TEXT_ID
    shard: Series[int] = c.SHARD
    valence: Series[float] = c.VALENCE
    intensity: Series[float] = c.INTENSITY
    category_1: Series[str] = c.CATEGORY_1
    category_2: Series[str] = c.CATEGORY_2
    category_3: Series[str] = c.CATEGORY_3
    probability_1: Series[float] = c.PROBABILITY_1
    probability_2: Series[float] = c.PROBABILITY_2
    probability_3: Series[float] = c.PROBABILITY_3

    class Config(Table.Config):
        name = "text_scores"
        unique: ClassVar = ["text_id"]
        metadata: ClassVar = {"partition": "shard"}


class SupportExamples(Table):
    """Replies after which the poster spoke positively, with the values the poster then showed (one row per reply)."""

    example_id: Series[str] = c.EXAMPLE_ID
    exchange_id: Series[str] = c.EXCHANGE_ID
    turn: Series[int] = c.REPLY_TURN
    post_id: Series[str] = c.POST_ID
    category_1: Series[str] = c.CATEGORY_1
    category_2: Series[str] = c.CATEGORY_2
    category_3: Series[str] = c.CATEGORY_3
    probability_1: Series[float] = c.PROBABILITY_1
    probability_2: Series[float] = c.PROBABILITY_2
    probability_3: Series[float] = c.PROBABILITY_3
    intensity_before: Series[float] = c.INTENSITY_BEFORE
    intensity_after: Series[float] = c.INTENSITY_AFTER
    valence_after: Series[float] = c.VALENCE_AFTER
    split: Series[str] = c.SPLIT
    group_id: Series[str] = c.GROUP

    class Config(Table.Config):
        name = "support_examples"
        unique: ClassVar = ["example_id"]


class ExamplesSetAside(Table):
    """Replies that are no support example, with the reason (one row per reply)."""

    exchange_id: Series[str] = c.EXCHANGE_ID
    turn: Series[int] = c.REPLY_TURN
    reason: Series[str] = c.SET_ASIDE

    class Config(Table.Config):
        name = "support_examples_set_aside"
        unique: ClassVar = ["exchange_id", "turn"]
        metadata: ClassVar = {"kind": "rejects"}


class Preferences(Table):
    """The reply that worked against another comment under the same post whose values are none of the target's."""

    preference_id: Series[str] = c.PREFERENCE_ID
    example_id: Series[str] = c.EXAMPLE_ID
    post_id: Series[str] = c.POST_ID
    rejected_id: Series[str] = c.REJECTED_ID
    rejected_text: Series[str] = c.REJECTED_TEXT
    category_1: Series[str] = c.CATEGORY_1
    category_2: Series[str] = c.CATEGORY_2
    category_3: Series[str] = c.CATEGORY_3
    split: Series[str] = c.SPLIT

    class Config(Table.Config):
        name = "preferences"
        unique: ClassVar = ["preference_id"]


ALL_REDDIT_TABLES: tuple[type[Table], ...] = (
    Posts,
    Comments,
    RedditRejected,
    PersonalData,
    Fetched,
    Withdrawals,
    Repeats,
    Orphans,
    Exchanges,
    OtherReplies,
    TextScores,
    SupportExamples,
    ExamplesSetAside,
    Preferences,
)
