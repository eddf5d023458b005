"""The files of a new upload, put where it is prepared, and its record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mcode_pipelines.intake.data_and_form import Tables
from mcode_pipelines.intake.file_kind import extension
from mcode_pipelines.intake.inbox_item import InboxItem
from mcode_pipelines.intake.private_copy import PrivateCopy
from mcode_pipelines.intake.upload import Upload
from mcode_pipelines.intake.upload_directory import UploadDirectory, list_file
from mcode_pipelines.intake.upload_name import parse_upload_name, study_name
from mcode_pipelines.survey import TabulationPlan


def staged_form(prepared: Path, form: PrivateCopy | None) -> Path | None:
    """The form in its place; None without one."""
    if form is None:
        return None
    (prepared / "form").mkdir(mode=0o700)
    return form.path.rename(prepared / "form" / f"form{extension(form.name)}")


def staged_lists(prepared: Path, lists: Sequence[PrivateCopy]) -> Iterator[tuple[Path, str]]:
    """The list files in their places, each with its name."""
    if lists:
        (prepared / "lists").mkdir(mode=0o700)
    for number, copy in enumerate(lists):
        yield copy.path.rename(prepared / list_file(number, copy.name)), copy.name


def record_of(
    directory: UploadDirectory,
    item: InboxItem,
    data: PrivateCopy,
    tables: Tables,
    plan: TabulationPlan | None,
    companions: Mapping[str, str],
) -> Upload:
    """The record of a new upload, by what its files and its plan are called."""
    name = parse_upload_name(data.name, item.name if item.is_folder else None)
    key = directory.free_key(name.slug, data.sha256)
    return Upload(
        key=key,
        name=name.readable,
        sha256=data.sha256,
        received=datetime.now(UTC),
        study=study_name(plan.study) if plan and plan.study else (key if name.generic else name.study),
        wave=(plan.wave if plan and plan.wave else None) or name.wave,
        delivery=name.delivery.version,
        exported=name.exported,
        data_name=data.name,
        form_name=tables.form.name if tables.form else None,
        list_names=tuple(copy.name for copy in tables.lists),
        companions=dict(companions),
    )
