"""What stands before every request: the size of its body, and the headers of every answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


#: What is too long is read on and thrown away up to here, so that its sender gets to read the answer.
_THROWN_AWAY = 32 * 1_048_576


class BodyLimit:
    """Reads a body up to ``max_bytes`` and hands it on whole; a longer one is thrown away and answered with 413."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app, self.max_bytes = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = await self._read(receive)
        if body is None:
            await self._refuse(send)
            return
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self.app(scope, replay, send)

    async def _read(self, receive: Receive) -> bytes | None:
        body, size, more = bytearray(), 0, True
        while more and size <= _THROWN_AWAY:
            message = await receive()
            part: bytes = message.get("body", b"")
            size, more = size + len(part), bool(message.get("more_body", False))
            if size <= self.max_bytes:
                body += part
        return None if size > self.max_bytes else bytes(body)

    async def _refuse(self, send: Send) -> None:
        words = f"the request is over {self.max_bytes:,} bytes; send fewer or shorter texts at a time"
        answer = json.dumps({"detail": words}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 413, "headers": [*headers, (b"connection", b"close")]})
        await send({"type": "http.response.body", "body": answer})


class AnswerHeaders:
    """Adds the same headers to every answer: no foreign content, no framing, nothing kept."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self.headers]
            await send(message)

        await self.app(scope, receive, with_headers)
