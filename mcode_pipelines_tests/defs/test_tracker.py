"""Eight waves of a tracker through the stages, reviewed in the middle; its figures counted here by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
from openpyxl import load_workbook

from mcode_pipelines.definitions import assemble
from mcode_pipelines.defs.jobs import stages_after
from mcode_pipelines.intake import Reviewed, inbox_item_at
from mcode_pipelines.lake import OUTPUTS, Lake
from mcode_pipelines_tests.defs.conftest import admitted, run, sentence
from mcode_pipelines_tests.examples.tracker import WAVES, tracker_wave
from mcode_pipelines_tests.review.made import column_of

PLAN = """waves: all
banner: [total, wave]
rows: [kota, merek, kenal, puas_1, puas_2, servis, ganti_oli, pesan, iklan, suka]
"""
REVIEWED = {"Ramah": "Keramahan montir", "Cepat": "Waktu layanan", "Antre": "Waktu layanan", "Harga": "Lainnya"}
Figures = dict[tuple[str, str], float | None]


def review(lake: Lake, key: str, folder: Path) -> tuple[str, ...]:
    """In the review workbook one theme of `suka` is renamed, one merged, one deleted; returns the stages to be run."""
    book = load_workbook(lake.path(OUTPUTS, key) / f"{key}_review.xlsx")
    sheet = book["suka kode"]

    def row(label: str) -> int:
        return next(r for r in range(2, sheet.max_row) if label in str(sheet.cell(r, 2).value).casefold())

    sheet.cell(row("cepat"), column_of(sheet, "Gabung ke kode")).value = sheet.cell(row("antre"), 1).value
    sheet.cell(row("antre"), 2).value = "Waktu layanan"
    sheet.cell(row("ramah"), 2).value = REVIEWED["Ramah"]
    sheet.delete_rows(row("harga"))
    path = folder / "tinjauan.xlsx"
    book.save(path)
    answer = lake.uploads.admit(inbox_item_at(path))
    assert isinstance(answer, Reviewed)
    assert answer.refused == ()
    return tuple(stages_after(answer.touched))


@pytest.fixture(scope="module")
def tracker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lake, list[str]]]:
    folder = tmp_path_factory.mktemp("pelacak")
    lake = Lake(folder / "storage")
    definitions = assemble(lake)
    keys = []
    with dg.DagsterInstance.ephemeral() as instance:
        for number in range(1, 9):
            path = tracker_wave(number).write(folder)
            if number == 8:
                (path / "plan.yaml").write_text(PLAN, encoding="utf-8")
            keys.append(admitted(lake, path))
            result = run(definitions, instance, keys[-1])
            assert result.success, sentence(result)
            if number == 4:
                again = definitions.resolve_job_def("process_upload").execute_in_process(
                    instance=instance,
                    partition_key=keys[-1],
                    asset_selection=[dg.AssetKey(stage) for stage in review(lake, keys[-1], folder)],
                )
                assert again.success
        yield lake, keys


@pytest.fixture(scope="module")
def tables(tracker: tuple[Lake, list[str]]) -> Any:
    lake, keys = tracker
    (batch,) = lake.open("crosstab_batches", keys[-1])
    return batch


def shown(tables: Any, variable: str, kind: str = "category") -> Figures:
    """(row label, wave) to the weighted count, None where there is no figure."""
    cells = tables.cells.filter(
        pl.col("row_variable") == variable, pl.col("row_kind") == kind, pl.col("column_variable") == "wave"
    )
    return {(label, wave): n for label, wave, n in cells.select("row_label", "column_code", "count").iter_rows()}


def counted(name: str, number: int) -> dict[str, float]:
    """Meaning to the sum of weights in a wave."""
    meant = tracker_wave(number).meant
    meant = meant.explode(name) if meant[name].dtype == pl.List else meant
    return dict(meant.group_by(name).agg(pl.col("bobot").sum()).iter_rows())


def notes(tables: Any, variable: str) -> str:
    (at,) = tables.cells.filter(pl.col("row_variable") == variable)["table_id"].unique()
    return "\n".join(next(head for head in tables.heads if head.table_id == at).notes)


NEVER_OFFERED = {
    "merek": {"Samudra": {1}, "Kencana": {1, 2, 3}, "Cakra": {3, 4, 5, 6, 7, 8}, "Tidak tahu mereknya": {1, 2, 3, 4}},
    "kenal": {
        "Samudra": {1}, "Kencana": {1, 2, 3}, "Cakra": {3, 4, 5, 6, 7, 8}, "Tirta Oli": {1, 2, 3, 4, 5},
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ["merek", "kenal"])
def test_brands_keep_their_history_by_what_they_are_and_have_none_where_they_were_not_offered(
    tables: Any, name: str
) -> None:
    found = shown(tables, name)
    expected: Figures = {}
    for number, wave in enumerate(WAVES, 1):
        own = counted(name, number)
        for label in {label for label, _ in found}:
            brand = label.removesuffix(" Super")
            absent = number in NEVER_OFFERED[name].get(brand, set())
            expected[label, wave] = None if absent else own.pop(brand, 0.0)
        assert not own
    assert found == pytest.approx(expected)


def test_what_happened_to_brands_is_told_under_their_table(tables: Any) -> None:
    told = notes(tables, "merek")
    assert "Kodenya berarti lain pada gelombang 2026-02, sehingga punya baris sendiri: 3 = Cakra." in told
    assert "Panca Lube (97 / 100)" in told or "Tirta Oli (97 / 7)" in told
    assert "Roda Mas / Roda Mas Super" in told
    assert "Roda Mas / Roda Mas Super" in notes(tables, "kenal")
    assert "(3 / 3 " not in told


def test_coined_codes_give_way_to_what_is_printed(tracker: tuple[Lake, list[str]]) -> None:
    lake, keys = tracker
    of_wave = [{c.label: c.code for c in lake.open("code_frames", key).of("merek").codes} for key in keys]
    assert {of_wave[0]["Panca Lube"], of_wave[0]["Tirta Oli"]} == {97, 98}
    for number, codes in enumerate(of_wave, 1):
        assert (codes.get("Tidak tahu mereknya") == 97) == (number >= 5)
        assert (codes["Tirta Oli"] == 7) == (number >= 6)


def test_towns_in_other_spelling_are_the_same(tables: Any) -> None:
    found = shown(tables, "kota")
    assert {label for label, _ in found} == {"Kupang", "Bandung", "Medan"}
    for number, wave in enumerate(WAVES, 1):
        assert {town: n for (town, w), n in found.items() if w == wave} == pytest.approx(counted("kota", number))


def test_scales_of_another_length_have_their_own_boxes_and_no_letters(tables: Any) -> None:
    boxes = shown(tables, "puas_1", "statistic")
    for number, wave in enumerate(WAVES, 1):
        best = {4, 5} if number < 5 else {6, 7}
        own = counted("puas_1", number)
        assert boxes["Top 2 box", wave] == pytest.approx(sum(n for k, n in own.items() if int(k) in best))
        assert f"Gelombang {wave} memakai skala 5 poin" in notes(tables, "puas_1") or number >= 5
    cells = tables.cells.filter(
        pl.col("row_variable") == "puas_1", pl.col("row_kind") == "statistic", pl.col("column_code").is_in(WAVES[:4])
    )
    assert not any(cells["letters"].to_list())


def test_an_item_replaced_under_its_name_and_a_question_asked_otherwise_have_no_figures_there(tables: Any) -> None:
    for name, waves in (("puas_2", WAVES[:3]), ("servis", WAVES[:5]), ("pesan", WAVES[:5]), ("iklan", WAVES[5:])):
        bases = tables.cells.filter(
            pl.col("row_variable") == name, pl.col("row_code") == "base_unweighted", pl.col("column_variable") == "wave"
        )
        for wave, base in bases.select("column_code", "value").iter_rows():
            assert base == (0 if wave in waves else 60), (name, wave)
    told = "\n".join(tables.book.notes)
    for said in (
        "Pertanyaan lain dengan nama yang sama pada gelombang 2026-01, sehingga tidak dibandingkan: puas_2.",
        "Ditanyakan dengan cara lain pada gelombang 2026-05, sehingga tidak dibandingkan: servis.",
        "Tidak ditanyakan pada gelombang 2026-05, sehingga tanpa angka di sana: pesan.",
        "Tidak ditanyakan pada gelombang 2026-08, sehingga tanpa angka di sana: iklan.",
        "penimbang = bobot",
        "ganti_oli = bulan_oli",
    ):
        assert said in told


def test_a_renamed_question_goes_on(tables: Any) -> None:
    found = shown(tables, "ganti_oli")
    label = {"1": "Bulan ini", "2": "Bulan lalu", "3": "Lebih lama"}
    for number, wave in enumerate(WAVES, 1):
        own = {label[code]: n for code, n in counted("bulan", number).items()}
        assert {row: n for (row, w), n in found.items() if w == wave} == pytest.approx(own)


def test_a_review_in_the_middle_binds_all_waves(tables: Any) -> None:
    found = shown(tables, "suka")
    for number, wave in enumerate(WAVES, 1):
        expected: dict[str, float] = {}
        for meaning, n in counted("suka", number).items():
            label = REVIEWED.get(meaning, "aplikasi")
            expected[label] = expected.get(label, 0.0) + n
        own = {("aplikasi" if "aplikasi" in row else row): n for (row, w), n in found.items() if w == wave if n}
        assert own == pytest.approx(expected), wave
