"""The figures VALUENET prints for its value models, to stand beside one's own (Qiu et al. 2022, Tables 2 and 3)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Columns of Table 2, by the names that ``valuenet.models.benchmark.scores`` gives them.
TABLE_2_MEASURES = (
    *(f"{measure}({label})" for measure in ("f1", "precision", "recall") for label in ("-1", "0", "1")),
    "accuracy",
    "mse",
)

#: Table 2 by variant of the data and model, in the order of ``TABLE_2_MEASURES``; on the paper's test split.
TABLE_2: Mapping[str, Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "original": {
            "fastText": (0.70, 0.46, 0.43, 0.65, 0.47, 0.55, 0.76, 0.44, 0.35, 0.58, 0.66),
            "BERT": (0.73, 0.50, 0.51, 0.72, 0.46, 0.71, 0.74, 0.55, 0.39, 0.61, 0.39),
            "DistilBERT": (0.71, 0.52, 0.47, 0.74, 0.45, 0.69, 0.68, 0.62, 0.36, 0.60, 0.37),
            "RoBERTa": (0.65, 0.51, 0.34, 0.74, 0.40, 0.71, 0.58, 0.69, 0.22, 0.55, 0.41),
            "BART": (0.00, 0.76, 0.54, 0.00, 0.70, 0.60, 0.00, 0.83, 0.49, 0.67, 0.52),
        },
        "balanced": {
            "fastText": (0.70, 0.48, 0.43, 0.64, 0.50, 0.54, 0.76, 0.45, 0.36, 0.59, 0.68),
            "BERT": (0.67, 0.48, 0.51, 0.73, 0.42, 0.61, 0.62, 0.58, 0.43, 0.57, 0.40),
            "DistilBERT": (0.66, 0.49, 0.50, 0.74, 0.41, 0.61, 0.60, 0.60, 0.43, 0.57, 0.40),
            "RoBERTa": (0.65, 0.51, 0.34, 0.74, 0.40, 0.71, 0.58, 0.69, 0.22, 0.55, 0.41),
            "BART": (0.00, 0.75, 0.51, 0.00, 0.72, 0.57, 0.00, 0.77, 0.47, 0.65, 0.55),
        },
        "augmented": {
            "fastText": (0.58, 0.52, 0.29, 0.72, 0.40, 0.65, 0.49, 0.75, 0.18, 0.52, 0.59),
            "BERT": (0.67, 0.55, 0.41, 0.78, 0.43, 0.78, 0.58, 0.76, 0.28, 0.58, 0.38),
            "DistilBERT": (0.68, 0.57, 0.41, 0.79, 0.44, 0.78, 0.59, 0.78, 0.28, 0.60, 0.38),
            "RoBERTa": (0.70, 0.56, 0.41, 0.78, 0.45, 0.75, 0.64, 0.74, 0.28, 0.61, 0.40),
            "BART": (0.00, 0.74, 0.57, 0.00, 0.75, 0.49, 0.00, 0.73, 0.66, 0.64, 0.46),
        },
    }
)

#: Table 3, accuracy of the paper's BERT under a value: only the cells that can be read beyond doubt.
TABLE_3: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "original": {"POWER": 0.35, "TRADITION": 0.60},
        "balanced": {"POWER": 0.41, "TRADITION": 0.61},
        "augmented": {"POWER": 0.33, "TRADITION": 0.64},
    }
)

CAUTION = (
    "The paper's rows were measured on its own test split, one training each. Its BART row cannot be right as printed: "
    "an F1(-1) of 0 does not go with that accuracy; it looks shifted by one class. Of its Table 3 only the rows "
    "of two values could be read beyond doubt."
)
