"""What stands in a table: rows, columns, letters, flags, bases."""

from __future__ import annotations

import polars as pl
import pytest

from mcode_pipelines.survey import CELLS_SCHEMA, ROW, TESTS_SCHEMA, Choice, Code, CodeFrame, CodeFrames, Variable
from mcode_pipelines.tabulation import PlanError
from mcode_pipelines_tests.tabulation.made_surveys import book, choices, figures, multi, numeric, pairs, scale, single

OPEN = {"levels": [0.95, 0.8], "small_base": [0, 0]}


def two_cities(first: int, second: int, of: int = 100) -> dict[str, list[str]]:
    """Yes (1) or no (2) in two cities of the same size."""
    answers = ["1"] * first + ["2"] * (of - first) + ["1"] * second + ["2"] * (of - second)
    return {"Q": answers, "C": ["1"] * of + ["2"] * of}


def test_cells_and_tests_have_the_schemas_that_every_room_relies_on() -> None:
    tables = book({"banner": ["total", "C"], "rows": ["Q"]}, two_cities(60, 40), single("Q", 1, 2), single("C", 1, 2))
    assert tables.cells.schema == CELLS_SCHEMA
    assert tables.tests.schema == TESTS_SCHEMA


def test_rows_come_as_bases_then_categories_then_statistics_and_columns_as_in_the_plan() -> None:
    tables = book(
        {"banner": ["C", "total"], "rows": [{"variable": "Q", "statistics": ["mean", "top2"]}]},
        {"Q": ["1", "2", "3"], "C": ["1", "2", "1"]},
        scale("Q", 1, 2, 3),
        single("C", 1, 2),
    )
    assert tables.cells["row_code"].unique(maintain_order=True).to_list() == [
        "base_unweighted", "base", "base_effective", "1", "2", "3", "top2", "mean",
    ]  # fmt: skip
    assert tables.cells["column_code"].to_list()[:3] == ["1", "2", "@"]
    assert [c.letter for c in tables.book.banner] == ["A", "B", None]


@pytest.mark.parametrize(
    ("first", "second", "mark"),
    [(60, 40, "B"), (55, 45, "b"), (52, 48, None)],
    ids=["capital at the first level", "small at the second level", "none below both"],
)
def test_the_higher_column_carries_the_letter_of_the_lower_one(first: int, second: int, mark: str | None) -> None:
    # Two-sided p of the pooled test: 0.0046, 0.158 and 0.57.
    tables = book(
        {"banner": ["total", "C"], "rows": ["Q"], "significance": OPEN},
        two_cities(first, second), single("Q", 1, 2), single("C", 1, 2),
    )  # fmt: skip
    letters = figures(tables, "letters")
    assert letters["1", "1"] == mark
    assert letters["1", "2"] is None
    assert letters["1", "@"] is None


def test_letters_mark_only_columns_of_the_same_question() -> None:
    data = two_cities(90, 10)
    data["D"] = ["1" if q == "1" else "2" for q in data["Q"]]
    tables = book(
        {"banner": ["C", "D"], "rows": ["Q"], "significance": OPEN},
        data,
        single("Q", 1, 2),
        single("C", 1, 2),
        single("D", 1, 2),
    )
    banner_of = {("C", "1"): "A", ("C", "2"): "B", ("D", "1"): "C", ("D", "2"): "D"}
    tests = tables.tests.select("column_variable", "column_a", "column_b").unique().sort("column_variable").rows()
    assert tests == [("C", "1", "2"), ("D", "1", "2")]
    found = tables.cells.filter(pl.col("row_code") == "1", pl.col("letters").is_not_null())
    assert dict(zip(found["column_letter"], found["letters"], strict=True)) == {"A": "B", "C": "D"}
    assert set(tables.cells["column_letter"]) == set(banner_of.values())


def test_nested_columns_are_compared_under_the_same_parent_only() -> None:
    tables = book(
        {"banner": ["S > C"], "rows": ["Q"], "significance": OPEN},
        {**two_cities(60, 40), "S": ["1", "2"] * 100},
        single("Q", 1, 2), single("C", 1, 2), single("S", 1, 2),
    )  # fmt: skip
    assert [c.code for c in tables.book.banner] == ["1>1", "1>2", "2>1", "2>2"]
    assert [c.labels for c in tables.book.banner][1] == ("label 1", "label 2")
    assert {(a, b) for _, a, b in pairs(tables, "p_value")} == {("1>1", "1>2"), ("2>1", "2>2")}
    assert figures(tables, "value")["base_unweighted", "1>2"] == 50


def test_three_levels_of_nesting_count_respondents_in_all_three() -> None:
    tables = book(
        {"banner": ["A > B > C"], "rows": ["A"]},
        {"A": ["1", "1", "2", None], "B": ["1", "2", "1", "1"], "C": ["1", "1", "1", "1"]},
        single("A", 1, 2), single("B", 1, 2), single("C", 1),
    )  # fmt: skip
    assert [figures(tables, "value")["base_unweighted", c.code] for c in tables.book.banner] == [1, 1, 1, 0]


def test_banner_nets_stand_in_place_of_their_categories() -> None:
    tables = book(
        {"banner": ["total", {"variable": "C", "nets": {"low": [1, 2]}}], "rows": ["Q"], "significance": OPEN},
        {"Q": ["1", "2", "1", "2"], "C": ["1", "2", "3", "4"]},
        single("Q", 1, 2), single("C", 1, 2, 3, 4),
    )  # fmt: skip
    assert [(c.code, c.net) for c in tables.book.banner] == [("@", False), ("low", True), ("3", False), ("4", False)]
    assert figures(tables, "value")["base_unweighted", "low"] == 2


def test_a_net_is_never_compared_with_a_net_inside_it() -> None:
    data = {"Q": ["1", "2"] * 40, "C": ["1", "2", "3", "4"] * 20}
    nets = {"all": [1, 2, 3], "some": [1, 2]}
    tables = book(
        {"banner": [{"variable": "C", "nets": nets}], "rows": ["Q"], "significance": OPEN},
        data,
        single("Q", 1, 2),
        single("C", 1, 2, 3, 4),
    )
    assert {(a, b) for _, a, b in pairs(tables, "p_value")} == {("all", "4"), ("some", "4")}


def test_row_nets_stand_above_their_members() -> None:
    tables = book(
        {"banner": ["total"], "rows": [{"variable": "Q", "nets": {"odd": [1, 3]}}]},
        {"Q": ["1", "2", "3"]},
        single("Q", 1, 2, 3),
    )
    shown = tables.cells.filter(pl.col("row_kind") != "base")
    assert shown.select("row_code", "row_kind").rows() == [
        ("odd", "net"),
        ("1", "category"),
        ("3", "category"),
        ("2", "category"),
    ]
    assert figures(tables, "count")["odd", "@"] == 2


def test_the_total_counts_respondents_without_an_answer_to_the_banner() -> None:
    tables = book(
        {"banner": ["total", "C"], "rows": ["Q"]},
        {"Q": ["1", "1", "2"], "C": ["1", None, "2"]},
        single("Q", 1, 2),
        single("C", 1, 2),
    )
    assert figures(tables, "value")["base_unweighted", "@"] == 3
    assert figures(tables, "count")["1", "@"] == 2
    assert figures(tables, "count")["1", "1"] == 1


def test_the_base_leaves_out_respondents_without_an_answer() -> None:
    tables = book(
        {"banner": ["total"], "rows": ["Q"]}, {"Q": ["1", None, "9", " ", "2.0"]}, single("Q", 1, 2, missing=("9",))
    )
    assert figures(tables, "value")["base_unweighted", "@"] == 2
    assert tables.heads[0].base_text == "Base: respondents who answered this question (n = 2)"
    assert tables.heads[0].notes == ()


def test_codes_outside_the_list_are_left_out_and_said() -> None:
    tables = book({"banner": ["total"], "rows": ["Q"]}, {"Q": ["1", "7", "abc"]}, single("Q", 1, 2))
    assert figures(tables, "value")["base_unweighted", "@"] == 1
    assert tables.heads[0].notes == ("2 answers are none of the question's choices and are left out.",)


def test_answers_in_other_capitals_and_with_blanks_are_their_choice() -> None:
    said = Variable(
        name="Q", label="Q", kind="single_choice", columns=("Q",), choices=[Choice(code="Pria", label="Pria")]
    )
    tables = book({"banner": ["total"], "rows": ["Q"]}, {"Q": ["Pria", "pria", " PRIA "]}, said)
    assert figures(tables, "count")["Pria", "@"] == 3


def test_leading_zeros_are_part_of_a_code() -> None:
    tables = book({"banner": ["total"], "rows": ["Q"]}, {"Q": ["01", "11", "01"]}, single("Q", "01", "11"))
    assert figures(tables, "count")["01", "@"] == 2


def test_small_bases_are_flagged_and_those_below_the_first_limit_are_not_tested() -> None:
    data = {"Q": ["1"] * 40 + ["2"] * 20 + ["1"] * 20, "C": ["1"] * 40 + ["2"] * 20 + ["3"] * 20}
    tables = book(
        {"banner": ["total", "C"], "rows": ["Q"], "significance": {"small_base": [20, 40]}},
        data,
        single("Q", 1, 2),
        single("C", 1, 2, 3),
    )
    assert figures(tables, "flag")["1", "1"] is None
    assert figures(tables, "flag")["1", "2"] == "*"
    assert ("1", "1", "2") in pairs(tables, "p_value")
    stricter = book(
        {"banner": ["total", "C"], "rows": ["Q"], "significance": {"small_base": [21, 40]}},
        data,
        single("Q", 1, 2),
        single("C", 1, 2, 3),
    )
    assert figures(stricter, "flag")["1", "2"] == "**"
    assert stricter.tests.is_empty()


def test_figures_of_hidden_columns_are_empty_and_take_part_in_no_test() -> None:
    data = {"Q": ["1"] * 30 + ["2"] * 5, "C": ["1"] * 30 + ["2"] * 5}
    tables = book(
        {"banner": ["total", "C"], "rows": ["Q"], "significance": {"hide_below": 10, "small_base": [0, 0]}},
        data, single("Q", 1, 2), single("C", 1, 2),
    )  # fmt: skip
    assert figures(tables, "count")["2", "2"] is None
    assert figures(tables, "column_percent")["2", "2"] is None
    assert figures(tables, "value")["base_unweighted", "2"] == 5
    assert figures(tables, "count")["1", "1"] == 30
    assert tables.tests.is_empty()


def test_multi_response_reads_trailing_delimiters_and_counts_everyone_who_answered_once() -> None:
    tables = book({"banner": ["total"], "rows": ["Q"]}, {"Q": ["1;3;5;", "3;", None, "1;1;"]}, multi("Q", 1, 3, 5))
    assert figures(tables, "value")["base_unweighted", "@"] == 3
    assert [figures(tables, "count")[c, "@"] for c in ("1", "3", "5")] == [2, 2, 1]
    assert "Several answers were possible" in tables.heads[0].notes[0]


@pytest.mark.parametrize("yes_no", [("1", "0"), (1, 0), ("True", "False"), ("ya", "tidak"), (1.0, 0.0), (True, False)])
def test_multi_response_of_columns_counts_what_is_chosen(yes_no: tuple[object, object]) -> None:
    yes, no = yes_no
    question = Variable(
        name="Q", label="Q", kind="multi_choice", columns=("Q/1", "Q/2"),
        choices=(Choice(code="1", label="a", column="Q/1"), Choice(code="2", label="b", column="Q/2")),
    )  # fmt: skip
    tables = book(
        {"banner": ["total"], "rows": ["Q"]}, {"Q/1": [yes, no, None, no], "Q/2": [yes, yes, None, no]}, question
    )
    assert figures(tables, "value")["base_unweighted", "@"] == 3
    assert [figures(tables, "count")[c, "@"] for c in ("1", "2")] == [1, 2]


def test_a_single_choice_of_a_column_a_choice_is_one_answer_and_leaves_out_who_ticked_two() -> None:
    columns = {"age": ["a", None, None, "a", None], "old": [None, "b", "b", "b", None]}
    options = (Choice(code="a", label="a", column="age"), Choice(code="b", label="b", column="old"))
    age = Variable(name="q", label="Age", kind="single_choice", columns=("age", "old"), choices=options)
    counts = figures(book({"banner": ["total", "q"], "rows": ["q"]}, columns, age), "count")
    assert [counts[code, "@"] for code in ("a", "b")] == [1, 2]
    assert [counts[code, "b"] for code in ("a", "b")] == [0, 2]


def test_a_column_that_ticks_with_the_word_no_is_chosen_where_it_stands() -> None:
    columns = {"y": ["Yes", None, None], "n": [None, "No", "No"]}
    options = (Choice(code="Yes", label="Yes", column="y"), Choice(code="No", label="No", column="n"))
    owns = Variable(name="q", label="Owns", kind="single_choice", columns=("y", "n"), choices=options)
    counts = figures(book({"banner": ["total"], "rows": ["q"]}, columns, owns), "count")
    assert [counts[code, "@"] for code in ("Yes", "No")] == [1, 2]


def test_a_coded_open_question_is_multi_response_with_no_answer_last() -> None:
    codes = (
        Code(code=99, label="No answer"),
        Code(code=3, label="Other"),
        Code(code=1, label="Fast", net="Good"),
        Code(code=2, label="Clean", net="Good"),
    )
    frame = CodeFrame(variable="E1", question="Why?", language="en", other=3, codes=codes)
    codings = pl.DataFrame(
        {ROW: [1, 1, 2, 3, 3], "variable": ["E1", "E1", "E1", "E1", "E2"], "code": [1, 2, 99, 3, 1]},
        schema_overrides={ROW: pl.Int64, "code": pl.Int64},
    )
    question = Variable(name="E1", label="Why?", kind="open_ended", columns=("E1",))
    tables = book(
        {"banner": ["total"], "rows": ["E1"]},
        {"E1": ["x", "y", "z", None]},
        question,
        frames=CodeFrames((frame,)),
        codings=codings,
    )
    rows = tables.cells.filter(pl.col("row_kind") != "base")["row_code"].to_list()
    assert rows == ["Good", "1", "2", "3", "99"]
    assert figures(tables, "value")["base_unweighted", "@"] == 3
    assert figures(tables, "count")["Good", "@"] == 1


def test_an_open_question_asked_by_name_must_be_coded_and_one_of_the_default_plan_is_left_out_with_a_note() -> None:
    question = Variable(name="E1", label="Why?", kind="open_ended", columns=("E1",))
    data = {"E1": ["x", "y"], "Q": ["1", "2"]}
    with pytest.raises(PlanError, match="'E1' is an open-ended question that has not been coded"):
        book({"rows": ["E1"]}, data, question, single("Q", 1, 2))
    tables = book({}, data, question, single("Q", 1, 2))
    assert [h.variable for h in tables.heads] == ["Q"]
    assert "E1" in tables.book.notes[-1]


def test_numbers_give_statistics_without_categories() -> None:
    statistics = ["mean", "median", "std_dev", "std_error", "sum", "minimum", "maximum"]
    tables = book(
        {"banner": ["total", "C"], "rows": [{"variable": "N", "statistics": statistics}]},
        {"N": ["1", "2", "3,5", "tidak tahu", None, "10"], "C": ["1", "1", "1", "1", "1", "2"]},
        numeric("N"), single("C", 1, 2),
    )  # fmt: skip
    value = figures(tables, "value")
    assert value["base_unweighted", "@"] == 4
    assert value["mean", "@"] == pytest.approx(4.125)
    assert value["median", "@"] == pytest.approx(2.75)
    assert value["std_dev", "@"] == pytest.approx(4.0491768707)  # statistics.stdev([1, 2, 3.5, 10])
    assert value["std_error", "@"] == pytest.approx(4.0491768707 / 2)
    assert [value[s, "@"] for s in ("sum", "minimum", "maximum")] == [16.5, 1, 10]
    assert value["mean", "2"] == 10
    assert value["std_dev", "2"] is None
    assert "1 answers are not numbers" in tables.heads[0].notes[0]


def test_numbers_with_very_many_values_give_the_same_as_few(monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    from mcode_pipelines.tabulation.counting import counter as counting

    chance = random.Random(1)
    n = 400
    data = {
        "N": [round(chance.lognormvariate(0, 1), 3) for _ in range(n)],
        "C": [chance.choice("12") for _ in range(n)],
        "w": [chance.choice([0.5, 2.0]) for _ in range(n)],
    }
    statistics = ["mean", "median", "std_dev", "std_error", "sum", "minimum", "maximum"]
    plan = {"weight": "w", "banner": ["total", "C"], "rows": [{"variable": "N", "statistics": statistics}]}
    questions = (numeric("N"), single("C", 1, 2), numeric("w"))
    histogram = book(plan, data, *questions)
    monkeypatch.setattr(counting.Counter, "fits", lambda self, patterns: False)
    scattered = book(plan, data, *questions)
    for row in histogram.cells.iter_rows(named=True):
        got = figures(scattered, "value")[row["row_code"], row["column_code"]]
        assert got == (None if row["value"] is None else pytest.approx(row["value"]))
    assert pairs(scattered, "p_value") == pytest.approx(pairs(histogram, "p_value"))


def test_nps_is_promoters_less_detractors() -> None:
    answers = [10, 10, 9, 8, 7, 6, 0]
    tables = book(
        {"banner": ["total"], "rows": [{"variable": "N", "statistics": ["nps"]}]},
        {"N": answers},
        scale("N", *range(11)),
    )
    assert figures(tables, "value")["nps", "@"] == pytest.approx(100 * (3 - 2) / 7)


def test_top_box_is_the_share_of_the_two_highest_factors_whatever_their_order() -> None:
    factors = {"1": 5, "2": 4, "3": 3, "4": 2, "5": 1, "9": None}
    points = tuple(Choice(code=code, label=code, factor=factor) for code, factor in factors.items())
    question = Variable(name="Q", label="Q", kind="scale", columns=("Q",), choices=points)
    tables = book(
        {"banner": ["total"], "rows": [{"variable": "Q", "statistics": ["top2", "bottom2"]}]},
        {"Q": ["1", "1", "2", "3", "5", "9", "9", "9"]},
        question,
    )
    assert figures(tables, "value")["top2", "@"] == pytest.approx(100 * 3 / 8)
    assert figures(tables, "value")["bottom2", "@"] == pytest.approx(100 / 8)


def test_against_the_total_a_column_is_part_of_it() -> None:
    # Formula 2A with the column itself as overlap: 1/e1 + 1/eT - 2 e1/(e1 eT) = 1/100 - 1/200.
    tables = book(
        {"banner": ["total", "C"], "rows": ["Q"], "significance": {**OPEN, "compare": "total"}},
        two_cities(60, 40), single("Q", 1, 2), single("C", 1, 2),
    )  # fmt: skip
    p = (60 + 100) / 300
    assert pairs(tables, "statistic")["1", "1", "@"] == pytest.approx(0.1 / (p * (1 - p) * (1 / 100 - 1 / 200)) ** 0.5)
    assert pairs(tables, "df")["1", "1", "@"] == pytest.approx(198)
    assert pairs(tables, "overlap")["1", "1", "@"] == 100
    assert figures(tables, "letters")["1", "1"] == "▲"
    assert figures(tables, "letters")["1", "2"] == "▼"


def test_against_the_rest_equals_the_test_of_two_columns_that_are_all_there_is() -> None:
    data = {**two_cities(60, 40), "w": [0.5, 1.5, 1.0, 2.0] * 50}
    questions = (single("Q", 1, 2), single("C", 1, 2), numeric("w"))
    rest = book(
        {"weight": "w", "banner": ["C"], "rows": ["Q"], "significance": {**OPEN, "compare": "rest"}}, data, *questions
    )
    columns = book({"weight": "w", "banner": ["C"], "rows": ["Q"], "significance": OPEN}, data, *questions)
    assert pairs(rest, "p_value")["1", "1", "rest"] == pytest.approx(pairs(columns, "p_value")["1", "1", "2"])
    assert pairs(rest, "statistic")["1", "2", "rest"] == pytest.approx(-pairs(columns, "statistic")["1", "1", "2"])


def test_mean_against_the_rest_equals_the_mean_test_of_two_columns() -> None:
    data = {
        "Q": [1, 2, 3, 4, 5, 5, 4, 3, 5, 4],
        "C": ["1"] * 4 + ["2"] * 6,
        "w": [1.0, 2.0, 0.5, 1.0, 1.0, 3.0, 1.0, 1.0, 2.0, 1.0],
    }
    questions = (scale("Q", 1, 2, 3, 4, 5), single("C", 1, 2), numeric("w"))
    rows = [{"variable": "Q", "statistics": ["mean"]}]
    for method in ("effective_base_t", "pooled_z", "unpooled_t"):
        test = {**OPEN, "method": method}
        rest = book(
            {"weight": "w", "banner": ["C"], "rows": rows, "significance": {**test, "compare": "rest"}},
            data,
            *questions,
        )
        columns = book({"weight": "w", "banner": ["C"], "rows": rows, "significance": test}, data, *questions)
        assert pairs(rest, "p_value")["mean", "1", "rest"] == pytest.approx(pairs(columns, "p_value")["mean", "1", "2"])


def test_groups_compare_the_named_columns_of_different_questions_with_their_overlap() -> None:
    data = {**two_cities(60, 40), "S": (["1"] * 30 + ["2"] * 70) * 2}
    tables = book(
        {"banner": ["C", "S"], "rows": ["Q"], "significance": {**OPEN, "compare": {"groups": ["AC", "BD"]}}},
        data, single("Q", 1, 2), single("C", 1, 2), single("S", 1, 2),
    )  # fmt: skip
    overlap = pairs(tables, "overlap")
    assert {(a, b) for _, a, b in overlap} == {("1", "1"), ("2", "2")}
    assert overlap["1", "1", "1"] == 30
    with pytest.raises(PlanError, match="no column has the letter 'X'"):
        book(
            {"banner": ["C"], "rows": ["Q"], "significance": {"compare": {"groups": ["AX"]}}},
            data,
            single("Q", 1, 2),
            single("C", 1, 2),
        )


def test_letters_go_on_with_aa_after_z_and_are_then_set_apart() -> None:
    codes = list(range(1, 31))
    answers = [str(c) for c in codes for _ in range(40)]
    data = {"Q": ["1" if int(c) == 1 else "2" for c in answers], "C": answers}
    tables = book(
        {"banner": ["C"], "rows": ["Q"], "significance": {"levels": [0.95]}},
        data,
        single("Q", 1, 2),
        single("C", *codes),
    )
    assert [c.letter for c in tables.book.banner][25:28] == ["Z", "AA", "AB"]
    assert figures(tables, "letters")["1", "1"].split()[-5:] == ["Z", "AA", "AB", "AC", "AD"]


def test_tables_are_worded_in_indonesian_when_the_plan_says_so() -> None:
    data = {"Q": ["1"] * 1300, "C": ["1", "2"] * 650}
    plan = {"language": "id", "banner": ["total", "C"], "rows": ["Q"]}
    tables = book(plan, data, single("Q", 1), single("C", 1, 2))
    assert tables.heads[0].base_text == "Basis: semua responden (n = 1.300)"
    assert "huruf besar pada 95%" in tables.book.notes[1]


def test_chi_square_stands_in_the_notes_and_beside_the_pairwise_tests() -> None:
    # (60 - 50)**2 / 50 * 4 = 8 with one degree of freedom; Cramer's V = sqrt(8 / 200).
    tables = book(
        {"banner": ["total", "C"], "rows": ["Q"], "significance": {"levels": [0.95], "chi_square": "unweighted"}},
        two_cities(60, 40), single("Q", 1, 2), single("C", 1, 2),
    )  # fmt: skip
    assert tables.heads[0].notes == (
        "Chi-square (unweighted) - Question C: X2 = 8.00 (df 1), p = 0.005, Cramer's V = 0.20",
    )
    whole = tables.tests.filter(pl.col("row_code") == "chi_square").to_dicts()
    assert [(t["column_variable"], t["column_a"], t["df"]) for t in whole] == [("C", None, 1.0)]
    assert whole[0]["p_value"] == pytest.approx(0.004677734981047266)  # pchisq(8, 1, lower.tail = FALSE)


def test_chi_square_is_of_all_answers_whatever_rows_are_shown() -> None:
    data = {"Q": list("112233123123") * 5 + [None] * 6, "C": list("121212") * 11}
    base = {"banner": ["total", "C"], "significance": {"levels": [], "chi_square": "unweighted"}}
    rows = [
        "Q",
        {"variable": "Q", "nets": {"x": [1, 2]}, "members": False},
        {"variable": "Q", "base": "all", "no_answer": "show"},
        {"variable": "Q", "base": "all"},
    ]
    tables = book({**base, "rows": rows}, data, single("Q", 1, 2, 3), single("C", 1, 2))
    found = tables.tests.select("statistic", "df", "p_value").rows()
    assert found == [found[0]] * 4
    assert found[0][1] == 2


def test_a_table_that_nobody_answered_is_made_and_says_so() -> None:
    tables = book(
        {"banner": ["total", "C"], "rows": ["Q", "N"]},
        {"Q": [None, None], "N": [None, None], "C": ["1", "2"]},
        single("Q", 1, 2),
        numeric("N"),
        single("C", 1, 2),
    )
    assert all("Nobody in the base answered this question." in head.notes for head in tables.heads)
    assert {head.nobody for head in tables.heads} == {"Nobody in the base answered this question."}
    assert figures(tables, "column_percent")["1", "@"] is None
    assert figures(tables, "count")["1", "@"] == 0
    assert figures(tables, "value", "T0002")["mean", "@"] is None


def sorted_rows(sort: str | None, **more: object) -> list[str]:
    answers = {"1": 3, "2": 9, "3": 5, "4": 7, "5": 0, "96": 30, "99": 20}
    codes = [code for code, count in answers.items() for _ in range(count)]
    data = {"Q": codes, "C": ["1" if code == "1" else "2" for code in codes]}
    tables = book(
        {"banner": ["total", "C"], "rows": [{"variable": "Q", "sort": sort, **more}], "significance": {"levels": []}},
        data,
        single("Q", 1, 2, 3, 4, 5, 96, 99),
        single("C", 1, 2),
    )
    count = figures(tables, "count_unweighted")
    assert all(count[code, "@"] == n for code, n in answers.items() if (code, "@") in count)
    return tables.cells.filter(pl.col("row_kind") != "base")["row_code"].unique(maintain_order=True).to_list()


def test_sorted_rows_fall_from_the_largest_with_other_and_no_answer_last() -> None:
    assert sorted_rows(None) == ["1", "2", "3", "4", "5", "96", "99"]
    assert sorted_rows("total") == ["2", "4", "3", "1", "5", "96", "99"]
    assert sorted_rows("A")[0] == "1"


def test_sorted_nets_keep_their_members() -> None:
    assert sorted_rows("total", nets={"x": [1, 3]}) == ["2", "x", "3", "1", "4", "5", "96", "99"]


def test_rows_that_nobody_stands_in_can_be_hidden() -> None:
    assert sorted_rows(None, hide_empty=True) == ["1", "2", "3", "4", "96", "99"]


def test_sorting_by_a_column_that_is_not_there_is_told() -> None:
    with pytest.raises(PlanError, match="rows: 'Q': sort: no column has the letter 'X'"):
        sorted_rows("X")


def test_a_nested_banner_that_nobody_stands_in_has_empty_columns() -> None:
    questions = (single("A", 1, 2), single("B", 1, 2), single("Q", 1, 2))
    data = {"A": ["1", "2", None], "B": [None, None, "2"], "Q": ["1", "2", "2"]}
    tables = book({"banner": ["total", "A > B", "A"], "rows": ["Q"]}, data, *questions)
    assert [column.code for column in tables.book.banner] == ["@", "1>1", "1>2", "2>1", "2>2", "1", "2"]
    counts = figures(tables, "count")
    assert [counts["2", column] for column in ("@", "1>1", "2>2", "2")] == [2, 0, 0, 1]
    assert any("nobody in the base answered 'A > B'" in reason for reason in tables.book.not_made)


@pytest.mark.parametrize("label", ["Tidak ada jawaban", "No answer", "TA", "Don't know / refused", "99"])
def test_a_printed_99_is_no_answer(label: str) -> None:
    question = multi("Q", 1, 2, 99).model_copy(update={"choices": choices(1, 2, 99, c99=label)})
    data = {"Q": ["99", "1;2", "2", None]}

    def made(**row: object) -> dict[tuple[str, str], object]:
        return figures(
            book({"banner": ["total"], "rows": [{"variable": "Q", **row}]}, data, question), "column_percent"
        )

    assert made()["99", "@"] == pytest.approx(100 / 3)
    assert [made(percent_of="responses")[code, "@"] for code in "12"] == pytest.approx([100 / 3, 200 / 3])
    assert [made(no_answer="leave_out")[code, "@"] for code in "12"] == [50, 100]
    assert made(no_answer="show", base="all")["99", "@"] == 50


def test_a_choice_called_99_that_says_something_is_an_answer() -> None:
    question = multi("Q", 1, 99).model_copy(update={"choices": choices(1, 99, c99="Toko lain")})
    row = {"variable": "Q", "no_answer": "leave_out"}
    found = figures(book({"banner": ["total"], "rows": [row]}, {"Q": ["99", "1"]}, question), "column_percent")
    assert found["99", "@"] == 50


@pytest.mark.parametrize(
    ("listed", "typed"), [(("1", "2"), ["01", "1.0", "2", "02"]), (("01", "02"), ["1", "1", "2", "2"])]
)
@pytest.mark.parametrize("several", [False, True])
def test_codes_that_are_numbers_compare_as_numbers(listed: tuple[str, str], typed: list[str], several: bool) -> None:
    make = multi if several else single
    question = make("Q", *listed)
    rows = [{"variable": "Q", "nets": {"Low": ["1"], "High": ["02"]}}]
    tables = book({"banner": ["total", "Q"], "rows": rows}, {"Q": typed}, question)
    assert [head.trouble for head in tables.heads] == [None]
    counts = figures(tables, "count")
    assert [counts[row, "@"] for row in ("Low", listed[0], "High", listed[1])] == [2, 2, 2, 2]
    filtered = book(
        {"banner": ["total"], "rows": ["Q"], "filter": "Q IN (1, 3)" if not several else "Q = 01"},
        {"Q": typed},
        question,
    )
    assert figures(filtered, "count")[listed[0], "@"] == 2


def test_01_and_1_are_two_codes_where_a_question_lists_both() -> None:
    counts = figures(
        book({"banner": ["total"], "rows": ["Q"]}, {"Q": ["01", "1", "1"]}, single("Q", "01", "1")), "count"
    )
    assert (counts["01", "@"], counts["1", "@"]) == (1, 2)
