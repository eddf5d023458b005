"""The nouns every room shares. This room is the ground floor: it imports no other room."""

from mcode_pipelines.survey.code_frame import Code, CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.codes import NO_ANSWER, CodeText, canonical_code
from mcode_pipelines.survey.coding import CODINGS_SCHEMA, DecidedBy, empty_codings
from mcode_pipelines.survey.errors import SurveyError, UnreadableUpload, user_message
from mcode_pipelines.survey.form import FormSheet, SurveyForm
from mcode_pipelines.survey.formulas import neutral, restored
from mcode_pipelines.survey.multi_answer_cells import split_answers
from mcode_pipelines.survey.numbers import NumberStyle
from mcode_pipelines.survey.plan import (
    TOTAL,
    TOTAL_CODE,
    BannerItem,
    BookOptions,
    Definition,
    RescaledWeight,
    RimWeight,
    RowItem,
    Significance,
    Statistic,
    TabulationPlan,
)
from mcode_pipelines.survey.progress import Progress, no_progress, progress_text, throttled
from mcode_pipelines.survey.raw_survey import (
    ROW,
    ColumnDictionary,
    RawSurvey,
    ResponseSet,
    SourceNotes,
    SurveyHead,
    bytes_of_cell,
)
from mcode_pipelines.survey.remark import Remark, in_indonesian
from mcode_pipelines.survey.tables import (
    CELLS_SCHEMA,
    TESTS_SCHEMA,
    BannerColumn,
    BookHead,
    CrossTables,
    TableHead,
)
from mcode_pipelines.survey.wave import Placed, Wave, WaveUnit, in_order
from mcode_pipelines.survey.wave_names import Token, any_of, find_wave, parse_wave, tokens_of, wave_words

__all__ = [
    "CELLS_SCHEMA",
    "CODINGS_SCHEMA",
    "NO_ANSWER",
    "ROW",
    "TESTS_SCHEMA",
    "TOTAL",
    "TOTAL_CODE",
    "BannerColumn",
    "BannerItem",
    "BookHead",
    "BookOptions",
    "Choice",
    "Code",
    "CodeFrame",
    "CodeFrames",
    "CodeText",
    "Codebook",
    "ColumnDictionary",
    "CrossTables",
    "DecidedBy",
    "Definition",
    "FormSheet",
    "Kind",
    "NumberStyle",
    "Placed",
    "Progress",
    "RawSurvey",
    "Remark",
    "RescaledWeight",
    "ResponseSet",
    "RimWeight",
    "RowItem",
    "Significance",
    "SourceNotes",
    "Statistic",
    "SurveyError",
    "SurveyForm",
    "SurveyHead",
    "TableHead",
    "TabulationPlan",
    "Token",
    "UnreadableUpload",
    "Variable",
    "Wave",
    "WaveUnit",
    "any_of",
    "bytes_of_cell",
    "canonical_code",
    "empty_codings",
    "find_wave",
    "in_indonesian",
    "in_order",
    "neutral",
    "no_progress",
    "parse_wave",
    "progress_text",
    "restored",
    "split_answers",
    "throttled",
    "tokens_of",
    "user_message",
    "wave_words",
]
