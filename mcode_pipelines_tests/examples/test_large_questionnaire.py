"""The default book of a questionnaire of 200 questions, judged as a client would."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from mcode_pipelines.delivery import collect_book_metadata, write_tab_books
from mcode_pipelines.detection import detect
from mcode_pipelines.survey import Codebook, CrossTables, RawSurvey, Statistic, TabulationPlan
from mcode_pipelines.tabulation import banner_reasons, complete_plan, tabulate, variables_used
from mcode_pipelines_tests.examples.large_questionnaire import large_questionnaire, survey_of

MOST_PAGES = 250


@pytest.fixture(scope="module")
def raw() -> RawSurvey:
    return survey_of(large_questionnaire())


@pytest.fixture(scope="module")
def codebook(raw: RawSurvey) -> Codebook:
    """As detected, without a correction."""
    return detect(raw)


@pytest.fixture(scope="module")
def plan(codebook: Codebook) -> TabulationPlan:
    return complete_plan(TabulationPlan(title="Survei besar"), codebook)


@pytest.fixture(scope="module")
def batches(plan: TabulationPlan, raw: RawSurvey, codebook: Codebook) -> list[CrossTables]:
    return list(tabulate(plan, raw, codebook))


@pytest.fixture(scope="module")
def books(
    tmp_path_factory: pytest.TempPathFactory, plan: TabulationPlan, codebook: Codebook, batches: list[CrossTables]
) -> list[openpyxl.Workbook]:
    notes = collect_book_metadata([("rows", 400)], codebook, plan, variables_used(plan, codebook))
    folder: Path = tmp_path_factory.mktemp("books")
    return [openpyxl.load_workbook(made.path) for made in write_tab_books(batches, folder, name="besar", notes=notes)]


def printed_pages(book: openpyxl.Workbook) -> int:
    """The pages of the tables as the workbook breaks them: down times across."""
    return sum(
        (1 + len(sheet.row_breaks.brk)) * (1 + len(sheet.col_breaks.brk))
        for sheet in book.worksheets
        if sheet.title.startswith("T")
    )


def test_it_has_two_hundred_questions(raw: RawSurvey) -> None:
    assert len(set(raw.columns) - {"__version__"}) == 200


def test_it_prints_on_fewer_than_250_pages(books: list[openpyxl.Workbook]) -> None:
    tables = sum(sheet.title.startswith("T") for book in books for sheet in book.worksheets)
    assert tables > 150
    assert tables <= sum(map(printed_pages, books)) < MOST_PAGES


def test_its_banner_is_made_of_characteristics_in_at_most_20_columns(
    batches: list[CrossTables], codebook: Codebook
) -> None:
    banner = batches[0].book.banner
    assert list(dict.fromkeys(column.variable for column in banner)) == ["total", "S4", "S5", "S7", "S6"]
    assert len(banner) <= 20
    (education,) = [reason for reason in banner_reasons(codebook) if not reason.columns]
    assert education.variable == "S8"
    assert "tidak ada tempat" in education.why("id")


def test_batteries_are_summed_up_before_their_items_whose_titles_differ(batches: list[CrossTables]) -> None:
    heads = [head for batch in batches for head in batch.heads]
    place = {head.variable: at for at, head in enumerate(heads)}
    for stem, question in (("B1", "Seberapa puas Anda dengan ..."), ("B2", "Seberapa penting bagi Anda ...")):
        assert place[f"{stem}_*"] + 1 == place[f"{stem}_1"]
        assert heads[place[f"{stem}_*"]].title.startswith(question)
        assert heads[place[f"{stem}_1"]].title.startswith(question)
    of_summary = batches[0].cells.filter(table_id=heads[place["B1_*"]].table_id, column_variable="total")
    assert of_summary.filter(row_kind="category").height == 45


def test_the_likelihood_to_recommend_has_its_score(plan: TabulationPlan, batches: list[CrossTables]) -> None:
    (row,) = [row for row in plan.rows or () if row.variable == "B3"]
    assert Statistic.NPS in (row.statistics or ())
    (score,) = [
        value
        for batch in batches
        for value in batch.cells.filter(row_variable="B3", row_code="nps", column_variable="total")["value"]
    ]
    given = large_questionnaire().columns["B3"]
    promoters, detractors = (sum(c in few for c in given) for few in ({"10", "11"}, {str(n) for n in range(1, 8)}))
    assert score == pytest.approx(100 * (promoters - detractors) / len(given))


def test_routes_are_the_twenty_largest_and_the_rest_together(batches: list[CrossTables]) -> None:
    routes = batches[0].cells.filter(row_variable="A1", column_variable="total", row_kind="category")
    assert routes["row_label"].to_list()[-1] == "Sebutan lebih kecil (108)"
    assert routes.height == 21
    counts = routes["count"].to_list()
    assert counts[:-1] == sorted(counts[:-1], reverse=True)
    assert sum(counts) == 400


def test_money_is_in_bands_and_nobody_s_name_is_in_a_book(
    batches: list[CrossTables], books: list[openpyxl.Workbook]
) -> None:
    paid = [b.cells.filter(row_variable="C1_rp", column_variable="total") for b in batches]
    (paid,) = [cells for cells in paid if cells.height]
    assert 4 <= paid.filter(row_kind="category").height <= 7
    assert {"mean", "median"} <= set(paid["row_code"])
    shown = {str(cell) for book in books for sheet in book.worksheets for row in sheet.values for cell in row if cell}
    assert not any(text.startswith(("Responden ", "0812")) for text in shown)
