"""Toy arguments: a word decides a category, so that a tiny encoder learns them within seconds."""

from pathlib import Path

import pandas as pd
import pytest

from tests.session_folders import made_once
from valuenet.models.detector.settings import DetectorSettings
from valuenet.models.detector.training import TrainedDetector, train_detector
from valuenet.warehouse.learning_tables import ARGUMENT_COLUMNS, Arguments
from valuenet.warehouse.vocabulary import CATEGORIES

#: A verb -> the categories of every argument with it; nothing has the last two. Stance and conclusion say nothing.
#: About half of all labels are 1: a tiny encoder that only has to say no says it to everything, and learns no more.
MEANINGS = {"helped": CATEGORIES[0:18:2], "hurt": CATEGORIES[1:18:2], "saw": CATEGORIES[:9]}
TAILS = ("my mom", "my friend", "the boss", "a dog", "the table", "a cake", "my friend today")


def toy_arguments(who: tuple[str, ...] = ("i", "we", "he")) -> Arguments:
    """21 arguments per subject, on seven conclusions."""
    rows = [
        (
            f"{subject}{at}{verb}",
            f"the {tail}",
            ("in favor of", "against")[at % 2],
            f"{subject} {verb} {tail}",
            *(int(category in meanings) for category in CATEGORIES),
        )
        for subject in who
        for at, tail in enumerate(TAILS)
        for verb, meanings in MEANINGS.items()
    ]
    frame = pd.DataFrame(rows, columns=list(ARGUMENT_COLUMNS)).astype(dict.fromkeys(CATEGORIES, "int8"))
    return Arguments(frame, pd.DataFrame({"argument_id": [], "reason": []}, dtype="str"))


def write_part(arguments: Arguments, folder: Path, part: str) -> None:
    """Write a part as ValueEval'23 is published: two files of tabs."""
    rows = arguments.rows.rename(
        columns={"argument_id": "Argument ID", "conclusion": "Conclusion", "stance": "Stance", "premise": "Premise"}
    )
    texts = ["Argument ID", "Conclusion", "Stance", "Premise"]
    rows[texts].to_csv(folder / f"arguments-{part}.tsv", sep="\t", index=False)
    rows[["Argument ID", *CATEGORIES]].to_csv(folder / f"labels-{part}.tsv", sep="\t", index=False)


@pytest.fixture(scope="session")
def toy_detector_settings(tiny_encoder) -> DetectorSettings:
    return DetectorSettings(
        encoder=str(tiny_encoder),
        epochs=40,
        learning_rate=1e-2,
        batch_size=8,
        held_out=0.3,
        weight_average=0.9,
        max_length=32,
        bf16="off",
    )


@pytest.fixture(scope="session")
def toy_detector(tmp_path_factory, toy_detector_settings) -> TrainedDetector:
    def make(out: Path) -> TrainedDetector:
        return train_detector(toy_arguments(), toy_arguments(("a",)), toy_detector_settings, out=out)

    return make(made_once(tmp_path_factory, "toy-detector", make))  # the second time the record is only read
