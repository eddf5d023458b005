"""Batches of finished tables on disk: a folder of Parquet cells and tests with the tables' headings as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from mcode_pipelines.survey import BookHead, CrossTables, TableHead


class TableBatches:
    """The tables of one upload; iterating reads one batch after the other, so memory holds one at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __iter__(self) -> Iterator[CrossTables]:
        for heads in sorted(self.folder.glob("tables-*.json")):
            number = heads.stem.removeprefix("tables-")
            told = json.loads(heads.read_text(encoding="utf-8"))
            yield CrossTables(
                book=BookHead.model_validate(told["book"]),
                heads=tuple(TableHead.model_validate(head) for head in told["tables"]),
                cells=pl.read_parquet(self.folder / f"cells-{number}.parquet", glob=False),
                tests=pl.read_parquet(self.folder / f"tests-{number}.parquet", glob=False),
            )


def save_batches(batches: Iterable[CrossTables], folder: Path, *, first: int = 1) -> None:
    """Writes each batch as it comes into an existing folder, empty or with the batches before number `first`."""
    for number, batch in enumerate(batches, start=first):
        batch.cells.write_parquet(folder / f"cells-{number:04}.parquet")
        batch.tests.write_parquet(folder / f"tests-{number:04}.parquet")
        told = {"book": batch.book.model_dump(mode="json"), "tables": [h.model_dump(mode="json") for h in batch.heads]}
        (folder / f"tables-{number:04}.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
