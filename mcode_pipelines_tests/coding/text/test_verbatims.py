from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcode_pipelines.coding.text.language_detection import detect_language
from mcode_pipelines.coding.text.segments import segments_of
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form, theme_form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Baguuuus  SEKALI!!", "bagus sekali"),
        ("yg tdk bersih", "yang tidak bersih"),
        ("  Toilet,kotor. ", "toilet kotor"),
        ("jalan2", "jalan-jalan"),
        ("pelayanan krg bgt", "Pelayanan kurang banget"),
        ("Ｔｏｉｌｅｔ", "toilet"),
        ("to\u200bilet", "toilet"),
    ],
)
def test_the_same_answer_spelled_differently_has_one_normal_form(one: str, other: str):
    assert normal_form(cleaned(one), "id") == normal_form(cleaned(other), "id")


def test_elongated_english_words_keep_their_double_letters():
    assert normal_form("Goooood fooood, sooo niceeee", "en") == "good food so nice"


def test_indonesian_texting_is_not_read_into_english_answers():
    assert normal_form("g force", "en") == "g force"


def test_interviewer_marks_are_stripped():
    assert (
        normal_form(cleaned("R: toilet kotor (+) kursi rusak [probe] // bau"), "id") == "toilet kotor kursi rusak bau"
    )


def test_numbered_lists_lose_their_numbers_but_times_stay():
    assert segments_of("1. toilet kotor 2) kursi rusak", "id") == ["toilet kotor", "kursi rusak"]
    assert "jam 10 30" in segments_of("kapal berangkat jam 10.30", "id")[0]


@pytest.mark.parametrize("mark", ["(P)", "(P1)", "( p 2 )", "/P/", "#P#", "-P-", "[D]", "(C)", "(Probe: apa lagi?)",
     "(ada lagi?)",
     "(P: anything else)", "P:", "P: ada lagi?"])  # fmt: skip
@pytest.mark.parametrize("between", [("toilet kotor", "kursi rusak"), ("Toilet kotor.", "Kursi rusak!"), ("", "bau")])
def test_marks_of_probing_are_stripped(mark: str, between: tuple[str, str]):
    before, after = between
    assert normal_form(cleaned(f"{before} {mark} {after}"), "id") == normal_form(f"{before} {after}", "id")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("I: kenapa? R: mahal", "mahal"),
        ("R: mahal I: kenapa mahal? R: biayanya naik", "mahal biayanya naik"),
        ("I: apa lagi R: bau", "bau"),
        ("kotor (P: kursi rusak)", "kotor kursi rusak"),
        ("P: kursi rusak, kapan diperbaiki?", "kursi rusak kapan diperbaiki"),
    ],
)
def test_what_the_interviewer_asked_is_stripped_and_what_was_said_stays(answer: str, said: str):
    assert normal_form(cleaned(answer), "id") == said


@pytest.mark.parametrize(
    "text",
    ["harga Rp 10.000", "Rp: 5000", "kotak P3K tidak ada", "(P3K) kosong", "D'Cost mahal", "lulusan (D3)",
     "toilet L/P bau",
     "naik kelas B-P-C", "vitamin C", "kapal (yang baru) bersih", "kenapa mahal?", "kotor (kapan dibersihkan?)",
     "ukuran p: 10 cm", "I like it", "plan B: naik bus", "my fiancA(c) came", "anak tanya : kapan? besok"],
)  # fmt: skip
def test_text_that_looks_like_a_mark_stays(text: str):
    assert cleaned(text) == text


def test_emoji_are_kept_as_words_where_nothing_else_is_said():
    assert normal_form("👍👍", "id") == "👍 👍"
    assert normal_form("bagus👍👍", "id") == "bagus"


@given(
    st.sampled_from("😡👍❤♥★😀🇮🇩"), st.lists(st.sampled_from(["toilet", "kotor", "5", "B1"]), min_size=1, max_size=4)
)
def test_an_emoji_beside_words_makes_no_other_answer(emoji: str, words: list[str]):
    text = " ".join(words)
    for written in (f"{emoji} {text}", f"{text}{emoji}", f" {emoji} ".join([*words, ""])):
        assert normal_form(cleaned(written), "id") == normal_form(text, "id")


@given(st.text(max_size=60), st.sampled_from(["id", "en"]))
def test_a_normal_form_is_its_own_normal_form(text: str, language: str):
    once = normal_form(cleaned(text), language)
    again = normal_form(once, language)
    assert normal_form(again, language) == again


def test_nya_and_repeated_words_make_no_theme():
    assert theme_form("kapalnya bersih bersih", "id") == "kapal bersih"
    assert theme_form("hanya punya satu", "id") == "hanya punya satu"


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        ("toilet kotor, kursi rusak", ["toilet kotor", "kursi rusak"]),
        ("kapal bersih dan petugas ramah", ["kapal bersih", "petugas ramah"]),
        ("toilet dan mushola kotor", ["toilet dan mushola kotor"]),
        ("kapal bersih dan rapi", ["kapal bersih dan rapi"]),
        ("aman dan nyaman", ["aman", "nyaman"]),
        ("murah tapi kursi sempit", ["murah", "kursi sempit"]),
        ("Petugas ramah. Harga Rp 10.000 mahal", ["petugas ramah", "harga rp 10 000 mahal"]),
        ("toilet kotor, TOILET KOTOR", ["toilet kotor"]),
    ],
)
def test_answers_are_cut_into_the_things_they_say(answer: str, parts: list[str]):
    assert segments_of(answer, "id") == parts


def test_a_mere_request_for_better_says_nothing_beside_other_things_and_is_kept_alone():
    assert segments_of("mohon diperhatikan, bantal bau", "id") == ["bantal bau"]
    assert segments_of("Wifi lemot. Tolong segera diperbaiki ya", "id")[0] == "wifi lemot"
    assert segments_of("AC mati, tolong diperbaiki", "id") == ["ac mati"]
    assert segments_of("mohon ditingkatkan", "id") == ["mohon ditingkatkan"]
    assert segments_of("The toilets were dirty, please fix", "en") == ["the toilets were dirty"]


def test_english_answers_are_cut_at_but_and_and():
    assert segments_of("Great coffee but slow service and dirty tables", "en") == [
        "great coffee",
        "slow service",
        "dirty tables",
    ]


def test_language_is_told_by_the_answers_not_by_the_form():
    assert detect_language(["the food was good and the staff was friendly"], "Apa yang Anda sukai?", "id") == "en"
    assert detect_language(["pelayanan tidak bagus dan harga mahal"], "What did you like?", "en") == "id"
    assert detect_language(["12", "OK"], "", "en") == "en"


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        ("toilet bau trus parkir sempit", ["toilet bau", "parkir sempit"]),
        ("antre lama terus petugas galak", ["antre lama", "petugas galak"]),
        ("kursi rusak abis itu ac mati", ["kursi rusak", "ac mati"]),
        ("pelayanan di loket terus ditingkatkan lagi", ["pelayanan di loket terus ditingkatkan lagi"]),
        ("lampu kamar mati terus kalau hujan", ["lampu kamar mati terus kalau hujan"]),
        ("mesin sering terus menerus mati", ["mesin sering terus menerus mati"]),
    ],
)
def test_then_leads_on_to_another_thing_unless_it_says_all_the_time(answer: str, parts: list[str]):
    assert segments_of(answer, "id") == parts
