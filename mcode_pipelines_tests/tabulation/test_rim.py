"""RIM weights: nested targets, caps, targets that do not add up, parts raked apart."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcode_pipelines.survey import TabulationPlan
from mcode_pipelines.tabulation import PlanError, complete_plan, parse_plan
from mcode_pipelines.tabulation.respondents.raking import rake
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, single
from mcode_pipelines_tests.tabulation.test_plans import ferry


def slow_rake(margins: list[tuple[list[int], list[float]]], low: float, high: float, rounds: int) -> list[float]:
    """Deming and Stephan, respondent by respondent, trimmed after every round."""
    people = len(margins[0][0])
    w = [1.0] * people
    for _ in range(rounds):
        for category, shares in margins:
            for c, share in enumerate(shares):
                inside = [i for i in range(people) if category[i] == c]
                factor = share * people / math.fsum(w[i] for i in inside)
                for i in inside:
                    w[i] *= factor
        w = [min(max(x, low), high) for x in w]
    return w


chance = random.Random(11)
SEX = [chance.choices([0, 1], [3, 1])[0] for _ in range(120)]
AGE = [chance.choices([0, 1, 2], [6, 3, 1])[0] for _ in range(120)]
MARGINS = [(SEX, [0.5, 0.5]), (AGE, [0.3, 0.3, 0.4])]


def arrays(margins: list[tuple[list[int], list[float]]]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(np.array(c), np.array(s)) for c, s in margins]


@pytest.mark.parametrize(("low", "high"), [(None, None), (None, 3.6), (0.35, 4.1)])
def test_raked_weights_are_those_of_plain_loops(low: float | None, high: float | None) -> None:
    fast = rake(arrays(MARGINS), (low, high))
    slow = slow_rake(MARGINS, low or 0.0, high or math.inf, fast.rounds)
    assert fast.weights.tolist() == pytest.approx(slow, rel=1e-9)
    assert fast.weights.max() <= (high or math.inf) * (1 + 1e-12)
    assert fast.weights.min() >= (low or 0.0) * (1 - 1e-12)
    for category, shares in MARGINS:
        for c, share in enumerate(shares):
            inside = math.fsum(w for w, mine in zip(fast.weights, category, strict=True) if mine == c)
            assert inside == pytest.approx(share * 120, rel=1e-8)


def test_caps_that_no_weights_can_keep_are_refused_with_how_far_they_miss() -> None:
    with pytest.raises(PlanError, match=r"no weights within the cap of at most 1\.5 meet all targets \(the nearest"):
        rake(arrays(MARGINS), (None, 1.5))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=12, max_size=80), st.lists(st.floats(0.05, 1), min_size=4, max_size=4))
def test_one_margin_gives_target_over_sample_share(category: list[int], shares: list[float]) -> None:
    present = sorted(set(category))
    of = {c: i for i, c in enumerate(present)}
    kept = [shares[c] for c in present]
    kept = [s / math.fsum(kept) for s in kept]
    found = rake(arrays([([of[c] for c in category], kept)])).weights
    for c, w in zip(category, found, strict=True):
        assert w == pytest.approx(kept[of[c]] * len(category) / category.count(c))


def survey() -> dict[str, list[str]]:
    return {"S": [str(s + 1) for s in SEX], "A": [str(a + 1) for a in AGE], "W": ["1"] * 70 + ["2"] * 50}


QUESTIONS = (single("S", 1, 2), single("A", 1, 2, 3), single("W", 1, 2))


def test_nested_targets_are_met_cell_by_cell() -> None:
    cells = {"1>1": 0.2, "1>2": 0.2, "1>3": 0.1, "2>1": 0.1, "2>2": 0.3, "2 > 3": 0.1}
    tables = book({"weight": {"rim": {"S > A": cells}}, "banner": ["S > A"], "rows": ["S"]}, survey(), *QUESTIONS)
    base = figures(tables, "value")
    for cell, share in cells.items():
        assert base["base", cell.replace(" ", "")] == pytest.approx(120 * share)


def test_numbers_of_people_are_scaled_and_that_is_said() -> None:
    rim = {"S": {"1": 1_200_000, "2": 800_000}, "A": {"1": 50, "2": 30, "3": 20}}
    tables = book({"weight": {"rim": rim}, "banner": ["total"], "rows": ["S", "A"]}, survey(), *QUESTIONS)
    assert figures(tables, "column_percent")["1", "@"] == pytest.approx(60)
    assert "The targets of S add to 2,000,000 and were scaled to 100%." in tables.book.notes
    assert not any("targets of A add" in note for note in tables.book.notes)


def test_shares_that_do_not_add_to_one_are_a_mistake_and_numbers_of_people_are_not() -> None:
    with pytest.raises(PlanError, match=r"weight: rim: the target shares of 'S' add to 1\.1, not to 1"):
        book({"weight": {"rim": {"S": {"1": 0.5, "2": 0.6}}}, "rows": ["S"]}, survey(), *QUESTIONS)
    rows = ["S", {"variable": "A", "weight": {"rim": {"S": {"1": 0.5, "2": 0.4}}}}]
    tables = book({"rows": rows}, survey(), *QUESTIONS)
    assert tables.heads[0].trouble is None
    assert "add to 0.9, not to 1" in (tables.heads[1].trouble or "")


def test_notes_say_rounds_range_caps_and_efficiency() -> None:
    rim = {"S": {"1": 0.5, "2": 0.5}, "A": {"1": 0.3, "2": 0.3, "3": 0.4}}
    tables = book({"weight": {"rim": rim, "cap": [0.35, 4.1]}, "rows": ["S"]}, survey(), *QUESTIONS)
    weights = slow_rake(MARGINS, 0.35, 4.1, 400)
    efficiency = 100 * math.fsum(weights) ** 2 / math.fsum(w * w for w in weights) / 120
    assert f"weighting efficiency {efficiency:.1f}%" in tables.book.notes[0]
    at_cap = sum(w <= 0.35 or w >= 4.1 for w in weights)
    assert at_cap > 0
    assert f"RIM weights are capped from 0.35 to 4.1; {at_cap} respondents stand at a cap." in tables.book.notes
    assert f"rounds; they go from {min(weights):.2f} to 4.1." in tables.book.notes[1]


def test_targets_are_met_in_each_category_that_is_raked_apart_and_keep_its_size() -> None:
    rim = {"rim": {"S": {"1": 0.5, "2": 0.5}}, "within": "W"}
    tables = book({"weight": rim, "banner": ["total", "W"], "rows": ["S"]}, survey(), *QUESTIONS)
    share, base = figures(tables, "column_percent"), figures(tables, "value")
    assert [share["1", c] for c in ("@", "1", "2")] == pytest.approx([50, 50, 50])
    assert [base["base", c] for c in ("@", "1", "2")] == pytest.approx([120, 70, 50])


def test_a_category_with_a_target_of_nothing_is_not_counted() -> None:
    rim = {"A": {"1": 0.5, "2": 0.5, "3": 0}}
    tables = book({"weight": {"rim": rim}, "banner": ["total"], "rows": ["A"]}, survey(), *QUESTIONS)
    assert figures(tables, "value")["base_unweighted", "@"] == 120 - AGE.count(2)
    assert figures(tables, "column_percent")["3", "@"] == 0
    assert f"{AGE.count(2)} respondents are not counted" in tables.book.notes[1]


@pytest.mark.parametrize(
    ("weight", "sentence"),
    [
        ({"rim": {"S6 > S15": {"1": 1}}}, "does not name one code of each variable; write 1>1"),
        ({"rim": {"S6 > S15": {"1>9": 1}}}, "weight: rim: 'S6 > S15' has no code '1>9'; its codes are 1, 2, 3"),
        ({"rim": {"S6 > S16": {"1>1": 1}}}, "weight: there is no variable 'S16'"),
        ({"rim": {"S6": {"1": 1}}, "within": "S66"}, "weight: there is no variable 'S66'"),
    ],
)
def test_nested_targets_are_checked_against_the_codebook(weight: object, sentence: str) -> None:
    with pytest.raises(PlanError) as error:
        complete_plan(TabulationPlan.model_validate({"weight": weight}), ferry())
    assert sentence in str(error.value)


def test_a_cap_that_shuts_out_the_mean_is_refused() -> None:
    with pytest.raises(PlanError, match="weight: the mean weight is 1"):
        parse_plan("weight: {rim: {S: {1: 1}}, cap: 0.9}", "plan.yaml")


def test_a_category_that_is_missing_in_one_part_is_named_with_the_part() -> None:
    data = {"S": ["1", "2", "1", "1"], "W": ["1", "1", "2", "2"]}
    with pytest.raises(PlanError, match="nobody gave code '2' of 'S' in W '2'"):
        book({"weight": {"rim": {"S": {"1": 0.5, "2": 0.5}}, "within": "W"}, "rows": ["S"]}, data, *QUESTIONS)


@pytest.mark.parametrize("name", ["M", "N"])
def test_questions_of_several_answers_and_numbers_cannot_be_targets(name: str) -> None:
    data = {"M": ["1;2", "1"], "N": [1, 2]}
    with pytest.raises(PlanError, match=f"'{name}' is not a single-choice question"):
        book({"weight": {"rim": {name: {"1": 0.5, "2": 0.5}}}, "rows": ["M"]}, data, multi("M", 1, 2), numeric("N"))


@pytest.mark.parametrize(
    ("targets", "said"), [({1: 50, 2: 40}, "add to 90, not to 100"), ({1: 0.5, 2: 0.4}, "add to 0.9, not to 1")]
)
def test_percents_with_a_slip_are_refused(targets: dict[int, float], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        book({"weight": {"rim": {"Q": targets}}, "rows": ["Q"]}, {"Q": ["1", "2", "1"]}, single("Q", 1, 2))
