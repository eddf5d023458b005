"""Waves in a row as one column."""

from __future__ import annotations

import pytest
from polars.testing import assert_frame_equal

from mcode_pipelines.survey import Choice, Codebook, CrossTables, TabulationPlan, Variable
from mcode_pipelines.tabulation import PlanError, Wave, codebook_of_waves, complete_plan, tabulate, variables_used
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, numeric, pairs, raw_survey, scale, single

LABELS = ("Jan", "Feb", "Mar", "Apr")
SHARES = (20, 30, 50, 90)
QUESTIONS = (single("Q", 1, 2), scale("A", 1, 2, 3, 4, 5), single("S1", 1, 2), numeric("N"))
OPEN = {"levels": [0.95], "small_base": [0, 0]}


def data_of(share: int) -> dict[str, list[object]]:
    people = range(100)
    return {
        "Q": ["1" if i < share else "2" for i in people],
        "A": [str(1 + (i * share) % 5) for i in people],
        "S1": [str(1 + i % 2) for i in people],
        "N": [(i * 7 + share) % 60 for i in people],
        "rolling": [str(1 + i % 2) for i in people],
    }


def wave(at: int, *questions: Variable) -> Wave:
    return Wave(LABELS[at], raw_survey(data_of(SHARES[at])), Codebook(variables=questions or QUESTIONS))


def compared(plan: dict[str, object], waves: int = 4, *now: Variable) -> CrossTables:
    given = {"language": "en", "wave": LABELS[waves - 1], "rolling": 3, "significance": OPEN, "weight": None, **plan}
    whole = TabulationPlan.model_validate(given)
    newest = raw_survey(data_of(SHARES[waves - 1]))
    earlier = [wave(at) for at in range(waves - 1)]
    (tables,) = tabulate(whole, newest, Codebook(variables=now or QUESTIONS), earlier_waves=earlier)
    return tables


def test_columns_are_three_waves_in_a_row_from_the_third_wave_on() -> None:
    tables = compared({"banner": ["total"], "rows": ["Q"]})
    assert [(c.variable, c.code, c.labels, c.heading) for c in tables.book.banner[1:]] == [
        ("rolling", "Mar", ("Jan - Mar",), "Rolling 3 waves"),
        ("rolling", "Apr", ("Feb - Apr",), "Rolling 3 waves"),
    ]
    share = figures(tables, "column_percent")
    assert share["1", "Mar"] == pytest.approx((20 + 30 + 50) / 3)
    assert share["1", "Apr"] == pytest.approx((30 + 50 + 90) / 3)
    assert [figures(tables, "value")["base_unweighted", code] for code in ("@", "Mar", "Apr")] == [400, 300, 300]


def test_a_rolling_column_is_a_question_of_several_answers_and_its_overlap_is_tested_so() -> None:
    plan = {
        "banner": ["total", "rolling", "S1 > rolling"],
        "rows": ["Q", {"variable": "A", "nets": {"x": [4, 5]}}, {"variable": "N", "filter": "rolling = 'Apr'"}],
        "define": {"early": {"cases": {"early": "rolling = 'Mar' AND rolling <> 'Apr'"}}},
    }
    side_by_side = compared(plan)
    pooled = {name: [v for share in SHARES for v in data_of(share)[name]] for name in data_of(1)}
    pooled["rolling"] = [window for window in ("Mar", "Mar;Apr", "Mar;Apr", "Apr") for _ in range(100)]
    windows = Variable(
        name="rolling",
        label="Rolling 3 waves",
        kind="multi_choice",
        columns=("rolling",),
        delimiter=";",
        choices=(Choice(code="Mar", label="Jan - Mar"), Choice(code="Apr", label="Feb - Apr")),
    )
    together = book({"language": "en", "significance": OPEN, "weight": None, **plan}, pooled, *QUESTIONS, windows)
    assert_frame_equal(side_by_side.cells, together.cells)
    assert_frame_equal(side_by_side.tests, together.tests)
    assert pairs(side_by_side, "overlap")["1", "Mar", "Apr"] == 200


def test_the_wave_keeps_its_columns_where_the_banner_names_it() -> None:
    codebook = codebook_of_waves(Codebook(variables=QUESTIONS), [wave(0), wave(1)], TabulationPlan(rolling=2))
    shown = {
        banner: [item.variable for item in complete_plan(plan, codebook).banner or ()]
        for banner in ("total", "wave", "S1 > rolling", "rolling")
        if (plan := TabulationPlan(rolling=2, rows=["Q"], banner=[banner, "Q"]))
    }
    assert shown == {
        "total": ["total", "rolling", "Q"],
        "wave": ["wave", "Q"],
        "S1 > rolling": ["S1 > rolling", "Q"],
        "rolling": ["rolling", "Q"],
    }


def test_each_window_is_compared_with_the_one_before() -> None:
    tables = compared({"banner": ["rolling", "S1"], "rows": ["Q"], "significance": {**OPEN, "compare": "previous"}})
    assert list(pairs(tables, "overlap").values()) == [200, 200]
    assert figures(tables, "letters")["1", "Apr"] == "▲"
    assert any("the column of the wave before" in note for note in tables.book.notes)


def test_rim_weights_are_still_made_wave_by_wave() -> None:
    rim = {"rim": {"Q": {"1": 50, "2": 50}}}
    tables = compared({"banner": ["rolling", "wave"], "rows": ["Q"], "weight": rim})
    share = figures(tables, "column_percent")
    assert [round(share["1", code], 6) for code in ("Mar", "Apr", "Jan")] == [50, 50, 50]
    assert [figures(tables, "value")["base", code] for code in ("Jan", "Feb")] == pytest.approx([100, 100])


def test_a_choice_that_one_of_the_waves_did_not_offer_has_no_figure_in_its_windows() -> None:
    without = [Wave("Jan", raw_survey({"Q": ["1"] * 9 + ["2"]}), Codebook(variables=(single("Q", 1, 2),)))]
    now = {"Q": ["1"] * 5 + ["3"] * 5}
    without += [Wave("Feb", raw_survey(now), Codebook(variables=(single("Q", 1, 2, 3),)))]
    plan = TabulationPlan(rolling=2, wave="Mar", language="en", banner=["total", "rolling"], rows=["Q"])
    (tables,) = tabulate(plan, raw_survey(now), Codebook(variables=(single("Q", 1, 2, 3),)), earlier_waves=without)
    share = figures(tables, "column_percent")
    assert [share["3", code] for code in ("Feb", "Mar")] == [None, 50]
    assert any("and in waves in a row that hold it" in note for note in tables.heads[0].notes)


def test_fewer_waves_than_stand_in_a_row_are_told_in_both_languages() -> None:
    with pytest.raises(PlanError, match=r"rolling: 3 waves in a row need 3 waves, .* compares 2 \(Jan, Feb\)") as two:
        compared({"rows": ["Q"]}, waves=2)
    assert "3 gelombang bergulir memerlukan 3 gelombang" in two.value.in_language("id")
    with pytest.raises(PlanError, match=r"compares 1 \(Jan\)"):
        codebook_of_waves(Codebook(variables=QUESTIONS), [], TabulationPlan(rolling=3, wave="Jan"))
    with pytest.raises(PlanError, match="compares 2"):
        compared({"rows": ["Q"], "waves": 2})


def test_rolling_asks_for_all_waves_and_a_variable_of_that_name_is_kept() -> None:
    assert TabulationPlan(rolling=3).waves == "all"
    assert TabulationPlan(rolling=3, waves=4).waves == 4
    own = single("rolling", 1, 2)
    tables = compared({"rows": ["Q"], "banner": ["total", "rolling"]}, 4, *QUESTIONS, own)
    assert [c.variable for c in tables.book.banner] == ["total", *["study_rolling"] * 2, *["rolling"] * 2]


def test_what_a_plan_uses_is_known_before_its_waves_are() -> None:
    plan = TabulationPlan(rolling=2, rows=["Q"], banner=["S1 > rolling"], filter="rolling = 'Apr'")
    assert {"Q", "S1"} <= {*variables_used(plan, Codebook(variables=QUESTIONS))}
