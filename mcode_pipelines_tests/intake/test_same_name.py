"""A writer that pauses for so long that its file was taken meanwhile, and files that only share a name."""

from datetime import timedelta

import pytest

from mcode_pipelines.intake import (
    Admitted,
    Changed,
    UnknownUpload,
    UploadStore,
    ingest,
    looks_cut_off,
    next_steps,
    read_again,
    scan_inbox,
)
from mcode_pipelines.intake.same_name import SOON, taken_before
from mcode_pipelines_tests.intake.workbooks import write_workbook

START = "jenis;umur;alasan\nL;30;enak\nP;41;murah\n"
WHOLE = START + "P;28;dekat\nL;35;ramah\n"


class Shelf:
    def __init__(self, folder):
        self.inbox, self.quarantine = folder / "inbox", folder / "quarantine"
        self.inbox.mkdir()
        self.store = UploadStore(folder / "uploads")

    def dropped(self, name, text):
        (self.inbox / name).write_text(text)
        return self.taken()

    def taken(self):
        (item,) = scan_inbox(self.inbox)
        return ingest(item, self.store, self.quarantine)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


def rows(store, key):
    from mcode_pipelines.sources import open_raw_survey

    raw = open_raw_survey(store.raw_path(key))
    return raw.data.collect().height, [remark.en for remark in raw.head.source.remarks]


def test_a_file_that_comes_again_longer_takes_the_place_of_its_unfinished_copy(shelf):
    first = shelf.dropped("kafe.csv", START).upload.key
    second = shelf.dropped("kafe.csv", WHOLE)
    assert isinstance(second, Admitted)
    key = second.upload.key
    assert shelf.store.keys() == [key]
    assert second.upload.grew_from == (first,)
    height, told = rows(shelf.store, key)
    assert height == 4
    (remark,) = [r for r in told if first in r]
    assert "was not finished" in remark
    assert remark in second.remarks
    again = read_again(shelf.store, key, delimiter=";")
    assert remark in [r.en for r in again.head.source.remarks]
    # Nothing is lost of what was taken.
    kept = list((shelf.store.root / key).rglob("data.csv"))
    assert {path.read_text() for path in kept} == {START, WHOLE}


def test_a_file_that_grows_twice_is_one_upload(shelf):
    keys = [shelf.dropped("kafe.csv", text).upload.key for text in (START, WHOLE, WHOLE + "L;50;lama\n")]
    assert shelf.store.keys() == [keys[2]]
    assert shelf.store.get(keys[2]).grew_from == tuple(keys[:2])


def test_who_asks_for_the_unfinished_copy_is_told_where_the_whole_file_is(shelf):
    first = shelf.dropped("kafe.csv", START).upload.key
    key = shelf.dropped("kafe.csv", WHOLE).upload.key
    with pytest.raises(UnknownUpload, match=f"not finished when it was taken; the whole file is {key}"):
        shelf.store.get(first)
    answer = shelf.dropped(f"{first}.plan.yaml", "title: Kafe\n")
    assert isinstance(answer, Changed)
    assert answer.upload.key == key


def test_the_rest_of_a_file_by_itself_is_told_and_merged_with_nothing(shelf):
    first = shelf.dropped("kafe.csv", START).upload.key
    rest = shelf.dropped("kafe.csv", WHOLE.removeprefix(START))
    assert sorted(shelf.store.keys()) == sorted([first, rest.upload.key])
    assert any(first in told and "drop the whole file again" in told for told in rows(shelf.store, rest.upload.key)[1])


@pytest.mark.parametrize(
    "second", [{"lain.csv": WHOLE}, {"kafe.csv": "kota,usia\nBogor,30\n"}], ids=["another name", "another table"]
)
def test_files_that_have_nothing_to_do_with_each_other_stay_apart(shelf, second):
    shelf.dropped("kafe.csv", START)
    ((name, text),) = second.items()
    answer = shelf.dropped(name, text)
    assert len(shelf.store.keys()) == 2
    assert answer.remarks == ()


def test_an_upload_that_somebody_worked_on_is_never_an_unfinished_copy(shelf):
    first = shelf.dropped("kafe.csv", START).upload.key
    shelf.dropped(f"{first}.plan.yaml", "title: Kafe\n")
    second = shelf.dropped("kafe.csv", WHOLE)
    assert sorted(shelf.store.keys()) == sorted([first, second.upload.key])
    assert any(first in remark for remark in second.remarks)


def test_a_longer_export_of_another_day_is_an_upload_of_its_own(shelf, tmp_path):
    first = shelf.dropped("kafe.csv", START).upload
    (tmp_path / "kafe.csv").write_text(WHOLE)
    later = first.received + SOON + timedelta(seconds=1)
    assert taken_before(shelf.store, tmp_path / "kafe.csv", "kafe.csv", (), first.received).was_unfinished
    assert taken_before(shelf.store, tmp_path / "kafe.csv", "kafe.csv", (), later) is None


def test_what_a_killed_process_left_is_put_away_by_the_next(shelf):
    first = shelf.dropped("kafe.csv", START).upload.key
    key = shelf.dropped("kafe.csv", WHOLE).upload.key
    (shelf.store.root / key / "unfinished" / first).rename(shelf.store.root / first)
    with shelf.store.locked():
        shelf.store.put_away_unfinished(shelf.store.get(key))
    assert shelf.store.keys() == [key]


def test_a_file_whose_end_is_missing_is_waited_for_longer(tmp_path):
    write_workbook(tmp_path / "utuh.xlsx", [["a"], [1]])
    whole = (tmp_path / "utuh.xlsx").read_bytes()
    (tmp_path / "potong.xlsx").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "utuh.csv").write_text("a,b\r\n1,2\r\n")
    (tmp_path / "potong.csv").write_text("a,b\r\n1")
    (tmp_path / "potong.parquet").write_bytes(b"PAR1 and no end")
    (tmp_path / "lama.sav").write_bytes(b"$FL2")
    assert {p.name for p in tmp_path.iterdir() if looks_cut_off(p)} == {"potong.xlsx", "potong.csv", "potong.parquet"}
    items = [item for item in scan_inbox(tmp_path) if item.name.endswith(".csv")]
    changed = max(item.changed for item in items)
    for later, taken in ((6, {"utuh.csv"}), (16, {"utuh.csv", "potong.csv"})):
        steps = next_steps(items, now=changed + later, settle_seconds=5, previous={}, cut_off={"potong.csv"})
        assert {item.name for item in steps.admit} == taken
