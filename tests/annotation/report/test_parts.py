"""What the parts of a campaign's report say, worked by hand."""

import numpy as np
import pandas as pd
import pytest

from tests.annotation.small_campaign import (
    ANSWERS,
    ASKED,
    LEFT,
    STANDINGS,
    VERSION,
    hours,
    made,
    method_rows,
    people,
    set_aside,
    survey,
)
from valuenet.annotation.campaign.answers import standing_answers
from valuenet.annotation.consensus import ConsensusSettings, agree
from valuenet.annotation.report.disputes import disputed_pairs
from valuenet.annotation.report.drawing import Drawing, linear, ticks
from valuenet.annotation.report.history import ENDINGS, MEANINGS, campaign_history
from valuenet.annotation.report.people import agreement_with_others, worker_quality
from valuenet.annotation.report.timeline import count_over_time, counts_within
from valuenet.annotation.votes import count_votes
from valuenet.warehouse.columns import _SET_ASIDE
from valuenet.warehouse.crowd_tables import LabelMethods

THREE = ConsensusSettings(workers_each=3, min_agreement=2)
PAYLOAD = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}</style>"


def test_agreement_with_others_compares_with_counted_answers_alone():
    # Bea is out: ann and cem are compared with one another, she with both of them.
    tables = made(ASKED[:1], ANSWERS[:3], set_aside("2", (1, 2), "worker-disqualified"))
    standing = standing_answers(tables, codebook_version=VERSION)
    found = agreement_with_others(tables.surveys, standing.judgements, standing.counted)
    assert found["compared"].to_dict() == {"w-ann": 2, "w-bea": 4, "w-cem": 2}
    assert found["agreeing"].to_dict() == {"w-ann": 0, "w-bea": 2, "w-cem": 0}
    assert found.loc["w-bea", ["no", "unrelated", "yes"]].to_list() == [1, 0, 1]


def test_a_repeated_answer_is_compared_once_and_hidden_checks_never():
    asked = [*survey("power", "POWER", "ab"), {**survey("power", "POWER", "abk")[2], "role": "check"}]
    answers = [("1", "power", "ann", 1, "yyy", "complete"), ("2", "power", "bea", 2, "yny", "complete")]
    again = ("3", "power", "ann", 3, "nny", "surplus")
    tables = made([asked], [*answers, again], set_aside("3", (1, 2, 3), "repeated"))
    standing = standing_answers(tables, codebook_version=VERSION)
    found = agreement_with_others(tables.surveys, standing.judgements, standing.counted)
    assert found["compared"].to_dict() == {"w-ann": 2, "w-bea": 2}
    assert found["agreeing"].to_dict() == {"w-ann": 1, "w-bea": 1}


def test_workers_who_agree_least_come_first_and_those_hardly_compared_last():
    tables = made(ASKED, (*ANSWERS, LEFT))
    standing = standing_answers(tables, codebook_version=VERSION)
    order = [o.worker for o in worker_quality(tables.surveys, people(*STANDINGS), standing, min_compared=4)]
    assert order == ["w-ann", "w-cem", "w-bea", "w-dan"]
    several = worker_quality(tables.surveys, people(*STANDINGS), standing, min_compared=5)
    assert [one.compared for one in several] == [4, 4, 4, 0]


def test_the_most_disputed_pair_comes_first_with_what_each_method_says():
    asked = [survey("power", "POWER", "abcd")]
    said = [("1", "ann", "yyyy"), ("2", "bea", "nyyn"), ("3", "cem", "unyn")]
    tables = made(asked, [(name, "power", who, 1, labels, "complete") for name, who, labels in said])
    rows = method_rows("b", "POWER", "yes", "yes", "yes", "yes") + method_rows("d", "POWER", "no", "no", "yes", "no")
    counted = standing_answers(tables, codebook_version=VERSION).counted
    methods, consensus = LabelMethods.frame(rows), agree(counted, THREE)
    found = disputed_pairs(count_votes(counted), tables.pairs, methods, consensus, 10)
    # a: three different answers. b and d: two of three agree, and on d the methods differ. c: all agree.
    assert [pair.text for pair in found.pairs] == ["text a", "text d", "text b"]
    assert [round(pair.disagreement, 3) for pair in found.pairs] == [1.0, 0.667, 0.667]
    assert [(pair.label, pair.dropped) for pair in found.pairs] == [("", "no-majority"), ("no", ""), ("yes", "")]
    assert found.pairs[1].methods == ("no", "no", "yes", "no")
    assert found.pairs[0].methods == ("", "", "", "")
    assert (found.total, found.flips, found.labelled_by_methods) == (3, 1, 2)


def test_history_counts_what_was_set_aside_and_shows_what_an_edit_changed():
    answers = [*ANSWERS[:3], ("6", "power", "cem", 41, "yn", "complete")]
    changes = [
        {"assignment_id": "a-3", "change": "edited", "replaced_by": "a-6"},
        {"assignment_id": "a-2", "change": "deleted", "replaced_by": None},
    ]
    aside = [*set_aside("3", (1, 2), "edited"), *set_aside("2", (1, 2), "deleted")]
    history = campaign_history(made(ASKED[:1], answers, aside, changes), 10)
    assert [(row.reason, row.judgements, row.workers) for row in history.aside] == [("deleted", 2, 1), ("edited", 2, 1)]
    edited, deleted = history.changes
    assert (edited.worker, edited.submitted_at, edited.changed_at, edited.differing) == (
        "w-cem",
        hours(40),
        hours(41),
        1,
    )
    assert (deleted.worker, deleted.changed_at, deleted.differing) == ("w-bea", None, None)
    assert history.changed == {"edited": 1, "deleted": 1}
    assert history.endings[0][2] == 4


def test_every_reason_and_status_of_the_tables_has_its_meaning():
    assert set(MEANINGS) == set(_SET_ASIDE)
    assert set(ENDINGS) == {"complete", "surplus", "failed-prerequisite", "dropped-out"}


@pytest.mark.parametrize(
    ("moments", "unit", "counts"),
    [
        ([], "day", []),
        ([0], "hour", [1]),
        ([0, 0.5, 2], "hour", [2, 0, 1]),
        ([0, 3, 72], "day", [2, 0, 0, 1]),
        ([0, 24 * 100], "week", None),
        ([0, 24 * 7 * 100], "2 weeks", None),
    ],
)
def test_answers_over_time_are_counted_in_spans_that_fit(moments, unit, counts):
    times = pd.Series(pd.DatetimeIndex([hours(h) for h in moments], tz="UTC"))
    found = count_over_time(times)
    assert (found.unit, sum(found.counts)) == (unit, len(moments))
    assert counts is None or found.counts == counts
    assert len(found.counts) <= 61
    assert counts_within(times, found) == found.counts


def test_ticks_are_round_numbers_within_the_axis():
    assert ticks(0, 1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert ticks(-0.3, 1) == pytest.approx([0, 0.5, 1.0])
    assert ticks(0, 1043, 4) == pytest.approx([0, 500, 1000])
    assert ticks(3, 3) == [3]
    assert linear(0, 10, 100, 200)(5) == 150
    assert np.isfinite(linear(1, 1, 0, 10)(1))


def test_text_in_a_picture_is_escaped():
    drawing = Drawing(PAYLOAD, PAYLOAD, 10)
    drawing.text(0, 0, PAYLOAD)
    drawing.dot(1, 1, 1, "ink", PAYLOAD)
    assert "<script" not in drawing.markup()
    assert "<img" not in drawing.markup()
