"""Answers that come cut, as a page of HTML, or of another form are outages or one sentence, never a traceback."""

import gzip
import json
from typing import Any

import pytest

from tests.curation.reddit.api.asking import EVERY_COMMENT, HOUR, START, fetch, fresh
from tests.curation.reddit.reddit_server import Fault, comment, listing, more, post, thing, tree
from valuenet.curation.reddit.api.answers import ApiAnswerError, read_comments, read_listing, read_more, read_tree
from valuenet.curation.reddit.api.requests import RedditApiError, RedditOutageError

NOW = START + 10 * HOUR
WHOLE = json.dumps(listing([])).encode()
PACKED = gzip.compress(json.dumps([listing([]), listing([])]).encode() * 50)
GZIP = {"Content-Encoding": "gzip"}
CUT = {
    "json": Fault("", 200, content=WHOLE[:-9]),
    "html": Fault("", 200, content=b"<html>our servers are busy</html>"),
    "nothing": Fault("", 200, content=b" "),
    "gzip": Fault("", 200, GZIP, content=PACKED[: len(PACKED) // 2]),
    "damaged gzip": Fault("", 200, GZIP, content=PACKED[:20] + b"\0" * 30),
    "length": Fault("", 200, {"Content-Length": "900"}, content=WHOLE),
    "408": Fault("", 408),
    "425": Fault("", 425),
    "429 at a date": Fault("", 429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}),
    "502 of html": Fault("", 502, content=b"<html>"),
    "a limit that is no number": Fault("", 200, {"x-ratelimit-remaining": "many", "x-ratelimit-reset": "-"}),
}
TOKENS = {
    "cut": b'{"access_token": "t", "tok',
    "html": b"<html>busy</html>",
    "a list": b"[]",
    "null": b"null",
    "without a token": b'{"token_type": "bearer"}',
    "nothing": b"",
}


def _fault(of: Fault, part: str, times: int) -> Fault:
    return Fault(part, of.status, of.headers, times, of.content)


@pytest.mark.parametrize("fault", CUT.values(), ids=CUT.keys())
@pytest.mark.parametrize("part", ["/comments/p2", "/new"])
def test_an_answer_that_is_lost_or_cut_is_asked_for_again(reddit, slept, fault, part):
    reddit.faults = [_fault(fault, part, times=2)]
    _, comments, _ = fetch(reddit, fresh(reddit), NOW)
    assert comments == EVERY_COMMENT
    assert reddit.faults[0].times == 0


@pytest.mark.parametrize("fault", CUT.values(), ids=CUT.keys())
def test_an_answer_that_stays_cut_is_an_outage_in_one_sentence(reddit, slept, fault):
    reddit.faults = [_fault(fault, "/comments/p2", times=1_000)]
    with pytest.raises(RedditOutageError, match=r"comments/p2/ .*after 2 attempt.*run the same command later") as found:
        fetch(reddit, fresh(reddit), NOW, attempts=2)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize("content", TOKENS.values(), ids=TOKENS.keys())
def test_a_token_that_does_not_read_is_asked_for_again_and_an_outage_where_it_stays_so(reddit, slept, content):
    reddit.faults = [Fault("access_token", 200, times=2, content=content)]
    assert fetch(reddit, fresh(reddit), NOW)[1] == EVERY_COMMENT
    reddit.faults = [Fault("access_token", 200, times=1_000, content=content)]
    with pytest.raises(RedditOutageError, match="does not read"):
        fetch(reddit, fresh(reddit), NOW, attempts=2)


def test_a_token_that_is_refused_names_the_credentials_and_is_not_asked_for_again(reddit, slept):
    reddit.faults = [Fault("access_token", 200, times=9, content=b'{"error": "invalid_grant"}')]
    with pytest.raises(RedditApiError, match="VALUENET_REDDIT_CLIENT_ID"):
        fetch(reddit, fresh(reddit), NOW)
    assert reddit.faults[0].times == 8


def _t1(**said: Any) -> Any:
    made = comment("c9", "p1", "t3_p1", START)
    return {**made, "data": {**made["data"], **said}}


def _more(**said: Any) -> Any:
    return thing("more", {"id": "_", "parent_id": "t3_p1", "children": [], "count": 0, **said})


#: What may stand where the children of a listing are, in whatever answer.
CHILDREN = [
    [[]], [None], [7], ["t1"], [{}], [{"kind": "t1"}], [{"kind": "t1", "data": []}], [{"kind": None, "data": {}}],
    [{"kind": 1, "data": {}}], None, {}, "children", [_t1(id=17)], [_t1(id=None)], [_t1(id="")], [_t1(id="a b")],
    [_t1(created_utc=None)], [_t1(created_utc="soon")], [_t1(created_utc=float("nan"))], [_t1(created_utc=[1])],
    [_t1(created_utc=True)], [_t1(score="many")], [_t1(body=[1])], [_t1(body=5)], [_t1(author={"name": "a"})],
    [_t1(link_id=3)], [_t1(parent_id=None)], [_t1(parent_id="x")],
]  # fmt: skip
#: What may stand in a tree only.
NODES = [
    [_t1(replies=[1])], [_t1(replies="more")], [_t1(replies={"data": None})], [_t1(replies=7)],
    [_t1(replies={"data": {"children": None}})], [_t1(replies=thing("Listing", []))], [_more(children=5)],
    [_more(children="abc")], [_more(children=[1, 2])], [_more(children=[None])], [_more(children={"a": 1})],
    [_more(parent_id=None)], [_more(parent_id=12)], [_more(parent_id="x")],
]  # fmt: skip
SENTENCE = r"^Reddit's answer [^\n]*(run the same command later|right address|oauth_url right)[^\n]*$"
GOOD = listing([thing("t3", post("p1", START))])


def _listing(children: Any) -> Any:
    return thing("Listing", {"children": children, "after": None})


@pytest.mark.parametrize("children", CHILDREN)
def test_malformed_children_of_a_listing_are_one_sentence_wherever_they_come(children):
    for read, answer in (
        (read_tree, [GOOD, _listing(children)]),
        (read_tree, [_listing(children), GOOD]),
        (read_comments, _listing(children)),
        (read_listing, _listing(children)),
    ):
        with pytest.raises(ApiAnswerError, match=SENTENCE):
            read(answer)


@pytest.mark.parametrize("nodes", NODES)
def test_malformed_nodes_of_a_tree_are_one_sentence_that_says_what_came_and_what_to_do(nodes):
    with pytest.raises(ApiAnswerError, match=SENTENCE):
        read_tree([GOOD, _listing(nodes)])


@pytest.mark.parametrize(
    "nodes", [[], [_t1(replies=[])], [_t1(replies=None)], [_more(children=None)], [_t1(score=None)]]
)
def test_what_is_only_absent_from_a_tree_is_no_fault_of_it(nodes):
    read_tree([GOOD, _listing(nodes)])


@pytest.mark.parametrize(
    "answer",
    [
        None, [], "", 5, {}, {"data": None}, {"data": []}, {"data": {"children": None}}, {"data": {"children": {}}},
        {"data": {"children": [], "after": 7}}, {"data": {"children": [], "after": ["t3_a"]}},
        listing([thing("t3", post("p1", START) | {"id": 5})]), listing([thing("t3", post("p1", START) | {"title": 5})]),
        listing([thing("t3", {"id": "p1"})]),
    ],
)  # fmt: skip
def test_a_malformed_listing_is_one_sentence_and_never_a_listing_that_ends(answer):
    with pytest.raises(ApiAnswerError, match=r"^Reddit's answer"):
        read_listing(answer)


@pytest.mark.parametrize(
    "answer",
    [
        None, [], {"json": None}, {"json": []}, {"json": {"errors": [["BUSY", "later", "x"]]}},
        {"json": {"data": {"things": None}}}, {"json": {"data": {"things": {}}}},
        {"json": {"data": {"things": [None]}}}, {"json": {"data": {"things": [_t1(id=3)]}}},
    ],
)  # fmt: skip
def test_malformed_children_are_one_sentence(answer):
    with pytest.raises(ApiAnswerError, match=r"^Reddit's answer"):
        read_more(answer)


def test_a_node_of_more_without_children_under_the_post_asks_for_the_post_s_own_tree(reddit):
    late = comment("late", "p3", "t3_p3", START + 9 * HOUR)
    reddit.trees["p3"] = tree(reddit.posts[0], late, more("t3_p3"))
    _, comments, state = fetch(reddit, fresh(reddit), NOW)
    assert "late" in comments
    assert not state.posts["p3"].missing
    assert "/comments/p3/" in reddit.asked
    assert not any("t3_" in path for path in reddit.asked if path.startswith("/comments/"))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "900"}, 900.0), ({"x-ratelimit-reset": "700"}, 700.0), ({}, None), ({"Retry-After": "x"}, None)],
)
def test_an_outage_knows_how_long_reddit_asks_to_wait(reddit, slept, headers, seconds):
    reddit.faults = [Fault("/comments/p2", 503, headers, times=1_000)]
    with pytest.raises(RedditOutageError) as found:
        fetch(reddit, fresh(reddit), NOW, attempts=2)
    assert found.value.retry_after == seconds
