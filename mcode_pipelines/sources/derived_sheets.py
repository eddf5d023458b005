"""Which of several sheets is the raw data, where others were made from it: recoded, computed, summed up."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from mcode_pipelines.sources.header import find_header
from mcode_pipelines.sources.unreadable_cells import parts_of_sheets
from mcode_pipelines.sources.workbook import Sheet

_DERIVED = re.compile(
    r"(?<![a-z])(di)?olah(an)?(?![a-z])|rekap|tabulasi|pivot|summary|ringkasan|(?<![a-z])(re)?cod(ing|ed|e)(?![a-z])|"
    r"koding|(?<![a-z])kode(?![a-z])|skor|scor(e|ing)|recode|grafik|chart|analis[ai]s|analysis|output|dashboard|"
    r"frekuensi|frequenc|crosstab|tabel|table|(?<![a-z])uji|valid|reliab|cop(y|ies)|salinan|backup|bersih|clean|spss|"
    r"transpos|statisti[ck]",
    re.IGNORECASE,
)
_RAW = re.compile(
    r"(?<![a-z])raw|mentah|(?<![a-z])asli|original|form[ _]?responses|jawaban[ _]?formulir|(?<![a-z])entr[iy]",
    re.IGNORECASE,
)
_FORMULA = re.compile(rb"<f[ >/]")
_MOSTLY = 0.3
"""Share of formulas among the cells of a sheet that is computed."""
_SHARED = 0.3
_LIST_WIDTH = 4
_FEWEST_ROWS = 5
_REPEATED = 0.8
_LEAST_ROWS = 0.5
_CHUNK = 1 << 20


def source_of(fullest: Sheet, sheets: Sequence[Sheet], path: Path) -> Sheet:
    """The sheet that the fullest one was made from, where another is; else the fullest itself.

    Made from another one is what shares its columns or its first answers with it, has hardly more rows, and is called
    so or consists of formulas.
    """
    explained = [s for s in sheets if s is not fullest and s.hidden <= fullest.hidden and _explains(fullest, s)]
    if explained:
        return source_of(max(explained, key=lambda s: s.filled), [s for s in sheets if s is not fullest], path)
    others = [s for s in sheets if s is not fullest and s.hidden <= fullest.hidden and _same_respondents(s, fullest)]
    others = [s for s in others if _RAW.search(s.name) or not _DERIVED.search(s.name)]
    if not others:
        return fullest
    called_so = _DERIVED.search(fullest.name) is not None and _RAW.search(fullest.name) is None
    called_raw = [s for s in others if _RAW.search(s.name)] if _RAW.search(fullest.name) is None else []
    if called_raw or called_so:
        return max(called_raw or others, key=lambda s: s.filled)
    formulas = _formulas(path, [fullest, *others])
    if formulas.get(fullest.name, 0) <= _MOSTLY * fullest.filled:
        return fullest
    typed = [s for s in others if formulas.get(s.name, 0) <= _MOSTLY * s.filled]
    return max(typed, key=lambda s: s.filled, default=fullest)


def _explains(legend: Sheet, sheet: Sheet) -> bool:
    """Whether a narrow sheet is a list of the codes that stand in a column of a wider one."""
    if legend.cells.width > _LIST_WIDTH or sheet.cells.width <= legend.cells.width:
        return False
    header = find_header(sheet.top)
    answers = [
        set(values.to_list())
        for column in sheet.cells.get_columns()
        if len(values := column.slice(max(header.data, 1)).drop_nulls()) >= _FEWEST_ROWS
        # Codes are given by several respondents; plain numbers are found in any list of numbers.
        and 1 < values.n_unique() < _REPEATED * len(values)
        and not values.str.contains(r"^-?\d{1,3}$").any()
    ]
    for column in legend.cells.get_columns():
        codes = column.drop_nulls()
        if codes.n_unique() == len(codes) and any(values <= set(codes.to_list()) for values in answers):
            return True
    return False


def _same_respondents(sheet: Sheet, fullest: Sheet) -> bool:
    mine, theirs = find_header(sheet.top), find_header(fullest.top)
    rows, most = sheet.cells.height - mine.data, fullest.cells.height - theirs.data
    if rows < max(3, _LEAST_ROWS * most) or sheet.cells.width < 2:
        return False
    names, others = _names(sheet, mine.first, mine.count), _names(fullest, theirs.first, theirs.count)
    if names and others and len(names & others) >= max(2, _SHARED * min(len(names), len(others))):
        return True
    # Computed sheets name their columns anew, but show the respondents in the same order.
    first, other = (s.cells.to_series(0).slice(h.data, 200).to_list() for s, h in ((sheet, mine), (fullest, theirs)))
    alike = sum(a is not None and a == b for a, b in zip(first, other, strict=False))
    return alike >= 0.8 * min(len(first), len(other)) > 0 and len(set(first)) > 2


def _names(sheet: Sheet, first: int, count: int) -> set[str]:
    return {
        " ".join(cell.casefold().split()) for row in sheet.top[first : first + max(count, 1)] for cell in row if cell
    }


def _formulas(path: Path, sheets: Sequence[Sheet]) -> dict[str, int]:
    """How many cells with a formula each sheet of an .xlsx file has."""
    if not zipfile.is_zipfile(path):
        return {}
    counts = {}
    with zipfile.ZipFile(path) as archive:
        parts = parts_of_sheets(archive)
        for sheet in sheets:
            if posixpath.normpath(parts.get(sheet.name, "")) in archive.namelist():
                with archive.open(parts[sheet.name]) as part:
                    counts[sheet.name] = _counted(part)
    return counts


def _counted(part: IO[bytes]) -> int:
    count, tail = 0, b""
    while chunk := part.read(_CHUNK):
        piece = tail + chunk
        count += len(_FORMULA.findall(piece))
        tail = piece[-2:]
    return count
