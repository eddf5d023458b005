"""The sheet as it is handed out, and what a person's changes in it decide."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from mcode_pipelines.survey.harmonisation import StudyDecisions
from mcode_pipelines.survey.harmonisation_sheet import MEMORY_SHEET
from mcode_pipelines.tabulation.harmonisation.decided import WaveCodebook
from mcode_pipelines.tabulation.harmonisation.questions import Agreement
from mcode_pipelines_tests.harmonisation.made import (
    AGAIN,
    AUGUST,
    BRANDS,
    HOSTILE,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    YES_NO,
    Codebook,
    Sheet,
    handed_out,
    harmonised,
    read,
    single,
    table,
)


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    return Sheet(handed_out(tmp_path))


def test_rows_say_how_they_were_matched_and_what_needs_a_look_stands_first(sheet: Sheet) -> None:
    assert sheet["Q4a", None, SEPTEMBER] == f"Q4: {AGAIN}"
    assert sheet["Q4a", None, "How it was matched"].startswith("2026-08, 2026-09: renamed: Q4")
    assert sheet["Q6", None, SEPTEMBER] == "-"
    assert "other words, not compared: Q6 asks there" in sheet["Q6", None, "How it was matched"]
    assert sheet["Q6", None, "Look"] == "decide"
    assert sheet["Q1", "2", SEPTEMBER] == "-"
    assert sheet["Q1", "1", "How it was matched"] == "same"
    assert sheet["penimbang", None, SEPTEMBER] == "bobot: Bobot"
    looks = [sheet.sheet.cell(n, 1).value for n in range(2, sheet.sheet.max_row + 1)]
    assert looks[0] == "decide"
    assert sheet.sheet.auto_filter.ref is not None


def test_headings_are_protected_and_texts_are_texts(sheet: Sheet) -> None:
    assert sheet.sheet.protection.sheet
    assert sheet.sheet.cell(1, 1).protection.locked
    assert not sheet.sheet.cell(2, sheet.columns[SEPTEMBER]).protection.locked
    assert not sheet.sheet.protection.sort
    assert not sheet.sheet.protection.deleteRows
    for row in sheet.book.worksheets[1].iter_rows():
        assert all(cell.data_type in {"s", "n"} and not cell.hyperlink for cell in row), row
    assert sheet["Q1", "3", OCTOBER] == f"3: {HOSTILE}"
    assert sheet.book[MEMORY_SHEET].sheet_state == "veryHidden"


def test_a_sheet_that_comes_back_as_it_was_decides_nothing(sheet: Sheet) -> None:
    edits = read(sheet.saved())
    assert not edits.anything
    assert edits.refused == ()


def test_a_cell_that_names_a_variable_says_that_it_is_the_same_question(sheet: Sheet) -> None:
    sheet["Q9", None, SEPTEMBER] = "q6"
    edits = read(sheet.saved())
    assert edits.refused == ()
    assert edits.changes == ("Q9: called Q6 in wave 2026-09",)
    found = harmonised(edits.decisions).questions["Q9"].waves  # and so is what August asked under September's name
    assert [one.agreement for one in found] == [Agreement.RENAMED, Agreement.BY_PERSON, Agreement.SAME]
    assert (
        "by a person: Q6"
        in Sheet(handed_out(sheet.path.parent, decisions=edits.decisions))["Q9", None, "How it was matched"]
    )


def test_a_dash_undoes_a_rename(sheet: Sheet) -> None:
    sheet["Q4a", None, SEPTEMBER] = "-"
    sheet["Q4a", None, AUGUST] = "\u2013"
    edits = read(sheet.saved())
    found = harmonised(edits.decisions)
    assert [one.agreement for one in found.questions["Q4a"].waves[:2]] == [Agreement.PARTED, Agreement.PARTED]
    assert found.questions["Q4"].waves[1].agreement is Agreement.SAME


def test_an_emptied_cell_takes_a_decision_back(sheet: Sheet, tmp_path: Path) -> None:
    sheet["Q4a", None, SEPTEMBER] = "-"
    decided = read(sheet.saved()).decisions
    again = Sheet(handed_out(tmp_path / "again", decisions=decided))
    assert again["Q4a", None, SEPTEMBER] == "-"
    again["Q4a", None, SEPTEMBER] = None
    edits = read(again.saved())
    assert edits.taken_back == (("Q4a", SEPTEMBER, None),)
    assert not edits.on(decided)


def test_codes_say_which_choice_is_the_same(sheet: Sheet) -> None:
    sheet["Q1", "5", SEPTEMBER] = 7
    edits = read(sheet.saved())
    assert edits.refused == ()
    assert edits.changes == ("Q1, 5 Sariwangi: code 7 in wave 2026-09",)
    question = harmonised(edits.decisions).questions["Q1"]
    at = [choice.code for choice in question.variable.choices].index("5")
    assert [at in question.joined.offered(wave) for wave in range(3)] == [True, True, True]


def test_the_code_of_a_later_choice_in_the_row_of_an_earlier_one_says_the_same(sheet: Sheet) -> None:
    sheet["Q1", "7", OCTOBER] = "Sariwangi"
    edits = read(sheet.saved())
    assert edits.refused == ()
    question = harmonised(edits.decisions).questions["Q1"]
    assert [choice.code for choice in question.variable.choices][:4] == ["1", "2", "3", "5"]
    assert "7" not in {choice.code for choice in question.variable.choices}


def test_several_codes_stand_in_one_cell(sheet: Sheet) -> None:
    sheet["Q1", "5", SEPTEMBER] = "2\n7: Sari Murni Melati"
    edits = read(sheet.saved())
    assert set(edits.decisions.choices["Q1"][SEPTEMBER]) == {"2", "7"}


@pytest.mark.parametrize("cell", ["1; 2", "1: Sosro\n2: Tong Tji", "Tong Tji, Sosro"])
def test_a_code_can_be_added_to_those_that_were_found(sheet: Sheet, cell: str) -> None:
    sheet["Q1", "1", SEPTEMBER] = cell
    edits = read(sheet.saved())
    assert edits.changes == ("Q1, 1 Sosro: code 2 in wave 2026-09",)
    for decided in (edits.decisions, StudyDecisions.model_validate({"choices": {"Q1": {SEPTEMBER: {2: 1}}}})):
        question = harmonised(decided).questions["Q1"]
        places = zip(question.lists[1].choices, question.joined.places[1], strict=True)
        assert [choice.code for choice, place in places if place.row == 0] == ["1", "2"]


def test_a_dash_parts_a_choice(sheet: Sheet) -> None:
    sheet["Q1", "1", AUGUST] = "-"
    edits = read(sheet.saved())
    question = harmonised(edits.decisions).questions["Q1"]
    assert 0 not in question.joined.offered(0)
    assert 0 in question.joined.offered(1)


def test_a_variable_given_to_another_question_leaves_its_own(sheet: Sheet) -> None:
    sheet["Q9", None, SEPTEMBER] = "Q4"
    edits = read(sheet.saved())
    found = harmonised(edits.decisions).questions
    assert found["Q9"].waves[1].variable is not None
    assert found["Q9"].waves[1].variable.name == "Q4"
    assert not found["Q4a"].waves[1].agreement.comparable


@pytest.mark.parametrize(
    ("place", "given", "told"),
    [
        (
            ("Q9", None, SEPTEMBER),
            "Q66",
            "row {row}, column H (2026-09): the wave 2026-09 has no variable 'Q66' (perhaps Q6",
        ),
        (("Q1", "5", SEPTEMBER), "77", "Q1 has no code '77' in wave 2026-09 (perhaps 7: Sari Murni Melati"),
        (("Q9", None, AUGUST), "Q4\nQ6", "is not one variable's name"),
        (("Q1", "5", OCTOBER), "-", "no other wave has this"),
        (("Q1", "5", OCTOBER), "5; 2", "both codes of that wave itself"),
        (("Q9", None, OCTOBER), "-", "no other wave has this"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(
    sheet: Sheet, place: tuple[str, str | None, str], given: str, told: str
) -> None:
    sheet[place] = given
    sheet["Q4a", None, SEPTEMBER] = "-"
    edits = read(sheet.saved())
    assert len(edits.refused) == 1
    assert told.format(row=sheet.row(*place[:2])) in edits.refused[0]
    assert edits.decisions.questions["Q4a"][SEPTEMBER].variable is None


def test_a_variable_stands_at_one_question(sheet: Sheet) -> None:
    sheet["Q9", None, SEPTEMBER] = "Q6"
    sheet["Q6", None, SEPTEMBER] = "Q6"
    edits = read(sheet.saved())
    assert len(edits.refused) == 1
    assert "Q6 is written in two rows" in edits.refused[0]


def test_rows_may_be_sorted_and_deleted_and_waves_renamed(sheet: Sheet) -> None:
    sheet["Q9", None, SEPTEMBER] = "Q6"
    rows = [[cell.value for cell in row] for row in sheet.sheet.iter_rows(min_row=2)]
    kept = [row for row in reversed(rows) if row[1] in {"Q9", "Q1"}]
    sheet.sheet.delete_rows(2, len(rows))
    for row in kept:
        sheet.sheet.append(row)
    sheet.sheet.cell(1, sheet.columns[SEPTEMBER]).value = "September"
    edits = read(sheet.saved())
    assert edits.refused == ()
    assert edits.changes == ("Q9: called Q6 in wave 2026-09",)


def test_what_was_decided_comes_back_as_it_was(sheet: Sheet, tmp_path: Path) -> None:
    sheet["Q1", "1", SEPTEMBER] = "1; 2"
    sheet["Q1", "5", AUGUST] = "7"
    sheet["Q1", "3", AUGUST] = "-"
    sheet["Q9", None, AUGUST] = "Q6"
    decided = read(sheet.saved()).decisions
    again = read(handed_out(tmp_path / "again", decisions=decided))
    assert not again.anything
    assert again.on(decided) == decided


def test_agreed_rows_are_decided_as_they_are(sheet: Sheet, tmp_path: Path) -> None:
    sheet["Q4a", None, "Agreed (x)"] = "x"
    edits = read(sheet.saved())
    assert edits.decisions.questions["Q4a"][SEPTEMBER].variable == "Q4"
    again = table(edits.decisions)
    assert "Q4a" not in {row.question for row in again.to_look_at}


def test_libreoffice_saves_it_so_that_it_can_be_read(sheet: Sheet, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    sheet["Q9", None, SEPTEMBER] = "Q6"
    sheet["Q1", "5", AUGUST] = "2\n7"
    command = [
        office,
        f"-env:UserInstallation=file://{tmp_path}/office",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run([*command, "--outdir", tmp_path / "saved", sheet.saved()], check=True, capture_output=True)
    edits = read(tmp_path / "saved" / sheet.path.name)
    assert edits.refused == ()
    assert edits.decisions == read(sheet.path).decisions
    assert set(edits.decisions.choices["Q1"][AUGUST]) == {"2", "7"}


def test_decisions_bind_a_later_wave_that_numbers_anew(sheet: Sheet) -> None:
    sheet["Q1", "5", SEPTEMBER] = "7"
    sheet["Q9", None, SEPTEMBER] = "Q6"
    decided = read(sheet.saved()).decisions
    november = WaveCodebook(
        NOVEMBER,
        Codebook(
            variables=(
                single("P1", BRANDS, {"5": "Sosro", "6": "Pucuk", "1": "Sariwangi", "2": HOSTILE}),
                single("Q9", "Suka yang mana?", YES_NO),
            )
        ),
    )
    found = harmonised(decided, november).questions
    labels = [choice.label for choice in found["P1"].variable.choices]
    september = found["P1"].lists[1]
    place = found["P1"].joined.places[1][[choice.code for choice in september.choices].index("7")]
    assert labels[place.row] == "Sariwangi"
    assert not found["Q9"].waves[1].agreement.comparable  # another question has the name now


def test_names_and_codes_alone_are_kept_with_what_they_stand_for() -> None:
    bare = StudyDecisions.model_validate(
        {"questions": {"Q9": {SEPTEMBER: "Q6"}}, "choices": {"Q1": {SEPTEMBER: {"7": 5, "2": None}}}}
    )
    named = table(bare).named(bare)
    assert named.questions["Q9"][SEPTEMBER].label == "Belanja teh dalam rupiah"
    assert named.choices["Q1"][SEPTEMBER]["7"].label == "Sariwangi"
    assert named.choices["Q1"][SEPTEMBER]["2"].code is None
    assert table(named).rows == table(bare).rows


def test_decisions_that_name_what_is_not_there_are_told() -> None:
    decided = StudyDecisions.model_validate(
        {
            "questions": {"Q4a": {SEPTEMBER: "Q44"}, "Q99": {SEPTEMBER: None}},
            "choices": {"Q1": {AUGUST: {71: 5, 7: "Sari"}}},
        }
    )
    found = harmonised(decided)
    told = " ".join(remark.en for remark in found.unfit)
    assert "has no variable 'Q44' (perhaps Q4" in told
    assert "none of these waves has a question 'Q99'" in told
    assert "has no code '71'" in told
    assert "no later wave has the choice 'Sari'" in told
    assert found.questions["Q4a"].waves[1].agreement is Agreement.RENAMED


def test_the_yaml_holds_what_was_decided_and_how_all_was_matched(sheet: Sheet) -> None:
    written = yaml.safe_load(sheet.path.with_suffix(".yaml").read_text(encoding="utf-8"))
    assert written["study"] == "pelacak-teh"
    assert written["questions"] == {}
    (row,) = [row for row in written["matched"] if row["question"] == "Q4a" and "code" not in row]
    assert row[SEPTEMBER] == "Q4"


def test_the_words_are_indonesian_where_the_plan_is(tmp_path: Path) -> None:
    path = handed_out(tmp_path, language="id")
    assert path.name == "harmonisasi.xlsx"
    assert load_workbook(path).worksheets[1].title == "Harmonisasi"
    sheet = Sheet(path)
    sheet["Q9", None, SEPTEMBER] = "Q66"
    assert "tidak punya variabel 'Q66'" in read(sheet.saved()).refused[0]
