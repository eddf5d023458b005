"""The respondents of one upload: their answers, read column by column and no more often than needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from mcode_pipelines.survey.code_frame import CodeFrames
from mcode_pipelines.survey.codebook import Codebook, Kind, Variable
from mcode_pipelines.survey.plan import Definition
from mcode_pipelines.survey.raw_survey import ROW, RawSurvey, bytes_of_cell
from mcode_pipelines.tabulation.answers import Answers, CodedAnswers
from mcode_pipelines.tabulation.arrays import BoolArray, IntArray
from mcode_pipelines.tabulation.decoding import coded_open_answers, decode
from mcode_pipelines.tabulation.definitions import derive
from mcode_pipelines.tabulation.errors import PlanError
from mcode_pipelines.tabulation.filters import read_filter
from mcode_pipelines.tabulation.routing import Route, relevance
from mcode_pipelines.tabulation.small_numbers import SmallNumbers, small_numbers

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
    codebook: Codebook
    frames: CodeFrames
    codings: pl.DataFrame | None
    definitions: dict[str, Definition] = field(default_factory=dict)
    """Variables that the plan makes of others; the codebook knows them too."""

    @cached_property
    def rows(self) -> IntArray:
        """(respondents,) the row ids, rising."""
        return self.raw.data.select(ROW).collect()[ROW].to_numpy()

    @property
    def count(self) -> int:
        """How many respondents there are."""
        return len(self.rows)

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """The variables by name."""
        return {v.name: v for v in self.codebook}

    @cached_property
    def _bytes_of_cells(self) -> dict[str, int]:
        """For each column of the data how many bytes a cell takes while it is read."""
        schema = self.raw.data.collect_schema()
        return {column: bytes_of_cell(kind) for column, kind in schema.items() if column != ROW}

    def is_coded(self, name: str) -> bool:
        """Whether an open-ended question has a code frame and codings to be counted by."""
        return self.frames.of(name) is not None and self.codings is not None

    def answers(self, name: str) -> Answers:
        """The answers to one question. Raises PlanError where it cannot be tabulated."""
        return next(self.read([name]))[1]

    def read(self, names: Sequence[str]) -> Iterator[tuple[str, Answers]]:
        """The answers to several questions in the order asked, each read from the data once.

        Raises:
            PlanError: for an open-ended question that has not been coded, or a column that the data does not have.
        """
        for name, answers in self.read_each(names):
            if isinstance(answers, PlanError):
                raise answers
            yield name, answers

    def read_each(self, names: Sequence[str]) -> Iterator[tuple[str, Answers | PlanError]]:
        """The same, with the error in place of the answers to a question that cannot be tabulated."""
        for batch in self._batches(names):
            columns = list(dict.fromkeys(c for name in batch for c in self._readable(name)))
            data = self.raw.data.select(columns).collect() if columns else pl.DataFrame()
            small = small_numbers(data)
            for name in batch:
                yield name, self._tried(name, data, small)

    @cached_property
    def routes(self) -> dict[str, Route]:
        """The condition under which a question is put to a respondent, by the form; none for those put to all."""
        form = self.raw.head.form
        return relevance(form) if form else {}

    def asked(self, name: str, answers: Answers) -> tuple[BoolArray, str | None]:
        """(respondents,) to whom a question was put, and how we know: the form's condition, or "" by the cells.

        Without a form, and where its condition cannot be followed, a cell that is not empty says so (a declared "no
        answer" is written down). A variable of the plan's own was put to those who have a value.
        """
        given: BoolArray = answers.patterns >= 0 if isinstance(answers, CodedAnswers) else ~np.isnan(answers.values)
        if name in self.definitions:
            return given, None
        form = self.raw.head.form
        if form:
            tail = name.rsplit("/", 1)[-1]
            known = {row.get("name") for row in form.survey.records()}
            route = self.routes.get(name, self.routes.get(tail))
            if route is None and (name in known or tail in known):
                return np.ones(self.count, dtype=bool), None
            if route and route.filter:
                try:
                    return given | read_filter(route.filter, self.codebook).within(self), route.said
                except PlanError:
                    pass  # it asks for something that the data does not hold
        columns = [c for c in self.variables[name].columns if c in self._bytes_of_cells]
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

    def frame(self, names: Iterable[str]) -> pl.DataFrame:
        """The raw columns of these questions, as they were read."""
        columns = list(dict.fromkeys(c for name in names for c in self._columns_of(name)))
        return self.raw.data.select(columns).collect()

    def _tried(self, name: str, data: pl.DataFrame, small: Mapping[str, SmallNumbers]) -> Answers | PlanError:
        frame = self.frames.of(name)
        if frame is not None and frame.merges is not None and self.codings is not None:
            return coded_open_answers(self.variables[name], frame, self.codings, self.rows)
        try:
            self._columns_of(name)
            return self._decoded(self.variables[name], data, small)
        except PlanError as error:
            return error

    def _readable(self, name: str) -> tuple[str, ...]:
        """The columns of a question, none where they cannot be had."""
        try:
            return self._columns_of(name)
        except PlanError:
            return ()

    def _decoded(self, variable: Variable, data: pl.DataFrame, small: Mapping[str, SmallNumbers]) -> Answers:
        if variable.name in self.definitions:
            return derive(variable.name, self.definitions[variable.name], self)
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

    def _batches(self, names: Sequence[str]) -> Iterator[list[str]]:
        most = max(_BYTES_AT_ONCE, _BYTES_OF_A_RESPONDENT * self.count)
        batch: list[str] = []
        held = 0
        for name in names:
            cost = self.count * sum(self._bytes_of_cells[c] + _BYTES_OF_AN_ANSWER for c in self._readable(name))
            if batch and held + cost > most:
                yield batch
                batch, held = [], 0
            batch.append(name)
            held += cost
        if batch:
            yield batch

    def _columns_of(self, name: str) -> tuple[str, ...]:
        variable = self.variables[name]
        if variable.kind == Kind.OPEN_ENDED or name in self.definitions:
            return ()
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
