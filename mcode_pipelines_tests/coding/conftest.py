"""Questions that the tests of coding share."""

from __future__ import annotations

import random
from collections.abc import Callable

import polars as pl
import pytest

from mcode_pipelines.coding import Embedder, OpenQuestion, default_embedder
from mcode_pipelines.survey import ROW, Code, CodeFrame

AskedOf = Callable[..., OpenQuestion]

THEMES: dict[str, tuple[str, ...]] = {
    "Toilet kotor": (
        "toilet kotor",
        "toiletnya kotor banget",
        "wc jorok",
        "toilet bau pesing",
        "WC nya bau",
        "toilet kotor",
        "kamar mandi kotor dan bau",
        "tolet kotor sekali",
        "toilet tdk dibersihkan",
    ),
    "Jadwal terlambat": (
        "jadwal sering terlambat",
        "kapal telat berangkat",
        "jadwal molor terus",
        "keberangkatan terlambat",
        "kapalnya terlambat 2 jam",
        "jadwal tidak tepat waktu",
        "jadwal sering terlambat",
        "telat berangkat",
    ),
    "Tiket mahal": (
        "tiket mahal",
        "harga tiket mahal",
        "tiketnya kemahalan",
        "harga tiket terlalu mahal",
        "tiket mahal bgt",
        "tarif tiket naik terus",
        "tiket mahal",
    ),
    "Petugas tidak ramah": (
        "petugas tidak ramah",
        "petugas jutek",
        "petugasnya kasar",
        "petugas gak ramah",
        "pelayanan petugas buruk",
        "petugas tidak ramah",
        "petugas galak sama penumpang",
    ),
    "Tempat duduk kurang": (
        "tempat duduk kurang",
        "kursi kurang banyak",
        "tidak dapat tempat duduk",
        "kursinya sedikit",
        "tempat duduk kurang",
        "kursi rusak",
        "kekurangan kursi",
    ),
}
NON_ANSWERS = ("tidak ada", "TA", "-", "tdk tau", "gak ada", "n/a", "tidak tahu")


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return default_embedder()


@pytest.fixture(scope="session")
def asked() -> AskedOf:
    """Makes a question from its answers."""

    def make(answers: list[str], language: str = "id", variable: str = "E4", text: str = "Apa keluhan Anda?"):
        table = pl.DataFrame(
            {
                ROW: range(1, len(answers) + 1),
                "respondent": [f"r{i}" for i in range(1, len(answers) + 1)],
                "verbatim": answers,
            },
            schema={ROW: pl.Int64, "respondent": pl.String, "verbatim": pl.String},
        )
        return OpenQuestion(variable, text, language, table)

    return make


@pytest.fixture(scope="session")
def ferry_complaints(asked: AskedOf) -> tuple[OpenQuestion, list[set[str]]]:
    """300 answers of one or two complaints, and the themes each was made of (empty for a non-answer)."""
    rng = random.Random(7)
    answers: list[str] = []
    truth: list[set[str]] = []
    names = list(THEMES)
    for _ in range(300):
        if rng.random() < 0.15:
            answers.append(rng.choice(NON_ANSWERS))
            truth.append(set())
            continue
        themes = rng.sample(names, 2 if rng.random() < 0.3 else 1)
        text = rng.choice((", ", " dan ", ". ")).join(rng.choice(THEMES[t]) for t in themes)
        answers.append(rng.choice((str.lower, str.upper, str.capitalize))(text))
        truth.append(set(themes))
    return asked(answers), truth


@pytest.fixture(scope="session")
def complaints_frame() -> CodeFrame:
    """The frame an analyst would bring."""
    codes = [Code(code=n, label=label) for n, label in enumerate(THEMES, start=1)]
    return CodeFrame(
        variable="E4",
        question="Apa keluhan Anda?",
        language="id",
        codes=(*codes, Code(code=6, label="Lainnya"), Code(code=99, label="Tidak ada jawaban")),
        other=6,
        origin="given",
    )
