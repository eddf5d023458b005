"""Tabulation: plan to counts to measures to significance to tidy cells. Pure and fast; no I/O, no Dagster."""

from mcode_pipelines.tabulation.book import tabulate
from mcode_pipelines.tabulation.harmonisation.plan_changes import plan_changes, with_former_names
from mcode_pipelines.tabulation.plan.compiling import complete_plan
from mcode_pipelines.tabulation.plan.default_banner import (
    BannerReason,
    banner_in_words,
    banner_reasons,
    how_to_change,
)
from mcode_pipelines.tabulation.plan.defaults import default_plan
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.text import parse_plan
from mcode_pipelines.tabulation.plan.waves import wanted_waves
from mcode_pipelines.tabulation.plan.weightings import tables_in
from mcode_pipelines.tabulation.respondents.filter_check import check_filter
from mcode_pipelines.tabulation.respondents.unlisted_choices import with_further_choices
from mcode_pipelines.tabulation.respondents.waves import Wave, codebook_of_waves, harmonisation_of_waves
from mcode_pipelines.tabulation.tables.cross_check import CrossCheck
from mcode_pipelines.tabulation.variables_used import variables_used

__all__ = [
    "BannerReason",
    "CrossCheck",
    "PlanError",
    "Wave",
    "banner_in_words",
    "banner_reasons",
    "check_filter",
    "codebook_of_waves",
    "complete_plan",
    "default_plan",
    "harmonisation_of_waves",
    "how_to_change",
    "parse_plan",
    "plan_changes",
    "tables_in",
    "tabulate",
    "variables_used",
    "wanted_waves",
    "with_former_names",
    "with_further_choices",
]
