"""A trained value model mixed with heads on a frozen second encoder, measured.

`python -m tests.benchmarks.quality_mixture MODEL`, where MODEL is a folder that `tests.benchmarks.quality` has trained
on the same part. The heads hear the mean vectors of three layers of all-mpnet-base-v2 (half way, three quarters, last)
and learn from the same texts within seconds; the mean of two of them counts one half. Printed: accuracy and squared
error of the three, and what the mixture gains over the model on the same rows.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from tests.benchmarks.quality import paired, split
from tests.benchmarks.quality_frozen import Head
from valuenet.models.encoding.packaged import packaged_encoder
from valuenet.models.values.loading import load_value_model
from valuenet.warehouse.vocabulary import VALUES


class Rows(NamedTuple):
    """Vectors (n, width), values (n,) and classes (n,)."""

    vectors: Any
    values: Any
    classes: Any


def layer_means(texts: list[str], encoder: str, cache: Path) -> Any:
    """Return the mean states (n, 3, width) of three layers per text, from ``cache`` where it is there."""
    from transformers import AutoModel, AutoTokenizer

    if not cache.is_file():
        tokenizer = AutoTokenizer.from_pretrained(packaged_encoder(encoder))
        model = AutoModel.from_pretrained(packaged_encoder(encoder)).eval()
        depth = model.config.num_hidden_layers
        found = np.empty((len(texts), 3, model.config.hidden_size), dtype=np.float16)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            for start in range(0, len(order), 64):
                picked = order[start : start + 64]
                asked: dict[str, Any] = {"padding": True, "truncation": True, "max_length": 96}
                batch = tokenizer([texts[place] for place in picked], return_tensors="pt", **asked)
                states = model(**batch, output_hidden_states=True).hidden_states
                mask = batch["attention_mask"][..., None].float()
                for at, layer in enumerate((depth // 2, 3 * depth // 4, depth)):
                    found[picked, at] = ((states[layer].float() * mask).sum(1) / mask.sum(1)).numpy()
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.save(cache, found)
    return torch.from_numpy(np.load(cache)).float()


def read_rows(frame: pd.DataFrame, place: dict[str, int], means: Any) -> Rows:
    """Return the rows of ``frame``; the three vectors of a text, each of length 5, stand side by side."""
    vectors = 5 * functional.normalize(means[[place[text] for text in frame["scenario"]]], dim=2)
    values = torch.tensor([VALUES.index(value) for value in frame["value"]])
    return Rows(vectors.flatten(1), values, torch.tensor(frame["utility"].to_numpy() + 1))


def head_probabilities(train: Rows, measured: Rows, seed: int) -> Any:
    """Return the probabilities (n, 3) of a head learned in twelve passes."""
    torch.manual_seed(seed)
    head, batch = Head(train.vectors.shape[1]), 256
    steps = 12 * len(train.classes) // batch
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, steps)
    for _ in range(steps):
        picked = torch.randint(len(train.classes), (batch,))
        logits = head(train.vectors[picked], train.values[picked])
        functional.cross_entropy(logits, train.classes[picked], label_smoothing=0.05).backward()
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
    with torch.inference_mode():
        return head.eval()(measured.vectors, measured.values).softmax(1)


def figures(shares: Any, classes: Any) -> tuple[Any, Any]:
    """Return per row whether the label is right, and the squared error of the utility."""
    right = (shares.argmax(1) == classes).double()
    return right.numpy(), ((shares[:, 2] - shares[:, 0] - (classes - 1)) ** 2).double().numpy()


def main() -> None:
    """Print the three rows and the two gains."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--part", default="dev", choices=("dev", "eval"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--encoder", default="mpnet")
    parser.add_argument("--out", type=Path, default=Path("data/quality"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    train, measured = split(args.part, 1.0, 0)
    texts = sorted(set(train["scenario"]) | set(measured["scenario"]))
    means = layer_means(texts, args.encoder, args.out / f"{args.encoder}-{args.part}-layers.npy")
    place = {text: at for at, text in enumerate(texts)}
    learned, asked = read_rows(train, place, means), read_rows(measured, place, means)
    scores = load_value_model(args.model).score_pairs(measured["value"].tolist(), measured["scenario"].tolist())
    own = torch.tensor(scores.probabilities)
    frozen = sum(head_probabilities(learned, asked, 10 * args.seed + extra) for extra in range(2)) / 2
    mixed = (own + frozen) / 2
    for name, shares in (("model", own), ("frozen heads", frozen), ("half and half", mixed)):
        accuracy, error = figures(shares, asked.classes)
        print(f"| {name} | {accuracy.mean():.4f} | {error.mean():.4f} |", flush=True)
    for better, than in zip(figures(mixed, asked.classes), figures(own, asked.classes), strict=True):
        gain = paired(better, than, measured["scenario"])
        print(f"gained {gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]")


if __name__ == "__main__":
    main()
