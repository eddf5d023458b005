"""From the drop to the tables: the sheet beside the books, dropped back, binding for this and for later waves."""

from __future__ import annotations

import hashlib
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from mcode_pipelines.definitions import assemble
from mcode_pipelines.defs.data_versions import data_version
from mcode_pipelines.defs.harmonisation import sheet_folder
from mcode_pipelines.defs.jobs import stages_after
from mcode_pipelines.defs.older_books import older_books
from mcode_pipelines.defs.sensors import failed_run_notes
from mcode_pipelines.intake import (
    AlreadyThere,
    Harmonised,
    Limits,
    Outcome,
    Refused,
    decisions_of_study,
    inbox_item_at,
    ingest,
    wanted_runs,
)
from mcode_pipelines.lake import OUTPUTS, Lake
from mcode_pipelines_tests.defs.conftest import admitted, run, sentence
from mcode_pipelines_tests.harmonisation.made import Sheet

TOWNS = ("Ambon", "Ternate", "Sorong")


def answers(town: str, people: int, satisfied: int) -> pl.DataFrame:
    numbers = range(people)
    return pl.DataFrame(
        {
            "Jenis kelamin": [("Laki-laki", "Perempuan")[n % 2] for n in numbers],
            town: [TOWNS[n % 3] for n in numbers],
            "Seberapa puas? (1-5)": [str(1 + (n * satisfied) % 5) for n in numbers],
        }
    )


def wave(folder: Path, name: str, town: str, people: int, *, with_plan: bool = True) -> Path:
    made = folder / f"Pelacak Feri {name}"
    made.mkdir()
    answers(town, people, 7).write_csv(made / "data.csv")
    if with_plan:
        (made / "plan.yaml").write_text("language: en\nwaves: all\nbanner: [total, wave]\n", encoding="utf-8")
    return made


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "storage")


@pytest.fixture
def definitions(lake: Lake) -> dg.Definitions:
    return assemble(lake)


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def dropped(lake: Lake, path: Path) -> Outcome:
    return lake.uploads.admit(inbox_item_at(path), limits=Limits())


def bases(lake: Lake, key: str, variable: str) -> dict[str, float]:
    """The base of each wave in the table of a question."""
    (batch,) = lake.open("crosstab_batches", key)
    table = next(head.table_id for head in batch.heads if head.variable == variable)
    rows = batch.cells.filter(
        (pl.col("table_id") == table) & (pl.col("column_variable") == "wave") & (pl.col("row_kind") == "base")
    )
    return {row["column_code"]: row["value"] for row in rows.iter_rows(named=True)}


def metadata(instance: dg.DagsterInstance, asset: str, key: str) -> dict[str, dg.MetadataValue]:
    filters = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[key])
    event = instance.fetch_materializations(filters, limit=1).records[0].asset_materialization
    assert event is not None
    return dict(event.metadata)


@pytest.fixture
def two_waves(definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, tmp_path: Path) -> list[str]:
    keys = [
        admitted(lake, wave(tmp_path, "2026-09", "Kota", 60, with_plan=False)),
        admitted(lake, wave(tmp_path, "2026-10", "Domisili", 90)),
    ]
    for key in keys:
        result = run(definitions, instance, key)
        assert result.success, sentence(result)
    return keys


def sheet_of(lake: Lake, key: str, into: Path) -> Sheet:
    into.mkdir(exist_ok=True)
    copied = into / "harmonisasi kami.xlsx"
    copied.write_bytes((lake.path(OUTPUTS, key) / "harmonisation.xlsx").read_bytes())
    return Sheet(copied)


def test_a_sheet_dropped_back_binds_this_and_later_waves(
    definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, two_waves: list[str], tmp_path: Path
) -> None:
    key = two_waves[-1]
    assert not bases(lake, key, "Domisili")["2026-09"]
    told = metadata(instance, "tabulation_plan", key)
    assert Path(str(told["harmonisation"].value)).is_file()
    sheet = sheet_of(lake, key, tmp_path / "mine")
    sheet["Domisili", None, "2026-09"] = "Kota"
    before = data_version(instance, lake, "crosstab_batches", key)
    requested = {u.key: {"came": u.came, **u.companions} for u in lake.uploads.uploads()}

    answer = dropped(lake, sheet.saved())
    assert isinstance(answer, Harmonised), answer
    assert answer.sentence == "harmonisation of pelacak-feri: Domisili: called Kota in wave 2026-09"
    assert data_version(instance, lake, "crosstab_batches", key) != before
    (wanted,) = wanted_runs(lake.uploads.uploads(), requested)
    assert wanted.key == key
    assert wanted.touched == {"harmonisation"}
    assert stages_after(wanted.touched)[0] == "tabulation_plan"

    result = run(definitions, instance, key, job="tabulate_upload")
    assert result.success, sentence(result)
    assert bases(lake, key, "Domisili") == {"2026-09": 60, "2026-10": 90}
    (batch,) = lake.open("crosstab_batches", key)
    assert any("as the harmonisation sheet says: Domisili = Kota" in note for note in batch.book.notes)
    assert isinstance(dropped(lake, sheet.path), AlreadyThere)

    later = admitted(lake, wave(tmp_path, "2026-11", "Domisili", 120))
    result = run(definitions, instance, later)
    assert result.success, sentence(result)
    assert bases(lake, later, "Domisili") == {"2026-09": 60, "2026-10": 90, "2026-11": 120}
    following = sheet_of(lake, later, tmp_path / "next")
    assert following["Domisili", None, "2026-09"] == "Kota"

    assert older_books(instance, lake, [key, later]) == []
    following["Jenis kelamin", None, "2026-09"] = "-"
    assert isinstance(dropped(lake, following.saved()), Harmonised)
    assert older_books(instance, lake, [key, later]) == [key, later]


def test_a_yaml_in_the_folder_of_a_wave_decides_too(
    definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, two_waves: list[str], tmp_path: Path
) -> None:
    folder = wave(tmp_path, "2026-11", "Kota tinggal", 120)
    said = "questions:\n  Kota tinggal: {2026-10: Domisili, 2026-09: Kota}\n"
    (folder / "harmonisasi.yaml").write_text(said, encoding="utf-8")
    answer = dropped(lake, folder)
    key = answer.upload.key
    assert "harmonisation" in answer.upload.companions
    result = run(definitions, instance, key)
    assert result.success, sentence(result)
    assert bases(lake, key, "Kota tinggal") == {
        "2026-09": 60,
        "2026-10": 90,
        "2026-11": 120,
    }
    kept = decisions_of_study(lake.uploads, "pelacak-feri").decisions
    assert kept.questions["Kota tinggal"]["2026-09"].label == "Kota tinggal"


def test_a_yaml_alone_says_of_which_study_it_is(lake: Lake, two_waves: list[str], tmp_path: Path) -> None:
    alone = tmp_path / "harmonisasi.yaml"
    alone.write_text("study: pelacak-feri\nquestions: {Domisili: {2026-09: Kota}}\n", encoding="utf-8")
    answer = dropped(lake, alone)
    assert isinstance(answer, Harmonised)
    assert answer.upload.key == two_waves[-1]
    alone.write_text("study: pelacak-roti\nquestions: {Domisili: {2026-09: Kota}}\n", encoding="utf-8")
    refused = dropped(lake, alone)
    assert isinstance(refused, Refused)
    assert "there is no study 'pelacak-roti' here; write `study:` and one of pelacak-feri" in refused.reason
    alone.write_text("study: pelacak-feri\nquestion: {Domisili: {2026-09: Kota}}\n", encoding="utf-8")
    assert "is `questions` meant?" in str(dropped(lake, alone))


def test_what_cannot_be_used_is_noted_beside_the_inbox(lake: Lake, two_waves: list[str], tmp_path: Path) -> None:
    sheet = sheet_of(lake, two_waves[-1], tmp_path / "inbox")
    sheet["Domisili", None, "2026-09"] = "Kotta"
    answer = ingest(inbox_item_at(sheet.saved()), lake.uploads, tmp_path / "quarantine")
    assert isinstance(answer, Harmonised)
    assert not answer.touched
    (note,) = (tmp_path / "inbox").glob("*.taken.txt")
    assert "has no variable 'Kotta' (perhaps Kota" in note.read_text()
    assert not decisions_of_study(lake.uploads, "pelacak-feri").decisions


def test_the_sheet_of_another_study_in_a_folder_is_told_and_not_used(
    lake: Lake, two_waves: list[str], tmp_path: Path
) -> None:
    sheet = sheet_of(lake, two_waves[-1], tmp_path / "mine")
    sheet["Domisili", None, "2026-09"] = "Kota"
    other = tmp_path / "Pelacak Roti 2026-10"
    other.mkdir()
    answers("Kota", 30, 3).write_csv(other / "data.csv")
    (other / "harmonisasi.xlsx").write_bytes(sheet.saved().read_bytes())
    answer = dropped(lake, other)
    assert "harmonisation" not in answer.upload.companions
    assert any("harmonisation of the study 'pelacak-feri'" in remark for remark in answer.remarks)


def test_the_hidden_sheet_is_missed(lake: Lake, two_waves: list[str], tmp_path: Path) -> None:
    sheet = sheet_of(lake, two_waves[-1], tmp_path / "mine")
    del sheet.book["_mcode_harmonisation"]
    refused = dropped(lake, sheet.saved())
    assert isinstance(refused, Refused)
    assert "harmonisation sheet" in refused.reason


def test_decisions_follow_a_wave_that_is_renamed(lake: Lake, two_waves: list[str], tmp_path: Path) -> None:
    sheet = sheet_of(lake, two_waves[-1], tmp_path / "mine")
    sheet["Domisili", None, "2026-09"] = "Kota"
    dropped(lake, sheet.saved())
    kept = decisions_of_study(lake.uploads, "pelacak-feri")
    named = kept.naming({"September": two_waves[0], "2026-10": two_waves[1]})
    assert set(named.questions["Domisili"]) == {"September"}
    redelivered = kept.naming({"2026-09": hashlib.sha256(b"other").hexdigest()[:8]})
    assert set(redelivered.questions["Domisili"]) == {"2026-09"}


def test_the_note_of_a_run_that_lacks_a_weight_says_where_the_sheet_lies(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    lake: Lake,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("STORAGE", "INBOX", "QUARANTINE"):
        monkeypatch.setenv(f"MCODE_{name}", str(tmp_path / name.lower()))
    for name, weights in (("2026-09", ["kalibrasi"]), ("2026-10", ["penimbang"])):
        folder = wave(tmp_path, name, "Kota", 60)
        data = pl.read_csv(folder / "data.csv")
        data.with_columns(pl.Series(weight, [0.5, 1.5] * 30) for weight in weights).write_csv(folder / "data.csv")
        with (folder / "plan.yaml").open("a", encoding="utf-8") as plan:
            plan.write("weight: penimbang\n" if name == "2026-10" else "weight: null\n")
        key = admitted(lake, folder)
        result = run(definitions, instance, key)
    assert not result.success
    assert "column 2026-09" in sentence(result)
    failed_run_notes(
        dg.build_run_status_sensor_context(
            sensor_name="failed_run_notes",
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=result.dagster_run,
        ).for_run_failure(),
        lake=lake,
    )
    note = (tmp_path / "quarantine" / f"{key}.reason.txt").read_text()
    place = sheet_folder(tmp_path / "storage", key) / "harmonisation.xlsx"
    assert str(place) in note
    copied = tmp_path / "harmonisation.xlsx"
    copied.write_bytes(place.read_bytes())
    sheet = Sheet(copied)
    sheet["penimbang", None, "2026-09"] = "kalibrasi"
    assert isinstance(dropped(lake, sheet.saved()), Harmonised)
    result = run(definitions, instance, key, job="tabulate_upload")
    assert result.success, sentence(result)
