"""Several weights in one book: a table with each, side by side."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mcode_pipelines.tabulation import PlanError, parse_plan
from mcode_pipelines_tests.tabulation.made_surveys import book, multi, numeric, single

DATA = {
    "Q": ["1", "2", "1", "1", "2", None] * 10,
    "B": ["1;2", "2", "1", "2", "1", "1"] * 10,
    "w": ["1", "2", "0.5", "0", "1", "3"] * 10,
    "v": ["2", "1", "1", "1", None, "1"] * 10,
}
QUESTIONS = (single("Q", 1, 2), multi("B", 1, 2), numeric("w", weight=True), numeric("v"))
PLAN = {"banner": ["total", "B"], "rows": ["Q"], "significance": {"levels": [0.95], "small_base": [0, 0]}}


def alone(weight: object) -> tuple[pl.DataFrame, pl.DataFrame]:
    tables = book({**PLAN, "weight": weight}, DATA, *QUESTIONS)
    return tables.cells.drop("table_id"), tables.tests.drop("table_id")


def test_every_table_is_the_one_of_a_book_with_that_weight_alone() -> None:
    tables = book({**PLAN, "weights": ["w", "none", "v", {"rim": {"Q": {"1": 0.5, "2": 0.5}}}]}, DATA, *QUESTIONS)
    assert [h.table_id for h in tables.heads] == ["T0001", "T0002", "T0003", "T0004"]
    wanted = ("w", None, "v", {"rim": {"Q": {"1": 0.5, "2": 0.5}}})
    for head, weight in zip(tables.heads, wanted, strict=True):
        cells, tests = alone(weight)
        assert_frame_equal(tables.cells.filter(pl.col("table_id") == head.table_id).drop("table_id"), cells)
        assert_frame_equal(tables.tests.filter(pl.col("table_id") == head.table_id).drop("table_id"), tests)


def test_every_table_says_its_weight_and_the_book_says_all() -> None:
    tables = book({**PLAN, "weights": ["w", "none"]}, DATA, *QUESTIONS)
    assert [h.weight_text for h in tables.heads] == ["Weighted by w", "Not weighted"]
    assert [h.title for h in tables.heads] == ["Question Q (Weighted by w)", "Question Q (Not weighted)"]
    assert tables.heads[1].base_text == "Base: respondents who answered this question (n = 50)"
    weighted, unweighted = tables.heads
    assert weighted.notes[-2].startswith("Weighted by w; weighting efficiency")
    assert weighted.notes[-1] == "10 respondents are not counted: their weight is missing, zero or negative."
    assert unweighted.notes[-1] == "Not weighted."
    assert not {*weighted.notes, *unweighted.notes} & {*tables.book.notes}
    assert tables.book.weightings == (*weighted.notes[-2:], "Not weighted.")


def test_a_row_can_have_a_weight_of_its_own() -> None:
    rows = ["Q", {"variable": "Q", "weight": "none"}, {"variable": "Q", "weight": ["w", "v"]}]
    tables = book({**PLAN, "weight": "w", "rows": rows}, DATA, *QUESTIONS)
    said = [h.weight_text for h in tables.heads]
    assert said == ["Weighted by w", "Not weighted", "Weighted by w", "Weighted by v"]


def test_one_weight_that_cannot_be_used_leaves_the_tables_of_the_others() -> None:
    tables = book({**PLAN, "weights": ["Q", "w"]}, DATA, *QUESTIONS)
    assert "weight: 'Q' is single_choice, not a number" in (tables.heads[0].trouble or "")
    assert tables.heads[1].trouble is None


def test_weight_and_weights_together_are_refused() -> None:
    with pytest.raises(PlanError, match="write either weight \\(one for all tables\\) or weights"):
        parse_plan("weight: w\nweights: [v, none]", "plan.yaml")
