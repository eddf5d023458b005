"""Files with lists of choices that a form names, such as `select_multiple_from_file produk.csv`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.survey import FormSheet, Remark, SurveyForm

Rows = Sequence[Sequence[str | None]]
Choice = tuple[str, str, str]
"""List, code and label."""

_ITEMSETS = "itemsets.csv"

_FROM_FILE = re.compile(r"from[ _]file\s+(?P<file>\S+)", re.IGNORECASE)
_LIST = re.compile(r"select[ _](?:one|multiple)\s+(?P<list>\S+)", re.IGNORECASE)
_LOOKED_UP = re.compile(r"(?:search|pulldata)\(\s*['\"](?P<file>[^'\"]+)['\"]", re.IGNORECASE)
_PARAMETER = re.compile(r"(value|label)\s*=\s*(\S+)", re.IGNORECASE)
_EXTERNAL_LIST = re.compile(r"select[ _](?:one|multiple)[ _]external\s+(?P<list>\S+)", re.IGNORECASE)


def list_files_of(form: SurveyForm) -> tuple[str, ...]:
    """The names of the files that a form takes choices or values from; `.csv` where it leaves the ending out."""
    found: dict[str, None] = {}
    for record in form.survey.records():
        kind = record.get("type", "")
        if named := _FROM_FILE.search(kind):
            found[_file_name(named["file"])] = None
        if _EXTERNAL_LIST.search(kind):
            found[_ITEMSETS] = None
        for cell in record.values():
            found |= {_file_name(looked_up["file"]): None for looked_up in _LOOKED_UP.finditer(cell)}
    return tuple(found)


def with_list_files(form: SurveyForm, files: Mapping[str, Rows]) -> tuple[SurveyForm, tuple[Remark, ...]]:
    """The form with the choices of list files among its own, and what is to be told of the files.

    Choices stand under the file's name, as its questions call them. Questions that look their choices up with
    `search()` name the columns of the file in the choices sheet.
    """
    taken = list(dict.fromkeys(_taken(form, {name.casefold(): rows for name, rows in files.items()})))
    added = [choice for _, choices in taken for choice in dict.fromkeys(choices)]
    counts: dict[str, int] = {}
    for file, choices in taken:
        counts[file] = max(counts.get(file, 0), len(set(choices)))
    here = {name.casefold() for name in files}
    read = {file: count for file, count in counts.items() if count}
    unread = [file for file in counts if file not in read and file.casefold() in here]
    missing = [file for file in counts if file.casefold() not in here]
    unnamed = [name for name in files if name.casefold() not in {n.casefold() for n in list_files_of(form)}]
    remarks = [say.list_files_used(read)] if read else []
    remarks += [say.list_files_not_understood(unread)] if unread else []
    remarks += [say.list_files_missing(missing)] if missing else []
    remarks += [say.list_files_not_named(unnamed)] if unnamed else []
    if added:
        form = form.model_copy(update={"choices": _with_choices(form.choices, list(dict.fromkeys(added)))})
    return form, tuple(remarks)


def _taken(form: SurveyForm, rows_of: Mapping[str, Rows]) -> Iterator[tuple[str, tuple[Choice, ...]]]:
    """For each question with choices from a file: the file's name, and the choices that it gives."""
    for record in form.survey.records():
        kind = record.get("type", "")
        if named := _FROM_FILE.search(kind):
            columns = {key.lower(): column for key, column in _PARAMETER.findall(record.get("parameters", ""))}
            file = _file_name(named["file"])
            pairs = _choices(
                rows_of.get(file.casefold(), ()), columns.get("value", "name"), columns.get("label", "label")
            )
            yield file, tuple((named["file"], *pair) for pair in pairs)
        elif (external := _EXTERNAL_LIST.search(kind)) and not form.external_choices.rows:
            rows = rows_of.get(_ITEMSETS, ())
            header = [(cell or "").strip().casefold() for cell in rows[0]] if rows else []
            at = header.index("list_name") if "list_name" in header else len(header)
            own = [row for row in rows[1:] if at < len(row) and row[at] == external["list"]]
            pairs = _choices([*rows[:1], *own], "name", "label")
            yield _ITEMSETS, tuple((external["list"], *pair) for pair in pairs)
        elif (named_list := _LIST.match(kind)) and (looked_up := _LOOKED_UP.search(record.get("appearance", ""))):
            file, found = _file_name(looked_up["file"]), list[Choice]()
            for choice in form.choices.records():
                if choice.get("list_name", choice.get("list name")) == named_list["list"]:
                    label = next((cell for key, cell in choice.items() if key.startswith("label")), "")
                    code = choice.get("name", choice.get("value", ""))
                    pairs = _choices(rows_of.get(file.casefold(), ()), code, label or code)
                    found += [(named_list["list"], *pair) for pair in pairs]
            yield file, tuple(found)


def _choices(rows: Rows, code: str, label: str) -> Iterator[tuple[str, str]]:
    """Code and label of every row of a list file; the label is the code where there is no such column."""
    header = [(cell or "").strip().casefold() for cell in rows[0]] if rows else []
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
