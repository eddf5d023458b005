"""The store of uploads: everything the pipeline reads comes from here, never from the inbox."""

from __future__ import annotations

import hashlib

from mcode_pipelines.intake.admission import Admission
from mcode_pipelines.intake.inbox_item import InboxItem
from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.intake.outcomes import Outcome
from mcode_pipelines.intake.sandbox import read_upload
from mcode_pipelines.intake.upload_directory import UploadDirectory
from mcode_pipelines.sources import ReadOptions, open_raw_survey
from mcode_pipelines.survey import Progress, RawSurvey, no_progress

_DEFAULT_LIMITS = Limits()


class UploadStore(UploadDirectory):
    """The uploads under `<storage>/uploads`, and the way into them."""

    def admit(self, item: InboxItem, *, limits: Limits = _DEFAULT_LIMITS, progress: Progress = no_progress) -> Outcome:
        """The whole way of one drop: private copy, sha256, companions, gate, reading in a child, into the store.

        The drop itself is only read (`take` clears the inbox). Whatever is wrong with the drop comes back as
        Refused, a drop that changes meanwhile as Deferred. Raises StorageError where the store cannot be
        written; then nothing has changed. Safe to repeat, and from several processes at once.
        """
        return Admission(self, item, limits, progress).run()


def read_again(
    store: UploadStore,
    key: str,
    *,
    sheet: str = "",
    header_rows: int = 0,
    skip_rows: int = -1,
    encoding: str = "",
    delimiter: str = "",
    limits: Limits = _DEFAULT_LIMITS,
) -> RawSurvey:
    """The raw survey of an upload: as the gate read it, or read anew where a person overrules the reading.

    Empty text, 0 header rows and -1 skipped rows mean: find out. Raises UnreadableUpload, StorageError,
    UnknownUpload.
    """
    options = ReadOptions(
        sheet=sheet or None,
        header_rows=header_rows or None,
        skip_rows=skip_rows if skip_rows >= 0 else None,
        encoding=encoding or None,
        delimiter=delimiter or None,
    )
    into = store.raw_path(key)
    if options != ReadOptions():
        of_form = store.get(key).companions.get("form", "")
        marked = hashlib.sha256(f"{options.model_dump_json()}{of_form}".encode()).hexdigest()[:8]
        into = into.with_name(f"{into.stem}_{marked}.parquet")
    if into.is_file():
        return open_raw_survey(into)
    return read_upload(store.files(key), into=into, options=options, limits=limits, remarks=store.get(key).remarks)
