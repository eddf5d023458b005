"""The bundled surveys, read without any of our own readers."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
sys.path.insert(0, str(EXAMPLES))

Record = Mapping[str, object]


def sheet_records(path: Path, sheet: int | str = 0) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(path, read_only=True)
    rows = (book[sheet] if isinstance(sheet, str) else book.worksheets[sheet]).iter_rows(values_only=True)
    header = [str(cell) for cell in next(rows)]
    return [dict(zip(header, row, strict=False)) for row in rows]


def csv_records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def ferry() -> Path:
    return EXAMPLES / "ferry_satisfaction"


@pytest.fixture(scope="session")
def cafe() -> Path:
    return EXAMPLES / "cafe_visitors"


@pytest.fixture(scope="session")
def ferry_data(ferry: Path) -> list[dict[str, object]]:
    return sheet_records(ferry / "data.xlsx")


@pytest.fixture(scope="session")
def ferry_form(ferry: Path) -> list[dict[str, object]]:
    return sheet_records(ferry / "form.xlsx", "survey")


@pytest.fixture(scope="session")
def ferry_choices(ferry: Path) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for choice in sheet_records(ferry / "form.xlsx", "choices"):
        lists.setdefault(str(choice["list_name"]), []).append(str(choice["name"]))
    return lists


@pytest.fixture(scope="session")
def ferry_truth(ferry: Path) -> list[dict[str, str]]:
    return csv_records(ferry / "truth" / "true_codes.csv")


@pytest.fixture(scope="session")
def cafe_data(cafe: Path) -> list[dict[str, str]]:
    return csv_records(cafe / "visitors.csv")


@pytest.fixture(scope="session")
def cafe_truth(cafe: Path) -> list[dict[str, str]]:
    return csv_records(cafe / "truth" / "true_codes.csv")
