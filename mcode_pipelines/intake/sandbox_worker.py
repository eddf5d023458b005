"""The child process that reads one file: `python -P sandbox_worker.py`, a JSON request on stdin.

First it gives up what it does not need (memory, time, core files, outliving its parent), only then it loads
anything that parses. It answers one line of JSON on stdout; whatever libraries print goes to stderr.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_MIB = 1024**2
_ADDRESS_SLACK = 2048 * _MIB
"""Address space that programs and allocators reserve without using it."""


_AT = {
    "read": "read its table",
    "is_form": "looked whether it is a form",
    "list_files": "looked which lists the form names",
    "review": "read the review workbook",
    "harmonisation": "read the harmonisation sheet",
}
"""What the child was at, for the sentence about something unforeseen."""


def restrict_process(request: dict[str, Any]) -> None:
    """Sets the limits of this process for good. Raises nothing a request can cause."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != request["parent"]:
        os._exit(1)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    memory, seconds = int(request["memory"]), int(request["seconds"])
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, 2 * seconds)
    # Files that are mapped to be read count as address space but not as data.
    _limit(resource.RLIMIT_DATA, memory)
    _limit(resource.RLIMIT_AS, memory + int(request["mapped"]) + _ADDRESS_SLACK)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def handle_request(request: dict[str, Any]) -> dict[str, Any]:
    """Does what a request asks; every failure comes back as data with the key `error`."""
    from mcode_pipelines.sources import RawSurveyError
    from mcode_pipelines.survey import SurveyError, UnreadableUpload

    try:
        return _done(request)
    except RawSurveyError as error:
        refused = _storage_errno(error.__cause__ or error) or errno.ENOSPC
        return {"error": "storage", "errno": refused, "path": str(Path(request["into"]).parent.parent)}
    except UnreadableUpload as error:
        if error.__cause__ and (number := _storage_errno(error.__cause__)):
            return {"error": "storage", "errno": number, "path": str(Path(request["into"]).parent.parent)}
        return {"error": "unreadable", "name": error.name, "reason": error.reason}
    except SurveyError as error:
        return {"error": "unreadable", "name": request["data_name"], "reason": str(error)}
    except (MemoryError, ImportError):
        # A library that cannot be loaded: its code does not fit into the memory that is allowed.
        return {"error": "memory", "limit_mb": int(request["memory"]) // _MIB}
    except BaseException as error:
        if failed := _storage_errno(error):
            return {"error": "storage", "errno": failed, "path": str(Path(request.get("into", "/")).parent.parent)}
        text = " ".join(str(error).split())[:200]
        if "out of memory" in text.lower() or "memory allocation" in text.lower():
            return {"error": "memory", "limit_mb": int(request["memory"]) // _MIB}
        return {"error": "unforeseen", "at": _AT[request["do"]], "reason": f"{type(error).__name__}: {text}"}


def _done(request: dict[str, Any]) -> dict[str, Any]:
    from mcode_pipelines.sources import ReadOptions, is_form, list_files_of, read_form, read_survey, save_raw_survey
    from mcode_pipelines.survey import Remark

    data, name = Path(request["data"]), request["data_name"]
    if request["do"] == "review":
        from mcode_pipelines.sources.review_file import read_review

        return {"review": read_review(data, name).model_dump(mode="json")}
    if request["do"] == "harmonisation":
        from mcode_pipelines.sources.harmonisation_file import read_harmonisation

        return {"sheet": read_harmonisation(data, name).model_dump(mode="json")}
    if request["do"] == "is_form":
        return {"form": is_form(data, name)}
    if request["do"] == "list_files":
        return {"files": list_files_of(read_form(data, name))}
    raw = read_survey(
        data,
        name=name,
        form=Path(request["form"]) if request["form"] else None,
        form_name=request["form_name"],
        lists={list_name: Path(path) for path, list_name in request["lists"]},
        options=ReadOptions.model_validate(request["options"]),
    )
    remarks = (*(Remark.model_validate(remark) for remark in request["remarks"]), *raw.head.source.remarks)
    source = raw.head.source.model_copy(update={"remarks": remarks})
    raw = replace(raw, head=raw.head.model_copy(update={"source": source}))
    save_raw_survey(raw, Path(request["into"]))
    return {"read": name}


def _storage_errno(error: BaseException) -> int | None:
    """The number of an error that tells of our disk rather than of the file."""
    told = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}
    if isinstance(error, OSError) and error.errno in told:
        return error.errno
    words = str(error).lower()
    if "no space left" in words or "os error 28" in words:
        return errno.ENOSPC
    return errno.EFBIG if "file too large" in words or "os error 27" in words else None


def _limit(which: int, soft: int) -> None:
    _, hard = resource.getrlimit(which)
    allowed = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(which, (allowed, allowed))


def main() -> None:
    """Reads the request, gives up, answers."""
    request = json.loads(sys.stdin.buffer.read())
    restrict_process(request)
    out = os.dup(1)
    os.dup2(2, 1)
    said = json.dumps(handle_request(request))
    with os.fdopen(out, "w", encoding="utf-8") as stdout:
        stdout.write(said + "\n")
    sys.stderr.flush()
    # Threads of libraries are not waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
