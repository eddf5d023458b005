"""The words that stand in delivered files, in the two languages of the output."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """Every fixed word of a workbook in one language."""

    books: str
    contents: str
    metadata: str
    back: str
    table: str
    tables: str
    variable: str
    title: str
    base: str
    respondents: str
    filter: str
    notes: str
    page: str
    part: str
    tables_in_book: str
    made: str
    variables_used: str
    plan: str
    label: str
    count: str
    row_percent: str
    column_percent: str
    data: str
    frames: str
    columns: str
    column: str
    kind: str
    question: str
    code: str
    definition: str
    examples: str
    net: str
    answers: str
    coded: str
    confidence_of: str
    labels_of: str
    codes_of: str
    beyond: str
    cut: str

    def of_figure(self, figure: str) -> str:
        """The word for a figure of the tidy cells: count, column_percent, row_percent."""
        return {"count": self.count, "row_percent": self.row_percent, "column_percent": self.column_percent}[figure]

    def too_large(self, rows: int, columns: int) -> str:
        """Why data was written as CSV."""
        return self.beyond.format(rows=rows, columns=columns)

    def texts_cut(self, texts: int) -> str:
        """How many texts a workbook could not hold whole."""
        return self.cut.format(texts=texts)


INDONESIAN = Wording(
    books="tabel",
    contents="Daftar Isi",
    metadata="Metadata",
    back="Kembali ke Daftar Isi",
    table="Tabel",
    tables="tabel",
    variable="Variabel",
    title="Judul",
    base="Basis",
    respondents="n",
    filter="Filter",
    notes="Catatan",
    page="Halaman",
    part="Bagian",
    tables_in_book="Jumlah tabel dalam buku ini",
    made="Dibuat",
    variables_used="Variabel yang dipakai",
    plan="Rencana tabulasi",
    label="Label",
    count="Jumlah",
    row_percent="% baris",
    column_percent="% kolom",
    data="Data",
    frames="Kerangka Kode",
    columns="Variabel",
    column="Kolom",
    kind="Jenis",
    question="Pertanyaan",
    code="Kode",
    definition="Definisi",
    examples="Contoh jawaban",
    net="Net",
    answers="Jumlah jawaban",
    coded="dikode",
    confidence_of="Keyakinan terendah atas kode jawaban, 0-1",
    labels_of="Label kode",
    codes_of="Kode jawaban",
    beyond="{rows} baris x {columns} kolom tidak muat dalam buku kerja Excel; data berkode ditulis sebagai CSV",
    cut="{texts} teks lebih panjang dari 32.767 huruf dan dipotong, karena sel Excel tidak dapat memuatnya",
)

ENGLISH = Wording(
    books="tables",
    contents="Contents",
    metadata="Metadata",
    back="Back to contents",
    table="Table",
    tables="tables",
    variable="Variable",
    title="Title",
    base="Base",
    respondents="n",
    filter="Filter",
    notes="Notes",
    page="Page",
    part="Part",
    tables_in_book="Tables in this book",
    made="Made",
    variables_used="Variables used",
    plan="Tabulation plan",
    label="Label",
    count="Count",
    row_percent="Row %",
    column_percent="Column %",
    data="Data",
    frames="Code Frames",
    columns="Variables",
    column="Column",
    kind="Kind",
    question="Question",
    code="Code",
    definition="Definition",
    examples="Example answers",
    net="Net",
    answers="Answers",
    coded="coded",
    confidence_of="Lowest confidence of the answer's codes, 0-1",
    labels_of="Code labels",
    codes_of="Answer codes",
    beyond="{rows} rows x {columns} columns do not fit an Excel workbook; the coded data was written as CSV",
    cut="{texts} texts were longer than the 32,767 characters an Excel cell holds, and were cut",
)


def wording(language: str | None) -> Wording:
    """The words of a language: `en`, else Indonesian, the language of the trade here."""
    return ENGLISH if language == "en" else INDONESIAN
