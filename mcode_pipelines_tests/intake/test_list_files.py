"""List files that a form names, dropped with data and form: one survey, and its choices have labels."""

from __future__ import annotations

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.intake import Admitted, AlreadyThere, Changed, Refused, UploadStore, inbox_item_at, read_again
from mcode_pipelines_tests.sources.files import workbook

DATA = "kota,merek,pasar\n" + "".join(f"k{1 + i % 2},m{1 + i % 3} m2,p1\n" for i in range(20))
TOWNS = "kode,nama\nk1,Bogor\nk2,Depok\n"
BRANDS = "name,label::Indonesia,label::English\nm1,Sabun A,Soap A\nm2,Sabun B,Soap B\nm3,Sabun C,Soap C\n"
MARKETS = "id,judul\np1,Pasar Baru\n"
FORM = {
    "survey": [
        ["type", "name", "label", "parameters", "appearance"],
        ["select_one_from_file Kota.csv", "kota", "Kota", "value=kode label=nama", None],
        ["select_multiple_from_file merek.csv", "merek", "Merek", None, None],
        ["select_one pasar", "pasar", "Pasar", None, "minimal search('pasar')"],
    ],
    "choices": [["list_name", "name", "label"], ["pasar", "id", "judul"]],
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "inbox" / "Survei sabun"
    folder.mkdir(parents=True)
    for name, content in {"data.csv": DATA, "kota.csv": TOWNS, "merek.csv": BRANDS, "pasar.csv": MARKETS}.items():
        (folder / name).write_text(content)
    workbook(folder / "form.xlsx", FORM)
    return folder


@pytest.fixture
def store(tmp_path):
    return UploadStore(tmp_path / "uploads")


def labels(store, key, variable):
    return {c.code: c.label for c in detect(read_again(store, key))[variable].choices}


def test_lists_that_the_form_names_are_no_second_data_file(store, folder):
    answer = store.admit(inbox_item_at(folder))
    assert isinstance(answer, Admitted), answer
    key = answer.upload.key
    assert store.files(key).data_name == "data.csv"
    assert set(answer.upload.list_names) == {"kota.csv", "merek.csv", "pasar.csv"}
    assert {path.read_text() for path, _ in store.files(key).lists} == {TOWNS, BRANDS, MARKETS}
    assert labels(store, key, "kota") == {"k1": "Bogor", "k2": "Depok"}
    assert labels(store, key, "merek") == {"m1": "Sabun A", "m2": "Sabun B", "m3": "Sabun C"}
    assert labels(store, key, "pasar")["p1"] == "Pasar Baru"


def test_the_same_again_changes_nothing_and_another_list_does(store, folder):
    key = store.admit(inbox_item_at(folder)).upload.key
    assert isinstance(store.admit(inbox_item_at(folder)), AlreadyThere)
    (folder / "kota.csv").write_text(TOWNS.replace("Depok", "Kota Depok"))
    answer = store.admit(inbox_item_at(folder))
    assert isinstance(answer, Changed), answer
    assert answer.touched == {"form"}
    assert read_again(store, key).head.form is not None
    assert labels(store, key, "kota") == {"k1": "Bogor", "k2": "Kota Depok"}


def test_a_table_that_the_form_does_not_name_is_a_second_data_file(store, folder):
    (folder / "merek.csv").rename(folder / "lain.csv")
    answer = store.admit(inbox_item_at(folder))
    assert isinstance(answer, Refused)
    assert "2 data files" in answer.reason
    assert "lain.csv" in answer.reason
