"""The gate around a small application: what it reads, hands on and answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import Message, Receive, Scope, Send

from mcode_pipelines.portal import Gate
from mcode_pipelines.portal import gate as gate_module
from mcode_pipelines.portal.rules import LARGEST_BODY, rules_for

QUERY = b'{"query": "{version}"}'


class Echo:
    """Answers with the body it was sent; remembers whether it was asked."""

    def __init__(self) -> None:
        self.asked = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked = True
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


def posted(pieces: Sequence[bytes], path: str = "/graphql", *, ends: bool = True) -> tuple[int | None, bytes, bool]:
    """Status, body of the answer, and whether the application was asked; without `ends` the body never ends."""
    echo, answer = Echo(), []
    left = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if ends:
        left[-1]["more_body"] = False

    async def receive() -> Message:
        if left:
            return left.pop(0)
        await asyncio.sleep(3600)
        raise AssertionError("nobody waits for so long")

    async def send(message: Message) -> None:
        answer.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
    asyncio.run(Gate(echo, rules_for("127.0.0.1", ()))(scope, receive, send))
    status = answer[0]["status"] if answer else None
    return status, b"".join(message.get("body", b"") for message in answer[1:]), echo.asked


def test_a_body_in_pieces_is_handed_on_whole():
    assert posted([QUERY[:5], b"", QUERY[5:]]) == (200, QUERY, True)


def test_a_body_without_end_is_cut_at_the_limit():
    status, _, asked = posted([b" " * (LARGEST_BODY // 2)] * 3, ends=False)
    assert (status, asked) == (413, False)


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gate_module, "BODY_SECONDS", 0.05)
    status, _, asked = posted([QUERY], ends=False)
    assert (status, asked) == (408, False)


def test_several_requests_in_one_body_are_not_handed_on():
    status, answer, asked = posted([b"[" + QUERY + b"," + QUERY + b"]"])
    assert (status, asked) == (400, False)
    assert b"one JSON object" in answer
