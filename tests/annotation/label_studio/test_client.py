import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import ValidationError

from valuenet.annotation.label_studio.client import (
    GoneError,
    LabelStudioClient,
    RequestRefusedError,
    ServerUnreachableError,
    TokenRefusedError,
)
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.warehouse.errors import InputError, StorageError

LEGACY = "0123456789abcdef0123456789abcdef01234567"
PERSONAL = "header.payload.signature"


class Loopback:
    """A server that gives the answers it was told to give, in turn, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.asked: list[tuple[str, str, str | None, Any]] = []
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                sent = self.rfile.read(size)
                body = json.loads(sent) if sent.startswith((b"{", b"[")) else None
                told.asked.append((self.command, self.path, self.headers.get("Authorization"), body))
                answer = told.answers.pop(0) if told.answers else (200, {})
                if answer == "broken":
                    self.connection.close()
                    return
                status, content, *headers = answer
                page = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 - names the base class looks for

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.fixture
def server() -> Iterator[Loopback]:
    loopback = Loopback()
    yield loopback
    loopback.server.shutdown()
    loopback.server.server_close()


def client_of(server, token=LEGACY, pauses=None, **settings):
    chosen = LabelStudioSettings(url=server.url, **{"attempts": 3, **settings})
    return LabelStudioClient(chosen, token, sleep=([] if pauses is None else pauses).append)


def test_a_legacy_token_is_sent_as_it_is(server):
    server.answers = [(200, {"id": 1})]
    assert client_of(server).get("/api/projects", page=2) == {"id": 1}
    assert server.asked == [("GET", "/api/projects?page=2", f"Token {LEGACY}", None)]


def test_a_personal_token_is_exchanged_once_and_again_when_it_has_expired(server):
    server.answers = [(200, {"access": "one"}), (200, 1), (200, 2), (401, {}), (200, {"access": "two"}), (200, 3)]
    client = client_of(server, PERSONAL)
    assert [client.get("/a"), client.get("/b"), client.get("/c")] == [1, 2, 3]
    assert [(path, token) for _, path, token, _ in server.asked] == [
        ("/api/token/refresh", None),
        ("/a", "Bearer one"),
        ("/b", "Bearer one"),
        ("/c", "Bearer one"),
        ("/api/token/refresh", None),
        ("/c", "Bearer two"),
    ]
    assert server.asked[0][3] == {"refresh": PERSONAL}


@pytest.mark.parametrize("token", [LEGACY, PERSONAL])
@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_names_the_variable_to_renew_and_not_the_token(server, token, status):
    server.answers = [(200, {"access": "short"})] * (token == PERSONAL) + [(status, {})] * 4
    with pytest.raises(TokenRefusedError, match="LABEL_STUDIO_API_KEY") as caught:
        client_of(server, token).get("/api/projects")
    assert isinstance(caught.value, InputError)
    assert token not in str(caught.value)


def test_a_personal_token_that_cannot_be_exchanged_is_refused(server):
    server.answers = [(401, {"detail": "Token is invalid"})]
    with pytest.raises(TokenRefusedError, match="has expired"):
        client_of(server, PERSONAL).get("/api/projects")


def test_a_busy_failing_or_broken_server_is_asked_again_after_growing_pauses(server):
    server.answers = [(500, {}), "broken", (429, {}, ("Retry-After", "7")), (503, {}), (200, "at last")]
    pauses = []
    assert client_of(server, pauses=pauses, attempts=5, backoff_seconds=1).post("/x", {"n": 1}) == "at last"
    assert pauses == [1, 2, 7, 8]
    assert [body for *_, body in server.asked] == [{"n": 1}] * 5


def test_the_exchange_of_a_personal_token_is_tried_again_too(server):
    server.answers = [(503, {}), (200, {"access": "one"}), (200, "here")]
    assert client_of(server, PERSONAL).get("/a") == "here"


@pytest.mark.parametrize("answer", [(500, {}), (429, {}), "broken"])
def test_a_server_that_keeps_failing_is_an_error_that_says_where_and_what_to_do(server, answer):
    server.answers = [answer] * 3
    with pytest.raises(ServerUnreachableError, match=r"run the same command again") as caught:
        client_of(server).get("/api/projects")
    assert server.url in str(caught.value)
    assert isinstance(caught.value, StorageError)
    assert len(server.asked) == 3


def test_nobody_at_the_address_is_the_same_error():
    settings = LabelStudioSettings(url="http://127.0.0.1:9", attempts=2)
    with pytest.raises(ServerUnreachableError, match=r"127\.0\.0\.1:9"):
        LabelStudioClient(settings, LEGACY, sleep=lambda _: None).get("/api/projects")


def test_another_program_at_the_address_is_told_from_label_studio(server):
    server.answers = [(200, b"<html>hello</html>")]
    with pytest.raises(ServerUnreachableError, match="does not answer"):
        client_of(server).get("/api/projects")


def test_what_is_not_there_and_what_is_refused_are_errors_of_their_own(server):
    server.answers = [(404, {}), (400, {"detail": "someone@example.org is unknown"}), (404, {}), (204, b"")]
    client = client_of(server)
    with pytest.raises(GoneError):
        client.get("/api/tasks/1/")
    with pytest.raises(RequestRefusedError, match="status 400") as caught:
        client.patch("/api/tasks/1/", {})
    assert "example.org" not in str(caught.value)
    assert client.delete("/api/tasks/1/") is False
    assert client.delete("/api/tasks/1/") is True


def test_pages_are_followed_to_the_last(server):
    server.answers = [(200, {"results": [1, 2], "next": "there"}), (200, {"results": [3], "next": None})]
    assert list(client_of(server, page_size=2).pages("/api/projects", include="id")) == [1, 2, 3]
    assert server.asked[1][1] == "/api/projects?page=2&page_size=2&include=id"


def test_the_token_is_in_no_representation_and_no_log(server, caplog):
    caplog.set_level(logging.DEBUG)
    server.answers = [(200, {"access": "short-lived"}), (200, {}), (500, {}), (200, {})]
    client = client_of(server, PERSONAL)
    client.get("/a")
    client.get("/b")
    assert server.url in repr(client)
    for secret in (PERSONAL, "short-lived"):
        assert secret not in repr(client) + caplog.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "localhost:8080"},
        {"url": "http://me:secret@host"},
        {"campaign": "a name of more than twenty"},
        {"ur": 1},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong):
    with pytest.raises(ValidationError):
        LabelStudioSettings(**wrong)


def test_a_slash_at_the_end_of_the_address_makes_no_difference():
    assert LabelStudioSettings(url="http://host:1/studio/").url == "http://host:1/studio"
