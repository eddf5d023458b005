"""Rankings, constant sums and the net promoter score, against figures counted by hand or by plain loops."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mcode_pipelines.survey import Choice, Codebook, Kind, TabulationPlan, Variable
from mcode_pipelines.tabulation import PlanError, complete_plan, parse_plan
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, pairs, scale, single

THINGS = ("p", "q", "s")
OPEN = {"levels": [0.95], "small_base": [0, 0]}
orders = st.lists(st.lists(st.sampled_from(THINGS), unique=True, max_size=3), min_size=1, max_size=25)
weights = st.sampled_from([0.5, 1.0, 2.0])


def places(code: str) -> Variable:
    return single(code, *THINGS)


@settings(max_examples=30, deadline=None)
@given(orders, st.data())
def test_both_ways_of_asking_give_the_figures_of_plain_loops(found: list[list[str]], data: st.DataObject) -> None:
    w = [data.draw(weights) for _ in found]
    if not any(found):
        return
    by_position = {f"R{i + 1}": [order[i] if i < len(order) else None for order in found] for i in range(3)}
    by_item = {t: [order.index(t) + 1 if t in order else None for order in found] for t in THINGS}
    row = {"variable": "R", "ranking": {"positions": "R*", "top": 2}}
    plan = {"weight": "w", "banner": ["total"], "rows": [row]}
    one = book(plan, {**by_position, "w": w}, *(places(c) for c in by_position), numeric("w"))
    row = {"variable": "R", "ranking": {"items": list(THINGS), "top": 2}}
    two = book({**plan, "rows": [row]}, {**by_item, "w": w}, *(numeric(t) for t in THINGS), numeric("w"))
    base = math.fsum(x for x, order in zip(w, found, strict=True) if order)
    for tables in (one, two):
        percent, value = figures(tables, "column_percent"), figures(tables, "value")
        assert value["base", "@"] == pytest.approx(base)
        for t in THINGS:
            first = math.fsum(x for x, order in zip(w, found, strict=True) if order[:1] == [t])
            top = math.fsum(x for x, order in zip(w, found, strict=True) if t in order[:2])
            assert percent[f"first:{t}", "@"] == pytest.approx(100 * first / base, abs=1e-9)
            assert percent[f"top:{t}", "@"] == pytest.approx(100 * top / base, abs=1e-9)
            ranked = [(x, order.index(t) + 1) for x, order in zip(w, found, strict=True) if t in order]
            mean = math.fsum(x * r for x, r in ranked) / math.fsum(x for x, _ in ranked) if ranked else None
            assert value[f"mean:{t}", "@"] == (None if mean is None else pytest.approx(mean))


RANKED = {
    "R1": ["p", "q", "p", None] * 25,
    "R2": ["q", "p", "p", None] * 25,  # the third ranks one thing twice
    "C": ["1", "1", "2", "2"] * 25,
}


def test_a_ranking_says_what_was_left_out_and_what_its_base_is() -> None:
    row = {"variable": "R", "title": "Ranking", "ranking": {"positions": ["R1", "R2"]}}
    tables = book({"banner": ["total", "C"], "rows": [row]}, RANKED, places("R1"), places("R2"), single("C", 1, 2))
    head = tables.heads[0]
    assert (head.title, head.kind) == ("Ranking", "ranking")
    assert head.base_text == "Base: respondents who answered at least one of these questions (n = 75)"
    assert "25 answers are no rank, or rank an item twice, and are left out." in head.notes
    everyone = book(
        {"banner": ["total", "C"], "base": "all", "rows": [row]}, RANKED, places("R1"), places("R2"), single("C", 1, 2)
    )
    assert figures(everyone, "value")["base_unweighted", "@"] == 100
    assert figures(everyone, "column_percent")["first:p", "@"] == pytest.approx(50)


def test_ranked_things_can_be_sorted_and_those_nobody_ranked_hidden() -> None:
    row = {"variable": "R", "ranking": {"positions": ["R1", "R2"], "show": ["first"]}, "sort": "B", "hide_empty": True}
    data = {**RANKED, "C": ["1", "2", "2", "2"] * 25}
    tables = book({"banner": ["C"], "rows": [row]}, data, places("R1"), places("R2"), single("C", 1, 2))
    assert tables.cells["row_code"].unique(maintain_order=True).to_list()[3:] == ["first:p", "first:q"]


def test_shares_and_mean_ranks_are_tested() -> None:
    data = {"a": [1, 2] * 20 + [2, 3] * 20, "b": [2, 1] * 20 + [1, 1] * 20, "C": ["1"] * 40 + ["2"] * 40}
    row = {"variable": "R", "ranking": {"items": ["a", "b"]}}
    tables = book(
        {"banner": ["C"], "rows": [row], "significance": OPEN}, data, numeric("a"), numeric("b"), single("C", 1, 2)
    )
    p = pairs(tables, "p_value")
    assert p["mean:a", "1", "2"] == pytest.approx(stats.ttest_ind([1, 2] * 20, [2, 3] * 20).pvalue)
    assert figures(tables, "letters")["first:b", "2"] == "A"


POINTS = {"x": ["50", "20", None, "60", None], "y": ["50", "30", None, "60", "100"], "w": [1, 2, 1, 1, 1]}


@pytest.mark.parametrize(
    ("off", "n", "x", "share"),
    [
        ("keep", 4, (50 + 2 * 20 + 60 + 0) / 5, 100 * 150 / (100 + 2 * 50 + 120 + 100)),
        ("leave_out", 2, 25, 25),
        ("rescale", 4, (50 + 2 * 40 + 50 + 0) / 5, 100 * 180 / 500),
    ],
)
def test_a_constant_sum_has_means_shares_and_a_check_of_the_sum(off: str, n: int, x: float, share: float) -> None:
    row = {"variable": "A", "allocation": {"items": ["x", "y"], "off_total": off}}
    tables = book({"weight": "w", "banner": ["total"], "rows": [row]}, POINTS, numeric("x"), numeric("y"), numeric("w"))
    value = figures(tables, "value")
    assert value["base_unweighted", "@"] == n
    assert value["mean:x", "@"] == pytest.approx(x)
    assert value["share:x", "@"] == pytest.approx(share)
    assert value["share:x", "@"] + value["share:y", "@"] == pytest.approx(100)
    assert value["sum", "@"] == pytest.approx(value["mean:x", "@"] + value["mean:y", "@"])
    assert any(" 2 respondents" in note or note.startswith("2 respondents") for note in tables.heads[0].notes)


def test_an_allocation_can_be_sorted_by_its_means() -> None:
    row = {"variable": "A", "allocation": {"items": ["x", "y"], "show": "mean"}, "sort": "total"}
    tables = book({"banner": ["total"], "rows": [row]}, POINTS, numeric("x"), numeric("y"), numeric("w"))
    assert tables.cells["row_code"].unique(maintain_order=True).to_list()[3:] == ["mean:y", "mean:x", "sum"]


ANSWERS = [10, 10, 9, 8, 7, 6, 0, 11]


def as_choices(kind: Kind) -> Variable:
    points = tuple(Choice(code=str(i + 1), label=f"point {i}", factor=float(i)) for i in range(11))
    return Variable(name="N", label="Recommend", kind=kind, columns=("N",), choices=points)


@pytest.mark.parametrize(
    ("question", "data"),
    [
        (numeric("N"), ANSWERS),
        (scale("N", *range(11)), ANSWERS),
        (single("N", *range(11)), ANSWERS),
        (as_choices(Kind.SCALE), [n + 1 for n in ANSWERS]),
    ],
    ids=["number", "scale", "codes", "factors"],
)
def test_any_question_from_0_to_10_has_promoters_passives_detractors_and_a_score(
    question: Variable, data: list[int]
) -> None:
    tables = book({"banner": ["total"], "rows": [{"variable": "N", "nps": True}]}, {"N": data}, question)
    shown = tables.cells.filter(tables.cells["row_kind"] != "base").select(
        "row_code", "row_kind", "column_percent", "value"
    )
    assert [(code, kind) for code, kind, *_ in shown.rows()] == [
        ("Promoters (9-10)", "net"),
        ("Passives (7-8)", "net"),
        ("Detractors (0-6)", "net"),
        ("nps", "statistic"),
        ("mean", "statistic"),
    ]
    assert shown["column_percent"].to_list()[:3] == pytest.approx([300 / 7, 200 / 7, 200 / 7])
    assert shown["value"].to_list()[3:] == pytest.approx([100 / 7, 50 / 7])
    assert "1 answers" in tables.heads[0].notes[0]


def test_the_score_is_tested_as_a_mean_of_plus_and_minus_100() -> None:
    one, two = [10, 9, 8, 0] * 12, [10, 3, 4, 7] * 12
    data = {"N": one + two, "C": ["1"] * 48 + ["2"] * 48}
    row = {"variable": "N", "nps": True}
    tables = book({"banner": ["C"], "rows": [row], "significance": OPEN}, data, numeric("N"), single("C", 1, 2))
    as_scores = [[100 if n >= 9 else 0 if n >= 7 else -100 for n in part] for part in (one, two)]
    assert pairs(tables, "p_value")["nps", "1", "2"] == pytest.approx(stats.ttest_ind(*as_scores).pvalue)


def test_the_points_can_be_shown_below_their_groups() -> None:
    row = {"variable": "N", "nps": True, "members": True, "statistics": ["nps"]}
    tables = book({"banner": ["total"], "rows": [row]}, {"N": ANSWERS}, numeric("N"))
    codes = tables.cells["row_code"].unique(maintain_order=True).to_list()
    assert codes[3:6] == ["Promoters (9-10)", "10", "9"]
    assert codes[-1] == "nps"


def test_nets_can_be_shown_without_their_members() -> None:
    row = {"variable": "Q", "nets": {"low": [1, 2]}, "members": False}
    tables = book({"banner": ["total"], "rows": [row]}, {"Q": ["1", "2", "3"]}, single("Q", 1, 2, 3))
    assert tables.cells["row_code"].unique(maintain_order=True).to_list()[3:] == ["low", "3"]
    assert tables.heads[0].partial


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"variable": "M", "nps": True}, "'M' is multi_choice, so it has no nps"),
        ({"variable": "F", "nps": True}, "nps of 'F' needs a scale from 0 to 10; its points go from 1 to 5"),
        ({"variable": "R", "ranking": {"positions": ["N"]}}, "'N' is numeric, but this needs scale or single_choice"),
        ({"variable": "R", "ranking": {"items": ["Z"]}}, "rows: 'R': ranking: there is no variable 'Z'"),
        ({"variable": "R", "allocation": {"items": ["Q"]}}, "'Q' is single_choice, but this needs numeric"),
        ({"variable": "R", "allocation": {"items": ["N"]}, "no_answer": "show"}, "no_answer: this table has no row"),
    ],
)
def test_what_cannot_be_made_is_told(row: dict[str, object], sentence: str) -> None:
    data = {"Q": ["1"], "M": ["1"], "F": ["1"], "N": [1]}
    questions = (single("Q", 1, 2), multi("M", 1, 2), scale("F", 1, 2, 3, 4, 5), numeric("N"))
    tables = book({"banner": ["total"], "rows": ["Q", row]}, data, *questions)
    assert sentence in (tables.heads[1].trouble or "")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("{variable: R, ranking: {positions: [A], items: [B]}}", "write either positions"),
        ("{variable: R, ranking: {items: [A]}, statistics: [mean]}", "ranking has rows of its own"),
        ("{variable: R, nps: true, summary: mean}", "summary and nps are different tables"),
        ("{variable: R, nps: true, nets: {x: [1]}}", "an nps has nets of its own"),
        ("{variable: R, ranking: {item: [A]}}", "rows 1: ranking: there is no setting 'item'; did you mean 'items'?"),
    ],
)
def test_words_that_do_not_go_together_are_told(row: str, sentence: str) -> None:
    with pytest.raises(PlanError) as error:
        parse_plan(f"rows: [{row}]", "plan.yaml")
    assert sentence in str(error.value)


def test_completing_names_the_questions_and_twice_changes_nothing() -> None:
    codebook = Codebook(variables=(places("R1"), places("R2"), numeric("x")))
    rows = [{"variable": "R", "ranking": {"positions": "R*"}}, {"variable": "A", "allocation": {"items": ["x"]}}]
    once = complete_plan(TabulationPlan.model_validate({"rows": rows}), codebook)
    assert once.rows is not None
    assert [row.items for row in once.rows] == [("R1", "R2"), ("x",)]
    assert complete_plan(TabulationPlan.model_validate_json(once.model_dump_json()), codebook) == once
