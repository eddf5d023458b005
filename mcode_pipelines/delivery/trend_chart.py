"""A line chart over waves drawn natively, so that people can copy it into a presentation and change it there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mcode_pipelines.delivery.bar_chart import GREY, LONGEST_TITLE, PIXELS_A_POINT, chart_text
from mcode_pipelines.delivery.sheet import TrendChart

_COLOURS = ("#1F3864", "#ED7D31", "#4472C4", "#70AD47", "#FFC000", "#9DC3E6", "#7F7F7F", "#C00000")
_MOST_LABELLED = 3
"""Lines with their figures at each point: of more they would lie over each other."""


def insert_trend(workbook: Any, worksheet: Any, chart: TrendChart, first_row: int) -> None:
    """Put a trend chart on a sheet; its rows are counted from `first_row`."""
    drawn = workbook.add_chart({"type": "line"})
    number_format = "0%" if chart.percent else "#,##0.0"
    header = chart.header if chart.header_above else first_row + chart.header
    for at, line in enumerate(chart.lines):
        colour = _COLOURS[at % len(_COLOURS)]
        labels: dict[str, Any] = {"value": True, "position": "above", "num_format": number_format}
        labels["font"] = {"size": 8, "color": GREY, "name": "Arial"}
        drawn.add_series(
            {
                "name": chart_text(line.name),
                "categories": _cells(worksheet.name, header, chart.columns),
                "values": _cells(worksheet.name, first_row + line.row, chart.columns),
                "categories_data": [chart_text(label) for label in chart.labels],
                "values_data": list(line.figures),
                "line": {"color": colour, "width": 2},
                "marker": {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}},
                **({"data_labels": labels} if len(chart.lines) <= _MOST_LABELLED else {}),
            }
        )
    aside = f" ({chart_text('; '.join(chart.left_out))})" if chart.left_out else ""
    title = chart_text(chart.title, LONGEST_TITLE - len(aside)) + aside
    drawn.set_title({"name": title, "overlay": False, "name_font": {"size": 11, "color": "#1F3864", "name": "Arial"}})
    drawn.set_x_axis({"num_font": {"size": 9, "name": "Arial"}, "line": {"color": "#D9D9D9"}, "text_axis": True})
    axis = {"num_format": number_format, "num_font": {"size": 9, "name": "Arial"}, "line": {"none": True}}
    drawn.set_y_axis({**axis, "major_gridlines": {"visible": True, "line": {"color": "#E7E6E6"}}})
    drawn.set_legend({"position": "bottom", "font": {"size": 9, "name": "Arial"}})
    drawn.set_chartarea({"border": {"color": "#D9D9D9"}})
    drawn.set_size({"width": chart.width * PIXELS_A_POINT, "height": chart.height * PIXELS_A_POINT})
    worksheet.insert_chart(first_row + chart.row, chart.column, drawn, {"x_offset": 4, "object_position": 3})


def _cells(sheet: str, row: int, columns: Sequence[int]) -> str:
    """The cells of one row in the chart's columns, which may have others between them."""
    from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

    name = quote_sheetname(sheet)
    if columns[-1] - columns[0] == len(columns) - 1:
        ends = [xl_rowcol_to_cell(row, at, row_abs=True, col_abs=True) for at in (columns[0], columns[-1])]
        return f"={name}!{ends[0]}:{ends[1]}"
    cells = [f"{name}!{xl_rowcol_to_cell(row, at, row_abs=True, col_abs=True)}" for at in columns]
    return f"=({','.join(cells)})"
