import csv
import dataclasses
import html
import io
import re
from datetime import datetime
from decimal import Decimal

import pytest

from tests.annotation.made_campaign import CODEBOOK, VERSION
from tests.annotation.mturk.conftest import KEY, rows
from valuenet.annotation.mturk.answers import assignment_hash
from valuenet.annotation.mturk.batch_csv import (
    BatchFileError,
    answers_from_results,
    batch_layout,
    survey_rows,
    with_decisions,
    write_rows,
)
from valuenet.annotation.mturk.payments import Decision
from valuenet.annotation.platforms import Question, SurveyRequest

RIGHT = CODEBOOK.instrument("POWER").prerequisite.answer
COLUMNS = ["AssignmentId", "WorkerId", "AcceptTime", "SubmitTime", "Input.survey_id"]
COLUMNS += ["Answer.prerequisite", "Answer.q1", "Answer.q2"]
GOOD = ["3ONE", "A1SECRET", "Tue Mar 03 09:12:45 PST 2026", "Tue Mar 03 09:14:00 PST 2026", "q-1", RIGHT, "yes", "no"]


def request(name="q-1", texts=("one", '<b>two</b>, "quoted"')):
    asked = tuple(Question(place, f"s-{place}", text) for place, text in enumerate(texts, start=1))
    return SurveyRequest(name, 1, "POWER", asked, 1, frozenset(), VERSION)


@pytest.fixture
def results(tmp_path):
    def write(*lines, columns=COLUMNS):
        text = io.StringIO()
        csv.writer(text).writerows([columns, *lines])
        path = tmp_path / "results.csv"
        path.write_text(text.getvalue(), encoding="utf-8")
        return path

    return write


def read(path, **more):
    return answers_from_results(path, [request()], CODEBOOK, key=KEY, **more)


def test_a_survey_is_one_row_of_escaped_texts():
    (row,) = csv.DictReader(io.StringIO(write_rows(survey_rows([request()], CODEBOOK))))
    assert (row["survey_id"], row["value"], row["codebook_version"]) == ("q-1", "POWER", VERSION)
    assert (row["s1"], row["s2"], row["q2"]) == ("s-1", "s-2", "&lt;b&gt;two&lt;/b&gt;, &quot;quoted&quot;")
    assert html.unescape(row["definition"]) == CODEBOOK.instrument("POWER").definition
    assert write_rows(survey_rows([], CODEBOOK)) == ""


def test_the_layout_names_only_columns_the_rows_have():
    (row,) = survey_rows([request()], CODEBOOK)
    named = set(re.findall(r"\$\{(\w+)\}", batch_layout(2, CODEBOOK)))
    assert named <= set(row)
    assert {"survey_id", "definition", "q1", "q2", "s2", "example_3"} <= named


def test_surveys_of_different_length_do_not_share_a_batch():
    with pytest.raises(BatchFileError, match="q-2 has 1, q-1 has 2 questions; write a file for each"):
        survey_rows([request(), request("q-2", ("one",))], CODEBOOK)


def test_results_become_answers_with_the_statuses_of_the_api(results):
    second = ["3TWO", "A2", "2026-03-03T17:15:00+00:00", "2026-03-03T17:16:30+00:00", "q-1", RIGHT, "no", "no"]
    third = ["3THREE", "A3", *GOOD[2:5], "yes" if RIGHT != "yes" else "no", "", ""]
    answers = read(results(second, GOOD, third))
    found = dict(rows(answers.assignments, "assignment_id", "status"))
    assert found == {
        assignment_hash("3ONE"): "complete",
        assignment_hash("3TWO"): "surplus",
        assignment_hash("3THREE"): "failed-prerequisite",
    }
    own = answers.judgements.query("assignment_id == @assignment_hash('3ONE')")
    assert rows(own, "position", "scenario_id", "label") == [(1, "s-1", "yes"), (2, "s-2", "no")]
    assert "A1SECRET" not in answers.assignments.to_csv()
    assert read(results(GOOD), known=answers).assignments.empty


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("Tue Mar 03 09:12:45 PST 2026", "2026-03-03T17:12:45+00:00"),
        ("Wed Jul 01 09:12:45 PDT 2026", "2026-07-01T16:12:45+00:00"),
        ("Sun Nov 01 01:30:00 PDT 2026", "2026-11-01T08:30:00+00:00"),
        ("Sun Nov 01 01:30:00 PST 2026", "2026-11-01T09:30:00+00:00"),
    ],
)
def test_times_of_the_website_are_those_of_the_us_west_coast(results, written, utc):
    (time,) = read(results([*GOOD[:2], written, written, *GOOD[4:]])).assignments["accepted_at"]
    assert time == datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("Input.survey_id", "q-9", "line 2: survey 'q-9' is not one of this campaign"),
        ("SubmitTime", "yesterday", "line 2: SubmitTime is 'yesterday'; a time like"),
        ("AcceptTime", "2026-03-03T17:12:45", "line 2: AcceptTime is '2026-03-03T17:12:45'"),
        ("WorkerId", " ", "line 2: WorkerId is empty"),
        ("Answer.q2", "maybe", "line 2: Answer.q2 is 'maybe'; one of no, unrelated, yes"),
    ],
)
def test_an_error_names_file_line_and_value(results, column, value, message):
    wrong = dict(zip(COLUMNS, GOOD, strict=True)) | {column: value}
    with pytest.raises(BatchFileError, match=rf"results\.csv, {re.escape(message)}"):
        read(results([*wrong.values()]))


def test_another_file_is_refused(results, tmp_path):
    with pytest.raises(BatchFileError, match=r"lacks column\(s\) 'AssignmentId', 'Input\.survey_id'"):
        read(results(columns=["WorkerId", "AcceptTime", "SubmitTime"]))
    with pytest.raises(BatchFileError, match="line 2: 4 fields stand where 8 are wanted"):
        read(results(GOOD[:4]))
    with pytest.raises(BatchFileError, match="cannot be read"):
        read(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(BatchFileError, match="not UTF-8 text"):
        read(tmp_path / "latin.csv")


def test_decisions_fill_the_columns_the_website_reads(results):
    path = results(GOOD, ["3TWO", *GOOD[1:]], ["3THREE", *GOOD[1:]])
    free = Decimal("0.00")
    decided = [
        Decision(assignment_hash("3ONE"), "approve", "Thank you.", free),
        Decision(assignment_hash("3TWO"), "reject", "No scenario was read, sorry.", free),
    ]
    written = csv.DictReader(io.StringIO(write_rows(with_decisions(path, decided))))
    assert written.fieldnames == [*COLUMNS, "Approve", "Reject"]
    expected = [("3ONE", "x", ""), ("3TWO", "", "No scenario was read, sorry."), ("3THREE", "", "")]
    assert [(row["AssignmentId"], row["Approve"], row["Reject"]) for row in written] == expected


def test_surveys_of_another_codebook_are_not_written():
    with pytest.raises(ValueError, match=r"planned for codebook 0\.9"):
        survey_rows([dataclasses.replace(request(), codebook_version="0.9")], CODEBOOK)


@pytest.mark.parametrize(
    "answers",
    [
        {"Answer.prerequisite.yes": "", "Answer.q1.yes": "true", "Answer.q1.no": "false"},
        {"Answer.taskAnswers": '[{"q1":{"yes":true}}]'},
        {},
        {"answer.prerequisite": RIGHT, "answer.q1": "yes", "answer.q2": "no"},
        {"Answer.prerequisite": RIGHT, "Answer.q1": "yes"},
        {"Answer.Prerequisite": RIGHT, "Answer.q1": "yes", "Answer.q2": "no"},
    ],
)
def test_results_without_the_columns_of_answers_judge_nobody(results, answers):
    path = results([*GOOD[:5], *answers.values()], columns=[*COLUMNS[:5], *answers])
    with pytest.raises(BatchFileError, match=r"no column Answer\.(prerequisite|q2)"):
        read(path)


def test_the_columns_of_questions_may_be_missing_where_nobody_came_so_far(results):
    wrong = next(label for label in ("yes", "no", "unrelated") if label != RIGHT)
    found = read(results([*GOOD[:5], wrong], columns=[*COLUMNS[:5], "Answer.prerequisite"]))
    assert found.assignments["status"].tolist() == ["failed-prerequisite"]


@pytest.mark.parametrize("name", ["crowdradio", "taskanswers"])
def test_the_cases_of_other_layouts_are_refused_by_the_column_they_lack(shared, name):
    with pytest.raises(BatchFileError, match=r"no column Answer\.prerequisite"):
        read(shared / "cases" / "13-mturk" / f"{name}.csv")


@pytest.mark.parametrize(
    ("decided", "approve", "reject"),
    [
        ({"AssignmentStatus": "Rejected", "Approve": "", "Reject": ""}, "", ""),
        ({"AssignmentStatus": "Approved", "Approve": "", "Reject": ""}, "", ""),
        ({"AssignmentStatus": "Submitted", "Approve": "", "Reject": "did not read"}, "", "did not read"),
        ({"AssignmentStatus": "Submitted", "Approve": "x", "Reject": ""}, "x", ""),
        ({"AssignmentStatus": "Submitted", "Approve": "", "Reject": ""}, "x", ""),
    ],
)
def test_what_the_requester_has_decided_herself_stays(results, decided, approve, reject):
    path = results([*GOOD, *decided.values()], columns=[*COLUMNS, *decided])
    (row,) = with_decisions(path, [Decision(assignment_hash("3ONE"), "approve", "thanks", Decimal("0.00"))])
    assert (row["Approve"], row["Reject"]) == (approve, reject)


def test_a_work_that_ended_before_it_began_has_no_known_time(results):
    swapped = [*GOOD[:2], GOOD[3], GOOD[2], *GOOD[4:]]
    found = read(results(swapped)).assignments
    assert found["status"].tolist() == ["complete"]
    assert found["seconds"].isna().all()
