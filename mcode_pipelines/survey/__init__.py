"""The nouns every room shares. This room is the ground floor: it imports no other room."""

from mcode_pipelines.survey.cells import answers_in
from mcode_pipelines.survey.code_frame import Code, CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.codes import NO_ANSWER, CodeText, canonical_code
from mcode_pipelines.survey.coding import CODINGS_SCHEMA, DecidedBy, no_codings
from mcode_pipelines.survey.errors import SurveyError, UnreadableUpload, sentence_of
from mcode_pipelines.survey.form import FormSheet, SurveyForm
from mcode_pipelines.survey.plan import (
    TOTAL,
    TOTAL_CODE,
    BannerItem,
    BookLook,
    Definition,
    RimWeight,
    RowItem,
    Significance,
    Statistic,
    TabulationPlan,
)
from mcode_pipelines.survey.progress import Progress, in_steps, in_words, silent
from mcode_pipelines.survey.raw_survey import (
    ROW,
    ColumnDictionary,
    RawSurvey,
    ResponseSet,
    SourceNotes,
    SurveyHead,
    bytes_of_cell,
)
from mcode_pipelines.survey.remark import Remark
from mcode_pipelines.survey.tables import (
    CELLS_SCHEMA,
    TESTS_SCHEMA,
    BannerColumn,
    BookHead,
    CrossTables,
    TableHead,
)

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
    "BookLook",
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
    "Progress",
    "RawSurvey",
    "Remark",
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
    "UnreadableUpload",
    "Variable",
    "answers_in",
    "bytes_of_cell",
    "canonical_code",
    "in_steps",
    "in_words",
    "no_codings",
    "sentence_of",
    "silent",
]
