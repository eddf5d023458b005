"""Labels and examples as they are shown."""

from __future__ import annotations

from collections.abc import Container

from mcode_pipelines.coding.text.verbatims import cleaned

_MOST_SHOWN = 80


def short_label(text: str, taken: Container[str] = ()) -> str:
    """A label of at most 80 characters, cut between words where it can be; numbered where `taken` has it already."""
    label = " ".join(text.split())
    if len(label) > _MOST_SHOWN:
        cut = label[: _MOST_SHOWN - 4]
        label = (cut[: cut.rindex(" ")] if " " in cut[_MOST_SHOWN // 2 :] else cut) + "…"
    number, free = 1, label
    while free in taken:
        number += 1
        free = f"{label} {number}"
    return free


def example_of(verbatim: str, longest: int = 140) -> str:
    """A verbatim as an example: on one line, cut at a word where it is long."""
    text = " ".join(cleaned(verbatim).split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " ..."
