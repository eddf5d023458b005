"""Which bars of a table its chart shows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mcode_pipelines.delivery.banner_layout import BannerLayout
from mcode_pipelines.delivery.figures import PERCENTS, TableFigures
from mcode_pipelines.delivery.sheet import BarChart, Series

_MOST_ROWS = 20
_FEWEST_ROWS = 5
_MOST_SERIES = 6
_POINTS_A_BAR, _THINNEST_BAR = 11.0, 7.0
_POINTS_BETWEEN = 7.0
_POINTS_AROUND = 64.0
_WIDEST = 640.0


def chart_of(
    table: TableFigures, banner: BannerLayout, lines: Mapping[int, int], row: int, tallest: float
) -> BarChart | None:
    """Bars of the first figure of every category: the total and the first banner question, six series at most.

    Of more than 20 categories (or than a page holds) and of more columns the first ones are shown; the chart says so.

    Args:
        table: The table.
        banner: Where its columns stand.
        lines: The line of each row's first figure.
        row: Where the chart's upper edge stands, as a line.
        tallest: Points that a printed page has for it.

    Returns None for tables without categories.
    """
    of_row = {line.row: at for at, line in reversed(list(enumerate(table.lines)))}
    categories = [at for at, kind in enumerate(table.kinds) if kind == "category" and at in of_row]
    if not categories:
        return None
    lettered = [at for at, column in enumerate(table.book.banner) if column.letter]
    first = table.book.banner[lettered[0]] if lettered else None
    columns = [at for at, column in enumerate(table.book.banner) if not column.letter][:1]
    columns += [at for at in lettered if first and table.book.banner[at].variable == first.variable]
    numbers = table.numbers[[of_row[at] for at in categories[:_MOST_ROWS]]]
    with_figures = [at for at in columns if np.isfinite(numbers[:, at]).any()]
    columns = with_figures[:_MOST_SERIES]
    if not columns:
        return None
    room = (tallest - _POINTS_AROUND) / len(numbers) - _POINTS_BETWEEN
    of_each = _POINTS_BETWEEN + len(columns) * min(_POINTS_A_BAR, max(_THINNEST_BAR, room / len(columns)))
    shown = categories[: max(_FEWEST_ROWS, min(_MOST_ROWS, int((tallest - _POINTS_AROUND) / of_each)))]
    numbers = numbers[: len(shown)]
    series = [
        Series(" - ".join(table.book.banner[at].labels), banner.places[at], np.nan_to_num(numbers[:, at]).tolist())
        for at in columns
    ]
    left_out = []
    if len(categories) > len(shown):
        left_out.append(banner.words("first_of", shown=len(shown), of=len(categories)))
    if first and len(with_figures) > len(columns):
        shown_of, of = (sum(at in lettered for at in some) for some in (columns, with_figures))
        left_out.append(banner.words("first_columns_of", shown=shown_of, of=of, question=first.heading))
    return BarChart(
        row=row,
        column=banner.texts[0][0],
        height=_POINTS_AROUND + len(shown) * of_each,
        rows=[lines[at] for at in shown],
        labels=[table.labels[at] for at in shown],
        series=series,
        title=table.head.title,
        left_out=left_out,
        percent=table.book.look.figures[0] in PERCENTS,
        width=min(_WIDEST, banner.first_text_points),
    )
