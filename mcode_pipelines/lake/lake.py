"""The lake: one file or folder an asset and upload, under `<storage>/<asset>/<partition>`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel

from mcode_pipelines.intake import UploadStore
from mcode_pipelines.lake.atomic_write import replaced_file, replaced_folder
from mcode_pipelines.lake.content_digest import content_digest
from mcode_pipelines.lake.table_batches import TableBatches, save_batches
from mcode_pipelines.sources import open_raw_survey, save_raw_survey
from mcode_pipelines.survey import Codebook, CodeFrames, SurveyError, TabulationPlan


class NotThereYet(SurveyError):
    """An asset of an upload that has not been made."""


@dataclass(frozen=True)
class StoredFormat:
    """How one asset is stored: the suffix of its file (empty: a folder), and how to save and open it."""

    suffix: str
    save: Callable[[Any, Path], None]
    open: Callable[[Path], Any]


def _document(model: type[BaseModel]) -> StoredFormat:
    def save(value: BaseModel, path: Path) -> None:
        path.write_text(value.model_dump_json(indent=1, exclude_none=True), encoding="utf-8")

    return StoredFormat(".json", save, lambda path: model.model_validate_json(path.read_text(encoding="utf-8")))


def _save_table(table: pl.DataFrame, path: Path) -> None:
    table.write_parquet(path, compression="zstd")


STORED_FORMATS: dict[str, StoredFormat] = {
    "raw_data": StoredFormat(".parquet", save_raw_survey, open_raw_survey),
    "detected_variables": _document(Codebook),
    "code_frames": _document(CodeFrames),
    "classified_responses": StoredFormat(".parquet", _save_table, lambda path: pl.read_parquet(path, glob=False)),
    "tabulation_plan": _document(TabulationPlan),
    "crosstab_batches": StoredFormat("", save_batches, TableBatches),
}
"""The stored assets, in the order the data flows."""

OUTPUTS = "excel_outputs"
BEFORE = "before"
"""The folder among an upload's outputs that holds those of the run before, one generation."""
"""The last asset: a folder of delivered files an upload, written by delivery itself."""


class Lake:
    """Every stored thing of every upload. Any number of processes may read and write at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.uploads = UploadStore(root / "uploads")

    def path(self, asset: str, key: str) -> Path:
        """Where an asset of an upload is (or will be)."""
        suffix = "" if asset == OUTPUTS else STORED_FORMATS[asset].suffix
        return self.root / asset / f"{key}{suffix}"

    def save(self, asset: str, key: str, value: Any) -> Path:
        """Stores an asset of an upload, whole or not at all; returns where."""
        stored, target = STORED_FORMATS[asset], self.path(asset, key)
        with (replaced_file if stored.suffix else replaced_folder)(target) as beside:
            stored.save(value, beside)
        return target

    def forget(self, key: str) -> None:
        """Removes what the stages made of an upload; the upload itself is not touched. Safe to repeat."""
        for asset in (*STORED_FORMATS, OUTPUTS):
            path = self.path(asset, key)
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def digest(self, asset: str, key: str) -> str:
        """The sha256 of what an asset of an upload holds: the same for the same content, whenever it was made."""
        return content_digest(self.path(asset, key))

    def open(self, asset: str, key: str) -> Any:
        """An asset of an upload. Raises NotThereYet where it has not been made."""
        path = self.path(asset, key)
        if not path.exists():
            raise NotThereYet(
                f"{asset} of {key} has not been made yet: run the stages before it, or the whole job, for this upload"
            )
        return STORED_FORMATS[asset].open(path)
