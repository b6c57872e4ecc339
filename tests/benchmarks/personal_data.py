"""How much of listed forms of personal data is replaced, how often ordinary texts are, and how fast.

Run it by ``python -m tests.benchmarks.personal_data [CSV ...] [--ordinary TEXTS]``.
A CSV has the columns `kind` and `text`; what is personal in a text stands in ⟦ and ⟧ and must be gone, as a whole and
in each of its words of three letters or more. Without the marks a text counts as replaced where it was altered. By
default both halves of our own corpus are read; the rules were written with the first in view, and without the second
(`personal_data_aside.csv`). TEXTS has one ordinary text a line, in which nothing is to be replaced.
"""

import argparse
import csv
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from valuenet.curation.reddit.intake.name_model import NameSettings, open_name_finder
from valuenet.curation.reddit.intake.names import NameFinder
from valuenet.curation.reddit.intake.privacy import PLACEHOLDERS, replace_personal_data

DATA = Path(__file__).parents[1] / "data"
OWN = (DATA / "personal_data.csv", DATA / "personal_data_aside.csv")
_MARKED = re.compile("⟦(.*?)⟧")
_WORD = re.compile(r"[^\W_]{3,}")
_ANY_PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS.values())))


def is_replaced(marked: str, clean: str) -> bool:
    """Return whether nothing of the marked parts is left in the clean text."""
    parts = _MARKED.findall(marked)
    if not parts:
        return clean != marked
    around = _MARKED.sub(" ", marked).lower()
    left = _ANY_PLACEHOLDER.sub(" ", clean).lower()
    words = [word.lower() for part in parts for word in _WORD.findall(part)]
    return not any(part.lower() in left for part in parts) and not any(w in left for w in words if w not in around)


def rates(rows: Sequence[dict[str, str]], names: NameFinder) -> dict[str, tuple[int, int]]:
    """Return kind -> (replaced, all) of rows with `kind` and `text`."""
    texts = [row["text"].replace("⟦", "").replace("⟧", "") for row in rows]
    clean = replace_personal_data(texts, names=names).texts
    every = Counter(row["kind"].partition("-")[0] for row in rows)
    gone = Counter(
        row["kind"].partition("-")[0] for row, text in zip(rows, clean, strict=True) if is_replaced(row["text"], text)
    )
    return {kind: (gone[kind], count) for kind, count in every.items()}


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV of forms."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _print_rates(found: dict[str, tuple[int, int]]) -> None:
    whole = tuple(map(sum, zip(*found.values(), strict=True)))
    for kind, (gone, every) in [*found.items(), ("all", whole)]:
        print(f"  {kind:>10} {gone:4} of {every:4} {gone / every:7.1%}")


def _print_ordinary(texts: Iterable[str], names: NameFinder) -> None:
    lines = [line for line in texts if line.strip()]
    began = time.process_time()
    found = replace_personal_data(lines, names=names)
    took = time.process_time() - began
    for kind, counts in found.counts.items():
        print(f"  {kind:>10} {1000 * (counts > 0).mean():8.2f} of 1,000 texts")
    size = sum(map(len, lines)) / len(lines)
    print(f"  {len(lines) / took:,.0f} texts a second, {len(lines):,} texts of {size:.0f} characters")


def main() -> None:
    """Print the rates with every engine that is installed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("forms", type=Path, nargs="*", default=OWN)
    parser.add_argument("--ordinary", type=Path)
    args = parser.parse_args()
    patterns, best = (open_name_finder(NameSettings(engine=engine)) for engine in ("patterns", "auto"))
    for names in [patterns] if best.fingerprint == patterns.fingerprint else [patterns, best]:
        print(names.fingerprint)
        for path in args.forms:
            print(f" {path}")
            _print_rates(rates(read_rows(path), names))
        if args.ordinary:
            _print_ordinary(args.ordinary.read_text("utf-8").splitlines(), names)


if __name__ == "__main__":
    main()
