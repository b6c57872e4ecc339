"""The service without a browser: JSON, limits, headers, the page's HTML, and a server of its own that is stopped."""

import re
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.models.conftest import toy_rows
from valuenet.models.interpret.explain import ExplanationError
from valuenet.models.serve.app import make_app
from valuenet.models.serve.marks import mark_words
from valuenet.models.serve.messages import Word, Words
from valuenet.models.serve.picture import radar_svg
from valuenet.models.serve.server import listen, serve_until_stopped
from valuenet.models.serve.settings import ServeSettings
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.training import train_value
from valuenet.warehouse.vocabulary import VALUES

PAYLOAD = "<img src=x onerror=alert(1)></textarea><script>alert(2)</script>\" ' &amp;"
LIMITS = ServeSettings(max_texts=3, max_characters=100, max_bytes=4000)


@pytest.fixture(scope="module")
def model(toy_model):
    return load_value_model(toy_model.path, bf16=False)


@pytest.fixture(scope="module")
def client(model):
    return TestClient(make_app(model, LIMITS), base_url="http://127.0.0.1")


def test_a_batch_gets_a_row_of_ten_utilities_per_text(client, model):
    texts = ["we helped my mom", "he hurt a dog"]
    answer = client.post("/predict", json={"texts": texts}).json()
    assert answer["values"] == list(VALUES)
    assert np.array(answer["utilities"]) == pytest.approx(model.predict(texts), abs=1e-4)


def test_the_words_of_a_mixture_are_its_main_models_and_the_page_says_so(toy_settings, tmp_path):
    settings = toy_settings.model_copy(update={"prompt": "none", "companion": toy_settings.encoder, "epochs": 1})
    made = train_value(toy_rows(), toy_rows().head(40), settings, out=tmp_path / "mixture", with_baselines=False)
    mixture = load_value_model(made.path, bf16=False)
    client = TestClient(make_app(mixture, LIMITS), base_url="http://127.0.0.1")
    told = client.post("/explain", json={"text": "he hurt my mom", "value": "power"}).json()
    main = load_value_model(made.path, bf16=False, companion=False)
    assert told["utility"] == pytest.approx(main.predict(["he hurt my mom"])[0, VALUES.index("POWER")], abs=1e-4)
    answer = client.post("/predict", json={"texts": ["he hurt my mom"]}).json()
    assert np.array(answer["utilities"]) == pytest.approx(mixture.predict(["he hurt my mom"]), abs=1e-4)
    assert "words of the main one alone" in client.get("/").text


def test_a_page_that_cannot_explain_says_why_in_a_whole_sentence(model, monkeypatch):
    def refuse(*_):
        raise ExplanationError("a fastText model cannot explain a text")

    monkeypatch.setattr("valuenet.models.serve.app.explain_text", refuse)
    client = TestClient(make_app(model, LIMITS), base_url="http://127.0.0.1")
    page = client.post("/", data={"text": "he hurt my mom", "value": "POWER"}).text
    assert "A fastText model cannot explain a text." in page
    assert "words of the main one" not in page


def test_the_words_of_a_value_are_answered_with_their_places(client):
    answer = client.post("/explain", json={"text": "he hurt my mom", "value": "power"}).json()
    assert answer["value"] == "POWER"
    assert [word["word"] for word in answer["words"]] == ["he", "hurt", "my", "mom"]
    parts = sum(word["contribution"] for word in answer["words"])
    assert parts - answer["error"] == pytest.approx(answer["utility"] - answer["baseline"])


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/predict", {"texts": []}, 422, "texts is empty; send at least one"),
        ("/predict", {"texts": ["a"] * 4}, 422, "4 texts in one request; send at most 3 at a time"),
        ("/predict", {"texts": ["a", " \n"]}, 422, "text 2 of 2 is blank; leave it out or give it words"),
        ("/predict", {"texts": ["a" * 101]}, 422, "text 1 of 1 has 101 characters; shorten it to 100 at most"),
        ("/predict", {"text": "a"}, 422, "body.texts: Field required"),
        ("/predict", {"texts": [1]}, 422, "body.texts.0: Input should be a valid string"),
        ("/predict", {"texts": ["a" * 5000]}, 413, "the request is over 4,000 bytes; send fewer or shorter texts"),
        ("/explain", {"text": "a", "value": "fame"}, 422, "unknown value 'fame'"),
        ("/explain", {"text": "a" * 101, "value": "power"}, 422, "101 characters"),
    ],
)
def test_what_is_too_much_or_wrong_is_refused_in_a_sentence(client, path, body, status, words):
    answer = client.post(path, json=body)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


def test_a_body_without_a_length_is_counted_too(client):
    answer = client.post("/predict", content=(b"x" * 1000 for _ in range(9)), headers={"content-type": "text/plain"})
    assert answer.status_code == 413
    within = client.post(
        "/predict", content=iter([b'{"texts": ', b'["i saw"]}']), headers={"content-type": "application/json"}
    )
    assert within.status_code == 200


def test_what_is_no_json_is_refused(client):
    answer = client.post("/predict", content=b"{texts", headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert "JSON" in answer.json()["detail"]


def test_half_a_character_is_refused_and_a_strange_one_is_judged(client):
    json = {"content-type": "application/json"}
    answer = client.post("/predict", content=b'{"texts": ["a \\ud800"]}', headers=json)
    assert (answer.status_code, answer.json()["detail"].split(";")[0]) == (
        422,
        "text 1 of 1 holds half a character (a lone surrogate)",
    )
    assert client.post("/predict", content=b'{"texts": ["a \\u0000 \\ud83d\\ude00"]}', headers=json).status_code == 200
    words = client.post("/explain", json={"text": "\u200b \U0001f600", "value": "power"}).json()["words"]
    assert [(word["start"], word["end"]) for word in words] == [(0, 1), (2, 3)]


def test_a_model_that_cannot_explain_says_so(model, monkeypatch):
    def refuse(*_):
        raise ExplanationError("no words to be had")

    monkeypatch.setattr("valuenet.models.serve.app.explain_text", refuse)
    answer = TestClient(make_app(model, LIMITS), base_url="http://localhost").post(
        "/marks", json={"text": "he hurt", "value": "power"}
    )
    assert (answer.status_code, answer.json()["detail"]) == (422, "no words to be had")


def test_health_tells_the_model_and_the_limits_and_no_path(client, model):
    answer = client.get("/health").json()
    assert answer["status"] == "ok"
    assert answer["recipe"] == model.record.recipe
    assert answer["limits"]["max_texts"] == 3
    assert "/" not in answer["encoder"]


@pytest.mark.parametrize("path", ["/", "/health", "/openapi.json", "/absent"])
def test_every_answer_forbids_foreign_content_and_being_kept(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_a_request_for_another_host_is_refused(client, model):
    assert client.get("/health", headers={"host": "evil.example"}).status_code == 400
    everybody = TestClient(make_app(model, LIMITS, hosts=("*",)), base_url="http://some.example")
    assert everybody.get("/health").status_code == 200


def test_the_pages_that_load_foreign_scripts_are_off(client):
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


def test_a_hostile_text_is_shown_and_never_markup(client):
    html = client.post("/", data={"text": PAYLOAD, "value": "POWER"}).text
    assert "<img" not in html
    assert html.count("<script>") == 1
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_the_page_without_a_script_shows_the_words_of_the_value_asked_for(client):
    html = client.post("/", data={"text": "he hurt my mom", "value": "BENEVOLENCE"}).text
    assert re.search(r'<mark class="down\d" title="\N{MINUS SIGN}0\.\d\d">hurt</mark>', html)
    assert "With every word masked the utility is" in html
    assert html.count(" open>") == 1


@pytest.mark.parametrize(
    ("text", "words"), [("  ", "Please write something first."), ("a" * 101, "has 101 characters")]
)
def test_the_page_says_what_is_wrong_beside_the_text_that_was_typed(client, text, words):
    answer = client.post("/", data={"text": text})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'role="alert"' in answer.text
    assert text.strip() in answer.text


def test_requests_at_the_same_time_are_all_answered_right(client, model):
    texts = [f"{who} {verb} my mom" for who in ("i", "we", "he") for verb in ("hurt", "helped")]
    wanted = model.predict(texts)
    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(client.post, "/predict", json={"texts": [text]}) for text in texts]
        words = pool.submit(client.post, "/explain", json={"text": texts[0], "value": "power"})
    found = np.array([job.result().json()["utilities"][0] for job in jobs])
    assert found == pytest.approx(wanted, abs=1e-3)
    assert words.result().status_code == 200


def test_the_pieces_of_a_marked_text_are_the_text():
    said = "Oh,  I helped\nhim!"
    words = [
        Word(word=w, start=said.index(w), end=said.index(w) + len(w), contribution=c)
        for w, c in (("Oh", 0.001), ("helped", 0.3), ("him", -0.05))
    ]
    marks = mark_words(said, Words(value="POWER", utility=0.4, baseline=0.15, error=0.0, words=words))
    assert "".join(piece.text for piece in marks.pieces) == said
    assert [(p.text, p.css) for p in marks.pieces if p.css] == [("helped", "up3"), ("him", "down1")]
    assert marks.summary.startswith("helped +0.30, him \N{MINUS SIGN}0.05. With every word masked")
    nothing = mark_words("Oh", Words(value="POWER", utility=0, baseline=0, error=0, words=words[:1]))
    assert nothing.summary.startswith("no word stands out")


def test_the_radar_is_told_in_words_for_those_who_cannot_see_it():
    svg = radar_svg([0.1] * 8 + [0.9, -0.7])
    assert "Highest: Benevolence +0.90. Lowest: Universalism \N{MINUS SIGN}0.70." in svg
    assert 'role="img"' in svg
    assert "style=" not in svg


def test_a_server_in_a_thread_tells_its_url(client, monkeypatch):
    import uvicorn

    told = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: told.append(len(sockets)))
    thread = threading.Thread(
        target=serve_until_stopped, args=(client.app, listen("127.0.0.1", 0)), kwargs={"ready": told.append}
    )
    thread.start()
    thread.join(10)
    assert told[0].startswith("http://127.0.0.1:")
    assert told[1:] == [1]


def test_ctrl_c_ends_without_a_trace_and_sigterm_is_taken_alike(client, monkeypatch):
    import uvicorn

    def interrupted(self, sockets):
        assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
        raise KeyboardInterrupt

    monkeypatch.setattr(uvicorn.Server, "run", interrupted)
    before, opened = signal.getsignal(signal.SIGTERM), listen("127.0.0.1", 0)
    try:
        serve_until_stopped(client.app, opened, ready=lambda url: None)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert opened.fileno() == -1
