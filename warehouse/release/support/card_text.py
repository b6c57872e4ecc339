"""The sections of the card of a release of support threads. No number in them is written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from valuenet.warehouse.release.card_text import check_lines
from valuenet.warehouse.release.support.contents import SupportContents
from valuenet.warehouse.release.support.origin import origin_sections
from valuenet.warehouse.release.support.schema import CONFIGS, DESCRIPTIONS, UNASSIGNED, columns_of
from valuenet.warehouse.release.support.settings import SupportReleaseSettings

_SPLITS = CONFIGS["exchanges"]
_NOT_IN_IT = (
    "No name, address or pseudonym of any account is in it: nothing that is learned here needs one, the splits were "
    "drawn before, and posts of one person cannot be put together by this release."
)
_USES = """Meant for: research on how people support one another in words; models that write or choose supportive \
replies, when people stay in charge of what is sent; the study of which values a reply brings out.

Not meant for: finding out who wrote something, contacting its writer, or joining it with other data on people; \
diagnosing or judging anybody; advice to people in danger; systems that answer people in distress with nobody \
watching. A model trained on it is no substitute for help from people: replies that were followed by a positive \
turn are not proven to have caused it, and strangers online can be wrong."""


def card_sections(
    contents: SupportContents, settings: SupportReleaseSettings, statistics: Mapping[str, Any], fingerprint: str = ""
) -> Iterator[str]:
    """Yield the sections of the card below the front matter; an empty one has nothing to say."""
    yield f"# {settings.title}, {settings.version}"
    yield f"{settings.source} From {settings.community} on Reddit. Published {settings.date.isoformat()}."
    yield _follows(contents.follows)
    yield _without_text(settings)
    yield "## What is in it\n\n" + _sizes(statistics)
    yield _loading(settings, statistics)
    yield "![Depth of exchanges](figures/depth.png)\n\n![Likeliest values](figures/values.png)"
    yield from origin_sections(contents.source, contents.facts)
    yield "## Columns\n\n" + _columns(contents, settings)
    yield "## Use\n\n" + _USES
    yield "## Rights and people\n\n" + _rights(settings)
    yield "## How this release can be checked\n\n" + _provenance(contents)
    yield "\n".join(check_lines(settings, fingerprint))


def table(head: Sequence[str], lines: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """Return a Markdown table; the first ``words`` columns are words, the others numbers."""
    rule = [*("---" for _ in head[:words]), *("---:" for _ in head[words:])]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *lines])


def _follows(follows: Mapping[str, Any] | None) -> str:
    if follows is None:
        return ""
    counts = ", ".join(f"{config} {rows:,}" for config, rows in follows["rows"].items())
    return (
        f"**Takes the place of {follows['version']}**, from which people have since withdrawn what they wrote. Rows "
        f"taken out: {counts}. Nothing else differs. Delete {follows['version']} where you have it, and say which "
        "version you trained on."
    )


def _without_text(settings: SupportReleaseSettings) -> str:
    if not settings.without_text:
        return ""
    return (
        "**Ids and labels alone: no text of anybody is in it.** Who has the posts and comments in a warehouse of their "
        "own fills the texts in with `valuenet reddit rehydrate`; what has been deleted since stays away."
    )


def _sizes(statistics: Mapping[str, Any]) -> str:
    def line(config: str) -> list[str]:
        splits = statistics[config]["splits"]
        rows = [f"{splits[split]['rows']:,}" if split in splits else "" for split in _SPLITS]
        return [f"`{config}`", DESCRIPTIONS[config], *rows, f"{statistics[config]['rows']:,}"]

    sizes = table(["config", "holds", *_SPLITS, "all"], [line(config) for config in CONFIGS], words=2)
    return (
        f"{sizes}\n\nNo post and no account stands in two of train, validation and test. Exchanges without a support "
        f"example are `{UNASSIGNED}`: their people may stand in any split, so do not train on them and test here."
    )


def _loading(settings: SupportReleaseSettings, statistics: Mapping[str, Any]) -> str:
    uses = {
        "exchanges": "messages",
        "support_examples": "prompt and completion",
        "preferences": "prompt, chosen, rejected",
    }
    code = "\n".join(
        f'{config} = load_dataset("{settings.folder}", "{config}")'
        + ("" if settings.without_text else f"  # {columns}, shaped for trl")
        for config, columns in uses.items()
        if statistics[config]["rows"]
    )
    return f"```python\nfrom datasets import load_dataset  # the folder of this card\n\n{code}\n```" if code else ""


def _columns(contents: SupportContents, settings: SupportReleaseSettings) -> str:
    parts = []
    for config in dict.fromkeys(config for config, _ in contents.rows):
        described = columns_of(config, with_text=not settings.without_text)
        lines = [[f"`{column.name}`", column.meaning] for column in described]
        parts.append(f"`{config}`: {DESCRIPTIONS[config]}\n\n{table(['column', 'meaning'], lines, words=2)}")
    return "\n\n".join(parts)


def _rights(settings: SupportReleaseSettings) -> str:
    return (
        f"- {settings.attribution} [Terms]({settings.license_url}).\n- {_NOT_IN_IT}\n"
        f"- Take-down: whoever wrote something that is in here can have it taken out, without giving a reason, by "
        f"writing to {settings.takedown_contact}. It is then withdrawn for good, a version without it takes this one's "
        "place, and `NAME-VERSION.withdrawn.json` beside this folder says what to delete.\n"
        f"- Please cite: {settings.citation}"
    )


def _provenance(contents: SupportContents) -> str:
    check = (
        "`valuenet verify DIR` recomputes checksums, ids, prompts, replies, pairs, statistics and figures from the "
        "files alone, renders this card again, and looks for personal data left over. `manifest.json` has the settings "
        "and a SHA-256 of every file."
    )
    lines = [[f"`{name}`", f"`{digest[:16]}`"] for name, digest in sorted(contents.inputs.items())]
    if not lines:
        return check
    return f"{check}\n\nMade from these tables:\n\n{table(['table', 'content'], lines, words=2)}"
