"""Code frames and coded examples as people hand them in: JSON and CSV."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from mcode_pipelines.coding.errors import CodingError
from mcode_pipelines.coding.frames import check_frame
from mcode_pipelines.coding.words import language_of
from mcode_pipelines.survey import CodeFrame, canonical_code

_OTHER = re.compile(
    r"(?:lain(?:nya|[ -]?lain|2)?|yang lain(?:nya)?|others?|other \(?specify\)?|something else|lain-lain|dan lain-lain)"
    r"\s*[.:]?",
    re.IGNORECASE,
)
_COLUMNS = {"respondent": pl.String, "variable": pl.String, "code": pl.Int64}


def read_frame(path: str | Path) -> CodeFrame:
    """A code frame from its JSON file; one without `other` gets it where a label says "Lainnya" or "Other".

    Raises CodingError with the place in the file where it is not a frame.
    """
    path = Path(path)
    given = _json(path)
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if not isinstance(given, dict) or "codes" not in given:
        raise CodingError(
            f"{path.name}: this is not a code frame; expected an object with variable, question, language and codes."
        )
    if not isinstance(given["codes"], list) or not all(isinstance(c, dict) for c in given["codes"]):
        raise CodingError(f"{path.name}: codes must be a list of objects, each with a code and a label.")
    frame = dict(given)
    frame.setdefault("question", frame.get("variable", ""))
    if frame.get("language") not in {"id", "en"}:
        frame["language"] = language_of([str(c.get("label", "")) for c in given["codes"]], str(frame["question"]))
    frame["origin"] = "given"
    if frame.get("other") is None:
        named = [c.get("code") for c in given["codes"] if _OTHER.fullmatch(str(c.get("label", "")).strip())]
        frame["other"] = named[-1] if named else None
    try:
        read = CodeFrame.model_validate(frame)
    except ValidationError as error:
        raise CodingError(f"{path.name}: {_first_fault(error)}") from None
    check_frame(read, path.name)
    return read


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise CodingError(f"{path.name}: there is no such file; check the path {path}.") from None
    except OSError as error:
        raise CodingError(f"{path.name}: cannot be opened ({error.strerror}); check the path and its rights.") from None
    except UnicodeDecodeError:
        raise CodingError(f"{path.name}: is not text in UTF-8; save the code frame as JSON in UTF-8.") from None
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"line {error.lineno}, column {error.colno}: " if isinstance(error, json.JSONDecodeError) else ""
        raise CodingError(f"{path.name}: {where}this is not valid JSON; correct the file and give it again.") from None


def _first_fault(error: ValidationError) -> str:
    """The first thing a validation found, in words."""
    fault = error.errors()[0]
    if fault["type"] == "value_error":
        return f"{fault['ctx']['error']}; correct the frame."
    place = [str(p) for p in fault["loc"]]
    where = place[0] if place else "the frame"
    if place[:1] == ["codes"] and len(place) > 1 and place[1].isdigit():
        where = f"code number {int(place[1]) + 1} of the list" + (f", its {place[2]}" if len(place) > 2 else "")
    if fault["type"] == "missing":
        return f"{where} is missing; add it."
    if fault["type"] == "extra_forbidden":
        return f"{where} is not a part of a code frame; remove it."
    return (
        f"{where} holds {str(fault['input'])[:40]!r}, which does not belong there ({fault['msg'].lower()}); correct it."
    )


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
            rows.setdefault((respondent.strip(), variable.strip(), int(written)))
    if not rows:
        raise CodingError(f"{path.name}: there is no coded answer in it; leave the file out or fill in the codes.")
    return pl.DataFrame(list(rows), schema=_COLUMNS, orient="row")
