"""A tracker of eight waves of motor oil users, with what happens to trackers: a folder (form and data) a wave.

Every wave keeps what its respondents mean beside what its data say, so that tests can count without the product.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import polars as pl

WAVES = tuple(f"2026-0{month}" for month in range(1, 9))
PEOPLE = 60

_FIVE = ("Sangat tidak puas", "Tidak puas", "Biasa saja", "Puas", "Sangat puas")
_SEVEN = (
    "Sangat tidak puas", "Tidak puas", "Agak tidak puas", "Biasa saja", "Agak puas", "Puas", "Sangat puas",
)  # fmt: skip
_TOWNS = ("Kupang", "Bandung", "Medan")
_SHOUTED = ("KUPANG", "bandung ", "Kota Medan")
_LIKED = {
    "Harga": ("harganya murah", "murah meriah", "harga terjangkau", "harga murah sekali"),
    "Ramah": ("montirnya ramah", "pelayan ramah sekali", "ramah dan sopan", "montir ramah"),
    "Cepat": ("servisnya cepat", "cepat selesai", "pengerjaan cepat", "servis cepat"),
    "Antre": ("antrean panjang", "antre terlalu lama", "antrenya lama sekali", "antre panjang"),
    "Aplikasi": ("pesan lewat aplikasi mudah", "aplikasinya praktis", "booking di aplikasi gampang"),
}
_OTHERS = ("Tirta Oli", "Panca Lube")


@dataclass(frozen=True)
class TrackerWave:
    """One wave: the form, the data as exported, and what each respondent means."""

    name: str
    survey: tuple[tuple[str, ...], ...]
    lists: Mapping[str, tuple[tuple[str, str], ...]]
    data: pl.DataFrame
    meant: pl.DataFrame

    def write(self, folder: Path) -> Path:
        """The folder of the wave: form and data, an Excel file in every other wave, else CSV."""
        own = folder / f"Pelacak Oli {self.name}"
        own.mkdir(parents=True)
        book = openpyxl.Workbook()
        questions = book.active
        assert questions is not None
        questions.title = "survey"
        for row in (("type", "name", "label", "relevant"), *self.survey):
            questions.append(row)
        choices = book.create_sheet("choices")
        choices.append(("list_name", "name", "label"))
        for name, pairs in self.lists.items():
            for code, label in pairs:
                choices.append((name, int(code), label))
        book.save(own / "form.xlsx")
        if int(self.name[-2:]) % 2:
            self.data.write_csv(own / "data.csv")
        else:
            sheet = openpyxl.Workbook()
            assert sheet.active is not None
            sheet.active.append(self.data.columns)
            for record in self.data.iter_rows():
                sheet.active.append(record)
            sheet.save(own / "data.xlsx")
        return own


def brands_of(number: int) -> tuple[tuple[str, str], ...]:
    """Codes and labels of the brands that a wave prints.

    A brand comes (2), one goes (3), its number is used again (4), a number that was coined is printed for something
    else (5), a coined brand is printed under a number of its own (6), a label is reworded and the order turned (7).
    """
    brands = {"1": "Garda", "2": "Roda Mas", "3": "Cakra", "4": "Bajatama"}
    if number >= 2:
        brands["6"] = "Samudra"
    if number >= 3:
        del brands["3"]
    if number >= 4:
        brands["3"] = "Kencana"
    if number >= 6:
        brands["7"] = "Tirta Oli"
    if number >= 7:
        brands["2"] = "Roda Mas Super"
    listed = sorted(brands.items(), reverse=number >= 7)
    return (*listed, ("96", "Lainnya"), *([("97", "Tidak tahu mereknya")] if number >= 5 else []))


def tracker_wave(number: int, people: int = PEOPLE) -> TrackerWave:
    """Wave 1 to 8. The same number is always the same wave."""
    draw = random.Random(f"oil {number}")
    brands = brands_of(number)
    points = _SEVEN if number >= 5 else _FIVE
    codes = [code for code, _ in brands]
    label_of = dict(brands)
    months = "ganti_oli" if number >= 7 else "bulan_oli"
    weight = "penimbang" if number >= 5 else "bobot"
    column: dict[str, list[object]] = {}
    meant: dict[str, list[object]] = {}

    def put(name: str, value: object) -> None:
        column.setdefault(name, []).append(value)

    def means(name: str, value: object) -> None:
        meant.setdefault(name, []).append(value)

    for n in range(people):
        town = draw.randrange(3)
        put("_uuid", f"w{number}-{n:03}")
        put("kel", draw.choice("12"))
        put("kota", (_SHOUTED if number == 3 else _TOWNS)[town])
        means("kota", _TOWNS[town])
        brand = draw.choice(codes)
        other = draw.choice(_OTHERS[1:] if number >= 6 else _OTHERS) if brand == "96" else None
        put("merek", brand)
        put("merek_lain", other)
        means("merek", other or label_of[brand].removesuffix(" Super"))
        known = sorted(draw.sample([c for c in codes if c != "97"], 3), key=codes.index)
        for code in codes:
            if code != "97":
                put(f"kenal/{code}", int(code in known))
        means("kenal", [label_of[code].removesuffix(" Super") for code in known])
        for item in (1, 2):
            answer = draw.randint(1, len(points))
            put(f"puas_{item}", answer)
            means(f"puas_{item}", answer)
        visits = draw.randint(0, 9)
        put("servis", visits if number < 6 else 1 + (visits > 2) + (visits > 5))
        means("servis", visits)
        put(months, draw.choice("123"))
        means("bulan", column[months][-1])
        if number < 6:
            put("iklan", draw.choice("12"))
            means("iklan", column["iklan"][-1])
        else:
            put("pesan", draw.choice("12"))
        said = draw.choice(["Harga", "Ramah", "Cepat", *(["Antre"] if number < 6 else ["Aplikasi"])])
        put("suka", draw.choice(_LIKED[said]))
        means("suka", said)
        share = draw.choice([0.5, 1.0, 1.5])
        put(weight, share)
        means("bobot", share)
    survey = (
        ("select_one kel", "kel", "Jenis kelamin"),
        ("select_one merek", "merek", "Oli motor merek apa yang terakhir Anda pakai?"),
        ("text", "merek_lain", "Lainnya, sebutkan", "${merek} = '96'"),
        ("select_multiple kenal", "kenal", "Merek oli apa saja yang Anda kenal?"),
        ("begin_group", "puas", "Seberapa puas Anda dengan bengkel langganan?"),
        ("select_one puas", "puas_1", "Kebersihan ruang tunggu"),
        ("select_one puas", "puas_2", "Keahlian montir" if number < 4 else "Kelengkapan suku cadang"),
        ("end_group",),
        ("integer" if number < 6 else "select_one kali", "servis", "Berapa kali motor Anda diservis setahun ini?"),
        ("select_one bulan", months, "Kapan terakhir kali Anda mengganti oli?"),
        ("select_one ya", "iklan", "Apakah Anda melihat iklan oli bulan ini?")
        if number < 6
        else ("select_one ya", "pesan", "Apakah Anda memesan servis lewat aplikasi?"),
        ("text", "suka", "Apa yang paling berkesan dari bengkel Anda?"),
        ("decimal", weight, "Bobot" if number < 5 else "Penimbang responden"),
    )
    lists = {
        "kel": (("1", "Laki-laki"), ("2", "Perempuan")),
        "merek": brands,
        "kenal": tuple(pair for pair in brands if pair[0] != "97"),
        "puas": tuple((str(i), label) for i, label in enumerate(points, 1)),
        "bulan": (("1", "Bulan ini"), ("2", "Bulan lalu"), ("3", "Lebih lama")),
        "ya": (("1", "Ya"), ("2", "Tidak")),
        **({"kali": (("1", "0-2 kali"), ("2", "3-5 kali"), ("3", "6 kali atau lebih"))} if number >= 6 else {}),
    }
    return TrackerWave(WAVES[number - 1], survey, lists, pl.DataFrame(column), pl.DataFrame(meant))
