"""Column letters: running on or restarting, past Z and ZZ, in groups; very wide banners."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mcode_pipelines.survey import Codebook, TabulationPlan
from mcode_pipelines.tabulation import PlanError, parse_plan, tabulate
from mcode_pipelines.tabulation import book as book_module
from mcode_pipelines.tabulation.counting.column_letters import column_letter
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, raw_survey, single

LEVELS = {"levels": [0.95], "small_base": [0, 0]}
DATA = {
    "Q": ["1"] * 60 + ["2"] * 40 + ["1"] * 40 + ["2"] * 60,
    "C": ["1"] * 100 + ["2"] * 100,
    "D": (["1"] * 60 + ["2"] * 40) * 2,
}
QUESTIONS = (single("Q", 1, 2), single("C", 1, 2), single("D", 1, 2))


def test_letters_can_begin_with_a_in_every_question() -> None:
    plan = {"banner": ["total", "C", "D"], "rows": ["Q"], "significance": {**LEVELS, "letters": "restart"}}
    restarted = book(plan, DATA, *QUESTIONS)
    running = book({**plan, "significance": LEVELS}, DATA, *QUESTIONS)
    assert [c.letter for c in restarted.book.banner] == [None, "A", "B", "A", "B"]
    assert [c.letter for c in running.book.banner] == [None, "A", "B", "C", "D"]
    assert "Letters begin with A in every banner question." in restarted.book.notes
    names = {"A": "A", "B": "B", "C": "A", "D": "B", None: None}
    assert [names[mark] for mark in running.cells["letters"]] == restarted.cells["letters"].to_list()
    assert_frame_equal(restarted.tests, running.tests)


def test_a_letter_that_stands_twice_names_no_column_to_sort_by() -> None:
    row = {"variable": "Q", "sort": "A"}
    plan = {"banner": ["C", "D"], "rows": ["Q", row], "significance": {"letters": "restart"}}
    assert "several columns have the letter 'A'" in (book(plan, DATA, *QUESTIONS).heads[1].trouble or "")


def test_groups_need_letters_that_run_on() -> None:
    with pytest.raises(PlanError, match="significance: groups name columns by letters that run through"):
        parse_plan("significance: {letters: restart, compare: {groups: [AB]}}", "plan.yaml")


def wide(columns: int) -> tuple[dict[str, list[object]], Codebook]:
    codes = list(range(1, columns + 1))
    data: dict[str, list[object]] = {
        "Q": [1 if code % 3 == 0 or copy == 0 else 2 for code in codes for copy in range(4)],
        "C": [code for code in codes for _ in range(4)],
    }
    return data, Codebook(variables=(single("Q", 1, 2), single("C", *codes)))


def test_letters_go_on_after_zz_and_name_columns_in_groups() -> None:
    data, codebook = wide(720)
    significance = {**LEVELS, "levels": [0.6], "compare": {"groups": ["ZY ZZ AAA AAB"]}}
    plan = TabulationPlan.model_validate({"banner": ["C"], "rows": ["Q"], "significance": significance})
    (tables,) = tabulate(plan, raw_survey(data), codebook)
    assert [c.letter for c in tables.book.banner][701:704] == ["ZZ", "AAA", "AAB"]
    assert len({c.letter for c in tables.book.banner}) == 720
    # Columns 702 (ZZ) and 699 hold nothing but 1; 701, 703 and 704 a quarter of it.
    assert figures(tables, "letters")["1", "702"] == "ZY AAA AAB"
    assert set(tables.tests["column_a"]) | set(tables.tests["column_b"]) == {"701", "702", "703", "704"}
    assert column_letter(18277) == "ZZZ"


def test_a_very_wide_banner_lists_significant_pairs_only_and_comes_in_smaller_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data, codebook = wide(70)
    plan = TabulationPlan.model_validate(
        {"language": "en", "banner": ["C"], "rows": ["Q"] * 5, "significance": {**LEVELS, "levels": [0.7]}}
    )
    (whole,) = tabulate(plan, raw_survey(data), codebook)
    assert any("only significant pairs: the banner has 2,415 pairs" in note for note in whole.book.notes)
    assert whole.tests.height > 0
    assert (whole.tests["p_adjusted"] < 0.3).all()
    monkeypatch.setattr(book_module, "_TESTS_A_BATCH", 2_415 * 12 * 2)
    parts = list(tabulate(plan, raw_survey(data), codebook))
    assert [len(p.heads) for p in parts] == [2, 2, 1]
    assert_frame_equal(pl.concat([p.cells for p in parts]), whole.cells)
    assert_frame_equal(pl.concat([p.tests for p in parts]), whole.tests)


def test_columns_of_the_question_itself_are_not_tested() -> None:
    data = {**DATA, "n": list(range(200))}
    band = {"variable": "n", "bands": {"low": [0, 99], "high": [100, 199]}}
    for compare in ("within_question", "total", "rest"):
        plan = {
            "banner": ["total", "C", "D > C", band],
            "rows": ["C", "Q", "n"],
            "significance": {**LEVELS, "compare": compare},
        }
        tables = book(plan, data, *QUESTIONS, numeric("n"))
        tested = {t: set(tables.tests.filter(table_id=t)["column_variable"]) for t in ("T0001", "T0002", "T0003")}
        assert tested == {"T0001": {"n"}, "T0002": {"C", "D > C", "n"}, "T0003": {"C", "D > C"}}
        said = ["Columns of this question itself are not tested." in head.notes for head in tables.heads]
        assert said == [True, False, True]


def test_columns_of_a_question_with_several_answers_are_tested_in_its_own_table() -> None:
    data = {"M": ["1;2"] * 60 + ["1"] * 30 + ["2;3"] * 40 + ["3"] * 70}
    tables = book({"banner": ["M"], "rows": ["M"], "significance": LEVELS}, data, multi("M", 1, 2, 3))
    assert ("3", "1", "2") in {tuple(row) for row in tables.tests.select("row_code", "column_a", "column_b").rows()}


NEARLY_ALL = {"B": ["1"] * 60 + ["2"], "Q": ["1", "2"] * 30 + ["1"], "N": [*range(60), 7]}


@pytest.mark.parametrize("compare", ["rest", "total"])
def test_a_column_is_not_tested_where_next_to_nobody_is_outside(compare: str) -> None:
    order = {
        "banner": ["total", "B"],
        "rows": ["Q", {"variable": "N", "statistics": ["mean"]}],
        "significance": {"compare": compare, "method": "unpooled_t"},
    }
    questions = (single("B", 1, 2), single("Q", 1, 2), numeric("N"))
    assert book(order, NEARLY_ALL, *questions).tests.is_empty()
    order["significance"] = {"compare": compare, "method": "unpooled_t", "small_base": [0, 0]}
    assert book(order, NEARLY_ALL, *questions).tests["column_a"].unique().sort().to_list() == ["1", "2"]


def test_tests_against_the_total_say_where_weights_are_uneven() -> None:
    questions = (single("B", 1, 2), single("Q", 1, 2), numeric("w"))
    data = {"B": ["1", "1", "2", "2"] * 20, "Q": ["1", "2"] * 40}
    order = {"weight": "w", "banner": ["total", "B"], "rows": ["Q"], "significance": {"compare": "total"}}

    def notes(weights: list[float], **significance: object) -> str:
        plan = {**order, "significance": {"compare": "total", **significance}}
        return " ".join(book(plan, {**data, "w": weights * 20}, *questions).book.notes)

    said = "tests against the total by effective bases are only near"
    assert said in notes([1, 1, 2, 2])
    assert said not in notes([1, 2, 1, 2])  # uneven weights, but alike in both columns
    assert said not in notes([1, 1, 2, 2], compare="rest")
    assert said not in notes([1, 1, 2, 2], method="unpooled_t")
