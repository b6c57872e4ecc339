"""Where the rows of a release of support threads come from: what was read, filtered, replaced and judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from valuenet.warehouse.release.support.settings import CoverageFacts, CrisisMeasure, SupportFacts

Counts = Mapping[str, int]


def origin_sections(source: Mapping[str, Any], facts: SupportFacts) -> Iterator[str]:
    """Yield the sections of the card on how the rows came about.

    Args:
        source: counts, each part optional: ``posts`` and ``comments`` (``kept``, and ``filtered`` by reason),
            ``lines_rejected`` by reason, ``personal_data`` by kind (``placeholders``, ``texts``), ``set_aside``,
            ``repeats`` (by thing) and ``left_out`` (by table) by reason.
        facts: rules and models in words.
    """
    yield "## What was read and left out\n\n" + "\n\n".join(part for part in _read(source, facts) if part)
    yield _personal_data(source.get("personal_data", {}), facts.names_found_by)
    yield _crisis(facts)
    yield _section("When a reply counts as one that worked", facts.positive_rules)
    yield _section("Models that scored the texts", [f"{use}: {name}" for use, name in sorted(facts.models.items())])


def _read(source: Mapping[str, Any], facts: SupportFacts) -> Iterator[str]:
    if facts.months:
        missing = f" Nothing was read of {', '.join(facts.missing_months)}." if facts.missing_months else ""
        yield f"Months {facts.months[0]} to {facts.months[-1]} ({len(facts.months)} of them were read).{missing}"
    if facts.coverage is not None:
        yield _coverage(facts.coverage)
    yield _filters(source.get("posts", {}), source.get("comments", {}))
    by_title = {
        "Lines that could not be read": source.get("lines_rejected", {}),
        **{
            f"{thing.capitalize()}s that repeat an earlier one of their author": counts
            for thing, counts in source.get("repeats", {}).items()
        },
        "Replies that are no support example": source.get("set_aside", {}),
        **{f"Not released, `{name}`": counts for name, counts in source.get("left_out", {}).items()},
    }
    yield "\n".join(f"- {what}: {_listed(counts)}." for what, counts in by_title.items() if counts)


def _coverage(coverage: CoverageFacts) -> str:
    """Return what is missing or odd as a list; that nothing is, is said too."""
    lines = [
        "Days with nothing where something was surely to be expected (holes): "
        + _some_of(coverage.holes, coverage.first_holes),
        "Days and months far from their neighbours (anomalies): "
        + _some_of(coverage.anomalies, coverage.first_anomalies),
    ]
    if coverage.lacking:
        lines.insert(0, f"Months that lack something: {'; '.join(coverage.lacking)}")
    if coverage.api_months:
        lines.insert(0, f"From Reddit's API alone, without a dump file: {', '.join(coverage.api_months)}")
    return "Look at the gaps before you train on what lies around them:\n\n" + _bullets([f"{line}." for line in lines])


def _some_of(count: int, first: Sequence[str]) -> str:
    more = f"; and {count - len(first):,} more" if count > len(first) else ""
    return f"{count:,}" + (f" ({'; '.join(first)}{more})" if first else "")


def _filters(posts: Mapping[str, Any], comments: Mapping[str, Any]) -> str:
    reasons = list(dict.fromkeys([*posts.get("filtered", {}), *comments.get("filtered", {})]))
    lines = [
        [name, *(f"{counts.get('filtered', {}).get(name, 0):,}" for counts in (posts, comments))] for name in reasons
    ]
    if not posts and not comments:
        return ""
    kept = ["kept", *(f"{counts.get('kept', 0):,}" for counts in (posts, comments))]
    rows = [["filter", "posts", "comments"], ["---", "---:", "---:"], kept, *lines]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def _personal_data(kinds: Mapping[str, Counts], names_found_by: str) -> str:
    if not kinds:
        return ""
    lines = [f"- `[{kind.upper()}]`: {n['placeholders']:,} in {n['texts']:,} texts" for kind, n in kinds.items()]
    return (
        "## Personal data\n\nReplaced in kept texts by typed placeholders before anything was stored. What no rule "
        "recognises may still be there; please report it."
        + (
            f" Where this release was made, people's names are looked for by `{names_found_by}`."
            if names_found_by
            else ""
        )
        + "\n\n"
        + "\n".join(lines)
    )


def _crisis(facts: SupportFacts) -> str:
    rules = _bullets(facts.crisis_rules) + "\n\n" if facts.crisis_rules else ""
    return (
        "## Crisis content\n\nExchanges with a turn that tells of self-harm, abuse or harm to minors stand apart in "
        "`safety_evaluation` and in no other config: never learn replies from them.\n\n"
        f"{rules}{_measured(facts.crisis_measure)}"
    )


def _measured(measure: CrisisMeasure | None) -> str:
    if measure is None:
        return "The error rate of these rules was not measured for this release."
    return (
        f"On {measure.measured_on} the rules missed {measure.missed:.1%} of the planted crisis texts and took "
        f"{measure.false_alarms:.1%} of the harmless look-alikes for crisis."
    )


def _section(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n{_bullets(lines)}" if lines else ""


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _listed(counts: Counts) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
