"""What a person can get wrong in a tabulation plan."""

from __future__ import annotations

from mcode_pipelines.survey.errors import SurveyError


class PlanError(SurveyError):
    """A tabulation plan that cannot be carried out; the message names the place in the plan and what to do."""
