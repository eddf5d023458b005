"""Several answers in one cell: the one definition of how it is taken apart."""

from __future__ import annotations

from collections.abc import Container


def split_answers(cell: str, delimiter: str, choices: Container[str] = ()) -> list[str]:
    """The answers of a cell, trimmed, blanks left out, in the order written.

    An answer that holds the delimiter itself (`Bread, cakes`) stays whole where it is one of `choices`; the longest
    one that fits is taken. A blank as delimiter means any blanks.

    >>> split_answers("1 3;", ";"), split_answers("Tea, Bread, cakes", ",", {"Tea", "Bread, cakes"})
    (['1 3'], ['Tea', 'Bread, cakes'])
    """
    if delimiter.isspace() and delimiter != "\n":
        return cell.split()
    parts = cell.split(delimiter)
    if not choices or len(parts) == 1:
        return [p for p in (part.strip() for part in parts) if p]
    answers: list[str] = []
    start = 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            whole = delimiter.join(parts[start:end]).strip()
            if end == start + 1 or whole in choices:
                break
        if whole:
            answers.append(whole)
        start = end
    return answers
