from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mcode_pipelines.intake import Admitted, Outcome, UploadStore, inbox_item_at, ingest
from mcode_pipelines_tests.review.made import changed, handed_out, raw_survey


class Office:
    """A store with one coded upload, and an inbox to drop its review workbook into."""

    def __init__(self, folder: Path, uploads: Path) -> None:
        self.folder = folder
        self.inbox, self.quarantine = folder / "inbox", folder / "quarantine"
        self.inbox.mkdir()
        shutil.copytree(uploads, folder / "storage" / "uploads")
        self.store = UploadStore(folder / "storage" / "uploads")
        (self.upload,) = self.store.uploads()
        self._made = 0

    def drop(self, path: Path) -> Outcome:
        return ingest(inbox_item_at(path), self.store, self.quarantine)

    def workbook(self, *edits: Callable[[Any], None], name: str = "feri_review.xlsx") -> Path:
        """The upload's review workbook, edited, in the inbox."""
        self._made += 1
        made = handed_out(self.folder / f"out{self._made}", upload=self.upload.key, sha256=self.upload.sha256)
        path = changed(made, *edits)
        return path.rename(self.inbox / name)

    def review(self, *edits: Callable[[Any], None]) -> Outcome:
        return self.drop(self.workbook(*edits))

    def codes(self) -> dict[str, set[int]]:
        """Respondent to the codes that persons gave, as they lie in the store."""
        path = self.store.codes_path(self.upload.key)
        if path is None:
            return {}
        found: dict[str, set[int]] = {}
        for line in path.read_text().splitlines()[1:]:
            respondent, _, code, *_ = line.split(",")
            found.setdefault(respondent, set()).add(int(code))
        return found


@pytest.fixture(scope="session")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the small survey in it, to be copied."""
    folder = tmp_path_factory.mktemp("feri")
    data = folder / "feri 2026.csv"
    raw_survey().data.drop("__row__").collect().write_csv(data)
    assert isinstance(UploadStore(folder / "uploads").admit(inbox_item_at(data)), Admitted)
    return folder / "uploads"


@pytest.fixture
def office(tmp_path: Path, uploads: Path) -> Office:
    return Office(tmp_path, uploads)
