"""Legends on the sheet of the data: below the respondents or beside them, in lines or in cells."""

from __future__ import annotations

import pytest

from mcode_pipelines.sources import read_survey
from mcode_pipelines_tests.sources.files import rows_of, workbook

HEADER = ["Kode", "Sex", "B1", "B2", "B3"]
ROWS = [[f"K{i:02}", "MF"[i % 2], 1 + i % 4, 1 + (i * 3) % 4, 1 + (i // 2) % 4] for i in range(24)]
POINTS = {"1": "Nunca", "2": "A veces", "3": "A menudo", "4": "Siempre"}
LINES = [["Leyenda"], *([f"{code} = {label}"] for code, label in POINTS.items())]
CELLS = [["Código", "Significado"], *([int(code), label] for code, label in POINTS.items())]


def read(tmp_path, rows):
    return read_survey(workbook(tmp_path / "x.xlsx", {"Respuestas": rows}), name="x.xlsx")


def beside(legend, gap, start):
    rows = [list(row) for row in [HEADER, *ROWS]]
    for row, cells in zip(rows[start:], legend, strict=False):
        row += [*[None] * gap, *cells]
    return rows


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([HEADER, *ROWS, [], *LINES], "row 27"),
        ([HEADER, *ROWS, *LINES], "row 26"),
        ([HEADER, *ROWS, [], *LINES[1:]], "row 27"),
        ([HEADER, *ROWS, [], *CELLS], "row 27"),
        ([HEADER, *ROWS, [], [], *([None, None, *row] for row in CELLS[1:])], "row 28"),
        (beside(LINES, 1, 0), "column G"),
        (beside(CELLS, 2, 0), "column H"),
        (beside(CELLS, 0, 0), "column F"),
        (beside(CELLS, 1, 3), "column G"),
    ],
)
def test_a_legend_is_no_respondent_and_no_question_but_labels(tmp_path, rows, place):
    raw = read(tmp_path, rows)
    assert len(rows_of(raw)) == 24
    assert raw.columns == HEADER
    assert raw.head.dictionary["B2"].value_labels == POINTS
    assert any(f"from {place}" in remark.en for remark in raw.head.source.remarks)


@pytest.mark.parametrize(
    "last",
    [
        [["K90", "M"], ["K91", "F"]],
        [[], ["K90", "Femenino"], ["K91", "Masculino"]],
        [[], ["K90", "M", 2], ["K91", "F", 3]],
        [[None, "M", 1, 2, 3], [None, "F", 1, 1, 1]],
    ],
)
def test_respondents_who_broke_off_are_no_legend(tmp_path, last):
    assert len(rows_of(read(tmp_path, [HEADER, *ROWS, *last]))) == 26


def test_a_last_question_that_few_answered_stays(tmp_path):
    rows = [[*HEADER, "Otra marca"], *(row + (["LG"] if i < 3 else []) for i, row in enumerate(ROWS))]
    assert read(tmp_path, rows).columns == [*HEADER, "Otra marca"]


@pytest.mark.parametrize(
    ("legend", "row"),
    [
        ("\nLeyenda:\n1 = Nunca\n2 = A veces\n3 = A menudo\n4 = Siempre\n", 27),
        ("\nLeyenda:,,,,\nB2,1,Nunca,,\nB2,2,A veces,,\nB2,3,A menudo,,\nB2,4,Siempre,,\n", 27),
    ],
)
def test_a_legend_below_the_data_of_a_text_file_is_no_respondent_but_labels(tmp_path, legend, row):
    lines = [",".join(map(str, cells)) for cells in [HEADER, *ROWS]]
    path = tmp_path / "x.csv"
    path.write_text("\n".join(lines) + "\n" + legend, encoding="utf-8")
    raw = read_survey(path, name="x.csv")
    assert len(rows_of(raw)) == 24
    assert raw.head.dictionary["B2"].value_labels == POINTS
    assert any(f"below the data from row {row}" in remark.en for remark in raw.head.source.remarks)


def test_a_legend_of_two_questions_below_a_narrow_text_file(tmp_path):
    lines = ["id,sex,city", *(f"{i},{1 + i % 2},{1 + i % 3}" for i in range(30)), "", "Legend:"]
    lines += ["sex,1,Male", "sex,2,Female", "city,1,Lima", "city,2,Cusco", "city,3,Ica"]
    path = tmp_path / "x.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    raw = read_survey(path, name="x.csv")
    assert len(rows_of(raw)) == 30
    assert raw.head.dictionary["sex"].value_labels == {"1": "Male", "2": "Female"}
    assert raw.head.dictionary["city"].value_labels == {"1": "Lima", "2": "Cusco", "3": "Ica"}


def test_last_respondents_of_a_narrow_text_file_are_no_legend(tmp_path):
    lines = ["id,score,why", *(f"{i},{1 + i % 5},Good food {i}" for i in range(30)), "", "3,4,Fine", "4,2,Slow"]
    path = tmp_path / "x.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert len(rows_of(read_survey(path, name="x.csv"))) == 32
