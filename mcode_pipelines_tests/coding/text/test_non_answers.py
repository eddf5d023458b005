from __future__ import annotations

import pytest

from mcode_pipelines.coding.text.noise import is_formula
from mcode_pipelines.coding.text.non_answers import NonAnswers, asks_for_numbers
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form


def is_non_answer(text: str, language: str = "id", question: str = "", own: tuple[str, ...] = ()) -> bool:
    return NonAnswers(language, question, own)(normal_form(cleaned(text), language))


@pytest.mark.parametrize(
    "text",
    [
        "-", "...", "TA", "t.a", "t.a.", "N/A", "tidak ada", "Tdk ada.", "gak ada sih", "ga tau", "tidak tahu kak",
        "belum ada saran untuk saat ini", "tidak ada keluhan", "Alhamdulillah tidak ada", "entahlah", "lupa", "nihil",
        "gatau", "asdfgh", "xxx", "qwerty", "hhhhh", "kjhgfd", "99", "?", "terima kasih", "saya tidak tahu pak",
        "belum pernah ada pengalaman buruk", "no comment", "menolak menjawab",
        "😡😡😡", "👍", "♥ !!", "dont know", "tidak ada yang saya tahu",
    ],
)  # fmt: skip
def test_indonesian_non_answers_are_told(text: str):
    assert is_non_answer(text)


@pytest.mark.parametrize(
    "text",
    ["None", "nothing", "Nothing really", "don't know", "dont know", "I don't know", "no idea", "n/a", "no complaints",
     "Nothing at the moment thanks", "not sure", "no suggestions", "idk", "Did not answer",
     "none whatsoever", "no thoughts", "can't think of anything"],
)  # fmt: skip
def test_english_non_answers_are_told(text: str):
    assert is_non_answer(text, "en")


@pytest.mark.parametrize(
    "text",
    ["tidak ada toilet", "tidak tahu jadwal kapal", "tidak mengecewakan", "tidak ramah", "AC", "wc", "ABK", "bagus",
     "tidak bersih", "ada calo", "好", "bagus 👍", "tidak ada tempat duduk", "semua baik", "tidak ada yang tahu",
     "gak ada yg ngerti"],
)  # fmt: skip
def test_short_answers_that_say_something_are_kept(text: str):
    assert not is_non_answer(text)


@pytest.mark.parametrize("who", ["", "saya ", "Responden ", "maaf kak, "])
@pytest.mark.parametrize("willing", ["mau", "ingin", "bersedia", "bisa"])
@pytest.mark.parametrize(
    "verb", ["menjawab", "jawab", "jwb", "berkomentar", "memberi saran", "menjawab pertanyaan ini"]
)
def test_refusing_to_answer_is_no_answer_and_refusing_anything_else_is(who: str, willing: str, verb: str):
    for no in ("tidak", "tdk", "gak", "belum"):
        assert is_non_answer(f"{who}{no} {willing} {verb}")
        assert not is_non_answer(f"petugas {no} {willing} {verb}")
        assert not is_non_answer(f"{who}{no} {willing} {verb} telepon")
        assert not is_non_answer(f"{who}{no} {willing} antre lama")


@pytest.mark.parametrize("who", ["", "I ", "We ", "Respondent "])
@pytest.mark.parametrize(
    "refusal",
    ["refuse to", "refused to", "decline to", "declined to", "would rather not", "prefer not to", "don't want to",
     "do not wish to", "am not willing to", "can't", "would prefer not to"],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["answer", "say", "comment", "answer this question"])
def test_english_refusals_are_told_by_their_verbs(who: str, refusal: str, verb: str):
    assert is_non_answer(f"{who}{refusal} {verb}", "en")
    assert not is_non_answer(f"{who}{refusal} {verb} where the staff were rude", "en")
    assert not is_non_answer(f"{who}{refusal} wait in line", "en")
    assert not is_non_answer(f"they {refusal} {verb}", "en")


@pytest.mark.parametrize(
    "text",
    ["menolak", "menolak jawab", "Responden menolak", "R menolak menjawab", "responden tidak tahu", "enggan menjawab",
     "kurang tau", "kurang tahu", "kurang begitu paham", "tidak tahu pasti", "tidak tahu harus jawab apa",
     "tidak tahu mau bilang apa",
     "tidak memiliki saran", "tidak mempunyai keluhan apa-apa", "tidak ada (probe) sudah itu saja",
     "tidak ada, sudah cukup", "sudah cukup tidak ada saran", "itu saja", "asdasd", "sdfsdf", "asdfasdf", "qweqwe",
     "lkjlkj",
     "fghfghf", "tidak jawab", "hanya itu saja", "ok", "Oke", "ya", "iya ya", "dk/ref", "blah blah"],
)  # fmt: skip
def test_refusals_not_knowing_and_closings_are_told(text: str):
    assert is_non_answer(text)


@pytest.mark.parametrize(
    "text",
    ["none that I can think of", "not that i can think of", "nothing I can think of right now",
     "no complaints I can think of",
     "nothing that comes to mind", "can't recall", "nothing to report", "nothing else to mention",
     "don't know/refused",
     "refused", "unable to answer", "None of your business", "Nothing 👍", "no issues to report"],
)  # fmt: skip
def test_english_phrases_for_having_nothing_are_told(text: str):
    assert is_non_answer(text, "en")


@pytest.mark.parametrize(
    "text",
    ["tidak mau antre lama", "tidak ada tempat duduk", "kurang tahu jadwal", "ok banget pelayanannya",
     "ya karena murah",
     "tidak menolak", "tidak cukup", "belum cukup", "sudah cukup", "kurang", "kurang cukup", "menolak bayar",
     "keberatan",
     "keberatan dengan harga", "tidak mau", "tidak memiliki AC", "malas", "malas antre", "tidak bisa bayar",
     "tidak mengerti bahasanya", "tidak ada jawaban dari petugas", "sudah itu mahal", "itu saja yang bersih", "asda",
     "salad",
     "property", "gagal", "tidak ada sudah rusak"],
)  # fmt: skip
def test_answers_with_words_of_refusal_are_kept(text: str):
    assert not is_non_answer(text)


@pytest.mark.parametrize(
    "text",
    ["nothing to do", "refused refund", "they refused", "declined card", "decline", "not what I can afford",
     "none of the staff helped",
     "don't know where to go", "no one to report to", "can't think straight", "yes because it is cheap",
     "okay service",
     "no place to report theft", "that's all wrong", "not tell the truth", "do not answer the phone calls"],
)  # fmt: skip
def test_english_answers_with_words_of_refusal_are_kept(text: str):
    assert not is_non_answer(text, "en")


def test_ok_and_yes_answer_questions_that_ask_for_a_verdict_or_a_yes():
    assert not is_non_answer("ok", question="Bagaimana pelayanan kami?")
    assert not is_non_answer("okay", "en", question="How was the food?")
    assert is_non_answer("ya", question="Bagaimana pelayanan kami?")
    assert not is_non_answer("ya", question="Apakah Anda akan naik lagi?")
    assert not is_non_answer("yes", "en", question="Q3. Would you come again?")
    assert is_non_answer("ok", question="Apa saran Anda?")


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
