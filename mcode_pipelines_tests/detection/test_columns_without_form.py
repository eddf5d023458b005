"""Columns that nothing declares: stems, joined cells, words and values."""

from __future__ import annotations

import itertools

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import ColumnDictionary, Kind
from mcode_pipelines_tests.detection.made import survey

NUMBERS = [str(1 + i % 6) for i in range(60)]


@pytest.mark.parametrize(
    "pattern", ["Q5/{}", "Q5.{}", "Media apa? [{}]", "Media apa? - {}", "Media yang dipakai: {}", "Q5_{}"]
)
def test_tick_columns_of_one_stem_are_one_question(pattern: str) -> None:
    options = ["1", "2", "3"] if pattern == "Q5_{}" else ["Radio", "Televisi", "Koran"]
    cells = {pattern.format(o): [str((i + j) % 2) for i in range(20)] for j, o in enumerate(options)}
    codebook = detect(survey(cells))
    assert len(codebook) == 1
    (media,) = codebook
    assert media.kind is Kind.MULTI_CHOICE
    assert [c.column for c in media.choices] == list(cells)
    assert any("share the stem" in reason for reason in media.evidence)


def test_option_texts_under_a_spread_question_are_one_question() -> None:
    header = ["Respondent ID", "Which channels?", "", "", "How old are you?"]
    options = ["", "Radio", "Television", "Other (please specify)", "Response"]
    columns = {
        "Respondent ID": ["11", "12", "13", "14"],
        "Which channels? [Radio]": ["Radio", None, "Radio", "Radio"],
        "Which channels? [Television]": [None, "Television", "Television", None],
        "Which channels? [Other (please specify)]": [None, "Podcasts", None, "Billboards at sea"],
        "How old are you?": ["18-29", "30-44", "18-29", "30-44"],
    }
    codebook = detect(survey(columns, headers=[header, options], tool="surveymonkey"))
    channels = codebook["Which channels?"]
    assert channels.kind is Kind.MULTI_CHOICE
    assert [c.label for c in channels.choices] == ["Radio", "Television"]
    other = codebook["Which channels? [Other (please specify)]"]
    assert (other.kind, other.other_of) == (Kind.OTHER_SPECIFY, "Which channels?")
    assert codebook.respondent_column == "Respondent ID"


def test_tick_columns_inside_a_group_are_one_question_with_their_joined_column() -> None:
    boats = ["canoe", "ferry", "speedboat"]
    ticked = [["canoe"], ["ferry", "speedboat"], [], ["ferry"], ["canoe", "ferry"], ["ferry"]]
    columns: dict[str, list[str | None]] = {"trip/boats": [" ".join(some) or None for some in ticked]}
    columns |= {f"trip/boats/{b}": [str(b in some) for some in ticked] for b in boats}
    columns |= {f"trip/often/{b}/times": ["daily" if b in some else None for some in ticked] for b in boats}
    codebook = detect(survey(columns))
    asked = codebook["boats"]
    assert (asked.kind, asked.columns[0], asked.delimiter) == (Kind.MULTI_CHOICE, "trip/boats", " ")
    assert [(c.code, c.column) for c in asked.choices] == [(b, f"trip/boats/{b}") for b in boats]
    assert len(codebook) == 4


def test_questions_of_one_group_are_told_apart() -> None:
    names = [f"visit/{q}/{o}" for q in ("food", "drink") for o in ("hot", "cold", "none")]
    columns = {name: [str((i + j) % 2) for i in range(12)] for j, name in enumerate(names)}
    codebook = detect(survey(columns))
    assert [(v.name, v.kind, len(v.columns)) for v in codebook] == [
        ("food", Kind.MULTI_CHOICE, 3),
        ("drink", Kind.MULTI_CHOICE, 3),
    ]


def test_options_with_a_slash_inside_stay_options_of_the_whole_question() -> None:
    options = ["Radio", "TV/Film", "TV/Serial"]
    columns = {f"media/{o}": [str((i + j) % 2) for i in range(12)] for j, o in enumerate(options)}
    (media,) = detect(survey(columns))
    assert [c.code for c in media.choices] == options


def test_yes_no_questions_in_a_row_stay_questions_of_their_own() -> None:
    cells = {f"K_{i}": ["ya", "tidak", "ya", "tidak"] * 5 for i in (1, 2, 3)}
    assert {v.kind for v in detect(survey(cells))} == {Kind.SINGLE_CHOICE}


@pytest.mark.parametrize(
    ("delimiter", "cells"), [(";", "Kopi;Teh"), ("|", "Kopi|Teh"), (",", "Kopi, Teh"), (" ", "kopi_susu teh")]
)
def test_joined_answers_are_taken_apart(delimiter: str, cells: str) -> None:
    first, second = (part.strip() for part in cells.split(delimiter))
    third = "jus_jeruk" if delimiter == " " else "Jus"
    combos = [c for n in (1, 2, 3) for c in itertools.permutations([first, second, third], n)]
    joint = {";": ";", "|": "|", ",": ", ", " ": " "}[delimiter]
    drinks = next(iter(detect(survey({"Minuman apa saja": [joint.join(c) for c in combos] * 2}))))
    assert (drinks.kind, drinks.delimiter) == (Kind.MULTI_CHOICE, delimiter)
    assert {c.code for c in drinks.choices} == {first, second, third}


def test_options_that_hold_a_comma_themselves_stay_whole() -> None:
    bread = "Roti, kue, dan gorengan"
    combos = [c for n in (1, 2, 3) for c in itertools.permutations(["Kopi", "Teh", bread], n)]
    food = next(iter(detect(survey({"Menu apa saja": [", ".join(c) for c in combos] * 3}))))
    assert food.kind is Kind.MULTI_CHOICE
    assert {c.code for c in food.choices} == {"Kopi", "Teh", bread}


def test_answers_with_a_comma_of_which_one_is_chosen_are_a_single_choice() -> None:
    cells = ["Ya, sering", "Ya, kadang", "Tidak, belum pernah"] * 20
    assert next(iter(detect(survey({"Pernah naik feri": cells})))).kind is Kind.SINGLE_CHOICE


def test_sentences_with_commas_are_open_ended() -> None:
    cells = [f"Kapal nomor {i} kotor, toiletnya bau, dan antreannya lama sekali hari itu" for i in range(40)]
    answer = next(iter(detect(survey({"Mengapa tidak puas?": cells}))))
    assert answer.kind is Kind.OPEN_ENDED


def test_likert_words_become_a_scale_in_their_order() -> None:
    cells = ["Setuju", "Sangat setuju", "Tidak setuju", "Netral", "Sangat tidak setuju", "Tidak tahu"] * 5
    agreement = next(iter(detect(survey({"Kapal bersih": cells}))))
    assert agreement.kind is Kind.SCALE
    assert [(c.label, c.factor) for c in agreement.choices] == [
        ("Sangat tidak setuju", 1.0),
        ("Tidak setuju", 2.0),
        ("Netral", 3.0),
        ("Setuju", 4.0),
        ("Sangat setuju", 5.0),
        ("Tidak tahu", None),
    ]


def test_a_point_nobody_ticked_keeps_its_place_by_the_sibling_question() -> None:
    whole = ["Sangat tidak setuju", "Tidak setuju", "Setuju", "Sangat setuju"] * 5
    kind = ["Tidak setuju", "Setuju", "Sangat setuju", "Setuju"] * 5
    codebook = detect(survey({"Kapal bersih": whole, "Awak ramah": kind}))
    assert codebook["Awak ramah"].choice("Sangat setuju").factor == 4.0


def test_battery_of_numbers_is_a_scale_with_the_range_of_the_battery() -> None:
    cells = {f"B1_{i}": NUMBERS for i in range(1, 5)} | {"B1_5": ["4", "5"] * 30}
    codebook = detect(survey(cells))
    assert {v.kind for v in codebook} == {Kind.SCALE}
    assert [c.factor for c in codebook["B1_5"].choices] == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


def test_numbered_questions_of_different_ranges_are_no_battery() -> None:
    cells = {f"S{i}": [str(1 + n % top) for n in range(60)] for i, top in enumerate((2, 3, 4, 6, 9), start=1)}
    assert {v.kind for v in detect(survey(cells))} == {Kind.SINGLE_CHOICE}


def test_recommendation_from_0_to_10_is_a_scale_of_eleven_points() -> None:
    codebook = detect(survey({"Seberapa mungkin Anda merekomendasikan kami?": [str(i % 9 + 2) for i in range(50)]}))
    nps = next(iter(codebook))
    assert nps.kind is Kind.SCALE
    assert [c.factor for c in nps.choices] == [float(i) for i in range(11)]


def test_counts_are_numbers_and_codes_with_an_other_code_are_choices() -> None:
    codebook = detect(survey({"Jumlah anggota keluarga": NUMBERS, "P3": ["1", "2", "3", "4", "96", "2"] * 10}))
    assert codebook["Jumlah anggota keluarga"].kind is Kind.NUMERIC
    assert codebook["P3"].kind is Kind.SINGLE_CHOICE
    assert [c.code for c in codebook["P3"].choices] == ["1", "2", "3", "4", "96"]


@pytest.mark.parametrize("name", ["P3_L", "P3_other", "P3_lain", "P3_lainnya", "P3_TEXT", "P3Oth", "P3[other]"])
def test_texts_named_after_a_question_explain_its_other_choice(name: str) -> None:
    texts = [None, None, None, None, "radio komunitas", None] * 10
    codebook = detect(survey({"P3": ["1", "2", "3", "4", "96", "2"] * 10, name: texts}))
    text = codebook[name]
    assert (text.kind, text.other_of, text.other_code) == (Kind.OTHER_SPECIFY, "P3", "96")


def test_other_choice_that_is_a_word_is_found() -> None:
    cells = {
        "Sumber informasi": ["Radio", "Koran", "Lainnya", "Radio"] * 6,
        "Lainnya, sebutkan": [None, None, "spanduk di jalan", None, None, None, "kata sopir bus", None] * 3,
    }
    codebook = detect(survey(cells))
    text = codebook["Lainnya, sebutkan"]
    assert (text.kind, text.other_of, text.other_code) == (Kind.OTHER_SPECIFY, "Sumber informasi", "Lainnya")


@pytest.mark.parametrize(
    "cells",
    [
        ["2026-11-23", "2026-11-24"],
        ["23/11/2026", "24/11/2026"],
        ["2023/09/26 3:12:17 PM GMT+7", "2023/09/26 3:14:17 PM GMT+7"],
        ["23 Mei 2025", "24 Agustus 2025"],
        ["2013-02-14T15:37:21.000+07:00", "2013-02-14T15:38:21Z"],
    ],
)
def test_dates_of_many_writings(cells: list[str]) -> None:
    assert next(iter(detect(survey({"kapan": cells * 5})))).kind is Kind.DATE


def test_missing_marks_are_no_answers_and_are_listed() -> None:
    codebook = detect(survey({"umur": ["20", "n/a", "31", "NA", "44"] * 4}))
    assert codebook["umur"].kind is Kind.NUMERIC
    assert set(codebook["umur"].missing) == {"NA", "n/a"}


TYPED = ["n/a", "NA", "nan", "null"]


def test_marks_that_somebody_typed_into_an_open_question_are_answers() -> None:
    reasons = [*(f"karena alasan nomor {i} yang panjang" for i in range(56)), *TYPED]
    texts = [*TYPED, *[None] * 40, *(f"warung milik tetangga {i}" for i in range(16))]
    cells = {"Mengapa?": reasons, "Tempat": ["Kapal", "Lainnya"] * 30, "Tempat lainnya, sebutkan": texts,
             "umur": ["NA", "20", "31"] * 20}  # fmt: skip
    codebook = detect(survey(cells))
    assert [(v.kind, v.missing) for v in codebook] == [
        (Kind.OPEN_ENDED, ()), (Kind.SINGLE_CHOICE, ()), (Kind.OTHER_SPECIFY, ()), (Kind.NUMERIC, ("NA",)),
    ]  # fmt: skip


def test_marks_that_a_program_wrote_for_blank_cells_are_missing_in_open_questions_too() -> None:
    reasons = [f"karena alasan nomor {i} yang panjang" if i % 3 else "NA" for i in range(60)]
    cells = {"Mengapa?": reasons, "umur": ["NA", "20", "31"] * 20, "Kapal": ["Bahari", "Samudra", "NA"] * 20}
    assert [v.missing for v in detect(survey(cells))] == [("NA",)] * 3
    # Where the text has blank cells of its own, somebody typed the mark.
    cells["Mengapa?"] = [r if i % 5 else "" for i, r in enumerate(reasons)]
    assert [v.missing for v in detect(survey(cells))] == [(), ("NA",), ("NA",)]


def test_marks_that_a_file_declares_missing_stay_missing() -> None:
    reasons = [f"karena alasan nomor {i} yang panjang" if i % 3 else "NA" for i in range(60)]
    declared = {"Mengapa?": ColumnDictionary(missing=("NA",))}
    (why,) = detect(survey({"Mengapa?": reasons}, dictionary=declared))
    assert (why.kind, why.missing) == (Kind.OPEN_ENDED, ("NA",))


def test_question_codes_in_headers_become_names() -> None:
    codebook = detect(
        survey({"Q1. Jenis kelamin": ["L", "P"] * 5, "Q2: Mengapa?": [f"karena alasan {i}" for i in range(10)]})
    )
    assert [(v.name, v.label) for v in codebook] == [("Q1", "Jenis kelamin"), ("Q2", "Mengapa?")]


def test_empty_columns_and_empty_surveys_are_no_trouble() -> None:
    assert next(iter(detect(survey({"catatan": [None, None]})))).kind is Kind.METADATA
    assert len(detect(survey({"a": [], "b": []}))) == 2
