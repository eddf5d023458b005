"""Plans: read, filled in, checked; every mistake is one sentence that says where."""

from __future__ import annotations

import pickle

import pytest

from mcode_pipelines.survey import Codebook, Statistic, SurveyError, TabulationPlan
from mcode_pipelines.tabulation import PlanError, complete_plan, default_plan, parse_plan
from mcode_pipelines.tabulation.plan.conditions import in_words
from mcode_pipelines.tabulation.plan.scope import Scope
from mcode_pipelines.tabulation.plan.tokens import tokens_of
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, scale, single


def ferry() -> Codebook:
    return Codebook(
        variables=(
            single("S6", 1, 2, demographic=True),
            single("S15", 1, 2, 3, demographic=True),
            multi("S9", 1, 2, 96),
            scale("A1_1", 1, 2, 3, 4, 5),
            scale("A1_2", 1, 2, 3, 4, 5),
            numeric("age"),
            numeric("bobot", weight=True),
            single("name", 1, personal=True),
        ),
        language="id",
    )


def test_a_whole_plan_is_read_from_yaml() -> None:
    plan = parse_plan(
        """
        title: Kepuasan
        wave: 2026-11
        weight: {rim: {S6: {1: .5, 2: .5}}}
        filter: "S6 = 1"
        banner: [total, S6, S15 > S6, {variable: S15, nets: {"muda": [1, 2]}}]
        rows: [S9, A1_*, {variable: A1_1, statistics: [top2, mean]}]
        significance: {levels: [0.80, 0.95], compare: {groups: [ABC, DE]}}
        """,
        "plan.yaml",
    )
    assert plan.wave == "2026-11"
    assert plan.banner[2].path == ("S15", "S6")
    assert plan.banner[3].nets == {"muda": ("1", "2")}
    assert plan.rows[2].statistics == (Statistic.TOP2, Statistic.MEAN)
    assert plan.significance.levels == (0.95, 0.80)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("banner: [total\nrows: x", "plan.yaml: line 2, column 5: "),
        ("- a", "not a list"),
        ("title: x\nrow: [S9]", "plan.yaml: line 2: there is no setting 'row'; did you mean 'rows'?"),
        ("rows: [{variable: A, statistics: [meen]}]", "rows 1: statistics 1: 'meen' is not known; did you mean 'mean'"),
        ("rows:\n- {title: x}", "plan.yaml: line 2: rows 1: 'variable' is missing"),
        ("rows:\n- variable: a\n  nets: {x: {}}", "plan.yaml: line 3: rows 1: nets: x: expected a list"),
        ("? [a]\n: b", "line 1, column 3: a setting's name is a word"),
        ("[" * 3000, "it is nested too deeply"),
        ("significance: {levels: [95]}", "significance: levels 1: expected a number below 1"),
        ("significance: {compare: gropus}", "it can be within_question, total, rest or previous"),
        ("weight: {rim: {S6: {1: -1}}}", "weight: rim: S6: 1: expected a number of at least 0"),
        ("waves: 1", "waves: waves are all, how many with this one (2 or more), or a list of labels"),
        ("rows: [{variable: a, bands: {x: 3}}]", "rows 1: bands: the band 'x' needs its lowest and highest number"),
        ("weight: {rim: {S: {1: 1}}, cap: x}", "weight: cap: a cap is the highest weight, such as 3, or"),
        ("rows: [{variable: a, quantiles: 40}]", "rows 1: quantiles: expected a number of at most 20"),
        ("rows: [{variable: a, allocation: {items: []}}]", "items: expected at least 1 of them"),
        ("significance: {small_base: [100, 30]}", "not tested below, marked below]; write [30, 100]"),
        ("title: a\ntitle: b", "line 2, column 1: 'title' stands twice"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("\x00", "not YAML or JSON"),
    ],
)
def test_a_mistake_in_the_text_is_told_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(PlanError) as error:
        parse_plan(text, "plan.yaml")
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
    assert isinstance(error.value, SurveyError)


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ("S16", "banner: there is no variable 'S16' in this survey; did you mean 'S6' or 'S15'?"),
        ("age", "banner: 'age' is numeric and has no categories"),
        ("S15 > nope", "banner: there is no variable 'nope'"),
    ],
)
def test_a_banner_question_that_cannot_be_had_carries_the_reason(item: str, sentence: str) -> None:
    plan = TabulationPlan.model_validate({"language": "en", "banner": ["total", item, "S6"], "on_missing": "drop"})
    once = complete_plan(plan, ferry())
    assert [sentence in (one.trouble or "") for one in once.banner or ()] == [False, True, False]
    assert complete_plan(once, ferry()) == once


@pytest.mark.parametrize("item", ["S16", "S15 > S16", {"cases": {"a": "S16 = 1"}}])
def test_a_banner_question_that_does_not_exist_refuses_the_plan(item: object) -> None:
    plan = TabulationPlan.model_validate({"language": "en", "banner": ["total", item, "S6"]})
    with pytest.raises(PlanError) as error:
        complete_plan(plan, ferry())
    assert "there is no variable 'S16'" in str(error.value)
    assert "write on_missing: drop to make the tables without these columns" in str(error.value)
    assert "tulis on_missing: drop agar tabel dibuat tanpa kolom itu" in error.value.indonesian


def test_a_number_as_title_is_its_text() -> None:
    plan = parse_plan("title: 2026\nrows: [{variable: S6, title: 7}]", "plan.yaml")
    assert plan.title == "2026"
    assert plan.rows and plan.rows[0].title == "7"


def test_a_group_of_one_column_is_told() -> None:
    significance = {"compare": {"groups": ["AA"]}}
    data = {"S6": ["1", "2"]}
    with pytest.raises(PlanError, match="groups: 'AA' names one column"):
        book({"banner": ["S6"], "rows": ["S6"], "significance": significance}, data, single("S6", 1, 2))


def test_the_default_plan_sets_every_question_against_the_demographics() -> None:
    plan = default_plan(ferry(), title="Feri")
    assert [b.variable for b in plan.banner] == ["total", "S6", "S15"]
    assert [r.variable for r in plan.rows] == ["S6", "S15", "S9", "A1_1", "A1_2", "age"]
    assert plan.weight == "bobot"
    assert plan.rows[3].statistics == (Statistic.TOP2, Statistic.BOTTOM2, Statistic.MEAN)


def test_completing_fills_in_what_is_missing_and_twice_changes_nothing() -> None:
    once = complete_plan(TabulationPlan(rows=["A1_*"]), ferry())
    assert [r.variable for r in once.rows] == ["A1_1", "A1_2"]
    assert once.weight == "bobot"
    assert once.language == "id"
    assert complete_plan(once, ferry()) == once
    assert complete_plan(TabulationPlan.model_validate_json(once.model_dump_json()), ferry()) == once


def test_a_plan_that_says_no_weight_stays_unweighted() -> None:
    completed = complete_plan(parse_plan("weight: null", "p"), ferry())
    assert completed.weight is None
    stored = TabulationPlan.model_validate_json(completed.model_dump_json(exclude_none=True))
    assert complete_plan(stored, ferry()) == completed


def test_a_plan_written_out_is_read_back_the_same() -> None:
    text = """
    waves: [2026-05]
    weights: [{rim: {S6: {1: .5, 2: .5}}, cap: [0.3, 3]}, none]
    banner: [total, {variable: age, bands: {young: [null, 30]}}, {label: G, cases: {a: S6 = 1}}]
    rows:
    - {variable: R, ranking: {items: [age]}}
    - {variable: Money, allocation: {items: [age], total: 10}}
    - {variable: A1_1, nps: true, base: asked}
    - {variable: age, quantiles: 4, weight: bobot}
    """
    plan = complete_plan(parse_plan(text, "plan.yaml"), ferry())
    assert parse_plan(plan.as_yaml(), "plan.yaml") == plan
    assert TabulationPlan.model_validate_json(plan.model_dump_json(exclude_none=True)) == plan


def test_why_a_row_is_not_made_is_no_part_of_the_plan_written_out() -> None:
    plan = complete_plan(parse_plan("rows: [S77, S6]", "plan.yaml"), ferry())
    assert plan.rows and "'S77'" in (plan.rows[0].trouble or "")
    assert "trouble" not in plan.as_yaml()
    with pytest.raises(PlanError, match=r"there is no setting 'zzz'; there are variable, .* optional$"):
        parse_plan("rows: [{variable: S6, zzz: 1}]", "plan.yaml")


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"rows": ["A1_9"]}, "rows: there is no variable 'A1_9' in this survey; did you mean 'A1_1' or 'A1_2'?"),
        ({"rows": ["Z*"]}, "no variable that can be tabulated matches 'Z*'"),
        ({"rows": [{"variable": "S9", "nets": {"x": [1, 7]}}]}, "the net 'x' holds the code '7'"),
        ({"weight": "wt"}, "weight: there is no variable 'wt'"),
        ({"weight": {"rim": {"S6": {"1": 0.5, "3": 0.5}}}}, "weight: rim: 'S6' has no code '3'"),
        ({"filter": "S66 = 1"}, "filter 'S66 = 1': there is no variable 'S66'; did you mean 'S6'?"),
        ({"filter": "S6 = = 1"}, "filter 'S6 = = 1' cannot be read: it is not complete, or a word or sign stands"),
        ({"filter": "S9 > 2"}, "'S9' holds several answers"),
        ({"filter": "S6 = 1; DROP"}, "cannot be read at '; DROP'"),
        ({"filter": "S6 < 1e999"}, "filter 'S6 < 1e999': the number 1e999 is too large; write a smaller one"),
        ({"filter": "S6 = ."}, "cannot be read at '.'"),
        ({"filter": "[S6] = 1"}, 'names that hold other signs in "double quotes"'),
        ({"rows": [{"variable": "S6", "filter": "nope"}]}, "there is no variable 'nope'"),
    ],
)
def test_a_plan_that_does_not_fit_the_survey_is_told_where_and_what_is_nearest(
    plan: dict[str, object], sentence: str
) -> None:
    with pytest.raises(PlanError) as error:
        complete_plan(TabulationPlan.model_validate(plan), ferry())
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("variable", "statistics", "sentence"),
    [
        (single("Q", 1, 2), ["mean"], "has no factors"),
        (multi("Q", 1, 2), ["mean"], "takes several answers"),
        (scale("Q", 1, 2, 3), ["nps"], "needs a scale from 0 to 10"),
        (numeric("Q"), ["top2"], "is a number and top2 needs a question with choices"),
    ],
)
def test_statistics_that_a_question_cannot_give_are_refused(
    variable: object, statistics: list[str], sentence: str
) -> None:
    with pytest.raises(PlanError, match=sentence):
        book({"rows": [{"variable": "Q", "statistics": statistics}]}, {"Q": ["1", "2"]}, variable)


SIX = {
    "S6": ["1", "1", "2", "2", None, "1"],
    "S9": ["1;3", "2", None, "3", "1", "1;2;3"],
    "T": ["a", "b", "a", "it's", "b", "a"],
    "N": [1, 2, 3, 4, 5, 6],
}


@pytest.mark.parametrize(
    ("filter_text", "inside"),
    [
        ("S6 = 1", [1, 2, 6]),
        ("S6 = '1'", [1, 2, 6]),
        ("S6 <> 1", [3, 4]),
        ("S6 IN (1, 2) AND N > 2", [3, 4, 6]),
        ("S6 IS NULL", [5]),
        ("S9 = 3", [1, 4, 6]),
        ("S9 <> 3", [2, 5]),
        ("NOT (S9 = 3)", [2, 5]),
        ("S9 IN (1, 2)", [1, 2, 5, 6]),
        ("S9 NOT IN (1, 2)", [4]),
        ("S9 = 1 AND S9 = 3", [1, 6]),
        ("S9 IS NULL", [3]),
        ("S9 IS NOT NULL AND S6 = 2", [4]),
        ("T = 'it''s'", [4]),
        ("\"T\" = 'a' or N between 4 and 5", [1, 3, 4, 5, 6]),
        ("S6 = 1.0", [1, 2, 6]),
        ("N > .5e1", [6]),
        ("N < 3.5 AND N >= .5", [1, 2, 3]),
        ("N < 1e1 AND N * 1E2 > 3.5e+2", [4, 5, 6]),
        ("N >= 30e-1", [3, 4, 5, 6]),
        ("S6 = .1e1", [1, 2, 6]),
        ("S9 = 3e0", [1, 4, 6]),
        ("S9 IN (.1e1, 20e-1)", [1, 2, 5, 6]),
        ("N = '.5' OR N = '1e0'", [1]),
        ("N < 1e300 AND N > -1e300 AND N <> 1e-300", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_filter_keeps_those_who_meet_it(filter_text: str, inside: list[int]) -> None:
    questions = (single("S6", 1, 2), multi("S9", 1, 2, 3), single("T", "a", "b", "it's"), numeric("N"))
    tables = book(
        {"filter": filter_text, "banner": ["total"], "rows": [{"variable": "N", "statistics": ["sum"]}]},
        SIX,
        *questions,
    )
    assert figures(tables, "value")["sum", "@"] == sum(inside)
    assert figures(tables, "value")["base_unweighted", "@"] == len(inside)


def test_a_filter_that_nobody_meets_and_one_of_the_wrong_type_are_told() -> None:
    questions = (single("S6", 1, 2), single("T", "a", "b", "it's"), numeric("N"))
    with pytest.raises(PlanError, match="no rows after filter"):
        book({"filter": "N > 100", "rows": ["S6"]}, SIX, *questions)
    with pytest.raises(PlanError, match="filter 'N': it is not a condition"):
        book({"filter": "N", "rows": ["S6"]}, SIX, *questions)
    with pytest.raises(PlanError, match="filter"):
        book({"filter": "N = 'abc'", "rows": ["S6"]}, SIX, *questions)


def test_a_table_of_its_own_filter_counts_only_those_inside_and_says_so() -> None:
    tables = book(
        {"banner": ["total"], "rows": ["S6", {"variable": "S6", "filter": "N < 3"}]},
        SIX,
        single("S6", 1, 2),
        numeric("N"),
    )
    assert figures(tables, "value", "T0001")["base_unweighted", "@"] == 5
    assert figures(tables, "value", "T0002")["base_unweighted", "@"] == 2
    assert tables.heads[1].filter_text == "Filter: Question N < 3"


def test_respondents_without_a_positive_weight_are_not_counted_and_that_is_said() -> None:
    tables = book(
        {"weight": "w", "banner": ["total"], "rows": ["Q"]},
        {"Q": ["1", "1", "2", "2"], "w": ["2", "0", None, "-1"]},
        single("Q", 1, 2), numeric("w"),
    )  # fmt: skip
    assert figures(tables, "value")["base_unweighted", "@"] == 1
    assert "3 respondents are not counted" in tables.book.notes[1]


def test_rim_weights_meet_their_targets_within_the_filter() -> None:
    data = {
        "S": ["1"] * 6 + ["2"] * 4 + ["1"] * 5,
        "A": ["1", "2", "3", "1", "2", "2", "3", "1", "1", "2"] + ["1"] * 5,
        "k": ["1"] * 10 + ["2"] * 5,
    }
    plan = {
        "filter": "k = 1",
        "weight": {"rim": {"S": {"1": 0.5, "2": 0.5}, "A": {"1": 20, "2": 30, "3": 50}}},
        "banner": ["total"],
        "rows": ["S", "A"],
    }
    tables = book(plan, data, single("S", 1, 2), single("A", 1, 2, 3), single("k", 1, 2))
    share = figures(tables, "column_percent", "T0002")
    assert [share[c, "@"] for c in "123"] == pytest.approx([20, 30, 50])
    assert figures(tables, "column_percent", "T0001")["1", "@"] == pytest.approx(50)
    assert figures(tables, "value", "T0001")["base", "@"] == pytest.approx(10)
    assert "weighting efficiency" in tables.book.notes[0]


@pytest.mark.parametrize(
    ("rim", "sentence"),
    [
        ({"S": {"1": 0, "2": 0}}, "the target shares of 'S' add to 0"),
        ({"S": {"1": 0.5, "2": 0.3, "3": 0.2}}, "nobody gave code '3' of 'S'"),
        ({"S": {"1": 1.0}}, "code '2' of 'S' has 2 respondents and no target share"),
        ({"M": {"1": 0.5, "2": 0.5}}, "'M' is not a single-choice question"),
        ({"S": {"1": 0.5, "2": 0.5}, "A": {"1": 0.9, "2": 0.1}}, "no weights meet all targets together"),
    ],
)
def test_rim_targets_that_cannot_be_met_are_refused_with_the_reason(rim: dict[str, object], sentence: str) -> None:
    data = {"S": ["1", "1", "2", "2"], "A": ["1", "1", "2", "2"], "M": ["1;2", "1", "2", "1"]}
    with pytest.raises(PlanError, match=sentence):
        book({"weight": {"rim": rim}, "rows": ["S"]}, data, single("S", 1, 2, 3), single("A", 1, 2), multi("M", 1, 2))


def test_a_banner_question_of_too_many_columns_is_left_out() -> None:
    many, few = single("B", *range(5000)), single("S", 1, 2)
    tables = book({"banner": ["B", "S"], "rows": ["B"]}, {"B": ["1"], "S": ["1"]}, many, few)
    assert [column.variable for column in tables.book.banner] == ["S", "S"]
    assert "would make 5,000 columns" in tables.book.not_made[0]
    alone = book({"banner": ["B"], "rows": ["S"]}, {"B": ["1"], "S": ["1"]}, many, few)
    assert [column.variable for column in alone.book.banner] == ["total"]


def test_what_is_near_is_told_in_indonesian_too_and_survives_another_process() -> None:
    with pytest.raises(PlanError) as error:
        complete_plan(TabulationPlan.model_validate({"rows": ["A1_9"]}), ferry())
    again = pickle.loads(pickle.dumps(error.value))
    assert again.in_language("en") == "rows: there is no variable 'A1_9' in this survey; did you mean 'A1_1' or 'A1_2'?"
    assert (
        again.in_language("id") == "rows: tidak ada variabel 'A1_9' dalam survei ini; maksud Anda 'A1_1' atau 'A1_2'?"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("S6 = 2 AND age >= 30", "Question S6 = label 2 AND Question age >= 30"),
        ("NOT (S15 IN (1, 2) OR S9 = 96)", "NOT (Question S15 IN (label 1, label 2) OR Question S9 = label 96)"),
        ("S6 = '1' AND age BETWEEN -1 AND 9", "Question S6 = label 1 AND Question age BETWEEN -1 AND 9"),
        ("nobody = 1", "nobody = 1"),
        (
            "age > .5 AND S6 = 20e-1 AND age < 1e2",
            "Question age > 0.5 AND Question S6 = label 2 AND Question age < 100",
        ),
    ],
)
def test_a_filter_is_said_with_labels(text: str, said: str) -> None:
    assert in_words(tokens_of(text), Scope(ferry()).questions) == said
    long = ferry().model_copy(update={"variables": tuple(v.model_copy(update={"label": "x" * 80}) for v in ferry())})
    assert in_words(tokens_of("S6 = 2"), Scope(long).questions) == "S6 = label 2"
