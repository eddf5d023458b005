"""Whether a plan's filter selects anybody, looked at before open answers are coded."""

from __future__ import annotations

from mcode_pipelines.survey.code_frame import CodeFrames
from mcode_pipelines.survey.codebook import Codebook, Kind
from mcode_pipelines.survey.plan import TabulationPlan
from mcode_pipelines.survey.raw_survey import RawSurvey
from mcode_pipelines.tabulation.plan.counted_values import with_counted_values
from mcode_pipelines.tabulation.plan.definitions import compile_definitions
from mcode_pipelines.tabulation.plan.scope import Scope
from mcode_pipelines.tabulation.plan.waves import with_wave_variable
from mcode_pipelines.tabulation.respondents.respondents import Respondents


def check_filter(plan: TabulationPlan, raw: RawSurvey, codebook: Codebook) -> None:
    """Looks whether the plan's filter selects anybody, as far as that is known before open answers are coded.

    Raises PlanError where it selects nobody.
    """
    if not plan.filter or plan.waves is not None:
        return
    scope = Scope(with_counted_values(plan, with_wave_variable(plan, codebook)))
    compile_definitions(plan, scope)
    condition = scope.expression(plan.filter)
    needs_codes = {v.name for v in codebook.of_kind(Kind.OPEN_ENDED)} | {v.other_of for v in codebook} | {*plan.define}
    if needs_codes & {question.variable.name for question in condition.questions}:
        return
    Respondents(raw, scope.questions, CodeFrames(()), None).within(condition)
