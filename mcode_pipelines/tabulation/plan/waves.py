"""The waves that a plan compares, and the questions that say which wave, or which waves in a row, people are of."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from mcode_pipelines.survey.codebook import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.plan import TOTAL, BannerItem, RescaledWeight, RimWeight, TabulationPlan, Weight
from mcode_pipelines.survey.wave_names import parse_wave
from mcode_pipelines.tabulation.plan.errors import PlanError

_MARK = "the waves of the study"
_ROLLING = "waves of the study in a row"
_EARLIER = "asked in earlier waves of the study only"


def wanted_waves(plan: TabulationPlan, earlier: Sequence[str], this: str | None = None) -> list[str]:
    """Which earlier waves a plan asks for, oldest first.

    Args:
        plan: whose `waves` are asked for.
        earlier: labels of all earlier waves there are, oldest first.
        this: the label of the plan's own wave, which may be named too.

    Raises:
        PlanError: for a wave that there is none of.
    """
    if plan.waves is None:
        return []
    if plan.waves == "all":
        return list(earlier)
    if isinstance(plan.waves, int):
        return list(earlier)[-(plan.waves - 1) :]
    asked: set[str] = set()
    own = {this, plan.wave} - {None}
    for label in plan.waves:
        meant = [wave for wave in (*earlier, *own) if wave == label] or [
            wave for wave in (*earlier, *own) if wave is not None and _same_wave(label, wave)
        ]
        asked |= {wave for wave in meant if wave is not None}
        if not meant:
            there = f"there are {', '.join(earlier)}" if earlier else "there is no earlier one"
            close = difflib.get_close_matches(label, earlier, n=1)
            hint = f"did you mean {close[0]!r}?" if close else there
            raise PlanError(f"waves: this study has no wave {label!r}; {hint}")
    return [label for label in earlier if label in asked]


def _same_wave(one: str, other: str) -> bool:
    """Whether two names are of one wave, however people write them: `Okt 26`, `2026-10`."""
    waves = parse_wave(one), parse_wave(other)
    if waves[0] is None or waves[1] is None:
        return one.strip().casefold() == other.strip().casefold()
    return waves[0].printed == waves[1].printed


def only_earlier(variable: Variable) -> bool:
    """Whether only earlier waves asked a question: it has a table where a plan asks for it."""
    return _EARLIER in variable.evidence


def of_earlier_waves(variable: Variable) -> Variable:
    """A question that the newest wave does not ask."""
    return variable.model_copy(update={"evidence": (*variable.evidence, _EARLIER), "weight": False})


def is_wave(variable: Variable) -> bool:
    """Whether a variable is one that says the wave, or the waves in a row."""
    return variable.evidence in {(_MARK,), (_ROLLING,)}


def is_rolling(variable: Variable) -> bool:
    """Whether a variable is the one whose categories are waves in a row."""
    return variable.evidence == (_ROLLING,)


def wave_name(codebook: Codebook) -> str:
    """The name of the variable that says the wave: `wave`, or `study_wave` where the survey has a variable `wave`."""
    return _name_of(codebook, _MARK, "wave")


def rolling_name(codebook: Codebook) -> str:
    """The same of the variable whose categories are waves in a row: `rolling` or `study_rolling`."""
    return _name_of(codebook, _ROLLING, "rolling")


def _name_of(codebook: Codebook, mark: str, name: str) -> str:
    own = next((variable.name for variable in codebook if variable.evidence == (mark,)), None)
    return own or (f"study_{name}" if name in codebook else name)


def with_wave_variable(plan: TabulationPlan, codebook: Codebook, labels: Sequence[str] = ()) -> Codebook:
    """The codebook with the variables that say the wave, and the waves in a row, where the plan asks for them.

    `labels` are the waves, oldest first; none where they are not known yet. Raises PlanError for fewer waves than
    stand in a row.
    """
    if plan.waves is None or any(is_wave(variable) for variable in codebook):
        return codebook
    in_english = (plan.language or codebook.language) == "en"
    waves = Variable(
        name=wave_name(codebook),
        label="Wave" if in_english else "Gelombang",
        kind=Kind.SINGLE_CHOICE,
        columns=(),
        choices=tuple(Choice(code=label, label=label) for label in labels),
        evidence=(_MARK,),
    )
    made = (waves,) if plan.rolling is None else (waves, _rolling(codebook, plan.rolling, labels, in_english))
    return codebook.model_copy(update={"variables": (*codebook.variables, *made)})


def _rolling(codebook: Codebook, length: int, labels: Sequence[str], in_english: bool) -> Variable:
    if labels and len(labels) < length:
        raise fewer_waves(length, len(labels), labels)
    rows = zip(labels, labels[length - 1 :], strict=False)
    return Variable(
        name=rolling_name(codebook),
        label=f"Rolling {length} waves" if in_english else f"{length} gelombang bergulir",
        kind=Kind.MULTI_CHOICE,
        columns=(),
        choices=tuple(Choice(code=last, label=f"{first} - {last}") for first, last in rows),
        evidence=(_ROLLING,),
    )


def fewer_waves(length: int, waves: int, labels: Sequence[str]) -> PlanError:
    """The error for a plan whose columns hold more waves in a row than there are."""
    there = f" ({', '.join(labels)})" if labels else ""
    return PlanError(
        f"rolling: {length} waves in a row need {length} waves, and this plan compares {waves}{there}; write a "
        "smaller number, compare more waves, or take rolling out until there are as many",
        f"rolling: {length} gelombang bergulir memerlukan {length} gelombang, sedangkan rencana ini membandingkan "
        f"{waves}{there}; tulis angka yang lebih kecil, bandingkan lebih banyak gelombang, atau hapus rolling "
        "sampai gelombangnya cukup",
    )


def with_wave_columns(plan: TabulationPlan, name: str, rolling: str) -> TabulationPlan:
    """A plan whose banner shows the waves (the variable `name`), and whose weights are raked and rescaled wave by wave.

    The waves, or with `rolling` in the plan the waves in a row (the variable `rolling`), stand behind the total unless
    the banner uses either elsewhere. RIM weights meet their targets, and rescaled weights have their size, in each wave
    by itself.
    """
    banner = plan.banner or ()
    shown = name if plan.rolling is None else rolling
    if not any({name, shown} & {*item.path} for item in banner):
        at = 1 if banner and banner[0].variable == TOTAL else 0
        banner = (*banner[:at], BannerItem(variable=shown), *banner[at:])

    def by_wave(weight: Weight) -> Weight:
        if isinstance(weight, RimWeight | RescaledWeight) and weight.within is None:
            return weight.model_copy(update={"within": name})
        return weight

    rows = tuple(
        row.model_copy(update={"weight": tuple(map(by_wave, row.weight))}) if row.weight else row
        for row in plan.rows or ()
    )
    return plan.model_copy(
        update={
            "banner": banner,
            "weight": None if plan.weight is None else by_wave(plan.weight),
            "weights": tuple(map(by_wave, plan.weights)),
            "rows": rows,
        }
    )
