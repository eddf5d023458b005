"""A language model on this machine: a real HTTP server that speaks the API, and misbehaves where a test asks for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Words = dict[str, int]
"""A word to the code of answers that hold it."""


@dataclass
class Reply:
    """What the server answers."""

    content: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """A whole body in place of the API's."""
    wait: threading.Event | None = None
    """Answers only when this is set (or the test ends)."""
    usage: bool = True


@dataclass
class Asked:
    """One question to the model as it came over the wire."""

    body: dict[str, Any]
    headers: dict[str, str]
    number: int

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def answers(self) -> dict[int, str]:
        return {a["id"]: a["text"] for a in json.loads(self.body["messages"][1]["content"])["answers"]}

    @property
    def wants_a_frame(self) -> bool:
        return "make the code frame" in self.system


class LoopbackModel:
    """Codes answers by their words, unless a test's own behaviour says otherwise (None: as usual)."""

    def __init__(self, words: Words, other: int = 6) -> None:
        self.words = words
        self.other = other
        self.asked: list[Asked] = []
        self.behave: Callable[[Asked], Reply | None] = lambda asked: None
        self.themes: list[dict[str, Any]] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        self.closing = threading.Event()
        self.base_url = ""

    def codes_of(self, text: str) -> list[int]:
        found = [code for word, code in self.words.items() if word in text.lower()]
        return list(dict.fromkeys(found))[:3] or [self.other]

    def usual(self, asked: Asked) -> Reply:
        if asked.wants_a_frame:
            return Reply(json.dumps({"themes": self.themes}))
        coded = [{"id": n, "codes": self.codes_of(text)} for n, text in asked.answers.items()]
        return Reply(json.dumps({"answers": coded}))

    def reply(self, body: dict[str, Any], headers: dict[str, str]) -> Reply:
        with self._lock:
            asked = Asked(body, headers, len(self.asked) + 1)
            self.asked.append(asked)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        return self.behave(asked) or self.usual(asked)

    def done(self) -> None:
        with self._lock:
            self.at_once -= 1


@contextmanager
def running(model: LoopbackModel) -> Iterator[LoopbackModel]:
    """The model behind http://127.0.0.1:<free port>/v1."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["content-length"])))
            reply = model.reply(given, {k.lower(): v for k, v in self.headers.items()})
            try:
                if reply.wait is not None:
                    while not (reply.wait.wait(0.02) or model.closing.is_set()):
                        pass
                self._send(reply, given)
            except (BrokenPipeError, ConnectionResetError):
                pass
            finally:
                model.done()

        def _send(self, reply: Reply, given: dict[str, Any]) -> None:
            message = {"role": "assistant", "content": reply.content}
            told: dict[str, Any] = {
                "id": "x",
                "object": "chat.completion",
                "created": 0,
                "model": given["model"],
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            }
            if reply.usage:
                told["usage"] = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
            body = reply.body if reply.body is not None else json.dumps(told).encode()
            self.send_response(reply.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    model.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        model.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def refused(status: int, message: str, code: str | None = None, **headers: str) -> Reply:
    """An error as the API tells it."""
    body = json.dumps({"error": {"message": message, "code": code}}).encode()
    return Reply(status=status, body=body, headers=headers)
