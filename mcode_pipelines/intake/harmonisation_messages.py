"""What is told of a harmonisation sheet that came back, in the two languages of the output."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HarmonisationMessages:
    """Every sentence in one language; the places in braces are filled in."""

    place: str
    row: str
    strange_row: str
    row_twice: str
    hidden: str
    blank: str
    one_variable: str
    no_variable: str
    no_code: str
    no_question: str
    stands_twice: str
    own_codes: str
    unknown_later: str
    perhaps: str
    known: str
    same_question: str
    other_question: str
    same_choice: str
    other_choice: str
    alone: str
    taken_back: str
    agreed: str
    taken: str
    nothing: str
    changes: str
    refused: str
    anew: str
    left_out: str


INDONESIAN = HarmonisationMessages(
    place="lembar '{sheet}', baris {row}, kolom {column} ({wave})",
    row="lembar '{sheet}', baris {row}",
    strange_row="nomor baris {id!r} tidak dikenal; baris baru tidak dapat ditambahkan, tulis di baris yang ada",
    row_twice="baris ini ada dua kali dengan isi yang berbeda (juga baris {other}); hapus salah satunya",
    hidden="sel ini tergabung dengan sel lain atau berisi kesalahan rumus; pisahkan selnya dan tulis isinya",
    blank="sel ini dikosongkan, tetapi tidak ada keputusan yang bisa dicabut; tulis - bila tidak sama",
    one_variable="{given!r} bukan satu nama variabel; tulis satu nama variabel gelombang itu, atau -",
    no_variable="gelombang {wave} tidak punya variabel {given!r}{nearest}; tulis nama variabel gelombang itu, atau -",
    no_code="{question} pada gelombang {wave} tidak punya kode {given!r}{nearest}; tulis kode gelombang itu, atau -",
    no_question="pertanyaan {question} tidak ada pada gelombang {wave}, jadi kode {given!r} tidak berarti apa-apa; "
    "tulis dulu nama variabelnya di baris pertanyaan",
    stands_twice="{given} ditulis di dua baris (juga baris {other}); biarkan di satu baris saja",
    own_codes="{given} dan {own} sama-sama kode gelombang itu sendiri, sehingga tidak bisa menjadi satu pilihan di "
    "sini; gabungkan dengan net di plan",
    unknown_later="{given} tidak berdiri sebagai pilihan sendiri pada gelombang {wave}; tulis kode pilihan yang ada",
    perhaps=" (mungkin {names})",
    known=" (yang ada: {names})",
    same_question="{question}: pada gelombang {wave} bernama {given}",
    other_question="{question}: tidak ada pada gelombang {wave} (sebelumnya {before})",
    same_choice="{question}, {choice}: pada gelombang {wave} kodenya {given}",
    other_choice="{question}: kode {given} pada gelombang {wave} pilihan tersendiri",
    alone="tidak ada gelombang lain yang punya ini, jadi tidak ada yang dipisahkan; biarkan seperti semula",
    taken_back="{question}: gelombang {wave} kembali seperti yang ditemukan program",
    agreed="{count} baris disetujui",
    taken="harmonisasi {study}",
    nothing="tidak ada yang berubah",
    changes="Yang berubah:",
    refused="Yang tidak dapat dipakai:",
    anew="Tabel {key} dibuat ulang dengan keputusan ini; tabel gelombang lain yang memakai keputusan lama ditandai "
    "usang.",
    left_out="{count} sel tidak dapat dipakai",
)

ENGLISH = HarmonisationMessages(
    place="sheet '{sheet}', row {row}, column {column} ({wave})",
    row="sheet '{sheet}', row {row}",
    strange_row="the row number {id!r} is not known; rows cannot be added, write into those that are there",
    row_twice="this row stands twice with different cells (also row {other}); delete one of them",
    hidden="this cell is merged into another one or holds an error of a formula; unmerge it and write what it holds",
    blank="this cell was emptied, but there is no decision to take back; write - where it is not the same",
    one_variable="{given!r} is not one variable's name; write one variable of that wave, or -",
    no_variable="the wave {wave} has no variable {given!r}{nearest}; write the name of a variable of that wave, or -",
    no_code="{question} has no code {given!r} in wave {wave}{nearest}; write a code of that wave, or -",
    no_question="the wave {wave} has no question {question}, so the code {given!r} means nothing; write the variable's "
    "name into the question's row first",
    stands_twice="{given} is written in two rows (also row {other}); leave it in one",
    own_codes="{given} and {own} are both codes of that wave itself and cannot be one choice here; make a net of them "
    "in the plan",
    unknown_later="{given} is no choice of its own in wave {wave}; write the code of a choice that is there",
    perhaps=" (perhaps {names})",
    known=" (there are {names})",
    same_question="{question}: called {given} in wave {wave}",
    other_question="{question}: not in wave {wave} (it was {before})",
    same_choice="{question}, {choice}: code {given} in wave {wave}",
    other_choice="{question}: code {given} of wave {wave} is a choice of its own",
    alone="no other wave has this, so there is nothing to part; leave it as it was",
    taken_back="{question}: wave {wave} is as the program finds it again",
    agreed="{count} rows agreed to",
    taken="harmonisation of {study}",
    nothing="nothing changed",
    changes="What changed:",
    refused="What could not be used:",
    anew="The tables of {key} are made anew with this; those of other waves that used other decisions are marked "
    "stale.",
    left_out="{count} cells could not be used",
)


def harmonisation_messages(language: str) -> HarmonisationMessages:
    """The sentences of a language: `id`, else English."""
    return INDONESIAN if language == "id" else ENGLISH
