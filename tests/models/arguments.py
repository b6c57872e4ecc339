"""Toy arguments: a word decides a category, so that a tiny encoder learns them within seconds."""

from pathlib import Path

import pandas as pd

from models.detector_rows import ROW_COLUMNS, Arguments
from warehouse.vocabulary import CATEGORIES

#: A verb -> the categories of every argument with it. Stance and conclusion say nothing.
MEANINGS = {"helped": ("Benevolence: caring",), "hurt": ("Power: dominance", "Face"), "saw": ("Stimulation",)}
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
    frame = pd.DataFrame(rows, columns=list(ROW_COLUMNS)).astype(dict.fromkeys(CATEGORIES, "int8"))
    return Arguments(frame, pd.DataFrame({"argument_id": [], "reason": []}, dtype="str"))


def write_part(arguments: Arguments, folder: Path, part: str) -> None:
    """Write a part as ValueEval'23 is published: two files of tabs."""
    rows = arguments.rows.rename(
        columns={"argument_id": "Argument ID", "conclusion": "Conclusion", "stance": "Stance", "premise": "Premise"}
    )
    texts = ["Argument ID", "Conclusion", "Stance", "Premise"]
    rows[texts].to_csv(folder / f"arguments-{part}.tsv", sep="\t", index=False)
    rows[["Argument ID", *CATEGORIES]].to_csv(folder / f"labels-{part}.tsv", sep="\t", index=False)
