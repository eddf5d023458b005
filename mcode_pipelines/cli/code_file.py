"""Coding one question of a survey file, without Dagster: what `mcode code` does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from mcode_pipelines.cli.survey_file import (
    CommandError,
    codebook_of,
    must_be_files,
    output_folder,
    read_file,
    sha256_of,
    write_text,
)
from mcode_pipelines.coding import (
    CodingSettings,
    EarlierCoding,
    EngineReport,
    RunMode,
    SurveyAnswers,
    code_survey,
    coding_engine,
    default_embedder,
    frame_survey,
    open_questions,
    read_coded_examples,
    read_earlier_codes,
    survey_answers,
)
from mcode_pipelines.delivery import DeliveredFile, write_coded_form, write_coded_workbook, write_review_workbook
from mcode_pipelines.delivery.spreadsheet_text import escape_formulas
from mcode_pipelines.detection import asks_for_names, generated_missing_marks
from mcode_pipelines.intake import (
    Corrections,
    Decisions,
    FrameHistory,
    corrections_of,
    decisions_as_csv,
    inspect,
    is_review,
    read_frames,
    review_in,
)
from mcode_pipelines.lake import replaced_file
from mcode_pipelines.settings import Settings
from mcode_pipelines.survey import Codebook, CodeFrame, CodeFrames, Kind, Progress, RawSurvey, Variable


@dataclass(frozen=True)
class CodedFile:
    """What `mcode code` made."""

    frame: CodeFrame
    answers: int
    report: EngineReport
    files: tuple[Path, ...]
    told: tuple[str, ...]
    """What reviews changed, and what of them could not be used."""


def code_file(
    *,
    data: Path,
    form: Path | None,
    codebook: Path | None,
    variable: str | None,
    texts_alone: bool,
    frame: Path | None,
    grow_frame: bool,
    coded: Path | None,
    reviews: Sequence[Path],
    earlier: Path | None,
    codes_per_answer: int,
    single_code: bool,
    max_codes: int | None,
    review_below: float,
    non_answers: Sequence[str],
    workbooks: bool,
    output: Path,
    settings: Settings,
    progress: Progress,
    personal: bool = False,
    lists: Sequence[Path] = (),
) -> CodedFile:
    """Codes one open question, or a choice question with the texts behind its "other, specify".

    Writes frame.json and codes.csv; decided.csv where review workbooks came (what persons decided, to be given as
    `coded` again); with `workbooks` also the coded data, the form, and a review workbook. Answers of an `earlier`
    codes.csv keep their codes.
    """
    must_be_files(data, form, *lists, codebook, frame, coded, earlier, *reviews)
    examples = read_coded_examples(coded) if coded else None
    before = [EarlierCoding(read_earlier_codes(earlier))] if earlier else []
    sha256 = sha256_of(data)
    with output_folder(output), read_file(data, form, settings, lists) as raw:
        book = codebook_of(codebook, raw)
        answers = _asked(raw, book, variable, texts_alone, detected=codebook is None)
        ((name, texts),) = answers.texts.items()
        closed = _told_of_kind(book, answers)
        given = CodeFrames((_frame_for(frame, name),)) if frame else CodeFrames(())
        done = _reviewed(reviews, name, sha256, given, examples, settings)
        if done is not None:
            given = CodeFrames((done.frames[name],)) if name in done.frames else given
            examples = _as_examples(done.decisions, name)
        wanted = CodingSettings(
            codes_per_answer=codes_per_answer,
            single_code=single_code,
            max_codes=max_codes,
            review_below=review_below,
            grow_given_frames=grow_frame,
            non_answers=tuple(non_answers),
        )
        embedder = default_embedder()
        engine = coding_engine(settings.language_model(), embedder)
        frames = frame_survey(
            answers,
            engine,
            embedder=embedder,
            settings=wanted,
            given=given,
            remarks=engine.report.remarks,
            progress=progress,
        )
        codings = code_survey(
            answers,
            frames,
            engine,
            embedder=embedder,
            settings=wanted,
            coded=examples,
            mode=RunMode.ONLY_NEW if before else RunMode.ALL_BUT_CORRECTED,
            earlier=before,
            progress=progress,
        )
        (made,) = frames
        files = [output / "frame.json", output / "codes.csv"]
        told = json.dumps(made.model_dump(mode="json", exclude_none=True), ensure_ascii=False, indent=1)
        write_text(files[0], told)
        with replaced_file(files[1]) as beside:
            written = codings.select("respondent", "variable", "code", "label", "confidence", "decided_by")
            escape_formulas(written.lazy()).sink_csv(beside)
        if done is not None:
            files.append(output / "decided.csv")
            write_text(files[-1], decisions_as_csv(done.decisions, {made.variable: made}).decode())
        made_books: list[DeliveredFile] = []
        if workbooks:
            made_books = _workbooks(
                data, sha256, raw, book, answers, frames, codings, wanted, output, personal=personal
            )
            files += [f.path for f in made_books]
    notes = tuple(f"{f.path.name}: {f.note}" for f in made_books if f.note)
    return CodedFile(made, texts.answers.height, engine.report, tuple(files), (*_told(done), *closed, *notes))


def _asked(raw: RawSurvey, book: Codebook, name: str | None, texts_alone: bool, *, detected: bool) -> SurveyAnswers:
    """The question to code: the one that was named, whatever detection took it for, else the only open-ended one."""
    if name is None:
        found = open_questions(raw, book)
        if len(found) == 1:
            return SurveyAnswers(found, [])
        names = ", ".join(q.variable for q in found) or "none was detected"
        raise CommandError(f"name the question to code with -v; open-ended questions: {names}")
    if not texts_alone:
        merged = [q for q in survey_answers(raw, book).semi_open if name in {q.parent.name, q.texts.variable}]
        if merged and merged[0].texts.answers.height:
            return SurveyAnswers([], merged)
    are_names = False
    if name in book:
        are_names = book[name].names or (book[name].kind != Kind.OPEN_ENDED and asks_for_names(book[name].label))
        columns, label, missing = book[name].columns[:1], book[name].label, book[name].missing
        if book[name].kind == Kind.OPEN_ENDED:
            columns = book[name].columns
        elif detected and missing:
            missing = tuple(generated_missing_marks(raw, columns[0]).intersection(missing))
    elif name in raw.columns:
        columns, label, missing = (name,), name, ()
        are_names = asks_for_names(name)
    else:
        raise CommandError(
            f"there is no question or column {name!r} in the data; there are: {', '.join(raw.columns[:30])}"
        )
    asked = Variable(name=name, label=label, kind=Kind.OPEN_ENDED, columns=columns, missing=missing, names=are_names)
    found = open_questions(
        raw, Codebook(variables=(asked,), language=book.language, respondent_column=book.respondent_column)
    )
    if not found or found[0].answers.height == 0:
        raise CommandError(f"{name} has no answers to code: every cell of column {columns[0]!r} is empty")
    return SurveyAnswers(found, [])


def _told_of_kind(book: Codebook, answers: SurveyAnswers) -> tuple[str, ...]:
    """A sentence where the question that is coded is not open-ended."""
    return tuple(
        f"{q.variable}: it is not open-ended but {book[q.variable].kind.value.replace('_', ' ')}; what stands in its "
        "cells was coded as if it were open answers"
        for q in answers.questions
        if q.variable in book and book[q.variable].kind not in {Kind.OPEN_ENDED, Kind.OTHER_SPECIFY}
    )


def _frame_for(path: Path, variable: str) -> CodeFrame:
    """A frame file is for the question that is coded, whatever name it was saved under."""
    frames = read_frames(path, path.name)
    if len(frames) != 1:
        raise CommandError(f"{path.name}: it holds {len(frames)} code frames; give the one of {variable} alone")
    return frames.root[0].model_copy(update={"variable": variable})


def _reviewed(
    paths: Sequence[Path],
    variable: str,
    sha256: str,
    given: CodeFrames,
    examples: pl.DataFrame | None,
    settings: Settings,
) -> Corrections | None:
    """What review workbooks change, one after the other: of two decisions about an answer the later one wins."""
    if not paths:
        return None
    frames = {f.variable: f for f in given}
    decisions: Decisions = {}
    for respondent, name, code in (
        examples.select("respondent", "variable", "code").iter_rows() if examples is not None else ()
    ):
        decisions[name, respondent] = (*decisions.get((name, respondent), ()), code)
    histories: dict[str, FrameHistory] = {}
    answers = agreed = left_out = 0
    changes: list[str] = []
    refused: list[str] = []
    for path in paths:
        inspect(path, path.name, settings.limits())
        if not is_review(path):
            raise CommandError(f"{path.name}: this is no review workbook; `mcode code --workbooks` writes one")
        workbook = review_in(path, path.name, limits=settings.limits())
        if workbook.sha256 != sha256:
            raise CommandError(
                f"{path.name}: this review workbook was made from other data; correct one that was made from this file"
            )
        own = tuple(q for q in workbook.questions if q.variable == variable)
        if not own:
            there = ", ".join(q.variable for q in workbook.questions)
            raise CommandError(f"{path.name}: there is no sheet of {variable} in it; it has {there}")
        others = {q.answers_sheet for q in workbook.questions} - {own[0].answers_sheet}
        rows = tuple(row for row in workbook.answer_rows if row.sheet not in others)
        of_question = workbook.model_copy(update={"questions": own, "answer_rows": rows})
        one = corrections_of(of_question, frames, decisions, histories)
        frames |= one.frames
        # A frame that nothing was changed in is the one that was handed out, too: its numbers are what was reviewed.
        frames.setdefault(variable, own[0].frame)
        decisions, histories = one.decisions, one.histories
        answers, agreed, left_out = answers + one.answers, agreed + one.agreed, left_out + one.left_out
        changes += one.frame_changes
        refused += [f"{path.name}, {entry}" for entry in one.refused]
    return Corrections(frames, histories, decisions, answers, agreed, tuple(changes), tuple(refused), left_out)


def _as_examples(decisions: Decisions, variable: str) -> pl.DataFrame | None:
    rows = [(who, name, code) for (name, who), codes in decisions.items() if name == variable for code in codes]
    schema = {"respondent": pl.String, "variable": pl.String, "code": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row") if rows else None


def _told(done: Corrections | None) -> tuple[str, ...]:
    if done is None:
        return ()
    counted = f"reviewed: {done.answers:,} {'answer' if done.answers == 1 else 'answers'} corrected, "
    counted += f"{done.agreed:,} agreed to"
    return (counted, *done.frame_changes, *(f"not used: {entry}" for entry in done.refused))


def _workbooks(
    data: Path,
    sha256: str,
    raw: RawSurvey,
    book: Codebook,
    answers: SurveyAnswers,
    frames: CodeFrames,
    codings: pl.DataFrame,
    settings: CodingSettings,
    output: Path,
    *,
    personal: bool,
) -> list[DeliveredFile]:
    name = data.stem
    files = [
        write_coded_workbook(raw, book, frames, codings, output, name=name, personal=personal),
        write_coded_form(raw.head.form, book, frames, output, name=name, codings=codings) if raw.head.form else None,
        write_review_workbook(
            raw, book, frames, codings, output,
            name=name, upload=name, sha256=sha256, review_below=settings.review_below, ticked=answers.ticked,
        ),
    ]  # fmt: skip
    return [f for f in files if f is not None]
