"""Keyword sign-off and adjudication of disputed pairs in Label Studio: what experts are asked, and what they said."""

from typing import Any

from valuenet.annotation.adjudication import agreed_gold, disputed_pairs
from valuenet.annotation.label_studio.reviews.reviews import (
    Published,
    collect_disputes,
    collect_keywords,
    publish_disputes,
    publish_keywords,
)
from valuenet.flows.keywords import expand
from valuenet.flows.people.campaign import add_gold
from valuenet.flows.services.crowd import open_codebook, open_label_studio, pseudonym_key
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.crowd_tables import Adjudications, Gold, LabelFlips, LabelsDropped, Pairs
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import KeywordDecisions, KeywordProposals


class NothingDisputedError(InputError):
    """There is no disputed pair to ask experts about."""


def publish_keyword_review(settings: ValuenetSettings) -> Published:
    """Expand the keywords and put every proposed word that nobody has decided on before reviewers."""
    expansion = expand(settings)
    words = {str(value): list(group) for value, group in expansion.proposals.groupby("value")["keyword"]}
    hits = {
        (value, word): (hit_count.adds, hit_count.examples)
        for value, group in words.items()
        for word, hit_count in expansion.count_hits(value, group).items()
    }
    store = Warehouse(settings.warehouse)
    store.write(KeywordProposals, expansion.proposals, recipe="proposed")
    server = _place(settings)
    return publish_keywords(
        expansion.proposals, open_codebook(settings), settings.annotation.reviews, hits=hits, **server
    )


def collect_keyword_review(settings: ValuenetSettings) -> list[str]:
    """Keep what reviewers decided; the next build searches with it. Return what is to be told."""
    store = Warehouse(settings.warehouse)
    known, key = store.read_or_empty(KeywordDecisions), pseudonym_key()
    collected = collect_keywords(known, settings.annotation.reviews, key=key, **_place(settings))
    store.append(KeywordDecisions, collected.decisions)
    yes = int(collected.decisions["accepted"].sum())
    lines = [
        f"{yes:,} keywords accepted, {len(collected.decisions) - yes:,} rejected, {len(collected.open):,} left open"
    ]
    return lines + _uncounted(collected.uncounted)


def publish_dispute_review(settings: ValuenetSettings) -> Published:
    """Put the pairs people could not agree on before experts.

    Raises:
        NothingDisputedError: if every pair has a label all methods agree on, or nothing was agreed on yet.
    """
    store = Warehouse(settings.warehouse)
    dropped, flips = store.read_or_empty(LabelsDropped), store.read_or_empty(LabelFlips)
    disputes = disputed_pairs(dropped, flips, store.read_or_empty(Pairs))
    if disputes.empty:
        raise NothingDisputedError(
            f"no pair in {store.uri} is disputed; labels are made when the last answer is in (`valuenet build`)"
        )
    return publish_disputes(disputes, open_codebook(settings), settings.annotation.reviews, **_place(settings))


def collect_dispute_review(settings: ValuenetSettings) -> list[str]:
    """Keep what experts said, and let the gold set grow from what they agree on. Return what is to be told."""
    store, version = Warehouse(settings.warehouse), open_codebook(settings).content_version
    known, key = store.read_or_empty(Adjudications), pseudonym_key()
    collected = collect_disputes(
        known, settings.annotation.reviews, key=key, codebook_version=version, **_place(settings)
    )
    store.append(Adjudications, collected.adjudications)
    agreed = agreed_gold(
        store.read_or_empty(Adjudications),
        store.read_or_empty(Gold),
        codebook_version=version,
        experts=settings.annotation.reviews.experts,
    )
    new = add_gold(store, agreed.gold)
    reasons = [pair.reason for pair in agreed.open]
    lines = [
        f"{len(collected.adjudications):,} new answers of experts, {new:,} new gold items, {collected.waiting:,} wait"
    ]
    lines += [f"{reasons.count(reason):,} pairs: {reason}" for reason in sorted(set(reasons) - {"waiting"})]
    return lines + _uncounted(collected.uncounted)


def _place(settings: ValuenetSettings) -> dict[str, Any]:
    return {"client": open_label_studio(settings), "campaign": settings.annotation.label_studio.campaign}


def _uncounted(count: int) -> list[str]:
    return [f"{count:,} answers of accounts that are not in reviews.reviewers do not count"] if count else []
