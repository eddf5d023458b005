"""Every figure of random small surveys, computed a second time by plain loops."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, pairs, scale, single
from mcode_pipelines_tests.tabulation.slow_reference import Person, SlowTable

CODES = ("1", "2", "3", "96")
one_answer = st.one_of(st.none(), st.sampled_from(CODES).map(lambda c: {c}))
several_answers = st.one_of(st.none(), st.sets(st.sampled_from(CODES), min_size=1))
weight = st.sampled_from([None, -1.0, 0.0, 0.25, 0.5, 1.0, 1.7, 3.0])


def people(row: st.SearchStrategy, column: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(st.builds(Person, row=row, column=column, weight=weight), min_size=1, max_size=30).filter(
        lambda found: any(p.weight is not None and p.weight > 0 for p in found)
    )


def written(codes: set[str] | None) -> str | None:
    return None if codes is None else ";".join(sorted(codes)) + ";"


def tabulated(found: list[Person], row: object, column: object, **plan: object) -> object:
    columns = {
        "Q": [written(p.row) for p in found],
        "B": [written(p.column) for p in found],
        "w": [p.weight for p in found],
    }
    whole = {
        "weight": "w",
        "banner": ["total", "B"],
        "rows": ["Q"],
        "significance": {"levels": [0.95], "small_base": [0, 0]},
        **plan,
    }
    return book(whole, columns, row, column, numeric("w"))


def assert_same(tables: object, found: list[Person]) -> None:
    slow = SlowTable(found)
    count, unweighted = figures(tables, "count"), figures(tables, "count_unweighted")
    percent, row_percent, value = (
        figures(tables, "column_percent"),
        figures(tables, "row_percent"),
        figures(tables, "value"),
    )
    for column in ("@", *CODES):
        n, w, e = slow.bases(slow.inside(column))
        assert value["base_unweighted", column] == n
        assert value["base", column] == pytest.approx(w, abs=1e-9)
        assert value["base_effective", column] == pytest.approx(e, abs=1e-9)
        for code in CODES:
            has = lambda p, code=code: code in p.row  # noqa: E731
            n_cell, w_cell = slow.count(column, has)
            assert unweighted[code, column] == n_cell
            assert count[code, column] == pytest.approx(w_cell, abs=1e-9)
            assert percent[code, column] == (pytest.approx(100 * w_cell / w, abs=1e-9) if w else None)
            everyone = slow.count("@", has)[1]
            assert row_percent[code, column] == (pytest.approx(100 * w_cell / everyone, abs=1e-9) if everyone else None)
    p_values = pairs(tables, "p_value")
    for code in CODES:
        for i, a in enumerate(CODES):
            for b in CODES[i + 1 :]:
                expected = slow.proportion_p(a, b, lambda p, code=code: code in p.row)
                got = p_values.get((code, a, b))
                assert (got is None) == (expected is None), (code, a, b, got, expected)
                assert got is None or math.isclose(got, expected, rel_tol=1e-9, abs_tol=1e-12)


@settings(max_examples=40, deadline=None)
@given(people(one_answer, one_answer))
def test_single_choice_against_single_choice(found: list[Person]) -> None:
    assert_same(tabulated(found, multi("Q", *CODES), multi("B", *CODES)), found)
    columns = {
        "Q": [next(iter(p.row)) if p.row else None for p in found],
        "B": [next(iter(p.column)) if p.column else None for p in found],
        "w": [p.weight for p in found],
    }
    plan = {
        "weight": "w",
        "banner": ["total", "B"],
        "rows": ["Q"],
        "significance": {"levels": [0.95], "small_base": [0, 0]},
    }
    assert_same(book(plan, columns, single("Q", *CODES), single("B", *CODES), numeric("w")), found)


@settings(max_examples=40, deadline=None)
@given(people(several_answers, several_answers))
def test_several_answers_on_both_sides(found: list[Person]) -> None:
    assert_same(tabulated(found, multi("Q", *CODES), multi("B", *CODES)), found)


@settings(max_examples=25, deadline=None)
@given(people(several_answers, one_answer))
def test_net_counts_the_union_of_its_members(found: list[Person]) -> None:
    tables = tabulated(
        found, multi("Q", *CODES), multi("B", *CODES), rows=[{"variable": "Q", "nets": {"Some": [1, 3]}}]
    )
    slow = SlowTable(found)
    for column in ("@", *CODES):
        n, w = slow.count(column, lambda p: bool(p.row & {"1", "3"}))
        assert figures(tables, "count_unweighted")["Some", column] == n
        assert figures(tables, "count")["Some", column] == pytest.approx(w, abs=1e-9)
    p_values = pairs(tables, "p_value")
    expected = slow.proportion_p("1", "2", lambda p: bool(p.row & {"1", "3"}))
    assert p_values.get(("Some", "1", "2")) == (None if expected is None else pytest.approx(expected, rel=1e-9))


@settings(max_examples=25, deadline=None)
@given(people(one_answer, one_answer))
def test_mean_and_deviation_of_a_scale(found: list[Person]) -> None:
    scored = [
        Person(p.row, p.column, p.weight, None if p.row in (None, {"96"}) else float(next(iter(p.row)))) for p in found
    ]
    columns = {
        "Q": [next(iter(p.row)) if p.row else None for p in found],
        "B": [next(iter(p.column)) if p.column else None for p in found],
        "w": [p.weight for p in found],
    }
    factored = scale("Q", 1, 2, 3, 96)
    factored = factored.model_copy(
        update={"choices": (*factored.choices[:3], factored.choices[3].model_copy(update={"factor": None}))}
    )
    plan = {
        "weight": "w",
        "banner": ["total", "B"],
        "rows": [{"variable": "Q", "statistics": ["mean", "std_dev", "top2"]}],
    }
    tables = book(plan, columns, factored, single("B", *CODES), numeric("w"))
    slow = SlowTable(scored)
    value = figures(tables, "value")
    for column in ("@", *CODES):
        found_moments = slow.moments(column)
        if found_moments is None:
            assert value["mean", column] is None
            continue
        mean, variance = found_moments
        assert value["mean", column] == pytest.approx(mean)
        expected = None if math.isnan(variance) else pytest.approx(math.sqrt(variance), abs=1e-7)
        assert value["std_dev", column] == expected
        _, w, _ = slow.bases(slow.inside(column))
        top = slow.count(column, lambda p: bool(p.row & {"2", "3"}))[1]
        assert value["top2", column] == (pytest.approx(100 * top / w) if w else None)
