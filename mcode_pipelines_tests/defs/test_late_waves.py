"""Waves that come late, and waves that are made again: codes keep their numbers and their meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, repeat
from pathlib import Path

import dagster as dg
import pytest

from mcode_pipelines.definitions import assemble
from mcode_pipelines.lake import Lake
from mcode_pipelines_tests.defs.conftest import admitted, run, sentence
from mcode_pipelines_tests.sources.files import workbook

BRANDS = {1: "Bango", 2: "ABC", 96: "Lainnya"}
WRITTEN = {
    "2026-09": {"Sedaap": 12, "Zebra": 9},
    "2026-10": {"Sedaap": 10, "Lombok": 11},
    "2026-11": {"Sedaap": 8, "Piring Lombok": 0, "Nasional": 12, "Lombok": 9},
}


def delivery(at: Path, wave: str) -> Path:
    """A form and data in which 97 is printed in November, and brands that the form lacks are written behind 96."""
    folder = at / f"Pelacak Kecap {wave}"
    folder.mkdir(parents=True)
    brands = BRANDS if wave != "2026-11" else {1: "Bango", 2: "ABC", 97: "Tidak pakai kecap", 96: "Lainnya"}
    survey = [
        ["type", "name", "label", "relevant"],
        ["select_one brand", "Q1", "Kecap yang paling sering dipakai", None],
        ["text", "Q1_L", "Lainnya, sebutkan", "${Q1} = '96'"],
    ]
    choices = [["list_name", "name", "label"], *(["brand", code, name] for code, name in brands.items())]
    workbook(folder / "form.xlsx", {"survey": survey, "choices": choices, "settings": [["form_title"], ["Kecap"]]})
    texts = list(chain.from_iterable(repeat(text, times) for text, times in WRITTEN[wave].items()))
    rows: list[list[object]] = [["Q1", "Q1_L", "_uuid"]]
    ticked = [1] * 40 + [2] * 20 + ([97] * 15 if wave == "2026-11" else []) + [96] * len(texts)
    for number, (code, text) in enumerate(
        zip(ticked, chain(repeat(None, len(ticked) - len(texts)), texts), strict=True)
    ):
        rows.append([code, text, f"{wave}-0000-0000-{number:08}"])
    workbook(folder / "data.xlsx", {"data": rows})
    return folder


class Study:
    """The waves of one study in a store of their own, coded as they come."""

    def __init__(self, at: Path, instance: dg.DagsterInstance) -> None:
        self.at, self.instance = at, instance
        self.lake = Lake(at / "storage")
        self.definitions = assemble(self.lake)
        self.keys: dict[str, str] = {}

    def drop(self, waves: Sequence[str]) -> None:
        for wave in waves:
            self.keys[wave] = admitted(self.lake, delivery(self.at, wave))
            self.make(wave, "ingest_upload", "code_answers")

    def make(self, wave: str, *jobs: str) -> None:
        for job in jobs or ("code_answers",):
            result = run(self.definitions, self.instance, self.keys[wave], job)
            assert result.success, sentence(result)

    def numbers(self, wave: str) -> dict[str, int]:
        frame = self.lake.open("code_frames", self.keys[wave]).of("Q1")
        return {code.label: code.code for code in frame.codes}

    def people(self, wave: str) -> Counter[str]:
        codes = self.lake.open("classified_responses", self.keys[wave])
        return Counter(codes.filter(codes["variable"] == "Q1")["label"].to_list())


@pytest.fixture
def study(tmp_path: Path, instance: dg.DagsterInstance) -> Study:
    return Study(tmp_path, instance)


def test_a_wave_that_comes_late_changes_no_number_and_no_figure(study: Study) -> None:
    study.drop(["2026-09", "2026-11"])
    before, people = study.numbers("2026-11"), study.people("2026-11")
    assert before["Tidak pakai kecap"] == 97
    study.drop(["2026-10"])
    study.make("2026-11")
    after = study.numbers("2026-11")
    assert {label: after[label] for label in before} == before
    assert study.people("2026-11") == people
    october = study.numbers("2026-10")
    assert october["Lombok"] == after["Lombok"]  # the same theme, though November coined it first
    coined = {code for label, code in chain(october.items(), after.items()) if label not in BRANDS.values()}
    assert len(coined) == len({label for label in chain(october, after) if label not in BRANDS.values()})


@pytest.mark.parametrize("order", [("2026-10", "2026-09", "2026-11"), ("2026-11", "2026-10", "2026-09")])
def test_whatever_the_order_the_same_people_stand_under_the_same_labels(study: Study, order: Sequence[str]) -> None:
    study.drop(order)
    for wave in sorted(order):
        study.make(wave)
    for wave, written in WRITTEN.items():
        wanted = {"Bango": 40, "ABC": 20} | {text: times for text, times in written.items() if times}
        wanted |= {"Tidak pakai kecap": 15} if wave == "2026-11" else {}
        assert {label: n for label, n in study.people(wave).items() if n} == wanted


def test_the_same_wave_twice_changes_nothing(study: Study) -> None:
    study.drop(["2026-09", "2026-10"])
    once = study.lake.open("code_frames", study.keys["2026-10"])
    study.make("2026-10")
    study.make("2026-09")
    study.make("2026-10")
    assert study.lake.open("code_frames", study.keys["2026-10"]) == once
