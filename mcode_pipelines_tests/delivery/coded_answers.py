"""A small coded survey made by hand."""

from __future__ import annotations

import polars as pl

from mcode_pipelines.survey.code_frame import Code, CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.coding import CODINGS_SCHEMA
from mcode_pipelines.survey.form import FormSheet, SurveyForm
from mcode_pipelines.survey.raw_survey import ROW, RawSurvey, SourceNotes, SurveyHead

DATA = pl.DataFrame(
    {
        ROW: [1, 2, 3, 4],
        "_uuid": ["a-1", "b-2", "c-3", "d-4"],
        "S6": ["1", "2", "1", None],
        "telepon": ["0812345678", "+62811", "08129", None],
        "bobot": ["1.25", "0.75", "-5", "1.00"],
        "E1": ["=1+1", "kapal bersih & awak ramah", "-5 menit telat", None],
        "nomor": ["1234567890123456", "2", "3", "4"],
        "E2": ["tidak ada", "@admin", None, "baris satu\nbaris dua"],
    }
)

FORM = SurveyForm(
    survey=FormSheet(
        name="survey",
        header=("type", "name", "label::Indonesia (id)", "label::English (en)", "relevant", "appearance"),
        rows=(
            ("select_one jk", "S6", "Jenis kelamin", "Sex", None, None),
            ("begin_group", "kesan", "Kesan", "Impressions", None, None),
            ("text", "E1", "Apa yang Anda sukai?", "What did you like?", "${S6} = 1", "multiline"),
            ("text", "E2", "Saran?", "Suggestions?", None, None),
            ("end_group", None, None, None, None, None),
        ),
    ),
    choices=FormSheet(
        name="choices",
        header=("list_name", "name", "label::Indonesia (id)", "label::English (en)"),
        rows=(("jk", "1", "Laki-laki", "Male"), ("jk", "2", "Perempuan", "Female")),
    ),
    settings=FormSheet(name="settings", header=("form_title", "version"), rows=(("Feri", "=2026"),)),
)


def raw_survey(data: pl.DataFrame = DATA) -> RawSurvey:
    columns = tuple(name for name in data.columns if name != ROW)
    return RawSurvey(data.lazy(), SurveyHead(source=SourceNotes(kind="csv", file="feri.csv"), headers=(columns,)))


def codebook(language: str = "id") -> Codebook:
    return Codebook(
        language=language,
        variables=(
            Variable(name="_uuid", label="_uuid", kind=Kind.IDENTIFIER, columns=("_uuid",)),
            Variable(
                name="S6",
                label="Jenis kelamin",
                kind=Kind.SINGLE_CHOICE,
                columns=("S6",),
                choices=(Choice(code="1", label="Laki-laki"), Choice(code="2", label="Perempuan")),
            ),
            Variable(name="E1", label="Apa yang Anda sukai?", kind=Kind.OPEN_ENDED, columns=("E1",)),
            Variable(name="E2", label="Saran?", kind=Kind.OPEN_ENDED, columns=("E2",)),
        ),
    )


def frames() -> CodeFrames:
    return CodeFrames(
        (
            CodeFrame(
                variable="E1",
                question="Apa yang Anda sukai?",
                language="id",
                codes=(
                    Code(code=1, label="Kebersihan kapal", definition="Kapal bersih", examples=("bersih", "=wangi")),
                    Code(code=2, label="Keramahan awak", net="Pelayanan"),
                    Code(code=96, label="Lainnya"),
                    Code(code=99, label="Tidak ada jawaban"),
                ),
                other=96,
            ),
            CodeFrame(
                variable="E2",
                question="Saran?",
                language="id",
                codes=(Code(code=1, label="Tambah jadwal"), Code(code=99, label="Tidak ada jawaban")),
            ),
        )
    )  # fmt: skip


def codings() -> pl.DataFrame:
    labels = {
        ("E1", 1): "Kebersihan kapal",
        ("E1", 2): "Keramahan awak",
        ("E1", 96): "Lainnya",
        ("E2", 1): "Tambah jadwal",
    }
    decided = [
        (1, "a-1", "E1", 96, 0.4, "model"),
        (2, "b-2", "E1", 2, 0.9, "model"),
        (2, "b-2", "E1", 1, 0.625, "model"),
        (3, "c-3", "E1", 96, 0.5, "model"),
        (1, "a-1", "E2", 99, 1.0, "rule"),
        (2, "b-2", "E2", 1, 0.3, "model"),
        (4, "d-4", "E2", 1, 1.0, "person"),
    ]
    return pl.DataFrame(
        [
            (row, who, variable, code, labels.get((variable, code), "Tidak ada jawaban"), sure, by)
            for row, who, variable, code, sure, by in decided
        ],
        schema=CODINGS_SCHEMA,
        orient="row",
    )
