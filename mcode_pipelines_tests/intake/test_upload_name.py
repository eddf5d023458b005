"""What is understood of a file's name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcode_pipelines.intake.upload_name import parse_upload_name


@pytest.mark.parametrize(
    ("name", "slug", "study", "wave"),
    [
        ("Kepuasan Penumpang 2026-11.xlsx", "kepuasan-penumpang-2026-11", "kepuasan-penumpang", "2026-11"),
        ("20261123_ferry.csv", "20261123-ferry", "ferry", "2026-11-23"),
        ("Ferry 23 November 2026.csv", "ferry-23-november-2026", "ferry", "2026-11-23"),
        ("ferry_Nov2026.csv", "ferry-nov2026", "ferry", "2026-11"),
        ("Feri Agustus 2026.csv", "feri-agustus-2026", "feri", "2026-08"),
        ("ferry Q3 2026.csv", "ferry-q3-2026", "ferry", "2026-Q3"),
        ("Brand tracker W3.sav", "brand-tracker-w3", "brand-tracker", "3"),
        ("Brand tracker wave 03 2026.sav", "brand-tracker-wave-03-2026", "brand-tracker", "3"),
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
            "2026-11-23",
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
