"""What each respondent counts for: a weight variable, or RIM weights made by the plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from mcode_pipelines.survey.codebook import Variable
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray, IntArray
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.questions import DerivedQuestion, Question
from mcode_pipelines.tabulation.plan.weightings import (
    Rescaling,
    RimMargin,
    RimWeighting,
    Unweighted,
    Weighting,
    WeightVariable,
)
from mcode_pipelines.tabulation.respondents.answers import NOBODY, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.respondents.raking import rake
from mcode_pipelines.tabulation.respondents.respondents import Respondents


@dataclass(frozen=True)
class Weights:
    """The weight of every respondent, and what happened while it was made."""

    values: FloatArray | None
    """(respondents,) positive where counted, else 0; None when nobody is weighted."""
    name: str | None = None
    """The weight variable, or the RIM variables."""
    rim: bool = False
    rounds: int = 0
    """Rounds of raking until the weights stood still."""
    dropped: int = 0
    """Respondents within the filter who are not counted: no positive weight, or no answer to a RIM variable."""
    scaled: tuple[tuple[str, float], ...] = ()
    """RIM variables whose targets added neither to 1 nor to 100, and to what."""
    cap: tuple[float | None, float | None] = (None, None)
    trimmed: int = 0
    """Respondents whose RIM weight stands at a cap."""
    apart: str | None = None
    """The variable in each of whose categories the weights were raked, or brought to their size, apart."""
    rescaled: float | None = None
    """The mean of the weights before they were brought to another size; None where they were not."""
    total: float | None = None
    """What rescaled weights add to; None: the number of respondents."""

    def counted(self, within: BoolArray) -> BoolArray:
        """(respondents,) who is counted: within the filter, with a positive weight."""
        return within if self.values is None else within & (self.values > 0)

    def efficiency(self, within: BoolArray) -> float:
        """Weighting efficiency in percent: Kish effective base over the unweighted base; NaN for nobody.

        Source: Kish (1965), section 8.2; crosstab formulas section 1.
        """
        if self.values is None:
            return 100.0
        w = self.values[within & (self.values > 0)]
        return 100.0 * float(w.sum()) ** 2 / float((w * w).sum()) / w.size if w.size else float("nan")


def weights_by(weighting: Weighting, respondents: Respondents, within: BoolArray) -> Weights:
    """The weights of a weighting.

    A missing, zero or negative weight takes the respondent out of every table, weighted and unweighted; so does a
    missing answer to a RIM variable or a RIM target of 0. RIM weights are made among the respondents `within` the
    plan's filter and have mean 1, also in each category that they are raked apart in. RIM targets that are no
    shares and do not add to 100 are scaled. Rescaled weights have their size among those who are counted.

    Raises:
        PlanError: why the plan's weighting cannot be made, and for RIM targets that the respondents cannot meet.
    """
    for question in weighting.questions:
        if (absent := respondents.absent(question)) is not None:
            raise absent
    match weighting.by:
        case Unweighted():
            return Weights(None)
        case WeightVariable(question, rescale):
            weights = _by_variable(question, respondents, within)
            return weights if rescale is None else _rescaled(weights, rescale, respondents, within)
        case RimWeighting() as rim:
            return _raked(rim, respondents, within)
        case error:
            raise error


def _by_variable(question: Question, respondents: Respondents, within: BoolArray) -> Weights:
    derived = isinstance(question, DerivedQuestion)
    answers = respondents.answers(question) if derived else respondents.as_numbers(question)
    assert isinstance(answers, NumericAnswers)  # noqa: S101 - by its kind, or asked for as numbers
    values = np.where(answers.values > 0, answers.values, 0.0)
    name = question.variable.name
    if not (values[within] > 0).any():
        raise PlanError(
            f"weight: {name!r} is positive for nobody; choose another variable or leave the weight out",
            f"weight: tidak ada {name!r} yang positif; pilih variabel lain atau hapus bobotnya",
        )
    return Weights(values, name, dropped=int((within & (values <= 0)).sum()))


def _rescaled(weights: Weights, rescaling: Rescaling, respondents: Respondents, within: BoolArray) -> Weights:
    """The weights brought to another size; who is in no category that they are rescaled apart in is not counted."""
    assert weights.values is not None  # noqa: S101 - of a variable
    apart, parts = _parts(rescaling.within, respondents)
    counted = within & (weights.values > 0) & (apart >= 0)
    values = np.zeros_like(weights.values)
    for part, _ in parts:
        here = counted & (apart == part)
        size = float(here.sum()) if rescaling.total is None else rescaling.total
        if here.any():
            values[here] = weights.values[here] * (size / weights.values[here].sum())
    return replace(
        weights,
        values=values,
        dropped=int((within & ~counted).sum()),
        apart=rescaling.within.variable.name if rescaling.within else None,
        rescaled=float(weights.values[counted].mean()) if counted.any() else float("nan"),
        total=rescaling.total,
    )


def _raked(rim: RimWeighting, respondents: Respondents, within: BoolArray) -> Weights:
    counted = within.copy()
    margins: list[tuple[str, list[str], IntArray, FloatArray]] = []
    for margin in rim.margins:
        category = _categories(margin, respondents, within)
        # A target of nothing is met by counting nobody of the category.
        wanted = margin.shares > 0
        counted &= np.append(wanted, False)[np.maximum(category, NOBODY)]
        number = np.cumsum(wanted) - 1
        codes = [c for c, w in zip(margin.codes, wanted, strict=True) if w]
        margins.append((margin.name, codes, number[category], margin.shares[wanted]))
    apart, parts = _parts(rim.within, respondents)
    inside = rim.within.variable.name if rim.within else None
    counted &= apart >= 0
    everyone = np.zeros(len(within))
    rounds = trimmed = 0
    for part, label in parts:
        here = counted & (apart == part)
        if not here.any():
            if inside is None:
                raise PlanError(
                    "weight: rim: nobody answered all the questions that the weights are made of",
                    "weight: rim: tidak ada yang menjawab semua pertanyaan untuk bobot ini",
                )
            continue
        for name, categories, category, shares in margins:
            found = np.bincount(category[here], minlength=len(shares))
            if (found == 0).any():
                where = f"{inside} {label!r}" if inside else ""
                empty = categories[int((found == 0).argmax())]
                raise PlanError(
                    f"weight: rim: nobody gave code {empty!r} of {name!r}{where and ' in '}{where}, so its target "
                    "share cannot be reached; merge it with another category",
                    f"weight: rim: tidak ada yang memilih kode {empty!r} dari {name!r}{where and ' pada '}{where}, "
                    "jadi targetnya tidak tercapai; gabungkan dengan kategori lain",
                )
        raked = rake([(category[here], shares) for _, _, category, shares in margins], rim.limits)
        everyone[here] = raked.weights
        rounds, trimmed = max(rounds, raked.rounds), trimmed + raked.trimmed
    return Weights(
        everyone,
        " x ".join(margin.name for margin in rim.margins),
        True,
        rounds,
        int((within & ~counted).sum()),
        tuple((margin.name, margin.total) for margin in rim.margins if margin.scaled),
        rim.limits,
        trimmed,
        inside,
    )


_NO_TARGET = -2
"""The category of a respondent whose answer has no target."""


def _categories(margin: RimMargin, respondents: Respondents, within: BoolArray) -> IntArray:
    """(respondents,) the target each stands under, NOBODY without an answer."""
    name = margin.name
    joint: IntArray = np.zeros(respondents.count, dtype=np.int64)
    levels: list[list[str]] = []
    for depth, question in enumerate(margin.path):
        positions, codes = _one_answer(question, respondents)
        named = {code.split(">")[depth] if len(margin.path) > 1 else code for code in margin.codes}
        positions = _new_codes_as_other(question.variable, named, positions, codes, respondents)
        joint = np.where((joint < 0) | (positions < 0), NOBODY, joint * len(codes) + positions)
        levels.append(codes)
    spelled = [">".join(codes) for codes in product(*levels)]
    place = {code: i for i, code in enumerate(spelled)}
    of_joint = np.full(len(spelled) + 1, _NO_TARGET, dtype=np.int64)
    of_joint[-1] = NOBODY
    for number, code in enumerate(margin.codes):
        if code not in place:
            raise PlanError(
                f"weight: rim: {name!r} has no code {code!r}; its codes are {', '.join(spelled[:20]) or 'none'}",
                f"weight: rim: {name!r} tidak punya kode {code!r}; kodenya {', '.join(spelled[:20]) or 'tidak ada'}",
            )
        of_joint[place[code]] = number
    found = of_joint[joint]
    stray = within & (found == _NO_TARGET)
    if stray.any():
        code = spelled[int(joint[stray.argmax()])]
        raise PlanError(
            f"weight: rim: code {code!r} of {name!r} has {int(stray.sum()):,} respondents and no target share; "
            "give it one or filter them out",
            f"weight: rim: kode {code!r} dari {name!r} punya {int(stray.sum()):,} responden tanpa target; "
            "beri target atau keluarkan dengan filter",
        )
    return found


def _one_answer(question: Question, respondents: Respondents) -> tuple[IntArray, list[str]]:
    answers, name = respondents.answers(question), question.variable.name
    if not isinstance(answers, CodedAnswers) or answers.overlapping:
        raise PlanError(
            f"weight: rim: {name!r} is not a single-choice question; RIM weighting needs one answer a respondent",
            f"weight: rim: {name!r} bukan pertanyaan pilihan tunggal; bobot RIM perlu satu jawaban tiap responden",
        )
    # A pattern holds one choice; without an answer it stays NOBODY.
    of_pattern = answers.members.argmax(axis=1) if answers.members.size else np.zeros(0, dtype=np.int64)
    positions = np.append(of_pattern, NOBODY)[answers.patterns]
    return positions.astype(np.int64), [c.code for c in answers.choices]


def _new_codes_as_other(
    variable: Variable, named: set[str], positions: IntArray, codes: list[str], respondents: Respondents
) -> IntArray:
    """Of a question coded together with the texts behind "other": codes without a target meet that of "other".

    Targets are known for what was printed, and what coding adds was "other" before.
    """
    frame = respondents.frames.of(variable.name)
    if frame is None or frame.merges is None or respondents.codings is None or frame.other is None:
        return positions
    last = {choice.label: choice.code for choice in variable.choices}[frame.label_of(frame.other)]
    if last not in named:
        return positions
    place = np.array([i if code in named else codes.index(last) for i, code in enumerate(codes)] + [NOBODY])
    return place[positions]


def _parts(question: Question | None, respondents: Respondents) -> tuple[IntArray, list[tuple[int, str]]]:
    """(respondents,) the part that each is raked in, and the parts with their labels; one where none is named."""
    if question is None:
        return np.zeros(respondents.count, dtype=np.int64), [(0, "")]
    positions, codes = _one_answer(question, respondents)
    return positions, list(enumerate(codes))
