"""Data that go beyond their form: other languages, removed choices, other versions, other tools, rankings."""

from collections.abc import Sequence

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import Codebook, Kind, RawSurvey
from mcode_pipelines.tabulation.respondents.answers import CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.respondents.decoding import decode
from mcode_pipelines_tests.detection.made import form, survey

HEADER = ("type", "name", "label::Bahasa Indonesia (id)", "label::English (en)", "relevant", "appearance")
CHOICES_HEADER = ("list_name", "name", "label::Bahasa Indonesia (id)", "label::English (en)")
CHOICES = [
    ["kelas", "e", "Ekonomi", "Economy"],
    ["kelas", "b", "Bisnis", "Business class"],
    ["makan", "nasi", "Nasi kotak", "Rice box"],
    ["makan", "mie", "Mie", "Noodles"],
    ["makan", "96", "Lainnya", "Other"],
]
ROWS = [
    ["begin_group", "naik", "Perjalanan", "Trip"],
    ["select_one kelas", "kelas", "Kelas tiket", "Ticket class"],
    ["select_multiple makan", "makan", "Apa yang dibeli", "What was bought"],
    ["integer", "lama", "Lama perjalanan", "Time on board"],
    ["end_group", "", "", ""],
]
FORM = form(ROWS, CHOICES, header=HEADER, choices_header=CHOICES_HEADER)


def counts(raw: RawSurvey, codebook: Codebook, name: str) -> dict[str, int]:
    answers = decode(codebook[name], raw.data.collect())
    assert isinstance(answers, CodedAnswers)
    given = answers.patterns[answers.patterns >= 0]
    return {c.code: int(answers.members[given, i].sum()) for i, c in enumerate(answers.choices)}


@pytest.mark.parametrize(
    ("headers", "classes", "bought"),
    [
        (("naik/kelas", "naik/makan"), ("e", "b"), ("nasi mie", "mie")),
        (("naik-kelas", "naik-makan"), ("e", "b"), ("nasi mie", "mie")),
        (("kelas", "makan"), ("Economy", "Business class"), ("Rice box Noodles", "Noodles")),
        (("Ticket class", "What was bought"), ("Economy", "Business class"), ("Rice box, Noodles", "Noodles")),
        (("Perjalanan/Kelas tiket", "Perjalanan/Apa yang dibeli"), ("Ekonomi", "Bisnis"), ("Nasi kotak Mie", "Mie")),
        (("Trip/Ticket class", "Trip/What was bought"), ("Economy", "business class"), ("Noodles Rice box", "Noodles")),
    ],
)
def test_headers_and_answers_in_any_language_are_the_forms(
    headers: Sequence[str], classes: Sequence[str], bought: Sequence[str]
) -> None:
    raw = survey({headers[0]: classes * 3, headers[1]: bought * 3}, form=FORM)
    codebook = detect(raw)
    assert [v.name for v in codebook] == ["kelas", "makan"]
    assert counts(raw, codebook, "kelas") == {"e": 3, "b": 3}
    assert counts(raw, codebook, "makan") == {"nasi": 3, "mie": 6, "96": 0}
    assert not codebook["kelas"].remarks


def test_choices_that_were_taken_out_of_the_form_have_rows_and_are_told() -> None:
    raw = survey(
        {
            "kelas": ["e", "vip", "b", "vip"],
            "makan": ["roti mie", "mie", "nasi", None],
            "makan/nasi": ["0", "0", "1", None],
            "makan/mie": ["1", "1", "0", None],
            "makan/96": ["0", "0", "0", None],
            "makan/roti": ["1", "0", "0", None],
        },
        form=FORM,
    )
    codebook = detect(raw)
    assert counts(raw, codebook, "kelas") == {"e": 1, "b": 1, "vip": 2}
    assert counts(raw, codebook, "makan") == {"nasi": 1, "mie": 2, "96": 0, "roti": 1}
    assert "'vip' (2 respondents)" in codebook["kelas"].remarks[0].en
    assert "'roti'" in codebook["makan"].remarks[0].id


def test_a_question_that_moved_group_is_one_question_where_no_row_fills_both() -> None:
    cells = {
        "awal/kelas": ["e", "b", None, None],
        "awal/lama": ["30", "50", None, None],
        "naik/kelas": [None, None, "b", "b"],
        "naik/lama": [None, None, "20", "40"],
        "__version__": ["v1", "v1", None, None],
        "_version__001": [None, None, "v2", "v2"],
    }
    raw = survey(cells, form=FORM)
    codebook = detect(raw)
    assert counts(raw, codebook, "kelas") == {"e": 1, "b": 3}
    answers = decode(codebook["lama"], raw.data.collect())
    assert isinstance(answers, NumericAnswers)
    assert answers.values.tolist() == [30, 50, 20, 40]
    assert "awal/kelas" in codebook["kelas"].remarks[0].en
    assert codebook["_version__001"].kind is Kind.METADATA


def test_columns_that_a_row_fills_both_stay_two_questions() -> None:
    codebook = detect(survey({"awal/lama": ["30", "50"], "naik/lama": ["20", "40"]}, form=FORM))
    assert len(codebook) == 2


@pytest.mark.parametrize(("group", "text"), [("Awal", "Lama perjalanan"), ("Start", "Time on board")])
def test_a_question_that_moved_group_is_one_question_where_headers_are_labels_too(group: str, text: str) -> None:
    raw = survey({f"{group}/{text}": ["30", "50", None], f"Perjalanan/{text}": [None, None, "40"]}, form=FORM)
    codebook = detect(raw)
    assert [v.name for v in codebook] == ["lama"]
    answers = decode(codebook["lama"], raw.data.collect())
    assert isinstance(answers, NumericAnswers)
    assert answers.values.tolist() == [30, 50, 40]
    assert f"{group}/{text}" in codebook["lama"].remarks[0].en


def test_a_choice_that_is_called_like_a_question_is_not_taken_for_it() -> None:
    rows = [["select_multiple m", "pesan", "Apa yang dipesan?"], ["text", "kopi", "Kopi"]]
    made = form(rows, [["m", "teh", "Teh"], ["m", "susu", "Susu"]])
    cells = {"Apa yang dipesan?/Teh": ["1", "0", "1"], "Apa yang dipesan?/Kopi": ["0", "1", "0"]}
    codebook = detect(survey({**cells, "Kopi": ["tubruk", None, "hitam"]}, form=made))
    assert codebook["kopi"].columns == ("Kopi",)
    assert not codebook["kopi"].versions


def test_choices_of_a_file_are_the_answers() -> None:
    rows = [["select_one desa", "desa", "Desa", "Village", "", "search('desa')"]]
    made = form(rows, [["desa", "id_desa", "nama_desa", "nama_desa"]], header=HEADER, choices_header=CHOICES_HEADER)
    raw = survey({"desa": ["3201", "3202", "3201"]}, form=made)
    codebook = detect(raw)
    assert counts(raw, codebook, "desa") == {"3201": 2, "3202": 1}
    assert not codebook["desa"].remarks


def test_names_with_blanks_are_cut_so_that_all_of_the_cell_is_known() -> None:
    made = form(
        [["select_multiple m", "m", "Menu"]],
        [["m", "kopi", "Kopi"], ["m", "kopi susu", "Kopi susu"], ["m", "susu jahe", "Susu jahe"]],
    )
    raw = survey({"m": ["kopi susu", "kopi susu jahe", "kopi susu kopi", "susu jahe"]}, form=made)
    assert counts(raw, detect(raw), "m") == {"kopi": 2, "kopi susu": 2, "susu jahe": 2}


def test_a_ranking_is_asked_place_by_place() -> None:
    made = form([["rank r", "urut", "Urutkan"]], [["r", "x", "Harga"], ["r", "y", "Mutu"], ["r", "z", "Jarak"]])
    raw = survey({"urut": ["y x z", "x y z", "y z x"]}, form=made)
    codebook = detect(raw)
    assert [v.name for v in codebook] == ["urut_1", "urut_2", "urut_3"]
    assert counts(raw, codebook, "urut_1") == {"x": 1, "y": 2, "z": 0}
    assert counts(raw, codebook, "urut_3") == {"x": 1, "y": 0, "z": 2}


def test_numbered_repeats_are_the_questions_of_the_repeat_and_not_applicable_is_no_answer() -> None:
    made = form(
        [["begin_repeat", "anak", "Anak"], ["select_multiple g", "gigi", "Gigi"], ["integer", "umur", "Umur"],
         ["end_repeat", "", ""]],
        [["g", "sikat", "Sikat"], ["g", "benang", "Benang"]],
    )  # fmt: skip
    cells = {
        "gigi_1": ["sikat", "sikat benang"], "gigi_sikat_1": ["1", "1"], "gigi_benang_1": ["0", "1"],
        "umur_1": ["4", "9"],
        "gigi_2": ["n/a", "benang"], "gigi_sikat_2": ["n/a", "0"], "gigi_benang_2": ["n/a", "1"],
        "umur_2": ["n/a", "6"],
    }  # fmt: skip
    raw = survey(cells, form=made)
    codebook = detect(raw)
    assert codebook["gigi_2"].columns == ("gigi_2", "gigi_sikat_2", "gigi_benang_2")
    assert codebook["umur_2"].kind is Kind.NUMERIC
    answers = decode(codebook["gigi_2"], raw.data.collect())
    assert isinstance(answers, CodedAnswers)
    assert (answers.patterns >= 0).tolist() == [False, True]


def test_the_text_of_or_other_is_a_text() -> None:
    made = form([["select_multiple s or_other", "s", "Sumber"]], [["s", "a", "Radio"], ["s", "b", "Koran"]])
    codebook = detect(survey({"s": ["a other", "b", "a b"] * 3, "s_other": ["pamflet", None, None] * 3}, form=made))
    assert (codebook["s_other"].kind, codebook["s_other"].other_of) == (Kind.OTHER_SPECIFY, "s")


def test_an_amount_that_several_answers_lead_to_is_a_number_of_its_own() -> None:
    asked = "selected(${kelas}, 'e') or selected(${kelas}, '96')"
    made = form(
        [["select_one k", "kelas", "Kelas", ""], ["text", "bayar", "Berapa dibayar", asked]],
        [["k", "e", "Ekonomi"], ["k", "b", "Bisnis"], ["k", "96", "Lainnya"]],
    )
    codebook = detect(survey({"kelas": ["e", "b", "96"] * 6, "bayar": ["15.000", None, "22.500"] * 6}, form=made))
    assert codebook["bayar"].kind is Kind.NUMERIC
    assert codebook["bayar"].remarks


def test_masked_texts_are_no_answers() -> None:
    cells = {"P1": ["1", "2", "96", "1"] * 5, "P1_lain": ["<anonymised>"] * 20}
    codebook = detect(survey(cells))
    assert codebook["P1_lain"].kind is Kind.METADATA
    assert codebook["P1_lain"].remarks
