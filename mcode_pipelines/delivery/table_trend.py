"""Which lines of a table its trend over the waves shows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mcode_pipelines.delivery.banner_layout import BannerLayout
from mcode_pipelines.delivery.figures import PERCENTS, TableFigures, is_share
from mcode_pipelines.delivery.sheet import TrendChart, TrendLine

_FEWEST_WAVES = 3
_MOST_LINES = 8
_HEIGHT, _WIDEST = 260.0, 640.0
_MOST_NAMED = 4


def trend_of(
    table: TableFigures, banner: BannerLayout, lines: Mapping[int, int], row: int, header: int, header_above: bool
) -> TrendChart | None:
    """Lines of the first figure over the waves: nets and boxes where there are any, else categories, else means.

    Of more than eight the largest of the newest wave are shown; a row without a figure in some wave has no line (its
    cell would be drawn as zero). The chart says so.

    Args:
        table: The table.
        banner: Where its columns stand.
        lines: The line of each row's first figure.
        row: Where the chart's upper edge stands, as a line.
        header: The first line of the banner.
        header_above: Whether the banner stands once above all tables of the sheet.

    Returns None for a table without three waves as columns of one question.
    """
    columns = _waves(table)
    label_line = _line_of_labels(table, banner, columns)
    of_row = {line.row: at for at, line in reversed(list(enumerate(table.lines)))}
    wanted = _rows(table, [at for at in range(len(table.kinds)) if at in of_row and at in lines])
    if len(columns) < _FEWEST_WAVES or label_line is None or not wanted:
        return None
    figures = {at: table.numbers[of_row[at], columns] for at in wanted}
    whole = [at for at in wanted if np.isfinite(figures[at]).all()]
    gaps = [table.labels[at] for at in wanted if at not in whole and np.isfinite(figures[at]).any()]
    if not whole:
        return None
    largest = sorted(whole, key=lambda at: -figures[at][-1])[:_MOST_LINES]
    shown = [at for at in whole if at in largest]
    left_out = []
    if len(whole) > len(shown):
        left_out.append(banner.words("largest_of", shown=len(shown), of=len(whole)))
    if gaps:
        more = " ..." if len(gaps) > _MOST_NAMED else ""
        left_out.append(banner.words("without_gaps", names=", ".join(gaps[:_MOST_NAMED]) + more))
    share = table.kinds[shown[0]] != "statistic" or is_share(table.codes[shown[0]])
    return TrendChart(
        row=row,
        column=banner.texts[0][0],
        height=_HEIGHT,
        header=header + label_line,
        header_above=header_above,
        columns=[banner.places[at] for at in columns],
        labels=[table.book.banner[at].labels[-1] for at in columns],
        lines=[TrendLine(table.labels[at], lines[at], figures[at].tolist()) for at in shown],
        title=table.head.title,
        left_out=left_out,
        percent=share and (table.kinds[shown[0]] == "statistic" or table.book.look.figures[0] in PERCENTS),
        width=min(_WIDEST, banner.first_text_points),
    )


def _waves(table: TableFigures) -> list[int]:
    """The banner columns of the first question whose columns are waves."""
    for variable in dict.fromkeys(column.variable for column in table.book.banner):
        found = [at for at, column in enumerate(table.book.banner) if column.variable == variable]
        if variable in table.book.waves and len(found) >= _FEWEST_WAVES:
            return found
    return []


def _line_of_labels(table: TableFigures, banner: BannerLayout, columns: list[int]) -> int | None:
    """Which line of the banner holds the labels of these columns."""
    for at, line in enumerate(banner.header[0]):
        values = dict(enumerate(line.values))
        if all(values.get(banner.places[c]) == table.book.banner[c].labels[-1] for c in columns):
            return at
    return None


def _rows(table: TableFigures, rows: list[int]) -> list[int]:
    """Rows that one scale of figures holds."""
    nets = [at for at in rows if table.kinds[at] == "net"]
    boxes = [at for at in rows if table.kinds[at] == "statistic" and is_share(table.codes[at])]
    if nets or boxes:
        return nets + boxes
    categories = [at for at in rows if table.kinds[at] == "category"]
    if categories:
        return categories
    scores = [at for at in rows if table.kinds[at] == "statistic"]
    return [at for at in scores if table.codes[at] == "mean"] or scores
