"""Reads one upload in a child process that can be killed: whatever a file does, it does it to the child."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mcode_pipelines
from mcode_pipelines.intake.errors import StorageError, storage_errors, storage_reason
from mcode_pipelines.intake.file_kind import FileKind, extension
from mcode_pipelines.intake.gate import inspect, inspected
from mcode_pipelines.intake.inbox_item import readable_name
from mcode_pipelines.intake.limits import MIB, Limits
from mcode_pipelines.intake.upload import UploadFiles
from mcode_pipelines.sources import ReadOptions, open_raw_survey
from mcode_pipelines.survey import RawSurvey, Remark, UnreadableUpload
from mcode_pipelines.survey.harmonisation_sheet import ReturnedSheet
from mcode_pipelines.survey.review import ReviewWorkbook

_DEFAULT_OPTIONS = ReadOptions()
_DEFAULT_LIMITS = Limits()
_WORKER = Path(__file__).with_name("sandbox_worker.py")
"""Started as a file: as a module of its package it would load all of that before it has given up anything."""


def read_upload(
    files: UploadFiles,
    *,
    into: Path,
    options: ReadOptions = _DEFAULT_OPTIONS,
    limits: Limits = _DEFAULT_LIMITS,
    remarks: Sequence[Remark] = (),
) -> RawSurvey:
    """The raw survey of an upload: through the gate, read in a child process, left as Parquet at `into`.

    `into` is written whole or not at all; its folder is made. The file given is only read. Raises
    UnreadableUpload with one sentence for whatever is wrong with the files, also where the reader had to
    be killed; StorageError where `into` cannot be written. A path that is a link is followed here: whoever
    calls has named it (drops are copied without following any). `remarks` are told beside those of the gate.
    """
    files = files.model_copy(
        update={
            "data": files.data.resolve(),
            "form": files.form.resolve() if files.form else None,
            "lists": tuple((path.resolve(), name) for path, name in files.lists),
        }
    )
    kind, of_the_gate = inspected(files.data, files.data_name, limits)
    if kind is FileKind.XLS:
        raise UnreadableUpload(
            files.data_name,
            "this is an old Excel workbook (.xls), which is accepted for forms only; "
            "open it in Excel, save it as Excel Workbook (.xlsx) and drop that",
        )
    if files.form is not None:
        inspect(files.form, files.form_name or files.form.name, limits)
    for path, name in files.lists:
        inspect(path, name, limits)
    return read_inspected(files, into=into, options=options, limits=limits, remarks=(*of_the_gate, *remarks))


def read_inspected(
    files: UploadFiles,
    *,
    into: Path,
    options: ReadOptions = _DEFAULT_OPTIONS,
    limits: Limits = _DEFAULT_LIMITS,
    remarks: Sequence[Remark] = (),
) -> RawSurvey:
    """`read_upload` for files that have passed the gate already, which had these `remarks` on the data."""
    into = into.absolute()
    with storage_errors(into.parent):
        into.parent.mkdir(parents=True, exist_ok=True)
        workplace = Path(tempfile.mkdtemp(prefix=".reading-", dir=into.parent))
    try:
        left = workplace / "raw.parquet"
        request = {
            "do": "read",
            "data": _under_a_text_name(files.data, workplace / "data"),
            "data_name": files.data_name,
            "form": _under_a_text_name(files.form, workplace / "form") if files.form else None,
            "lists": [[str(path.absolute()), name] for path, name in files.lists],
            "form_name": files.form_name or (files.form.name if files.form else None),
            "options": options.model_dump(),
            "remarks": [remark.model_dump() for remark in remarks],
            "into": str(left),
        }
        _ask_child(
            request,
            files.data_name,
            [files.data, *([files.form] if files.form else []), *(path for path, _ in files.lists)],
            workplace,
            limits,
        )
        with storage_errors(into.parent):
            left.chmod(0o600)
            left.replace(into)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    return open_raw_survey(into)


def _under_a_text_name(path: Path, beside: Path) -> str:
    """The path for libraries that take text only: where a name in it is no text, a link beside the work leads there."""
    path = path.absolute()
    if readable_name(str(path)) == str(path):
        return str(path)
    link = beside.with_suffix(extension(path.name))
    link.symlink_to(path)
    return str(link)


def forms_among(candidates: Sequence[tuple[Path, str]], *, limits: Limits = _DEFAULT_LIMITS) -> list[bool]:
    """For each file (path, name): whether it is a form rather than data. Asks a child process.

    Every file has to have passed the gate. Raises UnreadableUpload where one of them kills the reader.
    """
    answers = []
    for path, name in candidates:
        with tempfile.TemporaryDirectory(prefix="mcode-form-") as workplace:
            request = {"do": "is_form", "data": str(path.absolute()), "data_name": name}
            answers.append(bool(_ask_child(request, name, [path], Path(workplace), limits)["form"]))
    return answers


def list_files_in(path: Path, name: str, *, limits: Limits = _DEFAULT_LIMITS) -> list[str]:
    """The names of the list files that a form names which has passed the gate; a child process reads it.

    Raises UnreadableUpload where it is no form or kills the reader.
    """
    with tempfile.TemporaryDirectory(prefix="mcode-form-") as workplace:
        request = {"do": "list_files", "data": str(path.absolute()), "data_name": name}
        return [str(file) for file in _ask_child(request, name, [path], Path(workplace), limits)["files"]]


def review_in(path: Path, name: str, *, limits: Limits = _DEFAULT_LIMITS) -> ReviewWorkbook:
    """What a review workbook says that has passed the gate; a child process reads it.

    Raises UnreadableUpload where its hidden sheets are damaged or it kills the reader.
    """
    with tempfile.TemporaryDirectory(prefix="mcode-review-") as workplace:
        request = {"do": "review", "data": str(path.absolute()), "data_name": name}
        return ReviewWorkbook.model_validate(_ask_child(request, name, [path], Path(workplace), limits)["review"])


def harmonisation_in(path: Path, name: str, *, limits: Limits = _DEFAULT_LIMITS) -> ReturnedSheet:
    """What a harmonisation sheet says that has passed the gate; a child process reads it.

    Raises UnreadableUpload where its hidden sheet is damaged or it kills the reader.
    """
    with tempfile.TemporaryDirectory(prefix="mcode-harmonisation-") as workplace:
        request = {"do": "harmonisation", "data": str(path.absolute()), "data_name": name}
        return ReturnedSheet.model_validate(_ask_child(request, name, [path], Path(workplace), limits)["sheet"])


def _ask_child(
    request: dict[str, Any], name: str, mapped: Sequence[Path], workplace: Path, limits: Limits
) -> dict[str, Any]:
    """Runs the reader on a request and returns its answer."""
    request = {
        **request,
        "parent": os.getpid(),
        "memory": limits.reader_memory_mb * MIB,
        "mapped": sum(path.stat().st_size for path in mapped),
        "seconds": limits.reader_seconds,
    }
    with (workplace / "complaints").open("w+b") as complaints:
        child = subprocess.Popen(
            [sys.executable, "-P", str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            cwd=workplace,
            env=_bare_environment(workplace),
            start_new_session=True,
            close_fds=True,
        )
        try:
            said, _ = child.communicate(json.dumps(request).encode(), timeout=limits.reader_seconds)
        except subprocess.TimeoutExpired:
            raise UnreadableUpload(name, _too_long(name, limits)) from None
        finally:
            _end(child)
        complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - 4096))
        last_words = complaints.read().decode(errors="replace")
    if child.returncode == 0:
        return _understood(said, name)
    raise UnreadableUpload(name, _died(child.returncode, last_words, name, limits))


def _understood(said: bytes, name: str) -> dict[str, Any]:
    """The child's answer, or the error it reports."""
    answer: dict[str, Any] = json.loads(said)
    match answer.get("error"):
        case None:
            return answer
        case "unreadable":
            raise UnreadableUpload(answer["name"], answer["reason"])
        case "storage":
            trouble = OSError(answer["errno"], os.strerror(answer["errno"]))
            raise StorageError(Path(answer["path"]), storage_reason(trouble))
        case "memory":
            raise UnreadableUpload(name, _too_much_memory(name, answer["limit_mb"]))
    raise UnreadableUpload(
        name,
        f"this program came upon something in it that it does not know yet, while it {answer['at']} "
        f"({answer['reason']}); {_save_again(name)}, and tell whoever looks after the program",
    )


def _bare_environment(workplace: Path) -> dict[str, str]:
    """What the child may know: where programs and our package are, and to use little of the machine."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(workplace),
        "TMPDIR": str(workplace),
        "PYTHONPATH": str(Path(mcode_pipelines.__file__).parents[1]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "POLARS_MAX_THREADS": "2",
        "RAYON_NUM_THREADS": "2",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "RUST_BACKTRACE": "0",
    }


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kills the child and whatever it started, and waits for it."""
    try:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def _died(code: int, last_words: str, name: str, limits: Limits) -> str:
    if "memory allocation" in last_words or "capacity overflow" in last_words or -code == signal.SIGKILL:
        return _too_much_memory(name, limits.reader_memory_mb)
    if -code == signal.SIGXCPU:
        return _too_long(name, limits)
    if -code == signal.SIGXFSZ:
        return f"what it unpacks to is larger than a file may be here; {_save_again(name)}"
    return f"it cannot be opened safely: the reader had to be stopped; {_save_again(name)}"


def _too_long(name: str, limits: Limits) -> str:
    return (
        f"it cannot be opened safely: reading it took more than {limits.reader_seconds} seconds and was stopped; "
        f"{_smaller(name)}"
    )


def _too_much_memory(name: str, limit_mb: int) -> str:
    return (
        f"it cannot be opened safely: reading it needs more than the {limit_mb:,} MB of memory a reader may take; "
        f"{_smaller(name)}"
    )


def _smaller(name: str) -> str:
    if extension(name) in {".xlsx", ".xls"}:
        return "open it in Excel, save it again as .xlsx, or as .csv where it is very large, and drop that"
    return "leave out what is not needed, or split it, and drop it again"


def _save_again(name: str) -> str:
    match extension(name):
        case ".xlsx" | ".xls":
            return "open it in Excel, save it again as .xlsx and drop it again"
        case ".sav" | ".zsav":
            return "open it in SPSS, save it again as .sav and drop it again"
        case ".csv" | ".tsv":
            return "export it again, or open it in Excel and save it as .xlsx, and drop that"
    return "write it again with the program it came from and drop it again"
