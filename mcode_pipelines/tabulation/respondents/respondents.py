"""The respondents of one upload: their answers, read column by column and no more often than needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from mcode_pipelines.survey.code_frame import CodeFrames
from mcode_pipelines.survey.codebook import Kind, Variable
from mcode_pipelines.survey.raw_survey import ROW, RawSurvey, bytes_of_cell
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray, IntArray
from mcode_pipelines.tabulation.plan.conditions import compile_condition
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.questions import Condition, DerivedQuestion, Question
from mcode_pipelines.tabulation.respondents.answers import Answers
from mcode_pipelines.tabulation.respondents.bases import with_silent
from mcode_pipelines.tabulation.respondents.byte_columns import SmallNumbers, small_numbers
from mcode_pipelines.tabulation.respondents.decoding import answered_in_columns, coded_open_answers, decode
from mcode_pipelines.tabulation.respondents.derivation import derive
from mcode_pipelines.tabulation.respondents.evaluation import numbers_by, who_meets
from mcode_pipelines.tabulation.respondents.routing import Route, relevance

_BYTES_AT_ONCE = 32 << 20
"""Of raw cells held at one time while reading: the more columns are read at once, the less each costs."""
_BYTES_OF_AN_ANSWER = 3
"""What a cell becomes takes as much besides, as long as it is held."""
_BYTES_OF_A_RESPONDENT = 16
"""However many respondents there are, so much of each is read at once: four columns of small numbers."""


@dataclass(frozen=True)
class Respondents:
    """Every respondent of an upload and how to read their answers."""

    raw: RawSurvey
    questions: Mapping[str, Question]
    """Those that the form's conditions may name."""
    frames: CodeFrames
    codings: pl.DataFrame | None
    _inside: dict[int, tuple[Condition, BoolArray]] = field(default_factory=dict, init=False, repr=False)
    _put_if: dict[str, Condition] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def rows(self) -> IntArray:
        """(respondents,) the row ids, rising."""
        return self.raw.data.select(ROW).collect()[ROW].to_numpy()

    @property
    def count(self) -> int:
        """How many respondents there are."""
        return len(self.rows)

    @cached_property
    def _bytes_of_cells(self) -> dict[str, int]:
        """For each column of the data how many bytes a cell takes while it is read."""
        schema = self.raw.data.collect_schema()
        return {column: bytes_of_cell(kind) for column, kind in schema.items() if column != ROW}

    def is_coded(self, variable: Variable) -> bool:
        """Whether an open-ended question has a code frame and codings to be counted by."""
        return self.frames.of(variable.name) is not None and self.codings is not None

    def answers(self, question: Question) -> Answers:
        """The answers to one question. Raises PlanError where it cannot be tabulated."""
        return next(self.read([question]))

    def read(self, questions: Sequence[Question]) -> Iterator[Answers]:
        """The answers to several questions in the order asked, each read from the data once.

        Raises:
            PlanError: for an open-ended question that has not been coded, or a column that the data does not have.
        """
        for answers in self.read_each(questions):
            if isinstance(answers, PlanError):
                raise answers
            yield answers

    def read_each(self, questions: Sequence[Question]) -> Iterator[Answers | PlanError]:
        """The same, with the error in place of the answers to a question that cannot be tabulated."""
        for batch in self._batches(questions):
            columns = list(dict.fromkeys(c for question in batch for c in self._readable(question)))
            data = self.raw.data.select(columns).collect() if columns else pl.DataFrame()
            small = small_numbers(data)
            for question in batch:
                yield self._tried(question, data, small)

    def meeting(self, condition: Condition) -> BoolArray:
        """(respondents,) who meets a condition. Raises PlanError where it cannot be evaluated on the data."""
        return who_meets(condition, self.count, self.answers, self.cells)

    def absent(self, question: Question) -> PlanError | None:
        """Why a question that weights are made of cannot weight everybody; None where it can."""
        return None

    def numbers(self, expression: Condition) -> FloatArray:
        """(respondents,) the numbers that an expression gives, NaN for none. Raises PlanError."""
        return numbers_by(expression, self.count, self.answers, self.cells)

    def within(self, condition: Condition) -> BoolArray:
        """(respondents,) who is inside a filter; worked out once. Raises PlanError where nobody is."""
        if id(condition) not in self._inside:
            inside = self.meeting(condition)
            if not inside.any():
                raise PlanError(
                    f"filter {condition.text!r}: no rows after filter; nobody in the data meets it, so check its codes",
                    f"filter {condition.text!r}: tidak ada responden yang memenuhinya; periksa kodenya",
                )
            self._inside[id(condition)] = condition, inside
        return self._inside[id(condition)][1]

    @cached_property
    def routes(self) -> dict[str, Route]:
        """The condition under which a question is put to a respondent, by the form; none for those put to all."""
        form = self.raw.head.form
        return relevance(form) if form else {}

    def asked(self, question: Question, given: BoolArray) -> tuple[BoolArray, str | None]:
        """(respondents,) to whom a question was put, and how we know: the form's condition, or "" by the cells.

        Without a form, and where its condition cannot be followed, a cell that is not empty says so (a declared "no
        answer" is written down). A variable of the plan's own was put to those who have a value.

        `given` is (respondents,) who answered it.
        """
        if isinstance(question, DerivedQuestion):
            return given, None
        name = question.variable.name
        form = self.raw.head.form
        if form:
            tail = name.rsplit("/", 1)[-1]
            route = self.routes.get(name, self.routes.get(tail))
            if route is None and (name in self._names_of_form or tail in self._names_of_form):
                return np.ones(self.count, dtype=bool), None
            if route and route.filter:
                try:
                    return given | self.meeting(self._condition_of(route)), route.said
                except PlanError:
                    pass  # it asks for something that the data does not hold
        columns = [c for c in question.variable.columns if c in self._bytes_of_cells]
        if not columns:
            return given, ""
        data = self.raw.data.select(columns).collect()
        filled = data.select(
            pl.any_horizontal(
                (pl.col(c).str.strip_chars() != "").fill_null(False) if t == pl.String else pl.col(c).is_not_null()
                for c, t in data.schema.items()
            )
        )
        return given | filled.to_series().to_numpy(), ""

    def cells(self, question: Question) -> pl.Series:
        """(respondents,) the cells of a question as they were read, texts without blanks around them."""
        cells = self._frame(question).to_series(0)
        return cells if cells.dtype != pl.String else cells.str.strip_chars()

    def as_numbers(self, question: Question) -> Answers:
        """The cells of a question as numbers, whatever its kind. Raises PlanError."""
        return decode(question.variable.model_copy(update={"kind": Kind.NUMERIC}), self._frame(question))

    def _frame(self, question: Question) -> pl.DataFrame:
        """The raw columns of a question, as they were read."""
        return self.raw.data.select(list(dict.fromkeys(self._columns_of(question.variable)))).collect()

    def _condition_of(self, route: Route) -> Condition:
        if route.filter not in self._put_if:
            self._put_if[route.filter] = compile_condition(route.filter, self.questions)
        return self._put_if[route.filter]

    @cached_property
    def _names_of_form(self) -> frozenset[str]:
        form = self.raw.head.form
        return frozenset(row.get("name", "") for row in form.survey.records()) if form else frozenset()

    def _tried(self, question: Question, data: pl.DataFrame, small: Mapping[str, SmallNumbers]) -> Answers | PlanError:
        variable = question.variable
        frame = self.frames.of(variable.name)
        if frame is not None and frame.merges is not None and self.codings is not None:
            answers = coded_open_answers(variable, frame, self.codings, self.rows)
            columns = self._readable(question)
            if variable.kind != Kind.MULTI_CHOICE or not any(choice.column in columns for choice in variable.choices):
                return answers
            # Who said no to every choice has no code, and is in the base as in the table before coding.
            return with_silent(answers, answered_in_columns(variable, data), None)
        try:
            if isinstance(question, DerivedQuestion):
                return derive(question, self)
            self._columns_of(variable)
            return self._decoded(variable, data, small)
        except PlanError as error:
            return error

    def _readable(self, question: Question) -> tuple[str, ...]:
        """The columns of a question, none where they cannot be had."""
        if isinstance(question, DerivedQuestion):
            return ()
        try:
            return self._columns_of(question.variable)
        except PlanError:
            return ()

    def _decoded(self, variable: Variable, data: pl.DataFrame, small: Mapping[str, SmallNumbers]) -> Answers:
        if variable.kind == Kind.OPEN_ENDED:
            frame = self.frames.of(variable.name)
            if frame is None or self.codings is None:
                raise PlanError(
                    f"{variable.name!r} is an open-ended question that has not been coded; "
                    "code it first (it needs a code frame and codes), or take it out of the plan's rows",
                    f"{variable.name!r} adalah pertanyaan terbuka yang belum dikode; kode dahulu (perlu kerangka kode "
                    "dan kode), atau hapus dari rows dalam rencana",
                )
            return coded_open_answers(variable, frame, self.codings, self.rows)
        return decode(variable, data, small)

    def _batches(self, questions: Sequence[Question]) -> Iterator[list[Question]]:
        most = max(_BYTES_AT_ONCE, _BYTES_OF_A_RESPONDENT * self.count)
        batch: list[Question] = []
        held = 0
        for question in questions:
            cost = self.count * sum(self._bytes_of_cells[c] + _BYTES_OF_AN_ANSWER for c in self._readable(question))
            if batch and held + cost > most:
                yield batch
                batch, held = [], 0
            batch.append(question)
            held += cost
        if batch:
            yield batch

    def _columns_of(self, variable: Variable) -> tuple[str, ...]:
        if variable.kind == Kind.OPEN_ENDED:
            return ()
        name = variable.name
        columns = tuple(dict.fromkeys((*variable.columns, *(c.column for c in variable.choices if c.column))))
        if variable.kind == Kind.MULTI_CHOICE and not variable.delimiter and any(c.column for c in variable.choices):
            columns = tuple(dict.fromkeys(c.column for c in variable.choices if c.column))
        columns = tuple(dict.fromkeys((*columns, *(c for name in columns for c in variable.versions.get(name, ())))))
        absent = [c for c in columns if c not in self._bytes_of_cells]
        if absent:
            raise PlanError(
                f"variable {name!r} needs the column {absent[0]!r}, which the data does not have; "
                "check that the codebook belongs to this data",
                f"variabel {name!r} memerlukan kolom {absent[0]!r} yang tidak ada dalam data; "
                "periksa apakah buku kode ini milik data ini",
            )
        if not columns:
            raise PlanError(
                f"variable {name!r} has no columns in the codebook; name the data column it stands in",
                f"variabel {name!r} tidak punya kolom di buku kode; sebutkan kolom datanya",
            )
        return columns
