"""What may come beside the data: plan, codebook, code frames, reviewed codes, each read strictly.

A mistake in one of them is told as a sentence with its line (YAML) or its place in the document.
"""

from __future__ import annotations

import csv
import difflib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mcode_pipelines.survey import Codebook, CodeFrame, CodeFrames, TabulationPlan, UnreadableUpload, Variable

CODES_COLUMNS = ("respondent", "variable", "code")
"""What a table of reviewed codes must have; label, confidence and decided_by may be there too."""

_MOST_FRAMES = 2_000


def read_plan(path: Path, name: str) -> TabulationPlan:
    """A tabulation plan from YAML or JSON. An empty document is the default plan. Raises UnreadableUpload."""
    from mcode_pipelines.tabulation import PlanError, parse_plan

    try:
        return parse_plan(_text(path, name), name)
    except PlanError as error:
        raise UnreadableUpload(name, str(error).removeprefix(f"{name}: ")) from None


def read_codebook(path: Path, name: str) -> Codebook:
    """A codebook from JSON. Raises UnreadableUpload."""
    given = _json(path, name)
    if isinstance(given, list):
        given = {"variables": given}
    try:
        return Codebook.model_validate(given)
    except ValidationError as error:
        raise UnreadableUpload(name, document_problem(error, Codebook, given)) from None


def read_codebook_edits(path: Path, name: str) -> dict[str, Any]:
    """What a person says of some variables, as they wrote it: each entry has a `name` and the fields to change.

    Raises UnreadableUpload where it is no list of variables, or names a field that a variable does not have.
    """
    given = _json(path, name)
    edits = {"variables": given} if isinstance(given, list) else given
    entries = edits.get("variables") if isinstance(edits, dict) else None
    if not isinstance(entries, list) or not all(
        isinstance(e, dict) and isinstance(e.get("name"), str) for e in entries
    ):
        raise UnreadableUpload(name, "a codebook is a list of `variables`, each with its `name`; correct it")
    for number, entry in enumerate(entries, start=1):
        strange = sorted(set(entry) - set(Variable.model_fields))
        if strange:
            what = _unknown_word(strange[0], Variable)
            raise UnreadableUpload(name, f"at `variables > {number} > {strange[0]}`: {what}; correct it")
    return dict(edits)


def read_frames(path: Path, name: str) -> CodeFrames:
    """The code frames of a JSON file: one frame, or a list of them. Frames that a person brings are `given`.

    Raises UnreadableUpload, also where two frames are of one question.
    """
    # Coding is needed for a frame only, and is much to import for all the uploads that bring none.
    from mcode_pipelines.coding import CodingError, as_given, check_frame

    given = _json(path, name)
    listed = given if isinstance(given, list) else [given]
    if len(listed) > _MOST_FRAMES:
        raise UnreadableUpload(name, f"it holds more than {_MOST_FRAMES:,} code frames; leave some out")
    frames: dict[str, CodeFrame] = {}
    for one in listed:
        try:
            frame = CodeFrame.model_validate(as_given(one) if isinstance(one, dict) else one)
            check_frame(frame)
        except CodingError as error:
            raise UnreadableUpload(name, str(error).rstrip(".")) from None
        except ValidationError as error:
            of = f"the frame of {one['variable']!r}: " if isinstance(one, dict) and "variable" in one else ""
            raise UnreadableUpload(name, of + document_problem(error, CodeFrame, one)) from None
        if frame.variable in frames:
            raise UnreadableUpload(name, f"it holds two frames of the question {frame.variable!r}; keep one")
        frames[frame.variable] = frame
    if not frames:
        raise UnreadableUpload(name, "it holds no code frame; a frame has `variable`, `question`, `language`, `codes`")
    return CodeFrames(tuple(frames.values()))


def check_codes(path: Path, name: str) -> None:
    """Looks whether a table of reviewed codes has the columns it must have, and codes that are whole numbers.

    Raises UnreadableUpload with the row of the first mistake.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            start = file.readline()
            file.seek(0)
            delimiter = max(",;\t", key=start.count)
            table = csv.reader(file, delimiter=delimiter, strict=True)
            header = [cell.strip().lower() for cell in next(table, [])]
            lacking = [column for column in CODES_COLUMNS if column not in header]
            if lacking:
                raise UnreadableUpload(
                    name, f"reviewed codes need the columns {', '.join(CODES_COLUMNS)}; {', '.join(lacking)} is missing"
                )
            _check_rows(table, header, name)
    except UnicodeDecodeError:
        raise UnreadableUpload(name, "it is not in UTF-8; save it as CSV UTF-8 and drop it again") from None
    except csv.Error as error:
        raise UnreadableUpload(name, f"it is not a sound table ({error}); save it as CSV UTF-8 again") from None


def _check_rows(table: Iterable[list[str]], header: list[str], name: str) -> None:
    respondent, variable, code = (header.index(column) for column in CODES_COLUMNS)
    widest = max(respondent, variable, code)
    for number, row in enumerate(table, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= widest or not row[respondent].strip() or not row[variable].strip():
            raise UnreadableUpload(name, f"row {number:,} lacks its respondent, variable or code; complete it")
        written = row[code].strip()
        if not written.removesuffix(".0").lstrip("-").isdecimal():
            raise UnreadableUpload(name, f"row {number:,} has the code {written[:40]!r}; a code is a whole number")


def read_yaml(path: Path, name: str) -> Any:
    """What a YAML document holds. Raises UnreadableUpload with the line of a mistake."""
    import yaml  # few drops bring one

    try:
        return yaml.safe_load(_text(path, name))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark is not None else ""
        raise UnreadableUpload(name, f"{where}this is no sound YAML; correct it") from None


def _text(path: Path, name: str) -> str:
    raw = path.read_bytes()
    if not raw.strip():
        return ""
    for encoding in ("utf-8-sig", "utf-16") if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableUpload(name, "it is not text in UTF-8; save it as UTF-8 text and drop it again")


def _json(path: Path, name: str) -> Any:
    text = _text(path, name)
    if not text:
        raise UnreadableUpload(name, "the file is empty; export it again and drop that")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableUpload(
            name, f"line {error.lineno}, column {error.colno}: this is not sound JSON ({error.msg.lower()}); correct it"
        ) from None
    except (RecursionError, ValueError):
        raise UnreadableUpload(name, "this is not sound JSON: nested too deeply, or impossible numbers") from None


def document_problem(error: ValidationError, model: type[BaseModel], given: Any) -> str:
    """The first problem as a sentence: the place as a person finds it, what was expected, what stands there."""
    first = _telling(error)
    place = _place(first, given)
    at = f"at `{' > '.join(place)}`: " if place else ""
    match first["type"]:
        case "extra_forbidden":
            what = _unknown_word(str(first["loc"][-1]), _model_at(model, first["loc"][:-1]))
        case "missing":
            what = "this is missing"
        case "value_error":
            what = str(first["msg"]).removeprefix("Value error, ")
        case _:
            expected = re.sub("^Input should be ", "expected ", str(first["msg"]))
            what = f"{expected}, but {_shortly(first['input'])} stands there"
    others = {_place(e, given) for e in error.errors()} - {place[:length] for length in range(len(place) + 1)}
    following = f" (and {len(others)} more)" if others else ""
    return f"{at}{what}{following}; correct it"


def _telling(error: ValidationError) -> ErrorDetails:
    """The first problem; of alternatives that were all tried in vain, the one that came furthest."""
    errors = error.errors(include_url=False)
    top = errors[0]["loc"][:1]
    return max((e for e in errors if e["loc"][:1] == top), key=lambda e: len(e["loc"]))


def _place(problem: ErrorDetails, given: Any) -> tuple[str, ...]:
    """Where in the document a problem is; lists count from 1, and alternatives that were tried are no place."""
    written, node = [], given
    for step in problem["loc"]:
        if isinstance(node, dict) and step in node:
            written.append(str(step))
            node = node[step]
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            written.append(str(step + 1))
            node = node[step]
        elif isinstance(node, dict) and (by_text := [key for key in node if str(key) == str(step)]):
            written.append(str(step))
            node = node[by_text[0]]
    if problem["type"] == "missing":
        written.append(str(problem["loc"][-1]))
    return tuple(written)


def _unknown_word(word: str, model: type[BaseModel] | None) -> str:
    if model is None:
        return "this word is not known"
    known = list(model.model_fields)
    meant = difflib.get_close_matches(word, known, n=1)
    return "this word is not known" + (f" (is `{meant[0]}` meant?)" if meant else f"; known are {', '.join(known)}")


def _model_at(model: type[BaseModel], place: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The part of a document's model that a place lies in, as far as it can be told."""
    for step in place:
        if isinstance(step, int) or step not in model.model_fields:
            continue
        parts = list(_models_in(model.model_fields[step].annotation))
        if len(parts) != 1:
            return None
        model = parts[0]
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _shortly(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 60 else text[:57] + "..."
