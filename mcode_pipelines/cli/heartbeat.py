"""A person who waits is told that the work goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType


class Heartbeat:
    """Passes lines on; where none came for a while, says that the last one still holds.

    Used as `with Heartbeat(print) as say:`.
    """

    def __init__(self, say: Callable[[str], None], seconds: float = 2) -> None:
        self._say, self._seconds = say, seconds
        self._began = self._told = time.monotonic()
        self._over = threading.Event()
        self._one_line_at_a_time = threading.Lock()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __call__(self, line: str) -> None:
        """Says something of the work."""
        with self._one_line_at_a_time:
            self._told = time.monotonic()
            self._say(line)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(max(0.05, self._told + self._seconds - time.monotonic())):
            if time.monotonic() - self._told >= self._seconds:
                self(f"        ... ({time.monotonic() - self._began:.0f} s)")
