"""What a release of support threads must hold true by itself: each check says the file and first row that fails."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.release.compare import Problem
from valuenet.warehouse.release.rows import file_name
from valuenet.warehouse.release.support.rows import Rows
from valuenet.warehouse.release.support.schema import COLUMNS, UNASSIGNED

Row = dict[str, Any]
Finder = Callable[[Sequence[str]], Sequence[str | None]]
"""Returns the kind of personal data left in each text, None for none."""
_CHAINS = ("exchanges", "safety_evaluation")
_SHOWN = 60
_SAID = {column.name for columns in COLUMNS.values() for column in columns if column.says}


def check_rows(rows: Rows, *, with_text: bool, left_over: Finder) -> Iterator[Problem]:
    """Yield the first problem of each file in each respect.

    Ids are made again from what they name; chains have their turns in order; prompts, replies and next turns are those
    of the exchange; pairs are those of their examples; nothing in crisis stands where replies are learned from; no post
    stands in two splits; and no text holds personal data that a pattern finds.
    """
    read = {key: table.to_pylist() for key, table in rows.items()}
    chains = {row["exchange_id"]: row for (config, _), group in read.items() if config in _CHAINS for row in group}
    examples = {row["example_id"]: row for row in _of(read, "support_examples")}
    splits = {
        row["exchange_id"]: split for (config, split), group in read.items() if config == "exchanges" for row in group
    }
    first_split: dict[str, str] = {}
    for (config, split), group in read.items():
        file = file_name(config, split)
        expected: Callable[[Row], Row] = {
            "support_examples": lambda row: _example(row, chains, splits),
            "preferences": lambda row: _pair(row, examples, chains, splits),
        }.get(config, _chain)
        yield from _first(file, group, partial(_of_split, expected, split))
        yield from _check_split(file, group, split, first_split)
        if with_text:
            yield from _check_texts(file, config, group, left_over)


def _of_split(expected: Callable[[Row], Row], split: str, row: Row) -> Row:
    return expected({**row, "split": split})


def _first(file: str, rows: Sequence[Row], expected: Callable[[Row], Row]) -> Iterator[Problem]:
    """Yield the first cell that is not as expected; ``split`` stands in the name of the file."""
    for number, row in enumerate(rows, 1):
        for column, right in expected(row).items():
            if column in row and row[column] != right:
                yield Problem(file, number, column, _short(row[column], column), _short(right, column))
                return
            if column not in row and right:
                yield Problem(file, number, column, str(right), "nothing")
                return


def _chain(row: Row) -> Row:
    """Return what a row of an exchange must say, from its own ids."""
    turns = row["depth"] + 1
    expected: Row = {"exchange_id": hash_id("x-", row["post_id"], row["ids"][-1].removeprefix("t1_"))}
    expected["ids"] = [f"t3_{row['post_id']}", *(name for name in row["ids"][1:] if name.startswith("t1_"))]
    for column in {"ids", "times", "scores", "filtered", "crisis", "messages"} & set(row):
        expected[f"turns in {column}"] = "" if len(row[column]) == turns else f"{len(row[column])} turns of {turns}"
    if "messages" in row:
        roles = [message["role"] for message in row["messages"]]
        expected["roles"] = "" if roles == (["user", "assistant"] * turns)[:turns] else f"{roles}"
    if row["times"] != sorted(row["times"]):
        expected["times"] = sorted(row["times"])
    in_crisis = any(row.get("crisis") or []) or "crisis" in row["filtered"]
    expected["crisis content"] = "" if in_crisis == ("crisis" in row) else "a turn" if in_crisis else "no turn"
    return expected


def _example(row: Row, chains: Mapping[str, Row], splits: Mapping[str, str]) -> Row:
    chain, turn = chains.get(row["exchange_id"]), row["turn"]
    if chain is None or row["exchange_id"] not in splits or turn > chain["depth"]:
        return {"exchange_id": "an exchange of this release that goes on after the turn"}
    expected: Row = {"example_id": hash_id("e-", row["exchange_id"], turn), "post_id": chain["post_id"]}
    expected["exchange's split"] = "" if splits[row["exchange_id"]] == row["split"] else splits[row["exchange_id"]]
    if "messages" in chain:
        messages = chain["messages"]
        expected |= {"prompt": messages[: turn - 1], "completion": [messages[turn - 1]]}
        expected["next_turn"] = messages[turn]["content"]
    return expected


def _pair(row: Row, examples: Mapping[str, Row], chains: Mapping[str, Row], splits: Mapping[str, str]) -> Row:
    example = examples.get(row["example_id"])
    if example is None:
        return {"example_id": "an example of this release"}
    expected: Row = {"preference_id": hash_id("p-", row["example_id"], row["rejected_id"].removeprefix("t1_"))}
    expected |= {name: example[name] for name in ("post_id", "target_values")}
    if "prompt" in example:
        expected |= {"prompt": example["prompt"], "chosen": example["completion"]}
    split = splits.get(example["exchange_id"], "")
    expected["example's split"] = "" if split == row["split"] else split
    chain = chains.get(example["exchange_id"], {"ids": []})
    expected["rejected turn of its own exchange"] = row["rejected_id"] if row["rejected_id"] in chain["ids"] else ""
    shared = sorted({*row["rejected_values"]} & {*row["target_values"]})
    expected["rejected values among the target's"] = ", ".join(shared)
    return expected


def _check_split(file: str, rows: Sequence[Row], split: str, first: dict[str, str]) -> Iterator[Problem]:
    """Yield the first post that stands in another split too; ``unassigned`` and the set apart are none."""
    if split == UNASSIGNED or file.startswith("safety_evaluation"):
        return
    for number, row in enumerate(rows, 1):
        other = first.setdefault(row["post_id"], split)
        if other != split:
            yield Problem(file, number, "post_id", f"{row['post_id']!r}, which is in {other}", "a post of this split")
            return


def _check_texts(file: str, config: str, rows: Sequence[Row], left_over: Finder) -> Iterator[Problem]:
    """Yield the first text that holds personal data; the kind is named, never what was found."""
    for column in (column for column in COLUMNS[config] if column.says):
        paragraphs = [_paragraphs(row[column.name]) for row in rows]
        distinct = list(dict.fromkeys(part for parts in paragraphs for part in parts))
        kinds = dict(zip(distinct, left_over(distinct), strict=True))
        left = ((number, kinds[part]) for number, parts in enumerate(paragraphs, 1) for part in parts if kinds[part])
        for number, kind in itertools.islice(left, 1):
            yield Problem(file, number, column.name, f"personal data ({kind})", f"[{str(kind).upper()}]")


def _paragraphs(cell: str | Sequence[Row]) -> list[str]:
    """Return the paragraphs of a text or of messages: title and text of a post were looked through apart."""
    texts = [cell] if isinstance(cell, str) else [message["content"] for message in cell]
    return [part for text in texts for part in text.split("\n\n")]


def _of(read: Mapping[tuple[str, str], list[Row]], config: str) -> list[Row]:
    return [row for (name, _), rows in read.items() if name == config for row in rows]


def _short(value: Any, column: str) -> str:
    """Return a value to print: ids and labels as they are, but not what people said."""
    if column in _SAID:
        return f"a text of {len(value)} characters" if isinstance(value, str) else f"{len(value)} message(s)"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
