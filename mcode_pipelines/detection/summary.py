"""A codebook for people to look at."""

from __future__ import annotations

from typing import Any

from mcode_pipelines.survey import Codebook, Variable

_SHOWN_CHOICES = 8
_SURE = 0.8
"""A variable detected with less confidence needs a look."""
_FLAGS = (("personal", "personal"), ("demographic", "demographic"), ("weight", "weight"))


def summary(codebook: Codebook) -> list[dict[str, Any]]:
    """One row a variable: name, label, kind, columns, choices, notes, confidence (0 to 1), evidence."""
    return [
        {
            "name": v.name,
            "label": v.label,
            "kind": str(v.kind),
            "columns": _columns(v),
            "choices": _choices(v),
            "notes": _notes(v),
            "confidence": v.confidence,
            "evidence": "; ".join(v.evidence),
        }
        for v in codebook
    ]


def needs_a_look(codebook: Codebook) -> list[dict[str, Any]]:
    """What a person should look at before the tables: name, label, kind, why, confidence.

    First what is to be told of the whole codebook, then each variable of which something was guessed, merged or left
    out, then those that detection is not sure of; the least sure first. Remarks are in the codebook's language.
    """
    whole = [
        {"name": "", "label": "", "kind": "", "why": remark.in_language(_language(codebook)), "confidence": None}
        for remark in codebook.remarks
    ]
    doubtful = [v for v in codebook if v.remarks or v.confidence < _SURE]
    return whole + [
        {
            "name": v.name,
            "label": v.label,
            "kind": str(v.kind),
            "why": "; ".join([r.in_language(_language(codebook)) for r in v.remarks] or v.evidence),
            "confidence": v.confidence,
        }
        for v in sorted(doubtful, key=lambda v: (not v.remarks, v.confidence))
    ]


def _language(codebook: Codebook) -> str:
    """Of what is told: English where the survey is, else Indonesian, as its tables."""
    return "en" if codebook.language == "en" else "id"


def _columns(variable: Variable) -> str:
    first = variable.columns[0]
    more = len(variable.columns) - 1
    return first if not more else f"{first} and {more} more"


def _choices(variable: Variable) -> str:
    shown = [c.label if c.label == c.code else f"{c.code} {c.label}" for c in variable.choices[:_SHOWN_CHOICES]]
    more = len(variable.choices) - len(shown)
    return " | ".join(shown) + (f" | and {more} more" if more else "")


def _notes(variable: Variable) -> str:
    notes = [word for field, word in _FLAGS if getattr(variable, field)]
    if variable.other_of:
        notes.append(f"text of {variable.other_of}" + (f" = {variable.other_code}" if variable.other_code else ""))
    return ", ".join(notes)
