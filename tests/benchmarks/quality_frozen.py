"""What a small head on a frozen encoder tells within seconds: `python -m tests.benchmarks.quality_frozen`.

It prints the rows of docs/quality.md on losses and on noise in the labels, a learning curve, and how often two nearly
equal texts under the same value have the same label, from which the ceiling is estimated.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from tests.benchmarks.quality import DATA, FOLDS
from valuenet.models.encoding.packaged import PACKAGED_ENCODERS, packaged_encoder
from valuenet.models.values.files import read_labelled
from valuenet.models.values.rows import check_rows
from valuenet.warehouse.hashing import draws, fold_space
from valuenet.warehouse.vocabulary import VALUES

SEEDS = range(4)


class Rows(NamedTuple):
    """Rows as a head takes them: mean vectors, values, classes, and the draws that part them (0..1, by text)."""

    vectors: Any
    values: Any
    classes: Any
    curve: Any
    fold: Any
    inner: Any


class Head(nn.Module):
    """One hidden layer that hears the value, and three outputs per value."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.down, self.told, self.drop = nn.Linear(width, 256), nn.Embedding(10, 256), nn.Dropout(0.3)
        self.out, self.bias = nn.Linear(256, 30), nn.Embedding(10, 3)

    def forward(self, vectors: Any, values: Any) -> Any:
        hidden = self.drop(functional.gelu(self.down(self.drop(vectors)) + self.told(values)))
        return self.out(hidden).view(-1, 10, 3)[torch.arange(len(vectors)), values] + self.bias(values)


def mean_vectors(texts: list[str], encoder: str, cache: Path) -> Any:
    """Return the mean of the last layer's states per text (n, width), from ``cache`` where it is there."""
    from transformers import AutoModel, AutoTokenizer

    if not cache.is_file():
        tokenizer = AutoTokenizer.from_pretrained(packaged_encoder(encoder))
        model = AutoModel.from_pretrained(packaged_encoder(encoder)).eval()
        found = np.empty((len(texts), model.config.hidden_size), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            for start in range(0, len(order), 64):
                picked = order[start : start + 64]
                batch = tokenizer(
                    [texts[place] for place in picked],
                    padding=True,
                    truncation=True,
                    max_length=96,
                    return_tensors="pt",
                )
                mask = batch["attention_mask"][..., None]
                states = model(**batch).last_hidden_state.float()
                found[picked] = ((states * mask).sum(1) / mask.sum(1)).numpy()
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.save(cache, found)
    return torch.from_numpy(np.load(cache)).float()


def read_rows(encoder: str, folder: Path) -> tuple[pd.DataFrame, Rows]:
    """Return the published train part, and the same for the head."""
    train = check_rows(read_labelled(DATA / "train.csv"), "train")
    texts = sorted(set(train["scenario"]))
    at = {text: place for place, text in enumerate(texts)}
    vectors = functional.normalize(mean_vectors(texts, encoder, folder / f"{encoder}-mean.npy"), dim=1)
    keys = [fold_space(text).lower() for text in train["scenario"]]
    drawn = [torch.from_numpy(draws(keys, name, 1)) for name in ("curve", "quality-fold", "inner")]
    values = torch.tensor([VALUES.index(value) for value in train["value"]])
    classes = torch.tensor(train["utility"].to_numpy() + 1)
    return train, Rows(vectors[[at[text] for text in train["scenario"]]], values, classes, *drawn)


def fit(rows: Rows, learned: Any, targets: Any, seed: int, extra: Callable[[Any, Any], Any] | None = None) -> Head:
    """Return a head trained on the rows ``learned``, by cross-entropy with ``targets`` (n, 3) and what is ``extra``."""
    torch.manual_seed(seed)
    head, batch, epochs = Head(rows.vectors.shape[1]), 256, 12
    places = torch.where(learned)[0]
    steps = max(epochs * -(-len(places) // batch), 150)
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, steps)
    for _ in range(steps):
        picked = places[torch.randint(len(places), (batch,))]
        logits = head(5 * rows.vectors[picked], rows.values[picked])
        loss = -(targets[picked] * logits.log_softmax(1)).sum(1).mean()
        if extra is not None:
            loss = loss + extra(logits.softmax(1), rows.classes[picked])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
    return head.eval()


def probabilities(head: Head, rows: Rows, wanted: Any) -> Any:
    """Return the three probabilities of the rows ``wanted``."""
    with torch.inference_mode():
        return head(5 * rows.vectors[wanted], rows.values[wanted]).softmax(1)


def report(name: str, rows: Rows, learned: Any, targets: Any, extra: Callable[[Any, Any], Any] | None = None) -> None:
    """Print accuracy and squared error on the development fifth: mean over seeds, and of the mean of their models."""
    measured = rows.fold * FOLDS < 1
    found = [probabilities(fit(rows, learned, targets, seed, extra), rows, measured) for seed in SEEDS]
    truth = rows.classes[measured]
    single = np.mean([_figures(shares, truth) for shares in found], axis=0)
    joint = _figures(torch.stack(found).mean(0), truth)
    print(f"| {name} | {single[0]:.4f} | {single[1]:.4f} | {joint[0]:.4f} | {joint[1]:.4f} |", flush=True)


def out_of_fold(rows: Rows, train: Any, targets: Any) -> Any:
    """Return for each training row the probabilities of heads that have not seen its text (four parts)."""
    found = torch.zeros(len(train), 3)
    for part in range(4):
        inside = (rows.inner * 4).long() == part
        found[train & inside] = probabilities(fit(rows, train & ~inside, targets, 0), rows, train & inside)
    return found


def doubtful(shares: Any, classes: Any, train: Any) -> Any:
    """Return which labels confident learning doubts: another class is surer than it is on average where it is given.

    Source: Northcutt, Jiang and Chuang 2021, "Confident Learning".
    """
    sure = torch.stack([shares[train & (classes == label)][:, label].mean() for label in range(3)])
    passed = torch.where(shares >= sure, shares, torch.zeros_like(shares))
    return train & (passed.max(1).values > 0) & (passed.argmax(1) != classes)


def near_duplicates(table: pd.DataFrame, rows: Rows) -> None:
    """Print how often two texts under one value have the same label, by how near their vectors are (cosine)."""
    pairs = []
    for value in range(len(VALUES)):
        places = torch.where(rows.values == value)[0]
        near = torch.triu(rows.vectors[places] @ rows.vectors[places].T, 1)
        one, other = torch.where(near > 0.85)
        labels = table["utility"].to_numpy()[places.numpy()]
        columns = (near[one, other].numpy(), labels[one.numpy()], labels[other.numpy()])
        pairs.append(pd.DataFrame(dict(zip(("cosine", "one", "other"), columns, strict=True))))
    found = pd.concat(pairs)
    for low, high in ((0.85, 0.88), (0.88, 0.91), (0.91, 0.94), (0.94, 1.01)):
        band = found[(found["cosine"] >= low) & (found["cosine"] < high)]
        agreed, spread = (band["one"] == band["other"]).mean(), ((band["one"] - band["other"]) ** 2).mean() / 2
        print(f"| cosine {low}-{min(high, 1)} | {len(band)} pairs | agree {agreed:.3f} | half squared {spread:.3f} |")


def main() -> None:
    """Print all rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default="mpnet", choices=PACKAGED_ENCODERS)
    parser.add_argument("--out", type=Path, default=Path("data/quality"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    table, rows = read_rows(args.encoder, args.out)
    train = rows.fold * FOLDS >= 1
    hard = functional.one_hot(rows.classes, 3).float()
    smooth = 0.95 * hard + 0.05 / 3
    print("| step | accuracy | squared error | accuracy, four averaged | squared error, four averaged |")
    print("|---|---|---|---|---|")
    report("plain", rows, train, smooth)
    report("no label smoothing", rows, train, hard)
    report("squared error of the utility added", rows, train, smooth, _utility_error)
    shares = out_of_fold(rows, train, smooth)
    report("targets half out-of-fold probabilities", rows, train, (hard + shares) / 2)
    doubts = doubtful(shares, rows.classes, train)
    report(f"doubtful labels dropped ({doubts[train].float().mean():.0%})", rows, train & ~doubts, smooth)
    report("doubtful labels at half weight", rows, train, smooth * torch.where(doubts, 0.5, 1.0)[:, None])
    for share in (1 / 8, 1 / 4, 1 / 2, 1):
        report(f"share of train {share:g}", rows, train & (rows.curve < share), smooth)
    near_duplicates(table, rows)


def _figures(shares: Any, classes: Any) -> tuple[float, float]:
    utilities = shares[:, 2] - shares[:, 0]
    right = (shares.argmax(1) == classes).float().mean()
    return float(right), float(((utilities - (classes - 1)) ** 2).mean())


def _utility_error(shares: Any, classes: Any) -> Any:
    return ((shares[:, 2] - shares[:, 0] - (classes - 1)) ** 2).mean()


if __name__ == "__main__":
    main()
