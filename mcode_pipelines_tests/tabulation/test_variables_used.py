"""Which variables of the survey the tables of a plan are made of."""

from __future__ import annotations

import pytest

from mcode_pipelines.survey import Codebook, TabulationPlan
from mcode_pipelines.tabulation import complete_plan, variables_used
from mcode_pipelines_tests.tabulation.made_surveys import multi, numeric, scale, single

FERRY = Codebook(
    variables=(
        single("S6", 1, 2),
        single("S15", 1, 2, 3),
        multi("S9", 1, 2),
        scale("A1", 1, 2, 3, 4, 5),
        scale("A2", 1, 2, 3, 4, 5),
        numeric("age"),
        numeric("income"),
        numeric("members"),
        numeric("rk_price"),
        numeric("rk_speed"),
        numeric("food"),
        numeric("gifts"),
        single("R1", 1, 2, 3),
        single("R2", 1, 2, 3),
        numeric("w"),
        single("city", 1, 2),
        single("unused", 1, 2),
    )
)


def used(**plan: object) -> dict[str, set[str]]:
    completed = complete_plan(TabulationPlan.model_validate({"banner": ["total"], "weight": None, **plan}), FERRY)
    return {name: set(rows) for name, rows in variables_used(completed, FERRY).items()}


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ({"variable": "A*", "summary": "mean"}, {"A1", "A2"}),
        ({"variable": "rk", "items": ["rk_*"], "summary": "mean"}, {"rk_price", "rk_speed"}),
        ({"variable": "R", "ranking": {"positions": ["R1", "R2"]}}, {"R1", "R2"}),
        ({"variable": "R", "ranking": {"items": ["rk_*"]}}, {"rk_price", "rk_speed"}),
        ({"variable": "Money", "allocation": {"items": ["food", "gifts"]}}, {"food", "gifts"}),
        ({"variable": "S6", "filter": "age >= 30 AND S9 = 1"}, {"S6", "age", "S9"}),
        ({"variable": "S6", "weight": ["w", "none"]}, {"S6", "w"}),
    ],
)
def test_a_row_uses_its_items_and_the_variables_of_its_filter_and_weights(
    row: dict[str, object], names: set[str]
) -> None:
    assert used(rows=[row, "city"]) == {**{name: {row["variable"]} for name in names}, "city": {"city"}}


@pytest.mark.parametrize(
    ("definition", "names"),
    [
        ({"variable": "age", "quantiles": 4}, {"age"}),
        ({"variable": "S15", "nets": {"Young": [1]}}, {"S15"}),
        ({"cases": {"a": "S6 = 1", "b": "age > 30 AND S9 = 2"}}, {"S6", "age", "S9"}),
        ({"expression": "income / members"}, {"income", "members"}),
        ({"mean": ["A*"]}, {"A1", "A2"}),
        ({"sum": ["food", "gifts"]}, {"food", "gifts"}),
        ({"count": "S9"}, {"S9"}),
    ],
)
def test_a_definition_stands_for_what_it_is_made_of(definition: dict[str, object], names: set[str]) -> None:
    twice = {"x": definition, "y": {"cases": {"some": "x = 1"}}}
    assert used(define=twice, rows=["city", "y"]) == {"city": {"city"}, **{name: {"y"} for name in names}}
    assert used(define=twice, rows=["city"]) == {"city": {"city"}}


def test_banner_weight_and_filter_of_the_plan_are_used_by_all_tables() -> None:
    assert used(
        banner=["total", "S15 > S6", {"label": "Who", "cases": {"Rich": "income > 5"}}, "nowhere"],
        weight={"rim": {"city": {1: 0.5, 2: 0.5}}},
        filter="age > 20",
        rows=["S6", "A1", "nothing"],
        on_missing="drop",
    ) == {**{name: set() for name in ("S15", "S6", "income", "city", "age")}, "A1": {"A1"}}


def test_a_weight_that_no_row_takes_is_not_used() -> None:
    assert used(weight="w", rows=[{"variable": "S6", "weight": "none"}]) == {"S6": {"S6"}}
    assert used(weight="w", rows=["S6"]) == {"S6": {"S6"}, "w": set()}


def test_the_wave_is_no_variable_of_the_survey() -> None:
    assert used(waves="all", rows=[{"variable": "S6", "filter": "wave = 'x' AND age > 1"}]) == {
        "S6": {"S6"},
        "age": {"S6"},
    }
