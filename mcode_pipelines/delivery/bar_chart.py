"""A bar chart drawn natively, so that people can copy it into a presentation and change it there."""

from __future__ import annotations

import re
from typing import Any

from mcode_pipelines.delivery.sheet import BarChart

_COLOURS = ("#1F3864", "#4472C4", "#9DC3E6", "#ED7D31", "#A9D18E", "#FFC000")
_LONGEST_TEXT, LONGEST_TITLE = 110, 180
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
PIXELS_A_POINT = 4 / 3
GREY = "#595959"


def insert_chart(workbook: Any, worksheet: Any, chart: BarChart, first_row: int) -> None:
    """Put a chart on a sheet; its rows are counted from `first_row`."""
    drawn = workbook.add_chart({"type": "bar"})
    number_format = "0%" if chart.percent else "#,##0"
    for at, series in enumerate(chart.series):
        drawn.add_series(
            {
                "name": chart_text(series.name),
                "categories": _cells(worksheet.name, 0, chart, first_row),
                "values": _cells(worksheet.name, series.column, chart, first_row),
                # What the cells hold, for programs that show a chart without reading them.
                "categories_data": [chart_text(label) for label in chart.labels],
                "values_data": list(series.figures),
                "fill": {"color": _COLOURS[at % len(_COLOURS)]},
                "gap": 60,
                "data_labels": {
                    "value": True,
                    "num_format": number_format,
                    "font": {"size": 8, "color": GREY, "name": "Arial"},
                },
            }
        )
    aside = f" ({chart_text('; '.join(chart.left_out))})" if chart.left_out else ""
    title = chart_text(chart.title, LONGEST_TITLE - len(aside)) + aside
    drawn.set_title({"name": title, "overlay": False, "name_font": {"size": 11, "color": "#1F3864", "name": "Arial"}})
    # Excel draws the first category lowest; turned round, they stand as in the table.
    drawn.set_y_axis({"reverse": True, "num_font": {"size": 9, "name": "Arial"}, "line": {"color": "#D9D9D9"}})
    drawn.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    drawn.set_legend({"position": "bottom", "font": {"size": 9, "name": "Arial"}})
    drawn.set_chartarea({"border": {"color": "#D9D9D9"}})
    drawn.set_size({"width": chart.width * PIXELS_A_POINT, "height": chart.height * PIXELS_A_POINT})
    worksheet.insert_chart(first_row + chart.row, chart.column, drawn, {"x_offset": 4, "object_position": 3})


def chart_text(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Text as a chart takes it: of one line, not too long, and never a formula."""
    plain = " ".join(_UNPRINTABLE.sub(" ", text).split())
    if len(plain) > longest:
        plain = f"{plain[: longest - 1]}…"
    return f" {plain}" if plain.startswith("=") else plain


def _cells(sheet: str, column: int, chart: BarChart, first_row: int) -> str:
    """The cells of one column in the chart's rows, which may have other lines between them."""
    from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

    name = quote_sheetname(sheet)
    cells = [f"{name}!{xl_rowcol_to_cell(first_row + row, column, row_abs=True, col_abs=True)}" for row in chart.rows]
    return f"=({','.join(cells)})" if len(cells) > 1 else f"={cells[0]}"
