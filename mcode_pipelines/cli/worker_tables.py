"""Tables on their way from tabulation to files: in one process, or divided among worker processes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mcode_pipelines.cli.worker_processes import Worker, WorkerLost
from mcode_pipelines.delivery import MAX_TABLES_PER_BOOK, BookMetadata, StagedFiles, stage_tab_books
from mcode_pipelines.lake import TableBatches, save_batches
from mcode_pipelines.survey import Codebook, CrossTables, Kind, SurveyError, TabulationPlan, user_message
from mcode_pipelines.tabulation import PlanError, tables_in

FEW_TABLES = 300
"""Up to here a second process costs more than it gains."""
_MOST_BYTES_HELD = 200 << 20


class WorkerError(SurveyError):
    """A worker process could not make its part."""


class SpooledBatches:
    """Finished tables for one writer after the other: made while the first one takes them, kept for the next.

    What does not fit into some hundred megabytes is kept on disk.
    """

    def __init__(self, finished: Iterable[CrossTables], folder: Path, *, kept: bool) -> None:
        self.tables = 0
        self.troubles: list[str] = []
        """Why tables could not be made."""
        self.not_made: list[str] = []
        """Why what the tables do without could not be made."""
        self.remarks: list[str] = []
        """Of which tables nobody in the base has answers, and which are without answers that are no numbers."""
        self._finished = iter(finished)
        self._folder = folder
        self._kept = kept
        self._held: list[CrossTables] = []
        self._bytes = self._saved = 0

    def __iter__(self) -> Iterator[CrossTables]:
        yield from self._held
        yield from TableBatches(self._folder)
        for batch in self._finished:
            self.not_made = list(batch.book.not_made)
            self.tables += sum(head.trouble is None for head in batch.heads)
            self.troubles += [f"{head.variable}: {head.trouble}" for head in batch.heads if head.trouble]
            said = [f"{head.variable}: {r}" for head in batch.heads for r in (head.nobody, head.left_out) if r]
            self.remarks = list(dict.fromkeys([*self.remarks, *said]))
            if self._kept:
                self._keep(batch)
            yield batch

    def _keep(self, batch: CrossTables) -> None:
        self._bytes += int(batch.cells.estimated_size() + batch.tests.estimated_size())
        if self._bytes <= _MOST_BYTES_HELD:
            self._held.append(batch)
        else:
            save_batches([batch], self._folder, first=self._saved + 1)
            self._saved += 1


def workers_for(worker: Worker | None, plan: TabulationPlan, book: Codebook, workers: int | None) -> int:
    """In how many processes whole tables are made, each with its own books.

    1 where it cannot be done (tables on one sheet: which of them fit is known only when they are made; open answers,
    which would be coded in each process) or where, unasked, it would not pay. Every process finds the same.
    """
    if worker is None or worker.of == 1 or plan.book.layout == "one_sheet":
        return 1
    if book.of_kind(Kind.OPEN_ENDED):
        return 1
    tables = tables_in(plan)
    if workers is None and tables <= FEW_TABLES:
        return 1
    return min(worker.of, -(-tables // MAX_TABLES_PER_BOOK))


def tables_of_worker(plan: TabulationPlan, index: int, several: int) -> range:
    """The tables that a process makes: whole books, which follow each other."""
    tables = tables_in(plan)
    books = -(-tables // MAX_TABLES_PER_BOOK)
    first, last = (MAX_TABLES_PER_BOOK * (books * at // several) for at in (index, index + 1))
    return range(first, min(last, tables))


@dataclass(frozen=True)
class WorkerResult:
    """What another process made of its tables."""

    books: StagedFiles
    tables: int
    troubles: list[str]
    remarks: list[str]
    batches: Path | None
    """The folder of its tables for other formats than workbooks."""


def result_of_worker(
    batches: SpooledBatches, output: Path, name: str, notes: BookMetadata, first: int, others: bool
) -> WorkerResult | str:
    """The books from number `first` on, or the sentence that tells why there are none."""
    try:
        books = stage_tab_books(batches, output, name=name, first=first, notes=notes)
        kept = None
        if others:
            kept = Path(tempfile.mkdtemp(prefix="mcode-"))
            save_batches(batches, kept)
        return WorkerResult(books, batches.tables, batches.troubles, batches.remarks, kept)
    except BaseException as error:
        if sentence := user_message(error):
            return sentence
        raise


class WorkerResults:
    """What the other processes made, once they are done with it."""

    def __init__(self, worker: Worker | None) -> None:
        self._worker = worker or Worker()
        self._made: list[WorkerResult] = []

    @property
    def tables(self) -> int:
        """Tables in all parts."""
        return sum(part.tables for part in self._made)

    @property
    def troubles(self) -> list[str]:
        """Why tables of theirs could not be made."""
        return [trouble for part in self._made for trouble in part.troubles]

    @property
    def remarks(self) -> list[str]:
        """What is to be told of theirs that were made."""
        return [remark for part in self._made for remark in part.remarks]

    def books(self, first: SpooledBatches) -> list[StagedFiles]:
        """Their books. Raises what went wrong with them; PlanError where no process made a table."""
        try:
            received = self._worker.results()
        except WorkerLost as lost:
            if not lost.killed:
                raise
            raise WorkerError(
                "a process that makes tables was ended, perhaps because the machine ran out of memory; run the command "
                "again with --workers 1"
            ) from lost
        self._made = [part for part in received if isinstance(part, WorkerResult)]
        for part in received:
            if isinstance(part, str):
                raise WorkerError(part)
        if not first.tables + self.tables:
            raise PlanError((*first.troubles, "no table can be made")[0])
        return [part.books for part in self._made]

    def batches(self) -> list[TableBatches]:
        """Their tables."""
        return [TableBatches(part.batches) for part in self._made if part.batches]

    def clear(self) -> None:
        """Ends those still at work and removes what the others left."""
        left = [part for part in self._worker.stop_others() if isinstance(part, WorkerResult)]
        for part in self._made + left:
            for folder in (part.books.folder, part.batches):
                if folder:
                    shutil.rmtree(folder, ignore_errors=True)
