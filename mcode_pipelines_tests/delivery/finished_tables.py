"""Finished tables made by hand: what tabulation hands over, with figures invented here."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from mcode_pipelines.survey import BookOptions
from mcode_pipelines.survey.tables import (
    CELLS_SCHEMA,
    TESTS_SCHEMA,
    BannerColumn,
    BookHead,
    CrossTables,
    TableHead,
)

SATISFACTION = ("Sangat tidak puas", "Tidak puas", "Agak tidak puas", "Agak puas", "Puas", "Sangat puas")

NOTES = {
    "id": (
        "Huruf besar: nyata lebih tinggi daripada kolom berhuruf itu pada tingkat 95%; huruf kecil: 80%.",
        "* basis kecil (di bawah 100); ** basis terlalu kecil untuk diuji (di bawah 30).",
    ),
    "en": (
        "Capital letters: significantly higher than the column with that letter at 95%; small letters: at 80%.",
        "* small base (below 100); ** base too small to be tested (below 30).",
    ),
}


def banner_column(variable: str, heading: str, code: str, *labels: str, letter: str | None = None) -> BannerColumn:
    return BannerColumn(variable=variable, heading=heading, code=code, labels=labels, letter=letter)


_AGE_BY_SEX = ("S15 > S6", "Umur > Jenis kelamin")

BANNER = (
    banner_column("total", "Total", "@", "Total"),
    banner_column("S6", "Jenis kelamin", "1", "Laki-laki", letter="A"),
    banner_column("S6", "Jenis kelamin", "2", "Perempuan", letter="B"),
    banner_column(*_AGE_BY_SEX, "1>1", "17-34", "Laki-laki", letter="C"),
    banner_column(*_AGE_BY_SEX, "1>2", "17-34", "Perempuan", letter="D"),
    banner_column(*_AGE_BY_SEX, "2>1", "35 tahun ke atas", "Laki-laki", letter="E"),
    banner_column(*_AGE_BY_SEX, "2>2", "35 tahun ke atas", "Perempuan", letter="F"),
)
SMALL, HIDDEN = 5, 6
"""The column with a small base, and the one whose figures are hidden."""


@dataclass(frozen=True)
class ScaleTable:
    """A six-point scale with bases, a net and statistics; figures are drawn from the table's number."""

    number: int
    language: str = "id"
    weighted: bool = True
    banner: Sequence[BannerColumn] = BANNER
    labels: Sequence[str] = SATISFACTION
    variable: str | None = None

    @property
    def table_id(self) -> str:
        return f"T{self.number:04d}"

    @property
    def head(self) -> TableHead:
        name = self.variable or f"A{self.number}"
        return TableHead(
            table_id=self.table_id,
            variable=name,
            title=f"{name}. Seberapa puas Anda dengan kebersihan ruang tunggu di pelabuhan?",
            kind="scale",
            base_text="Semua responden yang menjawab" if self.language == "id" else "All respondents who answered",
            filter_text="S6 = 1 AND S15 IN (2, 3)" if self.number % 2 else None,
            weight_text="Dibobot dengan bobot" if self.weighted else None,
            signs=NOTES[self.language],
        )

    def cells(self) -> Iterator[dict[str, object]]:
        chance = random.Random(self.number)
        bases = [1300] + [chance.randint(120, 600) for _ in self.banner[1:]]
        for at, small in ((SMALL, 64), (HIDDEN, 22)):
            if at < len(bases):
                bases[at] = small
        yield from self._bases(bases)
        parts = [[chance.random() for _ in self.labels] for _ in self.banner]
        shares = [[100 * part / sum(column) for part in column] for column in parts]
        for place, label in enumerate(self.labels):
            letters = {(4, 2): "AE", (1, 3): "ab", (4, 4): "BCDf"}
            yield from self._shares(
                (str(place + 1), label, "category"),
                bases,
                [column[place] for column in shares],
                {at: found for (row, at), found in letters.items() if row == place},
            )
        yield from self._shares(("net", "Puas (5-6)", "net"), bases, [c[-1] + c[-2] for c in shares], {4: "B"})
        for code, label, figure in (
            ("top2", "Dua teratas", 61.25),
            ("mean", "Rata-rata", 4.3125),
            ("std_dev", "Simpangan baku", 1.0625),
        ):
            for at, column in enumerate(self.banner):
                value = None if at == HIDDEN else figure + at / 16
                yield self._cell((code, label, "statistic"), column, value=value, letters="a" if at == 2 else None)

    def _bases(self, bases: Sequence[int]) -> Iterator[dict[str, object]]:
        for code, label, factor in (
            ("base_unweighted", "Basis (tak tertimbang)", 1.0),
            ("base", "Basis (tertimbang)", 1.03125),
            ("base_effective", "Basis efektif", 0.875),
        ):
            for at, column in enumerate(self.banner):
                flag = "**" if bases[at] < 30 else "*" if bases[at] < 100 else None
                yield self._cell((code, label, "base"), column, value=bases[at] * factor, flag=flag)

    def _shares(
        self, row: tuple[str, str, str], bases: Sequence[int], percents: Sequence[float], letters: dict[int, str]
    ) -> Iterator[dict[str, object]]:
        for at, column in enumerate(self.banner):
            hidden = at == HIDDEN
            yield self._cell(
                row,
                column,
                letters=letters.get(at),
                count=None if hidden else bases[at] * percents[at] / 100,
                column_percent=None if hidden else percents[at],
                row_percent=None if hidden else percents[at] / 2,
            )

    def _cell(self, row: tuple[str, str, str], column: BannerColumn, **figures: object) -> dict[str, object]:
        code, label, kind = row
        return {
            "table_id": self.table_id,
            "row_variable": self.head.variable,
            "row_code": code,
            "row_label": label,
            "row_kind": kind,
            "column_variable": column.variable,
            "column_code": column.code,
            "column_label": " > ".join(column.labels),
            "column_letter": column.letter,
            **figures,
        }


def batch_of(tables: Sequence[ScaleTable], *, look: BookOptions = BookOptions()) -> CrossTables:  # noqa: B008 - frozen
    """A batch holding these tables, which share their banner and language."""
    return CrossTables(
        book=BookHead(
            title="Kepuasan Penumpang 2026 & Ekspektasi",
            language=tables[0].language,
            banner=tuple(tables[0].banner),
            levels=(0.95, 0.80),
            small_base=(30, 100),
            notes=NOTES[tables[0].language],
            look=look,
        ),
        heads=tuple(table.head for table in tables),
        cells=pl.DataFrame([cell for table in tables for cell in table.cells()], schema=CELLS_SCHEMA),
        tests=pl.DataFrame(schema=TESTS_SCHEMA),
    )


def tables(
    count: int = 1,
    *,
    first: int = 1,
    language: str = "id",
    look: BookOptions = BookOptions(),  # noqa: B008 - frozen
) -> CrossTables:
    """A batch of so many scale tables."""
    return batch_of([ScaleTable(number, language) for number in range(first, first + count)], look=look)
