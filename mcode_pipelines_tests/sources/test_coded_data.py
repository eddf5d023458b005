"""A workbook of coded data comes back: its codes are answers with labels, and nothing is coded again."""

from __future__ import annotations

import openpyxl
import polars as pl
import pytest

from mcode_pipelines.coding import survey_answers
from mcode_pipelines.delivery import write_coded_workbook
from mcode_pipelines.detection import detect
from mcode_pipelines.sources import read_survey
from mcode_pipelines.survey import CODINGS_SCHEMA, Code, Codebook, CodeFrame, CodeFrames, Kind, Variable
from mcode_pipelines_tests.sources.files import column, text

REMARKS = ["lambat sekali", "kasir sopan, lambat", "kasir sopan", "mahal"]
CODES = [(2,), (1, 2), (1,), (3,)]
LABELS = {
    "id": {1: "Kasir sopan", 2: "Antrean lambat", 3: "Lainnya", 99: "Tidak ada jawaban"},
    "en": {1: "Polite staff", 2: "Slow queue", 3: "Other", 99: "No answer"},
}


@pytest.fixture(params=["id", "en"])
def coded(request, tmp_path):
    """The workbook that we deliver of a survey with one coded question, and its labels."""
    rows = "".join(f"r{i};{20 + i};{REMARKS[i % 4]} {i};{1 + i % 5}\n" for i in range(40))
    raw = read_survey(text(tmp_path / "x", "kode;usia;E1;nilai\n" + rows), name="x.csv")
    kinds = {"kode": Kind.IDENTIFIER, "usia": Kind.NUMERIC, "E1": Kind.OPEN_ENDED, "nilai": Kind.NUMERIC}
    book = Codebook(
        variables=tuple(Variable(name=c, label=c, kind=k, columns=(c,)) for c, k in kinds.items()),
        language=request.param,
    )
    labels = LABELS[request.param]
    frame = CodeFrame(
        variable="E1",
        question="Apa kesan Anda?",
        language=request.param,
        codes=tuple(Code(code=c, label=label) for c, label in labels.items()),
        other=3,
    )
    codings = pl.DataFrame(
        [(i + 1, f"r{i}", "E1", c, labels[c], 0.9, "model") for i in range(40) for c in CODES[i % 4]],
        schema=CODINGS_SCHEMA,
        orient="row",
    )
    file = write_coded_workbook(raw, book, CodeFrames((frame,)), codings, tmp_path / "out", name="x")
    return file.path, labels


def test_codes_have_the_labels_of_their_frame_and_are_one_question(coded):
    path, labels = coded
    found = detect(read_survey(path, name=path.name))
    codes = found["E1_coded"]
    assert codes.kind is Kind.MULTI_CHOICE
    assert codes.label == "Apa kesan Anda?"
    assert [(c.code, c.label) for c in codes.choices] == [(str(code), label) for code, label in labels.items()]
    assert codes.delimiter == " "


def test_nothing_is_coded_again_and_confidence_has_no_table(coded):
    raw = read_survey(coded[0], name="x_coded.xlsx")
    found = detect(raw)
    assert {found[c].kind for c in ("E1", "E1_label", "E1_confidence")} == {Kind.METADATA}
    assert survey_answers(raw, found).texts == {}
    assert found["nilai"].kind is not Kind.METADATA
    assert any("not coded again" in r.en and "tidak dikode lagi" in r.id for r in raw.head.source.remarks)
    assert "left out" not in " ".join(raw.head.source.remarks_in("en"))


def test_labels_beside_the_codes_are_taken_where_the_frames_are_gone(coded, tmp_path):
    path, labels = coded
    raw = read_survey(path, name=path.name)
    raw.data.drop("__row__").collect().write_csv(tmp_path / "again.csv")
    found = detect(read_survey(tmp_path / "again.csv", name="again.csv"))
    assert found["E1_coded"].kind is Kind.MULTI_CHOICE
    assert {c.code: c.label for c in found["E1_coded"].choices} == {str(c): labels[c] for c in (1, 2, 3)}
    assert found["E1"].kind is Kind.METADATA


def test_columns_that_only_sound_alike_are_no_coding_of_ours(tmp_path):
    rows = "".join(f"{i};{1 + i % 3};a {i}\n" for i in range(20))
    raw = read_survey(text(tmp_path / "x", "E1_coded;E1_confidence;E1_note\n" + rows), name="x.csv")
    assert raw.head.dictionary == {}
    assert len(column(raw, "E1_coded")) == 20


def test_codes_that_somebody_typed_are_all_counted_and_told_where_the_frame_lacks_them(coded, tmp_path):
    book = openpyxl.load_workbook(coded[0])
    at = [cell.value for cell in book.worksheets[0][1]].index("E1_coded") + 1
    for row, typed in enumerate(("1, 2", "2; 1", "1,2", 55), start=2):
        book.worksheets[0].cell(row=row, column=at).value = typed
    book.save(tmp_path / "edited.xlsx")
    raw = read_survey(tmp_path / "edited.xlsx", name="edited.xlsx")
    cells = raw.data.select("E1_coded").head(4).collect()["E1_coded"].cast(pl.String).to_list()
    assert cells == ["1 2", "2 1", "1 2", "55"]
    labels = {c.code: c.label for c in detect(raw)["E1_coded"].choices}
    assert labels["55"] == "55"
    assert any("does not have '55'" in r.en and "tidak memuat '55'" in r.id for r in raw.head.source.remarks)
