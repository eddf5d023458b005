"""Which short answers are one thing, and which are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcode_pipelines.coding.semi_open.new_codes import group_new_answers
from mcode_pipelines.coding.semi_open.printed_choices import PrintedChoices, matching_key
from mcode_pipelines.coding.text.fuzzy_matching import ABBREVIATION, blocking_keys, spelling_similarity
from mcode_pipelines.coding.text.phonetics import sounds_alike
from mcode_pipelines.coding.text.synonyms import Words


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
    assert sounds_alike(written, meant) or spelling_similarity((written,), (meant,)) > ABBREVIATION


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("crv", "hrv"), ("bca", "bsa"), ("sulut", "sumut"), ("sulsel", "sumsel"), ("solo", "solok"), ("fila", "villa"),
        ("agya", "ayla"), ("medan", "madiun"), ("magelang", "pemalang"), ("pemalang", "malang"), ("btn", "btpn"),
        ("cimb", "jago"), ("bri", "bni"), ("batam", "batang"), ("jateng", "jatim"),
    ],
)  # fmt: skip
def test_names_that_differ_in_a_letter_are_two(one: str, other: str):
    assert spelling_similarity((one,), (other,)) == 0


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
    assert spelling_similarity((short,), tuple(long.split())) == ABBREVIATION


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
    assert spelling_similarity((short,), tuple(long.split())) == 0


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
    assert spelling_similarity((one,), (other,)) > 0


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
    assert matching_key(one, "id") == matching_key(other, "id")


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
    found = PrintedChoices(printed, "id").match(text)
    assert (None if found is None else printed[found[0]]) == meant


LETTERS = st.text("aeioukshdjtbnpvz", min_size=1, max_size=9)
WORDS = st.lists(
    LETTERS | st.sampled_from(["mengojek", "ngojek", "berdagang", "rumah_sakit", "jakarta", "timur"]), max_size=3
)


@st.composite
def near(draw: st.DrawFn) -> tuple[Words, Words]:
    """A key, and one made of it: a letter exchanged or left out, words swapped, run together, added, or cut short."""
    one = [*draw(WORDS.filter(len))]
    other = [*one]
    place = draw(st.integers(0, len(one) - 1))
    word = one[place]
    letter = draw(st.integers(0, len(word) - 1))
    match draw(
        st.sampled_from(
            ["exchanged", "by ear", "left out", "swapped", "together", "added", "short", "initials", "form"]
        )
    ):
        case "exchanged":
            other[place] = word[:letter] + draw(LETTERS)[0] + word[letter + 1 :]
        case "by ear":
            other[place] = word.replace(*draw(st.sampled_from([("p", "v"), ("k", "c"), ("s", "x"), ("z", "s")])))
        case "left out":
            other[place] = word[:letter] + word[letter + 1 :] or word
        case "swapped":
            other = draw(st.permutations(one))
        case "together":
            other = ["".join(one)]
        case "added":
            other = draw(st.permutations([*one, *draw(WORDS)]))
        case "short":
            other = ["".join(c for c in word if c not in "aeiou") or word]
        case "initials":
            other = ["".join(w[0] for w in one)]
        case "form":
            other[place] = draw(st.sampled_from(["me", "meng", "ber", "pe", "ng"])) + word
    return tuple(one), tuple(other)


@settings(deadline=None, max_examples=2_000)
@given(near())
def test_what_may_be_one_thing_has_a_mark_in_common(pair: tuple[Words, Words]):
    one, other = pair
    if spelling_similarity(one, other) or spelling_similarity(other, one) or set(one) & set(other):
        assert blocking_keys(one) & blocking_keys(other)


def test_marks_keep_most_keys_apart():
    places = [(name,) for name in ("surabaya", "jakarta", "medan", "bandung", "pontianak", "kupang", "tegal")]
    assert not [(a, b) for a in places for b in places if a != b and blocking_keys(a) & blocking_keys(b)]


def test_a_name_that_is_all_ending_is_told_and_takes_in_no_others(embedder):
    written = ["Kenya"] * 3 + ["Afrika Selatan"] * 2 + ["Papua Nugini"] * 2
    left: dict[Words, list[str]] = {}
    for text in written:
        left.setdefault(matching_key(text, "id"), []).append(text)
    assert [new.label for new in group_new_answers(left, "id", embedder, 2)] == [
        "Kenya",
        "Afrika Selatan",
        "Papua Nugini",
    ]
    assert PrintedChoices(["Kenya", "Mesir"], "id").match("kenya") == (0, 1.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [("mudah", "murah"), ("kemudahan", "kemurahan"), ("kebersihan", "kebersamaan"), ("kelengkapan", "kelangkaan")],
)
def test_ordinary_words_that_differ_in_a_letter_or_a_stem_are_two(one: str, other: str):
    assert spelling_similarity((one,), (other,)) == 0


@pytest.mark.parametrize(
    ("one", "other"), [("kebersihan", "kebersian"), ("kemudahan", "kemudhan"), ("lambat", "lambta")]
)
def test_ordinary_words_with_a_slip_are_one(one: str, other: str):
    assert spelling_similarity((one,), (other,)) > ABBREVIATION


def test_banks_and_towns_that_are_called_after_a_printed_one_are_others():
    banks = PrintedChoices(["BCA", "BRI", "Mandiri", "BNI"], "id")
    for text in ("bca syariah", "blu by bca", "bni syariah", "bri agro", "mandiri taspen"):
        assert banks.match(text) is None
    towns = PrintedChoices(["Padang", "Medan"], "id")
    assert towns.match("padang sidempuan") is None
    assert towns.match("padang panjang") is None
    assert towns.match("kota padang") == (0, 1.0)


def test_who_was_a_printed_thing_or_belongs_to_one_is_another():
    jobs = PrintedChoices(["Guru", "Petani", "Sopir", "Anak buah kapal"], "id")
    for text in ("mantan guru", "istri petani", "bekas sopir", "anak petani", "calon guru"):
        assert jobs.match(text) is None
    assert jobs.match("anak buah kapal") == (3, 1.0)
    found = jobs.match("guru honorer sd")
    assert found is not None
    assert found[0] == 0
