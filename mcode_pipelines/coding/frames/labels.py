"""What a theme is called, and how labels and examples are shown."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from mcode_pipelines.coding.text.phrases import Phrase
from mcode_pipelines.coding.text.verbatims import cleaned

_MOST_SHOWN = 80


@dataclass(frozen=True)
class Label:
    """What a theme is called."""

    first: Phrase = ()
    """Empty where no phrase could be a label."""
    beside: Phrase = ()
    """A second phrase where the first does not speak for enough of the theme, else empty."""
    further: tuple[Phrase, ...] = ()
    """What else the theme says, weightiest first."""
    heading: bool = False
    """Whether `first` is the heading of a subject, and nothing that was said."""
    side: int = 0
    """1 for a theme of praise, -1 for one of complaints, 0 where neither outweighs by much."""


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
