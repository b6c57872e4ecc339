"""Related words: one contract for Datamuse over HTTP and for a recording of it, then the faults of each."""

import json
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.curation.loopback import Asked, Reply, serving
from valuenet.curation.datamuse import (
    DailyLimitError,
    DatamuseClient,
    DatamuseError,
    DatamuseOutageError,
    DatamuseSettings,
    RecordedWords,
    RecordingError,
)
from valuenet.curation.retrying import seconds_to_wait
from valuenet.warehouse.errors import InputError

#: What the service knows, best first; an entry may lack its score.
KNOWN = {
    ("ml", "family"): [
        {"word": "household", "score": 40},
        {"word": "kin", "score": 30, "tags": ["n"]},
        {"word": "clan"},
    ],
    ("rel_jjb", "family"): [{"word": "royal", "score": 1001}],
    ("ml", "zzz"): [],
}
DAY = date(2026, 1, 5)


def datamuse(asked: Asked, _: int = 0) -> Reply:
    query = {name: texts[0] for name, texts in parse_qs(urlsplit(asked.path).query).items()}
    limit = int(query.pop("max"))
    return Reply(body=json.dumps(KNOWN[next(iter(query.items()))][:limit]).encode())


def client(url: str, cache: Path, sleep=lambda _: None, **settings: object) -> DatamuseClient:
    chosen = DatamuseSettings.model_validate({"base_url": url, "attempts": 3} | settings)
    return DatamuseClient(cache, chosen, today=lambda: DAY, sleep=sleep)


@pytest.fixture
def datamuse_over_http(tmp_path: Path):
    with serving(datamuse) as server, client(server.url, tmp_path) as words:
        yield words


@pytest.fixture
def recorded_words(tmp_path: Path) -> RecordedWords:
    answers = [
        {"relation": relation, "word": word, "limit": 100, "words": [[e["word"], e.get("score")] for e in found]}
        for (relation, word), found in KNOWN.items()
    ]
    (tmp_path / "recording.json").write_text(json.dumps(answers))
    return RecordedWords(tmp_path / "recording.json")


@pytest.fixture(params=["datamuse_over_http", "recorded_words"])
def words(request: pytest.FixtureRequest):
    return request.getfixturevalue(request.param)


def test_related_words_are_limited_and_ordered(words):
    assert [tuple(found) for found in words.related("family", "ml", 2)] == [("household", 40), ("kin", 30)]
    assert [found.word for found in words.related("family", "ml", 50)] == ["household", "kin", "clan"]


def test_relations_are_told_apart_and_a_score_may_be_missing(words):
    assert [found.word for found in words.related("family", "rel_jjb", 5)] == ["royal"]
    assert words.related("family", "ml", 3)[2].score is None


def test_a_word_nobody_relates_to_anything_brings_nothing(words):
    assert list(words.related("zzz", "ml", 5)) == []


def test_an_answer_is_asked_for_once_even_by_another_client(tmp_path):
    with serving(datamuse) as server:
        first = client(server.url, tmp_path).related("family", "ml", 2)
        assert client(server.url, tmp_path).related("family", "ml", 2) == first
        client(server.url, tmp_path).related("family", "ml", 3)
        assert [asked.path for asked in server.asked] == ["/words?ml=family&max=2", "/words?ml=family&max=3"]


def test_the_cache_of_the_client_is_a_recording(tmp_path):
    with serving(datamuse) as server:
        asked = client(server.url, tmp_path).related("family", "ml", 2)
        client(server.url, tmp_path).related("zzz", "ml", 2)
    recorded = RecordedWords(tmp_path)
    assert recorded.related("family", "ml", 2) == asked
    assert recorded.related("family", "ml", 1) == asked[:1]
    assert recorded.related("zzz", "ml", 1000) == []


def test_a_word_that_was_not_recorded_is_an_error_that_says_how_to_record_it(recorded_words, tmp_path):
    with pytest.raises(RecordingError, match=r"ml=shelter.*record it by running"):
        recorded_words.related("shelter", "ml", 5)
    with serving(datamuse) as server:
        client(server.url, tmp_path / "cache").related("family", "ml", 2)
    with pytest.raises(RecordingError, match="family with 3 words"):
        RecordedWords(tmp_path / "cache").related("family", "ml", 3)


def test_a_busy_service_is_asked_again_after_the_time_it_names(tmp_path):
    replies = [Reply(429, headers={"Retry-After": "9"}), Reply(500)]
    naps: list[float] = []
    with serving(lambda asked, n: replies[n] if n < 2 else datamuse(asked)) as server:
        assert len(client(server.url, tmp_path, naps.append).related("family", "ml", 2)) == 2
    assert naps == [9.0, 2.0]


def test_a_service_that_asks_for_an_hour_is_not_waited_for(tmp_path):
    naps: list[float] = []
    with serving(lambda asked, n: Reply(429, headers={"Retry-After": "3600"})) as server:
        words = client(server.url, tmp_path, naps.append)
        with pytest.raises(DatamuseOutageError, match="429 after 1 attempt") as found:
            words.related("family", "ml", 2)
    assert found.value.retry_after == 3_600.0
    assert naps == []


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503, 599])
def test_a_state_of_the_server_that_passes_is_asked_again(tmp_path, status):
    naps: list[float] = []
    with serving(lambda asked, n: Reply(status) if n < 1 else datamuse(asked)) as server:
        assert len(client(server.url, tmp_path, naps.append).related("family", "ml", 2)) == 2
    assert naps == [1.0]


def busy(**headers: str) -> requests.HTTPError:
    response = requests.Response()
    response.status_code = 429
    response.headers.update({name.replace("_", "-"): text for name, text in headers.items()})
    return requests.HTTPError(response=response)


def test_a_date_in_retry_after_is_measured_from_the_servers_own_clock():
    date_and_later = {"Date": "Mon, 05 Jan 2026 10:00:00 GMT", "Retry_After": "Mon, 05 Jan 2026 10:00:30 GMT"}
    assert seconds_to_wait(busy(**date_and_later), failures=1) == 30.0
    assert seconds_to_wait(busy(Retry_After="soon"), failures=3) == 4.0
    assert seconds_to_wait(busy(), failures=1) == 1.0


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(400), "400 after 1 attempt"),
        (Reply(body=b"<html>"), "JSONDecodeError after 1"),
        (Reply(body=b'{"error": "no"}'), "not a list of words"),
        (Reply(body=b'["family"]'), "not a list of words"),
        (Reply(body=b'[{"word": null, "score": 3}]'), "answered None where a word is wanted"),
        (Reply(body=b'[{"word": 7}]'), "answered 7 where a word is wanted"),
        (Reply(body=b'[{"word": "family"}, {"word": ["kin"]}]'), "where a word is wanted"),
        (Reply(body=b'[{"word": " "}]'), "where a word is wanted"),
        (Reply(body=b"[null]"), "not a list of words"),
        (Reply(body=b"null"), "not a list of words"),
    ],
)
def test_a_service_without_a_usable_answer_is_one_sentence_and_nothing_is_kept(tmp_path, reply, words):
    with serving(lambda asked, n: reply) as server, pytest.raises(DatamuseError, match=words):
        client(server.url, tmp_path).related("family", "ml", 2)
    assert list(tmp_path.glob("*.json")) == []


@pytest.mark.parametrize("reply", [Reply(503), Reply(429), Reply(500), Reply(body=b"[]", length=10)])
def test_an_outage_is_no_wrong_input_so_that_steps_try_again(tmp_path, reply):
    with (
        serving(lambda asked, n: reply) as server,
        pytest.raises(DatamuseOutageError, match="after 3 attempt") as found,
    ):
        client(server.url, tmp_path).related("family", "ml", 2)
    assert not isinstance(found.value, InputError)
    assert list(tmp_path.glob("*.json")) == []


def test_the_daily_limit_holds_across_clients_and_ends_with_the_day(tmp_path):
    with serving(lambda asked, n: Reply(500) if n == 0 else datamuse(asked)) as server:
        client(server.url, tmp_path, daily_limit=3).related("family", "ml", 1)  # two requests, one of them repeated
        client(server.url, tmp_path, daily_limit=3).related("family", "ml", 2)
        with pytest.raises(DailyLimitError, match="tomorrow"):
            client(server.url, tmp_path, daily_limit=3).related("family", "ml", 3)
        assert len(server.asked) == 3
        settings = DatamuseSettings(base_url=server.url, daily_limit=3)
        tomorrow = DatamuseClient(tmp_path, settings, today=lambda: date(2026, 1, 6))
        assert len(tomorrow.related("family", "ml", 3)) == 3


def test_answers_as_datamuse_really_gives_them_are_read(shared, tmp_path):
    body = (shared / "data" / "datamuse" / "ringing.json").read_bytes()
    with serving(lambda asked, n: Reply(body=body)) as server:
        found = client(server.url, tmp_path).related("ringing in the ears", "ml", 100)
    assert (len(found), tuple(found[0])) == (100, ("tinnitus", 51691))
    assert RecordedWords(tmp_path).related("ringing in the ears", "ml", 1) == found[:1]


@pytest.mark.parametrize(
    "content", ["[{", '{"word": "family"}', '[{"relation": "sp", "word": "a", "limit": 1, "words": []}]']
)
def test_a_file_that_is_no_recording_is_refused_by_name(tmp_path, content):
    (tmp_path / "odd.json").write_text(content)
    with pytest.raises(RecordingError, match=r"odd\.json is not a recording"):
        RecordedWords(tmp_path)
    with pytest.raises(RecordingError, match=r"none\.json"):
        RecordedWords(tmp_path / "none.json")
