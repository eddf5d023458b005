from __future__ import annotations

import pytest

from mcode_pipelines.coding.non_answers import NonAnswers, asks_for_numbers, is_formula
from mcode_pipelines.coding.verbatims import cleaned, normal_form


def is_non_answer(text: str, language: str = "id", question: str = "", own: tuple[str, ...] = ()) -> bool:
    return NonAnswers(language, question, own)(normal_form(cleaned(text), language))


@pytest.mark.parametrize(
    "text",
    [
        "-", "...", "TA", "t.a", "t.a.", "N/A", "tidak ada", "Tdk ada.", "gak ada sih", "ga tau", "tidak tahu kak",
        "belum ada saran untuk saat ini", "tidak ada keluhan", "Alhamdulillah tidak ada", "entahlah", "lupa", "nihil",
        "gatau", "asdfgh", "xxx", "qwerty", "hhhhh", "kjhgfd", "99", "?", "terima kasih", "saya tidak tahu pak",
        "belum pernah ada pengalaman buruk", "no comment", "menolak menjawab",
        "😡😡😡", "👍", "♥ !!",
    ],
)  # fmt: skip
def test_indonesian_non_answers_are_told(text: str):
    assert is_non_answer(text)


@pytest.mark.parametrize(
    "text",
    ["None", "nothing", "Nothing really", "don't know", "dont know", "I don't know", "no idea", "n/a", "no complaints",
     "Nothing at the moment thanks", "not sure", "no suggestions", "idk", "Did not answer", "can't think of anything"],
)  # fmt: skip
def test_english_non_answers_are_told(text: str):
    assert is_non_answer(text, "en")


@pytest.mark.parametrize(
    "text",
    ["tidak ada toilet", "tidak tahu jadwal kapal", "tidak mengecewakan", "tidak ramah", "AC", "wc", "ABK", "bagus",
     "ok", "tidak bersih", "ada calo", "好", "bagus 👍", "tidak ada tempat duduk", "semua baik"],
)  # fmt: skip
def test_short_answers_that_say_something_are_kept(text: str):
    assert not is_non_answer(text)


def test_all_is_well_is_no_answer_only_where_complaints_are_asked():
    assert is_non_answer("baik-baik saja", question="Apa keluhan Anda?")
    assert is_non_answer("aman-aman saja", question="Apa pengalaman paling tidak menyenangkan Anda?")
    assert is_non_answer("all good", question="What was the most frustrating part of your visit?")
    assert not is_non_answer("baik-baik saja", question="Bagaimana pelayanan kami?")


def test_a_project_adds_its_own_phrases():
    assert not is_non_answer("lihat atas")
    assert is_non_answer("Lihat  ATAS!", own=("lihat atas",))


def test_numbers_answer_a_question_that_is_mostly_answered_by_numbers():
    assert asks_for_numbers(["8", "9", "", "10", "bagus"])
    assert not asks_for_numbers(["8", "mahal", "toilet kotor 2"])
    rule = NonAnswers("id", numbers_tell=True)
    assert not rule("8")
    assert rule("99")
    assert rule("")
    assert rule("😡")


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "=SUM(A1:A3)", "@SUM(1)", '=HYPERLINK("http://x")', "+cmd|' /C'"]
)
def test_commands_to_a_spreadsheet_program_are_told(text: str):
    assert is_formula(text)


@pytest.mark.parametrize(
    "text", ["- toilet (kotor)", "+ bersih", "= sama saja", "-mahal(sekali)", "@hotel bagus", "=1+1"]
)
def test_answers_that_begin_with_a_sign_are_no_commands(text: str):
    assert not is_formula(text)
