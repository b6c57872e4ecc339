"""New posts and growing trees come in batches, within a budget, whatever Reddit leaves out."""

import pytest

from tests.curation.reddit.api.asking import DAY, EVERY_COMMENT, HOUR, KEYS, START, asking, fetch, fresh
from tests.curation.reddit.reddit_server import (
    Fault,
    comment,
    more,
    post,
    recorded,
    serving_reddit,
    thing,
    tree,
)
from valuenet.curation.reddit.api.answers import ApiAnswerError, read_listing, read_more, read_tree
from valuenet.curation.reddit.api.batches import ApiBatch
from valuenet.curation.reddit.api.requests import (
    RedditApiError,
    RedditApiSettings,
    RedditOutageError,
    RedditRequests,
)
from valuenet.curation.reddit.api.state import (
    ApiState,
    ApiStateError,
    Gap,
    Missing,
    WatchedPost,
    read_state,
    write_state,
)
from valuenet.curation.reddit.dump.lines import COMMENT_COLUMNS, POST_COLUMNS


def test_every_post_and_every_comment_is_fetched(reddit):
    posts, comments, state = fetch(reddit, fresh(reddit), START + 10 * HOUR)
    assert posts == {"p1", "p2", "p3"}
    assert comments == EVERY_COMMENT
    assert (state.newest, state.listing, state.gaps) == (START + 3 * HOUR, None, ())
    assert not any(watched.missing for watched in state.posts.values())


def test_frames_are_those_of_the_dumps(reddit):
    batches = list(asking(reddit).batches(fresh(reddit), START + 10 * HOUR))
    assert isinstance(batches[0], ApiBatch)
    for batch in batches:
        assert list(batch.posts.columns) == list(POST_COLUMNS)
        assert list(batch.comments.columns) == list(COMMENT_COLUMNS)
    rows = batches[-1].comments.set_index("id")
    assert rows.loc["c2", ["parent_id", "link_id", "author"]].tolist() == ["t1_c1", "t3_p1", "listener"]
    assert rows.loc["gone", ["author", "body"]].tolist() == ["[deleted]", "[deleted]"]
    assert str(rows["created_utc"].dtype) == "int64"
    assert rows["created_utc"]["c1"] == START + 2 * HOUR


def test_a_second_run_asks_for_one_page_and_for_no_tree_that_is_not_due(reddit):
    _, _, state = fetch(reddit, fresh(reddit), START + 10 * HOUR)
    reddit.asked.clear()
    posts, comments, again = fetch(reddit, state, START + 11 * HOUR)
    assert reddit.asked == ["/api/v1/access_token", "/r/offmychest/new"]
    assert (posts, comments, again.posts) == ({"p2", "p3"}, set(), state.posts)


def test_a_tree_is_asked_for_again_when_its_age_has_doubled_and_last_after_the_days_of_watching():
    seen = WatchedPost(created=START, visited=START + 4 * HOUR)
    assert not seen.due(START + 8 * HOUR - 1)
    assert seen.due(START + 8 * HOUR)
    assert not seen.done(14)
    assert WatchedPost(created=START, visited=START + 14 * DAY).done(14)
    assert not WatchedPost(created=START, visited=START + 14 * DAY, missing=(Missing(parent="t3_a"),)).done(14)
    just_made = WatchedPost(created=START, visited=START)
    assert not just_made.due(START + HOUR - 1)
    assert just_made.due(START + HOUR)


def test_new_posts_and_late_comments_come_with_the_next_run(reddit):
    _, _, state = fetch(reddit, fresh(reddit), START + 4 * HOUR)
    reddit.posts.insert(0, post("p4", START + 5 * HOUR))
    reddit.trees["p4"] = tree(reddit.posts[0], comment("late", "p4", "t3_p4", START + 6 * HOUR))
    changed = comment("c1", "p1", "t3_p1", START + 2 * HOUR, body="[removed]")
    reddit.trees["p1"] = tree(reddit.posts[-1], changed)
    posts, comments, state = fetch(reddit, state, START + 24 * HOUR)
    assert {"p4"} <= posts
    assert {"late", "c1"} <= comments
    assert state.newest == START + 5 * HOUR


def test_a_budget_ends_a_run_and_the_next_ones_bring_the_rest(reddit):
    state, runs, got = fresh(reddit), 0, set()
    while not state.posts or any(watched.missing or watched.visited is None for watched in state.posts.values()):
        reddit.asked.clear()
        _, comments, state = fetch(reddit, state, START + 10 * HOUR, requests_per_run=4)
        got |= comments
        runs += 1
        assert len(reddit.asked) <= 4
        assert runs < 20
    assert got == EVERY_COMMENT
    assert runs > 2


@pytest.mark.parametrize("stored", range(6))
def test_a_run_killed_after_any_batch_loses_nothing(reddit, stored):
    got: set[str] = set()
    state = fresh(reddit)
    for at, batch in enumerate(asking(reddit, posts_per_batch=1).batches(state, START + 10 * HOUR)):
        got |= set(batch.comments["id"])
        if at == stored:
            break  # stored, but its state was not
        state = ApiState.model_validate_json(batch.state.model_dump_json())
    _, rest, end = fetch(reddit, state, START + 10 * HOUR)
    assert got | rest == EVERY_COMMENT
    assert {name for name, watched in end.posts.items() if watched.visited} == {"p1", "p2", "p3"}


def test_children_are_asked_for_a_hundred_at_a_time(reddit):
    names = [f"x{n}" for n in range(230)]
    reddit.trees["p3"] = tree(reddit.posts[0], more("t3_p3", *names))
    reddit.more = [[comment(name, "p3", "t3_p3", START + 9 * HOUR)] for name in names]
    _, comments, _ = fetch(reddit, fresh(reddit), START + 10 * HOUR)
    assert set(names) <= comments
    sizes = [len(line.split()[1].split(",")) for line in reddit.asked if "x1" in line or "x2" in line]
    assert sizes == [100, 100, 30]


def test_what_has_left_the_listing_is_named_as_a_gap(reddit):
    state = ApiState(subreddit="offmychest", newest=START - DAY)
    _, _, state = fetch(reddit, state, START + 10 * HOUR)
    assert state.gaps == (Gap(start=START - DAY, end=START + HOUR),)
    _, _, again = fetch(reddit, state, START + 11 * HOUR)
    assert again.gaps == state.gaps


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_reddit_is_asked_again(reddit, slept, status):
    reddit.faults = [Fault("/comments/p2", status, times=3), Fault("/new", status)]
    _, comments, _ = fetch(reddit, fresh(reddit), START + 10 * HOUR)
    assert comments == EVERY_COMMENT
    assert sum(slept) > 0


def test_a_limit_is_waited_for_as_long_as_reddit_says(reddit, slept):
    reddit.faults = [Fault("/comments/p2", 429, {"Retry-After": "17"})]
    fetch(reddit, fresh(reddit), START + 10 * HOUR)
    assert 17.0 in slept
    reddit.faults = [Fault("/comments/p2", 429, {"x-ratelimit-reset": "23"})]
    fetch(reddit, fresh(reddit), START + 10 * HOUR)
    assert 23.0 in slept


def test_the_pace_of_the_rate_limit_headers_is_kept(reddit, slept):
    reddit.headers = {"x-ratelimit-remaining": "0", "x-ratelimit-used": "100", "x-ratelimit-reset": "9"}
    fetch(reddit, fresh(reddit), START + 10 * HOUR)
    assert len([wait for wait in slept if 8.5 < wait <= 9]) >= 5


def test_a_reddit_that_stays_busy_is_left_for_later_and_what_was_stored_stays(reddit, slept):
    reddit.faults = [Fault("/comments/p2", 503, times=1000)]
    state = fresh(reddit)
    batches = asking(reddit, posts_per_batch=1, attempts=2).batches(state, START + 10 * HOUR)
    for _ in range(3):  # two pages of the listing, and the tree of p1
        state = next(batches).state
    with pytest.raises(RedditOutageError, match=r"no answer to comments/p2/ \(status 503 after 2 attempt"):
        next(batches)
    assert state.posts["p1"].visited == START + 10 * HOUR
    reddit.faults.clear()
    assert "c3" in fetch(reddit, state, START + 10 * HOUR)[1]


def test_a_post_that_is_gone_is_no_longer_watched(reddit):
    del reddit.trees["p1"]
    reddit.threads.clear()
    _, comments, state = fetch(reddit, fresh(reddit), START + 10 * HOUR)
    assert set(state.posts) == {"p2", "p3"}
    assert comments == EVERY_COMMENT - {"c1", "c2", "gone", "c4"}


def test_an_unknown_community_and_wrong_credentials_are_told_apart(reddit):
    api = asking(reddit)
    api.community = "nowhere"
    with pytest.raises(RedditApiError, match="r/nowhere is not there, or not for us"):
        list(api.batches(fresh(reddit), START))
    reddit.faults = [Fault("access_token", 401, times=10)]
    with pytest.raises(RedditApiError, match="does not know the credentials"):
        fetch(reddit, fresh(reddit), START)


def test_an_address_where_nobody_answers_is_named(reddit, slept):
    settings = RedditApiSettings(reddit_url="http://127.0.0.1:9", oauth_url="http://127.0.0.1:9", attempts=2)
    with RedditRequests(KEYS, settings) as ask, pytest.raises(RedditOutageError, match="RequestException after 2 att"):
        ask.get("r/offmychest/new")


@pytest.mark.parametrize("read", [read_listing, read_tree, read_more])
def test_other_answers_are_refused(read):
    with pytest.raises(ApiAnswerError, match="Reddit's answer"):
        read({"message": "a page of something else"})


def test_entities_that_editors_leave_behind_go_and_others_stay(reddit):
    reddit.posts[0] |= {"selftext": "a &amp; b&#x200B;&nbsp;c"}
    reddit.trees["p3"] = [{"data": {"children": [thing("t3", reddit.posts[0])]}}, {"data": {"children": []}}]
    batches = list(asking(reddit).batches(fresh(reddit), START + 10 * HOUR))
    assert batches[0].posts.set_index("id")["selftext"]["p3"] == "a &amp; b c"


def test_a_state_comes_back_from_its_file_and_others_are_refused(tmp_path):
    path = tmp_path / "deep" / "state.json"
    assert read_state(path, "offmychest") == ApiState(subreddit="offmychest")
    state = ApiState(subreddit="offmychest", newest=7, posts={"a": WatchedPost(created=3)})
    write_state(state, path)
    assert read_state(path, "OffMyChest") == state
    with pytest.raises(ApiStateError, match="belongs to r/offmychest, not to r/other"):
        read_state(path, "other")
    path.write_text("{")
    with pytest.raises(ApiStateError, match="remove it to read the listing"):
        read_state(path, "offmychest")


def test_the_recorded_tree_is_resolved_whole_as_praw_itself_does_it(shared):
    with serving_reddit(recorded(shared / "data" / "reddit_api" / "decoded")) as served:
        state = ApiState(subreddit="askreddit", newest=1, posts={"3hahrw": WatchedPost(created=1)})
        posts, comments, state = fetch(served, state, 1_456_900_000)
        assert len(posts) == 101
        assert {watched.visited for watched in state.posts.values()} <= {None}  # trees not recorded are gone
        from praw import Reddit

        said = {"reddit_url": served.url, "oauth_url": served.url, "check_for_updates": False}
        theirs = Reddit(client_id="id", client_secret="secret", user_agent="a test of valuenet", **said)
        submission = theirs.submission("3hahrw")
        submission.comments.replace_more(limit=None)
        assert comments == {found.id for found in submission.comments.list()}
        assert len(comments) > 520


@pytest.mark.parametrize("answer", [[], [more("t3_p2", "m1", "m2")], [comment("m1", "p2", "t3_p2", START)]])
def test_children_that_more_does_not_bring_are_asked_for_one_by_one(reddit, answer):
    reddit.more = [answer] if answer else []
    reddit.info = {name: comment(name, "p2", "t3_p2", START + 8 * HOUR) for name in ("m1", "m2", "m3", "m4")}
    _, comments, state = fetch(reddit, fresh(reddit), START + 10 * HOUR)
    assert {"m1", "m2"} <= comments
    assert not any(watched.missing for watched in state.posts.values())
    assert any(line.startswith("/api/info") for line in reddit.asked)


def test_a_reddit_that_repeats_its_more_for_ever_is_not_asked_for_ever(reddit):
    reddit.more = [[more("t3_p2", "m1", "m2")], [more("t1_m1", "m1")]]
    reddit.silent_on = {"m1", "m2", "m3", "m4"}
    fetch(reddit, fresh(reddit), START + 10 * HOUR)
    assert len(reddit.asked) < 20


@pytest.mark.parametrize("most", range(1, 13))
def test_children_whose_lookup_the_budget_ends_before_are_asked_for_by_the_next_run(reddit, most):
    reddit.more = []
    reddit.info = {name: comment(name, "p2", "t3_p2", START + 8 * HOUR) for name in ("m1", "m2", "m3")}
    _, first, state = fetch(reddit, fresh(reddit), START + 10 * HOUR, requests_per_run=most)
    _, rest, _ = fetch(reddit, state, START + 11 * HOUR)
    assert {"m1", "m2", "m3"} <= first | rest
