"""What can go wrong between finished tables and files in a folder."""

from __future__ import annotations

from mcode_pipelines.survey.errors import SurveyError


class DeliveryError(SurveyError):
    """A result could not be written, or did not read back as it was written; one sentence for an analyst."""
