"""What a person is told of a review workbook, in the two languages such a workbook has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_MOST_RANGES = 40
"""Rows, or ranges of them, that one sentence names."""


@dataclass(frozen=True)
class ReviewMessages:
    """Every sentence about a review in one language; what stands in braces is filled in."""

    at: str
    at_rows: str
    of_sheet: str
    further_rows: str
    thousands: str
    # Answers.
    strange_id: str
    no_id: str
    other_verbatim: str
    misaligned: str
    codes_apart: str
    hidden: str
    no_code: str
    not_in_frame: str
    not_any_more: str
    no_code_left: str
    one_answer: str
    no_answer_beside: str
    stands_twice: str
    column_gone: str
    headless: str
    # Code frames.
    frame_empty: str
    frame_without_codes: str
    frame_torn: str
    frame_is_no_code: str
    code_twice: str
    new_code_twice: str
    new_without_label: str
    not_deleted: str
    always_there: str
    ticked: str
    no_theme: str
    label_taken: str
    not_renamed: str
    keeps_label: str
    new_label_taken: str
    impossible_number: str
    merge_nowhere: str
    merge_always: str
    merge_printed: str
    merge_circle: str
    deleted: str
    moved: str
    out_of_net: str
    defined: str
    renamed: str
    added: str
    merged: str
    # The note.
    review_of: str
    corrected: tuple[str, str]
    agreed: tuple[str, str]
    changes: tuple[str, str]
    left_out: tuple[str, str]
    nothing: str
    conjunction: str
    not_used: str
    frames: str
    coded_anew: str

    def figure(self, number: int) -> str:
        """A whole number as the language writes it."""
        return f"{number:,}".replace(",", self.thousands)

    def counted(self, number: int, words: tuple[str, str]) -> str:
        """A number with its word, singular or plural; blank for none."""
        return f"{self.figure(number)} {words[number != 1]}" if number else ""

    def listed(self, words: Iterable[str]) -> str:
        """Words as a person lists them."""
        return f" {self.conjunction} ".join(", ".join(words).rsplit(", ", 1))

    def place(self, sheet: str, rows: Iterable[int]) -> str:
        """A sheet and its rows, following ones as a range."""
        ranges: list[list[int]] = []
        for row in sorted(set(rows)):
            if ranges and row == ranges[-1][1] + 1:
                ranges[-1][1] = row
            else:
                ranges.append([row, row])
        shown = ", ".join("-".join(map(self.figure, dict.fromkeys(ends))) for ends in ranges[:_MOST_RANGES])
        if further := sum(last - first + 1 for first, last in ranges[_MOST_RANGES:]):
            shown += self.further_rows.format(number=self.figure(further))
        alone = len(ranges) == 1 and ranges[0][0] == ranges[0][1]
        return (self.at if alone else self.at_rows).format(sheet=sheet, rows=shown)


ENGLISH = ReviewMessages(
    at="sheet '{sheet}', row {rows}",
    at_rows="sheet '{sheet}', rows {rows}",
    of_sheet="sheet '{sheet}'",
    further_rows=" and {number} more",
    thousands=",",
    strange_id="the answer id {answer!r} is not of this workbook; its codes were not used",
    no_id="the answer id is gone, so it cannot be told whose answer this is; its codes were not used",
    other_verbatim="beside this answer id stands another answer than was handed out (perhaps only some columns were "
    "sorted); its codes were not used",
    misaligned="these cells do not belong to one answer any more (only some columns were sorted or moved); the codes "
    "were not used",
    codes_apart="the codes stand beside other answers than before (the code columns were sorted or moved by "
    "themselves); they were not used",
    hidden="a code cell is merged with others or shows an error; the answer was left as it is",
    no_code="{cell!r} is not a code of {variable}; the answer was left as it is (several codes: their numbers with a "
    "blank between)",
    not_in_frame="code {code} is not in the frame of {variable}; the answer was left as it is",
    not_any_more="code {code} is not in the frame of {variable} any more; the answer was left as it is",
    no_code_left="no code is left; the answer was left as it is (give 99 where it says nothing)",
    one_answer="{variable} takes one answer, give one code; the answer was left as it is",
    no_answer_beside="99 (no answer) cannot stand beside other codes; the answer was left",
    stands_twice="the same answer stands in row {row} with other codes; those were used",
    column_gone="the column of code {number} is not there or has another heading; its codes stay as they were",
    headless="its headings are gone, so nothing in it could be used",
    frame_empty="the frame sheet of {variable} is empty; its code frame stays as it is",
    frame_without_codes="the frame sheet of {variable} has none of its codes any more; its code frame stays as it is",
    frame_torn="the labels stand beside other code numbers than before (only some columns were sorted); these codes "
    "stay as they were",
    frame_is_no_code="{cell!r} is no code; a code is a whole number",
    code_twice="code {code} stands twice (first in row {row}); give a new code a new number",
    new_code_twice="the new code {code} stands twice; give each new code a number of its own",
    new_without_label="the new code {code} has no label; write one",
    not_deleted="frame of {variable}: code {code} {label!r} cannot be deleted, {why}",
    always_there="it is always there",
    ticked="respondents could tick it",
    no_theme="code {code} always means no answer and cannot be called {label!r}; give that theme a number of its own",
    label_taken="code {code} has the label {label!r} already; to join the two, merge them",
    not_renamed="code {code} is not in the frame any more, so it was not renamed",
    keeps_label="code {code} has no label; it keeps {label!r} (to delete it, delete its row)",
    new_label_taken="code {code} has the label {label!r} already; give the new code another one",
    impossible_number="a new code cannot have the number {code}; take one from 1 to 999999",
    merge_nowhere="code {code} cannot be merged into {into!r}, which is not in the frame",
    merge_always="code {code} is always there and cannot be merged into another",
    merge_printed="code {code} is printed in the question and cannot be merged into another; put both under one net "
    "in the plan",
    merge_circle="code {code} would be merged in a circle; leave one of the codes",
    deleted="code {code} {label!r} deleted",
    moved="code {code} moved under {net!r}",
    out_of_net="code {code} out of its net",
    defined="code {code} defined anew",
    renamed="code {code} {was!r} renamed to {label!r}",
    added="code {code} {label!r} added",
    merged="code {code} {label!r} merged into {into} {kept!r}",
    review_of="review of {key}",
    corrected=("answer corrected", "answers corrected"),
    agreed=("answer agreed to", "answers agreed to"),
    changes=("change of code frames", "changes of code frames"),
    left_out=("entry could not be used", "entries could not be used"),
    nothing="nothing was changed in it",
    conjunction="and",
    not_used="Not used (everything else was):",
    frames="Code frames:",
    coded_anew="The coding is made anew with these corrections; a fresh review workbook comes with it.",
)

INDONESIAN = ReviewMessages(
    at="lembar '{sheet}', baris {rows}",
    at_rows="lembar '{sheet}', baris {rows}",
    of_sheet="lembar '{sheet}'",
    further_rows=" dan {number} baris lain",
    thousands=".",
    strange_id="ID jawaban {answer!r} bukan dari buku kerja ini; kodenya tidak dipakai",
    no_id="ID jawaban hilang, jadi tidak diketahui ini jawaban siapa; kodenya tidak dipakai",
    other_verbatim="di samping ID jawaban ini ada jawaban lain daripada yang dibagikan (mungkin hanya sebagian kolom "
    "yang diurutkan); kodenya tidak dipakai",
    misaligned="sel-sel di sini bukan lagi milik satu jawaban (hanya sebagian kolom yang diurutkan atau dipindahkan); "
    "kodenya tidak dipakai",
    codes_apart="kodenya ada di samping jawaban lain daripada sebelumnya (hanya kolom kode yang diurutkan atau "
    "dipindahkan); kodenya tidak dipakai",
    hidden="sel kodenya digabung dengan sel lain atau menunjukkan kesalahan rumus; jawabannya dibiarkan",
    no_code="{cell!r} bukan kode {variable}; jawabannya dibiarkan (beberapa kode: tulis nomornya dengan spasi di "
    "antaranya)",
    not_in_frame="kode {code} tidak ada dalam kerangka {variable}; jawabannya dibiarkan",
    not_any_more="kode {code} sudah tidak ada dalam kerangka {variable}; jawabannya dibiarkan",
    no_code_left="tidak ada kode tersisa; jawabannya dibiarkan (beri 99 bila jawabannya tidak mengatakan apa-apa)",
    one_answer="{variable} hanya menerima satu jawaban, beri satu kode; jawabannya dibiarkan",
    no_answer_beside="99 (tidak ada jawaban) tidak bisa bersama kode lain; jawabannya dibiarkan",
    stands_twice="jawaban yang sama ada di baris {row} dengan kode lain; yang di sana dipakai",
    column_gone="kolom kode {number} tidak ada atau judulnya lain; kode di dalamnya tetap seperti semula",
    headless="judul kolomnya hilang, jadi isinya tidak bisa dipakai",
    frame_empty="lembar kerangka {variable} kosong; kerangka kodenya tetap",
    frame_without_codes="lembar kerangka {variable} tidak lagi memuat kodenya; kerangka kodenya tetap",
    frame_torn="labelnya ada di samping nomor kode lain daripada sebelumnya (hanya sebagian kolom yang diurutkan); "
    "kode-kode ini tetap seperti semula",
    frame_is_no_code="{cell!r} bukan kode; kode adalah bilangan bulat",
    code_twice="kode {code} ada dua kali (pertama di baris {row}); beri kode baru nomor yang baru",
    new_code_twice="kode baru {code} ada dua kali; beri setiap kode baru nomor sendiri",
    new_without_label="kode baru {code} tidak punya label; tulis labelnya",
    not_deleted="kerangka {variable}: kode {code} {label!r} tidak bisa dihapus, {why}",
    always_there="kode ini selalu ada",
    ticked="responden bisa memilihnya",
    no_theme="kode {code} selalu berarti tidak ada jawaban dan tidak bisa dinamai {label!r}; beri tema itu nomor "
    "sendiri",
    label_taken="kode {code} sudah berlabel {label!r}; untuk menyatukan keduanya, gabungkan",
    not_renamed="kode {code} sudah tidak ada dalam kerangka, jadi tidak diganti namanya",
    keeps_label="kode {code} tidak punya label; labelnya tetap {label!r} (untuk menghapus kode, hapus barisnya)",
    new_label_taken="kode {code} sudah berlabel {label!r}; beri kode baru label lain",
    impossible_number="kode baru tidak bisa bernomor {code}; pakai 1 sampai 999999",
    merge_nowhere="kode {code} tidak bisa digabung ke {into!r}, yang tidak ada dalam kerangka",
    merge_always="kode {code} selalu ada dan tidak bisa digabung ke kode lain",
    merge_printed="kode {code} tercetak dalam pertanyaan dan tidak bisa digabung ke kode lain; taruh keduanya di bawah "
    "satu net dalam plan",
    merge_circle="kode {code} akan digabung berputar; biarkan salah satu kodenya",
    deleted="kode {code} {label!r} dihapus",
    moved="kode {code} dipindah ke bawah {net!r}",
    out_of_net="kode {code} keluar dari netnya",
    defined="kode {code} diberi definisi baru",
    renamed="kode {code} {was!r} diganti nama menjadi {label!r}",
    added="kode {code} {label!r} ditambahkan",
    merged="kode {code} {label!r} digabung ke {into} {kept!r}",
    review_of="tinjauan {key}",
    corrected=("jawaban dikoreksi", "jawaban dikoreksi"),
    agreed=("jawaban disetujui", "jawaban disetujui"),
    changes=("perubahan kerangka kode", "perubahan kerangka kode"),
    left_out=("isian tidak bisa dipakai", "isian tidak bisa dipakai"),
    nothing="tidak ada yang diubah di dalamnya",
    conjunction="dan",
    not_used="Tidak dipakai (yang lain dipakai semua):",
    frames="Kerangka kode:",
    coded_anew="Pengodean diulang dengan koreksi ini; buku kerja tinjauan yang baru ikut dibuat.",
)


def review_messages(language: str) -> ReviewMessages:
    """The sentences of a language: `id`, else English."""
    return INDONESIAN if language == "id" else ENGLISH
