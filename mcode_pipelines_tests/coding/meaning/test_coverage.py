from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcode_pipelines.coding.meaning.coverage import Coverage, coverage_of
from mcode_pipelines.coding.meaning.vectors import unit_rows

DIMENSIONS = 40


def groups(seed: int, of: int, each: int, tightness: float = 2.5) -> tuple[np.ndarray, np.ndarray]:
    """Answers that lie around `of` middles, and the middles."""
    chance = np.random.default_rng(seed)
    middles = unit_rows(chance.standard_normal((of, DIMENSIONS)).astype(np.float32))
    noise = unit_rows(chance.standard_normal((of * each, DIMENSIONS)).astype(np.float32))
    return unit_rows(np.repeat(middles, each, axis=0) * tightness + noise), middles


def told_of(answers: np.ndarray, names: np.ndarray, counts: np.ndarray | None = None) -> tuple[Coverage, np.ndarray]:
    closest = np.asarray(answers @ names.T, dtype=np.float32)
    raised = np.exp(12 * closest.astype(np.float64))
    shares = raised / raised.sum(axis=1, keepdims=True)
    told = coverage_of(closest, shares, answers, np.ones(len(answers)) if counts is None else counts)
    assert told is not None
    return told, told.fit_probabilities(closest)


@pytest.mark.parametrize("seed", range(5))
def test_a_frame_with_a_name_for_every_group_covers_everything(seed: int):
    answers, middles = groups(seed, of=8, each=20)
    told, fits = told_of(answers, middles)
    assert told.share == 1
    assert fits.min() > 0.99


@pytest.mark.parametrize("seed", range(5))
def test_a_frame_with_names_for_a_quarter_of_the_groups_covers_little_and_tells_which(seed: int):
    answers, middles = groups(seed, of=8, each=20)
    told, fits = told_of(answers, middles[:2])
    assert told.share < 0.6
    assert fits[:40].min() > fits[40:].max()


@pytest.mark.parametrize("seed", range(3))
def test_what_says_a_label_in_its_own_words_fits_however_little_is_covered(seed: int):
    answers, middles = groups(seed, of=30, each=10, tightness=4)
    told, fits = told_of(answers, middles[:2])
    assert told.share < 0.2
    assert fits[:20].min() > 0.9
    assert np.median(fits[20:]) < 0.1


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(0, 1))
def test_the_chances_of_the_answers_come_to_the_share_of_respondents(seed: int, named: int, heavy: int):
    answers, middles = groups(seed, of=12, each=8)
    counts = np.random.default_rng(seed).integers(1, 1 + 9 * heavy + 1, len(answers)).astype(float)
    told, fits = told_of(answers, middles[:named], counts)
    assert 0 < told.share <= 1
    if told.share < 1:
        assert counts @ fits / counts.sum() == pytest.approx(told.share, abs=1e-3)


def test_nothing_is_told_of_few_answers_or_of_a_single_theme():
    answers, middles = groups(1, of=6, each=6)
    closest = np.asarray(answers @ middles.T, dtype=np.float32)
    shares = np.full(closest.shape, 1 / 6)
    assert coverage_of(closest, shares, answers, np.ones(len(answers))) is None
    many, _ = groups(1, of=6, each=20)
    alone = np.asarray(many @ middles[:1].T, dtype=np.float32)
    assert coverage_of(alone, np.ones((len(many), 1)), many, np.ones(len(many))) is None
