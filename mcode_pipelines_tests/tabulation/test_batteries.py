"""A battery of items on one page."""

from __future__ import annotations

import pytest

from mcode_pipelines.survey import Codebook, TabulationPlan, Variable
from mcode_pipelines.tabulation import PlanError, complete_plan, parse_plan
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, pairs, scale, single

DATA = {
    "A1": ["5", "4", "3", "2", "1", None] * 20,
    "A2": ["5", "5", None, None, "4", None] * 20,
    "M": ["1", "1;2", "2", "1", None, None] * 20,
    "C": ["1", "2", "1", "2", "1", "2"] * 20,
    "w": ["0.5", "1", "2", "1"] * 30,
}
FIVE = (1, 2, 3, 4, 5)
QUESTIONS = (scale("A1", *FIVE), scale("A2", *FIVE), multi("M", 1, 2), single("C", 1, 2), numeric("w", weight=True))
SUMMARY = {"weight": "w", "banner": ["total", "C"], "significance": {"levels": [0.95], "small_base": [0, 0]}}


@pytest.mark.parametrize("statistic", ["top2", "mean", "bottom1", "median"])
def test_every_row_is_that_of_the_item_s_own_table(statistic: str) -> None:
    page = book({**SUMMARY, "rows": [{"variable": "A*", "summary": statistic}]}, DATA, *QUESTIONS)
    alone = book({**SUMMARY, "rows": [{"variable": "A*", "statistics": [statistic]}]}, DATA, *QUESTIONS)
    assert len(page.heads) == 1
    assert page.heads[0].title == f"A*: {alone.cells.filter(alone.cells['row_code'] == statistic)['row_label'][0]}"
    share = statistic in {"top2", "bottom1"}
    shown = figures(page, "column_percent" if share else "value")
    letters, p = figures(page, "letters"), pairs(page, "p_value")
    for item, table in (("A1", "T0001"), ("A2", "T0002")):
        expected, marks = figures(alone, "value", table), figures(alone, "letters", table)
        for column in ("@", "1", "2"):
            assert shown[item, column] == pytest.approx(expected[statistic, column])
            assert letters[item, column] == marks[statistic, column]
        assert p.get((item, "1", "2")) == pytest.approx(pairs(alone, "p_value", table).get((statistic, "1", "2")))


def test_the_base_of_the_page_answered_at_least_one_item() -> None:
    page = book({**SUMMARY, "rows": [{"variable": "A*", "summary": "mean"}]}, DATA, *QUESTIONS)
    assert figures(page, "value")["base_unweighted", "@"] == 100
    assert page.heads[0].base_text == "Base: respondents who answered at least one of these questions (n = 100)"


def test_small_bases_are_flagged_item_by_item() -> None:
    plan = {**SUMMARY, "significance": {"small_base": [45, 90]}, "rows": [{"variable": "A*", "summary": "top2"}]}
    flags = figures(book(plan, DATA, *QUESTIONS), "flag")
    assert (flags["A1", "@"], flags["A2", "@"]) == (None, "*")
    assert (flags["A1", "2"], flags["A2", "2"]) == ("**", "**")


@pytest.mark.parametrize(
    ("items", "named"),
    [
        (["A*"], ("A1", "A2")),
        (["A2", "A*"], ("A2", "A1")),
        (["?", "A1"], ("w", "A1")),
        (["C", "A[12]"], ("C", "A1", "A2")),
    ],
)
def test_items_of_a_summary_may_be_patterns_of_scales_and_numbers(items: list[str], named: tuple[str, ...]) -> None:
    plan = TabulationPlan(rows=[{"variable": "page", "items": items, "summary": "mean"}])
    (row,) = complete_plan(plan, Codebook(variables=QUESTIONS)).rows or ()
    assert (row.trouble, row.items) == (None, named)


@pytest.mark.parametrize("item", ["M*", "Z*"])
def test_a_pattern_of_items_that_finds_no_scale_or_number_is_told(item: str) -> None:
    with pytest.raises(PlanError, match=rf"no scale or number matches '{item[0]}\*'"):
        book({**SUMMARY, "rows": [{"variable": "page", "items": [item], "summary": "mean"}]}, DATA, *QUESTIONS)


def test_a_completed_summary_names_its_items_and_completes_to_itself() -> None:
    codebook = Codebook(variables=QUESTIONS)
    once = complete_plan(TabulationPlan(rows=[{"variable": "A*", "summary": "mean"}]), codebook)
    assert once.rows[0].items == ("A1", "A2")
    assert complete_plan(once, codebook) == once


def test_summaries_that_cannot_be_made_are_told() -> None:
    with pytest.raises(PlanError, match="no scale or number matches 'Z\\*'"):
        book({"rows": [{"variable": "Z*", "summary": "mean"}]}, DATA, *QUESTIONS)
    with pytest.raises(PlanError, match="'M' is multi_choice and cannot stand in a summary"):
        book({"rows": [{"variable": "A", "summary": "mean", "items": ["A1", "M"]}]}, DATA, *QUESTIONS)
    with pytest.raises(PlanError, match="rows 1: a summary shows one statistic"):
        parse_plan("rows: [{variable: A*, summary: mean, statistics: [top2]}]", "plan.yaml")


def test_quartiles_follow_the_definition_of_the_median() -> None:
    # Hyndman and Fan's definition 6 of 1 .. 7: k = 8 p.
    statistics = ["quartile1", "median", "quartile3"]
    plan = {"banner": ["total"], "rows": [{"variable": "N", "statistics": statistics}]}
    tables = book(plan, {"N": [1, 2, 3, 4, 5, 6, 7]}, numeric("N"))
    assert [figures(tables, "value")[s, "@"] for s in statistics] == [2, 4, 6]


@pytest.mark.parametrize("statistic", ["mean", "top2"])
def test_a_sorted_summary_falls_from_the_largest_figure(statistic: str) -> None:
    row = {"variable": "A*", "summary": statistic, "sort": "total"}
    page = book({**SUMMARY, "rows": [row]}, DATA, *QUESTIONS)
    items = page.cells.filter(page.cells["row_kind"] != "base")["row_code"].unique(maintain_order=True).to_list()
    assert items == ["A2", "A1"]


def test_items_of_two_batteries_are_told_apart_by_their_questions_and_single_scales_keep_their_own() -> None:
    important, satisfied = "How important is it?", "Satisfaction"
    questions = (
        scale("A1", 1, 2, 3, group=important),
        scale("A2", 1, 2, 3, group=important),
        scale("B1", 1, 2, group=satisfied),
        scale("B2", 1, 2, group=satisfied).model_copy(update={"label": "Satisfaction [price]"}),
        scale("C1", 1, 2, 3, 4, group=satisfied),
        single("S", 1, 2, group="About you"),
    )
    data = {v.name: [1, 2] for v in questions}
    rows = [*(v.name for v in questions), {"variable": "A2", "title": "Price"}, {"variable": "A*", "summary": "mean"}]
    titles = [head.title for head in book({"banner": ["total"], "rows": rows}, data, *questions).heads]
    assert titles == [
        "How important is it? - Question A1",
        "How important is it? - Question A2",
        "Satisfaction: Question B1",
        "Satisfaction [price]",
        "Question C1",
        "Question S",
        "Price",
        "How important is it? - Mean",
    ]


def item(name: str, label: str, group: str, *codes: int) -> Variable:
    return scale(name, *codes, group=group).model_copy(update={"label": label})


def test_a_default_plan_sums_a_battery_up_before_the_tables_of_its_items() -> None:
    satisfied = [item(f"A1_{n}", f"Crew {n}", "How satisfied are you with", *FIVE) for n in (1, 2, 3)]
    important = [item(f"A2_{n}", f"Crew {n}", "How important is", 1, 2, 3) for n in (1, 2, 3)]
    two = [item(f"A3_{n}", f"Price {n}", "How likely is", *FIVE) for n in (1, 2)]
    survey = Codebook(variables=(*satisfied, *important, *two), language="en")
    rows = complete_plan(TabulationPlan(), survey).rows or ()
    assert [(row.variable, row.summary) for row in rows] == [
        ("A1_*", "top2"),
        *[(f"A1_{n}", None) for n in (1, 2, 3)],
        ("A2_*", "mean"),
        *[(f"A2_{n}", None) for n in (1, 2, 3)],
        *[(f"A3_{n}", None) for n in (1, 2)],
    ]
    assert rows[0].items == ("A1_1", "A1_2", "A1_3")
    data = {variable.name: ["1", "2", "3", "3"] for variable in survey}
    batch = book({}, data, *survey)
    assert [head.title for head in batch.heads[:2]] == [
        "How satisfied are you with: Top 2 box",
        "How satisfied are you with: Crew 1",
    ]
    assert [head.title for head in batch.heads[4:6]] == ["How important is: Mean", "How important is: Crew 1"]


def test_scales_are_one_battery_only_beside_each_other_and_with_the_same_answers() -> None:
    apart = (
        item("a", "A", "G", *FIVE),
        item("b", "B", "G", *FIVE),
        single("c", 1, 2),
        item("d", "D", "G", *FIVE),
        item("e", "E", "G", 1, 2, 3, 4),
        item("f", "F", "H", 1, 2, 3, 4),
    )
    rows = complete_plan(TabulationPlan(), Codebook(variables=apart, language="en")).rows or ()
    assert [row.variable for row in rows] == ["a", "b", "c", "d", "e", "f"]


def test_numbered_scales_without_a_group_are_a_battery() -> None:
    survey = Codebook(variables=tuple(scale(f"Q7r{n}", *FIVE) for n in range(1, 5)), language="en")
    rows = complete_plan(TabulationPlan(), survey).rows or ()
    assert [row.variable for row in rows] == ["Q7r*", "Q7r1", "Q7r2", "Q7r3", "Q7r4"]
