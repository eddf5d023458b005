"""Headers with a question's code and its text in one cell, as LimeSurvey writes them: `MEDIA[TV]. Media [Televisi]`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft

_CODE_AND_TEXT = re.compile(r"^\s*(?P<code>[A-Za-z]\w*(?:\[[^\]]*\]){0,2})\s*[.:]\s+(?P<text>\S.*)$", re.DOTALL)
_OWN = frozenset(
    {"submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "interviewtime", "refurl"}
)
"""Codes of LimeSurvey's own columns: two of them, or one and a question in brackets, give such a file away."""
_MOST = 0.6


def columns_by_code(columns: Sequence[Column]) -> tuple[list[Column], dict[str, str]]:
    """The columns under their codes, with code and text as two rows of headers, and code to the name in the data.

    As they are, with nothing to map, where the headers are not written so.
    """
    found = [_CODE_AND_TEXT.match(c.headers[0] if c.headers and c.headers[0] else c.name) for c in columns]
    codes = [m["code"] for m in found if m]
    own = len({c.lower() for c in codes} & _OWN)
    bracketed = any("[" in c for c in codes)
    if len(codes) < _MOST * len(columns) or own + bracketed < 2 or len(set(codes)) < len(codes):
        return list(columns), {}
    named = [
        replace(c, name=m["code"], headers=(m["code"], m["text"])) if m else c
        for c, m in zip(columns, found, strict=True)
    ]
    return named, {n.name: c.name for n, c in zip(named, columns, strict=True)}


def under_data_names(drafts: Sequence[Draft], names: Mapping[str, str]) -> None:
    """Puts the names that the columns have in the data in the place of their codes."""
    if not names:
        return
    for draft in drafts:
        draft.columns = [names.get(c, c) for c in draft.columns]
        draft.choices = [
            c.model_copy(update={"column": names.get(c.column, c.column)}) if c.column else c for c in draft.choices
        ]
