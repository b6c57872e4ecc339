"""What the card of a release of support threads says in words: rules, models, months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
from pydantic import BaseModel

from curation.reddit.crisis import crisis_fingerprint
from curation.reddit.name_model import open_name_finder
from flows.reddit_services import open_category_scorer, open_emotion_reader
from flows.settings import ValuenetSettings
from warehouse.release.support_settings import CrisisMeasure, SupportFacts

_CRISIS_RULES = (
    "Phrases of self-harm, of abuse, and of sexual harm to minors.",
    "A denial just before, an idiom, or another matter makes a phrase harmless.",
    "Another person's story counts as much as the writer's own, and the past as the present; a doubtful one counts.",
)


#: What was measured of the rules of a fingerprint, by `python -m tests.benchmarks.crisis_rules DUMP`.
_CRISIS_MEASURED = {
    "crisis-cc9ccc57cb21549e": CrisisMeasure(
        measured_on="2,062 crisis texts and 525 look-alikes planted in a made dump (whose invented sentences the rules "
        "were written with)",
        missed=0.0,
        false_alarms=7 / 525,
    ),
}


def facts_of(settings: ValuenetSettings, months: Sequence[str]) -> SupportFacts:
    """Return the facts of a release made by these settings from files of these months (YYYY-MM, in order)."""
    return SupportFacts(
        months=tuple(months),
        missing_months=_between(months),
        positive_rules=tuple(describe_settings(settings.reddit_support.examples)),
        crisis_rules=_CRISIS_RULES,
        crisis_measure=settings.reddit_release.crisis_measure or _CRISIS_MEASURED.get(crisis_fingerprint()),
        names_found_by=open_name_finder(settings.reddit_names).fingerprint,
        models={
            "feeling": open_emotion_reader(settings).fingerprint,
            "value categories": open_category_scorer(settings).fingerprint,
        },
    )


def describe_settings(settings: BaseModel) -> Iterator[str]:
    """Yield a sentence for every setting: its name, its value, and what it means."""
    for name, field in type(settings).model_fields.items():
        meaning = " ".join((field.description or "").split())
        yield f"`{name}` = {getattr(settings, name)}: {meaning}"


def _between(months: Sequence[str]) -> tuple[str, ...]:
    """Return the months between the first and the last that are not among them."""
    if not months:
        return ()
    every = pd.period_range(min(months), max(months), freq="M").astype(str)
    return tuple(month for month in every if month not in set(months))
