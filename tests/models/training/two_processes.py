"""Trains the toy model; started by a launcher in as many processes as a test wants."""

import sys
from pathlib import Path

import pandas as pd

from tests.models.conftest import toy_rows
from valuenet.models.training.processes import process_count
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.training import train_value
from valuenet.warehouse.vocabulary import VALUES


def main(encoder: str, out: Path, processes: int, style: str) -> None:
    """Train on 64 texts, so that every batch is whole whatever the number of processes; no dropout.

    ``style`` is a prompt, or ``taught``. Without a prompt every third text is labelled under all the values, so that
    the parts of a batch hold different numbers of labels.
    """
    if process_count() != processes:
        raise RuntimeError(f"{processes} processes were asked for, there are {process_count()}")
    settings = ValueTrainingSettings(
        encoder=encoder,
        epochs=4,
        min_steps=0,
        learning_rate=1e-2,
        batch_size=8,
        max_length=32,
        early_stopping_patience=0,
        prompt="pair" if style == "pair" else "none",
        teacher=encoder if style == "taught" else None,
        bf16="off",
        threads=1,
    )
    rows = toy_rows(("i", "we", "he", "my", "the", "a")).sample(frac=1, random_state=1)
    learned = rows.head(64)
    if style != "pair":
        others = [learned.iloc[::3].assign(value=value) for value in VALUES]
        learned = pd.concat([learned, *others]).drop_duplicates(["value", "scenario"])
    train_value(learned, rows.iloc[64:104], settings, out=out, with_baselines=False)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
