"""The published train and eval parts as examples, in upstream's own split."""

import pandas as pd

from valuenet.warehouse.crowd_tables import Labels, LabelsDropped
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.vocabulary import LABEL_OF_UTILITY


def read_published(shared):
    """Return labels, splits by pair, and texts of the published train and eval files."""
    parts = {"train": "train.csv", "validation": "eval.csv"}
    rows = pd.concat(pd.read_csv(shared / "data/valuenet" / name).assign(split=split) for split, name in parts.items())
    rows = rows.assign(scenario_id=rows["scenario"].map(scenario_id), text=rows["scenario"], utility=rows["label"])
    rows = rows.assign(label=rows["utility"].map(LABEL_OF_UTILITY), agreement_count=3)
    rows[["yes_count", "no_count", "unrelated_count"]] = 0
    return Labels.frame(rows), rows[["scenario_id", "value", "split"]], rows[["scenario_id", "text"]]


def nothing_dropped():
    """Return an empty table of pairs without a label."""
    return LabelsDropped.frame()
