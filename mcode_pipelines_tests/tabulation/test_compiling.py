"""A written plan becomes a compiled plan: every name resolved, every text read once, every complaint made first."""

from __future__ import annotations

import re

import polars as pl
import pytest

from mcode_pipelines.survey import Codebook, TabulationPlan
from mcode_pipelines.tabulation import PlanError, check_filter, tabulate
from mcode_pipelines.tabulation.plan import conditions
from mcode_pipelines.tabulation.plan.compiling import compile_plan
from mcode_pipelines.tabulation.plan.questions import Composite, DerivedQuestion, SurveyQuestion, with_sources
from mcode_pipelines.tabulation.plan.weightings import RimWeighting
from mcode_pipelines_tests.tabulation.made_surveys import multi, numeric, raw_survey, scale, single

QUESTIONS = (
    single("S6", 1, 2),
    single("S15", 1, 2, 3),
    multi("S9", 1, 2, 3),
    scale("A1", *range(1, 7)),
    scale("A2", *range(1, 7)),
    numeric("age"),
)
CODEBOOK = Codebook(variables=QUESTIONS)
DATA = {
    "S6": [1, 1, 2, 2],
    "S15": [1, 2, 3, 1],
    "S9": ["1 2", "3", "1", "2"],
    "A1": [6, 5, 1, 2],
    "A2": [1, 6, 5, 4],
    "age": [20, 30, 40, 50],
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every SQL text that polars is asked to read, as it is read."""
    texts: list[str] = []
    parse = pl.sql_expr

    def counted(sql: str) -> pl.Expr:
        texts.append(sql)
        return parse(sql)

    monkeypatch.setattr(conditions.pl, "sql_expr", counted)
    return texts


def compiled(**plan: object):
    return compile_plan(TabulationPlan.model_validate(plan), CODEBOOK)


def test_a_filter_written_in_ten_places_is_read_once(read: list[str]) -> None:
    text = "S6 = 1 AND age >= 20"
    plan = TabulationPlan.model_validate(
        {
            "filter": text,
            "define": {"young": {"cases": {"a": text, "b": "age < 40"}}},
            "banner": ["total", {"cases": {"men": text}}],
            "rows": [{"variable": name, "filter": text} for name in ("S6", "S15", "S9", "A1", "A2", "age", "young")],
        }
    )
    (batch,) = tabulate(plan, raw_survey(DATA), CODEBOOK)
    assert [head.trouble for head in batch.heads] == [None] * 7
    assert len(read) == 2, read


def test_a_filter_that_cannot_be_read_is_told_of_every_row(read: list[str]) -> None:
    plan = compiled(rows=["S6", {"variable": "S15", "filter": "S6 = "}, {"variable": "A1", "filter": "S6 = "}])
    troubles = [row.item.trouble or "" for row in plan.rows]
    assert troubles[0] == ""
    assert all(trouble.startswith("filter 'S6 = ' ") for trouble in troubles[1:])


def test_names_are_resolved_to_questions() -> None:
    plan = compiled(
        define={
            "both": {"mean": ["A*"]},
            "old": {"variable": "both", "bands": {"low": [None, 3], "high": [3.5, None]}},
        },
        banner=["total", "S15 > S6"],
        rows=[{"variable": "old", "filter": "S9 = 2"}],
        weight={"rim": {"S6": {1: 30, 2: 70}}},
    )
    (row,) = plan.rows
    (old,) = row.questions
    assert isinstance(old, DerivedQuestion)
    assert [q.variable.name for q in with_sources([old])] == ["old", "both", "A2", "A1"]
    both = plan.questions["both"]
    assert isinstance(both, DerivedQuestion)
    assert both.derivation == Composite((plan.questions["A1"], plan.questions["A2"]), mean=True, minimum_answers=1)
    assert row.filter is not None
    assert [(o.question, o.holds, o.code) for o in row.filter.operands] == [(plan.questions["S9"], "has_code", "2")]
    assert [q.variable.name for q in plan.banner[1].path] == ["S15", "S6"]
    (weighting,) = plan.weightings
    assert row.weightings == (weighting,)
    assert isinstance(weighting.by, RimWeighting)
    assert weighting.by.margins[0].path == (plan.questions["S6"],)
    assert weighting.by.margins[0].shares.tolist() == [0.3, 0.7]


def test_a_variable_that_a_broken_definition_names_stands_for_nothing() -> None:
    plan = compiled(
        define={"S15": {"variable": "S6", "nets": {"all": [1, 2]}}},
        rows=["S6", {"variable": "A1", "filter": "S15 = 1"}],
    )
    assert "S15" not in plan.questions
    assert plan.rows[1].item.trouble == ("define: 'S15': survei sudah punya variabel dengan nama ini; pilih nama lain")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"variable": "S6", "filter": "S9 = 7"}, "filter 'S9 = 7': 'S9' has no code '7'; its codes are 1, 2, 3"),
        ({"variable": "S6", "filter": "age"}, "it is not a condition that is true or false"),
        ({"variable": "S6", "filter": "SUM(age) > 3"}, "it is not a condition that is true or false"),
        ({"variable": "S6", "filter": "S6 = 'men'"}, "a number is compared with a text"),
        ({"variable": "A1", "factors": {9: 1}}, "factors: the question has no code '9'"),
        ({"variable": "S9", "statistics": ["mean"]}, "'S9' takes several answers, so it has no mean"),
        ({"variable": "age", "statistics": ["top2"]}, "'age' is a number and top2 needs a question with choices"),
        ({"variable": "A1", "nps": True}, "nps of 'A1' needs a scale from 0 to 10"),
        ({"variable": "age", "percent_of": "responses"}, "percent_of: it is a number"),
        ({"variable": "age", "bands": {"a": [None, 30]}, "nets": {"n": [2]}}, "which the question does not have"),
        ({"variable": "R", "ranking": {"items": ["A1", "A2"]}, "no_answer": "show"}, "this table has no row for it"),
        ({"variable": "page", "items": ["A1", "S15"], "summary": "mean"}, "'S15' has no factors"),
    ],
)
def test_what_a_row_cannot_be_is_known_before_anything_is_read(row: dict[str, object], sentence: str) -> None:
    plan = compiled(rows=["S15", row], language="en")
    assert sentence in (plan.rows[1].trouble("en") or "")
    (batch,) = tabulate(plan.written, raw_survey(DATA), CODEBOOK)
    assert sentence in (batch.heads[1].trouble or "")
    assert set(batch.cells["table_id"]) == {"T0001"}


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"filter": "S9 = 7"}, "'S9' has no code '7'"),
        ({"filter": "age + 1"}, "it is not a condition that is true or false"),
        ({"weight": "S6"}, "weight: 'S6' is single_choice, not a number"),
        ({"weight": {"rim": {"S6": {1: 0.5, 2: 0.6}}}}, "the target shares of 'S6' add to 1.1, not to 1"),
        ({"weight": {"rim": {}}}, "rim names no variable"),
    ],
)
def test_what_stops_the_whole_plan_is_told_before_anything_is_read(plan: dict[str, object], sentence: str) -> None:
    with pytest.raises(PlanError, match=re.escape(sentence)):
        compiled(**plan)


def test_a_weight_that_cannot_be_made_stops_its_own_tables_alone() -> None:
    plan = compiled(weights=["none", "S6"], rows=["S15"])
    assert [type(weighting.by).__name__ for weighting in plan.weightings] == ["Unweighted", "PlanError"]
    (batch,) = tabulate(plan.written, raw_survey(DATA), CODEBOOK)
    assert [head.trouble is None for head in batch.heads] == [True, False]


def test_codes_of_a_question_without_a_list_are_looked_for_in_the_data() -> None:
    open_list = Codebook(variables=(*QUESTIONS, single("town").model_copy(update={"choices": ()})))
    plan = TabulationPlan.model_validate({"rows": [{"variable": "town", "nets": {"n": ["Bogor"]}}, "S6"]})
    written = compile_plan(plan, open_list).written
    assert [row.trouble for row in written.rows or ()] == [None, None]
    data = raw_survey({**DATA, "town": ["Bogor", "Depok", "Bogor", None]})
    (batch,) = tabulate(plan, data, open_list)
    net = batch.cells.filter(pl.col("row_code") == "n", pl.col("column_code") == "@")
    assert net["count"].to_list() == [2.0]


def test_a_filter_is_checked_against_the_data_without_its_banner_or_rows() -> None:
    plan = TabulationPlan.model_validate({"filter": "age > 90", "rows": ["nowhere"]})
    with pytest.raises(PlanError, match="no rows after filter"):
        check_filter(plan, raw_survey(DATA), CODEBOOK)


def test_the_question_of_the_wave_is_a_question_like_any_other() -> None:
    plan = compiled(waves="all", rows=["S6"])
    wave = plan.questions["wave"]
    assert not isinstance(wave, SurveyQuestion)
    assert [column.item.variable for column in plan.banner] == ["total", "wave"]
    assert plan.banner[1].path == (wave,)
