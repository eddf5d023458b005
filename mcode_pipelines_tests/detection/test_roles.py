"""Personal data, demographics, weights, identifiers, language and tool."""

from __future__ import annotations

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import Kind
from mcode_pipelines_tests.detection.made import survey

NAMES = [
    "Siti Aminah",
    "Budi Santoso",
    "Agus Salim",
    "Dewi Lestari",
    "Rina Wati",
    "Hendra",
    "Joko Susilo",
    "Made Wirawan",
]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Nama responden", NAMES),
        ("S4", NAMES),
        ("Kontak", [f"08123456{i:04d}" for i in range(8)]),
        ("Kontak", [f"warga{i}@contoh.id" for i in range(8)]),
        ("NIK", [f"327301010190{i:04d}" for i in range(8)]),
        ("Alamat lengkap", [f"Jalan Melati nomor {i} RT 0{i}" for i in range(8)]),
    ],
)
def test_personal_texts_are_identifiers_and_never_coded(header: str, cells: list[str]) -> None:
    column = next(iter(detect(survey({header: cells}))))
    assert column.personal
    assert column.kind is Kind.IDENTIFIER
    assert not column.tabulated


@pytest.mark.parametrize("header", ["Nama merek yang diingat", "Merek handphone yang dipakai", "Kota tempat tinggal"])
def test_names_of_things_are_not_personal(header: str) -> None:
    cells = ["Nokia", "Samsung", "Oppo", "Vivo", "Xiaomi", "Realme"] * 5
    assert not next(iter(detect(survey({header: cells})))).personal


def test_demographics_are_the_closed_questions_about_the_respondent() -> None:
    codebook = detect(
        survey(
            {
                "Jenis kelamin": ["Laki-laki", "Perempuan"] * 15,
                "Kelompok usia": ["17-24", "25-34", "35-44"] * 10,
                "Pendidikan terakhir": ["SD", "SMP", "SMA"] * 10,
                "Apakah kapal berangkat tepat waktu?": ["Ya", "Tidak"] * 15,
                "Merek favorit": ["A", "B", "C"] * 10,
            }
        )
    )
    assert [v.name for v in codebook if v.demographic] == ["Jenis kelamin", "Kelompok usia", "Pendidikan terakhir"]


def test_a_weight_is_named_so_and_around_one_but_body_weight_is_not() -> None:
    codebook = detect(
        survey(
            {
                "bobot": ["0.75", "1.1", "1.3", "0.85"] * 5,
                "Berat badan (weight) kg": ["60.5", "71.2", "55.1", "80.9"] * 5,
            }
        )
    )
    assert [v.name for v in codebook if v.weight] == ["bobot"]


def test_running_numbers_and_codes_are_identifiers() -> None:
    codebook = detect(survey({"Responden": [f"R{i}" for i in range(30)], "Kota": ["A", "B", "C"] * 10}))
    assert codebook["Responden"].kind is Kind.IDENTIFIER
    assert codebook.respondent_column == "Responden"


def test_a_repeated_identifier_is_no_respondent_column() -> None:
    codebook = detect(
        survey({"_uuid": ["a", "a", "b"], "_id": ["1", "2", "3"], "_submission_time": ["2026-01-01"] * 3})
    )
    assert codebook.respondent_column == "_id"


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        (["Apakah Anda puas dengan layanan ini?", "Berapa usia Anda?"], "id"),
        (["Are you satisfied with the service?", "How old are you?"], "en"),
        (["¿Cómo aprendiste R en el trabajo?", "¿Cuál es el nombre de tu cargo?"], None),
        (["Q1", "Q2"], None),
    ],
)
def test_language_of_the_questions(headers: list[str], language: str | None) -> None:
    assert detect(survey({h: ["1", "2"] for h in headers})).language == language


@pytest.mark.parametrize(
    ("columns", "tool"),
    [
        (["_id", "_uuid", "_submission_time"], "kobo"),
        (["Respondent ID", "Collector ID", "Q"], "surveymonkey"),
        (["id", "submitdate", "lastpage", "startlanguage"], "limesurvey"),
        (["Stempel waktu", "Nama"], "google_forms"),
        (["kota", "umur"], None),
    ],
)
def test_tool_by_its_columns(columns: list[str], tool: str | None) -> None:
    assert detect(survey({c: ["1", "2"] for c in columns})).tool == tool


def test_interview_columns_are_metadata_but_questions_of_the_same_word_are_not() -> None:
    kobo = detect(
        survey({"start": ["2026-01-01T10:00:00"] * 3, "_uuid": list("abc"), "_status": ["x"] * 3, "_id": list("123")})
    )
    assert {v.name: str(v.kind) for v in kobo} == {
        "start": "metadata",
        "_uuid": "identifier",
        "_status": "metadata",
        "_id": "identifier",
    }
    plain = detect(survey({"status": ["menikah", "lajang", "cerai"] * 10}))
    assert plain["status"].kind is Kind.SINGLE_CHOICE


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Interviewer name", Kind.IDENTIFIER),
        ("Nama pewawancara", Kind.IDENTIFIER),
        ("Kode enumerator", Kind.IDENTIFIER),
        ("Nombre del entrevistador", Kind.IDENTIFIER),
        ("Interviewer friendly", Kind.SINGLE_CHOICE),
        ("Apakah pewawancara sopan", Kind.SINGLE_CHOICE),
    ],
)
def test_who_interviewed_is_no_question(header: str, kind: Kind) -> None:
    names = ["Siti Aminah", "Budi Santoso", "Rina Wati", "Agus Salim"]
    cells = [(names if kind is Kind.IDENTIFIER else ["Ya", "Tidak", "Kurang", "Lupa"])[i % 4] for i in range(40)]
    found = detect(survey({"Kota": ["Solo", "Medan"] * 20, header: cells})).variables[1]
    assert found.kind is kind


@pytest.mark.parametrize(
    "answers",
    [
        ["Tidak pernah", "Kurang dari sebulan sekali", "Beberapa kali sebulan", "1-2 kali seminggu", "Setiap hari"],
        ["Never", "Less than once a month", "2-3 times a month", "Once a week", "Daily"],
        ["Nie", "Seltener", "Mehrmals im Monat", "Mehrmals pro Woche", "Täglich"],
    ],
)
def test_how_often_is_in_its_order(answers: list[str]) -> None:
    cells = [answers[(i * 3) % 5] for i in range(50)]
    found = detect(survey({"Kota": ["Solo", "Medan"] * 25, "Frequency": cells})).variables[1]
    assert [choice.label for choice in found.choices] == answers
