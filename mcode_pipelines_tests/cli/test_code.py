"""`mcode code`: one open-ended question to frame.json and codes.csv."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from mcode_pipelines_tests.cli.conftest import Command
from mcode_pipelines_tests.conftest import warung_table

ROOT = Path(__file__).parents[2]
QUESTION = "Apa yang paling Anda sukai?"
COLUMNS = ["respondent", "variable", "code", "label", "confidence", "decided_by"]

FRAME = {
    "variable": "sukai",
    "question": QUESTION,
    "language": "id",
    "codes": [
        {"code": 3, "label": "Pelayanan", "definition": "staf dan pelayan ramah, sopan"},
        {"code": 7, "label": "Kebersihan", "definition": "tempat, meja, lantai bersih"},
        {"code": 9, "label": "Harga", "definition": "harga murah, meriah"},
        {"code": 98, "label": "Lainnya"},
        {"code": 99, "label": "Tidak ada jawaban"},
    ],
}


@pytest.fixture
def frame(folders: Path) -> Path:
    path = folders / "bingkai.json"
    path.write_text(json.dumps(FRAME), encoding="utf-8")
    return path


def codes(folder: str = "out") -> pl.DataFrame:
    table = pl.read_csv(Path(folder) / "codes.csv", infer_schema_length=None)
    assert table.columns == COLUMNS
    return table


def made_frame(folder: str = "out") -> dict:
    return json.loads((Path(folder) / "frame.json").read_text(encoding="utf-8"))


def test_the_only_open_question_needs_no_name(mcode: Command, warung_survey: Path):
    answer = mcode("code", warung_survey, "-o", "out")
    assert answer.status == 0, answer.stderr
    assert f"120 answers of {QUESTION}" in answer.stdout
    frame, table = made_frame(), codes()
    assert frame["variable"] == QUESTION
    assert frame["language"] == "id"
    assert set(table["variable"]) == {QUESTION}
    assert set(table["respondent"]) == set(warung_table()["id_responden"])
    labels = {code["code"]: code["label"] for code in frame["codes"]}
    assert all(labels[code] == label for code, label in table.select("code", "label").unique().rows())
    assert table["confidence"].is_between(0, 1).all()
    assert set(table["decided_by"]) <= {"rule", "duplicate", "model", "person"}
    assert {path.name for path in Path("out").iterdir()} == {"frame.json", "codes.csv"}


def test_nothing_said_is_code_99_by_rule_and_said_alike_is_coded_alike(mcode: Command, warung_survey: Path):
    assert mcode("code", warung_survey, "-v", QUESTION, "-o", "out").status == 0
    said = warung_table().select(respondent="id_responden", text=QUESTION)
    coded = codes().join(said, on="respondent")
    nothing = coded.filter(pl.col("text") == "tidak ada")
    assert set(nothing["code"]) == {99}
    assert "rule" in set(nothing["decided_by"])
    alike = (
        coded.group_by("text", "respondent").agg(pl.col("code").sort()).group_by("text").agg(pl.col("code").unique())
    )
    assert (alike["code"].list.len() == 1).all()


def test_progress_goes_to_the_error_stream(mcode: Command, warung_survey: Path):
    answer = mcode("code", warung_survey, "-o", "out")
    assert f"{QUESTION}: 120 of 120 answers" in answer.stderr
    assert answer.stdout.count("\n") == 1


def test_without_an_identifier_respondents_are_row_numbers_from_1(mcode: Command, folders: Path):
    warung_table(40).drop("id_responden", "Nomor HP").write_csv(folders / "tanpa_id.csv")
    assert mcode("code", "tanpa_id.csv", "-o", "out").status == 0
    assert set(codes()["respondent"]) == set(range(1, 41))


def test_a_frame_is_used_as_it_is(mcode: Command, warung_survey: Path, frame: Path):
    assert mcode("code", warung_survey, "--frame", frame, "-o", "out").status == 0
    assert [(c["code"], c["label"]) for c in made_frame()["codes"]] == [(c["code"], c["label"]) for c in FRAME["codes"]]
    said = warung_table().select(respondent="id_responden", text=QUESTION)
    coded = codes().join(said, on="respondent")
    assert set(coded["code"]) <= {3, 7, 9, 98, 99}
    for word, code in {"murah": 9, "bersih": 7}.items():
        of_word = coded.filter(pl.col("text").str.contains(word))
        right = of_word.filter(pl.col("code") == code)["respondent"].n_unique()
        assert right / of_word["respondent"].n_unique() > 0.9, word


def test_coded_examples_are_decided_and_teach(mcode: Command, warung_survey: Path, frame: Path, folders: Path):
    # Nothing in the words of this code says what belongs to it: only the examples do.
    codes_of_frame = [{"code": 11, "label": "Kelompok K"} if c["code"] == 9 else c for c in FRAME["codes"]]
    frame.write_text(json.dumps({**FRAME, "codes": codes_of_frame}), encoding="utf-8")
    taught = warung_table().filter(pl.col(QUESTION).str.contains("murah")).head(20)
    taught.select(respondent="id_responden", variable=pl.lit(QUESTION), code=pl.lit(11)).write_csv("contoh.csv")
    assert mcode("code", warung_survey, "--frame", frame, "--coded", "contoh.csv", "-o", "out").status == 0
    coded = codes()
    decided = coded.filter(pl.col("respondent").is_in(taught["id_responden"].to_list()))
    assert set(decided["code"]) == {11}
    assert set(decided["decided_by"]) == {"person"}
    others = warung_table().filter(pl.col(QUESTION).str.contains("murah"))["id_responden"].to_list()[20:]
    learnt = coded.filter(pl.col("respondent").is_in(others) & (pl.col("code") == 11))
    assert learnt["respondent"].n_unique() > len(others) / 2


def test_codes_written_by_the_command_are_taken_back_as_examples(mcode: Command, warung_survey: Path):
    assert mcode("code", warung_survey, "-o", "out").status == 0
    again = mcode("code", warung_survey, "--frame", "out/frame.json", "--coded", "out/codes.csv", "-o", "again")
    assert again.status == 0, again.stderr
    assert set(codes("again")["decided_by"]) == {"person"}
    same = ["respondent", "code", "label"]
    assert codes("again").select(same).sort(same).equals(codes().select(same).sort(same))


def test_one_code_an_answer_and_few_codes_on_request(mcode: Command, warung_survey: Path):
    answer = mcode("code", warung_survey, "--codes-per-answer", "1", "--max-codes", "4", "-o", "out")
    assert answer.status == 0, answer.stderr
    assert codes().group_by("respondent").len()["len"].max() == 1
    themes = [c for c in made_frame()["codes"] if c["label"] not in {"Lainnya", "Tidak ada jawaban"}]
    assert 1 <= len(themes) <= 4


def test_a_column_that_detection_took_for_something_else_can_be_coded(mcode: Command, warung_survey: Path):
    assert mcode("code", warung_survey, "-v", "Wilayah tempat tinggal", "-o", "out").status == 0
    assert codes()["respondent"].n_unique() == 120


def test_everybody_who_typed_something_is_coded_also_na_and_null(mcode: Command, folders: Path):
    typed = ["NA", "n/a", "nan", "null", "N/A", "None"]
    said = ["toilet kotor", "petugas galak", "harga mahal"]
    for name, answers in (("few", said * 10), ("many", [f"{s} di kapal {i}" for i in range(10) for s in said])):
        pl.DataFrame({"kesan": [*answers, *typed]}).write_csv(folders / f"{name}.csv")
        assert mcode("code", folders / f"{name}.csv", "-v", "kesan", "-o", name).status == 0
        table = codes(name)
        assert table["respondent"].n_unique() == 36
        assert table.filter(pl.col("code") == 99)["respondent"].to_list() == list(range(31, 37))


def test_several_open_questions_want_a_name(mcode: Command, folders: Path):
    table = warung_table()
    table.with_columns(pl.col(QUESTION).reverse().alias("Apa yang harus diperbaiki?")).write_csv("dua.csv")
    sentence = mcode("code", "dua.csv", "-o", "out").sentence
    assert "-v" in sentence
    assert QUESTION in sentence
    assert "Apa yang harus diperbaiki?" in sentence


def test_no_open_question_is_said(mcode: Command, folders: Path):
    warung_table().drop(QUESTION).write_csv("tanpa.csv")
    assert "none was detected" in mcode("code", "tanpa.csv", "-o", "out").sentence


def test_an_unknown_question_is_answered_with_those_there_are(mcode: Command, warung_survey: Path):
    sentence = mcode("code", warung_survey, "-v", "E9", "-o", "out").sentence
    assert "E9" in sentence
    assert QUESTION in sentence


def test_an_empty_column_has_nothing_to_code(mcode: Command, folders: Path):
    warung_table(30).with_columns(pl.lit("").alias("Saran")).write_csv("kosong.csv")
    assert "Saran has no answers to code" in mcode("code", "kosong.csv", "-v", "Saran", "-o", "out").sentence


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "empty"),
        ("{", "not sound JSON"),
        ("[]", "no code frame"),
        (json.dumps({**FRAME, "codes": [{"code": 1, "label": "A"}, {"code": 1, "label": "B"}]}), "1"),
        (json.dumps([FRAME, {**FRAME, "variable": "lain"}]), "2 code frames"),
    ],
)
def test_a_frame_that_cannot_be_used_is_told(mcode: Command, warung_survey: Path, content: str, told: str):
    Path("rusak.json").write_text(content, encoding="utf-8")
    sentence = mcode("code", warung_survey, "--frame", "rusak.json", "-o", "out").sentence
    assert "rusak.json" in sentence
    assert told in sentence


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "contoh.csv"),
        ("respondent,code\nR0000,3\n", "variable"),
        (f"respondent,variable,code\nR0000,{QUESTION},1000\n", "1000"),
        (f"respondent,variable,code\nR0000,{QUESTION},tiga\n", "tiga"),
        (f"respondent,variable,code\nX1,{QUESTION},3\n", "X1"),
        ("respondent,variable,code\nR0000,E9,3\n", "E9"),
    ],
)
def test_coded_examples_that_cannot_be_used_are_told(
    mcode: Command, warung_survey: Path, frame: Path, content: str, told: str
):
    Path("contoh.csv").write_text(content, encoding="utf-8")
    sentence = mcode("code", warung_survey, "--frame", frame, "--coded", "contoh.csv", "-o", "out").sentence
    assert told in sentence
    assert not Path("out/codes.csv").exists()


def test_a_corrected_review_workbook_is_taken_back_and_its_codes_stay(mcode: Command, warung_survey: Path):
    assert mcode("code", warung_survey, "--workbooks", "-o", "out").status == 0
    path = Path("out/warung_2026_review.xlsx")
    book = load_workbook(path)
    answers, frame = book[book.sheetnames[1]], book[book.sheetnames[2]]
    said = answers.cell(2, 2).value
    kept = frame.cell(2, 1).value
    frame.cell(2, 2).value = "Nama dari analis"
    for column, value in zip(range(4, 7), (kept, None, None), strict=True):
        answers.cell(2, column).value = value
    answers.cell(3, 4).value = 777
    book.save("koreksi.xlsx")
    answer = mcode("code", warung_survey, "--review", "koreksi.xlsx", "-o", "kedua")
    assert answer.status == 0, answer.stderr
    assert "1 answer corrected" in answer.stdout or "1 agreed to" in answer.stdout
    assert "baris 3: kode 777 tidak ada dalam kerangka" in answer.stdout
    who = warung_table().filter(pl.col(QUESTION) == said)["id_responden"]
    decided = codes("kedua").filter(pl.col("respondent").is_in(who.implode()))
    assert set(decided.select("code", "label", "decided_by").rows()) == {(kept, "Nama dari analis", "person")}
    again = ("--frame", "kedua/frame.json", "--coded", "kedua/decided.csv", "--earlier", "kedua/codes.csv")
    assert mcode("code", warung_survey, *again, "-o", "ketiga").status == 0
    assert Path("ketiga/codes.csv").read_bytes() == Path("kedua/codes.csv").read_bytes()


def test_a_review_of_another_file_is_told(mcode: Command, warung_survey: Path):
    assert mcode("code", warung_survey, "--workbooks", "-o", "out").status == 0
    warung_table(60).write_csv("lain.csv")
    sentence = mcode("code", "lain.csv", "--review", "out/warung_2026_review.xlsx", "-o", "kedua").sentence
    assert "made from other data" in sentence


def test_a_choice_question_is_coded_with_the_texts_behind_its_other_choice(mcode: Command, folders: Path):
    ferry = ROOT / "examples" / "ferry_satisfaction"
    answer = mcode(
        "code", ferry / "data.xlsx", "--form", ferry / "form.xlsx", "-v", "S22_L", "--workbooks", "-o", "out"
    )
    assert answer.status == 0, answer.stderr
    frame = made_frame()
    assert (frame["variable"], frame["merges"]) == ("S22", ["S22", "S22_L"])
    assert codes()["respondent"].n_unique() == 1304
    sheet = load_workbook("out/data_review.xlsx")["S22"]
    printed = next(c.column for c in sheet[1] if c.value == "Jawaban tercetak")
    assert {row[printed - 1].value for row in sheet.iter_rows(min_row=2)} == {"Lainnya"}


def test_a_frame_without_a_code_for_what_fits_nothing_is_used_as_it_is_and_told(mcode: Command, folders: Path):
    themes = [{"code": 1, "label": "Toilet kotor"}, {"code": 2, "label": "Tiket mahal"}]
    given = {"variable": "keluhan", "question": "Apa keluhan Anda?", "language": "id", "codes": themes}
    path = folders / "bingkai.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    answers = ["toiletnya kotor", "tiketnya mahal", "toilet bau dan kotor", "harga tiket terlalu mahal"] * 6
    pl.DataFrame({"id": range(len(answers)), "keluhan": answers}).write_csv("jawaban.csv")
    answer = mcode("code", "jawaban.csv", "-v", "keluhan", "--frame", path, "-o", "out")
    assert answer.status == 0, answer.stderr
    assert "keluhan: the code frame has no code for answers that fit nothing" in answer.stderr
    assert [c["code"] for c in made_frame()["codes"]] == [1, 2]
    assert codes()["code"].to_list()[:4] == [1, 2, 1, 2]


def test_a_frame_that_covers_little_of_what_is_said_gets_an_other_code_and_that_is_told(mcode: Command, folders: Path):
    ferry = ROOT / "examples" / "ferry_satisfaction"
    answers = pl.read_excel(ferry / "data.xlsx", infer_schema_length=0).select("_uuid", "E4").drop_nulls().head(400)
    answers.write_csv("jawaban.csv")
    themes = [{"code": 1, "label": "Toilet kotor"}, {"code": 2, "label": "Harga mahal"}, {"code": 7, "label": "Calo"}]
    given = {"variable": "E4", "question": "Apa keluhan Anda?", "language": "id", "codes": themes}
    path = folders / "bingkai.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    answer = mcode("code", "jawaban.csv", "-v", "E4", "--frame", path, "-o", "out")
    assert answer.status == 0, answer.stderr
    assert "E4: a good part of the answers fits no code of the code frame, so 'Lainnya' was added" in answer.stderr
    frame = made_frame()
    assert [c["code"] for c in frame["codes"]] == [1, 2, 7, 8]
    assert (frame["other"], frame["codes"][-1]["label"]) == (8, "Lainnya")
    surest = codes().unique("respondent", keep="first").join(answers, left_on="respondent", right_on="_uuid")
    said = pl.col("E4").str.to_lowercase()
    toilets = surest.filter(said.str.contains("toilet|wc"))["code"].to_list()
    delays = surest.filter(said.str.contains("telat|lambat|molor"), ~said.str.contains("toilet|wc"))["code"].to_list()
    assert toilets.count(1) > len(toilets) / 2
    assert delays.count(8) > len(delays) / 2


def test_of_several_questions_none_is_coded_and_it_is_told(mcode: Command, warung_survey: Path):
    answer = mcode("code", warung_survey, "-v", "sukai", "-v", "saran", "-o", "out")
    assert answer.status != 0
    assert "one question is coded at a time, not sukai, saran" in answer.stderr
    assert not Path("out").exists()


def test_an_answer_that_looks_like_a_formula_is_none_in_codes_csv_and_is_found_again(mcode: Command, folders: Path):
    rows = [(f"=R{n}()", text) for n, text in enumerate(warung_table()[QUESTION].head(60))]
    pl.DataFrame(rows, schema=["id_responden", QUESTION], orient="row").write_csv("rumus.csv")
    label = "=HYPERLINK(0)"
    frame = {**FRAME, "codes": [{**FRAME["codes"][0], "label": label}, *FRAME["codes"][1:]]}  # type: ignore[dict-item]
    (folders / "rumus.json").write_text(json.dumps(frame), encoding="utf-8")
    answer = mcode("code", "rumus.csv", "-v", QUESTION, "--frame", "rumus.json", "-o", "out")
    assert answer.status == 0, answer.stderr
    table = codes()
    assert set(table["respondent"]) <= {f"'{respondent}" for respondent, _ in rows}
    assert {f"'{label}"} == set(table.filter(pl.col("code") == 3)["label"])
    assert table["code"].dtype == pl.Int64
    again = mcode(
        "code", "rumus.csv", "-v", QUESTION, "--frame", "rumus.json", "--earlier", "out/codes.csv", "-o", "out2"
    )
    assert again.status == 0, again.stderr
    assert codes("out2").equals(table)


def test_a_closed_question_is_coded_with_a_word_about_it(mcode: Command, folders: Path):
    lines = ["id,kota,alasan", *(f"{n},{('Solo', 'Klaten')[n % 2]},karena dekat rumah nomor {n}" for n in range(60))]
    data = folders / "kota.csv"
    data.write_text("\n".join(lines), encoding="utf-8")
    answer = mcode("code", data, "-v", "kota", "-o", "out")
    assert answer.status == 0, answer.stderr
    assert "kota: it is not open-ended but single choice" in answer.stdout + answer.stderr
    assert set(codes()["label"]) == {"Solo", "Klaten"}


def test_names_are_never_coded_by_meaning_with_a_frame_either(mcode: Command, folders: Path):
    banks = ["Bank Papua", "Bank Kalsel", "Bank Nagari", "Bank Riau", "bank papua", "Bank Bengkulu", "Bank Sulselbar"]
    lines = ["id,bank,why", *(f"{n},{banks[n % 7]} {'' if n % 5 else n},it is near {n}" for n in range(140))]
    data, form = folders / "banks.csv", folders / "codes.json"
    data.write_text("\n".join(lines), encoding="utf-8")
    codes_of_frame = [{"code": 1, "label": "Bank Papua"}, {"code": 2, "label": "Bank Riau"}]
    frame = {"variable": "bank", "question": "bank", "language": "id", "codes": codes_of_frame}
    form.write_text(json.dumps(frame), encoding="utf-8")
    answer = mcode("code", data, "-v", "bank", "--frame", form, "-o", "out")
    assert answer.status == 0, answer.stderr
    said = {str(n): f"{banks[n % 7]} {'' if n % 5 else n}".strip() for n in range(140)}
    for respondent, label in codes().select(pl.col("respondent").cast(pl.String), "label").iter_rows():
        name = said[respondent].lower()
        assert label == {"bank papua": "Bank Papua", "bank riau": "Bank Riau"}.get(name, "Lainnya")
    assert "by their spelling only" in answer.stdout + answer.stderr
