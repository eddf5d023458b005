"""Interviews that stand in two waves: counted once, in the later one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from mcode_pipelines.survey.raw_survey import RawSurvey
from mcode_pipelines.tabulation.respondents.waves import Wave

_NAMES = frozenset(
    {"uuid", "metainstanceid", "instanceid", "metarootuuid", "rootuuid", "key", "responseid", "submissionid"}
)
"""What tools call the id that they make for each interview."""
_LONG = 16
"""From so many signs on an id is made by chance, and the same only where the interview is."""


def without_repeated_interviews(waves: Sequence[Wave]) -> tuple[list[Wave], dict[str, int]]:
    """The waves, oldest first, without interviews that a later one holds too; how many were left out of each.

    Interviews are told by the ids that tools make for them. Rows without such an id stay.
    """
    left_out: dict[str, int] = {}
    kept: list[Wave] = []
    seen: set[str] = set()
    for wave in reversed(waves):
        column = _id_column(wave.raw)
        if column is not None:
            ids = wave.raw.data.select(pl.col(column)).collect()[column]
            twice = ids.is_in(list(seen)).fill_null(False) if seen else None
            if twice is not None and twice.any():
                left_out[wave.label] = int(twice.sum())
                rest = ~(pl.col(column).is_in(list(seen)).fill_null(False))
                wave = replace(wave, raw=replace(wave.raw, data=wave.raw.data.filter(rest), file=None))
            seen |= set(ids.drop_nulls().to_list())
        kept.append(wave)
    return list(reversed(kept)), left_out


def _id_column(raw: RawSurvey) -> str | None:
    named = [c for c in raw.columns if re.sub(r"[\W_]+", "", c.casefold()) in _NAMES]
    for column in named:
        ids = raw.data.select(pl.col(column).drop_nulls()).collect()[column]
        if ids.dtype == pl.String and len(ids) and float(ids.str.len_chars().median() or 0) >= _LONG:  # type: ignore[arg-type]
            return column
    return None
