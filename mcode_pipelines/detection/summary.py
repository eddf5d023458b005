"""A codebook for people to look at."""

from __future__ import annotations

from typing import Any

from mcode_pipelines.survey import Codebook, Variable

_SHOWN_CHOICES = 8
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
