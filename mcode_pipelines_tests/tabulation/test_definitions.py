"""Variables that a plan defines itself."""

from __future__ import annotations

import pytest

from mcode_pipelines.tabulation import PlanError, parse_plan
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, scale, single

PEOPLE = {
    "S2": ["1", "2", "3", "1", None, "2"],
    "age": [17, 24, 25, 60, None, 40],
    "S9": ["1;2", "3", None, "1;2;3", "2", "1"],
    "A1": ["1", "2", "3", None, "5", "4"],
    "A2": ["3", "4", None, None, "5", "4"],
}
QUESTIONS = (
    single("S2", 1, 2, 3),
    numeric("age"),
    multi("S9", 1, 2, 3),
    scale("A1", 1, 2, 3, 4, 5),
    scale("A2", 1, 2, 3, 4, 5),
)


def counted(plan: dict[str, object], table: str = "T0001") -> dict[str, object]:
    cells = figures(book({"banner": ["total"], **plan}, PEOPLE, *QUESTIONS), "count", table)
    return {row: figure for (row, _), figure in cells.items() if figure is not None}


def test_a_recode_counts_its_nets_as_categories() -> None:
    define = {"area": {"label": "Area", "variable": "S2", "nets": {"City": [1, 3], "Country": 2}}}
    assert counted({"define": define, "rows": ["area"]}) == {"1": 3, "2": 2}


def test_bands_hold_both_of_their_limits() -> None:
    define = {"ages": {"variable": "age", "bands": {"17-24": [17, 24], "25-59": [25, 59], "60+": [60, None]}}}
    tables = book({"define": define, "banner": ["ages"], "rows": ["ages"]}, PEOPLE, *QUESTIONS)
    assert [c.labels for c in tables.book.banner] == [("17-24",), ("25-59",), ("60+",)]
    assert [figures(tables, "count")[c, c] for c in "123"] == [2, 2, 1]
    assert "ages = age (17-24: 17 - 24; 25-59: 25 - 59; 60+: >= 60)" in tables.book.notes[-1]


def test_quantiles_cut_numbers_into_equal_parts_named_after_what_they_hold() -> None:
    tables = book(
        {"define": {"q": {"variable": "age", "quantiles": 2}}, "banner": ["total"], "rows": ["q"]}, PEOPLE, *QUESTIONS
    )
    labels = tables.cells.filter(tables.cells["row_kind"] == "category")["row_label"].to_list()
    assert labels == ["17 - 25", "40 - 60"]
    said = "q = age, cut into 2 parts of equal size (as equal as ties allow)"
    assert tables.book.notes[-1] == f"Defined in the plan: {said}."
    assert [figures(tables, "count")[c, "@"] for c in "12"] == [3, 2]


def test_quantiles_are_said_in_words_in_an_indonesian_book() -> None:
    define = {"q4": {"variable": "age", "quantiles": 4}}
    tables = book({"language": "id", "define": define, "banner": ["total"], "rows": ["q4"]}, PEOPLE, *QUESTIONS)
    said = "q4 = age, dibagi menjadi 4 bagian sama besar (sejauh nilai yang sama memungkinkan)"
    assert tables.book.notes[-1] == f"Didefinisikan dalam rencana: {said}."


def test_conditions_may_overlap_and_stand_in_the_banner_as_columns() -> None:
    define = {"who": {"cases": {"Young": "age < 30", "City": "S2 IN (1, 3)"}}}
    tables = book({"define": define, "banner": ["total", "who"], "rows": ["S2"]}, PEOPLE, *QUESTIONS)
    base = figures(tables, "value")
    assert [base["base_unweighted", c] for c in ("@", "1", "2")] == [5, 3, 3]


def test_a_composite_needs_enough_answers() -> None:
    mean = {
        "define": {"m": {"mean": ["A*"], "minimum_answers": 2}},
        "rows": [{"variable": "m", "statistics": ["mean"]}],
    }
    tables = book({"banner": ["total"], **mean}, PEOPLE, *QUESTIONS)
    assert figures(tables, "value")["base_unweighted", "@"] == 4  # the third has one answer, the fourth none
    assert figures(tables, "value")["mean", "@"] == pytest.approx((2 + 3 + 5 + 4) / 4)


def test_a_pattern_of_a_composite_is_neither_itself_nor_what_is_defined_behind_it() -> None:
    define = {"A_mean": {"mean": ["A*"]}, "A_twice": {"expression": "A_mean * 2"}, "A_sum": {"sum": ["A_*"]}}
    rows = [{"variable": v, "statistics": ["sum"]} for v in define]
    tables = book({"define": define, "banner": ["total"], "rows": rows}, PEOPLE, *QUESTIONS)
    sums = [figures(tables, "value", t)["sum", "@"] for t in ("T0001", "T0002", "T0003")]
    assert sums == pytest.approx([2 + 3 + 3 + 5 + 4, 34, 17 + 34])


def test_a_count_counts_the_answers_of_those_who_answered() -> None:
    define = {"n": {"count": "S9"}, "low": {"count": "S9", "codes": [1, 2]}}
    rows = [{"variable": v, "statistics": ["sum", "maximum"]} for v in ("n", "low")]
    tables = book({"define": define, "banner": ["total"], "rows": rows}, PEOPLE, *QUESTIONS)
    assert [figures(tables, "value", t)["sum", "@"] for t in ("T0001", "T0002")] == [8, 6]
    assert figures(tables, "value")["base_unweighted", "@"] == 5


def test_defined_variables_serve_as_filter_as_weight_and_for_one_another() -> None:
    define = {
        "ages": {"variable": "age", "bands": {"young": [None, 30], "old": [31, None]}},
        "seen": {"cases": {"young and in town": "ages = 1 AND S2 IN (1, 3)"}},
        "n": {"count": "S9"},
    }
    assert counted({"define": define, "filter": "seen = 1", "rows": ["S2"]}) == {"1": 1, "2": 0, "3": 1}
    assert counted({"define": define, "weight": "n", "rows": ["S2"]}) == {"1": 5, "2": 2, "3": 0}


def test_an_expression_gives_a_number_where_all_its_parts_are_there() -> None:
    define = {
        "decades": {"label": "Decades", "expression": "age / 10 + S2"},
        "second": {"expression": "CASE WHEN S9 = 2 THEN 2.5 ELSE 0.5 END"},
        "ratio": {"expression": "age / (S2 - 1)"},
    }
    rows = [{"variable": "decades", "statistics": ["sum", "minimum"]}, {"variable": "ratio", "statistics": ["sum"]}]
    tables = book({"define": define, "banner": ["total"], "rows": rows}, PEOPLE, *QUESTIONS)
    value = figures(tables, "value")
    assert value["base_unweighted", "@"] == 5
    # 17/10+1, 24/10+2, 25/10+3, 60/10+1, 40/10+2; the fifth has neither.
    assert [value[s, "@"] for s in ("sum", "minimum")] == pytest.approx([2.7 + 4.4 + 5.5 + 7 + 6, 2.7])
    # Nothing where it divides by zero: 24/1 + 25/2 + 40/1.
    assert figures(tables, "value", "T0002")["sum", "@"] == pytest.approx(76.5)
    assert "Defined in the plan: decades = age / 10 + S2." in tables.book.notes
    assert counted({"define": define, "weight": "second", "rows": ["S2"]}) == {"1": 5.0, "2": 1.0, "3": 0.5}


def test_an_expression_that_gives_no_number_is_told_at_its_table() -> None:
    plan = {"define": {"x": {"expression": "age > 3"}}, "banner": ["total"], "rows": ["x", "S2"]}
    tables = book(plan, PEOPLE, *QUESTIONS)
    assert "expression 'age > 3': it gives no number; write one like income / members" in (
        tables.heads[0].trouble or ""
    )


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        ({"variable": "S22", "nets": {"a": [1]}}, "define: 'x': there is no variable 'S22'; did you mean 'S2'?"),
        ({"variable": "S2", "bands": {"a": [1, 2]}}, "define: 'x': 'S2' is single_choice, but this needs a number"),
        ({"variable": "S2", "nets": {"a": [9]}}, "define: 'x': the net 'a' holds the code '9'"),
        ({"cases": {"a": "age <"}}, "define: 'x': filter 'age <' cannot be read"),
        ({"mean": ["Z*"]}, "no scale or number matches 'Z*'"),
        ({"mean": ["A1"], "minimum_answers": 2}, "minimum_answers is 2, but there are 1 items"),
        ({"expression": "agge * 2"}, "define: 'x': expression 'agge * 2': there is no variable 'agge'; did you mean"),
        ({"expression": "age *"}, "define: 'x': expression 'age *' cannot be read"),
        ({"expression": "2 * 3"}, "expression '2 * 3' names no variable; write it like income / members"),
        ({"count": "S2"}, "'S2' is single_choice, but this needs a question with several answers"),
    ],
)
def test_a_definition_that_cannot_be_made_is_told_with_its_name(definition: dict[str, object], sentence: str) -> None:
    tables = book({"banner": ["total"], "define": {"x": definition}, "rows": ["S2"]}, PEOPLE, *QUESTIONS)
    assert tables.heads[0].trouble is None
    (told,) = tables.book.not_made
    assert sentence in told


def test_a_definition_says_one_thing() -> None:
    plan = parse_plan("define:\n  x: {variable: S2, nets: {a: 1}, quantiles: 4}\n  y: {nets: {a: 1}}", "plan.yaml")
    said = [definition.mistake or "" for definition in plan.define.values()]
    assert "line 2: define: x: write exactly one of nets, bands" in said[0]
    assert "line 3: define: y: nets needs `variable`" in said[1]


def test_a_defined_name_must_be_free() -> None:
    with pytest.raises(PlanError, match="define: 'S2': the survey has a variable of this name"):
        counted({"define": {"S2": {"count": "S9"}}, "rows": ["S2"]})
