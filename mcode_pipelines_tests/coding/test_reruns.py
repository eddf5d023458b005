from __future__ import annotations

import polars as pl
import pytest

from mcode_pipelines.coding import CodingSettings, code_answers
from mcode_pipelines.survey import NO_ANSWER, ROW, CodeFrames

FIRST = ["toilet kotor", "tiket mahal", "jadwal terlambat", "-"]


def rerun(question, frame, embedder, **more):
    return code_answers([question], CodeFrames((frame,)), embedder=embedder, settings=CodingSettings(), **more)


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
