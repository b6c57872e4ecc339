"""The small dump through the real decoding and filters, once for all tests, beside what was planted in it."""

import json
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from valuenet.curation.reddit.dump.decoding import DecodingSettings, decode_dump
from valuenet.curation.reddit.intake.filters import (
    Filtered,
    FilterSettings,
    Flags,
    filter_comments,
    filter_posts,
    rules_met,
)
from valuenet.curation.reddit.intake.language import EnglishJudge
from valuenet.warehouse.vocabulary import REDDIT_TEXT_NOT_KEPT

ENGLISH = EnglishJudge()


class Judged(NamedTuple):
    """Raw posts or comments of all months, every filter's answer, and the outcome."""

    raw: pd.DataFrame
    flags: Flags
    filtered: Filtered

    def ids(self, chosen: Any) -> set[str]:
        """Return the ids of the rows chosen by a mask."""
        return set(self.raw["id"].to_numpy()[np.asarray(chosen, dtype=bool)])

    def there(self) -> set[str]:
        """Return the ids of the rows whose text is kept."""
        return self.ids(~np.isin(self.filtered.reason, REDDIT_TEXT_NOT_KEPT))


@cache
def judged_posts(dump: Path) -> Judged:
    raw = read_kind(dump, "RS")
    found = filter_posts(raw, FilterSettings(), language=ENGLISH)
    return Judged(raw, rules_met(raw, FilterSettings(), language=ENGLISH), found)


@cache
def judged_comments(dump: Path) -> Judged:
    raw = read_kind(dump, "RC")
    found = filter_comments(raw, FilterSettings(), language=ENGLISH)
    return Judged(raw, rules_met(raw, FilterSettings(), language=ENGLISH), found)


def planted(dump: Path, kind: str, prefix: str = "t") -> list[dict[str, Any]]:
    """Return what was planted of a kind, of posts (``t3_``), comments (``t1_``) or both."""
    items = map(json.loads, (dump / "truth_items.ndjson").read_text().splitlines())
    return [item for item in items if item["kind"] == kind and item["id"].startswith(prefix)]


def planted_ids(dump: Path, kind: str, among: Collection[str]) -> set[str]:
    """Return the bare ids of what was planted of a kind, of those in ``among``."""
    return {item["id"][3:] for item in planted(dump, kind)} & set(among)


def read_kind(dump: Path, kind: str) -> pd.DataFrame:
    """Return the raw posts (``RS``) or comments (``RC``) of all months of a dump."""
    frames = []
    for file in sorted(dump.glob(f"{kind}_*.zst")):
        with file.open("rb") as stream:
            read = decode_dump(
                stream, DecodingSettings(), community="offmychest", name=file.name, kind=kind, month=file.stem[3:]
            )
        frames.append(read.raw)
    return pd.concat(frames, ignore_index=True)
