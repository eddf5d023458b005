"""Tables of one survey file, without Dagster: what `mcode tabulate` does.

Detection and coding are loaded where they are needed: tables with a codebook and without open answers start sooner.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import polars as pl

from mcode_pipelines.cli.earlier_waves import answers_of_plan, coded_wave, earlier_wave, wave_files
from mcode_pipelines.cli.harmonisation_file import decisions_of_file, sheet_of_waves
from mcode_pipelines.cli.survey_file import (
    CommandError,
    codebook_of,
    must_be_files,
    output_folder,
    read_file,
    sha256_of,
)
from mcode_pipelines.cli.worker_processes import Worker
from mcode_pipelines.cli.worker_tables import (
    FEW_TABLES,
    SpooledBatches,
    WorkerResults,
    result_of_worker,
    tables_of_worker,
    workers_for,
)
from mcode_pipelines.delivery import (
    MAX_TABLES_PER_BOOK,
    BookMetadata,
    CellsFormat,
    DeliveredFile,
    collect_book_metadata,
    write_cells,
    write_tab_books,
)
from mcode_pipelines.intake import read_frames, read_plan, readable_name
from mcode_pipelines.settings import Settings
from mcode_pipelines.survey import (
    Codebook,
    CodeFrames,
    Kind,
    Progress,
    RawSurvey,
    Remark,
    TabulationPlan,
    empty_codings,
)
from mcode_pipelines.survey.harmonisation import NOTHING_DECIDED
from mcode_pipelines.tabulation import (
    Wave,
    banner_in_words,
    check_filter,
    codebook_of_waves,
    complete_plan,
    tabulate,
    variables_used,
    wanted_waves,
)

if TYPE_CHECKING:
    pass

CELLS_FORMATS: tuple[CellsFormat, ...] = ("csv", "json", "parquet")
FORMATS = ("xlsx", *CELLS_FORMATS)
_BORROWED = Remark(
    en="read with the form of the newest wave, as no other was given (--wave LABEL=DATA:FORM): {waves}",
    id="dibaca dengan formulir gelombang terbaru karena tidak ada yang lain (--wave LABEL=DATA:FORM): {waves}",
)


def tabulate_file(
    *,
    data: Path,
    form: Path | None,
    codebook: Path | None,
    plan: Path | None,
    frames: Sequence[Path],
    coded: Path | None,
    formats: str,
    output: Path,
    settings: Settings,
    progress: Progress,
    waves: Sequence[str] = (),
    harmonisation: Path | None = None,
    lists: Sequence[Path] = (),
    workers: int | None = None,
    in_place: bool = False,
    worker: Worker | None = None,
) -> tuple[list[DeliveredFile], int, list[str], list[str]]:
    """Writes cells, tests and tab books; returns the files and the number of tables, why others could not be made, and
    which are empty or without answers that are no numbers.

    Open-ended questions are coded on the way where the plan asks for them, or where there is no plan.
    `waves` are earlier waves as `wave_files` reads them, oldest first, to stand beside this one; `harmonisation` is
    what a person says is the same in them, a sheet or YAML.
    `workers` are the processes that write tab books, None as many as pay. With `in_place` a Parquet file is read where
    it lies, in this process, which may be lost to it. With `worker` whole tables are divided among processes where
    `workers_for` finds that it can be done; those after the first return nothing.
    """
    started = datetime.now(UTC)
    if worker and worker.index and (waves or not codebook):
        return [], 0, [], []
    wanted = _formats(formats)
    earlier = wave_files(waves)
    of_waves = (path for wave in earlier.values() for path in wave.files)
    must_be_files(data, form, *lists, codebook, plan, *frames, coded, harmonisation, *of_waves)
    decisions = decisions_of_file(harmonisation, settings, waves=bool(earlier)) if harmonisation else NOTHING_DECIDED
    order = read_plan(plan, plan.name) if plan else TabulationPlan()
    examples = _examples(coded)
    changes: dict[str, object] = {"title": order.title or _stem(data)}
    if earlier:
        changes |= {"waves": order.waves or "all", "wave": order.wave or _stem(data)}

    # The first process makes the folder and takes it away again where nothing comes of the work.
    with nullcontext() if worker and worker.index else output_folder(output), ExitStack() as open_files:
        parts = WorkerResults(worker)
        open_files.callback(parts.clear)
        raw = open_files.enter_context(read_file(data, form, settings, lists, in_place=in_place))
        book = codebook_of(codebook, raw)
        why_these = [banner_in_words(book, order.language)] if order.banner is None else []
        order = order.model_copy(update=changes)
        compared = wanted_waves(order, list(earlier), order.wave) if earlier else []
        waves_before: list[Wave] = []
        told_of_waves: list[tuple[str, str | int]] = []
        borrowed: list[str] = []
        for label, files in earlier.items():
            own_form = files.form or (form if files.codebook is None else None)
            then = open_files.enter_context(read_file(files.data, own_form, settings, () if files.form else lists))
            if label in compared:
                told_of_waves += [("earlier_wave", label), *_facts_of_data(files.data, then)]
                waves_before.append(earlier_wave(label, then, files.codebook, codebook))
                borrowed += [label] if own_form and not files.form else []
        known = codebook_of_waves(book, waves_before, order, decisions)
        order = complete_plan(order, known)
        _check_coded_questions(book, frames, examples)
        given, codings, of_frames = _coded(order, raw, book, frames, examples, progress)
        told = [*raw.head.source.remarks_in(order.language), *book.remarks_in(order.language), *of_frames]
        told += [_BORROWED.in_language(order.language).format(waves=", ".join(borrowed))] if borrowed else []
        before = [coded_wave(wave, order, given, progress) for wave in waves_before]
        this = Wave(order.wave or _stem(data), raw, book, given, codings)
        sheet = sheet_of_waves(this, before, order, decisions, output) if before else []
        several = workers_for(worker, order, book, workers) if "xlsx" in wanted and codebook and not before else 1
        if worker and worker.index >= several:
            return [], 0, [], []
        mine = tables_of_worker(order, worker.index, several) if worker and several > 1 else None
        others: list[CellsFormat] = [f for f in CELLS_FORMATS if f in wanted]
        finished = tabulate(
            order,
            raw,
            book,
            frames=given,
            codings=codings,
            earlier_waves=before,
            decisions=decisions,
            places=mine,
            tests=bool(others) or order.book.p_values,
            progress=progress,
        )
        with tempfile.TemporaryDirectory(prefix="mcode-") as folder:
            batches = SpooledBatches(finished, Path(folder), kept="xlsx" in wanted and bool(others))
            written: list[DeliveredFile] = []
            notes = BookMetadata()
            if "xlsx" in wanted:
                facts = [*_facts(data, form, plan, order, raw), *told_of_waves]
                facts += [("reading", remark) for remark in book.remarks_in(order.language)]
                notes = collect_book_metadata(facts, book, order, variables_used(order, known), started=started)
            if worker and worker.index and mine:
                worker.send(
                    result_of_worker(
                        batches, output, _stem(data), notes, 1 + mine.start // MAX_TABLES_PER_BOOK, bool(others)
                    )
                )
                return [], 0, [], []
            if "xlsx" in wanted:
                written += write_tab_books(
                    batches,
                    output,
                    name=_stem(data),
                    notes=notes,
                    progress=progress,
                    workers=1 if mine else workers or _workers(len(order.rows or ())),
                    others=(lambda: parts.books(batches)) if mine else None,
                )
            written += sheet
            if others:
                written += write_cells(chain(batches, *parts.batches()), output, others)
    tables = batches.tables + parts.tables
    return (
        written,
        tables,
        batches.not_made + batches.troubles + parts.troubles,
        why_these + told + batches.remarks + parts.remarks,
    )


def _stem(data: Path) -> str:
    return PurePath(readable_name(data.name)).stem


def _workers(tables: int) -> int:
    """How many processes to write books with: a second one takes half a second to start."""
    return 2 if tables > FEW_TABLES and len(os.sched_getaffinity(0)) > 1 else 1


def _formats(text: str) -> set[str]:
    wanted = {f.strip().lower() for f in text.split(",") if f.strip()}
    unknown = sorted(wanted - set(FORMATS))
    if unknown or not wanted:
        raise CommandError(f"--formats takes any of {', '.join(FORMATS)}, not {', '.join(unknown) or 'nothing'}")
    return wanted


def _examples(coded: Path | None) -> pl.DataFrame | None:
    """Coded answers that were given."""
    if coded is None:
        return None
    from mcode_pipelines.coding import read_coded_examples

    return read_coded_examples(coded)


def _check_coded_questions(book: Codebook, frames: Sequence[Path], examples: pl.DataFrame | None) -> None:
    """Raises CommandError where a frame or codes are for a question that has no open answers."""
    asked = [(f"{path.name}: the code frame is", f.variable) for path in frames for f in read_frames(path, path.name)]
    if examples is not None:
        asked += [("--coded: the codes are", name) for name in examples["variable"].unique(maintain_order=True)]
    open_texts = {v.name for v in book.of_kind(Kind.OPEN_ENDED)} | {
        v.other_of for v in book.of_kind(Kind.OTHER_SPECIFY)
    }
    for what, name in asked:
        if name not in book:
            raise CommandError(
                f"{what} for {name!r}, which is no question of the data; correct the name, or leave it out"
            )
        if name not in open_texts:
            kind = book[name].kind.value.replace("_", " ")
            raise CommandError(
                f"{what} for {name}, which is not open-ended but {kind}; leave it out, "
                "or make the question open_ended in the codebook"
            )


def _coded(
    order: TabulationPlan,
    raw: RawSurvey,
    book: Codebook,
    frames: Sequence[Path],
    examples: pl.DataFrame | None,
    progress: Progress,
) -> tuple[CodeFrames, pl.DataFrame, list[str]]:
    """Code frames and codes of the open questions that the plan asks for, texts behind "other, specify" with theirs.

    Also what is to be told of the frames that were given.
    """
    if not book.of_kind(Kind.OPEN_ENDED) and not book.of_kind(Kind.OTHER_SPECIFY):
        return CodeFrames(()), empty_codings(), []
    from mcode_pipelines.coding import CodingSettings, LocalEngine, code_survey, default_embedder, frame_survey

    answers = answers_of_plan(order, raw, book)
    if not answers.texts:
        return CodeFrames(()), empty_codings(), []
    check_filter(order, raw, book)  # coding takes long: a filter that selects nobody is told before it
    embedder, how = default_embedder(), CodingSettings()
    engine = LocalEngine(embedder)
    brought = CodeFrames(tuple(f for path in frames for f in read_frames(path, path.name)))
    told: list[str] = []
    made = frame_survey(
        answers, engine, embedder=embedder, settings=how, given=brought, remarks=told, progress=progress
    )
    codings = code_survey(answers, made, engine, embedder=embedder, settings=how, coded=examples, progress=progress)
    return made, codings, told


def _facts(
    data: Path, form: Path | None, plan: Path | None, order: TabulationPlan, raw: RawSurvey
) -> list[tuple[str, str | int]]:
    """What the metadata sheet tells of the files."""
    file, digest, rows = _facts_of_data(data, raw)
    told = [file]
    told += [("form", readable_name(form.name))] if form else []
    told += [(word, said) for word, said in (("study", order.study), ("wave", order.wave)) if said]
    told.append(digest)
    told += [(f"sha256_{kind}", sha256_of(path)) for kind, path in (("form", form), ("plan", plan)) if path]
    return [*told, rows, *(("reading", remark) for remark in raw.head.source.remarks_in(order.language))]


def _facts_of_data(data: Path, raw: RawSurvey) -> list[tuple[str, str | int]]:
    """The name, digest and number of rows of a file."""
    rows = raw.data.select(pl.len()).collect().item()
    return [("data", readable_name(data.name)), ("sha256", sha256_of(data)), ("rows", rows)]
