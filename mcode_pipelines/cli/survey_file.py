"""One survey file without Dagster: read, detected, and the folder of its results."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from mcode_pipelines.intake import UploadFiles, inspect, list_files_in, read_codebook, read_upload, readable_name
from mcode_pipelines.lake import replaced_file
from mcode_pipelines.settings import Settings
from mcode_pipelines.sources import scan_survey
from mcode_pipelines.survey import Codebook, RawSurvey, SurveyError


class CommandError(SurveyError):
    """Something asked of the command line that cannot be done."""


def must_be_files(*paths: Path | None) -> None:
    """Raises CommandError for a path that is no file: before any work, so that nobody waits for a misspelt name."""
    for path in paths:
        if path is None or path.is_file():
            continue
        if path.is_dir():
            raise CommandError(f"{path}: this is a folder; name the file itself")
        raise CommandError(f"{path}: there is no such file; check the name and the folder")


@contextmanager
def output_folder(folder: Path) -> Iterator[None]:
    """Makes the folder of the results before any work, and sees that it can be written.

    Where nothing comes of the work, the folders that were made for it go again.
    """
    if folder.exists() and not folder.is_dir():
        raise CommandError(f"{folder}: the results go into a folder, and this is a file; choose another name")
    if readable_name(str(folder)) != str(folder):
        raise CommandError(
            f"{readable_name(str(folder))}: the name of the folder for the results is not in UTF-8, which libraries "
            "that write workbooks need; choose another"
        )
    absolute = folder.absolute()
    made = [one for one in (absolute, *absolute.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
        yield
    except BaseException:
        for one in made:  # the innermost first; one that holds something stays, and those around it
            with suppress(OSError):
                one.rmdir()
        raise


@contextmanager
def read_file(
    data: Path, form: Path | None, settings: Settings, lists: Sequence[Path] = (), *, in_place: bool = False
) -> Iterator[RawSurvey]:
    """The survey of one file (its form, and the form's list files), gated and read in a child like any upload.

    List files are those that were named, and those that lie beside form or data under the name the form calls them by.

    With `in_place` a Parquet file is scanned where it lies, by this process: one that may be lost to it.
    """
    if in_place:
        data = data.resolve()
        inspect(data, readable_name(data.name), settings.limits())
        before = data.stat()
        yield scan_survey(data, readable_name(data.name))
        after = data.stat()
        if (before.st_size, before.st_mtime_ns, before.st_ino) != (after.st_size, after.st_mtime_ns, after.st_ino):
            raise CommandError(f"{data}: it changed while it was read; run the command again")
        return
    with tempfile.TemporaryDirectory(prefix="mcode-") as folder:
        files = UploadFiles(
            data=data,
            data_name=readable_name(data.name),
            form=form,
            form_name=readable_name(form.name) if form else None,
            lists=tuple(_list_files(data, form, lists, settings)),
        )
        yield read_upload(files, into=Path(folder) / "as_read.parquet", limits=settings.limits())


def _list_files(data: Path, form: Path | None, given: Sequence[Path], settings: Settings) -> Iterator[tuple[Path, str]]:
    """The files with lists of choices, each with the name that the form calls it by."""
    yield from ((path, readable_name(path.name)) for path in given)
    if form is None:
        return
    taken = {path.name.casefold() for path in given}
    beside = {
        path.name.casefold(): path
        for folder in dict.fromkeys((data.parent, form.parent))
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in {".csv", ".tsv", ".xlsx"}
        and not any(path.samefile(one) for one in (data, form))
        and path.is_file()
    }
    if not beside.keys() - taken:
        return
    inspect(form, readable_name(form.name), settings.limits())
    for name in list_files_in(form, readable_name(form.name), limits=settings.limits()):
        if name.casefold() in beside and name.casefold() not in taken:
            yield beside[name.casefold()], name


def detect_file(
    data: Path, form: Path | None, output: Path, settings: Settings, lists: Sequence[Path] = ()
) -> tuple[Codebook, list[str]]:
    """Writes the codebook of a survey file to `output`; returns it, and what is to be told of the reading."""
    from mcode_pipelines.detection import detect

    must_be_files(data, form, *lists)
    if output.is_dir():
        raise CommandError(
            f"{output}: this is a folder; name the codebook file to write, such as {output}/codebook.json"
        )
    with output_folder(output.parent):
        with read_file(data, form, settings, lists) as raw:
            codebook = detect(raw)
            told = [*raw.head.source.remarks_in(codebook.language), *codebook.remarks_in(codebook.language)]
        write_text(output, codebook.model_dump_json(indent=1, exclude_none=True))
    return codebook, told


def codebook_of(given: Path | None, raw: RawSurvey) -> Codebook:
    """The codebook that was given, else what is detected."""
    if given is not None:
        return read_codebook(given, given.name)
    from mcode_pipelines.detection import detect

    return detect(raw)


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal digits."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    """Writes a document beside its place and renames it there."""
    with replaced_file(path) as beside:
        beside.write_text(text, encoding="utf-8")
