"""The whole way of one drop into the store: copied, identified, checked, read, put into place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mcode_pipelines.intake.contents import Contents, contents_of
from mcode_pipelines.intake.data_and_form import Tables, names_of, passed_over, passed_over_remarks, sorted_tables
from mcode_pipelines.intake.errors import StorageError, storage_errors
from mcode_pipelines.intake.file_kind import REFUSED_EXTENSIONS, FileKind, extension, kind_by_name
from mcode_pipelines.intake.gate import inspect, inspected
from mcode_pipelines.intake.harmonisation import apply_harmonisation, is_harmonisation, read_harmonisation_file
from mcode_pipelines.intake.inbox_item import InboxFile, InboxItem
from mcode_pipelines.intake.incoming import Incoming, copy_incoming
from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.intake.outcomes import (
    Admitted,
    AlreadyThere,
    Changed,
    Deferred,
    Harmonised,
    Outcome,
    Refused,
    Reviewed,
    combined_outcome,
)
from mcode_pipelines.intake.private_copy import PrivateCopy, StillChanging
from mcode_pipelines.intake.review import (
    apply_review,
    is_review,
    was_review,
    with_earlier_codes,
    with_earlier_frames,
    write_frame_histories,
)
from mcode_pipelines.intake.same_name import TakenBefore, taken_before
from mcode_pipelines.intake.sandbox import read_inspected, read_upload, review_in
from mcode_pipelines.intake.staged_files import record_of, staged_form, staged_lists
from mcode_pipelines.intake.succession import (
    placed_among,
    predecessor,
    remarks_on_standing,
    run_successor_anew,
    take_over,
)
from mcode_pipelines.intake.upload import Upload, UploadFiles
from mcode_pipelines.intake.upload_directory import (
    DOCUMENT_FILES,
    UploadDirectory,
    frame_file_name,
    put_frame,
    sha256_of_frames,
)
from mcode_pipelines.intake.wave_decisions import WaveError, identity_of_place, order_waves, re_placed, with_word
from mcode_pipelines.intake.wave_messages import both_languages
from mcode_pipelines.sources import open_raw_survey
from mcode_pipelines.survey import CodeFrame, Progress, Remark, UnreadableUpload

_STEPS = 4
_LEFT_OUT = {".xlsm", ".xlsb", ".ods", ".numbers", ".gsheet", ".por", ".dta", ".sas7bdat", ".rds", ".rdata", ".txt"}
"""Endings of files that look like data to a person: said, where a folder holds no other data."""


class Admission:
    """One drop on its way into the store."""

    def __init__(self, directory: UploadDirectory, item: InboxItem, limits: Limits, progress: Progress) -> None:
        self.directory = directory
        self.item = item
        self.limits = limits
        self.progress = progress

    def run(self) -> Outcome:
        """Admits the drop. Raises StorageError where the store cannot be written; nothing is left half done."""
        if self.item.unfit:
            return Refused(self.item.name, self.item.unfit)
        try:
            contents = contents_of(self.item)
            self._first_look(contents)
            with self.directory.staging() as stage:
                return self._admit(contents, stage)
        except UnreadableUpload as error:
            own = error.name == self.item.name
            return Refused(self.item.name, error.reason if own else f"{error.name}: {error.reason}")
        except StorageError as trouble:
            raise StorageError(self.directory.root, trouble.reason) from trouble
        except StillChanging as error:
            return Deferred(self.item.name, f"{error} is still being written; it is looked at again")

    def _first_look(self, contents: Contents) -> None:
        """What the names alone show to be wrong."""
        if contents.lone:
            return
        name = self.item.name
        for kind in ("plan", "codebook", "codes", "wave"):
            files: Sequence[InboxFile] = getattr(contents, kind)
            if len(files) > 1:
                what = {
                    "plan": "plans",
                    "codebook": "codebooks",
                    "codes": "tables of reviewed codes",
                    "wave": "files about waves",
                }[kind]
                raise UnreadableUpload(name, f"the folder holds {len(files)} {what}: {names_of(files)}; keep one")
        if contents.tables:
            return
        if self._partition_of_folder() is not None and contents.documents:
            return
        for file in contents.unused:
            if extension(file.name) in _LEFT_OUT:
                raise UnreadableUpload(file.name, REFUSED_EXTENSIONS[extension(file.name)])
        found = f"; it holds {names_of(self.item.files)}" if self.item.files else ""
        if self.item.passed_over:
            found += f"; {passed_over(self.item)}"
        raise UnreadableUpload(
            name, f"the folder holds no survey data (.xlsx, .csv, .tsv, .sav or .parquet){found}; put the data into it"
        )

    def _admit(self, contents: Contents, stage: Path) -> Outcome:
        self.progress("copying", 0, _STEPS)
        if contents.harmonisation and contents.lone:
            incoming = copy_incoming(self.item, contents, stage, self.limits)
            return self._reviewed(None, incoming.harmonisations, stage)
        if contents.lone:
            meant = self._meant_by(contents)
            incoming = copy_incoming(self.item, contents, stage, self.limits)
            return self._change(meant, incoming, Tables(None, None), stage, ())
        incoming = copy_incoming(self.item, contents, stage, self.limits)
        self.progress("checking", 1, _STEPS)
        remarks = passed_over_remarks(contents, self.item)
        reviews = [*self._take_out_reviews(incoming), *incoming.harmonisations]
        if reviews and not (incoming.tables or incoming.documents or incoming.frames):
            return self._reviewed(None, reviews, stage)
        tables = self._sort_tables(incoming.tables)
        if tables.data is None:
            key = self._partition_of_folder()
            if key is None:
                raise self._no_data(tables)
            return self._reviewed(
                self._change(self.directory.get(key), incoming, tables, stage, remarks), reviews, stage
            )
        if there := self.directory.by_sha256(tables.data.sha256):
            answer: Admitted | AlreadyThere | Changed = self._change(there, incoming, tables, stage, remarks)
        else:
            answer = self._new(tables.data, tables, incoming, stage, remarks)
        return replace(self._reviewed(answer, reviews, stage), data_file=tables.data.name)

    def _take_out_reviews(self, incoming: Incoming) -> list[PrivateCopy]:
        """The review workbooks and harmonisation sheets among the tables: told by their hidden sheets, not by names."""
        reviews = []
        for table in incoming.tables:
            if kind_by_name(table.name) is FileKind.XLSX and self.directory.by_sha256(table.sha256) is None:
                inspect(table.path, table.name, self.limits)
                if is_review(table.path) or is_harmonisation(table.path):
                    reviews.append(table)
        incoming.tables = [table for table in incoming.tables if table not in reviews]
        return reviews

    def _reviewed(
        self, answer: Admitted | AlreadyThere | Changed | None, reviews: Sequence[PrivateCopy], stage: Path
    ) -> Admitted | AlreadyThere | Changed:
        """Applies reviews and harmonisations, after what else the drop brought; one of another upload is only told."""
        expected = answer.upload.key if answer is not None else self._partition_of_folder()
        troubles: list[UnreadableUpload] = []
        for copy in reviews:
            try:
                review = self._applied(copy, expected, stage)
                if isinstance(review, Changed):
                    review = replace(review, remarks=(*review.remarks, *self._going_on(review)))
                answer = combined_outcome(answer, review)
            except UnreadableUpload as trouble:
                troubles.append(trouble)
        if answer is None:
            raise troubles[0]
        return replace(answer, remarks=(*answer.remarks, *map(str, troubles)))

    def _applied(self, copy: PrivateCopy, expected: str | None, stage: Path) -> Reviewed | Harmonised | AlreadyThere:
        """Applies one review or harmonisation. Raises UnreadableUpload."""
        if copy.path.suffix in {".yaml", ".yml"} or is_harmonisation(copy.path):
            read = read_harmonisation_file(copy.path, copy.name, limits=self.limits)
            meant = self.directory.get(expected) if expected is not None else None
            return apply_harmonisation(self.directory, read, copy, meant)
        workbook = review_in(copy.path, copy.name, limits=self.limits)
        if expected is not None and workbook.upload != expected:
            raise UnreadableUpload(
                copy.name,
                f"this is the review workbook of {workbook.upload}, not of {expected}; "
                "it was not used, drop it by itself",
            )
        return apply_review(self.directory, workbook, copy, stage)

    def _sort_tables(self, tables: Sequence[PrivateCopy]) -> Tables:
        """Which table is the data and which the form; a child process looks into them where names cannot tell."""
        if len(tables) == 1 and self._partition_of_folder() is None:
            known = self.directory.by_sha256(tables[0].sha256)
            return Tables(tables[0], None, remarks=self._data_remarks(tables[0]) if known is None else ())
        return sorted_tables(tables, self.directory, self.item.name, self.limits)

    def _data_remarks(self, table: PrivateCopy) -> tuple[Remark, ...]:
        """What the gate has to tell of a data file. Raises UnreadableUpload."""
        if kind_by_name(table.name) is FileKind.XLS:
            inspect(table.path, table.name, self.limits)
            raise UnreadableUpload(
                table.name,
                "this review workbook was saved as an old Excel workbook (.xls); save it as Excel Workbook (.xlsx) and "
                "drop that"
                if was_review(table.path)
                else "an old Excel workbook (.xls) is accepted as the form beside the data only; if it holds the data, "
                "open it in Excel, save it as Excel Workbook (.xlsx) and drop that; if it is the form, "
                "drop a folder with both",
            )
        return inspected(table.path, table.name, self.limits)[1]

    def _no_data(self, tables: Tables) -> UnreadableUpload:
        form = f" (only the form {tables.form.name})" if tables.form else ""
        return UnreadableUpload(
            self.item.name, f"the folder holds no survey data{form}; put the data file beside it and drop it again"
        )

    def _new(
        self, data: PrivateCopy, tables: Tables, incoming: Incoming, stage: Path, remarks: tuple[str, ...]
    ) -> Admitted | AlreadyThere:
        form = tables.form
        self.progress("reading", 2, _STEPS)
        prepared = stage / "prepared"
        with storage_errors(stage):
            for folder in (prepared, prepared / "data"):
                folder.mkdir(mode=0o700)
            files = UploadFiles(
                data=data.path.rename(prepared / "data" / f"data{extension(data.name)}"),
                data_name=data.name,
                form=staged_form(prepared, form),
                form_name=form.name if form else None,
                lists=tuple(staged_lists(prepared, tables.lists)),
            )
        into = prepared / "as_read.parquet"
        before = None if self.item.named else self._taken_before(files, incoming, tables)
        told = (before.remark,) if before else ()
        read_inspected(files, into=into, limits=self.limits, remarks=(*tables.remarks, *told))
        self.progress("storing", 3, _STEPS)
        companions = {"form": tables.form_identity} if tables.form_identity else {}
        with storage_errors(stage):
            for kind, copy in incoming.documents.items():
                copy.path.rename(prepared / DOCUMENT_FILES[kind])
                companions[kind] = copy.sha256
            for frame in incoming.frames.values():
                put_frame(prepared / "frames", frame)
            if incoming.frames:
                companions["frames"] = sha256_of_frames(prepared / "frames")
        with self.directory.locked():
            if there := self.directory.by_sha256(data.sha256):
                # Another process admitted the same bytes while this one read them.
                return AlreadyThere(there, remarks)
            upload = record_of(self.directory, self.item, data, tables, incoming.plan, companions)
            grown = before is not None and before.was_unfinished and before.upload.key in self.directory
            if before is not None and grown:
                earlier = self.directory.get(before.upload.key)
                upload = upload.model_copy(update={"grew_from": (*earlier.grew_from, earlier.key)})
            upload = upload.model_copy(update={"remarks": told})
            if incoming.wave is not None:
                upload = self._with_word(upload, incoming)
            named = any(word is not None and word.study for word in (incoming.plan, incoming.wave))
            upload, of_place = placed_among(self.directory, upload, open_raw_survey(into), named=named)
            if not grown and (older := predecessor(self.directory, upload)):
                upload, taken = take_over(self.directory, older, upload, prepared, self.limits, tables.remarks)
                of_place = (*of_place, *taken)
            self.directory.publish(prepared, upload)
            self.directory.put_away_unfinished(upload)
            if not grown:
                of_place = (*remarks_on_standing(self.directory, upload.key), *of_place)
        self.progress("stored", _STEPS, _STEPS)
        return Admitted(upload, (*remarks, *(remark.en for remark in told), *both_languages(of_place)))

    def _taken_before(self, files: UploadFiles, incoming: Incoming, tables: Tables) -> TakenBefore | None:
        brought = {*incoming.documents, *(["frames"] if incoming.frames else []), *(["form"] if tables.form else [])}
        with storage_errors(self.directory.root):
            return taken_before(self.directory, files.data, files.data_name, brought)

    def _change(
        self, there: Upload, incoming: Incoming, tables: Tables, stage: Path, remarks: tuple[str, ...]
    ) -> Changed | AlreadyThere:
        """Gives an upload the companions that are new to it."""
        form, identity = tables.form, tables.form_identity
        lists = [(copy.path, copy.name) for copy in tables.lists]
        if form is not None and identity != there.companions.get("form"):
            self.progress("reading", 2, _STEPS)
            files = UploadFiles(
                data=self.directory.files(there.key).data,
                data_name=there.data_name,
                form=form.path,
                form_name=form.name,
                lists=tuple(lists),
            )
            # What the gate has to tell of the data is told again.
            read_upload(files, into=stage / "as_read.parquet", limits=self.limits, remarks=there.remarks)
        with self.directory.locked():
            there = self.directory.get(there.key)
            before = identity_of_place(there)
            touched, companions = set(), dict(there.companions)
            incoming.frames, histories = with_earlier_frames(self.directory, there.key, incoming.frames, self.item.name)
            for kind, copy in incoming.documents.items():
                sha256 = copy.sha256
                if kind == "codes" and (self.directory.root / there.key / "reviews").is_dir():
                    sha256 = with_earlier_codes(self.directory, there.key, copy.path)
                if companions.get(kind) != sha256:
                    self.directory.replace(there.key, kind, copy.path)
                    companions[kind] = sha256
                    touched.add(kind)
            frames = self.directory.root / there.key / "frames"
            if incoming.frames and self._frames_differ(frames, incoming.frames, stage):
                with storage_errors(frames.parent):
                    if histories:
                        write_frame_histories(self.directory, there.key, histories)
                    for frame in incoming.frames.values():
                        put_frame(frames, frame)
                    companions["frames"] = sha256_of_frames(frames)
                touched.add("frames")
            changes: dict[str, object] = {}
            if form is not None and companions.get("form") != identity and (stage / "as_read.parquet").exists():
                self.directory.replace_form(there.key, form.path, form.name)
                self.directory.replace_lists(there.key, lists)
                self.directory.replace(there.key, "as_read", stage / "as_read.parquet")
                companions["form"] = str(identity)
                changes |= {"form_name": form.name, "list_names": tuple(name for _, name in lists)}
                touched.add("form")
            if not touched:
                return AlreadyThere(there, remarks)
            if incoming.plan is not None and "plan" in touched:
                there = re_placed(self.directory, there, study=incoming.plan.study, wave=incoming.plan.wave)
            if incoming.wave is not None and "wave" in touched:
                there = self._with_word(there, incoming)
            if identity_of_place(there) != before and "wave" not in touched:
                companions["wave"] = identity_of_place(there)
                touched.add("wave")
            changes |= {"companions": companions, "changes": there.changes + 1}
            upload = there.model_copy(update=changes)
            self.directory.record(upload)
            told = both_languages(remarks_on_standing(self.directory, upload.key)) if "wave" in touched else ()
        self.progress("stored", _STEPS, _STEPS)
        changed = Changed(upload, frozenset(touched), (*remarks, *told))
        return replace(changed, remarks=(*changed.remarks, *self._going_on(changed)))

    def _going_on(self, changed: Changed) -> tuple[str, ...]:
        """What is told where corrections came for a delivery in whose place a later one stands."""
        if not changed.touched & {"frames", "codes"}:
            return ()
        return both_languages(run_successor_anew(self.directory, changed.upload.key))

    def _with_word(self, upload: Upload, incoming: Incoming) -> Upload:
        """The upload as the drop's word about waves has it. Raises UnreadableUpload where that cannot be followed."""
        word, name = incoming.wave, incoming.documents["wave"].name
        try:
            after = with_word(self.directory, upload, word) if word is not None else upload
            return order_waves(self.directory, after, word.order) if word is not None and word.order else after
        except WaveError as error:
            raise UnreadableUpload(name, str(error)) from None

    def _frames_differ(self, frames: Path, incoming: Mapping[str, CodeFrame], stage: Path) -> bool:
        """Whether a frame is new, or other than the one that is there."""
        beside = stage / "frames"
        with storage_errors(stage):
            for frame in incoming.values():
                put_frame(beside, frame)
                file_name = frame_file_name(frame.variable)
                there = frames / file_name
                if not there.exists() or there.read_bytes() != (beside / file_name).read_bytes():
                    return True
        return False

    def _meant_by(self, contents: Contents) -> Upload:
        """The upload that a lone companion is meant for."""
        if contents.partition is not None:
            key = self.directory.successor(contents.partition) or contents.partition
            if key in self.directory:
                return self.directory.get(key)
        nearest = self.directory.nearest(contents.partition or self.item.name.lower())
        known = f"known are for example {', '.join(nearest)}" if nearest else "no upload is there yet"
        if contents.partition is None:
            reason = (
                "dropped alone it has to be named after the upload it is meant for, such as "
                f"{nearest[0] if nearest else 'survey-1a2b3c4d'}.plan.yaml; {known}; "
                "or drop a folder that holds it together with the data"
            )
        else:
            reason = f"there is no upload {contents.partition!r}; {known}; correct the name and drop it again"
        raise UnreadableUpload(self.item.name, reason)

    def _partition_of_folder(self) -> str | None:
        """The upload that a folder is named after, where it is."""
        name = self.item.name.lower()
        return name if self.item.is_folder and name in self.directory else None
