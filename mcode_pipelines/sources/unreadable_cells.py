"""Cells of a workbook that show something else than they hold: swallowed by a merged cell, or a formula's error."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

Cell = tuple[int, int]
"""Row and column, both from 1."""

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*>")
_ERROR = re.compile(rb"\bt=[\"']e[\"']")
_AT = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_MOST_MERGED = 200_000


def unreadable_cells(path: Path) -> dict[str, frozenset[Cell]]:
    """By sheet, the cells that a merged cell covers (its first one aside) and those that hold a formula's error.

    The workbook must have passed the gate (no document types, no entities). A part that is not as Excel lays it out
    has no such cells.
    """
    found: dict[str, frozenset[Cell]] = {}
    with zipfile.ZipFile(path) as archive:
        parts = set(archive.namelist())
        for sheet, part in parts_of_sheets(archive).items():
            if part in parts:
                content = archive.read(part)
                found[sheet] = frozenset(_covered(content) | _errors(content))
    return found


def merged_to_the_right(path: Path, sheet: str) -> frozenset[Cell]:
    """The cells of a sheet that a merged cell to their left in the same row covers; none in an older workbook."""
    if not zipfile.is_zipfile(path):
        return frozenset()
    with zipfile.ZipFile(path) as archive:
        part = parts_of_sheets(archive).get(sheet)
        if part is None or part not in archive.namelist():
            return frozenset()
        content = archive.read(part)
    return frozenset(
        (int(row), column)
        for first, row, last, _ in _MERGED.findall(content[content.rfind(b"</sheetData>") :])
        for column in range(_number(first) + 1, _number(last) + 1)
    )


def parts_of_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """By sheet, the part of the workbook that holds it; empty where the workbook is not as Excel lays it out."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - the gate let it in
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (KeyError, ElementTree.ParseError):
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    parts = {}
    for element in book.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            link = next((value for name, value in element.attrib.items() if name.rpartition("}")[2] == "id"), None)
            parts[element.get("name", "")] = posixpath.normpath(posixpath.join("/xl", targets.get(link, "")))[1:]
    return parts


def _covered(content: bytes) -> set[Cell]:
    cells: set[Cell] = set()
    for first_column, first_row, last_column, last_row in _MERGED.findall(content):
        rows, columns = range(int(first_row), int(last_row) + 1), range(_number(first_column), _number(last_column) + 1)
        if len(cells) + len(rows) * len(columns) > _MOST_MERGED:
            break
        cells |= {(row, column) for row in rows for column in columns} - {(rows[0], columns[0])}
    return cells


def _errors(content: bytes) -> set[Cell]:
    places = (_AT.search(cell) for cell in _CELL.findall(content) if _ERROR.search(cell))
    return {(int(place[2]), _number(place[1])) for place in places if place}


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number
