"""A release without texts, with the texts filled in again from whoever has the posts and comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pyarrow as pa

from valuenet.warehouse.release.support.contents import SupportContents
from valuenet.warehouse.release.support.rows import Rows
from valuenet.warehouse.release.support.schema import arrow_schema

Messages = list[dict[str, str]]
_ROLES = ("user", "assistant")


class Filled(NamedTuple):
    """A release with its texts.

    ``contents`` every row whose texts are all there; ``missing`` ids of posts and comments without text; ``left_out``
    config -> rows that lack one.
    """

    contents: SupportContents
    missing: frozenset[str]
    left_out: dict[str, int]


def fill_in(contents: SupportContents, texts: Mapping[str, str]) -> Filled:
    """Return the release with the texts of its turns and rejected comments; rows that lack one are left out.

    Args:
        contents: read from a release without texts.
        texts: id with `t3_` or `t1_` -> text, personal data replaced.
    """
    chains, missing = _chains(contents.rows, texts)
    examples = _examples(contents.rows, chains)
    rows: Rows = {}
    left_out: dict[str, int] = {}
    for (config, split), table in contents.rows.items():
        filled = [_fill(config, row, chains, examples, texts) for row in table.to_pylist()]
        there = [row for row in filled if row is not None]
        if there:
            rows[config, split] = pa.Table.from_pylist(there, schema=arrow_schema(config))
        if len(there) < len(filled):
            left_out[config] = left_out.get(config, 0) + len(filled) - len(there)
    missing |= {row["rejected_id"] for row in _rows(contents.rows, "preferences") if row["rejected_id"] not in texts}
    again = SupportContents(rows, contents.source, contents.facts, contents.settings, contents.inputs, contents.follows)
    return Filled(again, frozenset(missing), left_out)


def things_in(rows: Rows) -> frozenset[str]:
    """Return the ids of every post and comment that rows hold, with `t3_` and `t1_`."""
    chains = (
        name for config in ("exchanges", "safety_evaluation") for row in _rows(rows, config) for name in row["ids"]
    )
    return frozenset([*chains, *(row["rejected_id"] for row in _rows(rows, "preferences"))])


def _chains(rows: Rows, texts: Mapping[str, str]) -> tuple[dict[str, Messages], set[str]]:
    """Return the messages of every exchange whose texts are all there, and the ids of those that are not."""
    chains: dict[str, Messages] = {}
    missing: set[str] = set()
    for row in [*_rows(rows, "exchanges"), *_rows(rows, "safety_evaluation")]:
        lacking = [name for name in row["ids"] if name not in texts]
        missing.update(lacking)
        if not lacking:
            turns = enumerate(row["ids"])
            chains[row["exchange_id"]] = [{"role": _ROLES[n % 2], "content": texts[name]} for n, name in turns]
    return chains, missing


def _examples(rows: Rows, chains: Mapping[str, Messages]) -> dict[str, dict[str, Any]]:
    """Return what the examples of whole exchanges say, by example_id."""
    texts_of_examples = {}
    for row in _rows(rows, "support_examples"):
        chain, turn = chains.get(row["exchange_id"]), row["turn"]
        if chain is not None and turn < len(chain):
            texts = {"prompt": chain[: turn - 1], "completion": [chain[turn - 1]], "next_turn": chain[turn]["content"]}
            texts_of_examples[row["example_id"]] = texts
    return texts_of_examples


def _fill(
    config: str,
    row: dict[str, Any],
    chains: Mapping[str, Messages],
    examples: Mapping[str, dict[str, Any]],
    texts: Mapping[str, str],
) -> dict[str, Any] | None:
    """Return the row with its texts; None where one is missing."""
    if "ids" in row:
        chain = chains.get(row["exchange_id"])
        return None if chain is None else {**row, "messages": chain}
    example_texts = examples.get(row["example_id"])
    if example_texts is None or config == "support_examples":
        return None if example_texts is None else {**row, **example_texts}
    text = texts.get(row["rejected_id"])
    if text is None:
        return None
    rejected = [{"role": "assistant", "content": text}]
    return {**row, "prompt": example_texts["prompt"], "chosen": example_texts["completion"], "rejected": rejected}


def _rows(rows: Rows, config: str) -> list[dict[str, Any]]:
    return [row for (name, _), table in rows.items() if name == config for row in table.to_pylist()]
