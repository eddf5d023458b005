"""Names and codes that hold the sign by which plans nest questions."""

from __future__ import annotations

import pytest

from mcode_pipelines.survey import Choice, Variable
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, single

AREA = single("Kota > kabupaten", 1, 2)
INCOME = Variable(
    name="Income",
    label="Income",
    kind="single_choice",
    columns=("Income",),
    choices=(Choice(code="> 5 juta", label="> 5 juta"), Choice(code="< 5 juta", label="< 5 juta")),
)
DATA = {
    "Kota > kabupaten": ["1", "1", "2", "2"],
    "Income": ["> 5 juta", "< 5 juta", "> 5 juta", "> 5 juta"],
    "S1": ["1", "2", "1", "1"],
}


def test_a_name_with_the_sign_is_one_question_and_can_be_nested() -> None:
    plan = {"banner": ["Kota > kabupaten", "S1 > Kota > kabupaten"], "rows": ["Income"]}
    count = figures(book(plan, DATA, AREA, INCOME, single("S1", 1, 2)), "count")
    assert [count["> 5 juta", c] for c in ("1", "2", "1>1", "1>2", "2>1")] == [1, 2, 1, 2, 0]


def test_an_empty_plan_shows_such_a_question() -> None:
    area = AREA.model_copy(update={"demographic": True, "characteristic": "area"})
    tables = book({"rows": ["Income"]}, DATA, area, INCOME)
    assert {column.variable for column in tables.book.banner} == {"total", "Kota > kabupaten"}


def test_a_code_with_the_sign_has_its_own_target() -> None:
    plan = {"banner": ["total"], "rows": ["Income"], "weight": {"rim": {"Income": {"> 5 juta": 0.4, "< 5 juta": 0.6}}}}
    share = figures(book(plan, DATA, INCOME), "column_percent")
    assert share["> 5 juta", "@"] == pytest.approx(40)
