"""The words of the review workbook, in the two languages of the output."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReviewWording:
    """Every fixed word of a review workbook in one language; headings are among those `survey.review` knows."""

    how_to: str
    title: str
    steps: tuple[str, ...]
    question: str
    answers: str
    unsure: str
    answers_sheet: str
    frame_sheet: str
    answer_id: str
    verbatim: str
    printed: str
    times: str
    code_number: str
    labels: str
    confidence: str
    decided_by: str
    agreed: str
    code: str
    label: str
    net: str
    merge: str
    definition: str
    examples: str
    given: str
    choice: str
    frame_of: str
    deciders: dict[str, str]
    left_out: str
    code_prompt: str
    merge_prompt: str


INDONESIAN = ReviewWording(
    how_to="Petunjuk",
    title="Tinjau kode jawaban terbuka",
    steps=(
        "1. Buka lembar satu pertanyaan. Jawaban yang paling tidak yakin ada di atas; yang di bawah batas keyakinan "
        "berwarna. Mulailah dari atas dan berhentilah kapan saja.",
        "2. Salah? Ganti kodenya pada kolom berwarna kuning: pilih dari daftar atau ketik nomor kode. Satu jawaban "
        "boleh punya beberapa kode. Baris boleh diurutkan, disaring, dan dihapus: yang dihapus tidak berubah.",
        "3. Sudah benar? Tulis x pada kolom Setuju: jawaban itu ikut melatih pengodean, dan tidak berubah lagi.",
        "4. Kerangka kode ada di lembar kedua setiap pertanyaan. Ubah nama: ganti Label. Gabung: pilih kode tujuan "
        "pada Gabung ke kode. Pecah atau tambah: tulis nomor dan label baru di baris kosong di bawah, lalu berikan "
        "nomor itu kepada jawabannya. Net: tulis judul net. Hapus: hapus barisnya.",
        "5. Simpan, lalu taruh berkas ini di folder inbox (atau: mcode review BERKAS). Yang Anda ubah disimpan "
        "selamanya, mengalahkan mesin pada setiap pengulangan, dan mengajarinya.",
    ),
    question="Pertanyaan",
    answers="Jawaban berbeda",
    unsure="Perlu ditinjau",
    answers_sheet="Jawaban",
    frame_sheet="Kerangka kode",
    answer_id="ID jawaban",
    verbatim="Jawaban",
    printed="Jawaban tercetak",
    times="Berapa kali",
    code_number="Kode {number}",
    labels="Label kode",
    confidence="Keyakinan",
    decided_by="Diputuskan oleh",
    agreed="Setuju (x)",
    code="Kode",
    label="Label",
    net="Net",
    merge="Gabung ke kode",
    definition="Definisi",
    examples="Contoh jawaban",
    given="Jumlah jawaban",
    choice="Pilihan",
    frame_of="{variable} kode",
    deciders={"rule": "aturan", "duplicate": "jawaban sama", "model": "mesin", "person": "orang"},
    left_out="{count} jawaban yang paling yakin tidak dimuat agar buku kerja tetap ringan",
    code_prompt="Pilih dari daftar, atau ketik nomor kode.",
    merge_prompt="Semua jawaban kode ini pindah ke kode yang dipilih.",
)

ENGLISH = ReviewWording(
    how_to="How to review",
    title="Review the codes of open answers",
    steps=(
        "1. Open the sheet of a question. The least sure answers come first; those below the threshold are coloured. "
        "Begin at the top and stop whenever you like.",
        "2. Wrong? Change the code in a yellow column: pick from the list or type the code's number. An answer may "
        "have several codes. Rows may be sorted, filtered and deleted: what you delete stays as it is.",
        "3. Right? Put an x into Agreed: the answer then teaches the coding and does not change any more.",
        "4. The code frame is on each question's second sheet. Rename: change the Label. Merge: pick the code to keep "
        "in Merge into code. Split or add: write a new number and label into an empty row below, then give that "
        "number to its answers. Net: write the net's heading. Delete: delete the row.",
        "5. Save, and put this file into the inbox folder (or: mcode review FILE). What you changed is kept for ever, "
        "wins over the machine in every re-run, and teaches it.",
    ),
    question="Question",
    answers="Different answers",
    unsure="To review",
    answers_sheet="Answers",
    frame_sheet="Code frame",
    answer_id="Answer id",
    verbatim="Verbatim",
    printed="Printed answer",
    times="How often",
    code_number="Code {number}",
    labels="Code labels",
    confidence="Confidence",
    decided_by="Decided by",
    agreed="Agreed (x)",
    code="Code",
    label="Label",
    net="Net",
    merge="Merge into code",
    definition="Definition",
    examples="Example answers",
    given="Answers",
    choice="Choice",
    frame_of="{variable} codes",
    deciders={"rule": "rule", "duplicate": "same answer", "model": "machine", "person": "person"},
    left_out="the {count} surest answers were left out to keep the workbook light",
    code_prompt="Pick from the list, or type the code's number.",
    merge_prompt="All answers of this code move to the code picked.",
)


def review_wording(language: str | None) -> ReviewWording:
    """The words of a language: `en`, else Indonesian."""
    return ENGLISH if language == "en" else INDONESIAN
