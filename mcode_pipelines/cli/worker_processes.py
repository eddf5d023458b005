"""Worker processes that make the tables of a book together: each makes a part, the first puts all parts together.

They are copies of one command, made before anything is imported, so that they need nothing from each other but what
they send in the end. Only the standard library is used here, and little of it.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

UNFORESEEN_STATUS = 86
"""The status of a copy that met an error nobody foresaw, and has said nothing."""
_PR_SET_PDEATHSIG = 1
_PATIENCE_SECONDS = 5.0


class WorkerLost(Exception):
    """A copy ended without a word: killed where `killed`, else by an error nobody foresaw."""

    def __init__(self, *, killed: bool) -> None:
        self.killed = killed
        super().__init__("a copy of this process ended without a word")


@dataclass
class Worker:
    """Which part of the tables this process makes."""

    index: int = 0
    """From 0; the first process puts the parts together."""
    of: int = 1
    """How many processes there are."""
    _others: list[tuple[int, int]] = field(default_factory=list)
    """Of the first: process and pipe of each copy."""
    _pipe: int = -1
    """Of a copy: where it sends."""

    def send(self, what: Any) -> None:
        """Sends something to the first process, once. It is what `results` gives there."""
        with os.fdopen(self._pipe, "wb") as pipe:
            pickle.dump(what, pipe)

    def results(self) -> list[Any]:
        """What every copy sent, in their order. Waits for them to end. Raises WorkerLost."""
        found = []
        while self._others:
            process, pipe = self._others[0]
            with os.fdopen(pipe, "rb") as sent:
                content = sent.read()
            del self._others[0]
            _, status = os.waitpid(process, 0)
            if not content:
                raise WorkerLost(killed=os.WIFSIGNALED(status))
            found.append(pickle.loads(content))  # noqa: S301 - of our own
        return found

    def stop_others(self) -> list[Any]:
        """Ends the copies that are still at work. Returns what others had sent, so that it can be removed."""
        for process, _ in self._others:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        until = time.monotonic() + _PATIENCE_SECONDS
        found = []
        for process, pipe in self._others:
            while os.waitpid(process, os.WNOHANG) == (0, 0):
                if time.monotonic() > until:
                    os.kill(process, signal.SIGKILL)
                    os.waitpid(process, 0)
                    break
                time.sleep(0.01)
            with os.fdopen(pipe, "rb") as sent:
                content = sent.read()
            if content:
                found.append(pickle.loads(content))  # noqa: S301 - of our own
        self._others.clear()
        return found


@contextmanager
def forked(processes: int) -> Iterator[Worker]:
    """Goes on in so many processes, this one the first. It must not have threads.

    The copies are gone when the block of the first one ends.
    """
    worker = Worker(0, processes)
    parent = os.getpid()
    for index in range(1, processes):
        read, write = os.pipe()
        copy = os.fork()
        if copy == 0:
            for _, pipe in (*worker._others, (0, read)):
                os.close(pipe)
            end_with_parent(parent)
            yield Worker(index, processes, _pipe=write)
            return
        os.close(write)
        worker._others.append((copy, read))
    try:
        yield worker
    finally:
        worker.stop_others()


def end_with_parent(parent: int) -> None:
    """Has this process killed when the one it works for is (Linux)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
