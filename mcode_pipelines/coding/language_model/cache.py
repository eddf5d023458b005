"""What a language model decided, remembered by hash: no answer is paid twice, and no verbatim is stored."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

_BUSY_SECONDS = 30
_AT_ONCE = 500


def cache_key(*parts: object) -> str:
    """The hash by which an answer is remembered: of everything that makes the question what it is."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True, sort_keys=True, default=str).encode()).hexdigest()


class ModelCache:
    """Hashes and decisions in one SQLite file that any number of processes may share. None: nothing is remembered.

    A cache that cannot be used (no rights, no room, damaged) is no error: `trouble` says so, and work goes on.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.trouble: str | None = None

    def get(self, keys: Iterable[str]) -> dict[str, Any]:
        """What is remembered of these."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Any] = {}
        with self._open() as connection:
            if connection is None:
                return {}
            for start in range(0, len(wanted), _AT_ONCE):
                part = wanted[start : start + _AT_ONCE]
                marks = ",".join("?" * len(part))
                rows = connection.execute(f"SELECT key, decision FROM decided WHERE key IN ({marks})", part)  # noqa: S608
                found |= {key: json.loads(decision) for key, decision in rows}
        return found

    def put(self, decisions: Mapping[str, Any]) -> None:
        """Remembers decisions; the first one stays."""
        if not decisions:
            return
        with self._open() as connection:
            if connection is not None:
                connection.executemany(
                    "INSERT OR IGNORE INTO decided VALUES (?, ?)",
                    [(key, json.dumps(decision)) for key, decision in decisions.items()],
                )
                connection.commit()

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        if self._path is None or self.trouble is not None:
            yield None
            return
        with self._lock:
            connection = None
            try:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS)
                connection.execute("CREATE TABLE IF NOT EXISTS decided (key TEXT PRIMARY KEY, decision TEXT)")
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)
                connection = None
            try:
                yield connection
            except (sqlite3.Error, OSError, json.JSONDecodeError) as error:
                self._give_up(error)
            finally:
                if connection is not None:
                    connection.close()

    def _give_up(self, error: Exception) -> None:
        self.trouble = f"the memory of the language model's answers cannot be used ({error})"
