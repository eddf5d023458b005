"""The seven stages through Dagster, on real files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import dagster as dg
import openpyxl
import polars as pl
import pytest

from mcode_pipelines.defs.jobs import STAGES
from mcode_pipelines.lake import BEFORE, OUTPUTS, Lake
from mcode_pipelines_tests.defs.conftest import admitted, run, sentence


def metadata_of(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, object]:
    (event,) = [
        e for e in result.get_asset_materialization_events() if e.asset_key and e.asset_key.to_user_string() == asset
    ]
    return {name: value.value for name, value in event.step_materialization_data.materialization.metadata.items()}


@pytest.fixture
def finished(definitions, instance, lake: Lake, warung_survey: Path) -> tuple[str, dg.ExecuteInProcessResult]:
    key = admitted(lake, warung_survey)
    result = run(definitions, instance, key)
    assert result.success, sentence(result)
    return key, result


def test_an_upload_becomes_coded_data_and_a_tab_book(finished, lake: Lake):
    key, result = finished
    names = sorted(p.name for p in lake.path(OUTPUTS, key).iterdir())
    assert names == [f"{key}_coded.xlsx", f"{key}_review.xlsx", f"{key}_tabel_001.xlsx"]
    coded = openpyxl.load_workbook(lake.path(OUTPUTS, key) / names[0], read_only=True)
    header = [cell.value for cell in next(coded.worksheets[0].iter_rows(max_row=1))]
    at = header.index("Apa yang paling Anda sukai?")
    assert [str(h).rsplit("_", 1)[-1] for h in header[at + 1 : at + 4]] == ["coded", "label", "confidence"]
    assert metadata_of(result, "raw_data")["rows"] == 120
    book = openpyxl.load_workbook(lake.path(OUTPUTS, key) / names[2], read_only=True)
    told = dict(row[:2] for row in book["Metadata"].iter_rows(max_col=2, values_only=True))
    upload = lake.uploads.get(key)
    facts = [told[name] for name in ("Unggahan", "Partisi", "SHA-256 data", "Baris data", "Run")]
    assert facts == [upload.name, key, upload.sha256, 120, result.run_id]
    assert told["Lama pengerjaan (detik)"] >= 1


def test_every_stage_says_how_long_it_took_and_passes_its_checks(finished):
    _, result = finished
    for asset in STAGES:
        assert metadata_of(result, asset)["seconds"] >= 0
    checks = result.get_asset_check_evaluations()
    assert len(checks) == 7
    assert [c.check_name for c in checks if not c.passed] == []


def test_personal_data_gets_no_table_and_no_code(finished, lake: Lake):
    key, _ = finished
    plan = lake.open("tabulation_plan", key)
    assert "Nomor HP" not in {row.variable for row in plan.rows}
    assert "Nomor HP" not in set(lake.open("classified_responses", key)["variable"])


def test_the_plan_says_why_its_columns_were_chosen_and_how_to_choose_others(finished, lake: Lake):
    key, result = finished
    told = metadata_of(result, "tabulation_plan")
    reasons = {record.data["variable"]: record.data for record in told["banner_reasons"].records}
    shown = [item.variable for item in lake.open("tabulation_plan", key).banner]
    assert shown == ["total", *(name for name, reason in reasons.items() if reason["columns"] != "-")]
    assert all(reason["why"] for reason in reasons.values())
    assert "banner: [total, " in told["change_the_banner"]


def test_non_answers_are_coded_99_and_alike_answers_alike(finished, lake: Lake, warung_survey: Path):
    key, _ = finished
    codings = lake.open("classified_responses", key)
    raw = lake.open("raw_data", key).data.collect()
    answers = raw.select("__row__", answer="Apa yang paling Anda sukai?").join(codings, on="__row__")
    assert set(answers.filter(pl.col("answer") == "tidak ada")["code"]) == {99}
    codes = answers.group_by("__row__", "answer").agg(pl.col("code").sort())
    assert codes.group_by("answer").agg(pl.col("code").n_unique())["code"].unique().to_list() == [1]


def test_one_stage_can_be_made_anew_with_other_settings(finished, definitions, instance, lake: Lake):
    key, _ = finished
    result = run(definitions, instance, key, "tabulate_upload", tabulation_plan={"language": "en", "title": "Warung"})
    assert result.success, sentence(result)
    assert lake.open("tabulation_plan", key).language == "en"
    refused = run(definitions, instance, key, "tabulate_upload", tabulation_plan={"language": "jp"})
    assert not refused.success
    said = [event.message or "" for event in refused.get_step_failure_events()]
    said += [str(event.step_failure_data.error) for event in refused.get_step_failure_events()]
    assert "language: 'jp' is not known; it can be id or en" in " ".join(said)
    assert lake.open("tabulation_plan", key).language == "en"
    result = run(definitions, instance, key, "deliver_upload", excel_outputs={"tables_per_book": 2})
    assert result.success, sentence(result)
    books = sorted(p.name for p in lake.path(OUTPUTS, key).glob("*_tables_*.xlsx"))
    assert books[:2] == [f"{key}_tables_001.xlsx", f"{key}_tables_002.xlsx"]
    assert not list(lake.path(OUTPUTS, key).glob("*_tabel_*"))


def test_a_plan_with_an_unknown_variable_fails_in_one_sentence(finished, definitions, instance):
    key, _ = finished
    result = run(definitions, instance, key, "tabulate_upload", tabulation_plan={"plan_yaml": "rows: [Jenis klamin]"})
    assert not result.success
    assert "Jenis klamin" in sentence(result)
    assert "Jenis kelamin" in sentence(result)
    (failure,) = result.filter_events(lambda event: event.is_step_failure)
    assert failure.step_failure_data.error.stack == []
    assert failure.step_failure_data.error.cause is None


def test_a_filter_that_nobody_meets_is_told(finished, definitions, instance):
    key, _ = finished
    result = run(
        definitions, instance, key, "tabulate_upload", tabulation_plan={"filter": "\"Jenis kelamin\" = 'Lainnya'"}
    )
    assert not result.success
    assert "\n" not in sentence(result)


def test_a_stage_asked_for_too_early_says_what_to_run_first(definitions, instance, lake: Lake, warung_survey: Path):
    key = admitted(lake, warung_survey)
    result = run(definitions, instance, key, "tabulate_upload")
    assert not result.success
    assert "has not been made yet" in sentence(result)


def test_a_survey_without_open_questions_still_gets_its_tables(definitions, instance, lake: Lake, tmp_path: Path):
    path = tmp_path / "tertutup.csv"
    path.write_text("Jenis kelamin,Puas\n" + "".join(f"{'LP'[n % 2]},{1 + n % 5}\n" for n in range(60)))
    key = admitted(lake, path)
    result = run(definitions, instance, key)
    assert result.success, sentence(result)
    assert lake.open("classified_responses", key).height == 0
    assert list(lake.path(OUTPUTS, key).glob("*_001.xlsx"))


def test_given_frames_codebook_and_codes_are_used(
    definitions, instance, lake: Lake, tmp_path: Path, warung_survey: Path
):
    folder = tmp_path / "warung"
    folder.mkdir()
    warung_survey.rename(folder / "data.csv")
    question = "Apa yang paling Anda sukai?"
    codes = [{"code": 7, "label": "Staf"}, {"code": 9, "label": "Kebersihan"}, {"code": 96, "label": "Lainnya"}]
    frame = {"variable": question, "question": question, "language": "id", "codes": codes, "other": 96}
    (folder / "suka.frame.json").write_text(json.dumps(frame))
    edit = {"name": "Berapa kali Anda datang bulan ini?", "label": "Kunjungan"}
    (folder / "codebook.json").write_text(json.dumps({"variables": [edit]}))
    (folder / "codes.csv").write_text(
        f"respondent,variable,code\nR0000,{question},9\nR0001,{question},55\nR0002,E9,1\n"
    )
    key = admitted(lake, folder)
    result = run(definitions, instance, key)
    assert result.success, sentence(result)
    told = [
        record.data["not used"]
        for record in metadata_of(result, "classified_responses")["corrections_not_used"].records
    ]
    assert "code 55 is not in its code frame; the decision about respondent R0001 was not used" in told[0]
    assert told[1].startswith("E9: it is no question that is coded here")
    assert [c.code for c in lake.open("code_frames", key).of(question).codes][:3] == [7, 9, 96]
    assert lake.open("detected_variables", key)["Berapa kali Anda datang bulan ini?"].label == "Kunjungan"
    assert lake.open("detected_variables", key)["Berapa kali Anda datang bulan ini?"].kind == "numeric"
    codings = lake.open("classified_responses", key)
    first = codings.filter(pl.col("respondent") == "R0000")
    assert first.select("code", "decided_by").rows() == [(9, "person")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_storage_that_cannot_be_written_is_told(definitions, instance, lake: Lake, warung_survey: Path):
    key = admitted(lake, warung_survey)
    (lake.root / "raw_data").mkdir()
    (lake.root / "raw_data").chmod(0o500)
    result = run(definitions, instance, key)
    assert "no permission" in sentence(result)


def test_the_page_of_coded_answers_shows_codes_confidence_deciders_and_what_to_review(finished, lake: Lake):
    key, result = finished
    seen = metadata_of(result, "classified_responses")
    codings = lake.open("classified_responses", key)
    name = codings["variable"][0]
    assert str(seen["review_workbook"]).endswith(f"{key}_review.xlsx")
    assert Path(str(seen["review_workbook"])).is_file()

    def column(table: str, heading: str) -> list[str]:
        return [record.data[heading] for record in seen[f"{name}: {table}"].records]

    counted = {f"{code} {label}": n for code, label, n in codings.group_by("code", "label").len().iter_rows()}
    shown = dict(zip(column("codes", "code"), map(int, column("codes", "answers")), strict=True))
    assert {code: n for code, n in shown.items() if n} == counted
    assert all(column("codes", "examples")[place] for place, n in enumerate(shown.values()) if n)
    answers = codings["__row__"].n_unique()
    for table in ("confidence", "decided by"):
        assert sum(map(int, column(table, "answers"))) == answers
    surest = codings.group_by("__row__").agg(pl.col("confidence").min()).filter(pl.col("confidence") >= 0.9).height
    assert int(column("confidence", "answers")[0]) == surest


def test_the_books_of_the_run_before_are_kept_one_generation_by_their_names(
    finished, definitions, instance, lake: Lake
):
    key, _ = finished
    again = run(definitions, instance, key, "deliver_upload")
    folder = lake.path(OUTPUTS, key)
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    assert sorted(path.name for path in (folder / BEFORE).iterdir()) == names
    third = run(definitions, instance, key, "deliver_upload")
    runs = []
    for place in (folder, folder / BEFORE):
        book = openpyxl.load_workbook(place / f"{key}_tabel_001.xlsx", read_only=True)
        runs.append(dict(row[:2] for row in book["Metadata"].iter_rows(max_col=2, values_only=True))["Run"])
    assert runs == [third.run_id, again.run_id]
    assert not (folder / BEFORE / BEFORE).exists()
    assert metadata_of(third, "excel_outputs")["files_of_the_run_before"] == str(folder / BEFORE)
