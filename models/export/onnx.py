"""A value model as ONNX: the same numbers without torch, in any runtime that reads the format."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuenet.models.values.companion import refuse_companion
from valuenet.models.values.encoder import outputs_per_value
from valuenet.models.values.heads import utility_of_logits
from valuenet.models.values.model import EncoderModel
from valuenet.models.values.pair_scorer import PairScorer
from valuenet.models.values.prompts import encode_prompts, first_segment
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import VALUES

_WANTED = ("onnx", "onnxscript", "onnxruntime")
_SAMPLES = (
    "I helped my friend",
    "He took the money and ran",
    "After the long day at work we went to see my grandmother, who had cooked for all of us, and stayed until late.",
)
#: Largest difference allowed between the file and torch, both float32, in logits and utilities.
TOLERANCE = 1e-3


class ExportError(InputError):
    """A model cannot be written as ONNX here."""


class Exported(NamedTuple):
    """What was written, and the largest difference of its outputs from torch's on three texts and ten values."""

    path: Path
    inputs: tuple[str, ...]
    difference: float


def export_onnx(model: PairScorer, path: Path) -> Exported:
    """Write ``model`` to ``path`` with free batch and length; the file appears when its outputs are found equal.

    Inputs are those of the tokenizer, int64 (batch, length); outputs ``logits`` (batch, 3 or 1) and ``utility``
    (batch,), float32; with a multi-task head ``logits`` (batch, 10, 3 or 1) and ``utility`` (batch, 10) in
    the order of ``VALUES``. The file's metadata say head, prompt, what stands before the text for each value, labels
    and longest input.

    Raises:
        ExportError: if the suffix is not .onnx, the extra ``onnx`` is missing, or the outputs differ.
        MainModelAloneError: if the model has a companion.
    """
    model = _check_exportable(model, path)
    names = tuple(_sample(model))
    draft = path.with_name(f".{path.stem}.writing.onnx")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        program = _program(model, names)
        program.model.metadata_props.update(_told(model))
        program.save(draft, external_data=False)
        difference = _difference(model, draft)
        if difference > TOLERANCE:
            raise ExportError(
                f"the outputs of {path.name!r} differ from torch's by {difference:.4f}; "
                "nothing was written: use the releases of constraints.txt"
            )
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return Exported(path, names, difference)


def _program(model: EncoderModel, names: tuple[str, ...]) -> Any:
    """Return ``model`` as an ONNX program with free batch and length."""
    import torch

    sample = _sample(model)
    free = {name: {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=_longest(model))} for name in names}
    with _quiet_export(), torch.no_grad():
        program = torch.onnx.export(
            _with_utility(model, names),
            tuple(torch.tensor(sample[name]) for name in names),
            dynamo=True,
            input_names=list(names),
            output_names=["logits", "utility"],
            dynamic_shapes=(tuple(free[name] for name in names),),
            verbose=False,
        )
    if program is None:
        raise ExportError("torch gave no program to write; use the torch release of constraints.txt")
    return program


def _check_exportable(model: PairScorer, path: Path) -> EncoderModel:
    """Return ``model``, which has an encoder, no companion, and what writing ``path`` needs."""
    if path.suffix.lower() != ".onnx":
        raise ExportError(f"cannot write {str(path)!r}; name it .onnx")
    if not isinstance(model, EncoderModel):
        raise ExportError("a fastText model is no graph that ONNX could hold; export one trained on an encoder")
    refuse_companion(model.companion, "the file")
    missing = [name for name in _WANTED if find_spec(name) is None]
    if missing:
        raise ExportError(f"writing ONNX needs {', '.join(missing)}: `pip install 'valuenet[onnx]'`")
    return model


def run_onnx(path: Path, rows: dict[str, NDArray[Any]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return logits and utilities of padded ``rows`` (what a tokenizer gives as numpy) by onnxruntime on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    inputs = {name: np.asarray(ids, dtype=np.int64) for name, ids in rows.items()}
    logits, utilities = session.run(["logits", "utility"], inputs)
    return np.asarray(logits, dtype=np.float32), np.asarray(utilities, dtype=np.float32)


def _with_utility(model: EncoderModel, names: tuple[str, ...]) -> Any:
    """Return a module that takes the inputs in the order of ``names`` and gives logits and utilities."""
    import torch

    head, inner = model.record.settings.head, model.model
    at_once = model.record.settings.style == "none"

    class WithUtility(torch.nn.Module):
        """The classifier and what its logits mean."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, *inputs: Any) -> Any:
            """Return logits (n, 3 or 1) and utilities (n,), or (n, 10, 3 or 1) and (n, 10) with a multi-task head."""
            logits = self.inner(**dict(zip(names, inputs, strict=True))).logits.float()
            if at_once:
                logits = logits.reshape(-1, len(VALUES), outputs_per_value(head))
            return logits, utility_of_logits(logits, head)

    return WithUtility().eval()


def _sample(model: EncoderModel) -> dict[str, NDArray[np.int64]]:
    """Return the padded inputs of three texts under all values, or alone for a multi-task head."""
    settings = model.record.settings
    value_names = ("",) if settings.style == "none" else VALUES
    values = list(value_names) * len(_SAMPLES)
    texts = [text for text in _SAMPLES for _ in value_names]
    rows = encode_prompts(model.tokenizer, values, texts, settings.style, settings.max_length)
    return {name: np.asarray(ids, dtype=np.int64) for name, ids in model.tokenizer.pad(rows).items()}


def _longest(model: EncoderModel) -> int:
    return int(model.record.settings.max_length)


def _difference(model: EncoderModel, path: Path) -> float:
    """Return the largest difference on the sample, and on its first row alone: another batch and another length."""
    import torch

    sample = _sample(model)
    short = {name: ids[:1, : int(sample["attention_mask"][0].sum())] for name, ids in sample.items()}
    module, gaps = _with_utility(model, tuple(sample)), []
    for rows in (sample, short):
        with torch.no_grad():
            wanted = module(*(torch.tensor(ids, device=model.model.device) for ids in rows.values()))
        for output, truth in zip(run_onnx(path, rows), wanted, strict=True):
            gaps.append(float(np.abs(output - truth.cpu().numpy()).max()))
    return max(gaps)


def _told(model: EncoderModel) -> dict[str, str]:
    settings, config = model.record.settings, model.model.config
    beside = model.record.companion
    return {
        **({} if beside is None else {"valuenet.left_out": f"the companion on {beside.encoder.rsplit('/', 1)[-1]}"}),
        "valuenet.recipe": model.record.recipe,
        "valuenet.head": settings.head,
        "valuenet.prompt": settings.style,
        "valuenet.first_segments": json.dumps({value: first_segment(value, settings.style) for value in VALUES}),
        "valuenet.max_length": str(settings.max_length),
        "valuenet.id2label": json.dumps(config.id2label),
    }


@contextmanager
def _quiet_export() -> Iterator[None]:
    """Hold back what the exporter says of its own insides."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "torch.export", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
