"""Tokenizers and models read from files that may be damaged: loaded whole, or refused with the reason.

transformers fills in what a folder lacks (new weights for missing ones, an empty vocabulary for a missing tokenizer)
and goes on, so that a damaged model would answer, and answer nonsense.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

#: Parts of a weight's name that belong to the encoder itself; others (head, pooler) may be new.
_OF_THE_ENCODER = (".layer.", ".layers.", "embeddings.")


class NotWholeError(ValueError):
    """Files of a model are missing, damaged or of another model."""


def load_pretrained(kind: Any, source: str | Path, *, trained_here: bool = False, **options: Any) -> tuple[Any, Any]:
    """Return tokenizer and model of a folder or hub name.

    Args:
        kind: the class of transformers that loads the model, such as ``AutoModel``.
        source: folder or hub name.
        trained_here: whether every weight must be there and no other, as in a folder that a training wrote; else only
            those of the encoder.
        options: what else ``from_pretrained`` gets.

    Raises:
        NotWholeError: with the reason.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
        model, info = kind.from_pretrained(source, output_loading_info=True, ignore_mismatched_sizes=True, **options)
    except MemoryError:
        raise
    except Exception as error:  # readers of foreign files raise errors of a dozen kinds
        raise NotWholeError(_first_line(error)) from None
    _check_weights(model, info, trained_here=trained_here)
    _check_tokenizer(tokenizer, model, Path(source), trained_here=trained_here)
    return tokenizer, model


def _check_weights(model: Any, info: dict[str, Any], *, trained_here: bool) -> None:
    import torch

    faults = {
        "are missing": info["missing_keys"],
        "have another shape than its config says": [name for name, *_ in info["mismatched_keys"]],
        "belong to no part of it": info["unexpected_keys"] if trained_here else (),
    }
    for what, names in faults.items():
        wrong = sorted(name for name in names if trained_here or any(part in name for part in _OF_THE_ENCODER))
        if wrong:
            raise NotWholeError(f"{len(wrong)} weights {what}, such as {wrong[0]}")
    for name, weight in model.named_parameters():
        if not bool(torch.isfinite(weight).all()):
            raise NotWholeError(f"weight {name} holds values that are no numbers")


def _check_tokenizer(tokenizer: Any, model: Any, folder: Path, *, trained_here: bool) -> None:
    rows = model.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        raise NotWholeError(f"the tokenizer knows {len(tokenizer):,} tokens and the weights {rows:,}")
    vocabularies = [name for name in type(tokenizer).vocab_files_names.values() if name]
    if folder.is_dir() and vocabularies and not any((folder / name).is_file() for name in vocabularies):
        raise NotWholeError(f"no {' and no '.join(vocabularies)} is in it")
    if trained_here and not (folder / "tokenizer_config.json").is_file():
        raise NotWholeError("no tokenizer_config.json is in it")


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
