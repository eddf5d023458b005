"""Laws that hold of any table."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from mcode_pipelines.survey import Codebook, RawSurvey, TabulationPlan
from mcode_pipelines.tabulation import tabulate
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, pairs, raw_survey, single

code = st.sampled_from(["1", "2", "3"])
rows = st.lists(
    st.tuples(st.one_of(st.none(), code), st.one_of(st.none(), code), st.floats(0.1, 5)), min_size=2, max_size=40
)
OPEN = {"small_base": [0, 0]}


def plan(**more: object) -> dict[str, object]:
    return {"banner": ["total", "B"], "rows": ["Q"], "significance": OPEN, **more}


def columns(found: list[tuple[object, object, float]]) -> dict[str, list[object]]:
    return {"Q": [q for q, _, _ in found], "B": [b for _, b, _ in found], "w": [w for *_, w in found]}


@settings(max_examples=25, deadline=None)
@given(rows)
def test_weights_of_one_change_nothing(found: list[tuple[object, object, float]]) -> None:
    data = {**columns(found), "w": [1.0] * len(found)}
    questions = (single("Q", 1, 2, 3), single("B", 1, 2, 3), numeric("w"))
    weighted, plain = book(plan(weight="w"), data, *questions), book(plan(), data, *questions)
    assert_frame_equal(weighted.cells, plain.cells)
    assert_frame_equal(weighted.tests, plain.tests)


@settings(max_examples=25, deadline=None)
@given(rows)
def test_column_percents_of_a_single_choice_add_to_100(found: list[tuple[object, object, float]]) -> None:
    tables = book(plan(weight="w"), columns(found), single("Q", 1, 2, 3), single("B", 1, 2, 3), numeric("w"))
    sums = (
        tables.cells.filter(pl.col("row_kind") == "category", pl.col("column_percent").is_not_null())
        .group_by("column_code")
        .agg(pl.col("column_percent").sum())
    )
    assert sums["column_percent"].to_list() == pytest.approx([100.0] * sums.height)


@settings(max_examples=25, deadline=None)
@given(rows)
def test_swapping_two_columns_flips_the_sign_of_every_statistic(found: list[tuple[object, object, float]]) -> None:
    data = columns(found)
    there = book(plan(weight="w"), data, single("Q", 1, 2, 3), single("B", 1, 2, 3), numeric("w"))
    back = book(plan(weight="w"), data, single("Q", 1, 2, 3), single("B", 3, 2, 1), numeric("w"))
    statistic, swapped = pairs(there, "statistic"), pairs(back, "statistic")
    assert len(statistic) == len(swapped)
    for (row, a, b), t in statistic.items():
        assert swapped[row, b, a] == pytest.approx(-t)


@settings(max_examples=25, deadline=None)
@given(rows)
def test_a_column_that_stands_for_two_identical_halves_has_their_shares(
    found: list[tuple[object, object, float]],
) -> None:
    twice = [(q, b, w) for q, _, w in found for b in ("1", "2")]
    tables = book(plan(weight="w"), columns(twice), single("Q", 1, 2, 3), single("B", 1, 2, 3), numeric("w"))
    merged = book(
        plan(weight="w", banner=["total", {"variable": "B", "nets": {"both": [1, 2]}}]),
        columns(twice),
        single("Q", 1, 2, 3),
        single("B", 1, 2, 3),
        numeric("w"),
    )
    share, whole = figures(tables, "column_percent"), figures(merged, "column_percent")
    for row in ("1", "2", "3"):
        assert share[row, "1"] == pytest.approx(share[row, "2"])
        assert whole[row, "both"] == pytest.approx(share[row, "1"])


@settings(max_examples=15, deadline=None)
@given(rows, rows)
def test_tables_of_two_halves_add_up_to_the_table_of_the_whole(
    one: list[tuple[object, object, float]], two: list[tuple[object, object, float]]
) -> None:
    questions = (single("Q", 1, 2, 3), single("B", 1, 2, 3), numeric("w"))
    parts = [book(plan(weight="w"), columns(part), *questions) for part in (one, two)]
    whole = book(plan(weight="w"), columns(one + two), *questions)
    for figure in ("count", "count_unweighted"):
        a, b, both = (figures(t, figure) for t in (*parts, whole))
        for cell, value in both.items():
            if value is not None:
                assert value == pytest.approx(a[cell] + b[cell])


@settings(max_examples=15, deadline=None)
@given(rows, st.integers(1, 4))
def test_the_size_of_batches_changes_no_figure(found: list[tuple[object, object, float]], size: int) -> None:
    codebook = Codebook(variables=(single("Q", 1, 2, 3), single("B", 1, 2, 3), numeric("w")))
    whole = TabulationPlan.model_validate(plan(weight="w", rows=["Q", "B", "w", "Q"]))
    raw = raw_survey(columns(found))
    together = list(tabulate(whole, raw, codebook))
    apart = list(tabulate(whole, raw, codebook, tables_per_batch=size))
    assert len(together) == 1
    assert [len(b.heads) for b in apart] == [min(size, 4 - done) for done in range(0, 4, size)]
    assert_frame_equal(pl.concat([b.cells for b in apart]), together[0].cells)
    assert_frame_equal(pl.concat([b.tests for b in apart]), together[0].tests)


def test_a_banner_too_wide_for_one_pass_counts_the_same_as_each_of_its_questions_alone() -> None:
    import random

    chance = random.Random(3)
    n, names = 700, [f"B{i}" for i in range(6)]
    codes = range(1, 8)
    data: dict[str, list[object]] = {
        name: [chance.choice([*map(str, codes), None]) for _ in range(n)] for name in ("Q", *names)
    }
    data["w"] = [chance.choice([0.4, 1.0, 2.5]) for _ in range(n)]
    questions = (single("Q", *codes), *(single(name, *codes) for name in names), numeric("w"))
    together = book(plan(weight="w", banner=["total", *names]), data, *questions)
    assert together.book.banner[-1].letter == "AP"
    for name in names:
        alone = book(plan(weight="w", banner=["total", name]), data, *questions)
        here = together.cells.filter(pl.col("column_variable").is_in(["total", name]))
        assert_frame_equal(here.drop("column_letter", "letters"), alone.cells.drop("column_letter", "letters"))
        assert_frame_equal(together.tests.filter(pl.col("column_variable") == name), alone.tests)


def test_a_question_with_very_many_patterns_counts_the_same_as_its_answers_one_by_one() -> None:
    """So many combinations of answers that the histogram of patterns gives way to entries per answer."""
    import random

    chance = random.Random(5)
    codes = list(range(1, 41))
    people = [sorted(chance.sample(codes, chance.randint(1, 12))) for _ in range(3000)]
    banner = [str(chance.randint(1, 200)) for _ in people]
    weight = [chance.choice([0.5, 1.0, 2.0]) for _ in people]
    data = {"Q": [" ".join(map(str, p)) for p in people], "B": banner, "w": weight}
    plan = {
        "weight": "w",
        "banner": ["total", "B"],
        "rows": [{"variable": "Q", "nets": {"low": [1, 2, 3]}}],
        "significance": {"levels": []},
    }
    tables = book(plan, data, multi("Q", *codes, delimiter=" "), single("B", *range(1, 201)), numeric("w"))
    count, unweighted = figures(tables, "count"), figures(tables, "count_unweighted")
    for column in ("@", "1", "77", "200"):
        inside = [(p, w) for p, b, w in zip(people, banner, weight, strict=True) if column in ("@", b)]
        for row in codes[::7]:
            assert unweighted[str(row), column] == sum(row in p for p, _ in inside)
            assert count[str(row), column] == pytest.approx(sum(w for p, w in inside if row in p))
        assert unweighted["low", column] == sum(bool({1, 2, 3} & set(p)) for p, _ in inside)
        assert figures(tables, "value")["base_unweighted", column] == len(inside)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([0, 1, 2, 7, 130, 254, 255, 300]), min_size=1, max_size=6, unique=True),
    st.data(),
    st.sampled_from([pl.Int64, pl.UInt16, pl.Float64]),
)
def test_codes_held_as_numbers_count_like_codes_held_as_text(
    codes: list[int], drawn: st.DataObject, kind: pl.DataType
) -> None:
    # 3 is in no list of choices, and is left out of the base.
    cell = st.sampled_from([None, 3, *codes])
    cells = drawn.draw(st.lists(cell, min_size=1, max_size=30).filter(lambda c: set(c) & set(codes)))
    questions = Codebook(variables=(single("Q", *codes), single("B", 1)))
    order = TabulationPlan.model_validate(plan(rows=["Q"]))
    everyone = ["1"] * len(cells)
    texts = raw_survey({"Q": [None if c is None else str(c) for c in cells], "B": everyone})
    numbers = raw_survey({"Q": cells, "B": everyone})
    numbers = RawSurvey(numbers.data.with_columns(pl.col("Q").cast(kind)), numbers.head)
    (as_text,), (as_numbers,) = (list(tabulate(order, raw, questions)) for raw in (texts, numbers))
    assert_frame_equal(as_numbers.cells, as_text.cells)
    assert as_numbers.heads == as_text.heads


@pytest.mark.parametrize("weights", [None, "few", "many"])
def test_questions_counted_together_among_many_respondents_have_the_figures_of_each_alone(weights: str | None) -> None:
    n = 450_000
    made = pl.DataFrame({"at": range(n)}).select(
        Q=pl.when(pl.col("at") % 11 > 0).then(pl.col("at") * 7 % 5 + 1),
        R=pl.when(pl.col("at") % 13 > 0).then(pl.col("at") * 3 % 7 + 1),
        B=pl.col("at") * 5 % 3 + 1,
        w=(pl.col("at") % 4 + 1) / 2 if weights == "few" else (pl.col("at") % 99_991 + 1) / 50_000,
    )
    raw = raw_survey({})
    raw = RawSurvey(made.with_row_index("__row__", offset=1).cast({"__row__": pl.Int64}).lazy(), raw.head)
    codebook = Codebook(
        variables=(single("Q", *range(1, 6)), single("R", *range(1, 8)), single("B", 1, 2, 3), numeric("w"))
    )

    def tables(*rows: str) -> pl.DataFrame:
        weighted = {"weight": "w"} if weights else {}
        order = TabulationPlan.model_validate(plan(rows=list(rows), **weighted))
        return pl.concat([batch.cells for batch in tabulate(order, raw, codebook)])

    together = tables("Q", "R")
    alone = pl.concat([tables("Q"), tables("R").with_columns(table_id=pl.lit("T0002"))])
    assert_frame_equal(together, alone, rel_tol=1e-12)
    counted = {(q, b): n for q, b, n in made.drop_nulls("R").group_by("R", "B").len().iter_rows()}
    shown = together.filter(
        pl.col("row_variable") == "R", pl.col("row_kind") == "category", pl.col("column_variable") == "B"
    )
    assert {
        (int(q), int(b)): n for q, b, n in shown.select("row_code", "column_code", "count_unweighted").iter_rows()
    } == counted
