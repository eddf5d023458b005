"""The tracker of eight waves: every figure is counted here from the answers themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl
import pytest

from mcode_pipelines.survey import CrossTables, TabulationPlan
from mcode_pipelines.tabulation import PlanError, tabulate
from mcode_pipelines_tests.tabulation.made_tracker import MadeWave, tracker

WAVES = tracker()
ROWS = [
    "Q1",
    {"variable": "Q2_1", "statistics": ["top2", "mean"]},
    {"variable": "Q2_2", "statistics": ["top2"]},
    "Q3a",
    "Q4",
    "S1",
]


def book(waves: Sequence[MadeWave], **more: object) -> CrossTables:
    newest = waves[-1]
    plan = {"language": "en", "wave": newest.label, "waves": "all", "weight": "penimbang", "banner": ["total", "wave"]}
    order = TabulationPlan.model_validate({**plan, "rows": ROWS, "significance": {"small_base": [0, 0]}, **more})
    (tables,) = tabulate(order, newest.raw, newest.codebook, earlier_waves=[wave.wave for wave in waves[:-1]])
    return tables


@pytest.fixture(scope="module")
def whole() -> CrossTables:
    return book(WAVES)


def row(tables: CrossTables, table: int, label: str, figure: str = "count") -> dict[str, float | None]:
    cells = tables.cells.filter(pl.col("table_id") == f"T{table:04}", pl.col("row_label") == label)
    return dict(cells.filter(pl.col("column_variable") == "wave").select("column_code", figure).iter_rows())


def counted(has: Callable[[MadeWave, int], bool]) -> dict[str, float]:
    return {w.label: sum(x for i, x in enumerate(w.weight) if has(w, i)) for w in WAVES}


def test_a_brand_is_its_name_whatever_its_number(whole: CrossTables) -> None:
    for name, spelled in (
        ("Bango Manis", {"Bango", "Bango Manis"}),
        ("Sedaap", {"Sedaap", "SEDAAP"}),
        ("Indofood", {"Indofood"}),
        ("Nasional", {"Nasional"}),
        ("ABC", {"ABC"}),
    ):
        wanted = counted(lambda w, i, spelled=spelled: w.brand[i] in spelled)  # type: ignore[misc]
        for wave, figure in row(whole, 1, name).items():
            offered = any(brand in spelled for w in WAVES if w.label == wave for brand in w.brand)
            assert figure == (pytest.approx(wanted[wave]) if offered else None), (name, wave)


def test_what_a_wave_did_not_offer_is_not_tested(whole: CrossTables) -> None:
    code = whole.cells.filter(pl.col("table_id") == "T0001", pl.col("row_label") == "ABC")["row_code"][0]
    tests = whole.tests.filter(pl.col("table_id") == "T0001", pl.col("row_code") == code)
    assert not {"2026-07", "2026-08", "2026-09", "2026-10"} & {*tests["column_a"], *tests["column_b"]}
    assert {*tests["column_a"], *tests["column_b"]} == {"2026-03", "2026-04", "2026-05", "2026-06"}


def test_scales_of_two_lengths_have_each_their_own_top_two(whole: CrossTables) -> None:
    share = row(whole, 2, "Top 2 box", "value")
    for wave in WAVES:
        top = (4, 5) if wave.label <= "2026-07" else (6, 7)
        held = sum(w for w, point in zip(wave.weight, wave.satisfied, strict=True) if point in top)
        assert share[wave.label] == pytest.approx(100 * held / sum(wave.weight))
    mean = row(whole, 2, "Mean", "value")
    assert mean["2026-07"] is None
    assert mean["2026-08"] is not None
    head = next(head for head in whole.heads if head.table_id == "T0002")
    assert any(note.startswith("Wave 2026-07 asked it on a scale of 5 points, now there are 7") for note in head.notes)


def test_an_item_that_was_replaced_under_its_name_has_no_figures_before(whole: CrossTables) -> None:
    bases = row(whole, 3, "Unweighted base", "value")
    assert bases["2026-03"] == bases["2026-04"] == 0
    assert bases["2026-05"] == 120
    assert any(note.startswith("Another question under the same name in wave 2026-04") for note in whole.book.notes)


def test_a_question_and_a_weight_of_another_name_are_known_by_their_words(whole: CrossTables) -> None:
    yes = counted(lambda w, i: w.again[i] == "1")
    assert row(whole, 4, "Ya") == {wave: pytest.approx(figure) for wave, figure in yes.items()}
    told = [note for note in whole.book.notes if note.startswith("Taken for the same question")]
    assert any("2026-03" in note and "Q3a = Q3" in note and "penimbang = bobot" in note for note in told)


def test_a_question_that_is_no_longer_asked_can_still_be_shown(whole: CrossTables) -> None:
    bases = row(whole, 5, "Unweighted base", "value")
    assert bases == {w.label: (120 if w.label <= "2026-08" else 0) for w in WAVES}


def test_words_that_mean_the_same_are_one_row(whole: CrossTables) -> None:
    labels = whole.cells.filter(pl.col("table_id") == "T0006", pl.col("row_kind") == "category")["row_label"]
    assert labels.unique(maintain_order=True).to_list() == ["Laki-laki", "Perempuan"]


def test_without_its_weight_no_wave_is_compared() -> None:
    first = WAVES[0]
    variables = tuple(v for v in first.codebook if v.name != "bobot")
    bare = MadeWave(
        first.label, first.raw, first.codebook.model_copy(update={"variables": variables}), first.brand,
        first.satisfied, first.again, first.weight,
    )  # fmt: skip
    with pytest.raises(PlanError, match="the wave 2026-03 has no 'penimbang'"):
        book([bare, *WAVES[1:]])


def test_waves_in_between_may_be_left_out() -> None:
    some = [WAVES[0], WAVES[3], WAVES[7]]
    whole, few = book(WAVES), book(some)
    for wave in ("2026-03", "2026-06", "2026-10"):
        assert row(few, 1, "ABC")[wave] == (pytest.approx(row(whole, 1, "ABC")[wave]) if wave != "2026-10" else None)
        assert row(few, 4, "Ya")[wave] == pytest.approx(row(whole, 4, "Ya")[wave])
