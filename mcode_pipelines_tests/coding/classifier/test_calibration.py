from __future__ import annotations

import numpy as np
import pytest

from mcode_pipelines.coding.classifier.calibration import fit_calibration
from mcode_pipelines.coding.classifier.evaluation import calibration_error
from mcode_pipelines.coding.meaning.vectors import softmax


def drawn(count: int, sharp: float, seed: int):
    """Examples of three codes whose true chances are known, and scores that overstate them `sharp` times."""
    rng = np.random.default_rng(seed)
    logs = np.log(softmax(1.2 * rng.standard_normal((count, 3))))
    truth = np.array([rng.choice(3, p=row) for row in np.exp(logs)])
    return np.log(np.clip(softmax(sharp * logs), 1e-4, 1 - 1e-4)), np.eye(3, dtype=np.int64)[truth]


@pytest.mark.parametrize("sharp", [0.4, 1.0, 3.0])
def test_chances_become_honest_whatever_the_scores_overstate(sharp):
    scores, given = drawn(400, sharp, 1)
    noise = np.log(softmax(np.random.default_rng(2).standard_normal((400, 3))))
    blend = fit_calibration((scores, scores, noise), given, True)
    scores, given = drawn(4000, sharp, 5)
    chances = blend.probabilities((scores, scores, np.zeros((4000, 3))))
    right = given[np.arange(4000), chances.argmax(axis=1)]
    assert calibration_error(chances.max(axis=1), right) < 0.05


def test_a_score_that_tells_nothing_loses_its_say():
    scores, given = drawn(400, 1.0, 1)
    noise = np.log(softmax(3 * np.random.default_rng(2).standard_normal((400, 3))))
    blend = fit_calibration((scores, noise, noise), given, True)
    assert blend.weights[0] > 4 * blend.weights[1]


def test_several_codes_have_chances_of_their_own():
    logs = np.log(np.array([[0.9, 0.9, 0.01], [0.9, 0.01, 0.01], [0.01, 0.9, 0.9], [0.01, 0.01, 0.9]] * 20))
    given = (logs > -1).astype(np.int64)
    blend = fit_calibration((logs, logs, logs), given, False)
    assert ((blend.probabilities((logs, logs, logs)) >= blend.threshold) == given.astype(bool)).all()
