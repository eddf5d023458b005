"""Where uploads are stored on disk.

`<root>/<key>/`: `upload.json`, `data/data.<ext>`, `form/form.<ext>`, `lists/`, `plan.yaml`, `codebook.json`,
`frames/*.json`, `codes.csv`, `as_read.parquet`, `reviews/` with the review workbooks as they came back, and `others/`
with what lay unread in the same folder. Names a
person gave stand in `upload.json` only. Everything is ours alone (0700, 0600), written beside and renamed: any
number of processes may read while one writes.
"""

from __future__ import annotations

import contextlib
import difflib
import fcntl
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from mcode_pipelines.intake.errors import StorageError, UnknownUpload, storage_errors
from mcode_pipelines.intake.file_kind import extension
from mcode_pipelines.intake.upload import Upload, UploadFiles
from mcode_pipelines.survey import CodeFrame

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
DOCUMENT_FILES = {"plan": "plan.yaml", "codebook": "codebook.json", "codes": "codes.csv", "wave": "wave.yaml"}
"""Where each companion that is one file lies in an upload's folder."""
_AS_READ = "as_read.parquet"
_IN_HAND = "in_hand.lock"
_UNFINISHED = "unfinished"


class UploadDirectory:
    """The uploads under one folder; the folder is made when the first one comes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[str, tuple[int, Upload]] = {}

    def keys(self) -> list[str]:
        """The keys of all uploads, in alphabetical order."""
        with storage_errors(self.root):
            try:
                names = sorted(entry.name for entry in os.scandir(self.root) if _KEY.fullmatch(entry.name))
            except FileNotFoundError:
                return []
            return [name for name in names if (self.root / name / "upload.json").is_file()]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and bool(_KEY.fullmatch(key)) and (self.root / key / "upload.json").is_file()

    def get(self, key: str) -> Upload:
        """The upload of a key. Raises UnknownUpload, and StorageError where its record is damaged."""
        path = self.root / key / "upload.json"
        try:
            if not _KEY.fullmatch(key):
                raise FileNotFoundError
            written = path.stat().st_mtime_ns
            known = self._known.get(key)
            if known is None or known[0] != written:
                known = (written, Upload.model_validate_json(path.read_bytes()))
                self._known[key] = known
        except (FileNotFoundError, NotADirectoryError):
            raise UnknownUpload(key, self.nearest(key), self.successor(key)) from None
        except (OSError, ValidationError) as error:
            raise StorageError(path.parent, "has a record (upload.json) that cannot be read; restore it") from error
        return known[1]

    def successor(self, key: str) -> str | None:
        """The upload that took the place of one whose file was not finished when it was taken; None: there is none."""
        return next((other for other in self.keys() if key in self.get(other).grew_from), None)

    def uploads(self) -> list[Upload]:
        """All uploads, the first received first."""
        return sorted((self.get(key) for key in self.keys()), key=lambda upload: (upload.received, upload.key))

    def by_sha256(self, sha256: str) -> Upload | None:
        """The upload whose data file has these bytes, or None."""
        for key in self.keys():
            if key.rsplit("-", 1)[-1] in {sha256[:8], sha256[:16]}:
                upload = self.get(key)
                if upload.sha256 == sha256:
                    return upload
        return None

    def nearest(self, key: str, most: int = 3) -> list[str]:
        """The keys most like this one."""
        return difflib.get_close_matches(key, self.keys(), n=most, cutoff=0.0)

    def files(self, key: str) -> UploadFiles:
        """The data file and the form of an upload. Raises UnknownUpload."""
        upload = self.get(key)
        folder = self.root / key
        form = folder / "form" / f"form{extension(upload.form_name)}" if upload.form_name else None
        return UploadFiles(
            data=folder / "data" / f"data{extension(upload.data_name)}",
            data_name=upload.data_name,
            form=form,
            form_name=upload.form_name,
            lists=tuple((folder / list_file(number, name), name) for number, name in enumerate(upload.list_names)),
        )

    def plan_path(self, key: str) -> Path | None:
        """The upload's tabulation plan (YAML), or None."""
        return self._document(key, "plan")

    def codebook_path(self, key: str) -> Path | None:
        """The upload's codebook as a person edited it (JSON), or None."""
        return self._document(key, "codebook")

    def codes_path(self, key: str) -> Path | None:
        """The upload's reviewed codes (CSV), or None."""
        return self._document(key, "codes")

    def frame_paths(self, key: str) -> list[Path]:
        """The code frames that came with the upload (JSON, one per file)."""
        return sorted((self._folder(key) / "frames").glob("*.json"))

    def raw_path(self, key: str) -> Path:
        """The raw survey as it was read at the gate with default options (Parquet)."""
        return self._folder(key) / _AS_READ

    def other_paths(self, key: str) -> list[Path]:
        """What lay in the dropped folder and is not used."""
        return sorted(path for path in (self._folder(key) / "others").rglob("*") if path.is_file())

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """A private folder to prepare an upload in, on the same disk; gone afterwards, whatever happens.

        What a killed process left there is swept away by the next one.
        """
        with self.locked():
            with storage_errors(self.root):
                waiting = self.root / ".admitting"
                waiting.mkdir(mode=0o700, exist_ok=True)
                _sweep(waiting)
                stage = waiting / uuid.uuid4().hex
                stage.mkdir(mode=0o700)
                lock = os.open(stage / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield stage
        finally:
            shutil.rmtree(stage, ignore_errors=True)
            os.close(lock)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Only one process at a time changes the shelf; reading needs no lock."""
        with storage_errors(self.root):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    @contextlib.contextmanager
    def in_hand(self, key: str) -> Iterator[None]:
        """While somebody changes an upload and runs it by hand: the inbox asks for no run of it meanwhile.

        A process that is killed lets go of it. Raises UnknownUpload.
        """
        folder = self._folder(key)
        with storage_errors(folder):
            lock = os.open(folder / _IN_HAND, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def is_in_hand(self, key: str) -> bool:
        """Whether somebody runs the upload by hand just now."""
        try:
            lock = os.open(self.root / key / _IN_HAND, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def free_key(self, slug: str, sha256: str) -> str:
        """The key of a new upload."""
        key = f"{slug}-{sha256[:8]}"
        return key if not (self.root / key).exists() else f"{slug}-{sha256[:16]}"

    def publish(self, prepared: Path, upload: Upload) -> None:
        """Puts a prepared folder into place, whole. The shelf has to be locked."""
        with storage_errors(self.root):
            write_whole(prepared / "upload.json", upload.model_dump_json(indent=2).encode())
            for folder in [prepared, *(path for path in prepared.iterdir() if path.is_dir())]:
                _on_disk(folder)
            prepared.rename(self.root / upload.key)
            _on_disk(self.root)

    def put_away_unfinished(self, upload: Upload) -> None:
        """Puts the uploads that this one took the place of into it. The shelf has to be locked. Safe to repeat."""
        for key in upload.grew_from:
            if key in self:
                with storage_errors(self.root):
                    away = self.root / upload.key / _UNFINISHED
                    away.mkdir(mode=0o700, exist_ok=True)
                    (self.root / key).rename(away / key)
                    _on_disk(self.root)

    def replace(self, key: str, kind: str, prepared: Path) -> None:
        """Puts one file of an upload (plan, codebook, codes) or its raw data (`as_read`) into place."""
        target = self.root / key / (_AS_READ if kind == "as_read" else DOCUMENT_FILES[kind])
        with storage_errors(target.parent):
            prepared.replace(target)
            _on_disk(target.parent)

    def replace_form(self, key: str, prepared: Path, name: str) -> None:
        """Puts a form into place; one with another ending goes when the record has changed."""
        folder = self.root / key / "form"
        with storage_errors(folder):
            folder.mkdir(mode=0o700, exist_ok=True)
            prepared.replace(folder / f"form{extension(name)}")
            _on_disk(folder)

    def replace_lists(self, key: str, prepared: Sequence[tuple[Path, str]]) -> None:
        """Puts the list files of a form into place."""
        folder = self.root / key / "lists"
        with storage_errors(folder):
            shutil.rmtree(folder, ignore_errors=True)
            if prepared:
                folder.mkdir(mode=0o700)
            for number, (path, name) in enumerate(prepared):
                path.replace(self.root / key / list_file(number, name))

    def record(self, upload: Upload) -> None:
        """Writes an upload's record anew; the last step of every change."""
        folder = self.root / upload.key
        with storage_errors(folder):
            write_whole(folder / "upload.json", upload.model_dump_json(indent=2).encode())
            if upload.form_name:
                for form in (folder / "form").glob("form.*"):
                    if form.suffix.lower() != extension(upload.form_name):
                        form.unlink()

    def _document(self, key: str, kind: str) -> Path | None:
        path = self._folder(key) / DOCUMENT_FILES[kind]
        return path if path.is_file() else None

    def _folder(self, key: str) -> Path:
        return self.root / self.get(key).key


def list_file(number: int, name: str) -> Path:
    """Where a list file lies in an upload's folder; its name stands in `upload.json`."""
    return Path("lists") / f"list_{number:04d}{extension(name)}"


def put_frame(folder: Path, frame: CodeFrame) -> None:
    """Writes a code frame into a `frames` folder, in place of the earlier frame of the same question."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    given = frame.model_copy(update={"origin": "given"})
    write_whole(folder / frame_file_name(frame.variable), given.model_dump_json(indent=2).encode())


def frame_file_name(variable: str) -> str:
    """A file name for a question's frame: the question where that is a safe name, always unique to it."""
    if re.fullmatch(r"[A-Za-z0-9_]{1,60}", variable):
        return f"{variable}.json"
    return f"question-{hashlib.sha256(variable.encode()).hexdigest()[:16]}.json"


def sha256_of_frames(folder: Path) -> str:
    """The identity of all frames in a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.json")):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def sha256_of_bytes(content: bytes) -> str:
    """The identity of a document."""
    return hashlib.sha256(content).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Writes a private file beside its place, then renames it there: a reader sees the old or the new one."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _on_disk(folder: Path) -> None:
    """Makes renames inside a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(waiting: Path) -> None:
    """Removes staging folders whose process is gone: nobody holds their lock."""
    for stage in waiting.iterdir():
        try:
            lock = os.open(stage / "lock", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            shutil.rmtree(stage, ignore_errors=True)
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(stage, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(lock)
