"""Which texts of a community models should read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from valuenet.curation.reddit.buckets import Asked, answers, hold_ids
from valuenet.curation.reddit.large_tables import open_tables
from valuenet.curation.reddit.support.examples import READABLE

if TYPE_CHECKING:
    import pyarrow.dataset as ds


def texts_to_score(exchanges: ds.Dataset, other_replies: ds.Dataset) -> Iterator[list[str]]:
    """Yield the turns of posters, unless crisis is near or they are filtered, and the other replies, some at a time.

    Args:
        exchanges: the table ``Exchanges`` as an Arrow dataset.
        other_replies: likewise ``OtherReplies``.
    """
    with open_tables() as tables:
        hold_ids(tables, "crises", Asked(exchanges, "exchanges", _CRISES))
        for asked in (Asked(exchanges, "exchanges", _SAID), Asked(other_replies, "other_replies", _REPLIES)):
            for rows in answers(tables, asked):
                yield rows["text"].to_pylist()


_CRISES = "SELECT exchange_id FROM exchanges WHERE crisis IS NOT NULL"
_SAID = f"""
SELECT text FROM exchanges
WHERE role = 'poster' AND coalesce(filtered, '{READABLE[0]}') IN ({", ".join(f"'{name}'" for name in READABLE)})
    AND exchange_id NOT IN (SELECT exchange_id FROM crises)
"""  # noqa: S608  names of our own
_REPLIES = "SELECT text FROM other_replies"
