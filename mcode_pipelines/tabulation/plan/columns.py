"""The banner of a plan: its questions resolved and checked."""

from __future__ import annotations

from dataclasses import dataclass

from mcode_pipelines.survey.codebook import Kind
from mcode_pipelines.survey.plan import TOTAL, BannerItem
from mcode_pipelines.tabulation.plan.definitions import not_a_number
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.kinds import CODED
from mcode_pipelines.tabulation.plan.nets import check_nets, nets_as_spelled
from mcode_pipelines.tabulation.plan.questions import Question
from mcode_pipelines.tabulation.plan.scope import Scope


@dataclass(frozen=True, eq=False)
class BannerQuestion:
    """One question of a banner, or questions nested in each other."""

    item: BannerItem
    """As the plan writes it."""
    path: tuple[Question, ...] = ()
    """Outermost first; none of the total, and of what cannot be a banner."""

    @property
    def is_total(self) -> bool:
        """Whether it is everyone in the base."""
        return self.item.variable == TOTAL and not self.item.trouble


def compile_banner_item(item: BannerItem, scope: Scope) -> BannerQuestion:
    """A banner item with its questions resolved. Raises PlanError where it cannot have columns."""
    if item.mistake:
        raise PlanError(item.mistake)
    if item.variable == TOTAL:
        if item.nets:
            raise PlanError(
                "banner: total has no categories, so it cannot have nets",
                "banner: total tidak punya kategori, jadi tidak bisa diberi nets",
            )
        return BannerQuestion(item)
    path: list[Question] = []
    names = scope.path(item.variable)
    for name in names:
        question = scope.named("banner", name)
        path.append(question)
        kind = question.variable.kind
        if kind == Kind.NUMERIC and name == names[-1] and (item.bands or item.quantiles):
            continue
        if kind not in CODED:
            number = kind == Kind.NUMERIC
            hint = "give it bands or quantiles" if number else "name a question with choices"
            saran = "beri bands atau quantiles" if number else "sebutkan pertanyaan dengan pilihan jawaban"
            raise PlanError(
                f"banner: {name!r} is {kind.value} and has no categories; {hint}",
                f"banner: {name!r} berjenis {kind.value} dan tidak punya kategori; {saran}",
            )
    innermost = path[-1].variable
    if (item.bands or item.quantiles) and innermost.kind != Kind.NUMERIC:
        raise not_a_number("banner", item.variable, "bands" if item.bands else "quantiles")
    if not scope.is_open(innermost) and item.nets:
        item = item.model_copy(update={"nets": nets_as_spelled(item.nets, innermost.choices)})
        check_nets(f"banner: {item.variable!r}", item.nets, innermost.choices)
    return BannerQuestion(item, tuple(path))
