"""Which short answers are one thing, and which are not."""

from __future__ import annotations

import pytest

from mcode_pipelines.coding.alike import SHORT_FORM, spelled_alike
from mcode_pipelines.coding.printed_choices import PrintedChoices, key_of
from mcode_pipelines.coding.sounds import sound_alike


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("apanza", "avanza"),
        ("soerabaja", "surabaya"),
        ("tjirebon", "cirebon"),
        ("kwalitas", "kualitas"),
        ("senia", "xenia"),
        ("ekspander", "xpander"),
        ("mall", "mal"),
        ("koka", "coca"),
        ("syiar", "siar"),
        ("bhakti", "bakti"),
        ("djawa", "jawa"),
    ],
)
def test_words_that_are_spelled_by_ear_sound_alike(written: str, meant: str):
    assert sound_alike(written, meant) or spelled_alike((written,), (meant,)) > SHORT_FORM


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("crv", "hrv"), ("bca", "bsa"), ("sulut", "sumut"), ("sulsel", "sumsel"), ("solo", "solok"), ("fila", "villa"),
        ("agya", "ayla"), ("medan", "madiun"), ("magelang", "pemalang"), ("pemalang", "malang"), ("btn", "btpn"),
        ("cimb", "jago"), ("bri", "bni"), ("batam", "batang"), ("jateng", "jatim"),
    ],
)  # fmt: skip
def test_names_that_differ_in_a_letter_are_two(one: str, other: str):
    assert spelled_alike((one,), (other,)) == 0


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("irt", "ibu rumah tangga"),
        ("mgl", "magelang"),
        ("smg", "semaring"),
        ("jkt", "jakarta"),
        ("bdg", "bandung"),
        ("dps", "denpasar"),
        ("lotim", "lombok timur"),
    ],
)
def test_abbreviations_are_initials_syllables_or_consonants(short: str, long: str):
    assert spelled_alike((short,), tuple(long.split())) == SHORT_FORM


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("blu", "balung"),
        ("mega", "megamall"),
        ("bjb", "banjarmasin raya"),
        ("alo", "alun alun lor"),
        ("ace", "aceh"),
        ("mrt", "minimarket"),
    ],
)
def test_a_short_word_is_no_abbreviation_because_it_is_short(short: str, long: str):
    assert spelled_alike((short,), tuple(long.split())) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("berdagang", "pedagang"),
        ("nyicil", "cicilan"),
        ("mengojek", "ngojek"),
        ("berjualan", "jualan"),
        ("butuh", "membutuhkan"),
    ],
)
def test_forms_of_one_word_are_one(one: str, other: str):
    assert spelled_alike((one,), (other,)) > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nganggur", "tidak bekerja"),
        ("pengangguran", "blm kerja"),
        ("SLTP", "smp"),
        ("sekolah menengah atas", "SLTA"),
        ("rs umum", "RSUD"),
        ("pegawai negeri", "ASN"),
        ("tv", "televisi"),
        ("IG", "instagram"),
        ("bank central asia", "bank BCA"),
        ("sumut", "Sumatera Utara"),
    ],
)
def test_short_forms_and_other_words_have_the_key_of_what_they_mean(one: str, other: str):
    assert key_of(one, "id") == key_of(other, "id")


BANKS = ["Bank BCA", "Bank Mandiri", "Bank BRI", "Bank Syariah Indonesia (BSI)"]
SCHOOLS = ["SD / sederajat", "SMP / sederajat", "SMA / sederajat", "Diploma (D1-D3)", "Sarjana (S1)"]
CARS = ["Toyota Avanza", "Toyota Innova", "Daihatsu Xenia", "Honda Brio"]
PROVINCES = ["Jawa Barat", "Jawa Tengah", "Jawa Timur"]
HEARD = ["Televisi", "Media sosial", "Teman / keluarga", "Toilet Bau", "Toilet Kotor"]
RIDES = ["Sepeda motor", "Mobil pribadi", "Ojek online"]
HOSPITALS = ["Puskesmas", "Rumah sakit pemerintah (RSUD)", "Rumah sakit swasta"]


@pytest.mark.parametrize(
    ("printed", "text", "meant"),
    [
        (BANKS, "bca", "Bank BCA"),
        (BANKS, "bni 46", None),
        (BANKS, "BRI unit desa", "Bank BRI"),
        (BANKS, "bank syariah", "Bank Syariah Indonesia (BSI)"),
        (BANKS, "bank danamon", None),
        (BANKS, "bank", None),
        (SCHOOLS, "sltp", "SMP / sederajat"),
        (SCHOOLS, "SMP", "SMP / sederajat"),
        (SCHOOLS, "madrasah aliyah", "SMA / sederajat"),
        (SCHOOLS, "d2 pgsd", "Diploma (D1-D3)"),
        (SCHOOLS, "D-4", None),
        (SCHOOLS, "S1 Hukum", "Sarjana (S1)"),
        (SCHOOLS, "pascasarjana", None),
        (SCHOOLS, "belum lulus SMA", None),
        (CARS, "avansa", "Toyota Avanza"),
        (CARS, "inova reborn", "Toyota Innova"),
        (CARS, "toyota rush", None),
        (CARS, "honda jazz", None),
        (PROVINCES, "jabar", "Jawa Barat"),
        (PROVINCES, "sumatera barat", None),
        (PROVINCES, "NTB", None),
        (HEARD, "status WA", "Media sosial"),
        (HEARD, "iklan tv", "Televisi"),
        (HEARD, "instagran", "Media sosial"),
        (HEARD, "dek bau", None),
        (HEARD, "bukan dari instagram", None),
        (["Teman / keluarga"], "tk", None),
        (["Tidak paham produknya", "Tidak percaya"], "gak paham", "Tidak paham produknya"),
        (["Tidak paham produknya", "Tidak percaya"], "tidak", None),
        (HEARD, "trans jakarta", None),
        (RIDES, "spd motor", "Sepeda motor"),
        (RIDES, "sepeda", None),
        (RIDES, "gojek", "Ojek online"),
        (HOSPITALS, "rs umum", "Rumah sakit pemerintah (RSUD)"),
        (HOSPITALS, "rumah sakit", None),
        (["PNS", "Pensiunan"], "pensiunan PNS", "Pensiunan"),
        (["PNS", "Pensiunan"], "PNS dan pensiunan", None),
    ],
)
def test_texts_lead_to_the_printed_choice_they_say_and_to_no_other(printed: list[str], text: str, meant: str | None):
    found = PrintedChoices(printed, "id").said(text)
    assert (None if found is None else printed[found[0]]) == meant


@pytest.mark.parametrize(
    ("one", "other"),
    [("mudah", "murah"), ("kemudahan", "kemurahan"), ("kebersihan", "kebersamaan"), ("kelengkapan", "kelangkaan")],
)
def test_ordinary_words_that_differ_in_a_letter_or_a_stem_are_two(one: str, other: str):
    assert spelled_alike((one,), (other,)) == 0


@pytest.mark.parametrize(
    ("one", "other"), [("kebersihan", "kebersian"), ("kemudahan", "kemudhan"), ("lambat", "lambta")]
)
def test_ordinary_words_with_a_slip_are_one(one: str, other: str):
    assert spelled_alike((one,), (other,)) > SHORT_FORM


def test_banks_and_towns_that_are_called_after_a_printed_one_are_others():
    banks = PrintedChoices(["BCA", "BRI", "Mandiri", "BNI"], "id")
    for text in ("bca syariah", "blu by bca", "bni syariah", "bri agro", "mandiri taspen"):
        assert banks.said(text) is None
    towns = PrintedChoices(["Padang", "Medan"], "id")
    assert towns.said("padang sidempuan") is None
    assert towns.said("padang panjang") is None
    assert towns.said("kota padang") == (0, 1.0)
