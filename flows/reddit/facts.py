"""What the card of a release of support threads says in words: rules, models, months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from pydantic import BaseModel

from valuenet.curation.reddit.coverage.coverage import Coverage
from valuenet.curation.reddit.coverage.report import anomaly_lines, hole_lines, lacking_lines
from valuenet.curation.reddit.intake.crisis import crisis_fingerprint
from valuenet.curation.reddit.intake.name_model import open_name_finder
from valuenet.flows.services.reddit import open_category_scorer, open_emotion_reader
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.release.support.settings import CoverageFacts, CrisisMeasure, SupportFacts

#: Holes and anomalies a card names; `valuenet reddit coverage` names them all.
_NAMED = 5
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


def facts_of(settings: ValuenetSettings, found: Coverage, api_months: Sequence[str] = ()) -> SupportFacts:
    """Return the facts of a release.

    Args:
        settings: what its tables were made by.
        found: coverage of the months it was made from.
        api_months: months (YYYY-MM) of which posts or comments came from Reddit's API alone.
    """
    missing = found.months["state"] == "missing"
    return SupportFacts(
        months=tuple(found.months.loc[~missing, "month"]),
        missing_months=tuple(found.months.loc[missing, "month"]),
        coverage=coverage_facts(found, api_months),
        positive_rules=tuple(describe_settings(settings.reddit.support.examples)),
        crisis_rules=_CRISIS_RULES,
        crisis_measure=settings.reddit.release.crisis_measure or _CRISIS_MEASURED.get(crisis_fingerprint()),
        names_found_by=open_name_finder(settings.reddit.names).fingerprint,
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


def coverage_facts(found: Coverage, api_months: Sequence[str]) -> CoverageFacts:
    """Return what a card says of gaps: how many there are, and the first few."""
    return CoverageFacts(
        api_months=tuple(api_months),
        lacking=tuple(lacking_lines(found, "no-posts", "no-comments", "empty")),
        holes=len(found.holes),
        first_holes=tuple(islice(hole_lines(found), _NAMED)),
        anomalies=len(found.anomalies),
        first_anomalies=tuple(islice(anomaly_lines(found), _NAMED)),
    )
