"""The analysis of support conversations as a page. Every figure is computed."""

from __future__ import annotations

from valuenet.models.support.outcomes import GROUPS, PUBLISHED, Difference, Outcomes

LICENCE = "ESConv (Liu et al., ACL 2021) is CC BY-NC 4.0 and for academic research only; so is what is drawn from it"
_FEW = 30

_PAGE = """# Values at the end of support conversations

Positive values that the seeker shows in the last {settings.last_turns} turns: values found (probability at least \
{outcomes.threshold:.2f}) in turns whose valence is above {settings.positive_above:g}. A conversation helped much \
where distress fell from {settings.before} to {settings.much_at_most} or less, little where it ended at \
{settings.little_at_least} or more.

| | helped much | helped little | difference | 95 % interval |
|---|---|---|---|---|
{rows}

Published (ES-VR, on the whole of ESConv and with another detector): {much} against {little} values.
Rank correlation of the number with the fall of distress, over all conversations that give both: {correlation}.
Rank correlation of the distress that was read in the first and last {settings.last_turns} turns with the seeker's own \
rating: {before} before, {after} after.

## Conversations

| group | conversations |
|---|---|
{groups}

| file | conversations | distress before and after | positive values |
|---|---|---|---|
{files}

## What is missing

{missing}

## How it was read

Feeling: `{outcomes.emotion}`. Values: `{outcomes.categories}`. The interval redraws conversations \
{settings.resamples:,} times.

Licence: {licence}.
"""


def render_outcomes(outcomes: Outcomes) -> str:
    """Return the page as Markdown."""
    return _PAGE.format(
        outcomes=outcomes,
        settings=outcomes.settings,
        rows="\n".join((_row("number per conversation", outcomes.number), _row("share of all values", outcomes.share))),
        much=PUBLISHED["much"],
        little=PUBLISHED["little"],
        correlation=_number(outcomes.correlation),
        **{when: _number(outcomes.read_as_rated[when]) for when in ("before", "after")},
        groups="\n".join(f"| {group} | {count:,} |" for group, count in outcomes.conversations.items()),
        files="\n".join(
            f"| {file} | {' | '.join(f'{figure:,.4g}' if figure is not None else '-' for figure in figures.values())} |"
            for file, figures in outcomes.files.items()
        ),
        missing="\n".join(f"- {line}" for line in missing_lines(outcomes)),
        licence=LICENCE,
    )


def missing_lines(outcomes: Outcomes) -> list[str]:
    """Return one sentence for each thing the data lacks for the comparison."""
    missing = []
    counts = {group: outcomes.conversations.get(group, 0) for group in GROUPS}
    for group, count in counts.items():
        if count < _FEW:
            missing.append(
                f"Only {count:,} conversations helped {group}: the means say little; the whole ESConv.json has more."
            )
    for file, figures in outcomes.files.items():
        if not figures["with distress before and after"]:
            missing.append(f"`{file}` does not say how distressed seekers were: none of its conversations is compared.")
    if any("failed" in file.lower() for file in outcomes.files):
        missing.append("The conversations called failed are those that ESConv left out as not good enough.")
    return missing or ["Nothing."]


def _row(name: str, difference: Difference) -> str:
    interval = "-" if difference.low is None else f"{_number(difference.low)} to {_number(difference.high)}"
    cells = [_number(difference.much), _number(difference.little), _number(difference.difference)]
    return f"| {name} | {' | '.join(cells)} | {interval} |"


def _number(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.2f}"
