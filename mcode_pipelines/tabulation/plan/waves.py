"""The waves that a plan compares, and the question that says which wave a respondent belongs to."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from mcode_pipelines.survey.codebook import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.plan import TOTAL, BannerItem, RescaledWeight, RimWeight, TabulationPlan, Weight
from mcode_pipelines.survey.wave_names import parse_wave
from mcode_pipelines.tabulation.plan.errors import PlanError

_MARK = "the waves of the study"
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
    """Whether a variable is the one that says the wave."""
    return variable.evidence == (_MARK,)


def wave_name(codebook: Codebook) -> str:
    """The name of the variable that says the wave: `wave`, or `study_wave` where the survey has a variable `wave`."""
    own = next((variable.name for variable in codebook if is_wave(variable)), None)
    return own or ("study_wave" if "wave" in codebook else "wave")


def with_wave_variable(plan: TabulationPlan, codebook: Codebook, labels: Sequence[str] = ()) -> Codebook:
    """The codebook with the variable that says the wave, where the plan compares waves; `labels` are its choices."""
    if plan.waves is None or any(is_wave(variable) for variable in codebook):
        return codebook
    label = "Wave" if (plan.language or codebook.language) == "en" else "Gelombang"
    choices = tuple(Choice(code=label, label=label) for label in labels)
    name = wave_name(codebook)
    marked = Variable(name=name, label=label, kind=Kind.SINGLE_CHOICE, columns=(), choices=choices, evidence=(_MARK,))
    return codebook.model_copy(update={"variables": (*codebook.variables, marked)})


def with_wave_columns(plan: TabulationPlan, name: str) -> TabulationPlan:
    """A plan whose banner shows the waves (the variable `name`), and whose weights are raked and rescaled wave by wave.

    The waves stand behind the total unless the banner uses them elsewhere. RIM weights meet their targets, and rescaled
    weights have their size, in each wave by itself.
    """
    banner = plan.banner or ()
    if not any(name in item.path for item in banner):
        at = 1 if banner and banner[0].variable == TOTAL else 0
        banner = (*banner[:at], BannerItem(variable=name), *banner[at:])

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
