"""A plan that goes on from an earlier wave: what it may still name, and what has changed under it."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from mcode_pipelines.survey.choice_matching import How
from mcode_pipelines.survey.codebook import Codebook, Variable
from mcode_pipelines.survey.harmonisation import NOTHING_DECIDED, StudyDecisions
from mcode_pipelines.survey.plan import TabulationPlan
from mcode_pipelines.survey.remark import Remark
from mcode_pipelines.tabulation.harmonisation.decided import WaveCodebook
from mcode_pipelines.tabulation.harmonisation.harmonised import HarmonisedQuestion, harmonise
from mcode_pipelines.tabulation.harmonisation.questions import Agreement
from mcode_pipelines.tabulation.plan.waves import of_earlier_waves

_MOST_NAMED = 12

_GOES_ON = Remark(en="The plan is that of wave {wave}.", id="Rencana tabulasi ini dari gelombang {wave}.")
_NEW = Remark(
    en="New since wave {wave}, so not in its plan and without a table: {names}.",
    id="Baru sejak gelombang {wave}, sehingga tidak ada dalam rencananya dan tanpa tabel: {names}.",
)
_OTHER_QUESTION = Remark(
    en="The plan was written for another question under this name in wave {wave}: {names}.",
    id="Rencana ini ditulis untuk pertanyaan lain dengan nama ini pada gelombang {wave}: {names}.",
)
_OTHER_CODES = Remark(
    en="Codes that the plan of wave {wave} may name mean something else now: {names}.",
    id="Kode yang mungkin disebut rencana gelombang {wave} kini berarti lain: {names}.",
)


def with_former_names(
    codebook: Codebook, before: Codebook, decisions: StudyDecisions = NOTHING_DECIDED, wave: str = ""
) -> Codebook:
    """The codebook in which questions that were renamed can be named as they were, so that a plan goes on."""
    same = harmonise([WaveCodebook(wave, before), WaveCodebook("", codebook)], decisions)
    names = {variable.name for variable in codebook}
    former: list[Variable] = []
    for name, question in same.questions.items():
        now = question.waves[-1].variable
        if name not in names and now is not None:
            former.append(of_earlier_waves(now.model_copy(update={"name": name})))
    return codebook.model_copy(update={"variables": (*codebook.variables, *former)}) if former else codebook


def plan_changes(
    plan: TabulationPlan, wave: str, before: Codebook, now: Codebook, decisions: StudyDecisions = NOTHING_DECIDED
) -> list[Remark]:
    """What is to be told of a plan that was written for an earlier wave: new questions, and codes that were reused."""
    same = harmonise([WaveCodebook(wave, before), WaveCodebook("", now)], decisions)
    asked = [q for q in same.questions.values() if q.waves[-1].variable is not None]
    new = [
        q.name
        for q in asked
        if q.waves[0].agreement is Agreement.NOT_ASKED and q.variable.tabulated and not q.variable.weight
    ]
    used = [q for q in asked if _is_named(q.name, plan)]
    other = [
        f"{q.name} ({q.waves[0].variable.label} / {q.variable.label})"
        for q in used
        if q.waves[0].variable is not None and not q.waves[0].agreement.comparable
    ]
    codes = [text for q in used for text in _other_codes(q)]
    found = [Remark(en=_GOES_ON.en.format(wave=wave), id=_GOES_ON.id.format(wave=wave))]
    missing = [name for name in new if not _is_named(name, plan)] if plan.rows is not None else []
    for phrase, names in ((_NEW, missing), (_OTHER_QUESTION, other), (_OTHER_CODES, codes)):
        found += _said(phrase, wave, names)
    return found


def _other_codes(question: HarmonisedQuestion) -> Iterable[str]:
    """`Q1: 2 (ABC / Nescafe)` for each code that another choice has now."""
    if len(question.lists) < 2:
        return
    then, now = question.lists[0], {choice.code: choice.label for choice in question.lists[-1].choices}
    for choice, place in zip(then.choices, question.joined.places[0], strict=True):
        there = question.joined.choices[place.row]
        moved = there.code != choice.code and (place.how is None or place.how is How.RENUMBERED)
        if moved and choice.code in now and not there.scale:
            yield f"{question.name}: {choice.code} ({choice.label} / {now[choice.code]})"


def _is_named(name: str, plan: TabulationPlan) -> bool:
    rows = plan.rows or ()
    of_rows = any(fnmatchcase(name, row.variable) for row in rows)
    return of_rows or any(name in item.variable for item in plan.banner or ()) or name in (plan.filter or "")


def _said(phrase: Remark, wave: str, names: list[str]) -> list[Remark]:
    if not names:
        return []
    more = f" ... (+{len(names) - _MOST_NAMED})" if len(names) > _MOST_NAMED else ""
    said = {"wave": wave, "names": ", ".join(names[:_MOST_NAMED]) + more}
    return [Remark(en=phrase.en.format(**said), id=phrase.id.format(**said))]
