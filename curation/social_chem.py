"""Situations and rules of thumb out of the Social-Chem-101 TSV, and every line that was not taken over."""

import hashlib
import mmap
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandera.typing import DataFrame
from pydantic import PositiveInt

from valuenet.curation.social_chem_rows import Block, NotSocialChemError, Verdict, read_blocks
from valuenet.warehouse.hashing import fold_space, scenario_id
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.tables import RulesOfThumb, Scenarios, ScenariosRejected

BAD_RULE = Verdict("bad-rule", "rot-bad is 1: the authors of the corpus leave such rules of thumb out")


class SocialChemSettings(Settings):
    """What is taken over from the corpus."""

    corpus: str = "social-chem-101"
    """Name the corpus has in the table of scenarios."""
    max_characters: PositiveInt = 2_000
    """A situation, rule of thumb or action longer than this is a broken line, not a sentence."""
    drop_bad_rules: bool = True
    """Leave out the rules of thumb that the corpus marks as bad, as its authors do."""


class SocialChemFile:
    """A TSV in the 25 official columns, on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        """File name without its folder."""
        return self._path.name

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the bytes, as hex.

        Raises:
            NotSocialChemError: if there is no such file.
        """
        with self._existing().open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()

    def open(self) -> mmap.mmap:
        """Return the bytes, mapped into memory; the caller closes them.

        Raises:
            NotSocialChemError: if there is no such file, or it is empty.
        """
        if self._existing().stat().st_size == 0:
            raise NotSocialChemError(f"{self.name} is empty; get the file with `valuenet fetch social-chem`")
        with self._path.open("rb") as handle:
            return mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)

    def _existing(self) -> Path:
        if not self._path.is_file():
            raise NotSocialChemError(f"there is no file {self._path}; get it with `valuenet fetch social-chem`")
        return self._path


class Corpus(NamedTuple):
    """A corpus taken over. Every line of the file is in exactly one of ``rules`` and ``rejected``."""

    scenarios: DataFrame[Scenarios]
    rules: DataFrame[RulesOfThumb]
    rejected: DataFrame[ScenariosRejected]


def load_scenarios(settings: SocialChemSettings, *, source: SocialChemFile) -> Corpus:
    """Return the distinct situations of ``source``, their rules of thumb, and the lines left out with the reason.

    Situations that differ in white space alone are one scenario; its area is that of its first line. The corpus's id
    of a rule of thumb holds the id of the worker who wrote it, so rules are numbered anew within their situation.

    Raises:
        NotSocialChemError: if the file is not the official TSV, or no line of it can be used.
    Source: Forbes et al. 2020, "Social Chemistry 101".
    """
    rows, verdicts = _read(source, settings)
    if not len(rows):
        raise NotSocialChemError(_nothing_taken(source.name, verdicts))
    texts, codes = _distinct_texts(rows["situation"])
    ids = pd.Series([scenario_id(text) for text in texts], dtype="str")
    areas = pd.Series(rows["area"].to_pandas().to_numpy(), dtype="str").groupby(codes, sort=True).first()
    scenarios = pd.DataFrame({"scenario_id": ids, "text": texts, "corpus": settings.corpus, "area": areas})
    return Corpus(
        Scenarios.frame(scenarios.sort_values("scenario_id")),
        RulesOfThumb.frame(_rules(rows, ids.take(codes))),
        ScenariosRejected.frame(_rejected(source.name, verdicts)),
    )


def _read(source: SocialChemFile, settings: SocialChemSettings) -> tuple[Any, dict[int, Verdict]]:
    blocks: list[Block] = []
    with source.open() as data:
        blocks.extend(read_blocks(data, source.name, settings.max_characters))
    if not blocks:
        raise NotSocialChemError(f"{source.name} holds a header and no rows; get it with `valuenet fetch social-chem`")
    rows = pa.concat_tables([block.rows for block in blocks])
    verdicts = {line: verdict for block in blocks for line, verdict in block.rejected.items()}
    if settings.drop_bad_rules:
        bad = rows.filter(rows["bad"])["line"].to_pylist()
        verdicts |= dict.fromkeys(bad, BAD_RULE)
        rows = rows.filter(pc.invert(rows["bad"]))
    return rows, verdicts


def _distinct_texts(situations: Any) -> tuple[list[str], NDArray[np.intp]]:
    """Return the distinct folded texts in the order of the file, and for each row the place of its text."""
    encoded = situations.combine_chunks().dictionary_encode()
    folded = pd.Series([fold_space(text) for text in encoded.dictionary.to_pylist()], dtype="object")
    places, texts = pd.factorize(folded)
    return list(texts), places[encoded.indices.to_numpy()]


def _rules(rows: Any, scenario_ids: pd.Series) -> pd.DataFrame:
    frame = rows.select(["line", "situation-short-id", "rot-id", "rot", "action"]).to_pandas()
    situation = frame["situation-short-id"].astype("str")
    number = _number_within(pd.factorize(situation)[0], pd.factorize(frame["rot-id"])[0])
    return pd.DataFrame(
        {
            "source_line": frame["line"],
            "scenario_id": scenario_ids.to_numpy(),
            "rule_id": situation + "/" + pd.Series(number).astype("str"),
            "rule_of_thumb": _or_null(frame["rot"]),
            "action": _or_null(frame["action"]),
        }
    )


def _number_within(groups: NDArray[np.intp], members: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return for each row the number of its member in its group, counted from 1 in the order of appearance."""
    pairs = pd.DataFrame({"group": groups, "member": members})
    firsts = pairs.drop_duplicates()
    number = firsts.groupby("group").cumcount() + 1
    return pairs.merge(firsts.assign(number=number), how="left")["number"].to_numpy()


def _or_null(texts: pd.Series) -> pd.Series:
    stripped = texts.astype("str").str.strip()
    return stripped.where(stripped != "", None)


def _rejected(name: str, verdicts: Mapping[int, Verdict]) -> list[dict[str, object]]:
    return [
        {"source_file": name, "source_line": line, "reason": verdict.reason, "detail": verdict.detail}
        for line, verdict in sorted(verdicts.items())
    ]


def _nothing_taken(name: str, verdicts: Mapping[int, Verdict]) -> str:
    line, first = min(verdicts.items())
    return f"{name}: none of {len(verdicts):,} rows can be used; line {line}: {first.detail} ({first.reason})"
