"""A benchmark as Markdown: the paper's Tables 2 and 3 with intervals, tests, the ceiling, and the paper's own rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from valuenet.models.benchmark.measure import Benchmark
from valuenet.models.benchmark.paper_results import CAUTION, TABLE_2, TABLE_2_MEASURES, TABLE_3
from valuenet.models.benchmark.settings import BenchmarkSettings
from valuenet.warehouse.vocabulary import VALUES

_HEADLINES = ("accuracy", "mse", "ece", "accuracy seen", "accuracy unseen")
_SHORT = {"accuracy": "accuracy", "mse": "squared error", "ece": "calibration error"}


def render_benchmark(found: Benchmark, settings: BenchmarkSettings, source: str) -> str:
    """Return the report of a benchmark on the release called ``source``."""
    scores = found.scores.set_index(["model", "scope", "measure"])
    names = list(dict.fromkeys(found.scores["model"]))
    parts = [
        f"# Value models on {source} ({settings.data}, {settings.split})",
        _about(scores, settings),
        "## Quality\n\n" + _quality(scores, names),
        "## Table 2: every class\n\n" + _table_2(scores, names, settings.data),
        f"Source of the paper's rows: Qiu et al. 2022, Table 2. {CAUTION}",
        "## Table 3: accuracy of every value\n\n" + _table_3(scores, names, settings.data),
        "## Differences\n\n" + _differences(found.tests),
        _METHODS,
    ]
    return "\n\n".join(parts) + "\n"


_METHODS = """## How it was measured

- Mean ± standard deviation over seeds; in brackets the bootstrap interval of that mean, whole texts drawn together.
- Squared error is that of the utility; precision, recall and F1 are of the likeliest class, or of the utility rounded.
- Calibration error: mean distance between the greatest probability and how often it is right, over bins of confidence.
  A model with one utility gives no probabilities, and has none.
- Seen: the text stands in train too, under another value. A split that is made by text has none.
- Ceiling, one worker: each judgement against the majority of the other judges of its pair. Ceiling, majority without
  one: that majority against the released label, with which it shares judges, so it bounds from above. Both are on the
  pairs that were agreed on, and are missing where a release holds no judgements.
- `scores.parquet`, `tests.parquet` and `predictions/` hold every number unrounded."""


def _about(scores: pd.DataFrame, settings: BenchmarkSettings) -> str:
    rows = int(scores.xs(("ALL", "accuracy"), level=("scope", "measure"))["rows"].iloc[0])
    caution = (
        ""
        if settings.split == "test"
        else " Where an epoch was chosen, it was on held-out texts of train, not on these rows."
    )
    return (
        f"{rows:,} pairs; seeds {', '.join(map(str, settings.seeds))}; {settings.level:.0%} intervals from "
        f"{settings.resamples:,} bootstrap samples of the texts.{caution}"
    )


def _quality(scores: pd.DataFrame, names: Sequence[str]) -> str:
    head = ["model", *(_SHORT.get(name, name) for name in _HEADLINES)]
    return _table(head, ([name, *(_cell(scores, name, "ALL", m) for m in _HEADLINES)] for name in names))


def _table_2(scores: pd.DataFrame, names: Sequence[str], data: str) -> str:
    own = [[name, *(_plain(scores, name, "ALL", m) for m in TABLE_2_MEASURES)] for name in names]
    printed = [[f"paper: {name}", *(f"{x:.2f}" for x in row)] for name, row in TABLE_2[data].items()]
    heads = [m.replace("precision", "P").replace("recall", "R").replace("f1", "F1") for m in TABLE_2_MEASURES]
    return _table(["model", *heads], [*own, *printed])


def _table_3(scores: pd.DataFrame, names: Sequence[str], data: str) -> str:
    own = [[name, *(_plain(scores, name, value, "accuracy") for value in VALUES)] for name in names]
    cells = [f"{TABLE_3[data][value]:.2f}" if value in TABLE_3[data] else "" for value in VALUES]
    return _table(["model", *(value.lower() for value in VALUES)], [*own, ["paper: BERT", *cells]])


def _differences(tests: pd.DataFrame) -> str:
    rows = [
        [
            f"{row.model} - {row.other_model}",
            _SHORT[str(row.measure)],
            f"{row.difference:+.3f} [{row.low:+.3f}, {row.high:+.3f}]",
            f"{row.p_value:.4f}",
            f"{row.p_holm:.4f}",
        ]
        for row in tests.itertuples()
    ]
    method = f"\n\nMethod: {tests['method'].iloc[0]}." if len(tests) else ""
    return _table(["models", "measure", "difference", "p", "p (Holm)"], rows) + method


def _cell(scores: pd.DataFrame, name: str, scope: str, measure: str) -> str:
    if (name, scope, measure) not in scores.index:
        return ""
    row: Any = scores.xs((name, scope, measure))
    if pd.isna(row["mean"]):
        return ""
    spread = "" if pd.isna(row["deviation"]) else f" ± {row['deviation']:.3f}"
    return f"{row['mean']:.3f}{spread} [{row['low']:.3f}, {row['high']:.3f}]"


def _plain(scores: pd.DataFrame, name: str, scope: str, measure: str) -> str:
    mean = scores["mean"].get((name, scope, measure))
    return "" if mean is None or pd.isna(mean) else f"{mean:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
