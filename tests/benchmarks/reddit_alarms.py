"""How often rules for personal data and crisis find something in talk that holds little of either.

Run it by ``python -m tests.benchmarks.reddit_alarms DATA``.
DATA is the folder with `empathetic_dialogues`, `esconv` and `persona_chat`, whose talk was written by paid people who
were asked to give nothing away: nearly all that is found of the typed kinds and of names of people is a false alarm,
or a name that was made up. Of crisis only a part is false: some of them do speak of abuse or of death. Prints for each
kind how many of the distinct texts hold it, and with ``--show N`` the first of them. ``--engine presidio`` asks the
model for names (extra `privacy`), on every ``--every``-th text, as it takes hours for all.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from valuenet.curation.reddit.intake.crisis import crisis_kinds
from valuenet.curation.reddit.intake.name_model import NameSettings, open_name_finder
from valuenet.curation.reddit.intake.privacy import replace_personal_data


def texts_of(data: Path) -> Iterator[str]:
    """Yield what people said, in the order of the files."""
    for name in ("train", "valid"):
        with (data / f"empathetic_dialogues/{name}.csv").open(encoding="utf-8") as file:
            next(file)
            for line in file:  # commas within a text are written `_comma_`; quotes mean nothing
                yield line.split(",")[5].replace("_comma_", ",")
    with (data / "esconv/esconv_reconstructed.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield from (turn["content"] for turn in json.loads(line)["dialog"] if turn["content"])
    with (data / "persona_chat/train_self_original_no_cands.txt").open(encoding="utf-8") as file:
        for line in file:
            said = line.split(" ", 1)[1]
            if not said.startswith("your persona:"):
                yield from (part.strip() for part in said.split("\t")[:2])


def main() -> None:
    """Print what is found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--engine", choices=("patterns", "presidio"), default="patterns")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    texts = list(dict.fromkeys(texts_of(args.data)))[:: args.every]
    replaced = replace_personal_data(texts, names=open_name_finder(NameSettings(engine=args.engine)))
    found = {kind: counts > 0 for kind, counts in replaced.counts.items()}
    said = crisis_kinds(texts)
    found |= {f"crisis: {kind}": said == kind for kind in sorted(set(said) - {None})}
    print(f"{len(texts):,} distinct texts")
    for kind, holds in found.items():
        print(f"{kind:>20} {int(holds.sum()):7,} {holds.mean():8.3%}")
        for text in [text for text, held in zip(replaced.texts, holds, strict=True) if held][: args.show]:
            print(f"{'':>22}{text}")


if __name__ == "__main__":
    main()
