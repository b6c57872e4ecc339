"""Texts of posts and comments by their ids, as they stand in exchanges."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from valuenet.curation.reddit.large_tables import open_tables

if TYPE_CHECKING:
    import pyarrow.dataset as ds

_SAYS = "regexp_matches(concat_ws(' ', {text}), '\\S')"
_TRIMMED = "nullif(trim({text}, chr(9) || chr(10) || chr(13) || ' '), '')"
#: SQL of the words of a turn, null where there are none: a post is its title and its text, a comment its text. The
#: exchanges and whoever fills a release in again ask by these, so that both have the same bytes.
POST_TEXT = (
    f"CASE WHEN {_SAYS.format(text='title, text')} THEN concat_ws(chr(10) || chr(10), "
    f"{_TRIMMED.format(text='title')}, {_TRIMMED.format(text='text')}) END"
)
COMMENT_TEXT = f"CASE WHEN {_SAYS.format(text='text')} THEN text END"
_COLUMNS = {"posts": ("post_id", "t3_", POST_TEXT), "comments": ("comment_id", "t1_", COMMENT_TEXT)}


def read_turn_texts(tables: Mapping[str, ds.Dataset], things: Collection[str]) -> dict[str, str]:
    """Return id -> text of those of ``things`` (ids with `t3_` or `t1_`) that have a text.

    Args:
        tables: ``posts`` and ``comments`` as Arrow datasets, where they are written.
        things: ids wanted.
    """
    texts: dict[str, str] = {}
    for name, table in tables.items():
        key, prefix, text = _COLUMNS[name]
        ids = [thing.removeprefix(prefix) for thing in sorted(things) if thing.startswith(prefix)]
        query = f"SELECT '{prefix}' || {key}, {text} FROM {name} JOIN wanted ON {key} = id"  # noqa: S608
        texts |= _read(name, table, query, ids)
    return texts


def _read(name: str, table: ds.Dataset, query: str, ids: list[str]) -> dict[str, str]:
    import pyarrow as pa

    with open_tables(**{name: table}) as connection:
        connection.register("wanted", pa.table({"id": pa.array(ids, pa.string())}))
        rows: list[tuple[str, str | None]] = connection.sql(query).fetchall()
    return {thing: text for thing, text in rows if text}
