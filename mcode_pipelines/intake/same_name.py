"""A file that comes again under its name soon after it was taken: it was still being written, or it is another one.

A writer that pauses longer than the settle time and opens its file again is not seen while the file lies in the inbox:
it has been taken by then. What comes next under its name tells. Where it begins with every byte that was taken, it is
the same file, and takes the place of the unfinished copy; where it does not, nobody can know, and it is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mcode_pipelines.intake.file_kind import kind_by_name
from mcode_pipelines.intake.upload import Upload
from mcode_pipelines.intake.upload_directory import UploadDirectory
from mcode_pipelines.survey import Remark

SOON = timedelta(hours=1)
"""A file that comes again later is a new export: an upload of its own."""
_CHUNK = 1024 * 1024
_LONGEST_LINE = 1024 * 1024
_DELIMITERS = b",;\t|"


@dataclass(frozen=True)
class TakenBefore:
    """An upload whose data file came under the same name a short time ago."""

    upload: Upload
    size: int
    """Bytes of its data file."""
    was_unfinished: bool
    """Whether the file that came now begins with all of it."""

    @property
    def remark(self) -> Remark:
        """What is told of the upload that came now."""
        key, size = self.upload.key, f"{self.size:,}"
        if self.was_unfinished:
            return Remark(
                en=f"The file was first taken as {key} when it was not finished ({size} bytes); that copy and its "
                "results were put away, and this upload takes its place.",
                id=f"Berkas ini mula-mula diambil sebagai {key} ketika belum selesai ({size} byte); salinan itu dan "
                "hasilnya disingkirkan, dan unggahan ini menggantikannya.",
            )
        return Remark(
            en=f"A file of the same name and width was taken shortly before as {key}, and this one does not begin with "
            "it; both are kept as uploads. If they are two parts of one file, drop the whole file again.",
            id=f"Berkas dengan nama dan jumlah kolom yang sama baru saja diambil sebagai {key}, dan berkas ini tidak "
            "dimulai dengan isinya; keduanya disimpan. Jika keduanya bagian dari satu berkas, taruh lagi berkas "
            "utuhnya.",
        )


def taken_before(
    directory: UploadDirectory, data: Path, name: str, brought: Iterable[str], now: datetime | None = None
) -> TakenBefore | None:
    """The upload that a data file called `name` was taken as a short time ago; None where there is none to tell of.

    `brought` are the kinds of companions that come with the data now. An upload that somebody has added to since, or
    runs by hand, or that came with more than is brought now, is never an unfinished copy. Raises StorageError.
    """
    now = now or datetime.now(UTC)
    with_now, size = set(brought), data.stat().st_size
    alike: TakenBefore | None = None
    for upload in reversed(directory.uploads()):
        if upload.data_name != name or now - upload.received > SOON:
            continue
        earlier = directory.files(upload.key).data
        earlier_size = earlier.stat().st_size
        untouched = not upload.changes and set(upload.companions) <= with_now and not directory.is_in_hand(upload.key)
        if untouched and earlier_size < size and _sha256_of_beginning(data, earlier_size) == upload.sha256:
            return TakenBefore(upload, earlier_size, was_unfinished=True)
        if alike is None and _are_as_wide(data, earlier, name):
            alike = TakenBefore(upload, earlier_size, was_unfinished=False)
    return alike


def _sha256_of_beginning(path: Path, size: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0 and (chunk := file.read(min(size, _CHUNK))):
            digest.update(chunk)
            size -= len(chunk)
    return digest.hexdigest()


def _are_as_wide(one: Path, other: Path, name: str) -> bool:
    """Whether two tables of text begin with rows of as many cells; those of other kinds never come in parts."""
    kind = kind_by_name(name)
    if kind is None or not kind.is_text:
        return False
    widths = []
    for path in (one, other):
        with path.open("rb") as file:
            line = file.readline(_LONGEST_LINE)
        widths.append([line.count(delimiter) for delimiter in _DELIMITERS])
    return widths[0] == widths[1] and any(widths[0])
