"""The rows of a plan without any: numbers in bands, long lists by size with the small ones together."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mcode_pipelines.survey import Choice, Codebook, TabulationPlan, Variable
from mcode_pipelines.tabulation import CrossCheck, PlanError, complete_plan, parse_plan
from mcode_pipelines.tabulation.tables.auto_bands import auto_bands
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, scale, single


def rows_of(*variables: object) -> dict[str, object]:
    survey = Codebook(variables=variables, language="en")
    return {row.variable: row for row in complete_plan(TabulationPlan(), survey).rows or ()}


def labels(batch: object, kind: str = "category") -> list[str]:
    return batch.cells.filter(row_kind=kind, column_variable="total")["row_label"].to_list()


def test_an_age_has_the_bands_of_reports_with_mean_and_median() -> None:
    batch = book({"language": "en"}, {"age": ["19", "24", "30", "61"]}, numeric("age", demographic=True))
    assert labels(batch) == ["18-24", "25-34", "55+"]
    shown = figures(batch, "value")
    assert shown["mean", "@"] == pytest.approx((19 + 24 + 30 + 61) / 4)
    assert shown["median", "@"] == pytest.approx(27)


def test_a_few_whole_numbers_have_a_row_each() -> None:
    batch = book({"language": "en"}, {"n": ["0", "3", "1", "1", None]}, numeric("n"))
    assert labels(batch) == ["0", "1", "3"]
    assert figures(batch, "count")["2", "@"] == 2
    assert not any("Bands" in note for note in batch.heads[0].notes)


def test_other_numbers_are_in_bands_with_round_limits_and_the_table_says_so() -> None:
    values = [str(n) for n in range(1000, 61000, 250)]
    for language, told in (("en", "Bands were made from"), ("id", "Kelas dibuat dari")):
        batch = book({"language": language}, {"x": values}, numeric("x"))
        assert any(told in note for note in batch.heads[0].notes)
    batch = book({"language": "en"}, {"x": values}, numeric("x"))
    assert labels(batch) == [
        "<= 9,999", "10,000 - 19,999", "20,000 - 29,999", "30,000 - 39,999", "40,000 - 49,999", ">= 50,000",
    ]  # fmt: skip
    counts = [figures(batch, "count")[str(n), "@"] for n in range(1, 7)]
    assert counts == [36, 40, 40, 40, 40, 44]


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(1).lognormal(10, 1.5, 500),
        np.random.default_rng(2).integers(0, 1000, 500).astype(float),
        np.random.default_rng(3).normal(0, 0.001, 300),
        np.repeat([0.0, 5.0, 1e9], [400, 60, 40]) + np.arange(500) % 7,
        np.array([2.5, 2.5, 2.5]),
        np.array([-3.0] * 20 + list(range(30))),
    ],
    ids=["skewed", "whole", "tiny", "heaped", "alike", "negative"],
)
def test_every_number_is_in_exactly_one_band(values: np.ndarray) -> None:
    bands = auto_bands(values, lambda value: f"{value:.6g}")
    inside = sum(
        (values >= (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))
        for low, high in bands.values()
    )
    assert (inside == 1).all()
    assert 1 <= len(bands) <= 11


def test_numbers_that_nobody_gave_have_their_table_all_the_same() -> None:
    batch = book({"language": "en", "rows": [{"variable": "x", "auto_bands": True}]}, {"x": [None, ""]}, numeric("x"))
    assert "Nobody" in batch.heads[0].notes[0]


def test_long_lists_are_sorted_and_folded_by_default_but_not_lists_with_an_order() -> None:
    long, longer = single("L", *range(1, 15)), multi("M", *range(1, 41))
    years = single("Y", *range(1990, 2020))
    years = years.model_copy(update={"choices": tuple(c.model_copy(update={"label": c.code}) for c in years.choices)})
    wordy = [v.model_copy(update={"choices": tuple(c.model_copy(update={"label": f"thing {'x' * int(c.code)}"})
             for c in v.choices)}) for v in (long, longer)]  # fmt: skip
    rows = rows_of(*wordy, years, single("S", 1, 2), scale("A", *range(1, 16)))
    told = {name: (row.sort, row.most_rows) for name, row in rows.items()}
    assert told == {"L": ("total", None), "M": ("total", 20), "Y": (None, None), "S": (None, None), "A": (None, None)}


ANSWERS = ["1"] * 10 + ["2"] * 6 + ["3"] * 2 + ["4"] + ["5"] + ["98"] * 5
LIST = single("Q", 1, 2, 3, 4, 5, 98)


@pytest.mark.parametrize(("setting", "folded"), [({"most_rows": 2}, 3), ({"fold_below": 5}, 2)])
def test_small_categories_are_one_row_before_dont_know_and_the_table_says_how_many(
    setting: dict[str, float], folded: int
) -> None:
    plan = {"language": "en", "rows": [{"variable": "Q", "sort": "total", **setting}], "banner": ["total", "C"]}
    batch = book(plan, {"Q": ANSWERS, "C": ["1", "2", "2", "1", "2"] * 5}, LIST, single("C", 1, 2))
    assert labels(batch)[-2:] == [f"Smaller mentions ({folded})", "label 98"]
    assert len(labels(batch)) == 6 - folded + 1
    small = 4 if folded == 3 else 2
    assert figures(batch, "count")["folded", "@"] == small
    assert figures(batch, "column_percent")["folded", "@"] == pytest.approx(100 * small / 25)
    assert any(note.startswith(f"{folded} smaller categories") for note in batch.heads[0].notes)
    check = CrossCheck(Codebook(variables=(LIST,)))
    check.look_at(batch)
    assert not check.percents_wrong


def test_a_respondent_with_several_small_mentions_is_folded_once() -> None:
    plan = {"language": "id", "rows": [{"variable": "M", "most_rows": 1}]}
    batch = book(plan, {"M": ["1;2", "1", "2;3;4", "4", "1"]}, multi("M", 1, 2, 3, 4))
    assert labels(batch) == ["label 1", "Sebutan lebih kecil (3)"]
    assert figures(batch, "count")["folded", "@"] == 3
    assert any("3 kategori yang lebih kecil" in note for note in batch.heads[0].notes)


def test_one_small_category_stays_itself() -> None:
    plan = {"language": "en", "rows": [{"variable": "Q", "most_rows": 4}]}
    batch = book(plan, {"Q": ANSWERS}, LIST)
    assert "folded" not in batch.cells["row_code"].to_list()


@pytest.mark.parametrize(
    "setting", ["most_rows: 3, nets: {a: [1]}", "fold_below: 2, nps: true", "auto_bands: true, bands: {a: [1, 2]}"]
)
def test_what_does_not_go_together_is_told(setting: str) -> None:
    with pytest.raises(PlanError, match="rows 1: "):
        parse_plan(f"rows: [{{variable: Q, {setting}}}]", "plan.yaml")


def test_auto_bands_are_for_numbers() -> None:
    plan = complete_plan(parse_plan("language: en\nrows: [{variable: Q, auto_bands: true}, S]", "p"),
                         Codebook(variables=(LIST, single("S", 1, 2))))  # fmt: skip
    assert "auto_bands" in (plan.rows[0].trouble or "")


def test_rows_know_how_deep_they_stand_in_nets() -> None:
    nets = {"low": [1, 2], "all": [1, 2, 3]}
    plan = {"language": "en", "rows": [{"variable": "Q", "nets": nets, "sort": "total"}, "Q"]}
    batch = book(plan, {"Q": ANSWERS}, LIST)
    rows = [
        kind for kind in batch.cells.filter(table_id="T0001", column_variable="total")["row_kind"] if kind != "base"
    ]
    assert len(batch.heads[0].indents) == len(rows)
    labelled = dict(zip(labels_in(batch, "T0001"), batch.heads[0].indents, strict=True))
    assert labelled == {
        "all": 0, "low": 1, "label 1": 2, "label 2": 2, "label 3": 1, "label 4": 0, "label 5": 0, "label 98": 0,
    }  # fmt: skip
    assert batch.heads[1].indents == ()


def labels_in(batch: object, table_id: str) -> list[str]:
    shown = batch.cells.filter(table_id=table_id, column_variable="total")
    return shown.filter(shown["row_kind"] != "base")["row_label"].to_list()


def test_letters_are_explained_only_where_columns_are_tested() -> None:
    data = {"Q": ANSWERS, "C": ["1", "2", "2", "1", "2"] * 5}
    alone = book({"language": "en", "rows": ["Q"], "banner": ["total"]}, data, LIST, single("C", 1, 2))
    compared = book({"language": "en", "rows": ["Q"], "banner": ["total", "C"]}, data, LIST, single("C", 1, 2))
    assert not any("etters" in note or "tests" in note for note in alone.book.notes)
    assert any("Letters name the columns" in note for note in compared.book.notes)


def test_a_ranking_in_one_cell_has_a_table_of_its_own_before_its_places() -> None:
    things = tuple(Choice(code=code, label=code.upper()) for code in "abc")
    places = [
        Variable(
            name=f"urut_{place}",
            label=f"Urutkan - {place}",
            kind="single_choice",
            columns=("urut",),
            choices=things,
            delimiter=" ",
            group="urut",
            place=place,
        )
        for place in (1, 2, 3)
    ]
    tables = book({"language": "en", "banner": ["total"]}, {"urut": ["b a c", "b c a", "a b c", None]}, *places)
    assert [head.variable for head in tables.heads] == ["urut", "urut_1", "urut_2", "urut_3"]
    assert tables.heads[0].title == "Urutkan"
    cells = tables.cells.filter(pl.col("table_id") == "T0001")
    shown = {(r["row_code"], r["row_label"]): (r["count"], r["value"]) for r in cells.iter_rows(named=True)}
    assert shown["base_unweighted", "Unweighted base"][1] == 3
    first = {label: count for (_, label), (count, _) in shown.items() if "first" in label}
    mean = {label: value for (_, label), (_, value) in shown.items() if "Mean" in label}
    assert list(first.values()) == [1, 2, 0]
    assert list(mean.values()) == pytest.approx([2, 4 / 3, 8 / 3])
