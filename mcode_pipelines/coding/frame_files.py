"""Code frames and coded examples as people hand them in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from mcode_pipelines.coding.errors import CodingError
from mcode_pipelines.coding.words import language_of
from mcode_pipelines.survey import CODINGS_SCHEMA, ROW, canonical_code, restored

_OTHER = re.compile(
    r"(?:lain(?:nya|[ -]?lain|2)?|(?:yang|jawaban|dan) lain(?:nya|[ -]lain)?|others?|others? answers?|something else)"
    r"(?:[\s,;:(\[-]*(?:please |tolong |mohon )?(?:sebutkan|tuliskan|jelaskan|specify)[\s.:)\]_]*)?\s*[.:]?",
    re.IGNORECASE,
)
_COLUMNS = {"respondent": pl.String, "variable": pl.String, "code": pl.Int64}


def as_given(written: Mapping[str, Any]) -> dict[str, Any]:
    """A code frame as a person wrote it, with what they may leave out filled in; checks nothing.

    `question` is the variable's name, `language` the one of the labels, `other` the code whose label says "Lainnya" or
    "Other" (without it, answers would be likened to that word), `origin` is `given`.
    """
    frame = {**written, "origin": "given"}
    frame.setdefault("question", frame.get("variable", ""))
    codes = [code for code in frame.get("codes") or () if isinstance(code, Mapping)]
    labels = [str(code.get("label", "")).strip() for code in codes]
    if frame.get("language") not in {"id", "en"}:
        frame["language"] = language_of(labels, str(frame["question"]))
    if frame.get("other") is None:
        named = [code.get("code") for code, label in zip(codes, labels, strict=True) if says_other(label)]
        frame["other"] = named[-1] if named else None
    return frame


def says_other(label: str) -> bool:
    """Whether a label is that of the code for answers that fit nothing.

    >>> says_other("Lain-lain"), says_other("Lainnya (sebutkan)"), says_other("Other staff")
    (True, True, False)
    """
    return _OTHER.fullmatch(label.strip()) is not None


def read_coded_examples(path: str | Path) -> pl.DataFrame:
    """Coded examples from CSV: respondent (String), variable (String), code (Int64), in file order, repeats removed.

    `label`, `confidence` and `decided_by` may be there and are passed over. A cell may hold several codes separated by
    blanks, commas or semicolons; rows without a code are passed over. Raises CodingError.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise CodingError(f"{path.name}: there is no such file; check the path {path}.") from None
    except OSError as error:
        raise CodingError(f"{path.name}: cannot be opened ({error.strerror}); check the path and its rights.") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    header = text.splitlines()[0] if text.strip() else ""
    separator = max(",;\t", key=header.count)
    try:
        table = pl.read_csv(text.encode("utf-8"), separator=separator, infer_schema=False)
    except (pl.exceptions.PolarsError, ValueError):
        raise CodingError(
            f"{path.name}: this is not a CSV table; expected columns respondent, variable, code."
        ) from None
    table = table.rename({c: c.strip().lower() for c in table.columns})
    for column in _COLUMNS:
        if column not in table.columns:
            raise CodingError(
                f"{path.name}: there is no column {column!r} (found: {', '.join(table.columns)}); "
                "expected respondent, variable, code."
            )
    rows: dict[tuple[str, str, int], None] = {}
    for number, (respondent, variable, codes) in enumerate(table.select(*_COLUMNS).iter_rows(), start=2):
        if codes is None or not codes.strip():
            continue
        if not (respondent or "").strip() or not (variable or "").strip():
            raise CodingError(f"{path.name}, row {number}: respondent and variable must both be filled in.")
        for code in re.split(r"[\s,;]+", codes.strip()):
            written = canonical_code(code)
            if not re.fullmatch(r"-?\d{1,9}", written):
                raise CodingError(
                    f"{path.name}, row {number}: the code {code!r} is not a whole number; give the code's number."
                )
            rows.setdefault((restored(respondent.strip()), restored(variable.strip()), int(written)))
    if not rows:
        raise CodingError(f"{path.name}: there is no coded answer in it; leave the file out or fill in the codes.")
    return pl.DataFrame(list(rows), schema=_COLUMNS, orient="row")


def read_earlier_codes(path: Path) -> pl.DataFrame:
    """CODINGS_SCHEMA (rows counted in file order) of a codes.csv that an earlier run wrote. Raises CodingError."""
    read_coded_examples(path)
    table = pl.read_csv(path, infer_schema=False)
    table = table.rename({c: c.strip().lower() for c in table.columns}).with_row_index(ROW, offset=1)
    lacking = [c for c in CODINGS_SCHEMA if c not in table.columns]
    if lacking:
        raise CodingError(
            f"{path.name}: there is no column {lacking[0]!r}; give the codes.csv that an earlier run wrote, as it is."
        )
    try:
        return (
            table.select(pl.col(c).cast(kind) for c, kind in CODINGS_SCHEMA.items())
            .with_columns(pl.col(pl.String).map_elements(restored, return_dtype=pl.String))
            .drop_nulls()
        )
    except pl.exceptions.PolarsError:
        raise CodingError(
            f"{path.name}: a code or a confidence is no number; give the codes.csv that an earlier run wrote, as it is."
        ) from None
