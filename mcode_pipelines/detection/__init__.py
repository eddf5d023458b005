"""Raw data (and form) to a Codebook, with evidence and confidence for every decision."""

from mcode_pipelines.detection.codebook_detection import detect, generated_missing_marks
from mcode_pipelines.detection.codebook_edits import apply_codebook_edits, edits_that_go_on
from mcode_pipelines.detection.codebook_page import codebook_page
from mcode_pipelines.detection.errors import DetectionError
from mcode_pipelines.detection.summary import needs_a_look, summary
from mcode_pipelines.detection.uses import asks_for_names

__all__ = [
    "DetectionError",
    "apply_codebook_edits",
    "asks_for_names",
    "codebook_page",
    "detect",
    "edits_that_go_on",
    "generated_missing_marks",
    "needs_a_look",
    "summary",
]
