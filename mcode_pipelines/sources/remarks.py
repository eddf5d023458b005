"""The sentences that tell of a reading: what was left out, merged or guessed, and what to set where that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mcode_pipelines.survey import Remark

_SHOWN = 5


def quoted(names: Iterable[str]) -> str:
    """All of them, each in quotes."""
    return ", ".join(f"'{name}'" for name in names)


def _some(words: Sequence[str]) -> tuple[str, str]:
    """The first few in quotes and how many more there are, in English and Indonesian."""
    shown = quoted(words[:_SHOWN])
    more = len(words) - _SHOWN
    return (shown, shown) if more <= 0 else (f"{shown} and {more} more", f"{shown} dan {more} lainnya")


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def own_row_number(column: str) -> Remark:
    """A column of ours that came back."""
    return Remark(
        en=f"The column {column} is this product's own row number and was left out.",
        id=f"Kolom {column} adalah nomor baris buatan program ini dan tidak dipakai.",
    )


def other_encoding(encoding: str) -> Remark:
    """A text that is not in UTF-8."""
    return Remark(
        en=f"The text is not in UTF-8 and was read as {encoding}; if letters look wrong, name its encoding.",
        id=f"Teks ini bukan UTF-8 dan dibaca sebagai {encoding}; jika huruf tampak salah, sebutkan pengodeannya.",
    )


def foreign_characters(count: int) -> Remark:
    """A few bytes of another encoding in a text in UTF-8."""
    return Remark(
        en=f"{count} characters were not in UTF-8 like the rest and were read as Windows-1252.",
        id=f"{count} karakter bukan UTF-8 seperti yang lain dan dibaca sebagai Windows-1252.",
    )


def lines_in_quotes() -> Remark:
    """Every line of a text stood in quotes as a whole."""
    return Remark(
        en="Every line was in quotes as a whole; the quotes around the lines were taken away.",
        id="Setiap baris seluruhnya diapit tanda kutip; tanda kutip di luar baris dibuang.",
    )


def one_column() -> Remark:
    """A text that no sign cuts into columns, though there are some in it."""
    return Remark(
        en="The header is not divided, so the file was read as one column and the signs in the answers belong to "
        "them; if that is wrong, name the delimiter.",
        id="Judul kolom tidak terbagi, jadi berkas dibaca sebagai satu kolom dan tanda baca di dalam jawaban adalah "
        "bagian dari jawaban; jika keliru, sebutkan pemisah kolomnya.",
    )


def short_rows(count: int, first_row: int, cells: int, expected: int) -> Remark:
    """Rows with fewer cells than the header."""
    has = "1 row has" if count == 1 else f"{count} rows have"
    return Remark(
        en=f"{has} fewer cells than the header, the first is row {first_row} ({cells} of {expected}); "
        "their last cells were taken as blank.",
        id=f"{count} baris mempunyai sel lebih sedikit daripada judul, yang pertama baris {first_row} ({cells} dari "
        f"{expected}); sel terakhirnya dianggap kosong.",
    )


def above_the_header(count: int) -> Remark:
    """Title rows."""
    return Remark(
        en=f"{_rows(count)} above the header left out.",
        id=f"{count} baris di atas judul kolom tidak dipakai.",
    )


def tag_row() -> Remark:
    """The second row of an HXL table."""
    return Remark(
        en="The row of # tags below the header is not data.",
        id="Baris tanda # di bawah judul kolom bukan data.",
    )


def numbers_as_header() -> Remark:
    """A first row of numbers that was read as the header."""
    return Remark(
        en="The first row holds numbers only and was read as the column names; "
        "if the file has no header, set the number of header rows to 0.",
        id="Baris pertama hanya berisi angka dan dibaca sebagai nama kolom; "
        "jika berkas tidak mempunyai baris judul, atur jumlah baris judul menjadi 0.",
    )


def no_header() -> Remark:
    """A file without a header, by the setting."""
    return Remark(
        en="The file was read without a header; its columns are called column_1, column_2 ...",
        id="Berkas dibaca tanpa baris judul; kolomnya dinamai column_1, column_2 ...",
    )


def header_missing() -> Remark:
    """A first row that looks like the rows below it."""
    return Remark(
        en="The file has no header: its first row looks like the rows below it and was read as a respondent; the "
        "columns are called column_1, column_2 ... If the first row holds the column names, set the number of header "
        "rows to 1; better, write the names above and drop the file again.",
        id="Berkas ini tidak mempunyai baris judul: baris pertamanya serupa dengan baris di bawahnya dan dibaca "
        "sebagai responden; kolomnya dinamai column_1, column_2 ... Jika baris pertama berisi nama kolom, atur jumlah "
        "baris judul menjadi 1; lebih baik lagi, tulis nama kolomnya di atas lalu masukkan lagi berkasnya.",
    )


def second_header_row() -> Remark:
    """A second row of texts or codes that belongs to the header."""
    return Remark(
        en="The second row belongs to the header and is no respondent; if it is one, set the number of header rows "
        "to 1.",
        id="Baris kedua adalah bagian dari judul kolom, bukan responden; jika sebenarnya responden, atur jumlah baris "
        "judul menjadi 1.",
    )


def headings_over_questions(headings: Sequence[str]) -> Remark:
    """A header of two rows, the upper one merged over several questions."""
    en, id_ = _some(headings)
    return Remark(
        en=f"The header takes several rows; columns under one heading ({en}) are called by both, 'heading [question]'.",
        id=f"Judul kolom terdiri atas beberapa baris; kolom di bawah satu judul ({id_}) dinamai dengan keduanya, "
        "'judul [pertanyaan]'.",
    )


def header_again(rows: Sequence[int]) -> Remark:
    """The header row repeated among the data."""
    listed = ", ".join(str(row) for row in rows[:_SHOWN]) + (" ..." if len(rows) > _SHOWN else "")
    return Remark(
        en=f"The header stands again among the data ({_rows(len(rows))}: {listed}); left out, they are no respondents.",
        id=f"Judul kolom berulang di antara data ({len(rows)} baris: {listed}); tidak dipakai karena bukan responden.",
    )


def totals_left_out(rows: Sequence[tuple[int, str]]) -> Remark:
    """Rows of totals, each with its number and the word that tells it."""
    listed = ", ".join(f"{row} '{word}'" for row, word in rows[:_SHOWN]) + (" ..." if len(rows) > _SHOWN else "")
    are = (
        "1 row is a total or an average and no respondent"
        if len(rows) == 1
        else (f"{len(rows)} rows are totals or averages and no respondents")
    )
    return Remark(
        en=f"{are}: left out (row {listed}).",
        id=f"{len(rows)} baris adalah jumlah atau rata-rata, bukan responden: tidak dipakai (baris {listed}).",
    )


def notes_left_out(rows: Sequence[tuple[int, str]]) -> Remark:
    """Rows below the data with a note in one cell."""
    listed = ", ".join(f"{row} '{note}'" for row, note in rows[:_SHOWN]) + (" ..." if len(rows) > _SHOWN else "")
    return Remark(
        en=f"Notes below the data left out, they are no respondents (row {listed}).",
        id=f"Catatan di bawah data tidak dipakai karena bukan responden (baris {listed}).",
    )


def blank_rows(count: int) -> Remark:
    """Blank rows among the data."""
    return Remark(
        en=f"{count} blank {'row' if count == 1 else 'rows'} among the data left out.",
        id=f"{count} baris kosong di antara data tidak dipakai.",
    )


def nameless_columns(names: Sequence[str]) -> Remark:
    """Columns that the header does not name."""
    en, id_ = _some(names)
    return Remark(
        en=f"Columns without a header got names by their place: {en}.",
        id=f"Kolom tanpa judul dinamai menurut tempatnya: {id_}.",
    )


def numbered_columns(names: Sequence[str]) -> Remark:
    """Columns whose name stands more than once."""
    en, id_ = _some(names)
    return Remark(
        en=f"Column names that stand more than once got a number: {en}.",
        id=f"Nama kolom yang muncul lebih dari sekali diberi nomor: {id_}.",
    )


def repeats_left_out(sheets: Sequence[str]) -> Remark:
    """Sheets of repeated groups."""
    return Remark(
        en=f"Left out, because they hold repeated groups with several rows a respondent: {quoted(sheets)}.",
        id=f"Tidak dipakai, karena berisi kelompok berulang dengan beberapa baris per responden: {quoted(sheets)}.",
    )


def one_sheet_of(sheet: str, others: Sequence[str]) -> Remark:
    """Sheets that were not read."""
    return Remark(
        en=f"Only the sheet '{sheet}' was read; left out: {quoted(others)}. If another holds the data, "
        "name it in the setting `sheet`.",
        id=f"Hanya lembar '{sheet}' yang dibaca; tidak dipakai: {quoted(others)}. Jika datanya di lembar lain, "
        "sebutkan di pengaturan `sheet`.",
    )


def derived_sheets(sheet: str, others: Sequence[str]) -> Remark:
    """Fuller sheets that look derived from the one that was read."""
    return Remark(
        en=f"{quoted(others)} were not taken for the data though they hold more: '{sheet}' looks like what they were "
        "made from.",
        id=f"{quoted(others)} tidak dianggap data walaupun isinya lebih banyak: '{sheet}' tampak sebagai sumbernya.",
    )


def legend_on_the_sheet(sheet: str, places: Sequence[str]) -> Remark:
    """Legends below (a row's number) or beside (a column's letters) the data."""
    en = " and ".join(f"below the data from row {p}" if p.isdigit() else f"beside it from column {p}" for p in places)
    id_ = " dan ".join(
        f"di bawah data mulai baris {p}" if p.isdigit() else f"di samping mulai kolom {p}" for p in places
    )
    return Remark(
        en=f"The sheet '{sheet}' holds a legend {en}: set apart, no respondents and no questions.",
        id=f"Lembar '{sheet}' memuat keterangan kode {id_}: dipisahkan, bukan responden dan bukan pertanyaan.",
    )


def legend_below_the_data(row: int) -> Remark:
    """A legend at the end of a text file, from this row."""
    return Remark(
        en=f"The file holds a legend below the data from row {row}: set apart, no respondents.",
        id=f"Berkas memuat keterangan kode di bawah data mulai baris {row}: dipisahkan, bukan responden.",
    )


def legend_used(sheets: Sequence[str], columns: Sequence[str]) -> Remark:
    """Sheets that explain codes or columns of the data."""
    en, id_ = _some(columns)
    return Remark(
        en=f"{quoted(sheets)} explained the data: labels of codes and questions were taken from there for {en}.",
        id=f"{quoted(sheets)} menjelaskan data: label kode dan pertanyaan diambil dari sana untuk {id_}.",
    )


def list_files_used(choices: Mapping[str, int]) -> Remark:
    """List files that the form takes choices from, and how many they gave."""
    listed = ", ".join(f"'{file}' ({count})" for file, count in choices.items())
    return Remark(
        en=f"Choices and their labels were taken from the form's list files: {listed}.",
        id=f"Pilihan dan labelnya diambil dari berkas daftar formulir: {listed}.",
    )


def list_files_not_understood(files: Sequence[str]) -> Remark:
    """List files without the columns that the form names, or without rows for its list."""
    return Remark(
        en=f"{quoted(files)} gave no choices: the columns that the form names for codes and labels (as a rule name and "
        "label) are not in the first row, or nothing stands below them; the codes are shown without labels.",
        id=f"{quoted(files)} tidak memberi pilihan: kolom kode dan label yang disebut formulir (biasanya name dan "
        "label) tidak ada di baris pertama, atau di bawahnya kosong; kode tampil tanpa label.",
    )


def list_files_missing(files: Sequence[str]) -> Remark:
    """List files that the form names and that did not come with it."""
    return Remark(
        en=f"The form takes choices from {quoted(files)}, which did not come with it, so their codes are shown without "
        "labels; put the file beside the form under that name.",
        id=f"Formulir mengambil pilihan dari {quoted(files)} yang tidak ikut serta, jadi kodenya tampil tanpa label; "
        "taruh berkas itu di sebelah formulir dengan nama tersebut.",
    )


def list_files_not_named(files: Sequence[str]) -> Remark:
    """Files that came as lists though the form names none so."""
    return Remark(
        en=f"{quoted(files)} came as a list of choices, but the form names no such file; it was not used.",
        id=f"{quoted(files)} diberikan sebagai daftar pilihan, tetapi formulir tidak menyebutnya; tidak dipakai.",
    )


def coded_before(questions: Sequence[str]) -> Remark:
    """A workbook of coded data that came back."""
    en, id_ = _some(questions)
    return Remark(
        en=f"This is a workbook of coded data: {en} keep the codes that stand in it, with their labels from its code "
        "frames, and are not coded again; confidences are not tabulated.",
        id=f"Ini buku kerja data berkode: {id_} memakai kode yang sudah ada, dengan label dari kerangka kodenya, dan "
        "tidak dikode lagi; tingkat keyakinan tidak ditabulasi.",
    )


def codes_outside_frame(question: str, codes: Sequence[str]) -> Remark:
    """Codes in a workbook of coded data that its code frame does not have."""
    en, id_ = _some(codes)
    return Remark(
        en=f"{question!r}: its code frame does not have {en}, so they stand as rows of their own; correct the codes, "
        "or add them to the frame.",
        id=f"{question!r}: kerangka kodenya tidak memuat {id_}, jadi kode itu menjadi baris sendiri; perbaiki kodenya "
        "atau tambahkan ke kerangka.",
    )


def weighted_by(column: str) -> Remark:
    """The weight that an SPSS file was saved with."""
    return Remark(
        en=f"The file was saved with WEIGHT BY {column}: SPSS weights every table with it.",
        id=f"Berkas disimpan dengan WEIGHT BY {column}: SPSS membobot setiap tabel dengannya.",
    )
