"""Themes that are none: what lies together though it has neither words, nor a subject, nor a verdict in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.meaning.clusters import Themes
from mcode_pipelines.coding.meaning.vectors import FloatArray, IntArray, unit_rows
from mcode_pipelines.coding.text.stemming import STEM
from mcode_pipelines.coding.text.subjects import subjects_of
from mcode_pipelines.coding.text.wording import wording

_WORDS_TOLD = 3
"""Words of a theme that are looked at, the most telling ones."""
_FEWER_WORDS = 0.65
"""Share of what is usual in the question (the median of its themes) below which a theme has too few words in common."""
_OF_ONE_MIND = 0.4
"""Share of a theme that must speak of one subject, or praise, or complain, for that to be what it has in common ..."""
_MORE_THAN_ALL = 2.0
"""... and as many times the share of all that was said."""
_A_CORE, _MORE_THAN_LEAST = 0.1, 1.5
"""Share of a mixture that must use its most telling word for these to stay a theme, and as many times the weight that
any theme must have."""
_MOSTLY_TALK, _THE_REST = 0.5, 0.3
"""Share of a theme that must speak of the answering ("berdasarkan pengalaman saya") for it to be a manner of speaking,
and the share that must speak of something else for that to stay."""
_COMPARED = 4
"""Themes from which there is something usual."""


def without_incoherent_themes(
    themes: Themes,
    segments: Sequence[str],
    vectors: FloatArray,
    weights: npt.NDArray[np.float64],
    sides: npt.NDArray[np.int8],
    language: str,
    least: float,
) -> Themes:
    """The themes, those that have nothing in common cut down to the members that use their most telling word.

    `vectors` (segments, dimensions) are unit vectors, `weights` (segments,) respondents, `sides` (segments,) 1 for
    praise, -1 for a complaint; `least` is the weight a theme must have. Short answers ("calo", "penuh", "dipalak") and
    denials ("tidak molor", "tidak ribet") lie near each other by their form alone. A theme is a mixture where its three
    most telling words cover far fewer of its respondents than is usual in the question, and no subject and no verdict
    holds it together. Where too few use one word nothing is left of it. A theme that mostly speaks of the answering
    keeps what does not, if that is not just a remnant. What is cut off belongs to no theme.
    """
    if len(themes) < _COMPARED:
        return themes
    words = wording(language)
    empty = words.function_words | words.trimmed | words.intensifiers | words.answering
    stems = [{w[:STEM] for w in s.split() if w not in empty} for s in segments]
    told_by = subjects_of(segments, language) > 0
    in_common = np.column_stack([told_by, sides > 0, sides < 0])
    usual = weights @ in_common / max(float(weights.sum()), 1e-9)
    usual[: told_by.shape[1]] = 0
    talk = np.array([not words.answering.isdisjoint(s.split()) for s in segments], dtype=np.bool_)
    members = [np.flatnonzero(themes.theme_of_segment == theme) for theme in range(len(themes))]
    told = [_told(own, stems, weights) for own in members]
    bar = _FEWER_WORDS * float(np.median([share for share, _ in told]))
    place, centres = themes.theme_of_segment.copy(), themes.centres.copy()
    kept = []
    for theme, (own, (share, core)) in enumerate(zip(members, told, strict=True)):
        mass = float(weights[own].sum())
        shared = weights[own] @ in_common[own] / max(mass, 1e-9)
        if not (shared >= np.maximum(_OF_ONE_MIND, _MORE_THAN_ALL * usual)).any():
            if weights[own] @ talk[own] >= _MOSTLY_TALK * mass:
                own = own[~talk[own]]
                share, core = _told(own, stems, weights)
                if weights[own].sum() < _THE_REST * mass:
                    continue
            left = core if share < bar else own
            if len(left) < len(members[theme]):
                if weights[left].sum() < max(_MORE_THAN_LEAST * least, _A_CORE * mass):
                    continue
                place[members[theme]] = -1
                place[left] = theme
                centres[theme] = unit_rows((np.sqrt(weights[left]).astype(np.float32) @ vectors[left]).reshape(1, -1))[
                    0
                ]
        kept.append(theme)
    return Themes(place, centres).only(kept)


def _told(own: IntArray, stems: Sequence[set[str]], weights: npt.NDArray[np.float64]) -> tuple[float, IntArray]:
    """Share of the respondents who used one of the few words that together cover most, and who used the first."""
    left = own.tolist()
    covered, core = 0.0, own[:0]
    for number in range(_WORDS_TOLD):
        said: defaultdict[str, float] = defaultdict(float)
        for s in left:
            for stem in stems[s]:
                said[stem] += weights[s]
        if not said:
            break
        most = max(said, key=lambda w: (said[w], w))
        covered += said[most]
        if number == 0:
            core = np.array([s for s in left if most in stems[s]], dtype=np.int64)
        left = [s for s in left if most not in stems[s]]
    return covered / max(float(weights[own].sum()), 1e-9), core
