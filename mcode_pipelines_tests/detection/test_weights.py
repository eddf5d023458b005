"""Weights: found in several languages, the final one used, what is not used told."""

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import ColumnDictionary, Kind, RawSurvey
from mcode_pipelines_tests.detection.made import survey

AROUND_ONE = [str(0.4 + (i * 37 % 100) / 80) for i in range(60)]
POPULATION = [str(5_000 + (i * 377 % 1_900) + 0.25) for i in range(60)]


@pytest.mark.parametrize(
    "name",
    ["ponderador", "Gewichtungsfaktor", "pengali", "faktor ekspansi", "factor de expansión", "wgt", "weegfactor"],
)
def test_a_weight_is_found_by_its_name(name: str) -> None:
    variable = next(iter(detect(survey({name: AROUND_ONE}))))
    assert variable.weight
    assert variable.kind is Kind.NUMERIC


def test_weights_up_to_the_population_are_used_and_told() -> None:
    dictionary = {"v9": ColumnDictionary(label="Variable made after data cleaning by the field office: final weight")}
    codebook = detect(survey({"v9": POPULATION}, dictionary=dictionary))
    assert codebook["v9"].weight
    assert any("projected to the population" in r.en for r in codebook.remarks)


def test_of_several_weights_the_final_one_is_used_and_none_gets_a_table() -> None:
    codebook = detect(survey({"final_weight": AROUND_ONE, "base_weight": AROUND_ONE[::-1], "q": ["1", "2"] * 30}))
    assert [v.name for v in codebook if v.weight] == ["final_weight"]
    assert not codebook["base_weight"].tabulated
    assert any("base_weight" in r.en and "weight: base_weight" in r.id for r in codebook.remarks)


def test_a_few_bad_weights_do_not_switch_weighting_off() -> None:
    codebook = detect(survey({"bobot": ["-9", None, *AROUND_ONE[2:]]}))
    assert codebook["bobot"].weight
    assert any("2 respondents" in r.en for r in codebook.remarks)


def test_the_weight_of_the_file_wins_whatever_its_name() -> None:
    raw = survey({"x7": AROUND_ONE, "final_weight": AROUND_ONE})
    weighted = RawSurvey(raw.data, raw.head.model_copy(update={"weight": "x7"}))
    assert [v.name for v in detect(weighted) if v.weight] == ["x7"]


def test_kilograms_are_no_weight_and_a_doubtful_one_is_named() -> None:
    kilograms = [str(48.5 + i % 40) for i in range(60)]
    codebook = detect(survey({"weight": kilograms, "Berat badan (kg)": kilograms}))
    assert not any(v.weight for v in codebook)
    assert not codebook.remarks
    whole = detect(survey({"bobot akhir": [str(1 + i % 3) for i in range(60)]}))
    assert any("bobot akhir" in r.id and "not used" in r.en for r in whole.remarks)


@pytest.mark.parametrize(
    "name", ["FACTOR_EXP", "Peso amostral", "peso_expandido", "coeficiente de elevación", "koefisien penimbang"]
)
def test_weights_of_any_size_are_found_in_other_languages(name: str) -> None:
    for cells in (AROUND_ONE, POPULATION):
        codebook = detect(survey({name: cells, "q": ["1", "2"] * 30}))
        assert [v.name for v in codebook if v.weight] == [name]


def test_small_weights_of_a_sure_name_are_used() -> None:
    small = [str(round(float(w) * 0.07, 4)) for w in AROUND_ONE]
    assert detect(survey({"bobot": small}))["bobot"].weight


def test_a_weight_that_tells_nobody_apart_is_not_the_one_in_use() -> None:
    weights = {"dweight": AROUND_ONE, "pspwght": AROUND_ONE[::-1], "pweight": ["0.53"] * 60}
    assert [v.name for v in detect(survey(weights)) if v.weight] == ["pspwght"]


@pytest.mark.parametrize("name", ["peso del paquete", "poids des bagages", "Gewicht des Koffers", "gewicht pakket"])
def test_parcels_weigh_without_weighting(name: str) -> None:
    codebook = detect(survey({name: [str(0.4 + (i * 37 % 100) / 80) for i in range(60)]}))
    assert not any(v.weight for v in codebook)


def test_a_large_number_merely_called_a_weight_is_named() -> None:
    codebook = detect(survey({"peso": POPULATION}))
    assert not any(v.weight for v in codebook)
    assert any("'peso' may be a weight and is not used" in r.en for r in codebook.remarks)
