"""What a whole process costs: CPU, wall time and peak memory, its children included (Linux)."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK_SECONDS = 0.02
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True)
class Cost:
    """Of one process and everything it started; of several runs, the medians."""

    cpu: float
    """Seconds, user and system, of the process and the children it waited for."""
    wall: float
    """Seconds."""
    tree_mb: float
    """Most resident memory of all its processes together, looked at every 20 ms; shared pages count in each."""
    largest_mb: float
    """Most resident memory of any one of them."""


class ProcessFailed(Exception):
    """A measured process ended with an error: what it said last."""


def cost_of(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Cost:
    """Runs a command to its end and measures it. Raises ProcessFailed where it ends with an error."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=said,
            stderr=subprocess.STDOUT,
            # Compiled modules are kept, as they are wherever a program is installed.
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(environment or {})},
        )
        watch = _MemoryWatch(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        tree = watch.most_mb()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise ProcessFailed((said.read().decode(errors="replace").strip().splitlines() or ["no words"])[-1])
    largest = used.ru_maxrss / 1024
    return Cost(used.ru_utime + used.ru_stime, wall, max(tree, largest), largest)


def interleaved(
    runs: Mapping[str, Callable[[], Cost]], rounds: int, failures: dict[str, str] | None = None
) -> dict[str, Cost]:
    """Every run once a round, one after the other, so that a busy machine is busy for all; the medians of each.

    A run that fails is left out; what it said goes to `failures` and the error stream.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name in list(costs):
            try:
                costs[name].append(runs[name]())
            except ProcessFailed as failed:
                print(f"{name}: {failed}", file=sys.stderr)
                if failures is not None:
                    failures[name] = str(failed)
                del costs[name]
    return {name: medians(of) for name, of in costs.items()}


def medians(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(figures) for figures in zip(*(vars(c).values() for c in costs), strict=True)))


class _MemoryWatch:
    """Adds up the resident memory of a process tree every now and then until the process is gone."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._most = 0.0
        self._gone = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def most_mb(self) -> float:
        self._gone.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._gone.wait(_LOOK_SECONDS):
            self._most = max(self._most, sum(_resident_mb(pid) for pid in _tree(self._root)))


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found.extend(int(child) for child in children.read_text().split())
        except OSError:
            continue
    return found


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
    except (OSError, IndexError):
        return 0.0
