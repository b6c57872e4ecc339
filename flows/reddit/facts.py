"""What the card of a release of support threads says in words: rules, models, months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from pydantic import BaseModel

from valuenet.curation.reddit.coverage.coverage import Coverage
from valuenet.curation.reddit.coverage.report import anomaly_lines, hole_lines, lacking_lines
from valuenet.curation.reddit.intake.crisis import crisis_fingerprint
from valuenet.curation.reddit.intake.name_model import open_name_finder
from valuenet.curation.reddit.intake.names import PatternNames
from valuenet.curation.reddit.intake.privacy import rules_fingerprint
from valuenet.flows.services.reddit import open_category_scorer, open_emotion_reader
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.release.support.settings import CoverageFacts, CrisisMeasure, PersonalDataMeasure, SupportFacts

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


#: What was measured of the rules and patterns of a fingerprint, by `python -m tests.benchmarks.personal_data`; presidio
#: beside the patterns gave the same.
PERSONAL_DATA_MEASURED = {
    "personal-data-54eea85706d318e7": PersonalDataMeasure(
        measured_on="128 forms of personal data (handles, numbers, addresses, names and others), set aside while their "
        "author wrote the rules",
        replaced=121 / 128,
    ),
}


def personal_data_fingerprint() -> str:
    """Return a hash of what replaces personal data: the rules of typed kinds, and the patterns of names."""
    return hash_id("personal-data-", rules_fingerprint(), PatternNames().fingerprint)


def facts_of(settings: ValuenetSettings, coverage: Coverage, api_months: Sequence[str] = ()) -> SupportFacts:
    """Return the facts of a release.

    Args:
        settings: what its tables were made by.
        coverage: coverage of the months it was made from.
        api_months: months (YYYY-MM) of which posts or comments came from Reddit's API alone.
    """
    missing = coverage.months["state"] == "missing"
    return SupportFacts(
        months=tuple(coverage.months.loc[~missing, "month"]),
        missing_months=tuple(coverage.months.loc[missing, "month"]),
        coverage=coverage_facts(coverage, api_months),
        positive_rules=tuple(describe_settings(settings.reddit.support.examples)),
        crisis_rules=_CRISIS_RULES,
        crisis_measure=settings.reddit.release.crisis_measure or _CRISIS_MEASURED.get(crisis_fingerprint()),
        personal_data_measure=settings.reddit.release.personal_data_measure
        or PERSONAL_DATA_MEASURED.get(personal_data_fingerprint()),
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


def coverage_facts(coverage: Coverage, api_months: Sequence[str]) -> CoverageFacts:
    """Return what a card says of gaps: how many there are, and the first few."""
    return CoverageFacts(
        api_months=tuple(api_months),
        lacking=tuple(lacking_lines(coverage, "no-posts", "no-comments", "empty")),
        holes=len(coverage.holes),
        first_holes=tuple(islice(hole_lines(coverage), _NAMED)),
        anomalies=len(coverage.anomalies),
        first_anomalies=tuple(islice(anomaly_lines(coverage), _NAMED)),
    )
