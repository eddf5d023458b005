"""Files with lists of choices that a form names, such as `select_multiple_from_file produk.csv`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from mcode_pipelines.survey import FormSheet, SurveyForm

Rows = Sequence[Sequence[str | None]]

_FROM_FILE = re.compile(r"from[ _]file\s+(?P<file>\S+)", re.IGNORECASE)
_LIST = re.compile(r"select[ _](?:one|multiple)\s+(?P<list>\S+)", re.IGNORECASE)
_LOOKED_UP = re.compile(r"(?:search|pulldata)\(\s*['\"](?P<file>[^'\"]+)['\"]", re.IGNORECASE)
_PARAMETER = re.compile(r"(value|label)\s*=\s*(\S+)", re.IGNORECASE)
_EXTERNAL = re.compile(r"external\b", re.IGNORECASE)


def list_files_of(form: SurveyForm) -> tuple[str, ...]:
    """The names of the files that a form takes choices or values from; `.csv` where it leaves the ending out."""
    found: dict[str, None] = {}
    for record in form.survey.records():
        kind = record.get("type", "")
        if named := _FROM_FILE.search(kind):
            found[_file_name(named["file"])] = None
        if _EXTERNAL.search(kind):
            found["itemsets.csv"] = None
        for cell in record.values():
            found |= {_file_name(looked_up["file"]): None for looked_up in _LOOKED_UP.finditer(cell)}
    return tuple(found)


def with_list_files(form: SurveyForm, files: Mapping[str, Rows]) -> SurveyForm:
    """The form with the choices of list files among its own: under the file's name, as its questions call them.

    Questions that look their choices up with `search()` name the columns of the file in the choices sheet.
    """
    rows_of = {name.casefold(): rows for name, rows in files.items() if rows}
    added: list[tuple[str, str, str]] = []
    for record in form.survey.records():
        kind = record.get("type", "")
        if named := _FROM_FILE.search(kind):
            columns = {key.lower(): column for key, column in _PARAMETER.findall(record.get("parameters", ""))}
            rows = rows_of.get(_file_name(named["file"]).casefold())
            if rows:
                code, label = columns.get("value", "name"), columns.get("label", "label")
                added += [(named["file"], *pair) for pair in _choices(rows, code, label)]
        elif (own := _LIST.match(kind)) and (looked_up := _LOOKED_UP.search(record.get("appearance", ""))):
            rows = rows_of.get(_file_name(looked_up["file"]).casefold())
            for choice in form.choices.records():
                if rows and choice.get("list_name", choice.get("list name")) == own["list"]:
                    added += [
                        (own["list"], *pair)
                        for pair in _choices(rows, choice.get("name", ""), choice.get("label", choice.get("name", "")))
                    ]
    return (
        form.model_copy(update={"choices": _with_choices(form.choices, list(dict.fromkeys(added)))}) if added else form
    )


def _choices(rows: Rows, code: str, label: str) -> Iterator[tuple[str, str]]:
    """Code and label of every row of a list file; the label is the code where there is no such column."""
    header = [(cell or "").strip().casefold() for cell in rows[0]]
    fallbacks = [i for i, cell in enumerate(header) if cell.startswith(label.casefold())]
    if code.casefold() not in header:
        return
    at = header.index(code.casefold())
    label_at = header.index(label.casefold()) if label.casefold() in header else next(iter(fallbacks), at)
    for row in rows[1:]:
        if at < len(row) and row[at]:
            told = row[label_at] if label_at < len(row) else None
            yield str(row[at]).strip(), str(told or row[at]).strip()


def _with_choices(sheet: FormSheet, added: Sequence[tuple[str, str, str]]) -> FormSheet:
    keys = [cell.strip().lower() for cell in sheet.header]
    header = list(sheet.header)
    places = []
    for wanted, spellings in (
        ("list_name", ("list_name", "list name", "listname")),
        ("name", ("name", "value")),
        ("label", ("label",)),
    ):
        at = next((i for i, key in enumerate(keys) if key in spellings), None)
        if at is None and wanted == "label":
            at = next((i for i, key in enumerate(keys) if key.startswith("label")), None)
        if at is None:
            header.append(wanted)
            at = len(header) - 1
        places.append(at)
    rows = [(*row, *[None] * (len(header) - len(row))) for row in sheet.rows]
    for choice in added:
        cells: list[str | None] = [None] * len(header)
        for at, cell in zip(places, choice, strict=True):
            cells[at] = cell
        rows.append(tuple(cells))
    return FormSheet(name=sheet.name, header=tuple(header), rows=tuple(rows))


def _file_name(named: str) -> str:
    return named if PurePath(named).suffix else f"{named}.csv"
