"""`mcode tabulate`: a survey file to cells, tests and tab books."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from mcode_pipelines import __version__
from mcode_pipelines_tests.cli.conftest import Command
from mcode_pipelines_tests.conftest import warung_table

SEX, AREA, PLEASED = "Jenis kelamin", "Wilayah tempat tinggal", "Seberapa puas Anda dengan pelayanan? (1-6)"
VISITS, LIKED = "Berapa kali Anda datang bulan ini?", "Apa yang paling Anda sukai?"

CELL_COLUMNS = [
    "table_id", "row_variable", "row_code", "row_label", "row_kind", "column_variable", "column_code", "column_label",
    "column_letter", "count", "count_unweighted", "column_percent", "row_percent", "value", "letters", "flag",
]  # fmt: skip
TEST_COLUMNS = [
    "table_id", "row_code", "column_a", "column_b", "difference", "statistic", "df", "p_value", "p_adjusted", "overlap",
]  # fmt: skip

PLAN = f"""
title: Pelanggan warung
banner: [total, "{SEX}"]
rows: ["{PLEASED}", "{AREA}", "{VISITS}"]
"""


@pytest.fixture
def plan(folders: Path) -> Path:
    path = folders / "rencana.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def cells(folder: str = "out") -> pl.DataFrame:
    return pl.read_csv(Path(folder) / "cells.csv", infer_schema_length=None)


def test_a_plan_gives_its_tables_and_the_figures_of_the_data(mcode: Command, warung_survey: Path, plan: Path):
    answer = mcode("tabulate", warung_survey, "--plan", plan, "-o", "out")
    assert answer.status == 0, answer.stderr
    made = cells()
    assert made["row_variable"].unique(maintain_order=True).to_list() == [PLEASED, AREA, VISITS]
    assert made["column_variable"].unique(maintain_order=True).to_list() == ["total", SEX]
    expected = warung_table().group_by(SEX, PLEASED).len().rows()
    for sex, pleased, count in expected:
        (cell,) = made.filter(
            row_variable=PLEASED, row_kind="category", row_code=pleased, column_variable=SEX, column_code=sex
        ).to_dicts()
        assert cell["count"] == cell["count_unweighted"] == count
        assert cell["column_percent"] == pytest.approx(100 * count / 60)
    (mean,) = made.filter(row_variable=VISITS, row_code="mean", column_variable="total")["value"]
    assert mean == pytest.approx(warung_table()[VISITS].cast(pl.Float64).mean())


def test_letters_stand_where_a_column_is_surely_higher(mcode: Command, warung_survey: Path, plan: Path):
    assert mcode("tabulate", warung_survey, "--plan", plan, "-o", "out").status == 0
    letters = {
        (row, column): cell
        for row, column, cell in cells()
        .filter(row_variable=PLEASED, row_kind="category", column_variable=SEX)
        .select("row_code", "column_code", "letters")
        .rows()
    }
    # Men answered 1, 3, 5 only and women 2, 4, 6 only: 33 against 0 per cent of 60 each.
    assert [letters[str(n), "Laki-laki"] for n in range(1, 7)] == ["B", None, "B", None, "B", None]
    assert [letters[str(n), "Perempuan"] for n in range(1, 7)] == [None, "A", None, "A", None, "A"]


def test_without_a_plan_every_tabulated_question_stands_against_the_demographics(mcode: Command, warung_survey: Path):
    answer = mcode("tabulate", warung_survey, "-o", "out")
    assert answer.status == 0, answer.stderr
    made = cells()
    assert set(made["row_variable"]) == {SEX, AREA, PLEASED, VISITS, LIKED}
    assert set(made["column_variable"]) == {"total", SEX, AREA}
    assert f"Banner: total, {SEX}, {AREA}. Untuk memilih kolom sendiri, tulis dalam rencana" in answer.stderr
    assert f"{made['table_id'].n_unique()} tables:" in answer.stdout


def test_people_are_not_tabulated(mcode: Command, warung_survey: Path):
    assert mcode("tabulate", warung_survey, "-o", "out", "--formats", "xlsx,csv,json").status == 0
    (book,) = Path("out").glob("*.xlsx")
    shown = [str(cell) for sheet in openpyxl.load_workbook(book).worksheets for row in sheet.values for cell in row]
    for said in [*shown, Path("out/cells.csv").read_text(), Path("out/cells.json").read_text()]:
        assert "08120000" not in said
        assert "R0001" not in said


def test_cells_and_tests_have_the_columns_of_the_contract(mcode: Command, warung_survey: Path, plan: Path):
    assert mcode("tabulate", warung_survey, "--plan", plan, "-o", "out").status == 0
    assert cells().columns[: len(CELL_COLUMNS)] == CELL_COLUMNS
    tests = pl.read_csv("out/tests.csv", infer_schema_length=None)
    assert [column for column in tests.columns if column in TEST_COLUMNS] == TEST_COLUMNS
    assert set(cells()["row_kind"]) == {"base", "category", "statistic"}
    assert {"base_unweighted", "base", "base_effective"} >= set(cells().filter(row_kind="base")["row_code"])
    assert tests["p_value"].is_between(0, 1).all()


def test_every_format_holds_the_same_figures(mcode: Command, warung_survey: Path, plan: Path):
    answer = mcode("tabulate", warung_survey, "--plan", plan, "-o", "out", "--formats", "csv,json,parquet,xlsx")
    assert answer.status == 0, answer.stderr
    from_parquet = pl.read_parquet("out/cells.parquet")
    assert json.loads(Path("out/cells.json").read_text(encoding="utf-8")) == from_parquet.to_dicts()
    from_csv = pl.read_csv("out/cells.csv", schema=from_parquet.schema)
    assert from_csv.equals(from_parquet)
    names = {path.name for path in Path("out").iterdir()}
    books = {name for name in names if name.endswith(".xlsx")}
    assert names - books == {f"{kind}.{ending}" for kind in ("cells", "tests") for ending in ("csv", "json", "parquet")}
    (book,) = books
    assert f"out/{book}" in answer.stdout
    sheets = openpyxl.load_workbook(f"out/{book}").worksheets
    assert len(sheets) >= 3 + 2
    linked = [cell.hyperlink for row in sheets[0].iter_rows() for cell in row if cell.hyperlink]
    assert len(linked) >= 3
    told = dict(row[:2] for row in sheets[1].iter_rows(values_only=True))
    for what, path in (("data", warung_survey), ("rencana", plan)):
        assert told[f"SHA-256 {what}"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (told["Berkas data"], told["Baris data"]) == (warung_survey.name, 120)
    assert told["Lama pengerjaan (detik)"] >= 1
    assert f"mcode_pipelines {__version__}" in told["Versi"]


def test_only_the_formats_that_were_asked_for_are_written(mcode: Command, warung_survey: Path, plan: Path):
    assert mcode("tabulate", warung_survey, "--plan", plan, "-o", "out", "--formats", "parquet").status == 0
    assert {path.name for path in Path("out").iterdir()} == {"cells.parquet", "tests.parquet"}


def test_a_codebook_edited_by_a_person_wins(mcode: Command, warung_survey: Path, plan: Path):
    assert mcode("detect", warung_survey, "-o", "codebook.json").status == 0
    book = json.loads(Path("codebook.json").read_text(encoding="utf-8"))
    for variable in book["variables"]:
        if variable["name"] == SEX:
            variable["choices"][0]["label"] = "PRIA"
        if variable["name"] == PLEASED:
            variable["kind"] = "single_choice"
    Path("codebook.json").write_text(json.dumps(book), encoding="utf-8")
    answer = mcode("tabulate", warung_survey, "--codebook", "codebook.json", "--plan", plan, "-o", "out")
    assert answer.status == 0, answer.stderr
    made = cells()
    assert "PRIA" in set(made["column_label"])
    assert "mean" not in set(made.filter(row_variable=PLEASED)["row_code"])


def test_an_open_question_is_tabulated_by_the_codes_that_are_given(mcode: Command, warung_survey: Path):
    frame = {
        "variable": LIKED,
        "question": LIKED,
        "language": "id",
        "codes": [{"code": 1, "label": "Murah"}, {"code": 2, "label": "Bukan murah"}],
    }
    Path("frame.json").write_text(json.dumps(frame), encoding="utf-8")
    is_cheap = pl.col(LIKED).str.contains("murah")
    table = warung_table()
    table.select(
        respondent="id_responden", variable=pl.lit(LIKED), code=pl.when(is_cheap).then(1).otherwise(2)
    ).write_csv("codes.csv")
    Path("plan.yaml").write_text(f'banner: [total]\nrows: ["{LIKED}"]\n', encoding="utf-8")
    answer = mcode(
        "tabulate", warung_survey, "--plan", "plan.yaml", "--frame", "frame.json", "--coded", "codes.csv", "-o", "out"
    )
    assert answer.status == 0, answer.stderr
    (cheap,) = cells().filter(row_variable=LIKED, row_label="Murah", row_kind="category")["count"]
    assert cheap == table.filter(is_cheap).height
    # Named in a filter alone, it is coded too.
    Path("plan.yaml").write_text(f'banner: [total]\nrows: ["{AREA}"]\nfilter: "\\"{LIKED}\\" = 1"\n', encoding="utf-8")
    answer = mcode(
        "tabulate", warung_survey, "--plan", "plan.yaml", "--frame", "frame.json", "--coded", "codes.csv", "-o", "out"
    )
    assert answer.status == 0, answer.stderr
    (base,) = cells().filter(row_variable=AREA, row_code="base_unweighted")["value"]
    assert base == cheap


def test_progress_goes_to_the_error_stream_and_paths_to_the_other(mcode: Command, warung_survey: Path, plan: Path):
    answer = mcode("tabulate", warung_survey, "--plan", plan, "-o", "out")
    assert "3 of 3" in answer.stderr
    assert "of 3" not in answer.stdout
    first, *paths = answer.stdout.splitlines()
    assert first == "3 tables:"
    assert len(paths) == 3
    assert all(Path(path.strip()).is_file() for path in paths)


def test_tables_that_cannot_be_made_are_told_beside_those_that_were(mcode: Command, warung_survey: Path):
    Path("plan.yaml").write_text(
        f'rows: ["{AREA}", Wilaya, {{variable: "{AREA}", filter: "umr > 3"}}]\n'
        "banner: [total, Wilayu]\non_missing: drop\ndefine: {usia: {variable: umurr, quantiles: 2}}\n",
        encoding="utf-8",
    )
    answer = mcode("tabulate", warung_survey, "--plan", "plan.yaml", "-o", "out", "--formats", "csv")
    assert answer.status == 0
    assert answer.stdout.startswith("1 table:\n")
    told = [line for line in answer.stderr.splitlines() if line.startswith("Not made: ")]
    assert [line.split(": ")[1] for line in told] == ["define", "banner", "Wilaya", AREA]
    assert "tidak ada variabel 'Wilaya'" in told[2]  # as in the book, which is Indonesian


def test_a_table_that_nobody_answered_is_told_and_stands_so_in_the_contents(mcode: Command, folders: Path):
    variables = [{"name": name, "label": name, "kind": "numeric", "columns": [name]} for name in ("a", "b")]
    Path("codebook.json").write_text(json.dumps({"variables": variables}), encoding="utf-8")
    pl.DataFrame({"a": [1, 2, 3], "b": [None, None, None]}, schema={"a": pl.Int64, "b": pl.Int64}).write_csv("d.csv")
    Path("plan.yaml").write_text("language: en\n", encoding="utf-8")
    answer = mcode("tabulate", "d.csv", "--codebook", "codebook.json", "--plan", "plan.yaml", "-o", "out")
    assert answer.status == 0, answer.stderr
    assert "b: Nobody in the base answered this question." in answer.stderr.splitlines()
    (path,) = Path("out").glob("*.xlsx")
    contents = [[c.value for c in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]
    assert [row[3] for row in contents if row[1] == "b" or row[2] == "b"] == [
        "Nobody in the base answered this question."
    ]


def test_texts_among_numbers_are_told_once_with_the_row_they_are_missing_from(mcode: Command, folders: Path):
    variables = [{"name": name, "label": name, "kind": "numeric", "columns": [name]} for name in ("a", "b", "c")]
    Path("codebook.json").write_text(json.dumps({"variables": variables}), encoding="utf-8")
    pl.DataFrame({"a": ["1", "many", "few", "2,5"], "b": [1, 2, 3, 4], "c": ["x", "1", "2", None]}).write_csv("d.csv")
    rows = "rows: [a, b, {variable: a, bands: {low: [0, 2]}}, {variable: All, items: [a, c], summary: mean}]"
    for language, sentence in (
        ("en", "{n} answers are not numbers and are left out."),
        ("id", "{n} jawaban bukan angka dan tidak dihitung."),
    ):
        Path("plan.yaml").write_text(f"language: {language}\nbanner: [total]\n{rows}\n", encoding="utf-8")
        answer = mcode("tabulate", "d.csv", "--codebook", "codebook.json", "--plan", "plan.yaml", "-o", "out")
        assert answer.status == 0, answer.stderr
        told = [line for line in answer.stderr.splitlines() if sentence[4:] in line]
        assert told == [f"a: {sentence.format(n=2)}", f"All: {sentence.format(n=3)}"]


def test_a_second_run_takes_the_place_of_the_first(mcode: Command, warung_survey: Path, plan: Path):
    assert mcode("tabulate", warung_survey, "--plan", plan, "-o", "out").status == 0
    first = {path.name: path.read_bytes() for path in Path("out").glob("*.csv")}
    assert mcode("tabulate", warung_survey, "--plan", plan, "-o", "out").status == 0
    assert {path.name: path.read_bytes() for path in Path("out").glob("*.csv")} == first
    assert not [path for path in Path("out").iterdir() if path.name.startswith(".")]


def test_text_like_a_formula_stays_text_in_every_output(mcode: Command, folders: Path):
    hostile = ['=HYPERLINK("http://example.org","x")', "+1+1", "@SUM(A1)", "-2+3", "=cmd|' /C calc'!A0"]
    table = pl.DataFrame(
        {
            "=2+2 Kota": [hostile[n % 5] for n in range(60)],
            "Jenis kelamin": [("Laki-laki", "Perempuan")[n % 2] for n in range(60)],
        }
    )
    table.write_csv("jahat.csv")
    assert mcode("detect", "jahat.csv", "-o", "codebook.json").status == 0
    book = json.loads(Path("codebook.json").read_text(encoding="utf-8"))
    for variable in book["variables"]:
        variable["kind"] = "single_choice"
        variable.setdefault("choices", [])
    book["variables"][0]["choices"] = [{"code": text, "label": text} for text in hostile]
    Path("codebook.json").write_text(json.dumps(book), encoding="utf-8")
    answer = mcode(
        "tabulate", "jahat.csv", "--codebook", "codebook.json", "-o", "out", "--formats", "xlsx,csv,json,parquet"
    )
    assert answer.status == 0, answer.stderr
    assert set(hostile) <= set(pl.read_parquet("out/cells.parquet")["row_label"])
    assert set(hostile) <= {cell["row_label"] for cell in json.loads(Path("out/cells.json").read_text())}
    for line in cells().select(pl.col(pl.String)).iter_rows():
        assert not [text for text in line if text and text[0] in "=+@-" and text != "@"]
    (path,) = Path("out").glob("*.xlsx")
    read = [cell for sheet in openpyxl.load_workbook(path).worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in read if cell.data_type == "f"]
    assert set(hostile) <= {cell.value for cell in read}
    assert not [c for c in read if c.hyperlink and c.hyperlink.target and "example.org" in c.hyperlink.target]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("rows: [S99]\n", ["S99"]),
        (f'rows: ["{PLEASED}"]\nweight: bobot\n', ["bobot"]),
        (f'rows: ["{PLEASED}"]\nfilter: "\\"{AREA}\\" = \'Jakarta\'"\n', ["filter"]),
        (f'rows: ["{PLEASED}"]\nfilter: "umur = = 3"\n', ["filter"]),
        (f'rows: ["{PLEASED}"]\nbarner: [total]\n', ["barner"]),
        ("rows: [\n", ["line"]),
        ("- total\n", ["rencana.yaml"]),
    ],
)
def test_a_plan_that_cannot_be_used_is_told_with_its_place(
    mcode: Command, warung_survey: Path, plan: Path, written: str, told: list[str]
):
    plan.write_text(written, encoding="utf-8")
    sentence = mcode("tabulate", warung_survey, "--plan", plan, "-o", "out").sentence
    assert all(word in sentence for word in told), sentence
    assert not Path("out").exists()


def test_a_filter_that_selects_nobody_is_told_before_any_answer_is_coded(mcode: Command, warung_survey: Path):
    Path("plan.yaml").write_text(f'rows: ["{LIKED}"]\nfilter: "\\"{VISITS}\\" > 900"\n', encoding="utf-8")
    answer = mcode("tabulate", warung_survey, "--plan", "plan.yaml", "-o", "new/out")
    assert "no rows after filter" in answer.sentence
    assert answer.stderr.splitlines() == [f"Error: {answer.sentence}"]
    assert not Path("new").exists()


def test_a_survey_without_open_questions_is_tabulated(mcode: Command, folders: Path):
    warung_table().drop(LIKED).write_csv("tanpa.csv")
    answer = mcode("tabulate", "tanpa.csv", "-o", "out")
    assert answer.status == 0, answer.stderr
    assert set(cells()["row_variable"]) == {SEX, AREA, PLEASED, VISITS}


def test_unknown_formats_are_told_before_any_work(mcode: Command, folders: Path):
    sentence = mcode("tabulate", "nothing.csv", "-o", "out", "--formats", "xlsx,pdf").sentence
    assert "pdf" in sentence
    assert "xlsx, csv, json, parquet" in sentence


def test_an_earlier_wave_stands_beside_this_one(mcode: Command, warung_survey: Path, plan: Path, tmp_path: Path):
    may = tmp_path / "mei.csv"
    warung_table(90).write_csv(may)
    answer = mcode("tabulate", warung_survey, "--plan", plan, "--wave", f"2026-05={may}", "-o", "out")
    assert answer.status == 0, answer.stderr
    bases = cells().filter(pl.col("row_code") == "base_unweighted", pl.col("row_variable") == AREA)
    assert bases.select("column_variable", "column_code", "value").rows()[:3] == [
        ("total", "@", 210.0),
        ("wave", "2026-05", 90.0),
        ("wave", "warung_2026", 120.0),
    ]


def test_the_metadata_sheet_lists_the_file_of_every_wave_and_every_variable(mcode: Command, folders: Path):
    names = ("sex", "age", "price", "speed", "unused")
    variables = [{"name": name, "label": f"Label {name}", "kind": "numeric", "columns": [name]} for name in names]
    Path("codebook.json").write_text(json.dumps({"variables": variables}), encoding="utf-8")
    for name, people in (("old", 5), ("then", 7), ("now", 9)):
        pl.DataFrame({name: [1, 2, 3] * people for name in names}).write_csv(f"{name}.csv")
    Path("plan.yaml").write_text(
        "language: en\nwave: w3\nwaves: [w2, w3]\nbanner: [total]\n"
        "define: {old: {cases: {Old: age > 1}}}\nfilter: old = 1\n"
        "rows: [{variable: Both, items: [price, speed], summary: mean, filter: sex < 3}]\n",
        encoding="utf-8",
    )
    waves = ("--wave", "w1=old.csv", "--wave", "w2=then.csv")
    answer = mcode("tabulate", "now.csv", "--codebook", "codebook.json", "--plan", "plan.yaml", *waves, "-o", "out")
    assert answer.status == 0, answer.stderr
    (path,) = Path("out").glob("now*.xlsx")
    told = [(str(row[0].value), row[1].value) for row in openpyxl.load_workbook(path)["Metadata"].iter_rows()]
    files = [fact for fact in told if fact[0] in {"Data file", "SHA-256 of the data", "Rows of data", "Earlier wave"}]
    assert files == [
        ("Data file", "now.csv"),
        ("SHA-256 of the data", hashlib.sha256(Path("now.csv").read_bytes()).hexdigest()),
        ("Rows of data", 27),
        ("Earlier wave", "w2"),
        ("Data file", "then.csv"),
        ("SHA-256 of the data", hashlib.sha256(Path("then.csv").read_bytes()).hexdigest()),
        ("Rows of data", 21),
    ]
    assert [name for name, label in told if label == f"Label {name}"] == ["sex", "age", "price", "speed"]


def test_codes_that_only_an_earlier_wave_has_are_counted_with_a_given_codebook(mcode: Command, folders: Path):
    question = {"name": "Q", "label": "Quest", "kind": "single_choice", "columns": ["Q"]}
    several = {"name": "M", "label": "Multi", "kind": "multi_choice", "columns": ["M"], "delimiter": ";"}
    listed = {"choices": [{"code": "1", "label": "One"}, {"code": "2", "label": "Two"}]}
    codebook = {"variables": [{**question, **listed, "missing": ["9"]}, {**several, **listed}]}
    Path("codebook.json").write_text(json.dumps(codebook), encoding="utf-8")
    pl.DataFrame({"Q": [1, 2, 2, 1] * 10, "M": ["1", "1;2", "2", "2"] * 10}).write_csv("now.csv")
    pl.DataFrame({"Q": [1, 3, 3, 9] * 10, "M": ["1;4", "4", "2", None] * 10}).write_csv("then.csv")
    Path("plan.yaml").write_text("rows: [Q, M]\nlanguage: en\n", encoding="utf-8")
    answer = mcode(
        "tabulate",
        "now.csv",
        "--codebook",
        "codebook.json",
        "--plan",
        "plan.yaml",
        "--wave",
        "w1=then.csv",
        "-o",
        "out",
    )
    assert answer.status == 0, answer.stderr
    then = cells().filter(column_variable="wave", column_code="w1")
    bases = then.filter(row_code="base_unweighted")
    assert dict(bases.select("row_variable", "value").rows()) == {"Q": 30, "M": 30}
    shown = then.filter(row_kind="category").select("row_variable", "row_code", "row_label", "count").rows()
    assert shown == [
        ("Q", "1", "One", 10), ("Q", "2", "Two", 0), ("Q", "3", "3", 20),
        ("M", "1", "One", 10), ("M", "2", "Two", 10), ("M", "4", "4", 20),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wave", "sentence"),
    [
        ("mei.csv", "--wave mei.csv: write a label, the data and, where it has its own, the form or codebook"),
        ("2026-05=tidak_ada.csv", "there is no such file"),
    ],
)
def test_a_wave_that_cannot_be_read_is_told(mcode: Command, warung_survey: Path, wave: str, sentence: str):
    answer = mcode("tabulate", warung_survey, "--wave", wave, "-o", "out")
    assert answer.status != 0
    assert sentence in answer.stderr


def test_a_frame_or_codes_for_a_question_that_is_not_open_ended_are_told(mcode: Command, folders: Path):
    lines = ["id,stad,waarom", *(f"{n},{('Delft', 'Gouda', 'Leiden')[n % 3]},omdat {n} dichtbij is" for n in range(60))]
    data, frame, coded = folders / "steden.csv", folders / "stad.frame.json", folders / "codes.csv"
    data.write_text("\n".join(lines), encoding="utf-8")
    codes = [{"code": 1, "label": "Delft"}]
    frame.write_text(json.dumps({"variable": "stad", "question": "stad", "language": "en", "codes": codes}), "utf-8")
    answer = mcode("tabulate", data, "--frame", frame, "-o", "out")
    assert answer.status == 1
    assert "stad.frame.json: the code frame is for stad, which is not open-ended but single choice" in answer.stderr
    coded.write_text("respondent,variable,code\n1,stad,1\n", "utf-8")
    answer = mcode("tabulate", data, "--coded", coded, "-o", "out")
    assert answer.status == 1
    assert "--coded: the codes are for stad, which is not open-ended but single choice" in answer.stderr
    coded.write_text("respondent,variable,code\n1,land,1\n", "utf-8")
    answer = mcode("tabulate", data, "--coded", coded, "-o", "out")
    assert "for 'land', which is no question of the data" in answer.stderr
