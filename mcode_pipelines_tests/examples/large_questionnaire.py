"""A questionnaire of 200 questions as agencies really field them, with made answers: data and form in two versions."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import polars as pl

from mcode_pipelines.survey import ROW, FormSheet, RawSurvey, SourceNotes, SurveyForm, SurveyHead

ROUTES = [
    f"{a} - {b}"
    for a in ("Merak", "Bakauheni", "Ketapang", "Gilimanuk", "Padangbai", "Lembar", "Bajoe", "Kolaka")
    for b in (
        "Ajibata", "Ambarita", "Batam", "Bitung", "Galala", "Jepara", "Kariangau", "Kayangan", "Kupang", "Namlea",
        "Panajam", "Poto Tano", "Rote", "Sape", "Sibolga", "Siwa",
    )
]  # fmt: skip
SHIPS = [f"KMP {name}" for name in ("Portlink", "Sebuku", "Legundi", "Batumandi", "Nusa Jaya", "Reinna", "Dorothy")]
YES_NO = ["Ya", "Tidak"]
SATISFIED = ["Sangat tidak puas", "Tidak puas", "Cukup puas", "Puas", "Sangat puas"]
IMPORTANT = ["Sangat tidak penting", "Tidak penting", "Cukup penting", "Penting", "Sangat penting"]
REMARKS = [
    "kapal bersih dan nyaman", "awak ramah", "jadwal tepat waktu", "toilet kotor", "antrean terlalu panjang",
    "harga tiket mahal", "kantin lengkap", "tempat duduk kurang", "AC tidak dingin", "tidak ada",
]  # fmt: skip
REASONS = ["lewat agen", "dari kantor", "ikut rombongan", "lihat spanduk", "dari keluarga", "lewat grup warga"]
RESPONDENTS = 400


@dataclass
class Questionnaire:
    """Rows of the form, its lists, and a column of answers a question."""

    draw: random.Random = field(default_factory=lambda: random.Random(200))
    survey: list[tuple[str, str, str, str]] = field(default_factory=list)
    lists: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    columns: dict[str, list[str | None]] = field(default_factory=dict)

    def row(self, kind: str, name: str, label: str, relevant: str = "") -> None:
        """Something of the form that has no answers."""
        self.survey.append((kind, name, label, relevant))

    def ask(self, kind: str, name: str, label: str, answers: list[str | None], relevant: str = "") -> None:
        """A question with its answers."""
        self.row(kind, name, label, relevant)
        self.columns[name] = answers

    def choices(self, name: str, labels: list[str], *, other: bool = False, start: int = 1) -> list[str]:
        """A list of choices; returns its codes."""
        pairs = [(str(code), label) for code, label in enumerate(labels, start)]
        self.lists.setdefault(name, pairs + ([("96", "Lainnya, sebutkan")] if other else []))
        return [code for code, _ in self.lists[name]]

    def one_of(self, name: str, label: str, of: list[str], kind: str, weights: list[float] | None = None) -> None:
        """A single-choice question answered by all."""
        self.ask(f"select_one {kind}", name, label, list(self.draw.choices(of, weights, k=RESPONDENTS)))

    def battery(self, stem: str, question: str, answers: str, codes: list[str], items: int) -> None:
        """A note with the question, and items that share a list."""
        self.row("note", f"{stem}_note", question)
        for n in range(1, items + 1):
            self.one_of(f"{stem}_{n}", f"Atribut layanan ke-{n}", codes, answers, [1, 2, 4, 8, 5])

    def other_text(self, parent: str) -> None:
        """The text behind "other, specify" of a question."""
        given = [self.draw.choice(REASONS) if "96" in (code or "").split() else None for code in self.columns[parent]]
        self.ask("text", f"{parent}_L", "Lainnya, sebutkan", given, f"selected(${{{parent}}}, '96')")


def large_questionnaire() -> Questionnaire:
    """200 questions: screeners, 128 routes, batteries of 45 and 30 items, NPS as codes 1 to 11, six other-texts ..."""
    made = Questionnaire()
    yes = made.choices("ya", YES_NO)
    made.row("begin_group", "S", "Screening")
    for n in range(1, 4):  # everybody who is interviewed answered yes
        made.one_of(f"S{n}", f"Apakah Anda memenuhi syarat ke-{n}?", yes, "ya", [1, 0])
    made.one_of("S4", "Jenis kelamin", made.choices("jk", ["Laki-laki", "Perempuan"]), "jk")
    made.ask("integer", "S5", "Berapa usia Anda?", [str(made.draw.randint(17, 70)) for _ in range(RESPONDENTS)])
    made.one_of("S6", "Pekerjaan", made.choices("kerja", ["PNS", "Swasta", "Wirausaha", "Pelajar", "Lainnya"]), "kerja")
    made.one_of(
        "S7", "Pelabuhan keberangkatan", made.choices("pelabuhan", ["Merak", "Bakauheni", "Ketapang"]), "pelabuhan"
    )
    made.one_of("S8", "Pendidikan terakhir", made.choices("didik", ["SD", "SMP", "SMA", "D3", "S1", "S2"]), "didik")
    made.ask("text", "S9", "Nama lengkap", [f"Responden {n}" for n in range(RESPONDENTS)])
    made.ask("text", "S10", "Nomor HP", [f"0812{n:08d}" for n in range(RESPONDENTS)])
    made.row("end_group", "", "")
    made.row("begin_group", "A", "Perjalanan")
    made.one_of("A1", "Rute yang paling sering Anda lalui", made.choices("rute", ROUTES), "rute",
                [1 / (n + 1) for n in range(len(ROUTES))])  # fmt: skip
    made.ask("text", "A2", "Nama kapal yang Anda naiki", [made.draw.choice(SHIPS) for _ in range(RESPONDENTS)])
    for n in range(3, 9):
        codes = made.choices(f"a{n}", [f"Pilihan {c} untuk hal {n}" for c in range(1, 8)], other=True)
        given = [" ".join(made.draw.sample(codes, made.draw.randint(1, 3))) for _ in range(RESPONDENTS)]
        made.ask(f"select_multiple a{n}", f"A{n}", f"Apa saja yang Anda ketahui tentang hal {n}?", list(given))
        made.other_text(f"A{n}")
    made.row("end_group", "", "")
    made.row("begin_group", "B", "Penilaian")
    made.battery("B1", "Seberapa puas Anda dengan ...", "puas", made.choices("puas", SATISFIED), 45)
    made.battery("B2", "Seberapa penting bagi Anda ...", "penting", made.choices("penting", IMPORTANT), 30)
    points = made.choices(
        "nps", ["0 (Tidak akan merekomendasikan)", *map(str, range(1, 10)), "10 (Pasti merekomendasikan)"]
    )
    made.one_of("B3", "Seberapa besar kemungkinan Anda merekomendasikan kami?", points, "nps", [1] * 7 + [4, 6, 8, 6])
    made.row("end_group", "", "")
    made.row("begin_group", "C", "Biaya")
    for n in range(1, 7):
        paid = made.choices("bayar", ["Tunai", "Kartu", "Tidak membayar"])
        made.one_of(f"C{n}", f"Bagaimana Anda membayar biaya ke-{n}?", paid, "bayar")
        amounts = [str(made.draw.randrange(5000, 300000, 500)) if c != "3" else None for c in made.columns[f"C{n}"]]
        asked = f"${{C{n}}} = '1' or ${{C{n}}} = '2'"
        made.ask("integer", f"C{n}_rp", f"Berapa rupiah yang Anda bayar untuk biaya ke-{n}?", list(amounts), asked)
    made.row("end_group", "", "")
    made.row("begin_group", "D", "Kebiasaan")
    asked = sum(name in made.columns for name in made.columns)
    for n in range(1, 200 - asked - 2):
        codes = made.choices(f"d{n % 6}", [f"Jawaban {c}" for c in range(1, 3 + n % 6)])
        made.one_of(f"D{n}", f"Bagaimana kebiasaan Anda nomor {n}?", codes, f"d{n % 6}")
    for n in (1, 2, 3):
        made.ask(
            "text",
            f"E{n}",
            f"Apa saran Anda untuk bagian {n}?",
            [made.draw.choice(REMARKS) for _ in range(RESPONDENTS)],
        )
    made.row("end_group", "", "")
    return made


def form_of(made: Questionnaire) -> SurveyForm:
    """The form in its last version."""
    rows = tuple((kind, name or None, label or None, relevant or None) for kind, name, label, relevant in made.survey)
    lists = tuple((name, code, label) for name, pairs in made.lists.items() for code, label in pairs)
    return SurveyForm(
        survey=FormSheet(name="survey", header=("type", "name", "label", "relevant"), rows=rows),
        choices=FormSheet(name="choices", header=("list_name", "name", "label"), rows=lists),
    )


def survey_of(made: Questionnaire) -> RawSurvey:
    """The data: the first 150 respondents were asked an earlier version, without the questions D1 to D5."""
    columns = {
        name: [None] * 150 + values[150:] if name in {f"D{n}" for n in range(1, 6)} else values
        for name, values in made.columns.items()
    }
    columns["__version__"] = ["v1"] * 150 + ["v2"] * (RESPONDENTS - 150)
    data = pl.DataFrame(columns).with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    head = SurveyHead(source=SourceNotes(kind="csv", file="survei.csv"), headers=(tuple(columns),), form=form_of(made))
    return RawSurvey(data.lazy(), head)
