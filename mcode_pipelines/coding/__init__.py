"""Open answers to codes: cleaning, code frames, classified responses."""

from mcode_pipelines.coding.classifier.coder import code_answers
from mcode_pipelines.coding.classifier.reruns import EarlierCoding, RunMode
from mcode_pipelines.coding.engines import CodingEngine, EngineReport, LanguageModelEngine, LocalEngine, coding_engine
from mcode_pipelines.coding.errors import CodingError
from mcode_pipelines.coding.frames.frame_files import as_given, read_coded_examples, read_earlier_codes
from mcode_pipelines.coding.frames.generation import FROM_EARLIER_WAVE, build_code_frames
from mcode_pipelines.coding.frames.proposals import CodeProposal, extend_frame, propose_codes
from mcode_pipelines.coding.frames.study_frame import study_frame
from mcode_pipelines.coding.frames.validation import check_frame
from mcode_pipelines.coding.language_model.endpoint import LanguageModelSettings
from mcode_pipelines.coding.meaning.embedders import Embedder, default_embedder
from mcode_pipelines.coding.meaning.vectors import FloatArray
from mcode_pipelines.coding.overview import QuestionOverview, overview_of, uncoded_answers
from mcode_pipelines.coding.semi_open.merging import merge_other_answers
from mcode_pipelines.coding.semi_open.questions import SemiOpenQuestion, semi_open_questions
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.non_answers import means_no_answer
from mcode_pipelines.coding.text.questions import OpenQuestion, open_questions, same_wording
from mcode_pipelines.coding.whole_survey import SurveyAnswers, code_survey, frame_survey, survey_answers, usable_codes

__all__ = [
    "FROM_EARLIER_WAVE",
    "CodeProposal",
    "CodingEngine",
    "CodingError",
    "CodingSettings",
    "EarlierCoding",
    "Embedder",
    "EngineReport",
    "FloatArray",
    "LanguageModelEngine",
    "LanguageModelSettings",
    "LocalEngine",
    "OpenQuestion",
    "QuestionOverview",
    "RunMode",
    "SemiOpenQuestion",
    "SurveyAnswers",
    "as_given",
    "build_code_frames",
    "check_frame",
    "code_answers",
    "code_survey",
    "coding_engine",
    "default_embedder",
    "extend_frame",
    "frame_survey",
    "means_no_answer",
    "merge_other_answers",
    "open_questions",
    "overview_of",
    "propose_codes",
    "read_coded_examples",
    "read_earlier_codes",
    "same_wording",
    "semi_open_questions",
    "study_frame",
    "survey_answers",
    "uncoded_answers",
    "usable_codes",
]
