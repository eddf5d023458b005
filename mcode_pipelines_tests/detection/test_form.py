"""What the form says is believed: kinds, labels, choices, parents of "other" texts."""

from __future__ import annotations

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import Kind, SurveyForm
from mcode_pipelines_tests.detection.made import form, survey


@pytest.fixture
def passenger_form() -> SurveyForm:
    return form(
        [
            ("start", "start"),
            ("begin_group", "demografi", "Data responden"),
            ("text", "S4", "Nama responden"),
            ("select_one kelamin", "S6", "Jenis kelamin"),
            ("end_group", None),
            ("select_multiple sumber", "S9", "Dari mana tahu?"),
            ("text", "S9_L", "Lainnya, sebutkan", "selected(${S9}, '96')"),
            ("select_one puas", "B1", "Seberapa puas?"),
            ("text", "E1", "Apa alasannya?", "${B1} = '1'"),
            ("geopoint", "gps", "Lokasi"),
            ("image", "foto", "Foto tiket"),
            ("note", "terima_kasih", "Terima kasih"),
        ],
        [
            ("kelamin", "1", "Laki-laki"),
            ("kelamin", "2", "Perempuan"),
            ("sumber", "1", "Televisi"),
            ("sumber", "2", "Teman"),
            ("sumber", "96", "Lainnya"),
            ("puas", "1", "Tidak puas"),
            ("puas", "2", "Cukup puas"),
            ("puas", "3", "Sangat puas"),
            ("puas", "9", "Tidak tahu"),
        ],
    )


PASSENGERS = {
    "start": ["2026-01-02T10:00:00+07:00", "2026-01-02T11:00:00+07:00"],
    "demografi/S4": ["Rina", "Budi"],
    "demografi/S6": ["1", "2"],
    "S9": ["1 96", "2"],
    "S9/1": ["1", "0"],
    "S9/2": ["0", "1"],
    "S9/96": ["1", "0"],
    "S9_L": ["Radio", None],
    "B1": ["1", "3"],
    "E1": ["Kapal kotor", None],
    "gps": ["-6.2 106.8 0 5", "-7.2 112.7 0 5"],
    "_gps_latitude": ["-6.2", "-7.2"],
    "_gps_longitude": ["106.8", "112.7"],
    "foto": ["a.jpg", "b.jpg"],
    "foto_URL": ["https://kf.example/a.jpg", "https://kf.example/b.jpg"],
    "_uuid": ["u1", "u2"],
}


def test_kinds_labels_and_groups_come_from_the_form(passenger_form: SurveyForm) -> None:
    codebook = detect(survey(PASSENGERS, form=passenger_form))
    kinds = {v.name: str(v.kind) for v in codebook}
    assert kinds == {
        "start": "metadata",
        "S4": "identifier",
        "S6": "single_choice",
        "S9": "multi_choice",
        "S9_L": "other_specify",
        "B1": "scale",
        "E1": "open_ended",
        "gps": "geo",
        "foto": "media",
        "_uuid": "identifier",
    }
    assert codebook["S6"].label == "Jenis kelamin"
    assert codebook["S6"].group == "Data responden"
    assert codebook.language == "id"
    assert codebook.respondent_column == "_uuid"


def test_every_choice_knows_its_own_column_and_the_joined_one_comes_first(passenger_form: SurveyForm) -> None:
    sources = detect(survey(PASSENGERS, form=passenger_form))["S9"]
    assert sources.columns == ("S9", "S9/1", "S9/2", "S9/96")
    assert sources.delimiter is None, "0/1 columns are surer than the joined text"
    assert [(c.code, c.label, c.column) for c in sources.choices] == [
        ("1", "Televisi", "S9/1"),
        ("2", "Teman", "S9/2"),
        ("96", "Lainnya", "S9/96"),
    ]


def test_dont_know_has_no_factor_on_a_scale(passenger_form: SurveyForm) -> None:
    satisfaction = detect(survey(PASSENGERS, form=passenger_form))["B1"]
    assert {c.label: c.factor for c in satisfaction.choices} == {
        "Tidak puas": 1.0,
        "Cukup puas": 2.0,
        "Sangat puas": 3.0,
        "Tidak tahu": None,
    }


def test_only_a_text_asked_behind_an_other_choice_is_other_specify(passenger_form: SurveyForm) -> None:
    codebook = detect(survey(PASSENGERS, form=passenger_form))
    assert (codebook["S9_L"].other_of, codebook["S9_L"].other_code) == ("S9", "96")
    assert codebook["E1"].kind is Kind.OPEN_ENDED
    assert codebook["E1"].other_of is None


def test_parts_of_places_and_pictures_belong_to_their_question(passenger_form: SurveyForm) -> None:
    codebook = detect(survey(PASSENGERS, form=passenger_form))
    assert codebook["gps"].columns == ("gps", "_gps_latitude", "_gps_longitude")
    assert codebook["gps"].personal
    assert codebook["foto"].columns == ("foto", "foto_URL")


def test_an_export_with_question_texts_and_labels_finds_its_questions(passenger_form: SurveyForm) -> None:
    labelled = {
        "Jenis kelamin": ["Laki-laki", "Perempuan", "Perempuan"],
        "Dari mana tahu?": ["Televisi Lainnya", "Teman", "Teman"],
        "Dari mana tahu?/Televisi": ["1", "0", "0"],
        "Dari mana tahu?/Teman": ["0", "1", "1"],
        "Dari mana tahu?/Lainnya": ["1", "0", "0"],
        "Seberapa puas?": ["Sangat puas", "Tidak puas", "Tidak tahu"],
    }
    codebook = detect(survey(labelled, form=passenger_form))
    assert {v.name: str(v.kind) for v in codebook} == {"S6": "single_choice", "S9": "multi_choice", "B1": "scale"}
    assert codebook["S9"].choice("96").column == "Dari mana tahu?/Lainnya"
    assert any("labels" in reason for reason in codebook["S6"].evidence)


def test_labels_follow_the_forms_default_language() -> None:
    bilingual = form(
        [("integer", "umur", "How old are you?", "Berapa umur Anda?")],
        header=("type", "name", "label::English (en)", "label::Bahasa Indonesia (id)"),
        settings={"default_language": "Bahasa Indonesia (id)"},
    )
    assert detect(survey({"umur": ["20", "31"]}, form=bilingual))["umur"].label == "Berapa umur Anda?"


def test_or_other_gives_a_choice_and_a_text() -> None:
    vehicles = form(
        [("select_one kapal or_other", "K", "Kapal apa?")], [("kapal", "a", "Feri"), ("kapal", "b", "Roro")]
    )
    codebook = detect(survey({"K": ["a", "other"], "K_other": [None, "Perahu"]}, form=vehicles))
    assert [c.code for c in codebook["K"].choices] == ["a", "b", "other"]
    assert codebook["K_other"].kind is Kind.OTHER_SPECIFY
    assert (codebook["K_other"].other_of, codebook["K_other"].other_code) == ("K", "other")


def test_repeated_groups_keep_one_variable_an_entry() -> None:
    children = form([("begin_repeat", "anak", "Anak"), ("integer", "umur", "Umur anak"), ("end_repeat", None)])
    codebook = detect(survey({"anak[1]/umur": ["3", "4"], "anak[2]/umur": ["1", None]}, form=children))
    assert [(v.name, v.kind) for v in codebook] == [("umur[1]", Kind.NUMERIC), ("umur[2]", Kind.NUMERIC)]


def test_one_list_of_brands_in_three_questions_is_no_scale() -> None:
    brands = [("merek", str(i), label) for i, label in enumerate(["Aqua", "Le Minerale", "Club", "Vit"], start=1)]
    asked = form([("select_one merek", f"P{i}", f"Merek ke-{i}") for i in (1, 2, 3)], brands)
    codebook = detect(survey({f"P{i}": ["1", "2", "3", "4"] for i in (1, 2, 3)}, form=asked))
    assert {v.kind for v in codebook} == {Kind.SINGLE_CHOICE}


def test_calculated_weight_is_found_by_its_values() -> None:
    weighted = form([("calculate", "bobot", None), ("integer", "n", "Jumlah orang")])
    codebook = detect(survey({"bobot": ["0.8", "1.2", "1.05"], "n": ["1", "2", "3"]}, form=weighted))
    assert codebook["bobot"].weight
    assert not codebook["n"].weight


def test_questions_of_a_loop_carry_the_label_of_their_item() -> None:
    looped = form(
        [
            ("begin loop over boats", "often", None),
            ("select one from times", "freq", "How often does the %(label)s leave?"),
            ("end loop", None, None),
        ],
        [("boats", "cn", "small canoe"), ("boats", "fe", "ferry"), ("times", "d", "Daily"), ("times", "w", "Weekly")],
    )
    codebook = detect(survey({"often/cn/freq": ["d", "w", "d"], "often/fe/freq": ["w", "w", "d"]}, form=looped))
    assert {v.name: v.label for v in codebook} == {
        "freq_cn": "How often does the small canoe leave?",
        "freq_fe": "How often does the ferry leave?",
    }


def test_the_language_is_that_of_the_questions_though_one_is_answered_in_another() -> None:
    asked_in_indonesian = form(
        [
            ("text", "E1", "Apa saran Anda untuk perbaikan aplikasi ini?"),
            ("text", "E2", "Apa yang paling Anda sukai?"),
            ("text", "E3", "What do you think of the delivery?"),
        ],
        [],
    )
    said = [f"it is the best of all that I have ordered with you in the last {n} weeks" for n in range(30)]
    answers = {"E1": ["lambat"] * 30, "E2": ["murah"] * 30, "E3": said}
    assert detect(survey(answers, form=asked_in_indonesian)).language == "id"


def test_a_note_before_questions_with_one_list_is_the_question_of_their_battery() -> None:
    rows = [("begin_group", "c", "Layanan"), ("note", "n1", "**Seberapa puas** Anda dengan ...")]
    rows += [("select_one puas", f"C1_{n}", f"Hal {n}") for n in (1, 2, 3)]
    rows += [("note", "n2", "Seberapa <b>penting</b> bagi Anda ...")]
    rows += [("select_one penting", f"C2_{n}", f"Hal {n}") for n in (1, 2, 3)]
    rows += [("note", "n3", "Sekarang tentang harga."), ("select_one puas", "C3", "Harga"), ("end_group", None)]
    lists = [("puas", str(n), f"{n}") for n in range(1, 6)] + [("penting", str(n), f"P{n}") for n in range(1, 6)]
    names = [f"C{b}_{n}" for b in (1, 2) for n in (1, 2, 3)] + ["C3"]
    codebook = detect(survey({name: ["1", "3", "5"] for name in names}, form=form(rows, lists)))
    satisfied, important = "Seberapa puas Anda dengan ...", "Seberapa penting bagi Anda ..."
    assert [codebook[name].group for name in names] == [satisfied] * 3 + [important] * 3 + ["Layanan"]
