"""Which questions of two waves are the same."""

from __future__ import annotations

import pytest

from mcode_pipelines.survey import Codebook, Variable
from mcode_pipelines.survey.harmonisation import QuestionDecision
from mcode_pipelines.tabulation.harmonisation.questions import Agreement, same_questions


def variable(name: str, label: str, kind: str = "single_choice", **more: object) -> Variable:
    return Variable.model_validate({"name": name, "label": label, "kind": kind, "columns": (name,), **more})


def agreement(then: Variable, now: Variable) -> Agreement:
    return same_questions({now.name: [now]}, Codebook(variables=(then,)), {})[now.name].agreement


COMPARABLE = [
    ("Jenis kelamin", "Jenis Kelamin Anda"), ("Berapa usia Anda?", "Umur (tahun)"),
    ("Kota tempat tinggal", "kota tempat tinggal"),
    ("Merek oli apa yang terakhir dipakai?", "Merek oli apa yang terakhir Anda pakai?"),
    ("Seberapa puas Anda?", "Seberapa puaskah Anda?"), ("How satisfied are you?", "How satisfied are you overall?"),
    ("What is your age?", "Age"), ("Kapan terakhir ganti oli?", "Kapan terakhir Anda ganti oli motor?"),
    ("Pendidikan terakhir", "Pendidikan terakhir yang ditamatkan"),
    ("Which brands do you know?", "Which brands do you know?  "),
    ("Pekerjaan", "Pekerjaan utama Anda saat ini"), ("Status pernikahan", "Status pernikahan Anda"),
    ("Brand used most often", "Brand used most often nowadays"),
    ("Alasan memilih bengkel", "Apa alasan memilih bengkel?"),
    ("Tempat membeli oli", "Di mana tempat membeli oli?"), ("Kebersihan ruang", "Kebersihan ruang tunggu"),
    ("Pengeluaran per bulan (Rp)", "Pengeluaran per bulan"), ("Favourite colour", "Favorite color"),
    ("Puas (1-5)?", "Puas (1-7)?"), ("7. Rencana tahun 2025", "8. Rencana tahun 2026"),
    ("Jumlah anak", "Jumlah anak dalam keluarga"), ("Apakah Anda merokok?", "Apakah Anda merokok saat ini?"),
]  # fmt: skip
OTHER = [
    ("Keahlian montir", "Kelengkapan suku cadang"), ("Rasa", "Harga"), ("Apakah Anda puas?", "Apakah Anda tidak puas?"),
    ("Merek 1 yang diingat", "Merek 2 yang diingat"), ("Iklan di televisi", "Iklan di radio"),
    ("Brand known", "Brand used"), ("Visits in the last 7 days", "Visits in the last 30 days"),
    ("Belanja 3 bulan ini", "Belanja 6 bulan ini"), ("Kota tempat tinggal", "Kota tempat bekerja"),
    ("Do you like the taste?", "Do you dislike the taste?"), ("Price", "Quality"), ("Pendapatan", "Pengeluaran"),
    ("Usia suami", "Usia anak terkecil"), ("Kebersihan toilet", "Kebersihan kamar"),
    ("Sebelum servis", "Sesudah servis"),
    ("Pekerjaan ayah", "Pekerjaan istri"), ("Father's age", "Mother's age"), ("Niat membeli", "Niat merekomendasikan"),
    ("Hari kerja", "Hari libur"), ("Agree that it is safe", "Agree that it is cheap"),
]  # fmt: skip


@pytest.mark.parametrize(("then", "now"), COMPARABLE)
def test_a_question_in_words_that_are_alike_is_the_same_under_its_name(then: str, now: str) -> None:
    assert agreement(variable("Q", then), variable("Q", now)).comparable
    assert agreement(variable("Q", now), variable("Q", then)).comparable


@pytest.mark.parametrize(("then", "now"), OTHER)
def test_another_question_under_the_same_name_is_not_compared(then: str, now: str) -> None:
    assert agreement(variable("Q", then), variable("Q", now)) is Agreement.OTHER_WORDS
    assert agreement(variable("Q", now), variable("Q", then)) is Agreement.OTHER_WORDS


def test_a_number_and_choices_are_asked_in_another_way() -> None:
    assert agreement(variable("Q", "Servis", "numeric"), variable("Q", "Servis")) is Agreement.OTHER_KIND
    assert agreement(variable("Q", "Servis"), variable("Q", "Servis", "numeric")) is Agreement.OTHER_KIND
    assert agreement(variable("Q", "Servis"), variable("Q", "Servis", "multi_choice")) is Agreement.SAME


def test_a_question_of_another_name_is_known_by_its_words_alone_and_only_where_they_stand_once() -> None:
    now = {"Q9": [variable("Q9", "Kapan terakhir ganti oli?")]}
    then = variable("Q5", "kapan terakhir ganti oli")
    found = same_questions(now, Codebook(variables=(then,)), {})["Q9"]
    assert found.variable is None or found.agreement in {Agreement.RENAMED, Agreement.NOT_ASKED}
    exact = variable("Q5", "Kapan terakhir ganti oli?")
    assert same_questions(now, Codebook(variables=(exact,)), {})["Q9"].agreement is Agreement.RENAMED
    twins = Codebook(variables=(exact, exact.model_copy(update={"name": "Q6", "columns": ("Q6",)})))
    assert same_questions(now, twins, {})["Q9"].agreement is Agreement.NOT_ASKED


def test_a_persons_word_goes_before_names_and_words() -> None:
    now = {"Q1": [variable("Q1", "Harga")]}
    book = Codebook(variables=(variable("Q1", "Harga"), variable("Z", "Sesuatu yang lain")))
    found = same_questions(now, book, {"Q1": QuestionDecision(variable="Z")})["Q1"]
    assert (found.agreement, found.variable and found.variable.name) == (Agreement.BY_PERSON, "Z")
    assert same_questions(now, book, {"Q1": QuestionDecision(variable=None)})["Q1"].agreement is Agreement.PARTED
