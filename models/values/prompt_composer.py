"""Ten prompts per text from one tokenisation: the ids of value and text are laid together as the tokenizer would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuenet.models.values.prompts import PromptStyle, encode_prompts, first_segment
from valuenet.warehouse.vocabulary import VALUES

Row = Mapping[str, list[int]]

#: Short, long, capital, accented and special: what a layout must get right before it is trusted.
_PROBES = (
    "i saw a dog",
    "I hugged my mom, then cried.",
    "naïve [SEP] \U0001f600 x",
    "i saw " + "a " * 600 + "my mom",
    "-",
)


class _Layout(NamedTuple):
    """What stands around a text: the columns before it and after it, and the constant of each column beside it."""

    before: Row
    beside: Mapping[str, int]
    after: Row


class PromptComposer:
    """Model inputs of (value, text), equal to those of ``encode_prompts``, with each text tokenised once.

    Where a tokenizer does not lay value and text end to end (found by trying), it is asked for every pair instead.
    """

    def __init__(self, tokenizer: Any, style: PromptStyle, max_length: int) -> None:
        self.tokenizer, self.style, self.max_length = tokenizer, style, max_length
        self._layouts = self._trusted_layouts()

    @property
    def composes(self) -> bool:
        """Whether texts are tokenised once; False where the tokenizer is asked for every pair."""
        return self._layouts is not None

    def encode(self, values: Sequence[int], texts: Sequence[int], distinct: Sequence[str]) -> list[Row]:
        """Return one row of inputs per pair, unpadded.

        Args:
            values: (n,) places in ``VALUES``.
            texts: (n,) places in ``distinct``.
            distinct: the texts, each of them once.
        """
        if self._layouts is None:
            named = [VALUES[value] for value in values]
            return list(self._ask(named, [distinct[text] for text in texts]))
        return self._compose(self._layouts, values, texts, self._ids(distinct))

    def pad(self, rows: Sequence[Row]) -> dict[str, NDArray[np.int64]]:
        """Return the rows as arrays (n, longest), filled up on the tokenizer's side with its padding."""
        wide = max(len(row["input_ids"]) for row in rows)
        left = self.tokenizer.padding_side == "left"
        batch = {}
        for name in rows[0]:
            batch[name] = np.full((len(rows), wide), self._filler(name), dtype=np.int64)
            for index, row in enumerate(rows):
                ids = row[name]
                batch[name][index, slice(wide - len(ids), None) if left else slice(len(ids))] = ids
        return batch

    def _filler(self, name: str) -> int:
        fillers = {"input_ids": self.tokenizer.pad_token_id, "token_type_ids": self.tokenizer.pad_token_type_id}
        return int(fillers.get(name) or 0)

    def _compose(
        self, layouts: Sequence[_Layout], values: Sequence[int], texts: Sequence[int], ids: Sequence[list[int]]
    ) -> list[Row]:
        rows: list[Row] = []
        for value, text in zip(values, texts, strict=True):
            before, beside, after = layouts[value]
            room = self.max_length - len(before["input_ids"]) - len(after["input_ids"])
            middle = ids[text][:room]
            row = {name: before[name] + [mark] * len(middle) + after[name] for name, mark in beside.items()}
            row["input_ids"] = before["input_ids"] + middle + after["input_ids"]
            rows.append(row)
        return rows

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        # After a special token a text begins with a blank, which some tokenizers keep as part of its first word.
        prefixed = [f" {text}" for text in texts] if self.style == "token" else list(texts)
        if not prefixed:
            return []
        cut = self.tokenizer(prefixed, add_special_tokens=False, truncation=True, max_length=self.max_length)
        return list(cut["input_ids"])

    def _trusted_layouts(self) -> list[_Layout] | None:
        """Return a layout per value, or None where one of them gives other ids than the tokenizer for a probe."""
        probes = [*_PROBES]
        ids = self._ids(probes)
        layouts = [self._find_layout(value, probes[0], ids[0]) for value in VALUES]
        known = [layout for layout in layouts if layout is not None]
        if len(known) < len(VALUES):
            return None
        values = [index for index in range(len(VALUES)) for _ in probes]
        texts = [*range(len(probes))] * len(VALUES)
        wanted = self._ask([VALUES[value] for value in values], [probes[text] for text in texts])
        return known if self._compose(known, values, texts, ids) == wanted else None

    def _find_layout(self, value: str, probe: str, ids: list[int]) -> _Layout | None:
        """Return what the tokenizer puts around ``probe``; None where the limit leaves no room for it."""
        if len(self.tokenizer(first_segment(value, self.style))["input_ids"]) + len(ids) >= self.max_length:
            return None
        row = self._ask([value], [probe])[0]
        wide, every = len(ids), row["input_ids"]
        starts = [at for at in range(len(every) - wide + 1) if every[at : at + wide] == ids]
        if not starts or not wide:
            return None
        start, stop = starts[-1], starts[-1] + wide
        beside = {name: column[start] for name, column in row.items() if name != "input_ids"}
        return _Layout(
            {name: column[:start] for name, column in row.items()},
            beside,
            {name: column[stop:] for name, column in row.items()},
        )

    def _ask(self, values: Sequence[str], texts: Sequence[str]) -> list[dict[str, list[int]]]:
        return encode_prompts(self.tokenizer, values, texts, self.style, self.max_length)
