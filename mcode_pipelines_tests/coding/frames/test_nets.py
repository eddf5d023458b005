from __future__ import annotations

import polars as pl
import pytest

from mcode_pipelines.coding import OpenQuestion
from mcode_pipelines.coding.frames.nets import with_nets
from mcode_pipelines.survey import ROW, Code


def question(text: str, language: str = "id") -> OpenQuestion:
    nobody = pl.DataFrame(schema={ROW: pl.Int64, "respondent": pl.String, "verbatim": pl.String})
    return OpenQuestion("E1", text, language, nobody)


def codes(*labels: str) -> list[Code]:
    return [Code(code=n, label=label) for n, label in enumerate(labels, start=1)]


MIXED = (
    *("Petugas ramah", "Kapal bersih", "Tiket murah", "Berangkat tepat waktu", "Kursi nyaman", "Makanan enak"),
    *("Petugas kasar", "Toilet kotor", "Tiket mahal", "Sering terlambat", "Ruangan panas", "Antre lama", "Asap rokok"),
)
SUGGESTIONS = (
    *("Petugas ditambah", "Petugas dilatih", "Toilet dibersihkan", "Toilet diperbanyak", "Jadwal ditepati"),
    *("Harga tiket", "Tiket online", "Kursi", "Parkir", "Kantin", "Dermaga", "Keamanan", "Mushola"),
)


def test_a_dozen_codes_need_no_nets():
    assert {c.net for c in with_nets(codes(*MIXED[:12]), question("Bagaimana pengalaman Anda?"))} == {None}


def test_praise_and_complaints_are_headings_of_a_question_that_drew_both():
    nets = {c.label: c.net for c in with_nets(codes(*MIXED), question("Bagaimana pengalaman Anda?"))}
    assert nets["Petugas ramah"] == nets["Kursi nyaman"] == "Positif"
    assert nets["Petugas kasar"] == nets["Antre lama"] == "Negatif"


def test_suggestions_are_headed_by_subject():
    nets = {c.label: c.net for c in with_nets(codes(*SUGGESTIONS), question("Apa saran Anda?"))}
    assert nets["Petugas ditambah"] == nets["Petugas dilatih"] == "Petugas"
    assert nets["Harga tiket"] == nets["Tiket online"] == "Tiket"
    assert nets["Parkir"] == nets["Dermaga"] == "Lokasi dan akses"
    assert nets["Mushola"] is None


@pytest.mark.parametrize("labels", [MIXED, SUGGESTIONS])
def test_nets_hold_at_least_two_codes_and_are_no_codes_label(labels):
    made = with_nets(codes(*labels), question("Apa saran Anda?"))
    nets = [c.net for c in made if c.net]
    assert all(nets.count(n) >= 2 for n in nets)
    assert not {n.casefold() for n in nets} & {c.label.casefold() for c in made}
