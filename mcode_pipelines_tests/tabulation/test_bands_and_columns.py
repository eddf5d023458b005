"""Bands and quantiles where they are asked for, factors of the plan's own, conditions as columns, empty columns."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mcode_pipelines.survey import ROW, Code, Codebook, CodeFrame, CodeFrames, TabulationPlan, Variable
from mcode_pipelines.tabulation import PlanError, complete_plan, parse_plan
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, scale, single

AGES = [17, 25, 34, 35, 50, 70, None, 99, "?"]
DATA = {"age": AGES, "S": ["1", "2", "1", "2", "1", "1", "1", "2", "1"], "w": [1, 2, 1, 1, 2, 1, 1, 1, 1]}
BANDS = {"17-34": [17, 34], "35+": [35, 80]}
QUESTIONS = (numeric("age"), single("S", 1, 2, 3), numeric("w"))


def test_a_number_can_have_bands_and_statistics_in_one_table() -> None:
    row = {"variable": "age", "bands": BANDS, "statistics": ["mean", "maximum"]}
    tables = book({"weight": "w", "banner": ["total", "S"], "rows": [row]}, DATA, *QUESTIONS)
    count, value = figures(tables, "count"), figures(tables, "value")
    assert tables.cells["row_label"].unique(maintain_order=True).to_list()[3:] == ["17-34", "35+", "Mean", "Maximum"]
    assert [count[c, "@"] for c in ("1", "2")] == [4, 4]
    assert value["base_unweighted", "@"] == 6
    assert value["mean", "@"] == pytest.approx((17 + 2 * 25 + 34 + 35 + 2 * 50 + 70) / 8)
    assert value["maximum", "@"] == 70
    assert figures(tables, "column_percent")["1", "2"] == pytest.approx(200 / 3)
    assert "1 respondents whose number is in no band are left out." in tables.heads[0].notes
    assert "1 answers are not numbers and are left out." in tables.heads[0].notes


def test_bands_count_as_the_same_bands_defined_in_the_plan() -> None:
    inline = book({"banner": [{"variable": "age", "bands": BANDS}], "rows": ["S"]}, DATA, *QUESTIONS)
    define = {"A": {"variable": "age", "bands": BANDS}}
    defined = book({"define": define, "banner": ["A"], "rows": ["S"]}, DATA, *QUESTIONS)
    assert_frame_equal(inline.cells.drop("column_variable"), defined.cells.drop("column_variable"))
    row = {"variable": "age", "quantiles": 3, "statistics": []}
    quantiles = book({"banner": ["total"], "rows": [row]}, DATA, *QUESTIONS)
    define = {"A": {"variable": "age", "quantiles": 3}}
    same = book({"define": define, "banner": ["total"], "rows": ["A"]}, DATA, *QUESTIONS)
    assert_frame_equal(quantiles.cells.drop("row_variable"), same.cells.drop("row_variable"))


def test_bands_stand_inside_a_nesting() -> None:
    tables = book({"banner": [{"variable": "S > age", "bands": BANDS}], "rows": ["S"]}, DATA, *QUESTIONS)
    assert [c.code for c in tables.book.banner] == ["1>1", "1>2", "2>1", "2>2", "3>1", "3>2"]
    assert [figures(tables, "value")["base_unweighted", c] for c in ("1>1", "1>2", "2>1", "2>2")] == [2, 2, 1, 1]


def test_bands_can_have_nets_and_those_without_a_number_a_row() -> None:
    row = {"variable": "age", "bands": BANDS, "nets": {"any": [1, 2]}, "base": "all", "no_answer": "show"}
    tables = book({"banner": ["total"], "rows": [row]}, DATA, *QUESTIONS)
    count = figures(tables, "count")
    # Of nine respondents six are in a band, one is in none, and two gave no number.
    assert (count["any", "@"], count["no_answer", "@"]) == (6, 2)
    assert figures(tables, "value")["base", "@"] == 9
    assert figures(tables, "value")["mean", "@"] == pytest.approx((17 + 25 + 34 + 35 + 50 + 70) / 6)


def test_factors_of_the_plan_stand_in_for_those_of_the_codebook() -> None:
    row = {"variable": "S", "factors": {"1": 10, "2": 20}}
    tables = book({"banner": ["total"], "rows": [row]}, {**DATA, "S": list("112233") + [None] * 3}, *QUESTIONS)
    assert figures(tables, "value")["mean", "@"] == 15
    assert "Mean and other scores are without: label 3." in tables.heads[0].notes
    wrong = book({"rows": ["S", {"variable": "S", "factors": {"7": 1}}]}, DATA, *QUESTIONS)
    assert "factors: the question has no code '7'; its codes are 1, 2, 3" in (wrong.heads[1].trouble or "")


def test_any_percentile_and_box_can_be_asked() -> None:
    # Hyndman and Fan's definition 6 of 1 .. 19: k = 20 p.
    statistics = ["p5", "p10", "p20", "p40", "p60", "p80", "p90", "p95"]
    plan = {"banner": ["total"], "rows": [{"variable": "N", "statistics": statistics}]}
    tables = book(plan, {"N": list(range(1, 20))}, numeric("N"))
    assert [figures(tables, "value")[s, "@"] for s in statistics] == pytest.approx([1, 2, 4, 8, 12, 16, 18, 19])
    row = {"variable": "Q", "statistics": ["top4", "bottom5"]}
    boxes = book({"banner": ["total"], "rows": [row]}, {"Q": list("1234567777")}, scale("Q", *range(1, 8)))
    assert [figures(boxes, "value")[s, "@"] for s in row["statistics"]] == pytest.approx([70, 50])


def test_conditions_can_be_columns() -> None:
    cases = {"young ones": "age < 30", "S 1, 35 and over": "S = 1 AND age >= 35"}
    plan = {"banner": ["total", {"cases": cases, "label": "Groups"}], "rows": ["S"]}
    tables = book(plan, DATA, *QUESTIONS)
    assert [(c.heading, c.labels[0], c.letter) for c in tables.book.banner[1:]] == [
        ("Groups", "young ones", "A"),
        ("Groups", "S 1, 35 and over", "B"),
    ]
    assert [figures(tables, "value")["base_unweighted", c] for c in "12"] == [2, 2]
    codebook = Codebook(variables=QUESTIONS)
    once = complete_plan(TabulationPlan.model_validate(plan), codebook)
    assert complete_plan(once, codebook) == once


def test_empty_columns_can_be_hidden_and_letters_follow() -> None:
    data = {"Q": ["1", "2", "1"], "S": ["1", "3", "3"], "k": ["1", "1", "2"]}
    banner = ["total", {"variable": "S", "hide_empty": True}, "Q"]
    questions = (single("Q", 1, 2), single("S", 1, 2, 3), single("k", 1, 2))
    tables = book({"banner": banner, "rows": ["Q"]}, data, *questions)
    assert [(c.variable, c.code, c.letter) for c in tables.book.banner[1:]] == [
        ("S", "1", "A"),
        ("S", "3", "B"),
        ("Q", "1", "C"),
        ("Q", "2", "D"),
    ]
    fewer = book({"filter": "k = 2", "banner": banner, "rows": ["Q"]}, data, *questions)
    assert [(c.variable, c.code) for c in fewer.book.banner[1:]] == [("S", "3"), ("Q", "1"), ("Q", "2")]
    whole = book({"banner": ["total", "S", "Q"], "rows": ["Q"]}, data, *questions)
    kept = whole.cells.filter((pl.col("column_code") != "2") | (pl.col("column_variable") != "S"))
    assert_frame_equal(tables.cells.drop("column_letter", "letters"), kept.drop("column_letter", "letters"))


def test_rows_can_be_sorted_by_a_column_named_by_its_code() -> None:
    data = {"Q": list("1122233"), "S": list("3311112")}
    row = {"variable": "Q", "sort": "S=3"}
    tables = book({"banner": ["S"], "rows": [row]}, data, single("Q", 3, 2, 1), single("S", 1, 2, 3))
    assert tables.cells["row_code"].unique(maintain_order=True).to_list()[3:] == ["1", "3", "2"]
    wrong = book(
        {"banner": ["S"], "rows": ["Q", {**row, "sort": "S=9"}]}, data, single("Q", 3, 2, 1), single("S", 1, 2, 3)
    )
    assert "no column has the question and code 'S=9'" in (wrong.heads[1].trouble or "")


def test_nets_of_a_code_frame_can_hold_nets() -> None:
    codes = (
        Code(code=1, label="Fast", net="Service > Speed"),
        Code(code=2, label="Friendly", net="Service > Staff"),
        Code(code=3, label="Helpful", net="Service > Staff"),
        Code(code=4, label="Clean", net="Ship > Other"),
        Code(code=5, label="Cheap", net="Price > Other"),
    )
    frame = CodeFrame(variable="E", question="Why?", language="en", codes=codes)
    given = [(1, 1), (1, 2), (1, 3), (2, 2), (3, 4), (4, 5)]
    codings = pl.DataFrame(
        {ROW: [r for r, _ in given], "variable": ["E"] * 6, "code": [c for _, c in given]},
        schema_overrides={ROW: pl.Int64, "code": pl.Int64},
    )
    question = Variable(name="E", label="Why?", kind="open_ended", columns=("E",))
    tables = book(
        {"banner": ["total"], "rows": ["E"]},
        {"E": list("abcd")},
        question,
        frames=CodeFrames((frame,)),
        codings=codings,
    )
    rows = tables.cells.filter(pl.col("row_kind") != "base")["row_code"].to_list()
    assert rows == [
        "Service",
        "Speed",
        "1",
        "Staff",
        "2",
        "3",
        "Ship",
        "Ship > Other",
        "4",
        "Price",
        "Price > Other",
        "5",
    ]
    count = figures(tables, "count")
    assert [count[net, "@"] for net in ("Service", "Speed", "Staff", "Ship")] == [2, 1, 2, 1]


def test_an_answer_that_holds_the_delimiter_stays_whole() -> None:
    question = Variable(
        name="B",
        label="Bought",
        kind="multi_choice",
        columns=("B",),
        delimiter=",",
        choices=({"code": "Cakes, pastries", "label": "Cakes, pastries"}, {"code": "Tea", "label": "Tea"}),
    )
    tables = book(
        {"banner": ["total"], "rows": ["B"]}, {"B": ["Tea, Cakes, pastries", "Cakes, pastries", "Tea"]}, question
    )
    assert figures(tables, "count")["Cakes, pastries", "@"] == 2
    assert figures(tables, "count")["Tea", "@"] == 2
    assert not any("left out" in note for note in tables.heads[0].notes)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "rows: [{variable: age, bands: {a: [1, 20], b: [20, 30]}}]",
            "rows 1: bands: the bands 'a' and 'b' both hold 20",
        ),
        ("rows: [{variable: age, bands: {a: [9, 1]}}]", "the band 'a' starts at 9, above its end 1"),
        ("define: {x: {variable: age, bands: {a: [9, 1]}}}", "define: x: bands: the band 'a' starts at 9"),
        ("rows: [{variable: age, bands: {a: [1, 2]}, quantiles: 3}]", "bands and quantiles do not go together"),
        ("rows: [{variable: age, quantiles: 1}]", "rows 1: quantiles: expected a number of at least 2"),
        ("banner: [{variable: age, cases: {a: S = 1}}]", "banner 1: name a variable, or write cases"),
        ("banner: [{variable: S, nets: {a: [1]}, quantiles: 2}]", "banner 1: write one of nets, bands"),
        ("banner: [{variable: S, label: x}]", "banner 1: label is the heading of cases"),
    ],
)
def test_words_that_do_not_go_together_are_told(text: str, sentence: str) -> None:
    try:
        plan = parse_plan(text, "plan.yaml")
    except PlanError as error:
        said = str(error)
    else:
        said = "".join(part.mistake or "" for part in (*(plan.banner or ()), *plan.define.values()))
    assert sentence in said


def test_bands_of_a_question_with_choices_are_told() -> None:
    tables = book({"rows": ["S", {"variable": "S", "bands": BANDS}]}, DATA, *QUESTIONS)
    assert "rows: 'S' is no number, so it has no bands; write nets of its codes" in (tables.heads[1].trouble or "")
    banner = [{"variable": "S", "quantiles": 2}, "age", {"label": "Groups", "cases": {"a": "nope = 1"}}]
    said = book({"banner": banner, "rows": ["S"], "on_missing": "drop"}, DATA, *QUESTIONS).book.not_made
    assert sorted(one[:30] for one in said) == sorted(
        ["banner: 'Groups': filter 'nope = 1'"[:30], "banner: 'S' is no number, so i", "banner: 'age' is numeric and h"]
    )


def test_columns_of_several_answers_hide_only_those_nobody_gave() -> None:
    data = {"M": ["1;3", "3", None], "Q": ["1", "1", "2"]}
    tables = book(
        {"banner": [{"variable": "M", "hide_empty": True}], "rows": ["Q"]}, data, multi("M", 1, 2, 3), single("Q", 1, 2)
    )
    assert [c.code for c in tables.book.banner] == ["1", "3"]


def test_nets_stand_in_the_order_of_the_plan() -> None:
    nets = {"late": [3, 4], "early": [1, 2], "first": [1]}
    data = {"Q": list("1234512345"), "B": list("1234512345")}
    questions = (single("Q", 1, 2, 3, 4, 5), single("B", 1, 2, 3, 4, 5))
    tables = book(
        {"banner": [{"variable": "B", "nets": nets}], "rows": [{"variable": "Q", "nets": nets}]}, data, *questions
    )
    labels = tables.cells["row_label"].unique(maintain_order=True).to_list()[3:]
    assert labels == ["late", "label 3", "label 4", "early", "first", "label 1", "label 2", "label 5"]
    shown = [column.labels[-1] for column in tables.book.banner]
    assert [label for label in shown if label != "first"] == ["late", "early", "label 5"]


def test_a_question_has_no_chi_square_with_itself() -> None:
    data = {"Q": list("1122") * 10, "B": list("1212") * 10}
    order = {"banner": ["total", "Q", "B"], "rows": ["Q"], "significance": {"chi_square": "unweighted"}}
    tests = book(order, data, single("Q", 1, 2), single("B", 1, 2)).tests
    assert tests.filter(pl.col("row_code") == "chi_square")["column_variable"].to_list() == ["B"]


def test_empty_columns_are_told() -> None:
    data = {"Q": ["1", "2"], "B": [None, None], "S": ["1", "2"]}
    tables = book({"banner": ["total", "B", "S"], "rows": ["Q"]}, data, *(single(n, 1, 2) for n in "QBS"))
    (told,) = tables.book.not_made
    assert told.startswith("banner: nobody in the base answered 'B', so its columns are empty")
    assert [column.letter for column in tables.book.banner] == [None, "A", "B", "C", "D"]
