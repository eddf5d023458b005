"""What each respondent counts for: a weight variable, or RIM weights made by the plan."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from mcode_pipelines.survey.codebook import Kind
from mcode_pipelines.survey.plan import RimWeight
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray, IntArray
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.respondents.answers import NOBODY, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.respondents.decoding import decode
from mcode_pipelines.tabulation.respondents.raking import rake
from mcode_pipelines.tabulation.respondents.respondents import Respondents

_SUM_TOLERANCE = 1e-3
_A_SLIP = 15.0
"""Percents that add to so much more or less than 100 are taken for a mistake."""


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
    """The variable in each of whose categories the weights were raked apart."""

    def efficiency(self, within: BoolArray) -> float:
        """Weighting efficiency in percent: Kish effective base over the unweighted base; NaN for nobody.

        Source: Kish (1965), section 8.2; crosstab formulas section 1.
        """
        if self.values is None:
            return 100.0
        w = self.values[within & (self.values > 0)]
        return 100.0 * float(w.sum()) ** 2 / float((w * w).sum()) / w.size if w.size else float("nan")


def weights_of(weight: str | RimWeight | None, respondents: Respondents, within: BoolArray) -> Weights:
    """The weights that a plan asks for.

    A missing, zero or negative weight takes the respondent out of every table, weighted and unweighted; so does a
    missing answer to a RIM variable or a RIM target of 0. RIM weights are made among the respondents `within` the
    plan's filter and have mean 1, also in each category that they are raked apart in. RIM targets that are no
    shares and do not add to 100 are scaled.

    Raises:
        PlanError: for a weight that is not a number, or RIM targets that cannot be met.
    """
    if weight is None:
        return Weights(None)
    if isinstance(weight, RimWeight):
        return _raked(weight, respondents, within)
    if respondents.codebook[weight].kind not in {Kind.NUMERIC, Kind.METADATA}:
        raise PlanError(
            f"weight: {weight!r} is {respondents.codebook[weight].kind.value}, not a number; name a numeric variable",
            f"weight: {weight!r} berjenis {respondents.codebook[weight].kind.value}, bukan angka; "
            "sebutkan variabel angka",
        )
    if weight in respondents.definitions:
        answers = respondents.answers(weight)
    else:
        variable = respondents.codebook[weight].model_copy(update={"kind": Kind.NUMERIC})
        answers = decode(variable, respondents.frame([weight]))
    assert isinstance(answers, NumericAnswers)  # noqa: S101 - by the kind set above
    values = np.where(answers.values > 0, answers.values, 0.0)
    if not (values[within] > 0).any():
        raise PlanError(
            f"weight: {weight!r} is positive for nobody; choose another variable or leave the weight out",
            f"weight: tidak ada {weight!r} yang positif; pilih variabel lain atau hapus bobotnya",
        )
    return Weights(values, weight, dropped=int((within & (values <= 0)).sum()))


def _raked(weight: RimWeight, respondents: Respondents, within: BoolArray) -> Weights:
    if not weight.rim:
        raise PlanError(
            "weight: rim names no variable; give at least one with its target shares",
            "weight: rim tidak menyebut variabel; beri paling sedikit satu dengan target proporsinya",
        )
    counted = within.copy()
    margins: list[tuple[str, list[str], IntArray, FloatArray]] = []
    scaled: list[tuple[str, float]] = []
    for name, targets in weight.rim.items():
        shares, total = _shares(name, targets)
        if not _adds_up(total):
            scaled.append((name, total))
        category = _categories(name, targets, respondents, within)
        # A target of nothing is met by counting nobody of the category.
        wanted = np.append(shares > 0, False)
        counted &= wanted[np.maximum(category, NOBODY)]
        number = np.cumsum(shares > 0) - 1
        margins.append(
            (name, [c for c, s in zip(targets, shares, strict=True) if s > 0], number[category], shares[shares > 0])
        )
    apart, parts = _parts(weight.within, respondents)
    counted &= apart >= 0
    everyone = np.zeros(len(within))
    rounds = trimmed = 0
    for part, label in parts:
        here = counted & (apart == part)
        if not here.any():
            if weight.within is None:
                raise PlanError(
                    "weight: rim: nobody answered all the questions that the weights are made of",
                    "weight: rim: tidak ada yang menjawab semua pertanyaan untuk bobot ini",
                )
            continue
        for name, categories, category, shares in margins:
            found = np.bincount(category[here], minlength=len(shares))
            if (found == 0).any():
                where = f"{weight.within} {label!r}" if weight.within else ""
                empty = categories[int((found == 0).argmax())]
                raise PlanError(
                    f"weight: rim: nobody gave code {empty!r} of {name!r}{where and ' in '}{where}, so its target "
                    "share cannot be reached; merge it with another category",
                    f"weight: rim: tidak ada yang memilih kode {empty!r} dari {name!r}{where and ' pada '}{where}, "
                    "jadi targetnya tidak tercapai; gabungkan dengan kategori lain",
                )
        raked = rake([(category[here], shares) for _, _, category, shares in margins], weight.limits)
        everyone[here] = raked.weights
        rounds, trimmed = max(rounds, raked.rounds), trimmed + raked.trimmed
    return Weights(
        everyone,
        " x ".join(weight.rim),
        True,
        rounds,
        int((within & ~counted).sum()),
        tuple(scaled),
        weight.limits,
        trimmed,
        weight.within,
    )


_NO_TARGET = -2
"""The category of a respondent whose answer has no target."""


def _categories(name: str, targets: dict[str, float], respondents: Respondents, within: BoolArray) -> IntArray:
    """(respondents,) the target each stands under, NOBODY without an answer."""
    joint: IntArray = np.zeros(respondents.count, dtype=np.int64)
    levels: list[list[str]] = []
    for depth, part in enumerate(RimWeight.path(name)):
        positions, codes = _one_answer(name, part, respondents)
        positions = _new_codes_as_other(part, {t.split(">")[depth] for t in targets}, positions, codes, respondents)
        joint = np.where((joint < 0) | (positions < 0), NOBODY, joint * len(codes) + positions)
        levels.append(codes)
    spelled = [">".join(codes) for codes in product(*levels)]
    place = {code: i for i, code in enumerate(spelled)}
    of_joint = np.full(len(spelled) + 1, _NO_TARGET, dtype=np.int64)
    of_joint[-1] = NOBODY
    for number, code in enumerate(targets):
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


def _one_answer(key: str, name: str, respondents: Respondents) -> tuple[IntArray, list[str]]:
    answers = respondents.answers(name)
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
    name: str, named: set[str], positions: IntArray, codes: list[str], respondents: Respondents
) -> IntArray:
    """Of a question coded together with the texts behind "other": codes without a target meet that of "other".

    Targets are known for what was printed, and what coding adds was "other" before.
    """
    frame = respondents.frames.of(name)
    if frame is None or frame.merges is None or respondents.codings is None or frame.other is None:
        return positions
    last = {choice.label: choice.code for choice in respondents.variables[name].choices}[frame.label_of(frame.other)]
    if last not in named:
        return positions
    place = np.array([i if code in named else codes.index(last) for i, code in enumerate(codes)] + [NOBODY])
    return place[positions]


def _parts(name: str | None, respondents: Respondents) -> tuple[IntArray, list[tuple[int, str]]]:
    """(respondents,) the part that each is raked in, and the parts with their labels; one where none is named."""
    if name is None:
        return np.zeros(respondents.count, dtype=np.int64), [(0, "")]
    positions, codes = _one_answer(name, name, respondents)
    return positions, list(enumerate(codes))


def _shares(name: str, targets: dict[str, float]) -> tuple[FloatArray, float]:
    """The targets as shares of 1, and what they added to as given."""
    shares = np.array(list(targets.values()), dtype=np.float64)
    total = float(shares.sum())
    if total <= 0:
        raise PlanError(
            f"weight: rim: the target shares of {name!r} add to 0; give shares that add to 1",
            f"weight: rim: target {name!r} berjumlah 0; beri proporsi yang berjumlah 1",
        )
    whole = 1 if shares.max() <= 1 else 100
    if (shares.max() <= 1 or _meant_for_percent(shares, total)) and not _adds_up(total):
        raise PlanError(
            f"weight: rim: the target shares of {name!r} add to {total:g}, not to {whole}; correct them "
            "(numbers of people may stand there too, and are scaled)",
            f"weight: rim: target {name!r} berjumlah {total:g}, bukan {whole}; perbaiki "
            "(jumlah orang juga boleh, dan akan diskalakan)",
        )
    return shares / total, total


def _meant_for_percent(shares: FloatArray, total: float) -> bool:
    """Whether targets that add to nearly 100 are percents with a slip rather than numbers of people."""
    return bool(shares.max() < 100 and abs(total - 100) <= _A_SLIP)


def _adds_up(total: float) -> bool:
    return any(abs(total / whole - 1) <= _SUM_TOLERANCE for whole in (1.0, 100.0))
