"""The sections of a data card. No number in them is written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from valuenet.warehouse.release.contents import ReleaseContents
from valuenet.warehouse.release.figures import STATISTICS
from valuenet.warehouse.release.leakage import has_leaks
from valuenet.warehouse.release.report_json import leakage_sentences
from valuenet.warehouse.release.rows import config_table, features
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.vocabulary import LABELS, SPLITS, VALUES

_MEANING = {
    "original": "every agreed pair",
    "balanced": "negative and neutral train rows of the largest value thinned out",
    "augmented": "pairs of weaker agreement join train as `unrelated`",
}
_JUDGES = {
    "people": "",
    "simulated": (
        "**The labels were given by a simulated crowd, not by people. They show that the pipeline works and say "
        "nothing about human values.**"
    ),
    "upstream": (
        "The labels are those of an already published data set. Its votes are not public, so agreement cannot be "
        "computed and `agreement_count` is empty."
    ),
}
_TASK = (
    "Each pair of a scenario and one of ten basic human values (Schwartz 2012) has one label: does the scenario "
    "promote the value (`yes`, utility +1), hinder it (`no`, -1), or neither (`unrelated`, 0)?"
)


def card_sections(
    contents: ReleaseContents, settings: ReleaseSettings, configs: Iterable[str], fingerprint: str = ""
) -> Iterator[str]:
    """Yield the sections of the card below the front matter; an empty one has nothing to say."""
    yield f"# {settings.title}, {settings.version}"
    yield _JUDGES[contents.platform]
    yield f"{settings.source} {_TASK} Published {settings.date.isoformat()}."
    yield "## What is in it\n\n" + _sizes(contents)
    yield _loading(settings)
    yield "## Labels\n\n" + _labels(contents)
    yield "![Labels of each value](figures/labels-original.png)\n\n![Circle of values](figures/circle.png)"
    yield "## How the labels came about\n\n" + _origin(contents)
    yield _agreement(contents)
    yield "## What the splits share\n\n" + _leakage(contents)
    yield "## Columns\n\n" + _columns(configs)
    yield "## Rights, sources, people\n\n" + _rights(contents, settings)
    yield "## How this release can be checked\n\n" + _provenance(contents)
    yield "\n".join(check_lines(settings, fingerprint))


def _sizes(contents: ReleaseContents) -> str:
    def line(config: str) -> list[str]:
        counted = contents.statistics[config]
        return [
            f"`{config}`",
            _MEANING[config],
            *(f"{counted['splits'][split]['rows']:,}" for split in SPLITS),
            f"{counted['rows']:,}",
            f"{counted['texts']:,}",
            _mean(counted["tokens_per_text"]),
        ]

    head = ["config", "holds", *SPLITS, "all", "different texts", "tokens per text"]
    table = _table(head, [line(config) for config in contents.statistics], words=2)
    if contents.statistics["augmented"] == contents.statistics["original"]:
        table += "\n\nNo pair of weaker agreement is known, so `augmented` has the same rows as `original`."
    if contents.annotations is None:
        return table
    return f"{table}\n\n`annotations` holds the {len(contents.annotations):,} judgements behind them (split `train`)."


def _loading(settings: ReleaseSettings) -> str:
    return (
        "```python\nfrom datasets import load_dataset\n\n"
        f'examples = load_dataset("{settings.folder}", "original")  # the folder of this card\n'
        'examples["train"].features["label"].names  # ' + repr(list(LABELS)) + "\n```"
    )


def _labels(contents: ReleaseContents) -> str:
    def line(value: str) -> list[str]:
        counts = [contents.statistics[variant]["values"][value] for variant in contents.statistics]
        return [value, *(" / ".join(f"{count[label]:,}" for label in LABELS) for count in counts)]

    totals = [contents.statistics[variant]["labels"] for variant in contents.statistics]
    last = ["all", *(" / ".join(f"{count[label]:,}" for label in LABELS) for count in totals)]
    table = _table(["value", *contents.statistics], [*(line(value) for value in VALUES), last])
    return f"Rows per value as {' / '.join(LABELS)}.\n\n{table}"


def _origin(contents: ReleaseContents) -> str:
    notes = "\n".join(f"- {note}" for note in contents.notes)
    if contents.annotations is None:
        return "\n\n".join(part for part in ("Labels are taken over as they were published.", notes) if part)
    judged = contents.annotations
    counted = judged[judged["counted"]]
    reasons = judged.loc[~judged["counted"], "set_aside_reason"].value_counts().sort_index()
    aside = ", ".join(f"{reason} {count:,}" for reason, count in reasons.items()) or "none"
    pairs = len(counted[["scenario_id", "value"]].drop_duplicates())
    agreed = contents.statistics["original"]["rows"]
    consensus = contents.settings.get("consensus", {})
    rule = ", ".join(f"{name} {value}" for name, value in consensus.items())
    lines = [
        f"- {judged['worker'].nunique():,} workers gave {len(judged):,} judgements; {len(counted):,} count.",
        f"- They saw version {contents.codebook_version} of the codebook.",
        f"- Kept but not counted: {aside}.",
        f"- {pairs:,} pairs were judged: {agreed:,} have a label, {pairs - agreed:,} found no sufficient agreement.",
        *([f"- Consensus: {rule}."] if rule else []),
    ]
    return "\n".join([*lines, *([notes] if notes else [])])


def _agreement(contents: ReleaseContents) -> str:
    if contents.agreement is None:
        return ""
    rows = contents.agreement.set_index(["scope", "statistic"]).to_dict("index")

    def cell(scope: str, statistic: str) -> str:
        row = rows.get((scope, statistic))
        if row is None:
            return ""
        if np.isnan(row["estimate"]):
            return f"undefined: {row['undefined']}"
        interval = "" if np.isnan(row["low"]) else f" [{row['low']:.2f}, {row['high']:.2f}]"
        return f"{row['estimate']:.3f}{interval}"

    lines = [[scope, *(cell(scope, name) for name in STATISTICS)] for scope in (*VALUES, "ALL")]
    table = _table(["value", *STATISTICS.values()], lines)
    figure = "![Agreement of each value](figures/agreement.png)"
    return f"## Agreement\n\nOf the counted judgements, with bootstrap intervals.\n\n{table}\n\n{figure}"


def _leakage(contents: ReleaseContents) -> str:
    kept = (
        "The splits are upstream's own, kept as they were."
        if contents.kept_splits
        else "A text and its near-duplicates stand in one split, whatever the value."
    )
    cost = (
        " Figures measured on them are too good; import without kept splits for a fair test."
        if has_leaks(contents.leakage)
        else ""
    )
    return f"{kept}{cost}\n\n" + "\n".join(f"- {line}" for line in leakage_sentences(contents.leakage))


def _columns(configs: Iterable[str]) -> str:
    tables = dict.fromkeys(config_table(config) for config in configs)
    parts = []
    for table in tables:
        described = table.to_schema().columns
        lines = [[f"`{name}`", described[name].description or ""] for name in features(table)]
        parts.append(f"{(table.__doc__ or '').strip()}\n\n{_table(['column', 'meaning'], lines, words=2)}")
    return "\n\n".join(parts)


def _rights(contents: ReleaseContents, settings: ReleaseSettings) -> str:
    people = (
        ""
        if contents.annotations is None
        else "- Workers stand under pseudonyms (keyed hash); no name, address or platform id is in any file.\n"
    )
    return (
        f"- Licence: [{settings.license}]({settings.license_url}).\n- {settings.attribution}\n{people}"
        "- The texts tell of private life, sometimes of harm. A label says what judges saw in a text, not what its "
        f"writer values; do not use it to judge a person.\n- Please cite: {settings.citation}"
    )


def check_lines(settings: ReleaseSettings, fingerprint: str) -> Iterator[str]:
    """Yield what a reader holds a release against: the fingerprint of its manifest, and the key it is signed by."""
    if fingerprint:
        yield f"- What `manifest.json` states, its list of files apart, has the SHA-256 `{fingerprint}`."
    if settings.public_key:
        yield (
            f"- Signed with the Ed25519 key `{settings.public_key}` (`manifest.json.sig`). Have it from its owner, "
            "not from this card, and run `valuenet verify DIR --key KEY`: whoever changes a release can name another."
        )


def _provenance(contents: ReleaseContents) -> str:
    labels = "" if contents.annotations is None else "labels, "
    splits = "" if contents.kept_splits else "splits, "
    check = (
        f"`valuenet verify DIR` recomputes {labels}{splits}variants, statistics, figures and checksums from the files "
        "alone, and renders this card again. `manifest.json` has the settings and a SHA-256 of every file."
    )
    lines = [[f"`{name}`", f"`{digest[:16]}`"] for name, digest in sorted(contents.inputs.items())]
    if not lines:
        return check
    made_from = "Made from these tables (`valuenet history TABLE` finds the version of a content hash):"
    return f"{check}\n\n{made_from}\n\n{_table(['table', 'content'], lines, words=2)}"


def _table(head: Sequence[str], lines: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """Return a Markdown table; the first ``words`` columns are words, the others numbers."""
    rule = [*("---" for _ in head[:words]), *("---:" for _ in head[words:])]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *lines])


def _mean(number: float | None) -> str:
    return "" if number is None else f"{number:.2f}"
