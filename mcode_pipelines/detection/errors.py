"""What a person can get wrong about a codebook."""

from __future__ import annotations

from mcode_pipelines.survey import SurveyError


class DetectionError(SurveyError):
    """A codebook edit that does not fit the upload."""
