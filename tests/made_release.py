"""A small release with everything in it, made the way the flow makes one: 80 texts, 160 pairs, four judgements each."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.agreement import AgreementSettings, measure_agreement
from valuenet.annotation.consensus import ConsensusSettings, agree
from valuenet.warehouse.crowd_tables import Judgements, Pairs
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.release.contents import ReleaseContents
from valuenet.warehouse.release.held import split_labelled
from valuenet.warehouse.release.leakage import LeakageSettings, report_leakage
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.render import render_release
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.release.splits import SplitSettings
from valuenet.warehouse.release.statistics import describe_release
from valuenet.warehouse.release.variants import VariantSettings, make_variants
from valuenet.warehouse.release_tables import Annotations
from valuenet.warehouse.vocabulary import VALUES

#: What four workers say of a pair, in turns: agreed, agreed, no majority, agreed, agreed.
VOTES = (
    ("yes", "yes", "yes", "yes"),
    ("no", "no", "no", "yes"),
    ("yes", "yes", "no", "unrelated"),
    ("unrelated",) * 4,
    ("no", "no", "unrelated", "no"),
)


def annotations(texts: int = 80, codebook: str = "1.0") -> DataFrame[Annotations]:
    """Judgements on ``texts`` scenarios under two values each; a fifth worker's first answer is set aside."""
    return Annotations.frame(list(_judgements(texts, codebook)))


def _judgements(texts: int, codebook: str) -> Iterator[dict[str, Any]]:
    for number in range(2 * texts):
        text = f"I sold bread{number // 2} and hats{number // 2} near gate{number // 2}"
        value = VALUES[(number // 2 + 3 * (number % 2)) % 10]
        for place, label in enumerate((*VOTES[number % 5], *(["no"] if number == 0 else []))):
            reason = "worker-disqualified" if place == 4 else None
            yield {
                "scenario_id": scenario_id(text),
                "value": value,
                "scenario": text,
                "worker": f"w-{place}",
                "label": label,
                "round": 1,
                "assignment_id": f"a-{number:04d}{place}",
                "position": 1,
                "counted": reason is None,
                "set_aside_reason": reason,
                "codebook_version": codebook,
                "platform": "label-studio",
            }


def contents(
    judged: DataFrame[Annotations],
    *,
    consensus: ConsensusSettings | None = None,
    splits: SplitSettings | None = None,
    variants: VariantSettings | None = None,
    **rest: Any,
) -> ReleaseContents:
    """What the flow puts into a release of these judgements."""
    stages = {
        "consensus": consensus or ConsensusSettings(),
        "agreement": AgreementSettings(resamples=50),
        "splits": splits or SplitSettings(),
        "variants": variants or VariantSettings(),
        "leakage": LeakageSettings(),
    }
    counted = judged[judged["counted"]].rename(columns={"scenario": "text"})
    judgements = Judgements.frame(counted.assign(survey_id="q-1"))
    pairs = Pairs.frame(counted[Pairs.columns()].drop_duplicates())
    agreed = agree(judgements, stages["consensus"])
    split = split_labelled(pairs, *agreed, stages["splits"])
    made = make_variants(*agreed, split, pairs, stages["variants"])
    given = {
        "codebook_version": judged["codebook_version"].iloc[0],
        "inputs": {"labels": "0" * 64},
        "platform": "people",
    }
    return ReleaseContents(
        variants=made,
        annotations=judged,
        agreement=measure_agreement(judgements, stages["agreement"]),
        leakage=report_leakage(made, stages["leakage"]),
        statistics=describe_release(made),
        settings={name: stage.model_dump(mode="json") for name, stage in stages.items()},
        **(given | rest),
    )


def relabelled(judged: pd.DataFrame, pair_number: int, label: str) -> DataFrame[Annotations]:
    """The same judgements, but all workers say ``label`` of one pair."""
    changed = judged.copy()
    changed.loc[changed["assignment_id"].str.startswith(f"a-{pair_number:04d}"), "label"] = label
    return Annotations.frame(changed)


@cache
def made() -> ReleaseContents:
    """The contents of the plain release; made once."""
    return contents(annotations())


@cache
def rendered() -> dict[str, bytes]:
    """The files of the plain release, figures and all; made once."""
    return render_release(made(), ReleaseSettings())


def publish_plain(folder: Path) -> Path:
    """Put the plain release under ``folder`` and return where it lies."""
    place = Place(folder / "valuenet-1.0.0")
    store_files(rendered(), place)
    return folder / "valuenet-1.0.0"
