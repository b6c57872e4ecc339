"""A way to a real server on which requests are lost, answers are lost, and a busy or broken server is played."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

#: What can happen to a request: it is passed on, or its answer is lost, or it never arrives.
PASSED, ANSWER_LOST, BROKEN, FAILS, BUSY = "passed", "answer lost", "broken", "fails", "busy"


@dataclass
class FaultyWay:
    """Passes requests on to ``target``; what happens to them comes from ``fate``, in turn, and then again."""

    target: str
    url: str = ""
    fate: list[str] = field(default_factory=lambda: [PASSED])
    passed: list[str] = field(default_factory=list)
    """Method and path of every request that arrived at the server."""
    on_request: Any = None
    """Called with method and path before each request."""
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next_fate(self, what: str) -> str:
        with self._lock:
            fate = self.fate[self._count % len(self.fate)]
            self._count += 1
            if fate in {PASSED, ANSWER_LOST}:
                self.passed.append(what)
        if self.on_request:
            self.on_request(what)
        return fate


class _Handler(BaseHTTPRequestHandler):
    way: FaultyWay

    def do_GET(self) -> None:
        fate = self.way.next_fate(f"{self.command} {self.path}")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if fate == BROKEN:
            self.connection.close()
        elif fate in {FAILS, BUSY}:
            self._reply(500 if fate == FAILS else 429, b"{}")
        else:
            self._pass_on(body, lost=fate == ANSWER_LOST)

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 - names the base class looks for

    def _pass_on(self, body: bytes, *, lost: bool) -> None:
        kept = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        try:
            answer = requests.request(
                self.command, self.way.target + self.path, data=body, headers=kept, timeout=60, allow_redirects=False
            )
        except requests.RequestException:
            self.connection.close()
            return
        if lost:
            self.connection.close()
        else:
            self._reply(answer.status_code, answer.content)

    def _reply(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@contextmanager
def faulty_way(target: str) -> Iterator[FaultyWay]:
    """Yield a way to ``target`` that is in order until its ``fate`` is set."""
    way = FaultyWay(target)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"way": way}))
    way.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield way
    finally:
        server.shutdown()
        server.server_close()
