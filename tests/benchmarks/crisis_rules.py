"""Measures the rules for crisis content on what is planted: ``python -m tests.benchmarks.crisis_rules DUMP``.

Prints counts, rates and the fingerprint of the rules, as ``flows/reddit/facts.py`` has them for the data card. DUMP is
what the generator of dumps wrote: RS_*.zst, RC_*.zst, truth_items.ndjson.
"""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import zstandard

from valuenet.curation.reddit.intake.crisis import (
    CrisisErrorRates,
    crisis_error_rates,
    crisis_fingerprint,
    crisis_kinds,
)

KINDS = ("crisis", "crisis_lookalike")


def measure(dump: Path) -> CrisisErrorRates:
    """Return the errors of the rules on the planted texts of a dump; what is deleted or removed is not asked."""
    planted = _planted(dump)
    texts = dict(_texts(dump, {name for names in planted.values() for name in names}))
    found = [name for name, kind in zip(texts, crisis_kinds(list(texts.values())), strict=True) if kind]
    there = {kind: [name for name in planted[kind] if name in texts] for kind in KINDS}
    return crisis_error_rates(found, there["crisis"], there["crisis_lookalike"])


def _planted(dump: Path) -> dict[str, list[str]]:
    items = [json.loads(line) for line in (dump / "truth_items.ndjson").read_text().splitlines() if "crisis" in line]
    return {kind: [item["id"] for item in items if item["kind"] == kind] for kind in KINDS}


def _texts(dump: Path, wanted: set[str]) -> Iterator[tuple[str, str]]:
    for prefix, pattern in (("t3_", "RS_*.zst"), ("t1_", "RC_*.zst")):
        for file in sorted(dump.glob(pattern)):
            with file.open("rb") as packed:
                stream = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(packed)
                for line in io.TextIOWrapper(stream, errors="replace"):
                    found = json.loads(line) if line.startswith("{") else {}
                    text = found.get("selftext", found.get("body", ""))
                    if f"{prefix}{found.get('id')}" in wanted and text not in ("[deleted]", "[removed]"):
                        yield f"{prefix}{found['id']}", f"{found.get('title', '')}\n\n{text}".strip()


if __name__ == "__main__":
    rates = measure(Path(sys.argv[1]))
    print(rates, f"missed {rates.miss_rate:.4f}, false alarms {rates.false_alarm_rate:.4f}", crisis_fingerprint())
