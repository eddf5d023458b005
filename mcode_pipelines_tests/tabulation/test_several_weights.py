"""Several weights in one book: a table with each, side by side."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mcode_pipelines.survey import CrossTables
from mcode_pipelines.tabulation import PlanError, parse_plan
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, single

DATA = {
    "Q": ["1", "2", "1", "1", "2", None] * 10,
    "B": ["1;2", "2", "1", "2", "1", "1"] * 10,
    "w": ["1", "2", "0.5", "0", "1", "3"] * 10,
    "v": ["2", "1", "1", "1", None, "1"] * 10,
}
QUESTIONS = (single("Q", 1, 2), multi("B", 1, 2), numeric("w", weight=True), numeric("v"))
PLAN = {"banner": ["total", "B"], "rows": ["Q"], "significance": {"levels": [0.95], "small_base": [0, 0]}}


def alone(weight: object) -> tuple[pl.DataFrame, pl.DataFrame]:
    tables = book({**PLAN, "weight": weight}, DATA, *QUESTIONS)
    return tables.cells.drop("table_id"), tables.tests.drop("table_id")


def test_every_table_is_the_one_of_a_book_with_that_weight_alone() -> None:
    tables = book({**PLAN, "weights": ["w", "none", "v", {"rim": {"Q": {"1": 0.5, "2": 0.5}}}]}, DATA, *QUESTIONS)
    assert [h.table_id for h in tables.heads] == ["T0001", "T0002", "T0003", "T0004"]
    wanted = ("w", None, "v", {"rim": {"Q": {"1": 0.5, "2": 0.5}}})
    for head, weight in zip(tables.heads, wanted, strict=True):
        cells, tests = alone(weight)
        assert_frame_equal(tables.cells.filter(pl.col("table_id") == head.table_id).drop("table_id"), cells)
        assert_frame_equal(tables.tests.filter(pl.col("table_id") == head.table_id).drop("table_id"), tests)


def test_every_table_says_its_weight_and_the_book_says_all() -> None:
    tables = book({**PLAN, "weights": ["w", "none"]}, DATA, *QUESTIONS)
    assert [h.weight_text for h in tables.heads] == ["Weighted by w", "Not weighted"]
    assert [h.title for h in tables.heads] == ["Question Q (Weighted by w)", "Question Q (Not weighted)"]
    assert tables.heads[1].base_text == "Base: respondents who answered this question (n = 50)"
    weighted, unweighted = tables.heads
    assert weighted.notes[-2].startswith("Weighted by w; weighting efficiency")
    assert weighted.notes[-1] == "10 respondents are not counted: their weight is missing, zero or negative."
    assert unweighted.notes[-1] == "Not weighted."
    assert not {*weighted.notes, *unweighted.notes} & {*tables.book.notes}
    assert tables.book.weightings == (*weighted.notes[-2:], "Not weighted.")


def test_a_row_can_have_a_weight_of_its_own() -> None:
    rows = ["Q", {"variable": "Q", "weight": "none"}, {"variable": "Q", "weight": ["w", "v"]}]
    tables = book({**PLAN, "weight": "w", "rows": rows}, DATA, *QUESTIONS)
    said = [h.weight_text for h in tables.heads]
    assert said == ["Weighted by w", "Not weighted", "Weighted by w", "Weighted by v"]


def test_one_weight_that_cannot_be_used_leaves_the_tables_of_the_others() -> None:
    tables = book({**PLAN, "weights": ["Q", "w"]}, DATA, *QUESTIONS)
    assert "weight: 'Q' is single_choice, not a number" in (tables.heads[0].trouble or "")
    assert tables.heads[1].trouble is None


def test_weight_and_weights_together_are_refused() -> None:
    with pytest.raises(PlanError, match="write either weight \\(one for all tables\\) or weights"):
        parse_plan("weight: w\nweights: [v, none]", "plan.yaml")


def of_size(rescale: object, **more: object) -> CrossTables:
    """A table by weights of 800 on average, brought to another size."""
    data = {**DATA, "p": [None if w is None else str(float(w) * 640) for w in DATA["w"]]}
    weight = {"variable": "p", "rescale": rescale, **more} if rescale else "p"
    return book({**PLAN, "weight": weight, "rows": ["Q", "v"]}, data, *QUESTIONS, numeric("p"))


def test_rescaled_weights_change_bases_and_counts_alone() -> None:
    plain, mean_1, total = (figures(of_size(size), "column_percent") for size in (None, "mean_1", 5000))
    everyone = 50  # of 60, ten weigh nothing
    weighed = sum(float(w) for w in DATA["w"]) * 640
    shares = {key: figure for key, figure in plain.items() if figure is not None}
    assert len(shares) == 6
    for size in (mean_1, total):
        assert {key: size[key] for key in shares} == pytest.approx(shares, rel=1e-9)
    size = figures(of_size("mean_1"), "count")["1", "@"] / figures(of_size(None), "count")["1", "@"]
    assert size == pytest.approx(everyone / weighed)
    bases = figures(of_size("mean_1"), "value")
    # Of those who are counted ten, who weigh 3 * 640, did not answer.
    assert bases["base", "@"] == pytest.approx(everyone * (weighed - 10 * 3 * 640) / weighed)
    assert bases["base_effective", "@"] == pytest.approx(figures(of_size(None), "value")["base_effective", "@"])
    assert figures(of_size(5000), "value")["base", "@"] == pytest.approx(5000 * (weighed - 10 * 3 * 640) / weighed)


def test_rescaled_weights_are_told() -> None:
    tables = of_size("mean_1")
    assert {head.weight_text for head in tables.heads} == {"Weighted by p, brought to mean 1"}
    told = "The weights (960 on average) are brought to mean 1: weighted bases add to the number of respondents. "
    assert any(note.startswith(told) for note in tables.book.notes)
    assert {head.weight_text for head in of_size(5000).heads} == {"Weighted by p, brought to a sum of 5,000"}


def test_rescaled_within_each_category() -> None:
    tables = book(
        {**PLAN, "banner": ["total", "G"], "weight": {"variable": "w", "rescale": "mean_1", "within": "G"}},
        {**DATA, "Q": ["1", "2"] * 30, "G": ["1", "1", "1", "2", "2", "2"] * 10},
        *QUESTIONS,
        single("G", 1, 2),
    )
    bases = figures(tables, "value")
    assert (bases["base", "@"], bases["base", "1"], bases["base", "2"]) == pytest.approx((50, 30, 20))
    assert any("in each category of G by itself" in note for note in tables.book.notes)


def test_a_weight_written_wrong_is_told_where_it_stands() -> None:
    with pytest.raises(PlanError, match=r"weight: rescale: write mean_1 .*, or what all weights add to, such as 5000"):
        parse_plan("weight: {variable: w, rescale: 1}", "plan.yaml")
    with pytest.raises(PlanError, match="weight: there is no setting 'rescal'; did you mean 'rescale'"):
        parse_plan("weight: {variable: w, rescal: mean_1}", "plan.yaml")
    with pytest.raises(PlanError, match="weight: 'Q' is single_choice, not a number"):
        book({**PLAN, "weight": {"variable": "Q", "rescale": "mean_1"}}, DATA, *QUESTIONS)
    with pytest.raises(PlanError, match="there is no variable 'x' in this survey"):
        book({**PLAN, "weight": {"variable": "w", "rescale": "mean_1", "within": "x"}}, DATA, *QUESTIONS)
