"""A person's corrections of a codebook: they always win."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from mcode_pipelines.detection.errors import DetectionError
from mcode_pipelines.detection.scales import is_dont_know
from mcode_pipelines.survey import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.choice_matching import same_words

_BOOK_KEYS = ("language", "tool", "respondent_column")


def apply_codebook_edits(codebook: Codebook, edits: Codebook | Mapping[str, Any]) -> Codebook:
    """The codebook with a person's edits laid over it, variable by variable, matched by name.

    A full Codebook replaces whole variables; a mapping (codebook.json as read) replaces the fields it gives and
    keeps the others. A variable under a new name that names columns of the upload is added, and takes those columns
    from the variables that had them. Raises DetectionError for unknown names, unknown columns and broken entries.
    """
    given = _entries(edits)
    known = {column for v in codebook for column in v.columns}
    variables = {v.name: v for v in codebook}
    claimed: set[str] = set()
    for number, entry in enumerate(given, start=1):
        variable = _edited(entry, number, variables, known)
        before = variables.get(variable.name)
        variables[variable.name] = variable
        # Columns that it had already may belong to other sets too.
        claimed |= set(variable.columns) - set(before.columns if before else ())
    named = {str(entry["name"]) for entry in given}
    kept = [v if v.name in named else _without(v, claimed) for v in variables.values()]
    order = {column: i for i, column in enumerate(c for v in codebook for c in v.columns)}
    remaining = sorted(
        (v for v in kept if v is not None), key=lambda v: min(order.get(c, len(order)) for c in v.columns)
    )
    _check_parents(remaining, named)
    return _book(codebook, edits, remaining, known)


_GO_ON = frozenset(
    {"kind", "personal", "demographic", "characteristic", "nps", "ordered", "names", "weight", "missing", "counted"}
)
"""What is said of a question itself, whatever a form calls it."""


def edits_that_go_on(edits: Mapping[str, Any], then: Codebook, now: Codebook) -> dict[str, Any]:
    """What of a person's edits in an earlier wave holds in a later one: of questions in the same words.

    What a question is goes on, and the factors of its choices where the list is the same; what it is called and its
    codes are the later form's own.
    """
    found: list[dict[str, Any]] = []
    for entry in _entries(edits):
        name = str(entry["name"])
        if name not in then or name not in now or same_words(then[name].label) != same_words(now[name].label):
            continue
        kept = {key: value for key, value in entry.items() if key in _GO_ON}
        lists = [[(c.code, same_words(c.label)) for c in book[name].choices] for book in (then, now)]
        if "choices" in entry and lists[0] == lists[1]:
            factors = {c.code: c.factor for c in then[name].choices}
            kept["choices"] = [{**c.model_dump(), "factor": factors[c.code]} for c in now[name].choices]
        if kept:
            found.append({"name": name, **kept})
    return {"variables": found}


def _entries(edits: Codebook | Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if isinstance(edits, Codebook):
        return [v.model_dump() for v in edits]
    entries = edits.get("variables", [])
    unknown = [k for k in edits if k not in ("variables", "remarks", *_BOOK_KEYS)]
    if unknown:
        raise DetectionError(
            f"codebook: '{unknown[0]}' is not a part of a codebook; expected 'variables', a list of variables"
        )
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise DetectionError("codebook: 'variables' must be a list of variables, each with a name")
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping) or not str(entry.get("name") or "").strip():
            raise DetectionError(
                f"codebook, variable {number}: it has no name; give the name of the variable it corrects"
            )
    return list(entries)


def _edited(entry: Mapping[str, Any], number: int, variables: Mapping[str, Variable], known: set[str]) -> Variable:
    name = str(entry["name"])
    before = variables.get(name)
    columns = entry.get("columns")
    if before is None and not columns:
        near = difflib.get_close_matches(name, variables, n=1)
        hint = f"; did you mean {near[0]}?" if near else "; to add a new variable say which columns it has"
        raise DetectionError(f"codebook, variable {number}: the upload has no variable {name}{hint}")
    if columns is not None:
        listed = [columns] if isinstance(columns, str) else list(columns)
        for column in listed:
            if column not in known:
                near = difflib.get_close_matches(str(column), known, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise DetectionError(f"codebook, variable {name}: the upload has no column {column}{hint}")
        entry = {**entry, "columns": tuple(listed)}
    base: dict[str, Any] = before.model_dump() if before else {"label": name, "kind": Kind.SINGLE_CHOICE}
    merged = {**base, **entry, "name": name, "confidence": 1.0}
    merged["evidence"] = _evidence(before, entry)
    try:
        variable = Variable.model_validate(merged)
    except ValidationError as wrong:
        raise DetectionError(f"codebook, variable {name}: {_sentence(wrong)}") from None
    return _scaled(variable, entry)


def _evidence(before: Variable | None, entry: Mapping[str, Any]) -> tuple[str, ...]:
    if before is None:
        return ("added by a person",)
    changed = [
        k
        for k, v in entry.items()
        if k not in ("name", "evidence", "confidence", "remarks") and v != getattr(before, k, None)
    ]
    return ("set by a person", *((f"the detection had said {before.kind}",) if "kind" in changed else ()))


def _scaled(variable: Variable, entry: Mapping[str, Any]) -> Variable:
    """A question made a scale by hand counts its numeric codes as themselves unless factors are given."""
    if variable.kind is not Kind.SCALE or any(c.factor is not None for c in variable.choices) or "kind" not in entry:
        return variable
    return variable.model_copy(update={"choices": tuple(_counted(c) for c in variable.choices)})


def _counted(choice: Choice) -> Choice:
    try:
        return (
            choice
            if is_dont_know(choice.code, choice.label)
            else choice.model_copy(update={"factor": float(choice.code)})
        )
    except ValueError:
        return choice


def _without(variable: Variable, claimed: set[str]) -> Variable | None:
    """The variable without columns that a person gave to another one; None where none is left."""
    columns = tuple(c for c in variable.columns if c not in claimed)
    if columns == variable.columns:
        return variable
    if not columns:
        return None
    choices = tuple(c for c in variable.choices if c.column is None or c.column in columns)
    return variable.model_copy(update={"columns": columns, "choices": choices})


def _check_parents(variables: Sequence[Variable], edited: set[str]) -> None:
    names = {v.name for v in variables}
    for variable in variables:
        if variable.other_of and variable.other_of not in names and variable.name in edited:
            near = difflib.get_close_matches(variable.other_of, names, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise DetectionError(
                f"codebook, variable {variable.name}: other_of names {variable.other_of}, which is no variable{hint}"
            )


def _book(
    before: Codebook, edits: Codebook | Mapping[str, Any], variables: Sequence[Variable], known: set[str]
) -> Codebook:
    get = edits.get if isinstance(edits, Mapping) else lambda key: getattr(edits, key)
    settled = {key: get(key) or getattr(before, key) for key in _BOOK_KEYS}
    respondent = settled["respondent_column"]
    if respondent is not None and respondent not in known:
        raise DetectionError(f"codebook: respondent_column names {respondent}, which is not a column of the upload")
    names = {v.name for v in variables}
    whole = tuple(
        v if not v.other_of or v.other_of in names else v.model_copy(update={"other_of": None, "other_code": None})
        for v in variables
    )
    return Codebook(variables=whole, remarks=before.remarks, **settled)


def _sentence(wrong: ValidationError) -> str:
    """The first complaint in plain words."""
    first = wrong.errors(include_url=False)[0]
    place = ".".join(str(p) for p in first["loc"])
    if place == "kind":
        return f"kind {first['input']!r} is unknown; it is one of {', '.join(Kind)}"
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(place.rsplit(".", 1)[-1], (*Variable.model_fields, *Choice.model_fields), n=1)
        return f"'{place}' is not a part of a variable" + (f"; did you mean {near[0]}?" if near else "")
    if first["type"] == "missing":
        return f"'{place}' is missing"
    return f"'{place}': {first['msg'].lower()}"
