"""Scales and batteries as questionnaires write them; questions without a wording; what broke detection off."""

from collections.abc import Sequence

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.detection.scales import factors
from mcode_pipelines.detection.unforeseen import going_on
from mcode_pipelines.survey import Choice, Kind, Remark
from mcode_pipelines_tests.detection.made import survey


@pytest.mark.parametrize(
    "labels",
    [
        ["STS", "TS", "KS", "S", "SS"],
        ["Sangat tidak tahu", "Tidak tahu", "Kurang tahu", "Tahu", "Sangat tahu"],
        ["Helemaal mee oneens", "Mee oneens", "Neutraal", "Mee eens", "Helemaal mee eens"],
        ["Muy insatisfecha", "Insatisfecha", "Neutral", "Satisfecha", "Muy satisfecha"],
        ["Nunca", "Casi nunca", "A veces", "Casi siempre", "Siempre"],
        ["Stimme überhaupt nicht zu", "Stimme eher nicht zu", "Teils/teils", "Stimme eher zu", "Stimme voll zu"],
        ["Nie", "Selten", "Manchmal", "Häufig", "Immer"],
        ["Not at all important", "Slightly important", "Moderately important", "Very important"],
        ["STP", "TP", "CP", "P", "SP"],
        ["Tidak jelas sama sekali", "Tidak jelas", "Cukup", "Jelas", "Sangat jelas"],
        ["Not clear at all", "Not clear", "Neutral", "Clear", "Very clear"],
        ["Never (0 times)", "Sometimes (1-3 times)", "Often (4-6 times)", "Always"],
        ["Tidak pernah: 0", "Jarang: 1 kali", "Sering: 2-3 kali", "Selalu: tiap minggu"],
        ["Sangat mahal", "Mahal", "Murah", "Gratis"],
        ["Much worse", "Worse", "About the same", "Better", "Much better"],
        ["Tidak yakin", "Kurang yakin", "Yakin", "Sangat yakin"],
        ["Tidak sopan dan ramah", "Kurang sopan dan ramah", "Sopan dan ramah", "Sangat sopan dan ramah"],
        ["Tidak ada", "Ada tetapi tidak berfungsi", "Berfungsi kurang maksimal", "Dikelola dengan baik"],
    ],
)
def test_steps_count_from_the_least_to_the_most(labels: Sequence[str]) -> None:
    backwards = list(reversed(labels))
    steps = [float(i + 1) for i in range(len(labels))]
    assert factors([Choice(code=t, label=t) for t in labels]) == steps
    assert factors([Choice(code=t, label=t) for t in backwards]) == steps[::-1]


@pytest.mark.parametrize("labels", [["L", "P"], ["S", "M", "L"], ["A", "B", "C"], ["Ya", "Tidak", "Tidak yakin"]])
def test_letters_and_yes_no_are_no_scale(labels: Sequence[str]) -> None:
    assert factors([Choice(code=t, label=t) for t in labels]) is None


def test_numbers_in_labels_count_and_not_the_codes_behind_them() -> None:
    ends = {0: "0 (Tidak akan menyarankan)", 10: "10 (Pasti menyarankan)"}
    choices = [Choice(code=str(i + 1), label=ends.get(i, str(i))) for i in range(11)]
    assert factors(choices) == [float(i) for i in range(11)]


def test_neighbours_rated_alike_are_a_battery_also_where_steps_are_missing_or_amounts_are_spoken_of() -> None:
    cells = {
        "Kebersihan kabin": ["1", "5", "3", "2", "4", "5"] * 8,
        "Petugas menyediakan lebih banyak waktu": ["5", "4", "4", "5", "3", "4"] * 8,
        "Kecepatan boarding": ["4", "4", "3", "4", "3", "4"] * 8,
        "Kenyamanan kursi": ["2", "5", "5", "4", "3", "4"] * 8,
        "Jumlah anak": ["0", "1", "2", "3", "1", "2"] * 8,
        "Umur": ["20", "31", "45", "28", "39", "52"] * 8,
    }
    codebook = detect(survey(cells))
    assert [v.kind for v in codebook][:4] == [Kind.SCALE] * 4
    assert codebook["Jumlah anak"].kind is not Kind.SCALE
    assert {c.factor for c in codebook["Kecepatan boarding"].choices} == {1.0, 2.0, 3.0, 4.0, 5.0}


def test_columns_that_hold_their_own_name_are_one_question_and_that_is_told() -> None:
    cells = {
        "Kota": ["Solo", "Tegal", "Solo", "Kudus"] * 5,
        "Harga murah": ["Harga murah", None, None, None] * 5,
        "Dekat rumah": ["Dekat rumah", "Dekat rumah", None, None] * 5,
        "Diajak teman": [None, None, "Diajak teman", None] * 5,
    }
    variable = next(v for v in detect(survey(cells)) if "Dekat rumah" in v.columns)
    assert variable.kind is Kind.MULTI_CHOICE
    assert [c.label for c in variable.choices] == ["Harga murah", "Dekat rumah", "Diajak teman"]
    assert variable.remarks


def test_a_phrase_at_the_end_makes_no_list() -> None:
    said = ["toilet kotor", "kursi keras", "tiket mahal", "antre panjang", "parkir jauh", "suara bising"]
    cells = [f"{s}, terima kasih" if i % 4 == 0 else f"{s} {i % 7}" for i, s in enumerate(said * 15)]
    assert detect(survey({"Masukan": cells}))["Masukan"].kind is Kind.OPEN_ENDED


def test_code_and_text_in_one_header_are_read_as_two_rows() -> None:
    cells = {
        "id. ID": [str(i) for i in range(40)],
        "submitdate. Date submitted": ["2026-05-01 10:00:00"] * 40,
        "lastpage. Last page": ["3"] * 40,
        "CARS[A]. Which do you own? [Van]": ["Yes", "No"] * 20,
        "CARS[B]. Which do you own? [Truck]": ["No", "Yes", "Yes", "Yes"] * 10,
        "CARS[C]. Which do you own? [Bus]": ["Yes", "Yes", "No", "No"] * 10,
    }
    codebook = detect(survey(cells))
    cars = codebook["CARS"]
    assert (cars.kind, cars.label) == (Kind.MULTI_CHOICE, "Which do you own?")
    assert next((c.label, c.column) for c in cars.choices) == ("Van", "CARS[A]. Which do you own? [Van]")
    assert codebook.respondent_column == "id. ID"
    assert next(v for v in codebook if v.columns == ("lastpage. Last page",)).kind is Kind.METADATA


def test_categories_stand_in_their_order_and_say_so() -> None:
    cells = {
        "Pendidikan terakhir": ["S1", "SMA/SMK", "SD", "SMP", "D3", "S1"] * 6,
        "Penghasilan": ["3-5 juta", "< 3 juta", "> 5 juta"] * 12,
        "Kota": ["Solo", "Tegal", "Kudus"] * 12,
    }
    codebook = detect(survey(cells))
    assert [c.label for c in codebook["Pendidikan terakhir"].choices] == ["SD", "SMP", "SMA/SMK", "D3", "S1"]
    assert codebook["Penghasilan"].ordered
    assert not codebook["Kota"].ordered
    assert codebook["Pendidikan terakhir"].characteristic == "education"


def test_identifiers_with_repeats_are_told_and_names_are_no_themes() -> None:
    ships = ["KMP Nusa Indah", "KMP Nusa Agung", "Nusa Indah", "KMP Batu Mandi", "KMP Port Link", "Port Link III"]
    cells = {
        "id": [*(f"a{i}" for i in range(88)), "a3", "a4"],
        "Nama kapal": [f"{s} {i % 13}" for i, s in enumerate(ships * 15)],
    }
    codebook = detect(survey(cells))
    assert codebook["id"].kind is Kind.IDENTIFIER
    assert "2 rows" in codebook["id"].remarks[0].en
    assert codebook["Nama kapal"].names
    assert not codebook["Nama kapal"].personal


def test_decimal_commas_among_few_values_do_not_break_detection_off() -> None:
    codebook = detect(survey({"Nilai pelayanan (1-5)": ["1,5", "2", "3", "4,5", "5"] * 8, "x": ["1", "2"] * 20}))
    assert codebook["Nilai pelayanan (1-5)"].kind is Kind.NUMERIC


def test_an_error_that_nobody_foresaw_is_told_with_its_stage_and_the_rest_goes_on() -> None:
    remarks: list[Remark] = []
    with going_on(("find scales", "menemukan skala"), remarks):
        raise ZeroDivisionError("no points")
    assert "find scales" in remarks[0].en
    assert "menemukan skala" in remarks[0].id


@pytest.mark.parametrize(
    "labels",
    [
        ["Not at all important", "Not very important", "Fairly important", "Very important", "Extremely important"],
        ["Not at all likely", "Slightly likely", "Moderately likely", "Very likely", "Extremely likely"],
        ["Not at all satisfied", "Slightly satisfied", "Somewhat satisfied", "Quite satisfied", "Extremely satisfied"],
        ["Tidak penting", "Sedikit penting", "Cukup penting", "Penting", "Sangat penting"],
    ],
)
def test_degrees_that_english_and_indonesian_tell_apart_are_points_of_one_scale(labels: list[str]) -> None:
    codebook = detect(survey({"How important is the price?": [*reversed(labels), *labels] * 6}))
    (question,) = codebook
    assert question.kind == "scale"
    assert {c.label: c.factor for c in question.choices} == {label: n + 1.0 for n, label in enumerate(labels)}


@pytest.mark.parametrize("unsure", ["99 (keine Angabe)", "98 - weet niet", "99 = Tidak tahu"])
def test_a_code_before_dont_know_makes_it_no_point(unsure: str) -> None:
    cells = ["1 (schlecht)", "2", "3", "4", "5 (gut)", unsure] * 7
    found = detect(survey({"Kota": ["Solo", "Medan"] * 21, "Note": cells})).variables[1]
    assert {choice.label: choice.factor for choice in found.choices} == {
        "1 (schlecht)": 1, "2": 2, "3": 3, "4": 4, "5 (gut)": 5, unsure: None,
    }  # fmt: skip
