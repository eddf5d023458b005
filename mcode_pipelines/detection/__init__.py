"""Raw data (and form) to a Codebook, with evidence and confidence for every decision."""

from mcode_pipelines.detection.detecting import detect, marks_nobody_typed
from mcode_pipelines.detection.edits import apply_edits
from mcode_pipelines.detection.errors import DetectionError
from mcode_pipelines.detection.summary import summary

__all__ = ["DetectionError", "apply_edits", "detect", "marks_nobody_typed", "summary"]
