"""Tables of one survey file, without Dagster: what `mcode tabulate` does.

Detection and coding are loaded where they are needed: tables with a codebook and without open answers start sooner.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import polars as pl

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
    TabulationPlan,
    empty_codings,
)
from mcode_pipelines.tabulation import (
    Wave,
    banner_in_words,
    check_filter,
    complete_plan,
    tabulate,
    variables_used,
    wanted_waves,
    with_further_choices,
)

if TYPE_CHECKING:
    from mcode_pipelines.coding import SurveyAnswers

CELLS_FORMATS: tuple[CellsFormat, ...] = ("csv", "json", "parquet")
FORMATS = ("xlsx", *CELLS_FORMATS)


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
    lists: Sequence[Path] = (),
    workers: int | None = None,
    in_place: bool = False,
    worker: Worker | None = None,
) -> tuple[list[DeliveredFile], int, list[str], list[str]]:
    """Writes cells, tests and tab books; returns the files and the number of tables, why others could not be made, and
    which are empty or without answers that are no numbers.

    Open-ended questions are coded on the way where the plan asks for them, or where there is no plan.
    `waves` are earlier waves as LABEL=FILE, oldest first, to stand beside this one.
    `workers` are the processes that write tab books, None as many as pay. With `in_place` a Parquet file is read where
    it lies, in this process, which may be lost to it. With `worker` whole tables are divided among processes where
    `workers_for` finds that it can be done; those after the first return nothing.
    """
    started = datetime.now(UTC)
    if worker and worker.index and (waves or not codebook):
        return [], 0, [], []
    wanted = _formats(formats)
    earlier = _labelled(waves)
    must_be_files(data, form, *lists, codebook, plan, *frames, coded, *earlier.values())
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
        order = complete_plan(order.model_copy(update=changes), book)
        _check_coded_questions(book, frames, examples)
        given, codings, of_frames = _coded(order, raw, book, frames, examples, progress)
        told = [*raw.head.source.remarks_in(order.language), *book.remarks_in(order.language), *of_frames]
        before = []
        told_of_waves: list[tuple[str, str | int]] = []
        compared = wanted_waves(order, list(earlier)) if earlier else []
        for label, path in earlier.items():
            then = open_files.enter_context(read_file(path, form, settings, lists))
            if label in compared:
                told_of_waves += [("earlier_wave", label), *_facts_of_data(path, then)]
            before.append(_earlier_wave(label, then, codebook, order, given, progress))
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
                notes = collect_book_metadata(facts, book, order, variables_used(order, book), started=started)
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


def _labelled(waves: Sequence[str]) -> dict[str, Path]:
    """Earlier waves by their label."""
    found: dict[str, Path] = {}
    for given in waves:
        label, sign, path = given.partition("=")
        if not (sign and label.strip() and path):
            raise CommandError(f"--wave {given}: write a label and a file, such as --wave 2026-05=may.csv")
        if label.strip() in found:
            raise CommandError(f"--wave {given}: another wave is called {label.strip()} too; give each its own label")
        found[label.strip()] = Path(path)
    return found


def _earlier_wave(
    label: str, raw: RawSurvey, codebook: Path | None, plan: TabulationPlan, frames: CodeFrames, progress: Progress
) -> Wave:
    """An earlier wave read by the same codebook, as far as its columns go, and coded into the same frames.

    Codes that only this wave has are choices of its questions too, except where they are coded into a frame.
    """
    book = codebook_of(codebook, raw)
    columns = set(raw.columns)
    book = book.model_copy(update={"variables": tuple(v for v in book if columns.issuperset(v.columns))})
    if codebook is not None:
        whole = with_further_choices(book, raw, partial(codebook_of, None, raw))
        variables = tuple(v if frames.of(v.name) else whole[v.name] for v in book)
        book = book.model_copy(update={"variables": variables})
    if not len(frames):
        return Wave(label, raw, book)
    from mcode_pipelines.coding import CodingSettings, LocalEngine, SurveyAnswers, code_survey, default_embedder

    asked = _answers_of_plan(plan, raw, book)
    answers = SurveyAnswers(
        [q for q in asked.questions if frames.of(q.variable)], [q for q in asked.semi_open if frames.of(q.parent.name)]
    )
    embedder, how = default_embedder(), CodingSettings()
    codings = code_survey(answers, frames, LocalEngine(embedder), embedder=embedder, settings=how, progress=progress)
    return Wave(label, raw, book, frames, codings)


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

    answers = _answers_of_plan(order, raw, book)
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


def _answers_of_plan(plan: TabulationPlan, raw: RawSurvey, book: Codebook) -> SurveyAnswers:
    """The open questions that a completed plan names: in rows, banner, filters, weights or definitions."""
    from mcode_pipelines.coding import SurveyAnswers, survey_answers

    found = survey_answers(raw, book)
    told = plan.model_dump_json(include={"banner", "define", "filter", "rows", "weight", "weights"})

    def named(variable: str) -> bool:
        spelled = json.dumps(variable, ensure_ascii=False)[1:-1]
        return re.search(rf"(?<![\w.-]){re.escape(spelled)}(?![\w.-])", told) is not None

    return SurveyAnswers(
        [q for q in found.questions if named(q.variable)], [q for q in found.semi_open if named(q.parent.name)]
    )


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
