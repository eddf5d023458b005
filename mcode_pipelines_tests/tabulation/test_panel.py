"""The same people in several waves: dependent samples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mcode_pipelines.survey import Codebook, CrossTables, TabulationPlan, Variable
from mcode_pipelines.tabulation import PlanError, Wave, tabulate
from mcode_pipelines_tests.tabulation.made_surveys import numeric, pairs, raw_survey, scale, single

METHODS = ("effective_base_t", "dimensions_t", "pooled_z", "unpooled_t")
SEX = single("S1", 1, 2, demographic=True, characteristic="sex")
BORN = numeric("born", demographic=True, characteristic="age")
ID = Variable(name="id", label="id", kind="identifier", columns=("id",))
OPEN = {"levels": [0.95], "small_base": [0, 0]}
Data = dict[str, list[object]]


def compared(waves: list[Data], *questions: Variable, plan: dict[str, object] | None = None) -> CrossTables:
    codebook = Codebook(variables=(ID, *questions), respondent_column="id")
    made = [Wave(f"w{at}", raw_survey(data), codebook) for at, data in enumerate(waves, 1)]
    given = {"language": "en", "wave": made[-1].label, "waves": "all", "banner": ["wave"], "weight": None}
    whole = TabulationPlan.model_validate({**given, "significance": OPEN, "rows": ["Q"], **(plan or {})})
    (tables,) = tabulate(whole, made[-1].raw, codebook, earlier_waves=made[:-1], tables_per_batch=2_000)
    return tables


def panel(people: int, seed: int = 3) -> list[Data]:
    """Two waves of the same people, in another order, with answers that go together."""
    chance = np.random.default_rng(seed)
    liking = chance.normal(size=people)
    sex, born = chance.integers(1, 3, people), chance.integers(1950, 2005, people)
    waves: list[Data] = []
    for at in range(2):
        order = chance.permutation(people)
        said = liking + chance.normal(size=people) * 0.7
        waves.append(
            {
                "id": [f"R{i}" for i in order],
                "S1": [str(sex[i]) for i in order],
                "born": [int(born[i]) for i in order],
                "Q": ["1" if said[i] > 0.35 * at else "2" for i in order],
                "A": [str(int(np.clip(np.round(said[i] + 0.2 * at), -2, 2)) + 3) for i in order],
                "w": [1.0 + (i % 3) for i in order],
            }
        )
    return waves


def by_person(waves: list[Data], name: str) -> tuple[np.ndarray, np.ndarray]:
    there = [dict(zip(wave["id"], wave[name], strict=True)) for wave in waves]
    both = sorted(set(there[0]) & set(there[1]), key=str)
    return tuple(np.array([float(str(of[i])) for i in both]) for of in there)  # type: ignore[return-value]


@pytest.mark.parametrize("method", METHODS[:3])
def test_shares_of_the_same_people_are_tested_as_by_mcnemar(method: str) -> None:
    waves = panel(200)
    tables = compared(waves, SEX, BORN, single("Q", 1, 2), plan={"significance": {**OPEN, "method": method}})
    one, two = by_person(waves, "Q")
    gained, lost = int(((one == 2) & (two == 1)).sum()), int(((one == 1) & (two == 2)).sum())
    expected = (lost - gained) / math.sqrt(gained + lost)
    assert pairs(tables, "statistic")["1", "w1", "w2"] == pytest.approx(expected)
    assert pairs(tables, "overlap")["1", "w1", "w2"] == pytest.approx(200)
    if method != "pooled_z":
        assert pairs(tables, "df")["1", "w1", "w2"] == pytest.approx(198)
    assert any(
        "The same people answer again, known by id: 200 in both w1 and w2. Tests take it into account." in note
        for note in tables.book.notes
    )


def test_separate_variances_are_those_of_the_differences() -> None:
    waves = panel(200)
    plan = {"significance": {**OPEN, "method": "unpooled_t"}}
    one, two = (answers == 1 for answers in by_person(waves, "Q"))
    differences = one.astype(float) - two.astype(float)
    expected = differences.mean() / (differences.std() / math.sqrt(len(differences)))
    assert pairs(compared(waves, SEX, single("Q", 1, 2), plan=plan), "statistic")["1", "w1", "w2"] == pytest.approx(
        expected
    )


@pytest.mark.parametrize("method", METHODS)
def test_means_of_the_same_people_are_tested_as_by_a_paired_t(method: str) -> None:
    waves = panel(150)
    plan = {"rows": [{"variable": "A", "statistics": ["mean"]}], "significance": {**OPEN, "method": method}}
    tables = compared(waves, SEX, BORN, scale("A", 1, 2, 3, 4, 5), plan=plan)
    differences = np.subtract(*by_person(waves, "A"))
    expected = differences.mean() / (differences.std(ddof=1) / math.sqrt(len(differences)))
    assert pairs(tables, "statistic")["mean", "w1", "w2"] == pytest.approx(expected)


def test_part_of_a_weighted_sample_answers_again() -> None:
    waves = panel(200)
    waves[1]["id"] = [i if at % 2 else f"N{at}" for at, i in enumerate(waves[1]["id"])]
    questions = (SEX, BORN, single("Q", 1, 2), numeric("w", weight=True))
    tables = compared(waves, *questions, plan={"weight": "w"})
    (x, y), (v, w) = by_person(waves, "Q"), by_person(waves, "w")
    all_w = [np.array([float(str(i)) for i in wave["w"]]) for wave in waves]
    all_x = [np.array([i == "1" for i in wave["Q"]]) for wave in waves]
    sums = [float(of.sum()) for of in all_w]
    shares = [float((of * x_).sum() / s) for of, x_, s in zip(all_w, all_x, sums, strict=True)]
    p = (shares[0] * sums[0] + shares[1] * sums[1]) / sum(sums)
    one, two, u = (x == 1) - p, (y == 1) - p, v * w
    rho = (u * one * two).sum() / ((u * one**2).sum() / 2 + (u * two**2).sum() / 2)
    spread = sum(float((of**2).sum()) / s**2 for of, s in zip(all_w, sums, strict=True))
    variance = p * (1 - p) * (spread - 2 * rho * u.sum() / (sums[0] * sums[1]))
    expected = (shares[0] - shares[1]) / math.sqrt(variance)
    assert pairs(tables, "statistic")["1", "w1", "w2"] == pytest.approx(expected)


def apart(waves: list[Data], **plan: object) -> dict[tuple[str, str, str], object]:
    return pairs(compared(waves, SEX, BORN, single("Q", 1, 2), plan=plan), "statistic")


def test_running_numbers_that_start_again_in_each_wave_are_no_people() -> None:
    one, two = panel(200)
    chance = np.random.default_rng(1)
    two |= {"id": list(one["id"]), "S1": [str(i) for i in chance.integers(1, 3, 200)]}
    assert apart([one, two]) == apart([one, two], panel="off")
    assert apart([one, two], panel="id") != apart([one, two], panel="off")


def test_ids_without_any_characteristic_are_believed_only_where_they_are_peoples_own() -> None:
    one, two = panel(200)
    told = compared([one, two], single("Q", 1, 2))
    assert pairs(told, "overlap")["1", "w1", "w2"] == 0
    assert any("200 values of id stand in both wave w1 and wave w2" in note for note in told.book.notes)
    for wave in (one, two):
        wave["id"] = [f"08{1_000_000_000 + 7919 * int(str(i)[1:])}" for i in wave["id"]]
    two["id"] = [f"+62 {str(i)[1:]}" for i in two["id"]]
    assert pairs(compared([one, two], single("Q", 1, 2)), "overlap")["1", "w1", "w2"] == 200


def test_a_plan_says_who_people_are() -> None:
    waves = panel(60)
    assert TabulationPlan.model_validate({"panel": False}).panel == "off"
    with pytest.raises(PlanError, match="panel: there is no variable 'nomor'"):
        apart(waves, panel="nomor")
    waves[1]["id"] = [f"X{i}" for i in range(60)]
    tables = compared(waves, single("Q", 1, 2), plan={"panel": "id"})
    assert any(note.startswith("Nobody answers in two waves, by id") for note in tables.book.notes)


def test_people_who_stand_twice_in_a_column_are_not_two_people() -> None:
    waves = panel(200)
    for wave in waves:
        wave["Q"] = ["1" if int(str(i)[1:]) % 3 else "2" for i in wave["id"]]  # everybody says the same again
    questions = (SEX, BORN, single("Q", 1, 2))
    twice = compared(waves, *questions, plan={"banner": ["total", "S1"]})
    once = compared(waves[1:], *questions, plan={"banner": ["total", "S1"], "waves": None})
    key = ("1", "1", "2")
    assert pairs(twice, "statistic")[key] == pytest.approx(pairs(once, "statistic")[key])


def test_a_banner_too_wide_for_it_is_told() -> None:
    waves = panel(60)
    for wave in waves:
        wave["wide"] = [str(i) for i in range(60)]
    questions = (SEX, BORN, single("Q", 1, 2), single("wide", *range(210)))
    tables = compared(waves, *questions, plan={"banner": ["wave", "wide"]})
    assert any("of more than 20,000 tests do not take into account" in note for note in tables.book.notes)
    assert pairs(tables, "overlap").get(("1", "w1", "w2"), 0) == 0


@pytest.mark.parametrize("plan", [{}, {"rolling": 2, "banner": ["rolling"]}])
def test_one_true_null_in_twenty_is_rejected(plan: dict[str, object]) -> None:
    chance = np.random.default_rng(11)
    people, items = 300, 1_000
    liking = chance.normal(size=(2 * people, items))
    waves: list[Data] = []
    for at in range(3):
        who = np.arange(people) + at * people // 4  # three quarters answer again
        said = liking[who] + chance.normal(size=(people, items)) * 0.8
        background = {"id": [f"P{i}" for i in who], "S1": [str(1 + i % 2) for i in who]}
        waves.append({**background, **{f"Q{i}": ["1" if x > 0 else "2" for x in said[:, i]] for i in range(items)}})
    rows = [f"Q{i}" for i in range(items)]
    questions = [single(name, 1, 2) for name in rows]
    tables = compared(waves, SEX, *questions, plan={"rows": rows, **plan})
    p = [row["p_value"] for row in tables.tests.iter_rows(named=True) if row["row_code"] == "1"]
    rejected = sum(x < 0.05 for x in p if x is not None) / len(p)
    assert len(p) > 900
    assert 0.03 < rejected < 0.07
