from __future__ import annotations

import polars as pl
import pytest

from mcode_pipelines.coding import (
    CodingSettings,
    EarlierCoding,
    LocalEngine,
    RunMode,
    SurveyAnswers,
    code_survey,
    frame_survey,
)
from mcode_pipelines.survey import NO_ANSWER, ROW, CodeFrames

FIRST = ["toilet kotor", "tiket mahal", "jadwal terlambat", "-"]


def rerun(question, frame, embedder, *, decided=None, coded=None, texts=None):
    """The question coded; where there is an earlier run, only what is new in it."""
    return code_survey(
        SurveyAnswers([question], []),
        CodeFrames((frame,)),
        LocalEngine(embedder),
        embedder=embedder,
        settings=CodingSettings(),
        coded=coded,
        mode=RunMode.ALL_BUT_CORRECTED if decided is None else RunMode.ONLY_NEW,
        earlier=[] if decided is None else [EarlierCoding(decided, texts)],
    )


@pytest.fixture
def decided(asked, complaints_frame, embedder):
    """An earlier run whose first answer was coded in a way that no engine would."""
    codings = rerun(asked(FIRST), complaints_frame, embedder)
    odd = (pl.lit(5), pl.lit("Tempat duduk kurang"), pl.lit(0.77))
    first = pl.col("respondent") == "r1"
    return codings.with_columns(
        pl.when(first).then(new).otherwise(pl.col(name)).alias(name)
        for name, new in zip(("code", "label", "confidence"), odd, strict=True)
    )


def of_respondent(codings: pl.DataFrame, respondent: str) -> list[tuple[int, str]]:
    return codings.filter(pl.col("respondent") == respondent).select("code", "decided_by").rows()


def test_answers_that_were_decided_keep_their_codes_and_new_ones_are_coded(asked, complaints_frame, decided, embedder):
    codings = rerun(asked([*FIRST, "petugas jutek", "TOILET KOTOR"]), complaints_frame, embedder, decided=decided)
    assert codings.filter(pl.col("respondent").is_in(["r1", "r2", "r3", "r4"])).equals(decided)
    assert of_respondent(codings, "r5") == [(4, "model")]
    assert of_respondent(codings, "r6") == [(5, "duplicate")]


def test_respondents_are_known_by_their_identifier_wherever_their_row_is(asked, complaints_frame, decided, embedder):
    grown = asked(["petugas jutek", *FIRST])
    moved = grown.answers.with_columns(respondent=pl.Series(["r9", "r1", "r2", "r3", "r4"]))
    question = type(grown)(grown.variable, grown.text, grown.language, moved)
    codings = rerun(question, complaints_frame, embedder, decided=decided)
    assert codings.filter(pl.col("respondent") == "r1").select(ROW, "code").row(0) == (2, 5)


def test_a_person_who_decides_later_overrides_the_earlier_run(asked, complaints_frame, decided, embedder):
    coded = pl.DataFrame({"respondent": ["r1"], "variable": ["E4"], "code": [2]})
    codings = rerun(asked([*FIRST, "toilet kotor"]), complaints_frame, embedder, decided=decided, coded=coded)
    assert of_respondent(codings, "r1") == [(2, "person")]
    assert of_respondent(codings, "r5") == [(2, "duplicate")]


def test_codes_that_the_frame_no_longer_has_are_given_anew(asked, complaints_frame, decided, embedder):
    smaller = complaints_frame.model_copy(update={"codes": tuple(c for c in complaints_frame.codes if c.code != 5)})
    assert of_respondent(rerun(asked(FIRST), smaller, embedder, decided=decided), "r1") == [(1, "model")]


def test_labels_are_those_of_todays_frame(asked, complaints_frame, decided, embedder):
    renamed = complaints_frame.model_copy(
        update={"codes": tuple(c.model_copy(update={"label": c.label + " (baru)"}) for c in complaints_frame.codes)}
    )
    codings = rerun(asked(FIRST), renamed, embedder, decided=decided)
    assert codings.filter(pl.col("respondent") == "r1")["label"].to_list() == ["Tempat duduk kurang (baru)"]


def test_running_again_with_nothing_new_changes_no_byte(asked, complaints_frame, embedder):
    question = asked([*FIRST, "toilet bau, tiket mahal", "tidak tahu"])
    once = rerun(question, complaints_frame, embedder)
    assert rerun(question, complaints_frame, embedder, decided=once).equals(once)
    assert once.filter(pl.col("respondent") == "r6")["code"].to_list() == [NO_ANSWER]


class Counting(LocalEngine):
    """The local engine, and how many answers it was given to code."""

    coded = 0

    def code_answers(self, questions, frames, **more):
        self.coded += sum(q.answers.height for q in questions)
        return super().code_answers(questions, frames, **more)


def test_what_was_coded_before_is_not_coded_again(asked, complaints_frame, embedder):
    texts = [f"toilet kotor nomor {n}" for n in range(40)]
    engine = Counting(embedder)
    how = {"embedder": embedder, "settings": CodingSettings()}
    first = code_survey(SurveyAnswers([asked(texts)], []), CodeFrames((complaints_frame,)), engine, **how)
    engine.coded = 0
    only_new = {"mode": RunMode.ONLY_NEW, "earlier": [EarlierCoding(first)]}
    again = code_survey(SurveyAnswers([asked(texts)], []), CodeFrames((complaints_frame,)), engine, **how, **only_new)
    assert (engine.coded, again.equals(first)) == (0, True)


def test_an_upload_that_has_grown_keeps_the_codes_of_answers_that_are_the_same(
    asked, complaints_frame, decided, embedder
):
    """Another upload of the study: r2 said something else meanwhile, r5 is new."""
    before = {"E4": asked(FIRST)}
    grown = asked([FIRST[0], "petugas jutek", *FIRST[2:], "petugas jutek"])
    codings = rerun(grown, complaints_frame, embedder, decided=decided, texts=before)
    assert of_respondent(codings, "r1") == [(5, decided.row(0)[-1])]
    assert of_respondent(codings, "r2") == [(4, "model")]
    assert of_respondent(codings, "r5") == [(4, "duplicate")]


def test_what_persons_decided_in_an_earlier_upload_teaches(asked, complaints_frame, embedder):
    """Other respondents and another file: nothing but the lesson says that a "wifi" complaint is about the seats."""
    then = asked([f"wifi {word}" for word in ("lemot", "mati", "putus", "lelet", "hilang")])
    codes = code_survey(
        SurveyAnswers([then], []),
        CodeFrames((complaints_frame,)),
        LocalEngine(embedder),
        embedder=embedder,
        settings=CodingSettings(),
        coded=pl.DataFrame({"respondent": [f"r{n}" for n in range(1, 6)], "variable": "E4", "code": 5}),
    )
    now = asked(["wifi mati", "toilet kotor", "wifi lemot sekali"])
    moved = now.answers.with_columns(respondent=pl.Series(["n1", "n2", "n3"]))
    question = type(now)(now.variable, now.text, now.language, moved)
    codings = code_survey(
        SurveyAnswers([question], []),
        CodeFrames((complaints_frame,)),
        LocalEngine(embedder),
        embedder=embedder,
        settings=CodingSettings(),
        earlier=[EarlierCoding(codes, {"E4": then})],
    )
    assert of_respondent(codings, "n1") == [(5, "duplicate")]
    assert [code for code, _ in of_respondent(codings, "n2")] == [1]
    assert set(codings["respondent"]) == {"n1", "n2", "n3"}


def test_the_frame_of_an_earlier_wave_is_gone_on_with_where_the_question_is_the_same(asked, complaints_frame, embedder):
    question = asked(FIRST)
    earlier = CodeFrames((complaints_frame.model_copy(update={"question": question.text}),))
    how = {"embedder": embedder, "settings": CodingSettings(), "earlier": earlier}
    (frame,) = frame_survey(SurveyAnswers([question], []), LocalEngine(embedder), **how)
    assert frame.origin == "wave"
    assert frame.codes[: len(complaints_frame.codes) - 2] == complaints_frame.codes[:-2]
    other = type(question)(question.variable, "Apa warna kesukaan Anda?", question.language, question.answers)
    (frame,) = frame_survey(SurveyAnswers([other], []), LocalEngine(embedder), **how)
    assert frame.origin == "generated"
