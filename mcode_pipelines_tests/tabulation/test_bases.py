"""Who is in a table's base, and what a percentage is a percentage of."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcode_pipelines.survey import (
    ROW,
    Code,
    Codebook,
    CodeFrame,
    CodeFrames,
    CrossTables,
    FormSheet,
    RawSurvey,
    SurveyForm,
    TabulationPlan,
    Variable,
)
from mcode_pipelines.tabulation import CrossCheck, tabulate
from mcode_pipelines.tabulation.respondents.routing import as_filter
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, raw_survey, scale, single

DATA = {
    "Q": ["1", "2", "1", None, "99", None],
    "M": ["1;2", "1", None, "99", None, "2"],
    "N": ["10", "20", "99", None, None, "30"],
    "R": ["5", "1", "", None, None, "3"],
    "C": ["1", "1", "1", "2", "2", "2"],
}
QUESTIONS = (
    single("Q", 1, 2, missing=("99",)),
    multi("M", 1, 2, missing=("99",)),
    numeric("N", missing=("99",)),
    scale("R", 1, 2, 3, 4, 5),
    single("C", 1, 2),
)


def of(row: dict[str, object], **plan: object) -> object:
    return book({"banner": ["total", "C"], "rows": [row], **plan}, DATA, *QUESTIONS)


@pytest.mark.parametrize(
    ("variable", "answering", "asked"), [("Q", 3, 4), ("M", 3, 4), ("N", 3, 4), ("R", 3, 3)]
)  # asked: a declared "no answer" is written down, a blank cell is not
@pytest.mark.parametrize("base", ["answering", "asked", "all"])
def test_the_base_holds_those_it_names(base: str, variable: str, answering: int, asked: int) -> None:
    n = {"answering": answering, "asked": asked, "all": 6}[base]
    tables = of({"variable": variable, "base": base})
    assert figures(tables, "value")["base_unweighted", "@"] == n
    assert f"(n = {n})" in tables.heads[0].base_text
    assert ("asked" in tables.heads[0].base_text) == (base == "asked")


def test_percents_are_of_the_base_and_means_of_those_with_a_score() -> None:
    everyone = of({"variable": "R", "base": "all", "statistics": ["top2", "mean"]})
    assert figures(everyone, "column_percent")["5", "@"] == pytest.approx(100 / 6)
    assert figures(everyone, "value")["top2", "@"] == pytest.approx(100 / 6)
    assert figures(everyone, "value")["mean", "@"] == pytest.approx(3)
    number = of({"variable": "N", "base": "all", "statistics": ["mean", "minimum"]})
    assert figures(number, "value")["mean", "@"] == pytest.approx(20)
    assert figures(number, "value")["mean", "2"] == pytest.approx(30)


@pytest.mark.parametrize("fits", [True, False])
def test_a_row_shows_those_without_an_answer(fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from mcode_pipelines.tabulation.counting import counter as counting

    if not fits:
        monkeypatch.setattr(counting.Counter, "fits", lambda self, patterns: False)
    for variable, asked in (("Q", 1), ("M", 1), ("N", 1), ("R", 0)):
        shown = of({"variable": variable, "no_answer": "show"})
        assert figures(shown, "count")["no_answer", "@"] == asked
        everyone = of({"variable": variable, "no_answer": "show", "base": "all"})
        assert figures(everyone, "count")["no_answer", "@"] == 3
        assert figures(everyone, "column_percent")["no_answer", "2"] == pytest.approx(
            100 if variable == "Q" else 200 / 3
        )
        labels = dict(everyone.cells.select("row_code", "row_label").unique().rows())
        assert labels["no_answer"] == "No answer"


def test_the_plan_says_it_for_all_rows_and_a_row_for_itself() -> None:
    rows = ["Q", {"variable": "Q", "base": "answering", "no_answer": "leave_out"}]
    tables = book({"base": "all", "no_answer": "show", "banner": ["total"], "rows": rows}, DATA, *QUESTIONS)
    assert [figures(tables, "value", t)["base_unweighted", "@"] for t in ("T0001", "T0002")] == [6, 3]
    assert "no_answer" not in {row for row, _ in figures(tables, "count", "T0002")}


def test_no_answer_stays_last_in_a_sorted_table() -> None:
    tables = of({"variable": "Q", "no_answer": "show", "base": "all", "sort": "total"})
    assert tables.cells["row_code"].unique(maintain_order=True).to_list()[3:] == ["1", "2", "no_answer"]


def test_a_battery_stands_on_its_base() -> None:
    tables = book(
        {"banner": ["total"], "base": "all", "rows": [{"variable": "R", "items": ["R"], "summary": "top2"}]},
        DATA,
        *QUESTIONS,
    )
    assert figures(tables, "value")["base_unweighted", "@"] == 6
    assert figures(tables, "column_percent")["R", "@"] == pytest.approx(100 / 6)


def test_percents_of_responses_add_to_100_and_are_not_tested() -> None:
    data = {"M": ["1;2", "1", "1;2;3", "2"] * 30, "C": ["1", "2"] * 60, "w": [1.0, 2.0, 0.5, 1.5] * 30}
    plan = {"weight": "w", "banner": ["total", "C"], "rows": [{"variable": "M", "percent_of": "responses"}]}
    tables = book(plan, data, multi("M", 1, 2, 3), single("C", 1, 2), numeric("w"))
    percent, value = figures(tables, "column_percent"), figures(tables, "value")
    # Weighted answers of the total: 1: 1 + 2 + .5, 2: 1 + .5 + 1.5, 3: .5, thirty times.
    assert value["responses", "@"] == pytest.approx(30 * 7)
    assert percent["1", "@"] == pytest.approx(100 * 3.5 / 7)
    for column in ("@", "1", "2"):
        assert sum(percent[c, column] for c in "123") == pytest.approx(100)
    assert value["base", "@"] == pytest.approx(30 * 5)
    assert tables.tests.is_empty()
    assert (
        "Percentages are of all answers given (210), not of respondents; they are not tested." in tables.heads[0].notes
    )


def test_a_number_has_no_responses() -> None:
    tables = book({"rows": ["Q", {"variable": "N", "percent_of": "responses"}]}, DATA, *QUESTIONS)
    assert "percent_of: it is a number" in (tables.heads[1].trouble or "")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["1", "2", "99", None]), st.sampled_from(["1", "2", None])), min_size=1))
def test_answers_and_no_answer_together_make_up_any_base(found: list[tuple[str | None, str | None]]) -> None:
    data = {"Q": [q for q, _ in found], "C": [c for _, c in found]}
    plan = {"banner": ["total", "C"], "rows": [{"variable": "Q", "base": "all", "no_answer": "show"}]}
    tables = book(plan, data, *QUESTIONS[:1], QUESTIONS[4])
    count, base = figures(tables, "count"), figures(tables, "value")
    for column in ("@", "1", "2"):
        assert sum(count[c, column] for c in ("1", "2", "no_answer")) == base["base", column]
    assert base["base_unweighted", "@"] == len(found)


def test_the_cross_check_expects_100_only_where_everybody_has_a_row() -> None:
    check = CrossCheck(Codebook(variables=QUESTIONS))
    check.look_at(of({"variable": "Q", "base": "all"}))
    check.look_at(of({"variable": "Q", "base": "all", "no_answer": "show"}))
    check.look_at(of({"variable": "Q"}))
    assert not check.percents_wrong
    wrong = of({"variable": "Q"})
    halved = wrong.cells.with_columns(pl.col("column_percent") / 2)
    check.look_at(type(wrong)(wrong.book, wrong.heads, halved, wrong.tests))
    assert check.percents_wrong == {"T0001"}


HEADER = ("type", "name", "label", "relevant")
FORM = SurveyForm(
    survey=FormSheet(
        name="survey",
        header=HEADER,
        rows=(
            ("select_one c", "C", "City", None),
            ("begin_group", "g", None, "${C} = '1'"),
            ("select_one q", "Q", "Used", "selected(${M}, '1') or ${N} > 5"),
            ("end_group", None, None, None),
            ("select_multiple m", "M", "Which", None),
            ("integer", "N", "How many", "count-selected(${M}) > 1"),
            ("select_one r", "R", "Rating", None),
        ),
    )
)


def test_the_form_says_who_was_asked() -> None:
    raw = raw_survey(DATA)
    raw = RawSurvey(raw.data, raw.head.model_copy(update={"form": FORM}))
    rows = [{"variable": v, "base": "asked", "no_answer": "show"} for v in ("Q", "N", "R")]
    plan = TabulationPlan.model_validate({"language": "en", "banner": ["total"], "rows": rows})
    (tables,) = tabulate(plan, raw, Codebook(variables=QUESTIONS))
    # Q: in city 1, and 1 among M or N over 5: the first two; the third answered all the same.
    assert figures(tables, "value", "T0001")["base_unweighted", "@"] == 3
    assert "Asked, by the form: (C = '1') and (selected(M, '1') or N > 5)." in tables.heads[0].notes
    # N: a condition that cannot be followed; its cells say who was asked.
    assert figures(tables, "value", "T0002")["base_unweighted", "@"] == 4
    assert any("does not say who was asked" in note for note in tables.heads[1].notes)
    # R: put to everyone.
    assert figures(tables, "value", "T0003")["base_unweighted", "@"] == 6
    assert tables.heads[2].base_text == "Base: all respondents (n = 6)"


@pytest.mark.parametrize(
    ("relevant", "meaning"),
    [
        ("${S6} = '1'", '("S6" IS NOT NULL AND "S6" = \'1\')'),
        ("${S6} != ''", '("S6" IS NOT NULL)'),
        ("not(selected(${S9}, 'a''b')) AND ${n}<-2.5", None),
        ("not(selected(${S9}, 'x'))", 'NOT ( ("S9" IS NOT NULL AND "S9" = \'x\') )'),
        ("${a} != '2' or (${n} >= 3)", '("a" IS NULL OR "a" <> \'2\') OR ( ("n" IS NOT NULL AND "n" >= 3) )'),
        ("${S6} = ${S7}", None),
        ("true()", None),
        ("", None),
    ],
)
def test_conditions_of_forms_become_filters(relevant: str, meaning: str | None) -> None:
    assert as_filter(relevant) == meaning


CODES = (
    Code(code=1, label="Price"),
    Code(code=2, label="Crew"),
    Code(code=3, label="Other"),
    Code(code=99, label="No answer"),
)
SAID = [(1, 1), (1, 2), (2, 1), (3, 99), (4, 3), (5, 99)]


def open_question(row: dict[str, object], **plan: object) -> CrossTables:
    """Of seven respondents five are coded, two of them 99; two said nothing."""
    frame = CodeFrame(variable="E", question="Why?", language="en", codes=CODES, other=3)
    codings = pl.DataFrame(
        {ROW: [row for row, _ in SAID], "variable": ["E"] * len(SAID), "code": [code for _, code in SAID]},
        schema_overrides={ROW: pl.Int64, "code": pl.Int64},
    )
    variable = Variable(name="E", label="Why?", kind="open_ended", columns=("E",))
    data = {"E": ["a", "b", "-", "c", "?", None, None]}
    order = {"banner": ["total"], "rows": [{"variable": "E", **row}], **plan}
    return book(order, data, variable, frames=CodeFrames((frame,)), codings=codings)


def counts_and_base(tables: CrossTables) -> tuple[dict[str, float], float]:
    counted = {row: n for (row, _), n in figures(tables, "count").items() if n is not None}
    return counted, figures(tables, "value")["base_unweighted", "@"]


def test_who_is_coded_99_can_be_shown_or_taken_out_of_the_base() -> None:
    named = {"1": 2, "2": 1, "3": 1}
    assert counts_and_base(open_question({})) == ({**named, "99": 2}, 5)
    assert counts_and_base(open_question({"no_answer": "leave_out"})) == (named, 3)
    assert counts_and_base(open_question({}, no_answer="leave_out")) == (named, 3)
    assert counts_and_base(open_question({"base": "all"})) == ({**named, "99": 2}, 7)
    # One row for all without an answer, coded so or blank.
    assert counts_and_base(open_question({"base": "all", "no_answer": "show"})) == ({**named, "99": 4}, 7)


def test_no_answer_is_no_response() -> None:
    tables = open_question({"percent_of": "responses", "nets": {"Both": [1, 2]}})
    share = figures(tables, "column_percent")
    assert (share["Both", "@"], share["1", "@"], share["2", "@"], share["3", "@"]) == (75, 50, 25, 25)
    assert ("99", "@") not in share
    assert figures(tables, "value")["responses", "@"] == 4


def test_the_row_of_those_without_an_answer_holds_nobody_who_gave_one() -> None:
    data = {"Q": ["1", "2", "7", None, "9"], "N": [1, 5, 50, None, 7], "M": ["1", "7", "2;7", None, "1"]}
    questions = (single("Q", 1, 2, missing=("9",)), numeric("N"), multi("M", 1, 2))
    define = {"R": {"variable": "Q", "nets": {"one": [1]}}, "K": {"cases": {"small": "N < 6"}}}
    rows = [
        {"variable": "Q"},
        {"variable": "N", "bands": {"low": [0, 6]}, "statistics": []},
        {"variable": "M"},
        {"variable": "R"},
        {"variable": "K"},
    ]
    tables = book(
        {"base": "all", "no_answer": "show", "define": define, "banner": ["total"], "rows": rows}, data, *questions
    )
    silent = {
        head.variable: (
            figures(tables, "count", head.table_id)["no_answer", "@"],
            figures(tables, "value", head.table_id)["base_unweighted", "@"],
        )
        for head in tables.heads
    }
    # 7 is in no list, 9 is declared missing; of a condition nobody is without an answer.
    assert silent == {"Q": (2, 5), "N": (1, 5), "M": (1, 5), "R": (2, 5), "K": (0, 5)}
