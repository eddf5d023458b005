"""What is understood of a file's name."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcode_pipelines.intake.upload_name import parse_upload_name, study_name
from mcode_pipelines.survey import Placed, in_order, parse_wave


@pytest.mark.parametrize(
    ("name", "slug", "study", "wave"),
    [
        ("Kepuasan Penumpang 2026-11.xlsx", "kepuasan-penumpang-2026-11", "kepuasan-penumpang", "2026-11"),
        ("20261123_ferry.csv", "20261123-ferry", "ferry", None),
        ("Ferry 23 November 2026.csv", "ferry-23-november-2026", "ferry", "2026-11-23"),
        ("ferry_Nov2026.csv", "ferry-nov2026", "ferry", "2026-11"),
        ("Feri Agustus 2026.csv", "feri-agustus-2026", "feri", "2026-08"),
        ("ferry Q3 2026.csv", "ferry-q3-2026", "ferry", "2026-Q3"),
        ("Brand tracker W3.sav", "brand-tracker-w3", "brand-tracker", "3"),
        ("Brand tracker wave 03 2026.sav", "brand-tracker-wave-03-2026", "brand-tracker", "2026-W03"),
        ("kereta gelombang 12.xlsx", "kereta-gelombang-12", "kereta", "12"),
        ("ferry 2026.csv", "ferry-2026", "ferry", "2026"),
        ("ferry (1).csv", "ferry", "ferry", None),
        ("Survei Kapal - Salinan.xlsx", "survei-kapal", "survei-kapal", None),
        ("Café Münster.csv", "cafe-munster", "cafe-munster", None),
        ("3000 respondents.csv", "3000-respondents", "3000-respondents", None),
        (
            "Ferry_-_all_versions_-_False_-_2026-11-23-10-11-12.xlsx",
            "ferry-2026-11-23-10-11-12",
            "ferry",
            None,
        ),
    ],
)
def test_study_and_wave_are_read_from_names_people_give(name, slug, study, wave):
    understood = parse_upload_name(name)
    assert (understood.slug, understood.study, understood.wave) == (slug, study, wave)


def test_two_waves_of_a_study_have_the_same_study():
    names = ["Ferry W1 2026-01.csv", "Ferry W2 2026-05.csv", "ferry wave 3.csv", "Ferry 2026-11-23.xlsx"]
    assert {parse_upload_name(name).study for name in names} == {"ferry"}


def test_a_long_name_keeps_its_wave():
    understood = parse_upload_name(
        "Laporan survei kepuasan pelanggan kereta api jarak jauh seluruh Indonesia 2026-11.csv"
    )
    assert understood.slug.endswith("-2026-11")
    assert understood.slug.startswith("laporan-survei-kepuasan")


@pytest.mark.parametrize("folder", ["Kepuasan Feri 2026-11", "feri"])
def test_a_folder_that_says_more_names_the_upload(folder):
    assert parse_upload_name("data.xlsx", folder).readable == folder


@pytest.mark.parametrize("folder", ["New folder", "Folder baru (2)", "data", "upload"])
def test_a_folder_that_says_nothing_does_not(folder):
    assert parse_upload_name("Kepuasan Feri.xlsx", folder).readable == "Kepuasan Feri"


@pytest.mark.parametrize(
    "name", ["data.xlsx", "survey (2).csv", "\u8c03\u67e5.csv", "Raw data final.xlsx", "2026-11.csv"]
)
def test_names_that_anything_could_have_are_generic(name):
    assert parse_upload_name(name).generic


def test_a_name_that_tells_something_is_not_generic():
    assert not parse_upload_name("Ferry data 2026.xlsx").generic


@given(st.text(max_size=120), st.none() | st.text(max_size=60))
def test_every_name_gives_a_safe_slug(name, folder):
    understood = parse_upload_name(name, folder)
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", understood.slug)
    assert understood.study
    assert understood.readable


NAMES = [
    # name, folder, study, wave as printed; in the order of time within a block
    ("Pelacak Kopi 2025 W12.sav", None, "pelacak-kopi", "2025-W12"),
    ("Pelacak Kopi Sep'25.xlsx", None, "pelacak-kopi", "2025-09"),
    ("Pelacak Kopi W1 2026.xlsx", None, "pelacak-kopi", "2026-W01"),
    ("Pelacak Kopi 0226.csv", None, "pelacak-kopi", "2026-02"),
    ("Pelacak Kopi Maret 2026.csv", None, "pelacak-kopi", "2026-03"),
    ("Pelacak Kopi Q1 2026.csv", None, "pelacak-kopi", "2026-Q1"),
    ("Pelacak Kopi H1 2026.csv", None, "pelacak-kopi", "2026-H1"),
    ("Pelacak Kopi Jul26.csv", None, "pelacak-kopi", "2026-07"),
    ("data.xlsx", "Pelacak Kopi Agt 2026", "pelacak-kopi", "2026-08"),
    ("Kopi_-_all_versions_-_False_-_2026-10-02-03-04-05.xlsx", "Pelacak Kopi 2026-09", "pelacak-kopi", "2026-09"),
    ("pelacak kopi 2026Q3.xlsx", None, "pelacak-kopi", "2026-Q3"),
    ("PelacakKopi_wk41_2026.csv", None, "pelacak-kopi", "2026-W41"),
    ("2026-11-02_Pelacak Kopi Okt 26.xlsx", None, "pelacak-kopi", "2026-10"),
    ("data_nov.xlsx", "Pelacak_Kopi_30-11-2026", "pelacak-kopi", "2026-11-30"),
    ("Pelacak Kopi 202612.xlsx", None, "pelacak-kopi", "2026-12"),
    ("Pelacak Kopi semester II 2026.xlsx", None, "pelacak-kopi", "2026-H2"),
    ("Pelacak Kopi 12-2027.xlsx", None, "pelacak-kopi", "2027-12"),
    (None,),
    ("Tracker Susu wave 1.sav", None, "tracker-susu", "1"),
    ("Tracker Susu Wave II.sav", None, "tracker-susu", "2"),
    ("Tracker Susu Gelombang III.sav", None, "tracker-susu", "3"),
    ("Tracker Susu gelombang keempat.sav", None, "tracker-susu", "4"),
    ("Tracker Susu Tahap 5.sav", None, "tracker-susu", "5"),
    ("Tracker Susu gel. ke-6.sav", None, "tracker-susu", "6"),
    ("Tracker Susu 7th wave.sav", None, "tracker-susu", "7"),
    ("Tracker Susu eighth wave.sav", None, "tracker-susu", "8"),
    ("TrackerSusu_W9.sav", None, "tracker-susu", "9"),
    ("Tracker Susu R10.sav", None, "tracker-susu", "10"),
    ("Tracker Susu putaran ke sebelas.sav", None, "tracker-susu", "11"),
    (None,),
    ("Teh M1.csv", None, "teh", "M1"),
    ("Teh Februari.csv", None, "teh", "M2"),
    ("Teh Q1.csv", None, "teh", "Q1"),
    ("Teh triwulan II.csv", None, "teh", "Q2"),
    ("Teh semester 1.csv", None, "teh", "H1"),
    ("Teh bulan Juli.csv", None, "teh", "M7"),
    ("Teh bln 8.csv", None, "teh", "M8"),
    ("Teh M09.csv", None, "teh", "M9"),
    ("Teh kuartal ketiga.csv", None, "teh", "Q3"),
    ("Teh minggu ke-41.csv", None, "teh", "W41"),
    ("Teh Bulan 10.csv", None, "teh", "M10"),
    ("Teh W46.csv", None, "teh", "W46"),
    (None,),
    ("Bank BCD Okt-2026 final.xlsx", None, "bank-bcd", "2026-10"),
    ("Bank BCD Okt 2026 revisi.xlsx", None, "bank-bcd", "2026-10"),
    ("Bank BCD v2 Okt 2026.xlsx", None, "bank-bcd", "2026-10"),
    ("Bank BCD Oktober 2026 rev2.xlsx", None, "bank-bcd", "2026-10"),
    ("Bank BCD Oct 2026 (redeliver).xlsx", None, "bank-bcd", "2026-10"),
    ("Bank BCD 2026-10 (1).xlsx", None, "bank-bcd", "2026-10"),
    ("Bank BCD 2026-10 - Copy (2).xlsx", None, "bank-bcd", "2026-10"),
    ("Copy of Bank BCD 10-2026.xlsx", None, "bank-bcd", "2026-10"),
    ("Salinan dari Bank BCD 202610.xlsx", None, "bank-bcd", "2026-10"),
    ("FINAL_Bank_BCD_Okt26_v3.xlsx", None, "bank-bcd", "2026-10"),
    ("Bank BCD - Okt 2026 [kirim ulang].xlsx", None, "bank-bcd", "2026-10"),
    ("Raw data Bank BCD (Okt 2026).csv", None, "bank-bcd", "2026-10"),
    ("Bank BCD sebagian 2026-10.csv", None, "bank-bcd", "2026-10"),
    ("2026-10.xlsx", "Bank BCD", "bank-bcd", "2026-10"),
    ("Bank BCD.xlsx", "Oktober 2026", "bank-bcd", "2026-10"),
    ("Bank BCD bulan ke-10 tahun 2026.xlsx", None, "bank-bcd", "2026-10"),
    (None,),
    ("Produk Baru_October 5, 2026_10.31.csv", None, "produk-baru", None),
    ("Produk Baru - latest version - labels - 2026-10-02-03-04-05.xlsx", None, "produk-baru", None),
    ("2026-10-02_Produk Baru.xlsx", None, "produk-baru", None),
    ("Produk Baru_20261002_031500.xlsx", None, "produk-baru", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "folder", "study", "wave"), [row for row in NAMES if row[0] is not None])
def test_a_table_of_names(name, folder, study, wave):
    understood = parse_upload_name(name, folder)
    assert (understood.study, understood.wave) == (study, wave)


def test_a_wave_as_printed_names_the_same_wave_again():
    for row in NAMES:
        if row[0] is not None and row[3] is not None:
            assert parse_wave(row[3]).printed == row[3]


@given(st.randoms())
def test_waves_stand_in_the_order_of_time_whatever_they_are_called_and_whenever_they_came(random):
    blocks: list[list[str]] = [[]]
    for row in NAMES[: NAMES.index(("Bank BCD Okt-2026 final.xlsx", None, "bank-bcd", "2026-10"))]:
        blocks.append([]) if row[0] is None else blocks[-1].append(row[3])
    for block in filter(None, blocks):
        came = [datetime(2027, 1, day + 1, tzinfo=UTC) for day in range(len(block))]
        random.shuffle(came)
        placed = [Placed(wave, parse_wave(wave), when) for wave, when in zip(block, came, strict=True)]
        random.shuffle(placed)
        assert in_order(placed) == block


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Kopi Okt 2026.xlsx", "Kopi Okt 2026 revisi.xlsx"),
        ("Kopi Okt 2026 final.xlsx", "Kopi Okt 2026 v2.xlsx"),
        ("Kopi Okt 2026 v2.xlsx", "Kopi Okt 2026 rev2.xlsx"),
        ("Kopi Okt 2026 rev 2.xlsx", "Kopi Okt 2026 versi 3.xlsx"),
        ("Kopi sebagian Okt 2026.xlsx", "Kopi Okt 2026.xlsx"),
        ("Kopi Okt 2026.xlsx", "Kopi Okt 2026 (redeliver).xlsx"),
    ],
)
def test_marks_say_which_delivery_comes_later(earlier, later):
    assert parse_upload_name(earlier).delivery < parse_upload_name(later).delivery


@pytest.mark.parametrize(
    "copy", ["Kopi Okt 2026 (1).xlsx", "Kopi Okt 2026 - Salinan.xlsx", "Copy of Kopi Okt 2026.xlsx"]
)
def test_a_copy_is_no_later_delivery(copy):
    assert parse_upload_name(copy).delivery == parse_upload_name("Kopi Okt 2026.xlsx").delivery


def test_a_tools_date_says_when_the_data_were_exported():
    name = "Kopi_-_all_versions_-_False_-_2026-10-02-03-04-05.xlsx"
    assert parse_upload_name(name).exported == datetime(2026, 10, 2, 3, 4, 5)
    assert parse_upload_name("2026-10-02_Kopi.xlsx").exported == datetime(2026, 10, 2)


@pytest.mark.parametrize(
    ("written", "study"), [("Pelacak Roti", "pelacak-roti"), ("pelacak_roti", "pelacak-roti"), ("?", "survey")]
)
def test_a_persons_word_for_a_study_is_written_as_those_of_names(written, study):
    assert study_name(written) == study
