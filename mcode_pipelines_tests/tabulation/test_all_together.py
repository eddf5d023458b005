"""Everything a plan can ask for works together: whatever words are combined, tables are whole or say why not."""

from __future__ import annotations

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from pydantic import ValidationError

from mcode_pipelines.survey import CELLS_SCHEMA, TESTS_SCHEMA, TabulationPlan
from mcode_pipelines.tabulation import CrossCheck, PlanError, tabulate
from mcode_pipelines_tests.tabulation.documented import CODEBOOK, wave

NOW, THEN = wave("2026-11", 3, 60), wave("2026-05", 4, 45)
NAMES = ["S6", "S15", "S1", "age", "S9", "A1_1", "A5", "R1", "food", "E1", "own", "score", "A1_*", "Z9"]
STATISTICS = ["top2", "bottom1", "mean", "std_error", "median", "p90", "sum", "nps"]
FILTERS = ["age > 20", "S9 = 1 OR S6 = 2", "E1 = 3", "own = 1", "A5 IS NOT NULL"]
BANDS = {"low": [None, 30], "high": [31, None]}
RIM = {"rim": {"S6": {"1": 0.4, "2": 0.6}, "S15": {"1": 1, "2": 1, "3": 1}}}
weights = st.sampled_from(["weight", "none", RIM, {**RIM, "cap": 3}, {**RIM, "within": "own"}, "S6"])


def some(**words: st.SearchStrategy) -> st.SearchStrategy:
    return st.fixed_dictionaries({}, optional=words)


ordinary = some(
    statistics=st.lists(st.sampled_from(STATISTICS), max_size=3, unique=True),
    nets=st.sampled_from([{"n": [1, 2]}, {"n": [1], "all": [1, 2, 3]}]),
    members=st.booleans(),
    bands=st.just(BANDS),
    quantiles=st.just(3),
    factors=st.just({"1": 5, "2": 7}),
    filter=st.sampled_from(FILTERS),
    sort=st.sampled_from(["total", "A", "S6=2"]),
    hide_empty=st.booleans(),
    summary=st.sampled_from(STATISTICS),
    nps=st.booleans(),
    base=st.sampled_from(["answering", "asked", "all"]),
    no_answer=st.sampled_from(["show", "leave_out"]),
    percent_of=st.sampled_from(["respondents", "responses"]),
    weight=st.lists(weights, min_size=1, max_size=2),
).flatmap(lambda words: st.sampled_from(NAMES).map(lambda name: {"variable": name, **words}))
several = some(
    base=st.sampled_from(["asked", "all"]),
    filter=st.sampled_from(FILTERS),
    sort=st.sampled_from(["total", "A"]),
    hide_empty=st.booleans(),
).flatmap(
    lambda words: st.sampled_from(
        [
            {"ranking": {"positions": "R*"}},
            {"ranking": {"items": ["A5", "A1_2"], "show": "mean"}},
            {"allocation": {"items": ["food", "gifts"], "off_total": "rescale"}},
            {"allocation": {"items": ["food", "gifts"], "off_total": "leave_out"}},
        ]
    ).map(lambda kind: {"variable": "several", **kind, **words})
)
columns = st.sampled_from(
    [
        "total",
        "S6",
        "S9",
        "E1",
        "own",
        "S15 > S6",
        "S9 > S1 > S6",
        {"variable": "S15", "nets": {"n": [1, 2]}},
        {"variable": "S6 > age", "bands": BANDS},
        {"variable": "age", "quantiles": 4, "hide_empty": True},
        {"label": "G", "cases": {"a": "S6 = 1", "b": "age > 30"}},
    ]
)
plans = st.fixed_dictionaries(
    {
        "rows": st.lists(st.one_of(ordinary, several), min_size=1, max_size=4),
        "banner": st.lists(columns, min_size=1, max_size=3, unique_by=str),
        "define": st.just(
            {
                "own": {"cases": {"a": "S15 = 1", "b": "S15 > 1"}},
                "score": {"mean": ["A1_*"], "minimum_answers": 2},
            }
        ),
        "significance": some(
            levels=st.sampled_from([[], [0.95], [0.95, 0.8]]),
            method=st.sampled_from(["effective_base_t", "pooled_z", "unpooled_t"]),
            correction=st.sampled_from(["none", "bonferroni", "holm", "benjamini_hochberg"]),
            compare=st.sampled_from(["within_question", "total", "rest", {"groups": ["AB"]}]),
            chi_square=st.sampled_from(["none", "unweighted", "weighted", "rao_scott"]),
            letters=st.sampled_from(["continue", "restart"]),
            small_base=st.just([0, 20]),
            hide_below=st.sampled_from([0, 5]),
        ),
    },
    optional={
        "filter": st.sampled_from(FILTERS),
        "weight": weights,
        "weights": st.lists(weights, min_size=1, max_size=2),
        "base": st.sampled_from(["asked", "all"]),
        "no_answer": st.just("show"),
        "waves": st.sampled_from(["all", 2]),
        "language": st.sampled_from(["id", "en"]),
    },
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plans)
def test_whatever_is_combined_the_tables_are_whole_or_say_why_not(words: dict[str, object]) -> None:
    try:
        plan = TabulationPlan.model_validate(words)
    except ValidationError:
        return
    check = CrossCheck(CODEBOOK)
    given_waves = [THEN] if plan.waves else []
    try:
        batches = list(
            tabulate(
                plan,
                NOW.raw,
                CODEBOOK,
                frames=NOW.frames,
                codings=NOW.codings,
                earlier_waves=given_waves,
                tables_per_batch=2,
            )
        )
    except PlanError as error:
        assert "\n" not in str(error)
        return
    for batch in batches:
        assert batch.cells.schema == CELLS_SCHEMA
        assert batch.tests.schema == TESTS_SCHEMA
        check.look_at(batch)
        cells = batch.cells
        assert set(cells["table_id"]) == {head.table_id for head in batch.heads if head.trouble is None}
        assert cells.select("table_id", "row_kind", "row_code", "column_variable", "column_code").is_unique().all()
        shares = cells.filter(pl.col("row_kind") != "base")["column_percent"].drop_nulls()
        assert ((shares > -1e-9) & (shares < 100 + 1e-9)).all()
        assert batch.tests["p_value"].drop_nulls().is_between(0, 1).all()
        assert not cells.select(pl.col(pl.Float64).is_nan().any()).row(0).count(True)
        letters = {column.letter for column in batch.book.banner}
        marks = "".join(cells["letters"].drop_nulls()).upper()
        assert set(marks) - set(" ▲△▼▽") <= {letter for letter in letters if letter} | set()
    assert not check.bases_wrong
    assert not check.percents_wrong


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plans, st.data())
def test_tables_made_in_parts_and_without_listing_tests_are_the_same(
    words: dict[str, object], drawn: st.DataObject
) -> None:
    try:
        plan = TabulationPlan.model_validate(words)
        given_waves = [THEN] if plan.waves else []
        known = {"frames": NOW.frames, "codings": NOW.codings, "earlier_waves": given_waves}
        whole = list(tabulate(plan, NOW.raw, CODEBOOK, **known))
    except (ValidationError, PlanError):
        return
    heads = [head for batch in whole for head in batch.heads]
    middle = drawn.draw(st.integers(0, len(heads)))
    parts = [
        batch
        for places in (range(middle), range(middle, len(heads)))
        for batch in tabulate(plan, NOW.raw, CODEBOOK, **known, places=places, tests=False)
    ]
    assert [head for batch in parts for head in batch.heads] == heads
    assert_frame_equal(pl.concat(b.cells for b in parts), pl.concat(b.cells for b in whole))
    assert all(batch.tests["row_code"].eq("chi_square").all() for batch in parts)
