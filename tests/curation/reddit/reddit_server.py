"""A Reddit on 127.0.0.1: tokens, listings, trees and more children, from recorded answers or a small invented one."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = {"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"}
JSON = dict[str, Any]


@dataclass
class Fault:
    """The next ``times`` answers to paths with ``part`` in them."""

    part: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    content: bytes | None = None
    """What is sent as it is, in place of an error in JSON."""


@dataclass
class RedditServer:
    """What it answers from: posts newest first, answers to trees and threads, groups of more children."""

    subreddit: str
    posts: list[JSON] = field(default_factory=list)
    trees: dict[str, Any] = field(default_factory=dict)
    threads: dict[tuple[str, str], Any] = field(default_factory=dict)
    more: list[list[JSON]] = field(default_factory=list)
    info: dict[str, JSON] = field(default_factory=dict)
    """What is told of a comment that is asked for by its id, where it is not what stands in a tree."""
    silent_on: set[str] = field(default_factory=set)
    """Comments that nothing is told of when they are asked for by id."""
    faults: list[Fault] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    page: int = 100
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, said: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        """Return status, headers and body of one request."""
        self.asked.append(
            " ".join([path, *(said[name] for name in ("children", "id") if name in said and path.startswith("/api/"))])
        )
        for fault in self.faults:
            if fault.part in path and fault.times > 0:
                fault.times -= 1
                said_so = {"message": "busy", "error": fault.status}
                return fault.status, fault.headers, said_so if fault.content is None else fault.content
        body = self._body(path, said)
        return (404, self.headers, {"error": 404}) if body is None else (200, self.headers, body)

    def _body(self, path: str, said: dict[str, str]) -> Any:
        parts = [part for part in path.split("/") if part]
        if path.endswith("access_token"):
            return TOKEN
        if parts[:1] == ["r"]:
            return self._page(said.get("after")) if parts[1:] == [self.subreddit, "new"] else None
        if parts[:1] == ["comments"]:
            return self.trees.get(parts[1]) if len(parts) == 2 else self.threads.get((parts[1], parts[3]))
        if parts[:2] == ["api", "info"]:
            return listing([one for name in said["id"].split(",") if (one := self._told(name.removeprefix("t1_")))])
        return self._children(set(said["children"].split(",")))

    def _told(self, name: str) -> JSON | None:
        """Return a comment as it stands anywhere here; None for one that nothing is told of."""
        if name in self.silent_on:
            return None
        if name in self.info:
            return self.info[name]
        waiting = [self.trees, list(self.threads.values()), self.more]
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict) and one.get("kind") == "t1" and one["data"]["id"] == name:
                return one
            waiting += list(one.values()) if isinstance(one, dict) else one if isinstance(one, list) else []
        return None

    def _page(self, after: str | None) -> JSON:
        names = [f"t3_{post['id']}" for post in self.posts]
        start = names.index(after) + 1 if after in names else (0 if after is None else len(names))
        chosen = self.posts[start : start + self.page]
        more = start + self.page < len(names)
        return listing([thing("t3", post) for post in chosen], f"t3_{chosen[-1]['id']}" if more else None)

    def _children(self, wanted: set[str]) -> JSON:
        groups = [group for group in self.more if wanted & {one["data"]["id"] for one in group}]
        return {"json": {"errors": [], "data": {"things": [one for group in groups for one in group]}}}


def thing(kind: str, data: JSON) -> JSON:
    return {"kind": kind, "data": data}


def listing(children: Sequence[JSON], after: str | None = None) -> JSON:
    return thing("Listing", {"children": list(children), "after": after, "before": None})


def post(name: str, created: int, **said: Any) -> JSON:
    plain = {"author": "poster", "title": f"title {name}", "selftext": "what I carry", "score": 3, "is_self": True}
    return {"id": name, "name": f"t3_{name}", "created_utc": float(created), **plain, **said}


def comment(name: str, on: str, parent: str, created: int, replies: Sequence[JSON] = (), **said: Any) -> JSON:
    plain = {"author": "listener", "body": f"comment {name}", "score": 1, "stickied": False, "distinguished": None}
    tree = listing(replies) if replies else ""
    made = {"id": name, "link_id": f"t3_{on}", "parent_id": parent, "created_utc": float(created), "replies": tree}
    return thing("t1", {**made, **plain, **said})


def more(parent: str, *children: str) -> JSON:
    """A node that names comments it does not hold; without children "continue this thread"."""
    name = children[0] if children else "_"
    return thing("more", {"id": name, "parent_id": parent, "children": list(children), "count": len(children)})


def tree(of: JSON, *nodes: JSON) -> list[JSON]:
    return [listing([thing("t3", of)]), listing(nodes)]


def recorded(folder: Path) -> RedditServer:
    """Return the answers of praw's own recordings: a page of new posts, and the tree of post 3hahrw in 19 answers."""
    new = json.loads((folder / "TestSubredditListings.test_new.json").read_text())[1]["body"]
    server = RedditServer("askreddit", posts=[child["data"] for child in new["data"]["children"]])
    for name in ("TestCommentForest.test_replace__all.json", "TestSubmission.test_comments.json"):
        for entry in json.loads((folder / name).read_text())[1:]:
            parts = [part for part in urlsplit(entry["uri"]).path.split("/") if part]
            if entry["method"] == "POST":
                server.more.append(entry["body"]["json"]["data"]["things"])
            elif len(parts) == 2:
                server.trees[parts[1]] = entry["body"]
            else:
                server.threads[parts[1], parts[3]] = entry["body"]
    return server


@contextmanager
def serving_reddit(reddit: RedditServer) -> Iterator[RedditServer]:
    """Serve ``reddit`` on a free port of 127.0.0.1; its ``url`` is set."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

        def _answer(self, sent: str) -> None:
            where = urlsplit(self.path)
            said = {name: values[0] for name, values in parse_qs(f"{where.query}&{sent}").items()}
            status, headers, body = reddit.answer(where.path, said)
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, text in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, text)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = self.close_connection or "Content-Length" in headers

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    reddit.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield reddit
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
