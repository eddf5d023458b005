"""Open answers to codes: cleaning, code frames, classified responses."""

from mcode_pipelines.coding.coder import code_answers
from mcode_pipelines.coding.embedders import Embedder, FloatArray, default_embedder
from mcode_pipelines.coding.engines import (
    CodingEngine,
    EngineReport,
    LanguageModelEngine,
    LocalEngine,
    coding_engine,
)
from mcode_pipelines.coding.errors import CodingError
from mcode_pipelines.coding.frame_files import read_coded_examples, read_frame
from mcode_pipelines.coding.frames import build_code_frames
from mcode_pipelines.coding.llm_endpoint import LanguageModelSettings
from mcode_pipelines.coding.questions import OpenQuestion, open_questions
from mcode_pipelines.coding.review_lessons import code_reviewed_answers
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.uncoded import uncoded_answers

__all__ = [
    "CodingEngine",
    "CodingError",
    "CodingSettings",
    "Embedder",
    "EngineReport",
    "FloatArray",
    "LanguageModelEngine",
    "LanguageModelSettings",
    "LocalEngine",
    "OpenQuestion",
    "build_code_frames",
    "code_answers",
    "code_reviewed_answers",
    "coding_engine",
    "default_embedder",
    "open_questions",
    "read_coded_examples",
    "read_frame",
    "uncoded_answers",
]
