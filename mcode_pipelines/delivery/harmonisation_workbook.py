"""The harmonisation sheet of a study: what each wave calls a question and its choices, to be corrected."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcode_pipelines.delivery.delivered_file import DeliveredFile, staging_folder
from mcode_pipelines.delivery.harmonisation_wording import HarmonisationWording, harmonisation_wording
from mcode_pipelines.delivery.sheet import Line, Merge, Role, Sheet, Style, Value
from mcode_pipelines.delivery.spreadsheet_text import cell_text
from mcode_pipelines.delivery.text_metrics import fit_line_height
from mcode_pipelines.delivery.verification import verify_texts
from mcode_pipelines.survey.harmonisation_sheet import (
    FILE_NAMES,
    MEMORY_SHEET,
    NOTHING,
    SHEET_FORMAT,
    HarmonisationTable,
    Look,
    SheetRow,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format

    from mcode_pipelines.delivery.workbook import Book

_PIECE = 30_000
"""Characters of the hidden sheet's text in one cell; all of them are plain ASCII."""
_LONGEST_WORDS = 300
_WIDTHS = (10.0, 14.0, 13.0, 44.0, 46.0, 10.0)
_WAVE_WIDTH = 30.0
_ROW_ID_WIDTH = 7.0
_BEFORE_WAVES = len(_WIDTHS)


class _Look(StrEnum):
    """Cells that only this workbook has."""

    QUESTION = auto()
    CHOICE = auto()
    CELL = auto()
    QUESTION_CELL = auto()
    GUESSED = auto()
    OPEN = auto()
    SMALL_PRINT = auto()


_LINE = {"bottom": 1, "bottom_color": "#D9D9D9", "valign": "top", "text_wrap": True, "locked": False}
_TEXT = {**_LINE, "num_format": "@"}  # what is typed stays text: 01 is no number, = begins no formula
_OF_QUESTION = {"bold": True, "bg_color": "#DDEBF7"}
_FORMATS: dict[_Look, dict[str, Any]] = {
    _Look.QUESTION: {**_TEXT, **_OF_QUESTION},
    _Look.CHOICE: _TEXT,
    _Look.CELL: {**_TEXT, "left": 1, "left_color": "#D9D9D9"},
    _Look.QUESTION_CELL: {**_TEXT, **_OF_QUESTION, "left": 1, "left_color": "#D9D9D9"},
    _Look.GUESSED: {**_TEXT, "bg_color": "#FFEB9C", "left": 1, "left_color": "#D9D9D9"},
    _Look.OPEN: {**_TEXT, "bg_color": "#F8CBAD", "font_color": "#9C0006", "left": 1, "left_color": "#D9D9D9"},
    _Look.SMALL_PRINT: {**_TEXT, "font_size": 8, "font_color": "#7F7F7F", "text_wrap": False},
}
_LOOKED_AT = {Look.GUESSED: _Look.GUESSED, Look.OPEN: _Look.OPEN}
_ALLOWED = (
    "sort", "autofilter", "delete_rows", "format_cells", "format_columns", "format_rows",
    "select_locked_cells", "select_unlocked_cells",
)  # fmt: skip


def write_harmonisation(table: HarmonisationTable, into: Path) -> list[DeliveredFile]:
    """Write `harmonisasi.xlsx` and `harmonisasi.yaml` (in English `harmonisation`), to be corrected and dropped back.

    The workbook has one row a question or choice and one column a wave, headings that are protected, colour for what
    needs a look, and a hidden sheet that keeps what was handed out, so that changes are found after sorting and
    deleting. Raises DeliveryError where the files cannot be written or the workbook reads back differently.
    """
    from mcode_pipelines.delivery.workbook import new_workbook

    words = harmonisation_wording(table.language)
    stem = FILE_NAMES[table.language if table.language in FILE_NAMES else "en"]
    with staging_folder(into) as staging:
        path = staging.path(f"{stem}.xlsx")
        memory = _memory(table)
        with new_workbook(path, title=words.title.format(study=table.study)) as book:
            book.add(_how_to(table, words))
            shown = _add_table(book, table, words)
            hidden = book.workbook.add_worksheet(MEMORY_SHEET)
            for number, values in enumerate(memory):
                for column, value in enumerate(values):
                    hidden.write_string(number, column, str(value))
            hidden.protect()
            hidden.very_hidden()
        verify_texts(path, {words.sheet: shown, MEMORY_SHEET: memory})
        staging.path(f"{stem}.yaml").write_text(harmonisation_yaml(table), encoding="utf-8")
        return [staging.finished(f"{stem}.xlsx"), staging.finished(f"{stem}.yaml")]


def harmonisation_yaml(table: HarmonisationTable) -> str:
    """The document `harmonisasi.yaml`: what was decided, to be added to, and below it how everything was matched."""
    import yaml  # only waves need it

    words = harmonisation_wording(table.language)
    head = "".join(f"# {line}\n" for line in words.yaml.splitlines())
    decided = table.decisions.model_dump(mode="json")
    document: dict[str, Any] = {
        "study": table.study,
        **({"upload": table.upload} if table.upload else {}),
        **decided,
        "matched": [_matched(row, table) for row in table.rows],
    }
    text: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110)
    return head + text


def looked_at(table: HarmonisationTable) -> list[dict[str, str]]:
    """What needs a look, a dictionary of texts a row: what, its words, each wave's cell, how it was matched."""
    words = harmonisation_wording(table.language)
    return [
        {
            words.look: words.looks[row.look],
            words.question: row.question,
            words.code: row.code or "",
            words.words: row.label,
            **{wave.label: ", ".join(cell) or NOTHING for wave, cell in zip(table.waves, row.cells, strict=True)},
            words.how: row.how,
        }
        for row in table.to_look_at
    ]


def _matched(row: SheetRow, table: HarmonisationTable) -> dict[str, Any]:
    cells = {
        wave.label: list(cell) if len(cell) > 1 else next(iter(cell), None)
        for wave, cell in zip(table.waves, row.cells, strict=True)
    }
    of_choice = {} if row.code is None else {"code": row.code}
    return {"question": row.question, **of_choice, "words": row.label, **cells, "how": row.how}


def _how_to(table: HarmonisationTable, words: HarmonisationWording) -> Sheet:
    widths = (110,)
    lines = [
        Line([words.title.format(study=table.study)], [Style(Role.BOOK_TITLE)], 30),
        Line([None], [Style(Role.CAPTION)]),
    ]
    for step in words.steps:
        line = fit_line_height([step], [Style(Role.CAPTION)], widths)
        lines.append(Line([step], [Style(Role.CAPTION)], max(20.0, (line.height or 15) + 6)))
    return Sheet(name=words.how_to, lines=lines, widths=widths, merges=list[Merge]())


def _add_table(book: Book, table: HarmonisationTable, words: HarmonisationWording) -> list[Sequence[Value]]:
    """The sheet of questions and choices; returns the values written."""
    sheet: Any = book.workbook.add_worksheet(words.sheet)
    looks: dict[_Look, Format] = {look: book.workbook.add_format(_FORMATS[look]) for look in _Look}
    waves = [wave.label for wave in table.waves]
    titles = [words.look, words.question, words.code, words.words, words.how, words.agreed, *waves, words.row_id]
    widths = [*_WIDTHS, *[_WAVE_WIDTH] * len(waves), _ROW_ID_WIDTH]
    to_fill = {_BEFORE_WAVES - 1, *range(_BEFORE_WAVES, _BEFORE_WAVES + len(waves))}
    written: list[Sequence[Value]] = [titles]
    for column, title in enumerate(titles):
        role = Role.CODED_HEADING if column in to_fill else Role.HEADING
        sheet.write_string(0, column, cell_text(title), book.format_of(Style(role)))
        sheet.set_column(column, column, widths[column])
    sheet.set_row(0, 32)
    described = [_described(table, number) for number in range(len(waves))]
    for number, row in enumerate(table.rows, start=1):
        values = [
            words.looks[row.look],
            row.question,
            row.code or "",
            _short(row.label),
            _short(row.how, 2 * _LONGEST_WORDS),
            "",
            *(_cell(row, cell, known) for cell, known in zip(row.cells, described, strict=True)),
            row.id,
        ]
        height = fit_line_height(values, [], widths).height
        if height is not None:
            sheet.set_row(number, height)
        for column, (value, look) in enumerate(zip(values, _cell_looks(row), strict=True)):
            sheet.write_string(number, column, cell_text(value), looks[look])
        written.append(values)
    last = max(len(table.rows), 1)
    sheet.autofilter(0, 0, last, len(titles) - 1)
    sheet.freeze_panes(1, 4)
    for column, wave in enumerate(waves, start=_BEFORE_WAVES):
        prompt = words.prompt.format(wave=wave)[:255]
        sheet.data_validation(1, column, last, column, {"validate": "any", "input_message": prompt})
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
    sheet.protect("", dict.fromkeys(_ALLOWED, True))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.hide_gridlines(2)
    sheet.activate()
    return written


def _cell_looks(row: SheetRow) -> Iterator[_Look]:
    plain, cell = (_Look.CHOICE, _Look.CELL) if row.code is not None else (_Look.QUESTION, _Look.QUESTION_CELL)
    yield _LOOKED_AT.get(row.look, plain)
    yield from [plain] * 3
    yield _LOOKED_AT.get(row.look, plain)
    yield cell
    yield from (_LOOKED_AT.get(look, cell) for look in row.looks)
    yield _Look.SMALL_PRINT


def _described(table: HarmonisationTable, wave: int) -> Mapping[tuple[str, str | None], str]:
    """In one wave, the words of each variable by its name, and of the codes of a question by its row's name."""
    of_codes = {v.name: {choice.code: choice.label for choice in v.choices} for v in table.variables[wave]}
    words: dict[tuple[str, str | None], str] = {(v.name, None): v.label for v in table.variables[wave]}
    for row in table.rows:
        if row.code is None:
            own = of_codes.get(next(iter(row.cells[wave]), ""), {})
        else:
            words |= {(row.question, code): own.get(code, code) for code in row.cells[wave]}
    return words


def _cell(row: SheetRow, cell: Sequence[str], known: Mapping[tuple[str, str | None], str]) -> str:
    lines = []
    for name in cell:
        words = known.get((name, None) if row.code is None else (row.question, name), name)
        lines.append(name if words == name else f"{name}: {_short(words)}")
    return "\n".join(lines) or NOTHING


def _short(text: str, most: int = _LONGEST_WORDS) -> str:
    text = " ".join(text.split())  # a line of a cell is an entry
    return text if len(text) <= most else text[: most - 1] + "\u2026"


def _memory(table: HarmonisationTable) -> list[list[Value]]:
    """The rows of the hidden sheet: that it is one, whose, and everything as it was handed out."""
    bare = table.model_copy(update={"rows": tuple(row.model_copy(update={"how": ""}) for row in table.rows)})
    told = base64.b64encode(zlib.compress(bare.model_dump_json().encode(), 9)).decode()
    pieces = [told[at : at + _PIECE] for at in range(0, len(told), _PIECE)]
    first: list[Value] = ["mcode_harmonisation", SHEET_FORMAT]
    rows = [first]
    for piece in pieces:
        rows.append(["table", piece])
    return rows
