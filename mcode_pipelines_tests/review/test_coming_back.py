"""A review workbook dropped into the inbox: what it changes, what it is told, and that nothing is lost."""

from __future__ import annotations

import json
import shutil

import polars as pl
import pytest
from openpyxl import load_workbook

from mcode_pipelines.delivery import write_review_workbook
from mcode_pipelines.intake import AlreadyThere, Refused, Reviewed, inbox_item_at, read_frames
from mcode_pipelines.survey import CodeFrames
from mcode_pipelines_tests.review.made import (
    SHA256,
    add_code,
    changed,
    codebook,
    codings,
    column_of,
    handed_out,
    in_frame,
    raw_survey,
    recode,
    row_of,
    shuffled,
    without_rows,
)


def frame_of(office):
    (path,) = office.store.frame_paths(office.upload.key)
    return read_frames(path, path.name).root[0]


def test_a_corrected_answer_is_decided_for_everybody_who_gave_it(office):
    answer = office.review(recode("toilet kotor", 4, 1))
    assert isinstance(answer, Reviewed)
    assert answer.corrected == 1
    assert office.codes() == {"u-1": {1, 4}, "u-2": {1, 4}, "u-8": {1, 4}}


def test_the_frame_is_kept_with_the_codes_so_that_they_mean_the_same_for_ever(office):
    answer = office.review(recode("kursi sobek", 4))
    assert answer.touched == {"frames", "codes"}
    assert [c.code for c in frame_of(office).codes] == [1, 2, 3, 4, 6, 99]


def test_a_workbook_without_changes_changes_nothing(office):
    answer = office.review()
    assert isinstance(answer, Reviewed)
    assert answer.touched == frozenset()
    assert "tidak ada yang diubah" in answer.sentence
    assert office.store.get(office.upload.key) == office.upload


def test_agreeing_decides_an_answer_as_it_is(office):
    def agree(book):
        sheet = book["E4"]
        sheet.cell(row_of(sheet, "tiket mahal"), column_of(sheet, "Setuju (x)")).value = "x"

    answer = office.review(agree)
    assert (answer.corrected, answer.agreed) == (0, 1)
    assert office.codes() == {"u-7": {3}}


def test_sorted_and_deleted_rows_and_moved_columns_do_not_matter(office):
    def move_columns(book):
        sheet = book["E4"]
        sheet.insert_cols(1)
        sheet["A1"].value = "catatan"
        sheet.insert_rows(1)
        sheet["A1"].value = "dikerjakan Rina"

    answer = office.review(
        recode("kursi sobek", "4 Petugas tidak ramah"),
        shuffled("E4", lambda rows: sorted(rows, key=lambda r: str(r[1]), reverse=True)),
        without_rows("E4", lambda sheet, row: sheet.cell(row, 2).value in {"tidak ada", "tiket mahal"}),
        move_columns,
    )
    assert answer.refused == ()
    assert office.codes() == {"u-6": {4}}


def test_answers_that_were_sorted_away_from_their_ids_are_known_by_verbatim_and_confidence(office):
    def sort_without_the_ids(book):
        sheet = book["E4"]
        rows = [[cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=2)]
        for number, row in enumerate(sorted(rows, key=lambda r: str(r[0]).lower()), start=2):
            for place, value in enumerate(row, start=2):
                sheet.cell(number, place).value = value

    answer = office.review(recode("kursi sobek", 4), sort_without_the_ids)
    assert answer.refused == ()
    assert office.codes() == {"u-6": {4}}


def test_a_verbatim_may_be_spaced_and_cased_otherwise(office):
    def tidy(book):
        sheet = book["E4"]
        cell = sheet.cell(row_of(sheet, "kursi sobek"), 2)
        cell.value = f" {cell.value.upper()} ."

    answer = office.review(recode("kursi sobek", 4), tidy)
    assert answer.refused == ()
    assert office.codes() == {"u-6": {4}}


def test_renamed_sheets_are_found_by_what_is_on_them(office):
    def rename(book):
        book["E4"].title = "selesai"
        book["E4 kode"].title = "kode final"

    answer = office.review(recode("kursi sobek", 4), in_frame(4, "Label", "Petugas galak"), rename)
    assert answer.refused == ()
    assert frame_of(office).label_of(4) == "Petugas galak"


def test_a_split_gives_answers_a_code_that_is_new(office):
    answer = office.review(add_code(7, "Kursi rusak"), recode("kursi sobek", 7))
    assert answer.refused == ()
    assert office.codes() == {"u-6": {7}}
    assert frame_of(office).label_of(7) == "Kursi rusak"


def test_a_code_may_be_given_by_its_label(office):
    office.review(recode("kursi sobek", "tiket mahal"))
    assert office.codes() == {"u-6": {3}}


@pytest.mark.parametrize("cell", ["2 4", "2; 4", "2,4", "2 / 4"])
def test_several_codes_typed_into_one_cell_are_all_used(office, cell):
    answer = office.review(recode("kursi sobek", cell))
    assert answer.refused == ()
    assert office.codes() == {"u-6": {2, 4}}


def test_a_code_whose_label_is_a_number_is_one_code(office):
    office.review(in_frame(4, "Label", "3"), recode("kursi sobek", "4 3"))
    assert office.codes() == {"u-6": {4}}


def test_a_question_of_one_answer_takes_one_code(office):
    def single(book):
        memory = book["_mcode_review"]
        cell = next(row[5] for row in memory.iter_rows() if row[0].value == "question")
        cell.value = json.dumps({**json.loads(cell.value), "single": True})

    answer = office.review(recode("kursi sobek", 2, 4), recode("tiket mahal", 2), single)
    assert office.codes() == {"u-7": {2}}
    assert "E4 hanya menerima satu jawaban" in answer.refused[0]


def test_a_no_under_agreed_is_no_agreement(office):
    def judge(book):
        sheet = book["E4"]
        for said, word in {"kursi sobek": "tidak", "tiket mahal": "X", "=1+1": "-"}.items():
            sheet.cell(row_of(sheet, said), column_of(sheet, "Setuju (x)")).value = word

    office.review(judge)
    assert office.codes() == {"u-7": {3}}


def test_answers_of_a_code_merged_into_no_answer_are_decided(office):
    office.review(in_frame(4, "Gabung ke kode", "99 Tidak ada jawaban"))
    assert office.codes() == {"u-10": {99}}


def test_good_corrections_are_applied_and_the_rest_listed_with_row_numbers(office):
    def spoil(book):
        sheet = book["E4"]
        sheet.cell(row_of(sheet, "tidak ada"), 1).value = "E4-0000000000"
        sheet.cell(row_of(sheet, "=1+1"), 1).value = None

    path = office.workbook(
        recode("toilet kotor", 44),
        recode("tiket mahal", 99, 3),
        recode("jadwal telat, tiket mahal"),
        recode("kursi sobek", 4),
        spoil,
    )
    sheet = load_workbook(path)["E4"]
    answer = office.drop(path)
    assert answer.corrected == 1
    assert office.codes() == {"u-6": {4}}
    told = "\n".join(answer.refused)
    for text, why in {
        "toilet kotor": "kode 44 tidak ada dalam kerangka E4",
        "tiket mahal": "99 (tidak ada jawaban) tidak bisa bersama kode lain",
        "jadwal telat, tiket mahal": "tidak ada kode tersisa",
        "tidak ada": "ID jawaban 'E4-0000000000' bukan dari buku kerja ini",
        "=1+1": "ID jawaban hilang",
    }.items():
        assert f"lembar 'E4', baris {row_of(sheet, text)}: {why}" in told
    assert len(answer.refused) == 5
    assert "5 isian tidak bisa dipakai" in answer.sentence
    note = (office.inbox / "feri_review.xlsx.taken.txt").read_text()
    assert all(entry in note for entry in answer.refused)


def test_an_answer_that_stands_twice_with_different_codes_is_used_once_and_told(office):
    def copy_row(book):
        sheet = book["E4"]
        row = row_of(sheet, "kursi sobek")
        sheet.append([c.value for c in sheet[row]])
        sheet.cell(sheet.max_row, 4).value = 2

    answer = office.review(recode("kursi sobek", 4), copy_row)
    assert office.codes() == {"u-6": {4}}
    assert "jawaban yang sama ada di baris" in answer.refused[0]


def test_a_later_correction_wins_and_the_others_stay(office):
    office.review(recode("kursi sobek", 4), recode("tiket mahal", 2))
    office.review(recode("kursi sobek", 1))
    assert office.codes() == {"u-6": {1}, "u-7": {2}}


def test_earlier_corrections_follow_a_code_that_is_merged_and_go_with_one_that_is_deleted(office):
    office.review(recode("kursi sobek", 4), recode("tiket mahal", 2))
    office.review(in_frame(4, "Gabung ke kode", 1), without_rows("E4 kode", lambda s, row: s.cell(row, 1).value == 2))
    assert office.codes() == {"u-6": {1}}


def test_a_number_typed_again_is_the_new_code_for_that_workbook_and_gone_for_an_older_one(office, tmp_path):
    office.review(without_rows("E4 kode", lambda s, row: s.cell(row, 1).value == 4))
    frames = CodeFrames((frame_of(office),))
    left = codings().filter(pl.col("code") != 4)
    newer = write_review_workbook(
        raw_survey(),
        codebook("id"),
        frames,
        left,
        tmp_path,
        name="baru",
        upload=office.upload.key,
        sha256=office.upload.sha256,
        review_below=0.5,
    )
    office.drop(
        changed(newer.path, add_code(4, "Kursi rusak"), recode("kursi sobek", 4)).rename(office.inbox / "b.xlsx")
    )
    assert office.codes() == {"u-6": {7}}
    answer = office.review(recode("tiket mahal", 4), recode("toilet kotor", 1, 3))
    assert office.codes()["u-6"] == {7}
    assert "u-7" not in office.codes()
    assert "kode 4 sudah tidak ada dalam kerangka E4" in " ".join(answer.refused)


def test_corrections_of_a_review_outlast_a_table_of_codes_dropped_later(office):
    office.review(recode("kursi sobek", 4), recode("tiket mahal", 2))
    later = office.inbox / f"{office.upload.key}.codes.csv"
    later.write_text("respondent,variable,code\nu-7,E4,1\nu-1,E4,4\n")
    office.drop(later)
    assert office.codes() == {"u-1": {4}, "u-6": {4}, "u-7": {1}}


def test_the_same_review_again_is_answered_and_does_nothing(office):
    path = office.workbook(recode("kursi sobek", 4))
    content = path.read_bytes()
    office.drop(path)
    before = office.store.get(office.upload.key)
    path.write_bytes(content)
    answer = office.drop(path)
    assert isinstance(answer, AlreadyThere)
    assert "taken in before" in answer.remarks[0]
    assert "taken in before" in path.with_name(path.name + ".already.txt").read_text()
    assert office.store.get(office.upload.key) == before


def test_the_workbook_itself_is_kept_with_what_was_made_of_it(office):
    path = office.workbook(recode("kursi sobek", 44))
    content = path.read_bytes()
    office.drop(path)
    kept = list((office.store.root / office.upload.key / "reviews").glob("*.xlsx"))
    assert [k.read_bytes() for k in kept] == [content]
    assert "baris 3: kode 44" in kept[0].with_suffix(".txt").read_text()
    assert not path.exists()


def test_a_killed_process_is_made_up_for_by_the_next(office, monkeypatch):
    from mcode_pipelines.intake.upload_directory import UploadDirectory

    path = office.workbook(recode("kursi sobek", 4), in_frame(2, "Gabung ke kode", 3))

    def power_cut(self, upload):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(UploadDirectory, "record", power_cut)
        office.drop(path)
    answer = office.drop(path)
    assert answer.touched == {"frames", "codes"}
    assert office.codes() == {"u-6": {4}}
    assert [c.code for c in frame_of(office).codes] == [1, 3, 4, 6, 99]


def test_a_review_of_an_upload_that_is_not_here_is_set_aside_with_its_name(office):
    path = handed_out(office.inbox, upload="kafe-2026-99999999", sha256=SHA256)
    answer = office.drop(path)
    assert isinstance(answer, Refused)
    assert "'kafe-2026-99999999', an upload that is not here" in answer.reason
    assert (office.quarantine / "feri_review.xlsx").exists()


def test_a_review_made_from_other_data_is_set_aside(office):
    answer = office.drop(handed_out(office.inbox, upload=office.upload.key, sha256=SHA256))
    assert isinstance(answer, Refused)
    assert "made from other data" in answer.reason


def test_rows_of_another_uploads_workbook_are_not_mistaken_for_this_ones(office):
    other = load_workbook(handed_out(office.folder / "other", upload="kafe-2026-99999999"))["E4"]

    def paste(book):
        book["E4"].append([other.cell(row_of(other, "kursi sobek"), c).value for c in range(1, 4)] + [4])

    answer = office.review(paste)
    assert office.codes() == {}
    assert "bukan dari buku kerja ini" in answer.refused[0]


def test_a_review_in_a_folder_of_another_upload_is_told_and_not_used(office):
    folder = office.inbox / office.upload.key
    folder.mkdir()
    (folder / "plan.yaml").write_text("title: Feri\n")
    shutil.move(handed_out(office.folder / "other", upload="kafe-2026-99999999"), folder / "review.xlsx")
    answer = office.drop(folder)
    assert answer.touched == {"plan"}
    assert "review workbook of kafe-2026-99999999, not of" in answer.remarks[0]


def test_data_plan_and_review_in_one_folder_are_all_taken(office):
    folder = office.inbox / "feri lagi"
    folder.mkdir()
    data = office.store.files(office.upload.key).data
    shutil.copy(data, folder / "feri 2026.csv")
    (folder / "plan.yaml").write_text("title: Feri\n")
    office.workbook(recode("kursi sobek", 4)).rename(folder / "koreksi.xlsx")
    answer = office.drop(folder)
    assert answer.touched == {"plan", "frames", "codes"}
    assert office.codes() == {"u-6": {4}}
    assert not folder.exists()


@pytest.mark.parametrize(("cell", "value"), [("B2", "feri"), ("B1", "7"), ("F4", "{")])
def test_a_workbook_whose_hidden_sheet_was_changed_is_told_so(office, cell, value):
    def tamper(book):
        book["_mcode_review"][cell].value = value

    answer = office.review(recode("kursi sobek", 4), tamper)
    assert isinstance(answer, Refused)
    assert "hidden sheet was changed" in answer.reason or "not here" in answer.reason
    assert office.codes() == {}


def test_a_workbook_without_its_hidden_sheet_is_neither_a_review_nor_a_survey(office):
    answer = office.drop(office.workbook(lambda book: book.remove(book["_mcode_review"])))
    assert isinstance(answer, Refused)
    assert "hidden sheet that tells which survey it is of was deleted" in answer.reason
    assert office.codes() == {}


def test_a_deleted_frame_sheet_leaves_the_frame_as_it_is(office):
    answer = office.review(recode("kursi sobek", 4), lambda book: book.remove(book["E4 kode"]))
    assert isinstance(answer, Reviewed)
    assert [c.code for c in frame_of(office).codes] == [1, 2, 3, 4, 6, 99]


def test_a_review_saved_by_another_program_is_read_all_the_same(office):
    """LibreOffice, Excel and Google write hidden sheets and numbers each in their own way; floats and texts here."""
    answer = office.review(recode("kursi sobek", 4.0, "2 Jadwal terlambat"))
    assert answer.refused == ()
    assert office.codes() == {"u-6": {2, 4}}


def test_the_inbox_passes_over_the_note(office):
    from mcode_pipelines.intake import scan_inbox

    office.review(recode("kursi sobek", 4))
    assert [p.name for p in office.inbox.iterdir()] == ["feri_review.xlsx.taken.txt"]
    assert scan_inbox(office.inbox) == []


def test_what_was_taken_out_is_remembered_as_a_document(office):
    office.review(in_frame(2, "Gabung ke kode", 3))
    past = json.loads((office.store.root / office.upload.key / "reviews" / "past.json").read_text())
    assert past["E4"]["moved"] == {"2": 3}


def test_a_drop_may_lie_anywhere(office, tmp_path):
    path = changed(
        handed_out(tmp_path / "meja", upload=office.upload.key, sha256=office.upload.sha256), recode("kursi sobek", 4)
    )
    answer = office.store.admit(inbox_item_at(path))
    assert isinstance(answer, Reviewed)
    assert path.exists()
