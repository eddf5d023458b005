"""Which interviews two uploads share: by the ids of the interviews, by those of respondents, or by what rows hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from mcode_pipelines.intake.upload import SharedInterviews
from mcode_pipelines.survey import ROW, RawSurvey

_INTERVIEW_IDS = (
    "uuid", "metainstanceid", "instanceid", "metarootuuid", "rootuuid", "key", "responseid", "submissionid",
    "submissionuuid", "interviewid", "interviewkey", "recordid", "responsid", "id",
)  # fmt: skip
"""Names of ids, the most trusted first. One that is short or a count is no more than a name of a respondent."""
_RESPONDENT_IDS = (
    "respondentid", "idresponden", "respid", "idrespondent", "noresponden", "nomorresponden", "koderesponden",
    "kodresponden", "caseid", "serial", "panelid", "memberid", "token", "respondent", "responden", "recordno", "no",
    "nomor", "index", "rowid",
)  # fmt: skip
_LONG_ID = 16
"""From so many signs on an id is made by chance: nobody counts so far."""
_IDENTIFIES = 0.9
"""An id stands in at least so large a share of the rows, and is another one in as many of them."""
_SAME_ROW = 0.8
"""Rows are of one interview where so large a share of the cells that either of them fills agree."""
_COMPARED_ROWS = 20_000
"""So many rows are compared by what they hold."""
_FEWEST_COLUMNS = 3


def shared_interviews(this: RawSurvey, that: RawSurvey) -> SharedInterviews | None:
    """How many interviews two uploads share; None where nothing in common could tell.

    An interview is the same where its long id (`_uuid`, `instanceID`, `ResponseId`) is. A short id or a respondent's
    may be a number that every file counts anew, or a panel's: then the rows must hold the same too. Without any id in
    common rows are compared by what they hold, wherever and in the place where they stand.
    """
    columns = [c for c in this.columns if c in set(that.columns)]
    if not columns:
        return None
    for column in _ids_in(columns):
        ids = [_ids(raw, column) for raw in (this, that)]
        if not all(map(_identifies, ids)):
            continue
        if _plain(column) in _INTERVIEW_IDS and all(_are_long(given) for given in ids):
            return SharedInterviews(
                certain=True, by=column, shared=_in_common(*ids), here=ids[0].n_unique(), there=ids[1].n_unique()
            )
        return _same_rows(this, that, columns, column)
    return _same_rows(this, that, columns, None)


def _ids_in(columns: Sequence[str]) -> list[str]:
    known = {name: at for at, name in enumerate((*_INTERVIEW_IDS, *_RESPONDENT_IDS))}
    named = [c for c in columns if _plain(c) in known]
    return sorted(named, key=lambda c: (known[_plain(c)], not c.startswith("_")))


def _plain(column: str) -> str:
    return re.sub(r"[^a-z0-9]", "", column.lower())


def _text(column: str) -> pl.Expr:
    """A cell as text in which two writings of one number agree; blank cells are null."""
    plain = pl.col(column).cast(pl.String, strict=False).str.strip_chars().str.replace(r"^(-?\d+)\.0+$", "$1")
    return pl.when(plain != "").then(plain).alias(column)


def _ids(raw: RawSurvey, column: str) -> pl.Series:
    return raw.data.select(_text(column)).collect()[column]


def _identifies(ids: pl.Series) -> bool:
    given = ids.drop_nulls()
    return len(given) >= _IDENTIFIES * len(ids) and given.n_unique() >= _IDENTIFIES * len(given) and len(given) > 0


def _are_long(ids: pl.Series) -> bool:
    median = ids.drop_nulls().str.len_chars().median()
    return isinstance(median, int | float) and median >= _LONG_ID


def _in_common(these: pl.Series, those: pl.Series) -> int:
    return len(these.drop_nulls().unique().to_frame("id").join(those.drop_nulls().unique().to_frame("id"), on="id"))


def _same_rows(this: RawSurvey, that: RawSurvey, columns: Sequence[str], key: str | None) -> SharedInterviews | None:
    """Rows that hold the same, of those with one id (`key`), or wherever and in the same place."""
    here, there = (
        raw.data.select(ROW, *map(_text, columns)).sort(ROW).head(_COMPARED_ROWS).collect() for raw in (this, that)
    )
    both = pl.concat([here, there])
    telling = [c for c in columns if c != key and both[c].n_unique() > 1]
    if len(telling) < _FEWEST_COLUMNS:
        return None
    if key is not None:
        pairs = here.unique(key, keep="none").join(there.unique(key, keep="none"), on=key, suffix="\0then")
        shared = _agreeing(pairs, telling)
    else:
        in_place = _agreeing(here.join(there, on=ROW, suffix="\0then"), telling)
        whole = (frame.select(pl.struct(telling).hash().alias("row")) for frame in (here, there))
        anywhere = _in_common(*(frame["row"] for frame in whole))
        shared = max(in_place, anywhere)
    return SharedInterviews(by=key, shared=shared, here=here.height, there=there.height)


def _agreeing(pairs: pl.DataFrame, columns: Sequence[str]) -> int:
    """How many pairs of rows agree in nearly all cells that either of them fills."""
    if not pairs.height:
        return 0
    filled = pl.sum_horizontal(
        (pl.col(c).is_not_null() | pl.col(f"{c}\0then").is_not_null()).cast(pl.Int64) for c in columns
    )
    equal = pl.sum_horizontal(
        (pl.col(c) == pl.col(f"{c}\0then")).fill_null(value=False).cast(pl.Int64) for c in columns
    )
    return int(pairs.select(((equal >= _SAME_ROW * filled) & (filled > 0)).sum()).item())
