"""The words that stand in delivered files, in the two languages of the output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mcode_pipelines.survey import BookOptions


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
    weight: str
    notes: str
    page: str
    part: str
    tables_in_book: str
    made: str
    versions: str
    facts: Mapping[str, str]
    """What the metadata sheet tells, by the name it goes by."""
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
    total_percent: str
    index: str
    difference: str
    sheet_of_tables: str
    not_made: str
    lost: str
    first_of: str
    first_columns_of: str
    largest_of: str
    without_gaps: str
    whole_text: str
    too_wide: str
    too_long: str
    index_note: str
    difference_note: str
    p_values_note: str
    heat_note: str
    without_personal: str
    left_out_personal: str

    def of_figure(self, figure: str) -> str:
        """The word for a figure of the tidy cells: count, column_percent, row_percent ..."""
        return str(getattr(self, figure))

    def look_notes(self, look: BookOptions, *, shares: bool, p_values: bool) -> list[str]:
        """What a reader must know of figures that are not in every book, where a table has shares or p-values."""
        return [
            note
            for note, asked in (
                (self.index_note, shares and "index" in look.figures),
                (self.difference_note, shares and "difference" in look.figures),
                (self.p_values_note, p_values),
                (self.heat_note, shares and look.heat),
            )
            if asked
        ]

    def __call__(self, phrase: str, **values: str | int) -> str:
        """A phrase with its values; numbers are grouped the language's way."""
        told = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        if self is INDONESIAN:
            told = {
                name: text.replace(",", ".") if isinstance(values[name], int) else text for name, text in told.items()
            }
        return str(getattr(self, phrase).format(**told))


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
    weight="Bobot",
    notes="Catatan",
    page="Halaman",
    part="Bagian",
    tables_in_book="Jumlah tabel dalam buku ini",
    made="Dibuat",
    versions="Versi",
    facts={
        "upload": "Unggahan",
        "data": "Berkas data",
        "form": "Berkas formulir",
        "partition": "Partisi",
        "study": "Studi",
        "wave": "Gelombang",
        "earlier_wave": "Gelombang sebelumnya",
        "rows": "Baris data",
        "reading": "Pembacaan data",
        "run": "Run",
        "seconds": "Lama pengerjaan (detik)",
        "sha256": "SHA-256 data",
        "sha256_form": "SHA-256 formulir",
        "sha256_plan": "SHA-256 rencana",
        "sha256_codebook": "SHA-256 buku kode",
        "sha256_frames": "SHA-256 kerangka kode",
        "sha256_codes": "SHA-256 kode",
    },
    variables_used="Variabel lain yang dipakai",
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
    total_percent="% total",
    index="Indeks",
    difference="Selisih dari total",
    sheet_of_tables="Tabel",
    not_made="Tidak dapat dibuat: {reason}",
    lost="{tables} tidak dapat dibuat",
    first_of="{shown} jawaban pertama dari {of}",
    largest_of="{shown} yang terbesar dari {of}",
    without_gaps="tanpa garis karena tidak ada angka pada sebagian gelombang: {names}",
    first_columns_of="{shown} kolom pertama dari {of} untuk {question}",
    whole_text="Lengkap: {text}",
    too_wide="banner: {columns} kolom tidak muat dalam lembar Excel, yang paling banyak memuat {most} kolom banner; "
    "kurangi kolom banner, atau minta hasil sebagai csv atau parquet",
    too_long="tabel ini memerlukan {rows} baris, lebih banyak daripada yang dimuat selembar Excel; "
    "kurangi barisnya, atau ambil hasilnya sebagai csv atau parquet",
    index_note="Indeks: 100 berarti sama seringnya dengan total.",
    difference_note="Selisih dari total dalam poin persentase.",
    p_values_note="p: nilai p terkecil dari perbandingan yang ditandai hurufnya.",
    heat_note="Makin gelap warnanya, makin tinggi persentasenya dalam baris itu.",
    without_personal="tanpa data pribadi: {columns}",
    left_out_personal="data pribadi, tidak disertakan",
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
    weight="Weight",
    notes="Notes",
    page="Page",
    part="Part",
    tables_in_book="Tables in this book",
    made="Made",
    versions="Versions",
    facts={
        "upload": "Upload",
        "data": "Data file",
        "form": "Form file",
        "partition": "Partition",
        "study": "Study",
        "wave": "Wave",
        "earlier_wave": "Earlier wave",
        "rows": "Rows of data",
        "reading": "How the data were read",
        "run": "Run",
        "seconds": "Time taken (seconds)",
        "sha256": "SHA-256 of the data",
        "sha256_form": "SHA-256 of the form",
        "sha256_plan": "SHA-256 of the plan",
        "sha256_codebook": "SHA-256 of the codebook",
        "sha256_frames": "SHA-256 of the code frames",
        "sha256_codes": "SHA-256 of the codes",
    },
    variables_used="Other variables used",
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
    total_percent="Total %",
    index="Index",
    difference="Difference to total",
    sheet_of_tables="Tables",
    not_made="Could not be made: {reason}",
    lost="{tables} could not be made",
    first_of="first {shown} of {of} answers",
    largest_of="the largest {shown} of {of}",
    without_gaps="no line, as some waves have no figure: {names}",
    first_columns_of="first {shown} of {of} columns of {question}",
    whole_text="In full: {text}",
    too_wide="banner: {columns} columns do not fit an Excel sheet, which holds at most {most} banner columns; "
    "leave some out, or ask for csv or parquet",
    too_long="this table needs {rows} rows, more than an Excel sheet has; ask for fewer, or for csv or parquet",
    index_note="Index: 100 means as frequent as in the total.",
    difference_note="Difference to the total in percentage points.",
    p_values_note="p: the smallest p-value of the comparisons that a cell's letters stand for.",
    heat_note="The darker a cell, the higher its percent within the row.",
    without_personal="without personal data: {columns}",
    left_out_personal="personal data, left out",
)


def wording(language: str | None) -> Wording:
    """The words of a language: `en`, else Indonesian, the language of the trade here."""
    return ENGLISH if language == "en" else INDONESIAN
