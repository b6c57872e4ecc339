"""What reviewers' answers come to: decisions on keywords, and experts' words on disputed pairs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.label_studio.annotations import PLATFORM
from valuenet.annotation.label_studio.reviews.tasks import ReviewAnswer
from valuenet.warehouse.crowd_tables import Adjudications
from valuenet.warehouse.hashing import pseudonym
from valuenet.warehouse.tables import FoundKeywords, KeywordDecisions

_PROVENANCE = FoundKeywords.columns()


class OpenKeyword(NamedTuple):
    """A keyword that is not decided: too few have answered (``waiting``), or they differ (``disagreement``)."""

    value: str
    keyword: str
    reason: Literal["waiting", "disagreement"]
    accepts: int
    rejects: int


class KeywordReview(NamedTuple):
    """Decisions that were not known, what stays open, and how many answers came from accounts that do not count."""

    decisions: DataFrame[KeywordDecisions]
    open: tuple[OpenKeyword, ...]
    uncounted: int


class Adjudicated(NamedTuple):
    """What experts said that was not known, pairs still waiting for one, and answers of accounts that do not count."""

    adjudications: DataFrame[Adjudications]
    waiting: int
    uncounted: int


def missing_reviewers(answers: Sequence[ReviewAnswer], min_reviewers: int) -> int:
    """Return how many more people must be asked: none where one side has ``min_reviewers`` and more than the other."""
    counts = Counter(answer.answer for answer in answers)
    most = max(counts.values(), default=0)
    is_tied = list(counts.values()).count(most) > 1
    return max(min_reviewers - most, int(is_tied))


def decide_keywords(
    items: Iterable[Mapping[str, Any]],
    answers: Iterable[ReviewAnswer],
    known: DataFrame[KeywordDecisions],
    *,
    min_reviewers: int,
    key: bytes,
    uncounted: int = 0,
) -> KeywordReview:
    """Return the words of those who decided, sorted by key, and the keywords that stay open, by value and keyword.

    Only the words of the side that decides become rows, because the newest word on a keyword counts and must not be
    that of somebody who was outvoted.

    Args:
        items: data of every keyword that was published.
        answers: newest answer of each account to each keyword.
        known: decisions collected before; a person's word is new where it differs from their newest one there.
        min_reviewers: how many must say the same.
        key: secret that makes pseudonyms of accounts.
        uncounted: told in the answer.
    """
    given: dict[str, list[ReviewAnswer]] = defaultdict(list)
    for answer in answers:
        given[answer.review_id].append(answer)
    rows, still_open = [], []
    for item in {str(item["review_id"]): item for item in items}.values():
        given_answers = given[item["review_id"]]
        if missing_reviewers(given_answers, min_reviewers):
            still_open.append(_open(item, given_answers))
        else:
            rows += _decisions(item, given_answers, key)
    new = _unknown(rows, known, ["value", "keyword", "decided_by"], "accepted")
    return KeywordReview(
        KeywordDecisions.frame(_sorted(new, KeywordDecisions.key())), tuple(sorted(still_open)), uncounted
    )


def new_adjudications(
    answers: Iterable[tuple[ReviewAnswer, str]], known: DataFrame[Adjudications], *, key: bytes
) -> DataFrame[Adjudications]:
    """Return what experts said that is not in ``known``, sorted by key.

    Args:
        answers: newest answer of each account to each pair, with the codebook version it was asked under.
        known: answers collected before; an answer is new where it differs from the expert's newest one there.
        key: secret that makes pseudonyms of accounts.
    """
    rows = [
        {
            "scenario_id": answer.data["scenario_id"],
            "value": answer.data["value"],
            "expert": _pseudonym(answer, key),
            "text": answer.data["scenario"],
            "label": answer.answer,
            "codebook_version": version,
            "decided_at": answer.at,
        }
        for answer, version in answers
    ]
    who = ["scenario_id", "value", "expert", "codebook_version"]
    return Adjudications.frame(_sorted(_unknown(rows, known, who, "label"), Adjudications.key()))


def _open(item: Mapping[str, Any], answers: Sequence[ReviewAnswer]) -> OpenKeyword:
    count = Counter(answer.answer for answer in answers)
    reason: Literal["waiting", "disagreement"] = "disagreement" if len(count) > 1 else "waiting"
    return OpenKeyword(item["value"], item["keyword"], reason, count["accept"], count["reject"])


def _decisions(item: Mapping[str, Any], answers: Sequence[ReviewAnswer], key: bytes) -> list[dict[str, Any]]:
    decided = Counter(answer.answer for answer in answers).most_common(1)[0][0]
    word = {name: item[name] for name in _PROVENANCE}
    return [
        word | {"accepted": decided == "accept", "decided_by": _pseudonym(answer, key), "decided_at": answer.at}
        for answer in answers
        if answer.answer == decided
    ]


def _unknown(rows: list[dict[str, Any]], known: pd.DataFrame, who: list[str], message: str) -> list[dict[str, Any]]:
    newest = known.sort_values("decided_at", kind="stable").drop_duplicates(who, keep="last")
    before = {tuple(row[name] for name in who): row[message] for row in newest[[*who, message]].to_dict("records")}
    return [row for row in rows if before.get(tuple(row[name] for name in who)) != row[message]]


def _sorted(rows: list[dict[str, Any]], columns: Sequence[str]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: tuple(row[name] for name in columns))


def _pseudonym(answer: ReviewAnswer, key: bytes) -> str:
    return pseudonym(f"{PLATFORM}:{answer.user}", key)
