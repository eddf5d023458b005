"""Deliveries of waves: what the same interviews are, which upload stands, and what a person says of it."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from mcode_pipelines.intake import (
    Admitted,
    AlreadyThere,
    Changed,
    Refused,
    UploadStore,
    WaveError,
    WaveWord,
    decide,
    delivered,
    inbox_item_at,
    of_study,
)
from mcode_pipelines.intake.interviews import shared_interviews
from mcode_pipelines.sources import open_raw_survey, read_survey

CITIES = ("Bogor", "Depok", "Tegal", "Kudus", "Blora")


def interviews(people: Sequence[int], *, ids: str | None = "_uuid", seed: int = 1) -> pl.DataFrame:
    """Answers of people who are known by numbers: one person always answers the same under one seed."""
    rows = []
    for person in people:
        choose = random.Random(f"{seed}/{person}")
        row = {"kota": choose.choice(CITIES), "usia": choose.randint(17, 60), "puas": choose.randint(1, 5)}
        row |= {f"Q{n}": choose.randint(1, 6) for n in range(1, 9)}
        if ids == "_uuid":
            row["_uuid"] = str(uuid.UUID(int=random.Random(f"{seed}:{person}").getrandbits(128)))
        elif ids is not None:
            row[ids] = person
        rows.append(row)
    return pl.DataFrame(rows)


class Inbox:
    """A store, and files that are dropped one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = UploadStore(folder / "uploads")
        self.told: dict[str, tuple[str, ...]] = {}
        self._number = 0

    def drop(self, name: str, table: pl.DataFrame, **companions: str) -> str:
        """The key of a dropped folder with the data and companions (`plan`, `wave` as YAML)."""
        self._number += 1
        folder = self.folder / str(self._number) / name
        folder.mkdir(parents=True)
        table.write_csv(folder / "data.csv")
        for kind, text in companions.items():
            (folder / f"{kind}.yaml").write_text(text, encoding="utf-8")
        answer = self.store.admit(inbox_item_at(folder))
        assert isinstance(answer, Admitted), answer
        self.told[answer.upload.key] = answer.remarks
        return answer.upload.key

    def companion(self, key: str, kind: str, text: str) -> Changed | AlreadyThere | Refused:
        path = self.folder / f"{key}.{kind}.yaml"
        path.write_text(text, encoding="utf-8")
        answer = self.store.admit(inbox_item_at(path))
        assert isinstance(answer, Changed | AlreadyThere | Refused), answer
        return answer

    def stand(self, study: str = "pelacak-kopi") -> list[str]:
        """The waves that stand, oldest first, with the number of interviews of each."""
        waves = delivered(of_study(self.store.uploads(), study))
        return [f"{w.label}: {self.rows(w.upload.key)}" for w in waves if w.stands]

    def rows(self, key: str) -> int:
        path = self.store.raw_path(key)
        return pl.scan_parquet(path).select(pl.len()).collect().item()


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def test_a_later_delivery_of_a_wave_takes_the_place_of_the_earlier_and_both_are_told(inbox: Inbox) -> None:
    first = inbox.drop("Pelacak Kopi Oktober 2026", interviews(range(40)))
    second = inbox.drop("Pelacak Kopi 2026-10 (redeliver)", interviews(range(1, 45)))
    assert inbox.stand() == ["2026-10: 44"]
    told = " ".join(inbox.told[second])
    assert f"takes the place of {first}: 39 interviews are in both, 5 are new, 1 are gone" in told
    assert f"menggantikan {first}: 39 wawancara ada di keduanya" in told
    assert (inbox.store.root / first / "as_read.parquet").exists()


@pytest.mark.parametrize("ids", ["_uuid", "ID", "No", None])
def test_a_growing_delivery_replaces_its_half_whatever_ids_there_are(inbox: Inbox, ids: str | None) -> None:
    everybody = interviews(range(60), ids=ids)
    inbox.drop("Pelacak Kopi Okt 2026", everybody.head(30))
    inbox.drop("Pelacak Kopi Okt 2026", everybody)
    assert inbox.stand() == ["2026-10: 60"]


@pytest.mark.parametrize("ids", ["_uuid", "ID", None])
def test_two_uploads_of_one_wave_with_other_respondents_are_told_apart(inbox: Inbox, ids: str | None) -> None:
    one = inbox.drop("Pelacak Kopi Okt 2026 Jawa", interviews(range(40), ids=ids, seed=1), plan="study: Pelacak Kopi")
    two = inbox.drop("Pelacak Kopi Oktober 2026", interviews(range(40), ids=ids, seed=2))
    assert inbox.stand() == ["Pelacak Kopi Okt 2026 Jawa: 40", "Pelacak Kopi Oktober 2026: 40"]
    assert "hold different respondents" in " ".join(inbox.told[two])
    decide(inbox.store, two, WaveWord(wave="2026-11"))
    assert inbox.stand() == ["2026-10: 40", "2026-11: 40"]
    decide(inbox.store, two, WaveWord(wave="2026-10", replaces=(one,)))
    assert inbox.stand() == ["2026-10: 40"]


@pytest.mark.parametrize("ids", ["panel_id", "ID", "No"])
def test_a_panel_or_a_count_that_begins_anew_is_no_delivery_again(inbox: Inbox, ids: str) -> None:
    inbox.drop("Pelacak Kopi 2026-09", interviews(range(50), ids=ids, seed=1))
    inbox.drop("Pelacak Kopi 2026-10", interviews(range(50), ids=ids, seed=2))
    assert inbox.stand() == ["2026-09: 50", "2026-10: 50"]


def test_the_same_interviews_under_another_wave_or_name_are_the_same_delivery(inbox: Inbox) -> None:
    inbox.drop("Pelacak Kopi 2026-09", interviews(range(50)))
    again = inbox.drop("Pelacak Kopi 2026-10", interviews(range(52)))
    assert inbox.stand() == ["2026-10: 52"]
    other = inbox.drop("Hasil tracker minuman", interviews(range(53)))
    assert inbox.stand() == ["2026-10: 53"]
    assert f"holds the interviews of {again}" in " ".join(inbox.told[other])


def test_a_few_interviews_that_stand_in_two_waves_are_told(inbox: Inbox) -> None:
    inbox.drop("Pelacak Kopi 2026-09", interviews(range(50)))
    later = inbox.drop("Pelacak Kopi 2026-10", interviews(range(47, 100)))
    assert inbox.stand() == ["2026-09: 50", "2026-10: 53"]
    assert "3 interviews of this upload stand in" in " ".join(inbox.told[later])


def test_whatever_the_order_of_arrival_the_same_uploads_stand_in_the_same_order(tmp_path: Path) -> None:
    drops = [
        ("Pelacak Kopi 2026-09", interviews(range(40), seed=9)),
        ("Pelacak Kopi Okt 2026", interviews(range(20), seed=10)),
        ("Pelacak Kopi Okt 2026 v2", interviews(range(41), seed=10)),
        ("Pelacak Kopi Nov'26 final", interviews(range(42), seed=11)),
    ]
    for number, order in enumerate(((3, 2, 1, 0), (2, 0, 3, 1))):
        inbox = Inbox(tmp_path / str(number))
        for at in order:
            inbox.drop(*drops[at])
        assert inbox.stand() == ["2026-09: 40", "2026-10: 41", "2026-11: 42"]


def test_a_superseded_delivery_is_brought_back_and_what_comes_later_takes_its_place_again(inbox: Inbox) -> None:
    first = inbox.drop("Pelacak Kopi Okt 2026", interviews(range(40)))
    second = inbox.drop("Pelacak Kopi Okt 2026", interviews(range(41)))
    decide(inbox.store, first, WaveWord(restored=True))
    assert inbox.stand() == ["2026-10: 40"]
    decide(inbox.store, second, WaveWord(restored=True))
    assert inbox.stand() == ["2026-10: 41"]
    decide(inbox.store, second, WaveWord(withdrawn=True))
    assert inbox.stand() == ["2026-10: 40"]
    inbox.drop("Pelacak Kopi Okt 2026", interviews(range(42)))
    assert inbox.stand() == ["2026-10: 42"]


def test_deliveries_can_stand_beside_each_other(inbox: Inbox) -> None:
    first = inbox.drop("Pelacak Kopi 2026-09", interviews(range(40)))
    second = inbox.drop("Pelacak Kopi 2026-10", interviews(range(41)))
    assert inbox.stand() == ["2026-10: 41"]
    decide(inbox.store, first, WaveWord(restored=True, beside=(second,)))
    assert inbox.stand() == ["2026-09: 40", "2026-10: 41"]


def test_plan_and_codebook_of_the_earlier_delivery_go_on(inbox: Inbox) -> None:
    inbox.drop("Pelacak Kopi Okt 2026", interviews(range(40)), plan="title: Kopi Oktober")
    second = inbox.drop("Pelacak Kopi Okt 2026", interviews(range(41)))
    assert inbox.store.plan_path(second) is not None
    assert "plan" in inbox.store.get(second).companions
    assert "The plan of" in " ".join(inbox.told[second])
    third = inbox.drop("Pelacak Kopi Okt 2026", interviews(range(42)), plan="title: Lain")
    path = inbox.store.plan_path(third)
    assert path is not None
    assert path.read_text() == "title: Lain"


def test_a_plan_that_corrects_the_wave_takes_the_old_place_back_and_is_coded_anew(inbox: Inbox) -> None:
    inbox.drop("Pelacak Kopi 2026-09", interviews(range(40), seed=9))
    wrong = inbox.drop("Pelacak Kopi 2026-08", interviews(range(41), seed=10))
    assert inbox.stand() == ["2026-08: 41", "2026-09: 40"]
    answer = inbox.companion(wrong, "plan", "wave: Oktober 2026\n")
    assert isinstance(answer, Changed)
    assert answer.touched == {"plan", "wave"}
    assert inbox.stand() == ["2026-09: 40", "Oktober 2026: 41"]
    same = inbox.companion(wrong, "plan", "wave: Oktober 2026\ntitle: Kopi\n")
    assert isinstance(same, Changed)
    assert same.touched == {"plan"}
    inbox.companion(wrong, "plan", "study: Pelacak Teh\n")
    assert inbox.stand() == ["2026-09: 40"]
    assert inbox.stand("Pelacak Teh") == ["Oktober 2026: 41"]


def test_a_companion_file_says_the_same_as_the_command(inbox: Inbox) -> None:
    first = inbox.drop("Pelacak Kopi Okt 2026", interviews(range(40), seed=1))
    second = inbox.drop("Pelacak Kopi Okt 2026", interviews(range(44), seed=2), wave=f"replaces: {first}\n")
    assert inbox.stand() == ["2026-10: 44"]
    answer = inbox.companion(second, "wave", "wave: Nov 2026\nwithdrawn: true\n")
    assert isinstance(answer, Changed)
    assert answer.touched == {"wave"}
    assert inbox.stand() == ["2026-10: 40"]
    wrong = inbox.companion(second, "wave", "wafe: 3\n")
    assert isinstance(wrong, Refused)
    assert "is `wave` meant?" in wrong.reason
    unknown = inbox.companion(second, "wave", "replaces: tidak-ada-12345678\n")
    assert isinstance(unknown, Refused)
    assert "there is no upload 'tidak-ada-12345678'" in unknown.reason


def test_an_order_that_a_person_gives_holds_for_what_comes_later(inbox: Inbox) -> None:
    inbox.drop("Pelacak Kopi 2026-09", interviews(range(39), seed=9))
    key = inbox.drop("Pelacak Kopi 2026-10", interviews(range(40), seed=10))
    decide(inbox.store, key, WaveWord(order=("Okt 2026", "2026-09")))
    inbox.drop("Pelacak Kopi 2026-11", interviews(range(41), seed=11))
    assert inbox.stand() == ["2026-10: 40", "2026-09: 39", "2026-11: 41"]
    with pytest.raises(WaveError, match="has no wave '2026-12'; there are 2026-10, 2026-09, 2026-11"):
        decide(inbox.store, key, WaveWord(order=("2026-12",)))


def test_corrections_of_a_superseded_delivery_run_the_later_one_anew(inbox: Inbox) -> None:
    first = inbox.drop("Pelacak Kopi Okt 2026", interviews(range(40)))
    second = inbox.drop("Pelacak Kopi Okt 2026", interviews(range(41)))
    before = inbox.store.get(second).run_key
    path = inbox.folder / f"{first}.codes.csv"
    path.write_text("respondent,variable,code\n1,E1,2\n")
    answer = inbox.store.admit(inbox_item_at(path))
    assert isinstance(answer, Changed)
    assert f"{first} is superseded by {second}: these corrections go on there too" in " ".join(answer.remarks)
    assert inbox.store.get(second).run_key != before


def test_what_a_person_said_outlives_further_companions(inbox: Inbox) -> None:
    key = inbox.drop("Pelacak Kopi 2026-09", interviews(range(39), seed=9))
    decide(inbox.store, key, WaveWord(wave="Putaran 1"))
    inbox.companion(key, "plan", "title: Kopi\n")
    assert inbox.stand() == ["Putaran 1: 39"]


@pytest.mark.parametrize(
    ("ids", "seed", "shared", "certain"),
    [("_uuid", 1, 20, True), ("_uuid", 2, 0, True), ("ID", 1, 20, False), ("ID", 2, 0, False), (None, 1, 20, False)],
)
def test_shared_interviews_are_counted(tmp_path: Path, ids: str | None, seed: int, shared: int, certain: bool) -> None:
    interviews(range(30), ids=ids).write_csv(tmp_path / "one.csv")
    interviews(range(10, 45), ids=ids, seed=seed).write_csv(tmp_path / "two.csv")
    one, two = (read_survey(tmp_path / name, name=name) for name in ("one.csv", "two.csv"))
    found = shared_interviews(two, one)
    assert found is not None
    assert (found.shared, found.here, found.there, found.certain) == (shared, 35, 30, certain)


def test_a_delivery_of_data_alone_is_read_with_the_form_of_the_earlier_one(inbox: Inbox) -> None:
    table = interviews(range(40))
    folder = inbox.folder / "first" / "Pelacak Kopi Okt 2026"
    folder.mkdir(parents=True)
    table.write_csv(folder / "data.csv")
    form = openpyxl.Workbook()
    survey = form.active
    survey.title = "survey"
    for row in [("type", "name", "label"), *(("integer", f"Q{n}", f"Berapa cangkir {n}?") for n in range(1, 9))]:
        survey.append(row)
    form.save(folder / "form.xlsx")
    first = inbox.store.admit(inbox_item_at(folder))
    assert isinstance(first, Admitted)
    assert first.upload.form_name == "form.xlsx"
    second = inbox.drop("Pelacak Kopi Okt 2026", interviews(range(44)))
    assert inbox.store.get(second).companions["form"] == first.upload.companions["form"]
    read = open_raw_survey(inbox.store.raw_path(second))
    assert read.head.form is not None
    assert inbox.rows(second) == 44
    assert "The form of" in " ".join(inbox.told[second])
    again = inbox.store.admit(inbox_item_at(inbox.folder / "1" / "Pelacak Kopi Okt 2026"))
    assert isinstance(again, AlreadyThere)
