"""Kinds of variables by how many answers a respondent gives."""

from __future__ import annotations

from mcode_pipelines.survey.codebook import Kind

ONE_ANSWER = (Kind.SINGLE_CHOICE, Kind.SCALE)
"""Kinds whose respondents give one answer each."""
SEVERAL_ANSWERS = (Kind.MULTI_CHOICE, Kind.OPEN_ENDED)
"""Kinds whose respondents may give several; open answers once they are coded."""
CODED = (*ONE_ANSWER, *SEVERAL_ANSWERS)
TABULATED = (*CODED, Kind.NUMERIC)
"""Kinds that tables are made of."""
