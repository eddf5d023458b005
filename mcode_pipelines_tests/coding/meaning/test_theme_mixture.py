from __future__ import annotations

import numpy as np
import pytest

from mcode_pipelines.coding.meaning.theme_mixture import LogPrior, PrincipalDirections, ThemeMixture
from mcode_pipelines.coding.meaning.vectors import softmax, unit_rows


@pytest.fixture
def two_clouds():
    """200 points around two directions of a space of 40, and which each belongs to."""
    rng = np.random.default_rng(3)
    centres = unit_rows(rng.standard_normal((2, 40)).astype(np.float32))
    belongs = np.repeat([0, 1], 100)
    return unit_rows(centres[belongs] + 0.12 * rng.standard_normal((200, 40)).astype(np.float32)), belongs, centres


def test_themes_settle_where_the_answers_lie_though_their_names_say_little(two_clouds):
    points, belongs, centres = two_clouds
    # Names that point only a little more to their own cloud than to the other.
    names = unit_rows(0.25 * centres + np.random.default_rng(1).standard_normal((2, 40)).astype(np.float32) * 0.1)
    likeness = points @ names.T
    by_names = (likeness.argmax(axis=1) == belongs).mean()
    guess = LogPrior(likeness)(likeness)
    directions = PrincipalDirections(points, np.ones(200))
    themes = ThemeMixture(directions.of(points), guess, np.ones(200))
    settled = (themes.shares(directions.of(points), guess).argmax(axis=1) == belongs).mean()
    assert settled > 0.97
    assert settled >= by_names


def test_decided_answers_name_the_themes(two_clouds):
    points, belongs, _ = two_clouds
    decided = np.full((200, 2), np.nan)
    # The first guess knows nothing; two decisions swap the numbers of the clouds.
    decided[0], decided[150] = (0, 1), (1, 0)
    guess = np.zeros((200, 2))
    themes = ThemeMixture(points, guess, np.ones(200), decided=decided)
    assert (themes.shares(points, guess).argmax(axis=1) == 1 - belongs).mean() > 0.97


def test_shares_of_an_answer_add_to_one(two_clouds):
    points, _, _ = two_clouds
    guess = np.random.default_rng(0).standard_normal((200, 5))
    shares = ThemeMixture(points, guess, np.ones(200)).shares(points, guess)
    assert np.allclose(shares.sum(axis=1), 1)


def test_a_surer_place_counts_more_against_the_first_guess(two_clouds):
    points, belongs, _ = two_clouds
    guess = np.where(belongs[:, None] == np.arange(2), 1.0, -1.0)
    themes = ThemeMixture(points, guess, np.ones(200))
    against = -3 * guess
    loosely = themes.shares(points, against)
    tightly = themes.shares(points, against, np.full(200, 2.0, dtype=np.float32))
    own = np.arange(200), belongs
    assert (tightly[own] > loosely[own]).all()


def test_directions_keep_the_angles_of_what_lies_in_them(two_clouds):
    points, _, _ = two_clouds
    few = points[:20]
    placed = PrincipalDirections(few, np.ones(20)).of(few)
    # Twenty points span at most twenty dimensions; nineteen axes lose little of them.
    assert np.abs(placed @ placed.T - few @ few.T).max() < 0.25


def test_softmax_does_not_overflow():
    assert softmax(np.array([[1000.0, 1000.0, -1000.0]])).tolist() == [[0.5, 0.5, 0.0]]
