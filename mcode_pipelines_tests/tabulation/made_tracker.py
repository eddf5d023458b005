"""A tracker of eight waves about soy sauce, with everything that goes wrong in trackers; made in memory."""

from __future__ import annotations

import random
from dataclasses import dataclass

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import Codebook, RawSurvey
from mcode_pipelines.tabulation import Wave
from mcode_pipelines_tests.detection.made import form, survey

PEOPLE = 120
FIVE = ("Sangat tidak puas", "Tidak puas", "Biasa saja", "Puas", "Sangat puas")
SEVEN = ("Amat tidak puas", "Tidak puas", "Agak tidak puas", "Biasa saja", "Agak puas", "Puas", "Amat puas")
_MONTHS = ("2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
_BRANDS: dict[str, dict[int, str]] = {
    "2026-03": {1: "Bango", 2: "ABC", 3: "Sedaap"},
    "2026-04": {1: "Bango", 2: "ABC", 3: "Sedaap", 4: "Indofood"},
    "2026-05": {1: "Bango Manis", 2: "ABC", 3: "Sedaap", 4: "Indofood"},
    "2026-06": {4: "Indofood", 3: "Sedaap", 2: "ABC", 1: "Bango Manis"},
    "2026-07": {1: "Bango Manis", 3: "Sedaap", 4: "Indofood"},
    "2026-08": {1: "Bango Manis", 2: "Nasional", 3: "Sedaap", 4: "Indofood"},
    "2026-09": {1: "Bango Manis", 2: "Nasional", 3: "SEDAAP", 5: "Indofood"},
    "2026-10": {1: "Bango Manis", 2: "Nasional", 3: "Sedaap", 5: "Indofood"},
}
"""Added in April, reworded in May, listed the other way round in June; ABC leaves in July and gives its number to
Nasional in August; Indofood gets another number in September."""


@dataclass(frozen=True)
class MadeWave:
    """One wave, with the answers that were written into it."""

    label: str
    raw: RawSurvey
    codebook: Codebook
    brand: list[str]
    """What each respondent uses most, as the form of the wave calls it."""
    satisfied: list[int]
    """From 1; of five points until July, then of seven."""
    again: list[str]
    weight: list[float]

    @property
    def wave(self) -> Wave:
        """As tables take it."""
        return Wave(self.label, self.raw, self.codebook)


def tracker() -> list[MadeWave]:
    """The eight waves, oldest first."""
    return [_made(number, label) for number, label in enumerate(_MONTHS)]


def _made(number: int, label: str) -> MadeWave:
    chance = random.Random(number)
    brands = _BRANDS[label]
    points = FIVE if label <= "2026-07" else SEVEN
    codes = [chance.choice(list(brands)) for _ in range(PEOPLE)]
    satisfied = [chance.randint(1, len(points)) for _ in range(PEOPLE)]
    sex = [chance.choice(["1", "2"]) for _ in range(PEOPLE)]
    again = [chance.choice(["1", "2"]) for _ in range(PEOPLE)]
    weight = [round(chance.uniform(0.5, 1.5), 2) for _ in range(PEOPLE)]
    said = [chance.randint(1, 4) for _ in range(PEOPLE)]
    weight_name = "bobot" if label <= "2026-08" else "penimbang"
    asked = "Q3" if label <= "2026-06" else "Q3a"
    item = "Kemasan" if label <= "2026-04" else "Promosi"
    questions = [
        ("select_one sex", "S1", "Jenis kelamin"),
        ("select_one brand", "Q1", "Kecap yang paling sering dipakai"),
        ("begin_group", "Q2", "Seberapa puas Anda dengan hal berikut?"),
        ("select_one puas", "Q2_1", "Rasa"),
        ("select_one puas", "Q2_2", item),
        ("end_group", None, None),
        ("select_one ya", asked, "Apakah akan membeli lagi bulan depan?"),
        ("select_one kali", "Q4", "Frekuensi memasak dengan kecap"),
        ("decimal", weight_name, "Bobot"),
    ]
    data: dict[str, list[object]] = {
        "S1": list(sex),
        "Q1": [str(code) for code in codes],
        "Q2_1": [str(point) for point in satisfied],
        "Q2_2": [str(chance.randint(1, len(points))) for _ in range(PEOPLE)],
        asked: list(again),
        "Q4": [str(n) for n in said],
        weight_name: list(weight),
    }
    if label >= "2026-09":  # no longer asked
        questions = [q for q in questions if q[1] != "Q4"]
        del data["Q4"]
    lists = [
        ("sex", "1", "Laki-laki" if label != "2026-05" else "Pria"),
        ("sex", "2", "Perempuan" if label != "2026-05" else "Wanita"),
        *(("brand", str(code), name) for code, name in brands.items()),
        *(("puas", str(at), word) for at, word in enumerate(points, start=1)),
        ("ya", "1", "Ya"),
        ("ya", "2", "Tidak"),
        *(("kali", str(at), word) for at, word in enumerate(("Tiap hari", "Sering", "Jarang", "Belum"), start=1)),
    ]
    raw = survey(data, form=form([(*q, None) for q in questions], lists), tool="kobo")
    return MadeWave(label, raw, detect(raw), [brands[c] for c in codes], satisfied, again, weight)
