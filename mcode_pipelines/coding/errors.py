"""What can go wrong in coding that a person can put right."""

from __future__ import annotations

from mcode_pipelines.survey import SurveyError


class CodingError(SurveyError):
    """A code frame or coded examples that do not fit the survey; the message is one sentence for an analyst."""
