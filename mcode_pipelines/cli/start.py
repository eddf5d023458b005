"""How `mcode` starts: at once, or in a copy of this process that a file may kill.

Reading a Parquet file in a process of its own and then once more to tabulate it costs twice, and so does importing.
So `mcode tabulate` of one does everything in a copy of this process, made before anything is imported: a process
without threads can be copied safely. Should the file kill the copy, or should anything unforeseen happen there, this
process is still there and goes the careful way, whose reader tells what is wrong with the file.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from mcode_pipelines.cli.worker_processes import UNFORESEEN_STATUS, end_with_parent, forked

_MANY_BYTES = 100_000
"""Of a codebook: it has so many questions that tables are shared between two processes."""

_MOST_PROCESSES = 16
_OBJECTS_UNTIL_CYCLES_ARE_SOUGHT = 20_000
_THE_SAME_IN_A_COPY = 500_000
"""Of one that ends with its tables: what it leaves behind until then is little."""


def main() -> None:
    """The command `mcode`."""
    # Tables are many small objects and few cycles: looking for those as often as Python does costs a tenth of a run.
    gc.set_threshold(_OBJECTS_UNTIL_CYCLES_ARE_SOUGHT, 20, 20)
    if _is_for_a_copy(sys.argv[1:]) and _is_alone():
        ended = _run_in_copy()
        if ended is not None:
            sys.exit(ended)
    from mcode_pipelines.cli.command_line import main as command

    command(prog_name="mcode")


def _is_for_a_copy(arguments: Sequence[str]) -> bool:
    return (
        arguments[:1] == ["tabulate"]
        and any(a.lower().endswith(".parquet") for a in arguments)
        and not any(a.startswith("--form") and not a.startswith("--formats") for a in arguments)
    )


def _processes(arguments: Sequence[str]) -> int:
    """In how many processes to start: what was asked for, else two where there seem to be many tables.

    Tables are shared only where a codebook is given: it need not be found out twice.
    """
    codebook, workers = _value(arguments, "--codebook"), _value(arguments, "--workers")
    if not codebook:
        return 1
    if workers:
        return int(workers) if workers.isdecimal() and 1 <= int(workers) <= _MOST_PROCESSES else 1
    several = len(os.sched_getaffinity(0)) > 1
    return 2 if several and Path(codebook).is_file() and Path(codebook).stat().st_size > _MANY_BYTES else 1


def _value(arguments: Sequence[str], option: str) -> str:
    """What stands behind an option of the command line, "" where it is not there."""
    for at, argument in enumerate(arguments):
        name, sign, value = argument.partition("=")
        if name == option:
            return value if sign else (*arguments[at + 1 : at + 2], "")[0]
    return ""


def _is_alone() -> bool:
    """Whether this process has no threads but this one (Linux)."""
    tasks = Path("/proc/self/task")
    return tasks.is_dir() and len(list(tasks.iterdir())) == 1


def _run_in_copy() -> int | None:
    """The status that the command ended with in a copy of this process; None where it has to be done here."""
    parent = os.getpid()
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    copy = os.fork()
    if copy == 0:
        _give_up(parent)
        gc.set_threshold(_THE_SAME_IN_A_COPY, 50, 1000)
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        _end_at_once(_run_with_workers)
    stopped: list[int] = []

    def pass_on(number: int, frame: FrameType | None) -> None:
        stopped.append(number)
        os.kill(copy, number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGTERM, signal.SIGINT)}
    signal.pthread_sigmask(signal.SIG_SETMASK, held)
    _, status = os.waitpid(copy, 0)
    for number, handler in before.items():
        signal.signal(number, handler)
    ended = os.waitstatus_to_exitcode(status)
    if stopped:
        return ended if ended > 0 else 128 + stopped[0]
    return ended if ended >= 0 and ended != UNFORESEEN_STATUS else None


def _run_with_workers() -> None:
    """The command, in as many processes as pay."""
    processes = _processes(sys.argv[1:])
    if processes > 1 or _value(sys.argv[1:], "--workers"):
        # So many processors as there are workers: threads of one would only be in the way of another.
        os.environ.setdefault("POLARS_MAX_THREADS", "1")
    with forked(processes) as worker:
        from mcode_pipelines.cli.command_line import main as command

        command(prog_name="mcode", obj={"in_place": True, "worker": worker})


def _end_at_once(run: Callable[[], None]) -> NoReturn:
    """Ends this process with what it runs: taking the modules and tables apart first costs a quarter of a second."""
    status = UNFORESEEN_STATUS
    try:
        run()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _give_up(parent: int) -> None:
    """What the copy does without: outliving this process, core files, more memory than there is."""
    # In a group of its own, so that what stops a command from the keyboard reaches it once, by the waiting process.
    os.setpgid(0, 0)
    end_with_parent(parent)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_DATA, (memory if hard < 0 else min(memory, hard), hard))
