"""What the card of a release of support threads says below its front matter. No number in it is written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from valuenet.warehouse.release.support.contents import SupportContents
from valuenet.warehouse.release.support.schema import CONFIGS, DESCRIPTIONS, UNASSIGNED, columns_of
from valuenet.warehouse.release.support.settings import SupportReleaseSettings
from valuenet.warehouse.templates import fill

_USES = {
    "exchanges": "messages",
    "support_examples": "prompt and completion",
    "preferences": "prompt, chosen, rejected",
}


def card_body(
    contents: SupportContents, settings: SupportReleaseSettings, statistics: Mapping[str, Any], fingerprint: str = ""
) -> str:
    """Return the card below its front matter; the words stand in ``card.md.j2`` and ``origin.md.j2``."""
    configs = dict.fromkeys(config for config, _ in contents.rows)
    return fill(
        "valuenet.warehouse.release",
        "support/card.md.j2",
        settings=settings,
        fingerprint=fingerprint,
        statistics=statistics,
        follows=contents.follows,
        inputs=contents.inputs,
        facts=contents.facts,
        splits=CONFIGS["exchanges"],
        unassigned=UNASSIGNED,
        descriptions=DESCRIPTIONS,
        uses={config: columns for config, columns in _USES.items() if statistics[config]["rows"]},
        columns={config: columns_of(config, with_text=not settings.without_text) for config in configs},
        **_source(contents.source),
    )


def _source(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the counts of what was read, filtered and replaced, each part empty where it was not counted.

    Args:
        source: ``posts`` and ``comments`` (``kept``, and ``filtered`` by reason), ``lines_rejected`` by reason,
            ``personal_data`` by kind (``placeholders``, ``texts``), ``set_aside``, ``repeats`` (by thing) and
            ``left_out`` (by table) by reason; each is optional.
    """
    posts, comments = source.get("posts", {}), source.get("comments", {})
    left_out = {
        "Lines that could not be read": source.get("lines_rejected", {}),
        **{
            f"{thing.capitalize()}s that repeat an earlier one of their author": counts
            for thing, counts in source.get("repeats", {}).items()
        },
        "Replies that are no support example": source.get("set_aside", {}),
        **{f"Not released, `{name}`": counts for name, counts in source.get("left_out", {}).items()},
    }
    return {
        "posts": posts,
        "comments": comments,
        "filters": list(dict.fromkeys([*posts.get("filtered", {}), *comments.get("filtered", {})])),
        "left_out": {title: counts for title, counts in left_out.items() if counts},
        "personal_data": source.get("personal_data", {}),
    }
