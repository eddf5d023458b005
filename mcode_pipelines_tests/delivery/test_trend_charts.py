"""Lines over the waves of a study."""

from __future__ import annotations

import itertools
from pathlib import Path

import openpyxl
import pytest

from mcode_pipelines.delivery import write_tab_books
from mcode_pipelines.survey import Codebook, TabulationPlan, Variable
from mcode_pipelines.tabulation import Wave, tabulate
from mcode_pipelines_tests.tabulation.made_surveys import numeric, raw_survey, scale, single

LABELS = ("2026-01", "2026-02", "2026-03", "2026-04")
QUESTIONS = (single("Q", *range(1, 13)), scale("A", 1, 2, 3, 4, 5), numeric("N"), single("S1", 1, 2))


def data_of(at: int) -> dict[str, list[object]]:
    people = range(130)
    return {
        "Q": [str(1 + min(11, (i * (at + 2)) % 17)) for i in people],
        "A": [str(1 + (i + at) % 5) for i in people],
        "N": [20 + (i * at) % 30 for i in people],
        "S1": [str(1 + i % 2) for i in people],
    }


def made(folder: Path, plan: dict[str, object], waves: int = 4, *first: Variable) -> openpyxl.Workbook:
    codebook = Codebook(variables=QUESTIONS, language="en")
    all_waves = [
        Wave(label, raw_survey(data_of(at)), codebook if at or not first else Codebook(variables=first))
        for at, label in enumerate(LABELS[:waves])
    ]
    given = {"waves": "all", "wave": LABELS[waves - 1], "rows": ["Q", "A"], "language": "en", "weight": None}
    order = TabulationPlan.model_validate({**given, "banner": ["total", "S1", "wave"], **plan})
    tables = tabulate(order, all_waves[-1].raw, codebook, earlier_waves=all_waves[:-1])
    (file,) = write_tab_books(tables, folder, name="trend")
    return openpyxl.load_workbook(file.path)


def cells_of(book: openpyxl.Workbook, formula: str) -> list[object]:
    """What the cells hold that a chart draws."""
    found: list[object] = []
    for part in formula.strip("=()").split(","):
        sheet, _, area = part.rpartition("!")
        cells = book[sheet.strip("'")][area.replace("$", "")]
        found += [cell.value for cell in cells[0]] if isinstance(cells, tuple) else [cells.value]
    return found


@pytest.mark.parametrize("look", [{}, {"layout": "one_sheet"}, {"letters": "same_cell"}])
def test_four_waves_are_drawn_as_lines_from_the_cells_of_the_table(tmp_path: Path, look: dict[str, str]) -> None:
    book = made(tmp_path, {"book": {"charts": True, **look}})
    charts = [chart for sheet in book.worksheets for chart in sheet._charts]
    assert [type(chart).__name__ for chart in charts] == ["LineChart", "LineChart"]
    categories, boxes = charts
    assert len(categories.ser) == 8
    assert categories.title.tx.rich.p[0].r[0].t == "Question Q (the largest 8 of 12)"
    assert [series.tx.v for series in boxes.ser] == ["Top 2 box", "Bottom 2 box"]
    for chart in charts:
        for series in chart.ser:
            assert cells_of(book, series.cat.strRef.f) == [*LABELS]
            drawn = [float(point.v) for point in series.val.numRef.numCache.pt]
            assert cells_of(book, series.val.numRef.f) == pytest.approx(drawn)


def test_a_mean_and_waves_in_a_row_have_lines_too(tmp_path: Path) -> None:
    rows = [{"variable": "N", "statistics": ["mean", "median"]}]
    plan = {"rows": rows, "banner": ["total", "rolling"], "rolling": 2, "book": {"charts": True}}
    book = made(tmp_path, plan)
    (chart,) = book.worksheets[2]._charts
    assert [series.tx.v for series in chart.ser] == ["Mean"]
    assert cells_of(book, chart.ser[0].cat.strRef.f) == [f"{a} - {b}" for a, b in itertools.pairwise(LABELS)]


def test_fewer_waves_are_drawn_as_bars(tmp_path: Path) -> None:
    book = made(tmp_path, {"book": {"charts": True}}, 2)
    assert [type(chart).__name__ for chart in book.worksheets[2]._charts] == ["BarChart"]


def test_what_a_wave_did_not_offer_has_no_line_and_is_told(tmp_path: Path) -> None:
    first = (single("Q", *range(1, 12)), *QUESTIONS[1:])
    book = made(tmp_path, {"rows": ["Q"], "book": {"charts": True}}, 4, *first)
    (chart,) = book.worksheets[2]._charts
    assert "no line, as some waves have no figure: label 12" in chart.title.tx.rich.p[0].r[0].t
    assert "label 12" not in [series.tx.v for series in chart.ser]
