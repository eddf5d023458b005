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
