"""The words of the harmonisation sheet, in the two languages of the output."""

from __future__ import annotations

from dataclasses import dataclass

from mcode_pipelines.survey.harmonisation_sheet import Look


@dataclass(frozen=True)
class HarmonisationWording:
    """Every fixed word of a harmonisation sheet; headings are among those `survey.harmonisation_sheet` knows."""

    how_to: str
    title: str
    sheet: str
    steps: tuple[str, ...]
    look: str
    looks: dict[Look, str]
    question: str
    code: str
    words: str
    how: str
    agreed: str
    row_id: str
    prompt: str
    yaml: str


INDONESIAN = HarmonisationWording(
    how_to="Petunjuk",
    title="Harmonisasi gelombang: {study}",
    sheet="Harmonisasi",
    steps=(
        "1. Satu baris satu pertanyaan (biru) atau satu pilihan di bawahnya; satu kolom satu gelombang, yang terlama "
        "di kiri. Isinya: nama variabel atau kode pada gelombang itu, lalu kata-katanya.",
        "2. Yang perlu dilihat ada di atas. Merah (putuskan): belum dibandingkan sampai Anda menulis bahwa itu sama. "
        "Kuning (periksa): dicocokkan menurut kata atau kode. Kolom Periksa dapat disaring.",
        "3. Sama? Tulis nama variabel (atau kode) gelombang itu di selnya. Tidak sama, tidak ditanyakan, atau tidak "
        "ada? Tulis -. Beberapa kode yang sama artinya: satu per baris di dalam sel (Alt+Enter), atau dengan titik "
        "koma. Dikosongkan: kembali seperti yang ditemukan program.",
        "4. Sudah benar? Tulis x pada Setuju: baris itu tetap begitu, juga untuk gelombang berikutnya. Baris boleh "
        "diurutkan, disaring, dan dihapus; yang dihapus tidak berubah.",
        "5. Simpan, lalu taruh berkas ini di folder inbox (atau: mcode tabulate ... --harmonisation BERKAS). Keputusan "
        "Anda berlaku untuk gelombang ini dan semua gelombang berikutnya, dan tabelnya dibuat ulang.",
    ),
    look="Periksa",
    looks={Look.NONE: "", Look.GUESSED: "periksa", Look.OPEN: "putuskan"},
    question="Pertanyaan",
    code="Kode",
    words="Kata-kata",
    how="Dicocokkan bagaimana",
    agreed="Setuju (x)",
    row_id="No. baris",
    prompt="Nama variabel atau kode gelombang {wave}; - bila tidak sama.",
    yaml="""\
Harmonisasi gelombang. Tulis keputusan di bawah `questions` dan `choices`, lalu taruh berkas ini di inbox:
  questions: {Q4: {2026-09: Q3}}           pertanyaan Q4 bernama Q3 pada gelombang 2026-09; null: tidak ditanyakan
  choices: {Q4: {2026-09: {7: 5}}}         kode 7 pada 2026-09 adalah pilihan 5 sekarang; null: pilihan tersendiri
`matched` hanya untuk dibaca: bagaimana semuanya dicocokkan.
""",
)

ENGLISH = HarmonisationWording(
    how_to="How to",
    title="Harmonisation of waves: {study}",
    sheet="Harmonisation",
    steps=(
        "1. One row is a question (blue) or a choice below it; one column is a wave, the oldest on the left. In a "
        "cell: the variable's name or the code in that wave, then its words.",
        "2. What needs a look stands first. Red (decide): not compared until you write that it is the same. Yellow "
        "(check): matched by what words and codes suggest. The column Look can be filtered.",
        "3. The same? Write that wave's variable name (or code) into its cell. Not the same, not asked, not offered? "
        "Write -. Several codes that mean the same: one a line within the cell (Alt+Enter), or with semicolons. "
        "Emptied: back to what the program finds.",
        "4. Right as it is? Write x under Agreed: the row stays so, for later waves too. Rows may be sorted, filtered "
        "and deleted; what is deleted does not change.",
        "5. Save, then drop this file into the inbox (or: mcode tabulate ... --harmonisation FILE). Your decisions "
        "hold for this wave and all later ones, and its tables are made anew.",
    ),
    look="Look",
    looks={Look.NONE: "", Look.GUESSED: "check", Look.OPEN: "decide"},
    question="Question",
    code="Code",
    words="Words",
    how="How it was matched",
    agreed="Agreed (x)",
    row_id="Row no.",
    prompt="Variable name or code of wave {wave}; - where it is not the same.",
    yaml="""\
Harmonisation of waves. Write decisions under `questions` and `choices`, then drop this file into the inbox:
  questions: {Q4: {2026-09: Q3}}           the question Q4 is called Q3 in wave 2026-09; null: not asked there
  choices: {Q4: {2026-09: {7: 5}}}         code 7 in 2026-09 is the choice that is 5 now; null: a choice of its own
`matched` is only to be read: how everything was matched.
""",
)


def harmonisation_wording(language: str) -> HarmonisationWording:
    """The words of a language: `id`, else English."""
    return INDONESIAN if language == "id" else ENGLISH
