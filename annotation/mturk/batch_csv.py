"""The batch files of MTurk's requester website: surveys out, results in, Approve and Reject columns out again."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.mturk.answers import Submission, assignment_hash, settle, worker_pseudonym
from valuenet.annotation.mturk.payments import Decision
from valuenet.annotation.mturk.question import AskedSurvey, fill_page
from valuenet.annotation.platforms import Answers, SurveyRequest, check_codebook, no_answers
from valuenet.warehouse.csv_rows import CsvRowsError, read_rows
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import LABELS

_WANTED = ("AssignmentId", "WorkerId", "AcceptTime", "SubmitTime", "Input.survey_id")
_INSTRUMENT = ("name", "definition", "question", "right", "prerequisite")
#: The website writes times as in 'Tue Mar 03 09:12:45 PST 2026', in the time of the US west coast.
_TIME = "%a %b %d %H:%M:%S %Y"
_ZONES = {"PST", "PDT"}
#: Statuses of an assignment that the requester has decided on.
_DECIDED = frozenset({"Approved", "Rejected"})
_WEST_COAST = ZoneInfo("America/Los_Angeles")


class BatchFileError(InputError):
    """A batch file cannot be read, or is not the one wanted."""


def survey_rows(requests: Sequence[SurveyRequest], codebook: Codebook) -> list[dict[str, str]]:
    """Return one row per survey for the website's upload; texts are escaped, for its templates take them as HTML.

    Columns: survey_id, value, codebook_version, workers, the instrument (name, definition, question, right,
    prerequisite, example_1 to example_3), then s1..sN (scenario ids) and q1..qN (texts).

    Raises:
        BatchFileError: if the surveys have different numbers of questions, which one template cannot show.
        CodebookMismatchError: if a survey was planned for another codebook.
    """
    check_codebook(requests, codebook)
    lengths = {len(request.questions): request.survey_id for request in requests}
    if len(lengths) > 1:
        counts = ", ".join(f"{survey} has {count}" for count, survey in sorted(lengths.items()))
        raise BatchFileError(f"one batch shows surveys of one length, but {counts} questions; write a file for each")
    return [_survey_row(request, codebook) for request in requests]


def batch_layout(questions: int, codebook: Codebook) -> str:
    """Return the design layout (HTML) for surveys of so many questions; the website fills in ``survey_rows``."""
    texts = {name: f"${{{name}}}" for name in (*_INSTRUMENT, "survey_id", "value", "codebook_version", "workers")}
    places = range(1, questions + 1)
    return fill_page(
        texts,
        codebook,
        examples=[f"${{example_{number}}}" for number in range(1, len(LABELS) + 1)],
        questions=[(index, f"${{s{index}}}", f"${{q{index}}}") for index in places],
    )


def write_rows(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as CSV text with the columns of the first; empty for no row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    if rows:
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()


def read_results(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a results file with all its columns, each with the line it begins on.

    Raises:
        BatchFileError: naming the file, the line and what is missing.
    """
    try:
        return list(read_rows(path, _WANTED, name=str(path)))
    except CsvRowsError as error:
        raise BatchFileError(f"{error} (a results file of the website is wanted)") from None


def answers_from_results(
    path: Path,
    requests: Iterable[SurveyRequest],
    codebook: Codebook,
    *,
    key: bytes,
    known: Answers | None = None,
) -> Answers:
    """Return the answers of a results file that are not ``known``, with the same statuses as over the API.

    Args:
        path: the results file of the website.
        requests: the surveys its batch was made of.
        codebook: the one they were planned for.
        key: secret of the pseudonyms.
        known: what was collected before.

    Raises:
        BatchFileError: naming file, line and value: an unknown survey, a time that is none, an answer that is none.
    """
    surveys = {request.survey_id: _asked(request, codebook) for request in requests}
    rows = read_results(path)
    submissions = [_submission(f"{path}, line {line}", row, surveys, key) for line, row in rows]
    _refuse_lacking(path, submissions, set(rows[0][1]) if rows else set())
    values = {name: survey.value for name, survey in surveys.items()}
    return settle(submissions, known or no_answers(), values)


def _refuse_lacking(path: Path, submissions: Iterable[Submission], columns: set[str]) -> None:
    """Refuse a file that lacks a column of answers: without it everybody would seem to have answered nothing.

    The website leaves out a column in which nobody has anything; so those of the questions are wanted only where
    somebody came as far as the questions.
    """
    for one in submissions:
        prerequisite = one.fields.get("prerequisite")
        wanted = ["prerequisite"]
        if prerequisite == one.survey.right:
            wanted += [f"q{number}" for number, _ in enumerate(one.survey.scenario_ids, start=1)]
        lacking = [f"Answer.{name}" for name in wanted if f"Answer.{name}" not in columns]
        if lacking:
            there = ", ".join(sorted(name for name in columns if name.startswith("Answer."))) or "none"
            raise BatchFileError(
                f"{path}: no column {', '.join(lacking)} (of the answers there is {there}), so nobody's answers can be "
                "read; publish the layout that `valuenet annotate batch-out` writes, and give the results of that batch"
            )


def with_decisions(path: Path, decisions: Iterable[Decision]) -> list[dict[str, str]]:
    """Return the rows of a results file with the columns Approve (``x``) and Reject (the reason) filled in.

    Rows without a decision keep both empty, so that the website leaves them as they are. A row that the requester has
    decided themselves, on the website or in the file, is left as they decided.

    Raises:
        BatchFileError: as for ``read_results``.
    """
    decided = {decision.assignment_id: decision for decision in decisions}
    rows = [row for _, row in read_results(path)]
    for row in rows:
        if row.get("AssignmentStatus", "").strip() in _DECIDED or row.get("Approve") or row.get("Reject"):
            row["Approve"], row["Reject"] = row.get("Approve", ""), row.get("Reject", "")
            continue
        decision = decided.get(assignment_hash(row["AssignmentId"]))
        row["Approve"] = "x" if decision is not None and decision.action == "approve" else ""
        row["Reject"] = decision.reason if decision is not None and decision.action == "reject" else ""
    return rows


def _survey_row(request: SurveyRequest, codebook: Codebook) -> dict[str, str]:
    instrument = codebook.instrument(request.value)
    row = {
        "survey_id": request.survey_id,
        "value": request.value,
        "codebook_version": request.codebook_version,
        "workers": str(request.workers_wanted),
        "name": instrument.name,
        "definition": instrument.definition,
        "question": codebook.question_about(request.value),
        "right": instrument.prerequisite.answer,
        "prerequisite": instrument.prerequisite.scenario,
    }
    for number, example in enumerate(instrument.examples, start=1):
        row[f"example_{number}"] = f"{example.scenario}: {example.label}. {example.reason}"
    row |= {f"s{question.position}": question.scenario_id for question in request.questions}
    row |= {f"q{question.position}": question.text for question in request.questions}
    return {name: escape(text) for name, text in row.items()}


def _asked(request: SurveyRequest, codebook: Codebook) -> AskedSurvey:
    return AskedSurvey(
        request.survey_id,
        request.value,
        request.codebook_version,
        request.workers_wanted,
        codebook.instrument(request.value).prerequisite.answer,
        tuple(question.scenario_id for question in request.questions),
    )


def _submission(where: str, row: Mapping[str, str], surveys: Mapping[str, AskedSurvey], key: bytes) -> Submission:
    survey = surveys.get(row["Input.survey_id"])
    if survey is None:
        known = row["Input.survey_id"]
        raise BatchFileError(f"{where}: survey {known!r} is not one of this campaign; give the file of its own batch")
    fields = {name.removeprefix("Answer."): text.strip() for name, text in row.items() if name.startswith("Answer.")}
    for name in ("prerequisite", *(f"q{number}" for number, _ in enumerate(survey.scenario_ids, start=1))):
        if fields.get(name) and fields[name] not in LABELS:
            labels = ", ".join(LABELS)
            raise BatchFileError(f"{where}: Answer.{name} is {fields[name]!r}; one of {labels} (or nothing) is wanted")
    return Submission(
        assignment_hash(_filled(where, row, "AssignmentId")),
        worker_pseudonym(_filled(where, row, "WorkerId"), key),
        survey,
        _time(where, row, "AcceptTime"),
        _time(where, row, "SubmitTime"),
        fields,
    )


def _filled(where: str, row: Mapping[str, str], column: str) -> str:
    if not row[column].strip():
        raise BatchFileError(f"{where}: {column} is empty; download the file again")
    return row[column].strip()


def _time(where: str, row: Mapping[str, str], column: str) -> Any:
    """Return a time of the website, or one in ISO 8601 with its zone as other tools write it."""
    text = row[column].strip()
    words = text.split()
    try:
        if len(words) == 6 and words[4] in _ZONES:
            local = datetime.strptime(" ".join([*words[:4], words[5]]), _TIME)
            return local.replace(tzinfo=_WEST_COAST, fold=int(words[4] == "PST"))
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise BatchFileError(f"{where}: {column} is {text!r}; a time like 'Tue Mar 03 09:12:45 PST 2026' is wanted")
    return read
