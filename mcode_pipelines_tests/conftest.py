"""Small surveys that many rooms' tests use: made here, of our own sentences."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

_THINGS = (
    "stafnya ramah",
    "pelayan sopan",
    "tempatnya bersih",
    "meja dan lantai bersih",
    "harganya murah",
    "murah meriah",
)
_WHEN = ("", "waktu makan siang", "setiap kali saya datang", "dibanding warung lain", "walaupun ramai")
_MORE = (
    "",
    "dan makanannya enak",
    "jadi betah",
    "parkirnya juga luas",
    "anak saya suka",
    "porsinya pas",
    "sambalnya juara",
)


def _liked(respondent: int) -> str:
    """What people write: a theme in one of two wordings, mostly with something about it."""
    if respondent % 10 == 9:
        return "tidak ada"
    parts = (_THINGS[respondent % 6], _WHEN[(respondent // 6) % 5], _MORE[(respondent // 3) % 7])
    return " ".join(part for part in parts if part)


def warung_table(respondents: int = 120) -> pl.DataFrame:
    """A short Indonesian survey: sex, area, six-point satisfaction, visits, an open answer, a phone number."""
    numbers = range(respondents)
    return pl.DataFrame(
        {
            "id_responden": [f"R{n:04}" for n in numbers],
            "Jenis kelamin": [("Laki-laki", "Perempuan")[n % 2] for n in numbers],
            "Wilayah tempat tinggal": [("Ambon", "Ternate", "Sorong")[n % 3] for n in numbers],
            "Seberapa puas Anda dengan pelayanan? (1-6)": [str(1 + (n * 7) % 6) for n in numbers],
            "Berapa kali Anda datang bulan ini?": [str((n * 3) % 17) for n in numbers],
            "Apa yang paling Anda sukai?": [_liked(n) for n in numbers],
            "Nomor HP": [f"0812{n:08}" for n in numbers],
        }
    )


@pytest.fixture
def warung_survey(tmp_path: Path) -> Path:
    """The warung survey as a CSV file."""
    path = tmp_path / "warung_2026.csv"
    warung_table().write_csv(path)
    return path
