"""Several answers in one cell: the one definition of how it is taken apart."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

import polars as pl

MISSING_MARKS = frozenset({"n/a", "NA", "#N/A", "#NULL!", "NULL", "null", "NaN", "nan", "<NA>", "\\N"})
"""Cells that programs write where a person wrote nothing."""
_BLANKS = " \t\r\n\u00a0"


def split_answers(cell: str, delimiter: str, choices: Container[str] = ()) -> list[str]:
    """The answers of a cell, trimmed, blanks left out, in the order written.

    An answer that holds the delimiter itself (`Bread, cakes`) stays whole where it is one of `choices`: of all ways to
    cut the cell the one that leaves the least that is no choice, and of these the one of the fewest, longest answers.
    A blank as delimiter means any blanks.

    >>> split_answers("1 3;", ";"), split_answers("Tea, Bread, cakes", ",", {"Tea", "Bread, cakes"})
    (['1 3'], ['Tea', 'Bread, cakes'])
    >>> split_answers("es teh manis", " ", {"es", "es teh", "teh manis"})
    ['es', 'teh manis']
    """
    blank = delimiter.isspace() and delimiter != "\n"
    parts = cell.split() if blank else [p for p in cell.split(delimiter) if p.strip()]
    if not choices or len(parts) < 2:
        return [p.strip() for p in parts]
    joint = " " if blank else delimiter
    # From the end: how much of the rest is no choice, in how many answers, and where the first of them ends.
    best: list[tuple[int, int, int]] = [(0, 0, 0)] * (len(parts) + 1)
    for start in range(len(parts) - 1, -1, -1):
        ways = []
        for end in range(start + 1, len(parts) + 1):
            known = joint.join(parts[start:end]).strip()
            unknown = known not in choices and known.casefold() not in choices
            if not unknown or end == start + 1:
                ways.append((best[end][0] + unknown, best[end][1] + 1, -end))
        unknown_parts, answers, end = min(ways)
        best[start] = (unknown_parts, answers, -end)
    found, start = [], 0
    while start < len(parts):
        end = best[start][2]
        found.append(joint.join(parts[start:end]).strip())
        start = end
    return found


def codes_or_labels_in(cell: str, delimiter: str, codes: Container[str], known: Container[str]) -> list[str]:
    """The answers of a cell: its codes where it is made of codes alone, else whatever is `known`, labels too."""
    by_code = split_answers(cell, delimiter, codes)
    if not known or all(part in codes for part in by_code):
        return by_code
    return split_answers(cell, delimiter, known)


def answer_at(place: int, column: pl.Series, delimiter: str, known: Container[str]) -> pl.Series:
    """Of the rankings in the cells of a column (`b a c`) the answer at one place, from 1; null where it ends before."""
    column = column.cast(pl.String)
    distinct = column.unique().drop_nulls()
    cells = [split_answers(cell, delimiter, known) for cell in distinct.to_list()]
    things = pl.Series([cell[place - 1] if place <= len(cell) else None for cell in cells], dtype=pl.String)
    return column.replace_strict(distinct, things, default=None, return_dtype=pl.String)


def versions_joined(data: pl.DataFrame, versions: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """The data with each named column filled, where it is blank, from those of other versions of the form."""
    return data.with_columns(
        pl.coalesce(*(_without_blanks(column, data.schema[column]) for column in (name, *others))).alias(name)
        for name, others in versions.items()
    )


def _without_blanks(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name).cast(pl.String)
    if kind != pl.String:
        return column
    return pl.when(~column.str.strip_chars(_BLANKS).is_in(["", *sorted(MISSING_MARKS)])).then(column)
