"""Reading survey files: one module per kind of source, all behind one small interface that returns a RawSurvey.

Reading happens in a killable child process of the intake; the libraries that parse files are imported
inside the functions that use them.
"""

from __future__ import annotations

from mcode_pipelines.sources.list_files import list_files_of
from mcode_pipelines.sources.raw_file import RawSurveyError, open_raw_survey, save_raw_survey
from mcode_pipelines.sources.reading import is_form, read_form, read_survey, scan_survey
from mcode_pipelines.sources.source import ReadOptions, SurveySource

__all__ = [
    "RawSurveyError",
    "ReadOptions",
    "SurveySource",
    "is_form",
    "list_files_of",
    "open_raw_survey",
    "read_form",
    "read_survey",
    "save_raw_survey",
    "scan_survey",
]
