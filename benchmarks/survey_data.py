"""A seeded survey of any length as Parquet, with the codebook and the plans that tabulate it.

`python benchmarks/survey_data.py --rows 100000 FOLDER` writes FOLDER/survey-100000.parquet and its codebook.
Rows are made and written one row group after another, so ten million of them need no more memory than a few.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

SEED = 20261123
ROW_GROUP = 65_536
CATEGORIES = 8
BANNER_CATEGORIES = 5
BANNER = tuple(f"B{i}" for i in range(1, 6))
WEIGHT, OVERLAPPING, WIDE = "weight", "media", "district"
DISTRICTS = 400
UNANSWERED = 8
"""Of 256 answers to a question, so many are blank."""
_BANNER_SHARES = np.array([[0.30, 0.25, 0.20, 0.15, 0.10], [0.12, 0.22, 0.32, 0.22, 0.12]])
_TARGET_SHARES = np.array([0.24, 0.22, 0.20, 0.18, 0.16])


@dataclass(frozen=True)
class Survey:
    """The files of one generated survey."""

    data: Path
    codebook: Path
    rows: int
    questions: tuple[str, ...]


def make_survey(folder: Path, rows: int, questions: int = 1000, *, numbers: bool = False) -> Survey:
    """The survey of these sizes in `folder`, made unless it is there.

    Every answer is a code: as text (what workbooks, CSV files and KoboToolbox give), or as a small integer where
    `numbers`. The weight is what RIM weighting to equal targets on three banner questions gives: it takes fewer than
    a hundred distinct values.
    """
    names = tuple(f"Q{i:04}" for i in range(1, questions + 1))
    stem = f"survey-{rows}-{questions}-{'numbers' if numbers else 'texts'}"
    survey = Survey(folder / f"{stem}.parquet", folder / f"{stem}.codebook.json", rows, names)
    if not survey.data.exists():
        folder.mkdir(parents=True, exist_ok=True)
        beside = survey.data.with_suffix(".part")
        _scan(rows, names, numbers).sink_parquet(beside, row_group_size=ROW_GROUP)
        beside.rename(survey.data)
    survey.codebook.write_text(json.dumps(_codebook(names)), encoding="utf-8")
    return survey


def write_plan(path: Path, questions: Sequence[str], banner: Sequence[str] = BANNER) -> Path:
    """The plan of one table a question against total and the banner, weighted, letters at two levels."""
    plan = {
        "title": "Benchmark",
        "language": "en",
        "weight": WEIGHT,
        "banner": ["total", *banner],
        "rows": [*questions],
        "significance": {"levels": [0.95, 0.80]},
    }
    path.write_text(json.dumps(plan), encoding="utf-8")
    return path


def _scan(rows: int, names: Sequence[str], numbers: bool) -> pl.LazyFrame:
    kind = pl.UInt8 if numbers else pl.String
    schema = pl.Schema(dict.fromkeys((*BANNER, WIDE, *names), kind))
    schema[WIDE] = pl.UInt16 if numbers else pl.String
    schema[OVERLAPPING], schema[WEIGHT] = pl.String, pl.Float64

    def row_groups(*_: object) -> Iterator[pl.DataFrame]:
        generator = np.random.default_rng(SEED)
        shares = np.random.default_rng(SEED + 1).dirichlet(np.full(CATEGORIES, 3.0), (len(names), BANNER_CATEGORIES))
        for start in range(0, rows, ROW_GROUP):
            yield _row_group(generator, shares, min(ROW_GROUP, rows - start), names, numbers).select(schema.names())

    return register_io_source(row_groups, schema=schema)


def _row_group(
    generator: np.random.Generator, shares: np.ndarray, rows: int, names: Sequence[str], numbers: bool
) -> pl.DataFrame:
    banner = [
        generator.choice(BANNER_CATEGORIES, rows, p=_BANNER_SHARES[i % len(_BANNER_SHARES)]) for i in range(len(BANNER))
    ]
    columns = {name: _coded(cells, BANNER_CATEGORIES, numbers) for name, cells in zip(BANNER, banner, strict=True)}
    columns[WIDE] = _coded(generator.integers(DISTRICTS, size=rows), DISTRICTS, numbers)
    chosen = generator.random((rows, BANNER_CATEGORIES)) < [0.7, 0.5, 0.4, 0.3, 0.2]
    columns[OVERLAPPING] = _mentions().gather(chosen @ (1 << np.arange(BANNER_CATEGORIES)))
    columns[WEIGHT] = pl.Series(np.prod([_factors(i)[banner[i]] for i in range(3)], axis=0))
    for question, name in enumerate(names):
        # One random byte an answer: 256 places shared out among the categories, in each group of B1 differently.
        places = np.stack([_places(share) for share in shares[question]])
        byte = np.frombuffer(generator.bytes(rows), dtype=np.uint8)
        columns[name] = _coded(places[banner[0], byte], CATEGORIES, numbers)
    return pl.DataFrame(columns)


def _places(shares: np.ndarray) -> np.ndarray:
    """(256,) the category that each byte stands for; the last few stand for no answer."""
    ends = np.round(shares.cumsum() * (256 - UNANSWERED)).astype(int)
    return np.repeat(np.arange(CATEGORIES + 1), np.diff(ends, prepend=0, append=256))


def _coded(cells: np.ndarray, categories: int, numbers: bool) -> pl.Series:
    """The codes 1, 2 ... of categories counted from 0; null past the last one."""
    codes: list[object] = [*range(1, categories + 1), None]
    texts = [None if c is None else str(c) for c in codes]
    labels = pl.Series(codes, dtype=pl.UInt16 if categories > 255 else pl.UInt8) if numbers else pl.Series(texts)
    return labels.gather(cells)


def _mentions() -> pl.Series:
    """Every combination of five answers as one cell, its codes separated by spaces."""
    places = range(1 << BANNER_CATEGORIES)
    return pl.Series([" ".join(str(i + 1) for i in range(BANNER_CATEGORIES) if p >> i & 1) or None for p in places])


def _factors(banner: int) -> np.ndarray:
    return _TARGET_SHARES / _BANNER_SHARES[banner % len(_BANNER_SHARES)]


def _codebook(names: Sequence[str]) -> dict[str, object]:
    def question(name: str, label: str, categories: int, word: str, **more: object) -> dict[str, object]:
        choices = [{"code": str(i), "label": f"{word} {i}"} for i in range(1, categories + 1)]
        kind = {"kind": "single_choice", "columns": [name], "choices": choices}
        return {"name": name, "label": label, **kind, **more}

    return {
        "language": "en",
        "variables": [
            *(question(name, f"Banner question {name}", BANNER_CATEGORIES, "Group") for name in BANNER),
            question(WIDE, "District", DISTRICTS, "District"),
            question(OVERLAPPING, "Media used", BANNER_CATEGORIES, "Medium", kind="multi_choice", delimiter=" "),
            {"name": WEIGHT, "label": "Weight", "kind": "numeric", "columns": [WEIGHT], "weight": True},
            *(question(name, f"Which of these fits you best? ({name})", CATEGORIES, "Answer") for name in names),
        ],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--numbers", action="store_true", help="codes as small integers instead of text")
    given = parser.parse_args()
    print(make_survey(given.folder, given.rows, given.questions, numbers=given.numbers).data)
