"""Questions that are answered by proper names, or in few ways, are coded as lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from mcode_pipelines.coding import (
    CodingSettings,
    EarlierCoding,
    LocalEngine,
    RunMode,
    SurveyAnswers,
    build_code_frames,
    code_answers,
    code_survey,
    frame_survey,
    propose_codes,
)
from mcode_pipelines.survey import Code, CodeFrame, CodeFrames

SHIPS = (
    ["KM Tidar"] * 30 + ["km tidar"] * 5 + ["KM. Tidar"] * 2 + ["KM Tiidar"] + ["Tidar"] * 3
    + ["KM Lambelu"] * 25 + ["KM Bukit Raya"] * 12 + ["KM Bukit Siguntang"] * 9 + ["KM Umsini"]
)  # fmt: skip


def _counts(codings: pl.DataFrame) -> dict[str, int]:
    return dict(Counter(codings["label"]))


def _coded(question, embedder, given=None, settings=None, coded=None):
    settings = settings or CodingSettings()
    frames = build_code_frames([question], embedder=embedder, settings=settings, given=given)
    return frames, code_answers([question], frames, embedder=embedder, settings=settings, coded=coded)


@pytest.fixture
def ships(asked):
    return replace(asked(SHIPS, text="Nama kapal?"), names=True)


def _frame(question, *labels, **more):
    codes = tuple(Code(code=n, label=label) for n, label in enumerate(labels, start=1))
    return CodeFrame(
        variable=question.variable, question=question.text, language="id", codes=codes, origin="given", **more
    )


def test_names_get_codes_of_their_own_and_rare_ones_the_other_code(ships, embedder):
    frames, codings = _coded(ships, embedder)
    assert _counts(codings) == {
        "KM Tidar": 41,
        "KM Lambelu": 25,
        "KM Bukit Raya": 12,
        "KM Bukit Siguntang": 9,
        "Lainnya": 1,
    }
    assert [c.code for c in frames.of(ships.variable).codes] == [1, 2, 3, 4, 5, 99]


def test_a_given_frame_of_names_takes_no_other_name(ships, embedder):
    frames, codings = _coded(ships, embedder, CodeFrames((_frame(ships, "KM Tidar", "KM Dobonsolo"),)))
    assert _counts(codings) == {"KM Tidar": 41, "Lainnya": 47}
    assert frames.of(ships.variable).other == 3


def test_the_frame_of_an_earlier_wave_grows_by_new_names_only(ships, embedder):
    before = _frame(ships, "KM Lambelu", "KM Tidar").model_copy(update={"origin": "wave"})
    _, codings = _coded(ships, embedder, CodeFrames((before,)))
    assert _counts(codings) == {
        "KM Tidar": 41, "KM Lambelu": 25, "KM Bukit Raya": 12, "KM Bukit Siguntang": 9, "Lainnya": 1,
    }  # fmt: skip


def test_what_a_person_deleted_from_a_list_does_not_come_back(ships, embedder):
    gone = (Code(code=3, label="KM Bukit Raya"),)
    before = _frame(ships, "KM Lambelu", "KM Tidar", deleted=gone).model_copy(update={"origin": "wave"})
    frames, codings = _coded(ships, embedder, CodeFrames((before,)))
    assert "KM Bukit Raya" not in {c.label for c in frames.of(ships.variable).codes}
    assert _counts(codings)["Lainnya"] == 13


def test_a_persons_decision_teaches_a_spelling_and_nothing_else(ships, embedder):
    frames, _ = _coded(ships, embedder)
    row = SHIPS.index("KM Umsini")
    coded = pl.DataFrame(
        {
            "respondent": [ships.answers["respondent"][row]],
            "variable": [ships.variable],
            "code": [1],
        }
    )
    _, codings = _coded(ships, embedder, frames, coded=coded)
    assert _counts(codings)["KM Tidar"] == 42
    assert _counts(codings)["KM Lambelu"] == 25


def test_several_names_of_one_answer_are_all_counted(asked, embedder):
    said = ["BNI"] * 20 + ["BRI"] * 20 + ["BCA"] * 10 + ["CIMB"] * 8 + ["BNI, BRI, BCA dan CIMB"] * 4 + ["bri/bca"] * 3
    question = replace(asked(said, text="Bank apa saja?"), names=True)
    _, codings = _coded(question, embedder)
    assert _counts(codings) == {"BRI": 27, "BNI": 24, "BCA": 17, "CIMB": 12}


def test_a_name_with_and_in_it_is_one_name(asked, embedder):
    said = ["Bed & Bath"] * 12 + ["Ikea"] * 9 + ["Ikea and Bed & Bath"] * 2
    question = replace(asked(said, text="Which shop?", language="en"), names=True)
    _, codings = _coded(question, embedder)
    assert _counts(codings) == {"Bed & Bath": 14, "Ikea": 11}


def test_few_different_answers_are_a_list_though_nothing_says_so(asked, embedder):
    said = ["Teluk Bayur"] * 30 + ["Tanjung Perak"] * 30 + ["Tanjung Emas"] * 20 + ["tanjung emas"] * 5
    frames, codings = _coded(asked(said, text="Naik dari?"), embedder)
    assert _counts(codings) == {"Teluk Bayur": 30, "Tanjung Perak": 30, "Tanjung Emas": 25}
    assert frames.of(asked(said).variable).listed


def test_few_different_opinions_are_themes(asked, embedder):
    said = ["toilet kotor", "toilet jorok", "tiket mahal", "harga tiket mahal", "petugas ramah"] * 12
    frames, _ = _coded(asked(said, text="Apa kesan Anda?"), embedder)
    assert not any(f.listed for f in frames)


def test_a_given_frame_of_themes_is_no_list(asked, embedder):
    said = ["bersih", "rapi", "cepat", "sigap"] * 15
    question = asked(said, text="Apa kesan Anda?")
    frames, _ = _coded(question, embedder, CodeFrames((_frame(question, "Kebersihan", "Kecepatan"),)))
    assert not any(f.listed for f in frames)


def test_only_new_answers_of_a_list_are_coded_by_spelling_too(ships, embedder):
    engine, settings = LocalEngine(embedder), CodingSettings()
    before = replace(ships, answers=ships.answers.filter(pl.col("verbatim") != "KM Umsini"))
    frames, codings = _coded(before, embedder)
    again = code_survey(
        SurveyAnswers([ships], []),
        frames,
        engine,
        embedder=embedder,
        settings=settings,
        mode=RunMode.ONLY_NEW,
        earlier=[EarlierCoding(codings)],
    )
    assert _counts(again)["Lainnya"] == 1
    assert again.height == len(SHIPS)


def test_what_has_no_code_is_told_and_proposed_where_it_is_given_often(ships, embedder):
    told: list[str] = []
    given = CodeFrames((_frame(ships, "KM Tidar"),))
    frames = frame_survey(
        SurveyAnswers([ships], []),
        LocalEngine(embedder),
        embedder=embedder,
        settings=CodingSettings(),
        given=given,
        remarks=told,
    )
    assert any("by their spelling only" in t and "'km lambelu'" in t and "47 times" in t for t in told)
    proposed = propose_codes([ships], frames, embedder=embedder, settings=CodingSettings())
    assert [(p.label, p.answers) for p in proposed] == [
        ("KM Lambelu", 25),
        ("KM Bukit Raya", 12),
        ("KM Bukit Siguntang", 9),
    ]
