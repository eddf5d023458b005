"""Numbers as people type them: thousands, money, units; what they are not."""

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import Kind
from mcode_pipelines.survey.numbers import NumberStyle, read_numbers
from mcode_pipelines.tabulation.respondents.decoding import decode
from mcode_pipelines_tests.detection.made import survey

RENT = ["1.250.000", "875.000", "2.400.000", "950.000", "640.000", "1.100.000", "720.000", "3.050.000"] * 4


def values(header: str, cells: list[str | None]) -> list[float]:
    raw = survey({header: cells})
    variable = next(iter(detect(raw)))
    assert variable.kind is Kind.NUMERIC
    return decode(variable, raw.data.collect()).values.tolist()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("header", "cells", "first"),
    [
        ("Sewa kos", RENT, 1_250_000.0),
        ("Monthly rent", [c.replace(".", ",") for c in RENT], 1_250_000.0),
        ("Upah harian", ["85.000", "120.000", "97.500", "110.000", "75.250", "99.000", "88.000"] * 5, 85_000.0),
        (
            "Ongkos",
            ["Rp 12.500", "Rp. 8.000", "Rp15.000", "Rp 9.500,-", "Rp 20.000", "7.500", "Rp 11.000"] * 5,
            12_500.0,
        ),
        ("Modal", ["1,5 juta", "Rp 2 jt", "750 rb", "3 juta", "4,25 jt", "900 ribu", "12 juta"] * 5, 1_500_000.0),
        ("Lama menunggu", ["25 menit", "1 jam", "40 menit", "10 menit", "15 mnt", "5 menit", "30 menit"] * 5, 25.0),
        ("Kenaikan yang wajar", ["12%", "7,5 %", "20 persen", "15%", "9%", "11%", "13%"] * 5, 12.0),
        ("Omzet setahun", ["2,5 M", "800 jt", "1 M", "1,2 miliar", "650 juta", "3 M", "400 jt"] * 5, 2.5e9),
        ("Yearly turnover", ["$2.5M", "$800k", "$1 m", "$650k", "$3M", "$40k", "$1.2M"] * 5, 2.5e6),
        ("Facturación", ["2,5 M€", "800 mil", "1 M€", "2 millones", "650 mil", "3 M€", "40 mil"] * 5, 2.5e6),
        ("Lebar jalan", ["2,5 m", "800 cm", "1 m", "12 m", "6,5 m", "3 m", "4 m"] * 5, 2.5),
        ("Luas rumah", ["36 m2", "45m2", "120 m²", "72 m2", "60 m2", "90m²", "54 m2"] * 5, 36.0),
        ("Luas kebun (ha)", ["0,750", "1,250", "2,5", "3", "1,125", "0,5", "4,75"] * 5, 0.75),
    ],
)
def test_numbers_are_read_as_they_were_meant(header: str, cells: list[str | None], first: float) -> None:
    read = values(header, cells)
    assert read[0] == pytest.approx(first)
    assert not any(v != v for v in read), "none is left out"


def test_units_of_one_sort_are_converted_and_told() -> None:
    raw = survey({"Jarak": ["3 km", "500 m", "7 km", "12 km", "1 km", "9 km", "2 km", "15 km"] * 4})
    variable = detect(raw)["Jarak"]
    assert decode(variable, raw.data.collect()).values[1] == pytest.approx(0.5)  # type: ignore[union-attr]
    assert any("converted to km" in r.en and "diubah ke km" in r.id for r in variable.remarks)


def test_a_guess_between_two_readings_is_told() -> None:
    cells = ["12.500", "8.000", "15.000", "9.500", "20.000", "7.500", "31.000"] * 5
    variable = detect(survey({"Dibayar kemarin": cells}))["Dibayar kemarin"]
    assert variable.written == NumberStyle(thousands=".")
    assert "read as 12500;" in variable.remarks[0].en


def test_what_a_lone_m_counts_as_and_small_numbers_among_millions_are_told() -> None:
    (omzet,) = detect(survey({"Omzet": ["2 M", "800 jt", "1 M", "650 juta", "3 M", "400 jt", "7 M"] * 5}))
    assert any("M' was read as" in r.en and r.en.endswith(",000,000,000") for r in omzet.remarks)
    (modal,) = detect(survey({"Modal": ["2", "3", "4", "5", "7", "8,5", "1,5 jt", "2 juta"] * 5}))
    assert any("others such as '2' do not" in r.en for r in modal.remarks)


def test_decimals_with_three_digits_stay_decimals() -> None:
    assert max(values("IPK terakhir", ["3.412", "2.985", "3.750", "3.115", "2.640", "3.905", "3.001"] * 5)) < 4
    assert max(values("Waktu reaksi", ["0.412", "1.985", "0.750", "2.5", "1.640", "0.905", "3.001"] * 5)) < 4


def test_day_numbers_telephones_and_dashes_are_what_they_are() -> None:
    codebook = detect(
        survey(
            {
                "Tgl kunjungan": [str(46_100 + i % 40) for i in range(40)],
                "pulsa": [f"8{123_456_789 + i * 977_771:09d}{i % 10}" for i in range(40)],
                "Tahun berdiri": [str(1990 + i % 25) for i in range(40)],
                "Nilai kebersihan": ["1", "2", "\u2013", "3", "5", "4", "-", "2"] * 5,
            }
        )
    )
    assert codebook["Tgl kunjungan"].kind is Kind.DATE
    assert codebook["pulsa"].kind is Kind.IDENTIFIER
    assert codebook["Tahun berdiri"].kind is Kind.NUMERIC
    assert codebook["Nilai kebersihan"].kind is Kind.SCALE
    assert {"-", "\u2013"} <= set(codebook["Nilai kebersihan"].missing)


@pytest.mark.parametrize("cell", ["10 - 20", "kelas 3", "3 kota", "", "3 tahun 2 bulan", "A1", "12/2025"])
def test_what_is_not_one_number_is_none(cell: str) -> None:
    assert read_numbers([cell]) == {}


def test_a_form_number_may_be_typed_with_its_unit_and_choices_stay_as_printed() -> None:
    from mcode_pipelines_tests.detection.made import form

    made = form(
        [["integer", "sewa", "Sewa sebulan"], ["select_one tarif", "tarif", "Tarif yang pas"]],
        [["tarif", "a", "Rp 5.000"], ["tarif", "b", "Rp 10.000"]],
    )
    raw = survey({"sewa": RENT, "tarif": ["Rp 5.000", "Rp 10.000"] * 16}, form=made)
    codebook = detect(raw)
    assert decode(codebook["sewa"], raw.data.collect()).values[0] == 1_250_000  # type: ignore[union-attr]
    assert [c.code for c in codebook["tarif"].choices] == ["a", "b"]
    assert (decode(codebook["tarif"], raw.data.collect()).patterns >= 0).all()  # type: ignore[union-attr]
