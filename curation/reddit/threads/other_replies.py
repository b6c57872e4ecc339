"""What other people answered to posts that have an exchange: the replies that a good one is later held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import PositiveInt

from valuenet.curation.reddit.buckets import Asked, hold_ids, put_aside
from valuenet.curation.reddit.large_tables import kept, open_tables
from valuenet.warehouse.reddit_tables import OtherReplies
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.sorted_rows import SortedRows

if TYPE_CHECKING:
    import pyarrow.dataset as ds


class OtherReplySettings(Settings):
    """Which other replies are held."""

    per_post: PositiveInt = 6
    """Most replies of a post; those with the highest score, equal ones drawn by the hash of their id."""
    answers_to_post_only: bool = True
    """Whether a reply must answer the post itself; answers to other commenters speak to somebody else."""
    shortest: PositiveInt = 30
    """Characters a reply must have at least."""
    seed: int = 0
    """Another number draws others among those of equal score."""
    comments_at_once: PositiveInt = 40_000
    """About how many comments are in memory together; the result is the same for every number."""


def choose_other_replies(
    comments: ds.Dataset,
    withdrawals: ds.Dataset,
    repeats: ds.Dataset,
    exchanges: ds.Dataset,
    settings: OtherReplySettings,
) -> SortedRows[OtherReplies]:
    """Return the best other replies under every post that has an exchange, in the order of their ids.

    A reply is kept (no filter met), tells of no crisis, is not withdrawn, repeats no earlier one and is neither by the
    poster nor by the only one who has exchanges under the post: where two have, the first words of each are among the
    other's other replies.

    Args:
        comments: the table ``Comments`` as an Arrow dataset.
        withdrawals: likewise ``Withdrawals``.
        repeats: likewise ``Repeats``.
        exchanges: likewise ``Exchanges``.
        settings: how many, and which.

    Raises:
        SpoolError: if there is no room for temporary files.
    """
    at_once, chosen = settings.comments_at_once, SortedRows(OtherReplies)
    with open_tables() as tables:
        hold_ids(tables, "withdrawals", Asked(withdrawals, "requests", "SELECT thing, id FROM requests"))
        hold_ids(tables, "repeats", Asked(repeats, "again", "SELECT repeat_id FROM again WHERE thing = 'comment'"))
        hold_ids(tables, "speakers", Asked(exchanges, "exchanges", _SPEAKERS))
        tables.execute(_PEOPLE)
        able = put_aside(tables, "post_id", at_once, Asked(comments, "comments", _asked(settings)))
        for cells in able.portions(at_once):
            tables.register("able", able.read(cells))
            chosen.add(tables.sql(_choice(settings)).to_arrow_table())
    return chosen


def _asked(settings: OtherReplySettings) -> str:
    condition = "parent_id IS NULL" if settings.answers_to_post_only else "true"
    return f"""
        SELECT comment_id, comments.post_id, author, score, text
        FROM comments JOIN people ON people.post_id = comments.post_id
        WHERE filtered IS NULL AND crisis IS NULL AND {condition} AND length(trim(text)) >= {settings.shortest}
            AND comment_id NOT IN (SELECT repeat_id FROM repeats)
            AND author <> poster AND (author <> a_commenter OR author <> another) AND {kept("comment")}
    """  # noqa: S608  numbers of checked settings, and names of our own


def _choice(settings: OtherReplySettings) -> str:
    return f"""
        SELECT * FROM able QUALIFY row_number() OVER (
            PARTITION BY post_id ORDER BY score DESC, sha256('{settings.seed} ' || comment_id)
        ) <= {settings.per_post}
    """  # noqa: S608


_SPEAKERS = "SELECT post_id, author, turn, crisis FROM exchanges WHERE turn <= 2"
#: Posts without crisis that have exchanges, with the first and last of those who have one there.
_PEOPLE = """
CREATE TEMP TABLE people AS
SELECT post_id, min(author) FILTER (turn = 1) AS poster, min(author) FILTER (turn = 2) AS a_commenter,
    max(author) FILTER (turn = 2) AS another
FROM speakers GROUP BY post_id HAVING count(crisis) FILTER (turn = 1) = 0
"""
