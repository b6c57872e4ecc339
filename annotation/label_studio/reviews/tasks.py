"""Keywords and disputed pairs as Label Studio's projects and tasks, and the answers read back from them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.label_studio.reviews.interface import ANSWER
from valuenet.warehouse.crowd_tables import Pairs
from valuenet.warehouse.hashing import fold_space, hash_id
from valuenet.warehouse.tables import FoundKeywords, KeywordProposals

ReviewKind = Literal["keyword sign-off", "adjudication"]

#: (value, keyword) -> how many scenarios the word would add, and some of them; a word that adds none may be missing.
KeywordHits = Mapping[tuple[str, str], tuple[int, Sequence[str]]]

_DESCRIPTION = re.compile(r"^Review of campaign (?P<campaign>.+): (?P<kind>[a-z -]+), codebook (?P<version>\S+)\. ")


class ReviewProject(NamedTuple):
    """What the tasks of one project have in common."""

    kind: ReviewKind
    campaign: str
    codebook_version: str

    def title(self) -> str:
        """Return what people see in their list of projects."""
        return f"{self.campaign}: {self.kind}"

    def description(self) -> str:
        """Return the line by which the project is found again; its title may be changed by hand."""
        return (
            f"Review of campaign {self.campaign}: {self.kind}, codebook {self.codebook_version}. Published by valuenet,"
            " which finds its project by this line."
        )


class ReviewAnswer(NamedTuple):
    """The newest word of one account on one item; ``user`` is Label Studio's number of the account."""

    review_id: str
    user: int
    answer: str
    at: pd.Timestamp
    data: Mapping[str, Any]


def read_review_project(description: str | None) -> ReviewProject | None:
    """Return the project a description tells of; None where it is none of these."""
    match = _DESCRIPTION.match(description or "")
    if match is None or match["kind"] not in {"keyword sign-off", "adjudication"}:
        return None
    kind: ReviewKind = "adjudication" if match["kind"] == "adjudication" else "keyword sign-off"
    return ReviewProject(kind, match["campaign"], match["version"])


def keyword_tasks(
    proposals: DataFrame[KeywordProposals], hits: KeywordHits, codebook: Codebook
) -> list[dict[str, Any]]:
    """Return one task a proposed keyword, by value, those that add most first."""
    rows = proposals.astype("object").where(proposals.notna(), None).to_dict("records")
    tasks = [_keyword_task({str(name): value for name, value in row.items()}, hits, codebook) for row in rows]
    return sorted(tasks, key=lambda task: (task["value"], -task["adds"], task["keyword"]))


def _keyword_task(row: dict[str, Any], hits: KeywordHits, codebook: Codebook) -> dict[str, Any]:
    adds, examples = hits.get((row["value"], row["keyword"]), (0, ()))
    seed = f' from "{row["seed"]}"' if row["seed"] else ""
    scenarios = "scenario" if adds == 1 else "scenarios"
    return {
        "review_id": hash_id("k-", row["value"], row["keyword"]),
        **{name: row[name] for name in FoundKeywords.columns()},
        "name": codebook.instrument(row["value"]).name,
        "definition": codebook.instrument(row["value"]).definition,
        "origin": f"{row['tier']}, found by {row['relation']}{seed}; it would add {adds:,} {scenarios}",
        "adds": adds,
        "examples": "\n".join(f"\u2022 {fold_space(text)}" for text in examples) or "None in this corpus.",
    }


def dispute_tasks(disputes: DataFrame[Pairs], codebook: Codebook) -> list[dict[str, Any]]:
    """Return one task a disputed pair, by value; nothing in it tells how people voted."""
    rows = sorted(zip(disputes["value"], disputes["scenario_id"], disputes["text"], strict=True))
    return [
        {
            "review_id": hash_id("d-", scenario_id, value),
            "value": value,
            "scenario_id": scenario_id,
            "name": codebook.instrument(value).name,
            "definition": codebook.instrument(value).definition,
            "question": codebook.question_about(value),
            "scenario": text,
        }
        for value, scenario_id, text in rows
    ]


def read_answers(tasks: Iterable[Mapping[str, Any]]) -> list[ReviewAnswer]:
    """Return the newest answer of each account to each item, sorted by item and time.

    An item may stand in two tasks where a broken connection sent it twice; skipped and foreign tasks bring nothing.
    """
    newest: dict[tuple[str, int], ReviewAnswer] = {}
    answers = [answer for task in tasks for answer in _answers_of(task)]
    for answer in sorted(answers, key=lambda answer: answer.at):
        newest[answer.review_id, answer.user] = answer
    return sorted(newest.values(), key=lambda answer: (answer.review_id, answer.at, answer.user))


def _answers_of(task: Mapping[str, Any]) -> Iterable[ReviewAnswer]:
    data = task.get("data") or {}
    for annotation in task.get("annotations") or ():
        results = [result for result in annotation["result"] if result.get("from_name") == ANSWER]
        if annotation.get("was_cancelled") or not results or "review_id" not in data:
            continue
        who = annotation["completed_by"]
        user = int(who["id"] if isinstance(who, Mapping) else who)
        at = pd.Timestamp(annotation["updated_at"])
        yield ReviewAnswer(data["review_id"], user, results[-1]["value"]["choices"][0], at, data)
