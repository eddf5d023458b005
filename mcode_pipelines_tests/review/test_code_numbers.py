"""A number that a code once had means that code for ever, whichever way a frame comes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mcode_pipelines.intake import Refused, given_frames
from mcode_pipelines.survey import CodeFrame
from mcode_pipelines_tests.review.made import frame, in_frame, without_rows


def _file(office: Any, *codes: tuple[int, str]) -> Any:
    """A frame file of these codes, dropped for the upload."""
    made = {
        "variable": "E4",
        "language": "id",
        "codes": [{"code": code, "label": label} for code, label in (*codes, (6, "Lainnya"))],
    }
    path = office.inbox / f"{office.upload.key}.E4.frame.json"
    path.write_text(json.dumps(made))
    return office.drop(path)


def _now(office: Any) -> CodeFrame:
    (found,) = given_frames(office.store, office.upload.key)
    return found


ALL = tuple((c.code, c.label) for c in frame().codes if c.code not in {6, 99})


def _merge_two_into_three(office: Any) -> None:
    office.review(in_frame(2, "Gabung ke kode", 3))
    assert 2 in (_now(office).retired or ())


def test_a_frame_file_in_place_of_a_reviewed_one_keeps_the_retired_numbers(office):
    _merge_two_into_three(office)
    _file(office, (1, "Toilet kotor"), (3, "Tiket mahal"), (8, "Parkir sempit"))
    assert set(_now(office).retired or ()) >= {2, 4}
    assert _now(office).used_numbers >= {1, 2, 3, 4, 8}


def test_merges_from_before_frames_noted_them_are_kept_too(office):
    _merge_two_into_three(office)
    (path,) = office.store.frame_paths(office.upload.key)
    written = json.loads(path.read_text())
    del written["retired"]
    path.write_text(json.dumps(written))
    assert _now(office).retired == (2,)
    _file(office, (1, "Toilet kotor"), (3, "Tiket mahal"), (4, "Petugas tidak ramah"), (8, "Parkir sempit"))
    assert json.loads(path.read_text())["retired"] == [2]


@pytest.mark.parametrize("how", ["merged", "deleted", "left out of a file"])
def test_the_number_of_a_code_that_is_gone_is_refused_for_another_one(office, how):
    if how == "merged":
        _merge_two_into_three(office)
    elif how == "deleted":
        office.review(without_rows("E4 kode", lambda s, row: s.cell(row, 1).value == 2))
    else:
        _file(office, *ALL)
        _file(office, *(c for c in ALL if c[0] != 2))
    before = _now(office)
    answer = _file(office, *(c for c in ALL if c[0] != 2), (2, "Parkir sempit"))
    assert isinstance(answer, Refused)
    assert "2 'Parkir sempit' (the number of a code that is gone, 'Jadwal terlambat')" in answer.reason
    assert "new ones numbers from 7 on" in answer.reason
    assert _now(office) == before


def test_a_code_that_is_gone_can_come_back_under_its_number_with_its_label(office):
    _merge_two_into_three(office)
    answer = _file(office, *ALL)
    assert answer.touched == {"frames"}
    assert _now(office).label_of(2) == "Jadwal terlambat"
    assert 2 not in (_now(office).retired or ())


def test_codes_that_were_numbered_anew_are_refused(office):
    _file(office, *ALL)
    labels = [label for _, label in ALL]
    answer = _file(office, *zip(range(1, 5), labels[1:] + labels[:1], strict=True))
    assert isinstance(answer, Refused)
    assert "1 'Jadwal terlambat' (which is code 2)" in answer.reason
    assert tuple((c.code, c.label) for c in _now(office).codes if c.code != 6) == ALL


def test_a_code_can_be_renamed_and_two_joined_by_a_file(office):
    _file(office, *ALL)
    answer = _file(office, (1, "Toilet dan musala kotor"), (2, "Tiket mahal"), (4, "Petugas tidak ramah"))
    assert answer.touched == {"frames"}
    assert _now(office).retired == (3,)


def test_a_review_after_a_file_gives_no_number_of_before(office):
    _file(office, *ALL, (9, "Parkir sempit"))
    _file(office, *ALL)

    def add(book: Any) -> None:
        sheet = book["E4 kode"]
        row = next(r for r in range(2, 60) if sheet.cell(r, 1).value is None)
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = 9, "Sinyal hilang"
        sheet.cell(row + 1, 2).value = "Musala sempit"

    office.review(add)
    labels = {c.label: c.code for c in _now(office).codes}
    assert 9 not in labels.values()
    assert {labels["Sinyal hilang"], labels["Musala sempit"]} == {10, 11}
