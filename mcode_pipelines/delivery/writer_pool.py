"""The processes that write tab books: this one, or several in parallel."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from mcode_pipelines.delivery.book_writer import BookJob, write_book
from mcode_pipelines.delivery.errors import DeliveryError

_PR_SET_PDEATHSIG = 1


class WriterPool:
    """Writes books in this process and, where there is a pool, in its processes."""

    def __init__(self, pool: ProcessPoolExecutor | None, others: int) -> None:
        self._pool = pool
        self._others = others

    def write(self, jobs: Iterable[BookJob]) -> Iterator[tuple[BookJob, bool]]:
        """Every book in its order once it is written, and whether it is the last.

        Only a few books wait for each process, so that memory stays flat.
        """
        coming = iter(jobs)
        job = next(coming, None)
        under_way: deque[tuple[BookJob, Future[None] | None]] = deque()
        while job is not None:
            following = next(coming, None)
            waiting = sum(future is not None and not future.done() for _, future in under_way)
            # One more than each can write, so that none stands still; the last book is written here meanwhile.
            if self._pool is not None and waiting < 2 * self._others and following is not None:
                under_way.append((job, self._pool.submit(write_book, job)))
            else:
                write_book(job)
                under_way.append((job, None))
            while under_way and (len(under_way) > 4 * self._others or _is_written(under_way[0][1])):
                yield _ended(*under_way.popleft()), following is None and not under_way
            job = following
        while under_way:
            written = _ended(*under_way.popleft())
            yield written, not under_way


def _is_written(future: Future[None] | None) -> bool:
    return future is None or future.done()


def _ended(job: BookJob, future: Future[None] | None) -> BookJob:
    if future is not None:
        try:
            future.result()
        except BrokenProcessPool as broken:
            raise DeliveryError(
                f"{job.file_name}: a process that writes workbooks was ended, perhaps because the machine ran out of "
                "memory; run this stage again with fewer workers"
            ) from broken
    return job


@contextmanager
def writer_pool(workers: int) -> Iterator[WriterPool]:
    """Writers in so many processes, this one included; started at once, so that they are ready for the first book."""
    if workers <= 1:
        yield WriterPool(None, 0)
        return
    # Not by fork: a copy of a process with running threads can wait for ever.
    pool = ProcessPoolExecutor(
        workers - 1, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with, initargs=(os.getpid(),)
    )
    try:
        for _ in range(workers - 1):
            pool.submit(_get_ready)
        yield WriterPool(pool, workers - 1)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end_with(parent: int) -> None:
    """Has this process killed when the one it writes for is: nobody would tell it that no more books come."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def _get_ready() -> None:
    """Imports what writing needs."""
    import fastexcel  # noqa: F401
    import xlsxwriter  # noqa: F401
