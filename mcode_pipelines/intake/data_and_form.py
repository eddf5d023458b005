"""Which table of a dropped folder is the data, which the form, and which a list of choices that the form names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mcode_pipelines.intake.contents import Contents
from mcode_pipelines.intake.file_kind import FileKind
from mcode_pipelines.intake.gate import inspected
from mcode_pipelines.intake.inbox_item import InboxFile, InboxItem
from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.intake.private_copy import PrivateCopy
from mcode_pipelines.intake.sandbox import forms_among, list_files_in
from mcode_pipelines.intake.upload_directory import UploadDirectory, sha256_of_bytes
from mcode_pipelines.survey import Remark, UnreadableUpload


@dataclass(frozen=True)
class Tables:
    """The tables of a drop by what they are."""

    data: PrivateCopy | None
    form: PrivateCopy | None
    lists: tuple[PrivateCopy, ...] = ()
    """Files with lists of choices that the form names."""
    remarks: tuple[Remark, ...] = ()
    """What the gate has to tell of the data."""

    @property
    def form_identity(self) -> str | None:
        """The sha256 of the form, of it and its list files where there are any."""
        if self.form is None or not self.lists:
            return self.form.sha256 if self.form else None
        return sha256_of_bytes("\n".join([self.form.sha256, *(f"{f.name} {f.sha256}" for f in self.lists)]).encode())


def sorted_tables(tables: Sequence[PrivateCopy], directory: UploadDirectory, drop_name: str, limits: Limits) -> Tables:
    """Tells the tables of a folder apart; a child process looks into them where names cannot tell.

    Raises UnreadableUpload where there is more than one data file or form.
    """
    remarks: dict[PrivateCopy, tuple[Remark, ...]] = {}
    data: list[PrivateCopy] = []
    forms: list[PrivateCopy] = []
    for table in tables:
        if directory.by_sha256(table.sha256):
            data.append(table)
            continue
        kind, remarks[table] = inspected(table.path, table.name, limits)
        maybe_form = kind is FileKind.XLSX or kind is FileKind.CSV
        is_form = kind is FileKind.XLS or (
            maybe_form
            and table.size <= limits.document_bytes
            and forms_among([(table.path, table.name)], limits=limits)[0]
        )
        (forms if is_form else data).append(table)
    lists: list[PrivateCopy] = []
    if len(data) > 1 and len(forms) == 1:
        named = {name.casefold() for name in list_files_in(forms[0].path, forms[0].name, limits=limits)}
        lists = [table for table in data if table.name.casefold() in named]
        data = [table for table in data if table not in lists]
    if len(data) > 1:
        raise UnreadableUpload(
            drop_name,
            f"the folder holds {len(data)} data files: {names_of(data)}; keep one, and drop the others by themselves",
        )
    if len(forms) > 1:
        raise UnreadableUpload(drop_name, f"the folder holds {len(forms)} forms: {names_of(forms)}; keep one")
    told = remarks.get(data[0], ()) if data else ()
    return Tables(data[0] if data else None, forms[0] if forms else None, tuple(lists), told)


def names_of(files: Sequence[InboxFile] | Sequence[PrivateCopy], most: int = 5) -> str:
    """The names of the first few files, and how many more there are."""
    listed = ", ".join(file.name for file in files[:most])
    return listed + (f" and {len(files) - most} more" if len(files) > most else "")


def passed_over_remarks(contents: Contents, item: InboxItem) -> tuple[str, ...]:
    """What to tell of files of a drop that are not used."""
    told = [f"kept but not used: {names_of(contents.unused)}"] if contents.unused else []
    return (*told, passed_over(item)) if item.passed_over else tuple(told)


def passed_over(item: InboxItem) -> str:
    """What to tell of what is no file, or lies too deep."""
    listed = ", ".join(item.passed_over[:5]) + (" ..." if len(item.passed_over) > 5 else "")
    return f"not looked at, being links, no files, or too deep in folders: {listed}"
