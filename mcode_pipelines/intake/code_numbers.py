"""Code numbers outlast every frame: a number that a code ever had means that code, or nothing. Pure."""

from __future__ import annotations

from mcode_pipelines.intake.edited_frame import FrameHistory
from mcode_pipelines.survey import NO_ANSWER, CodeFrame
from mcode_pipelines.survey.code_frame import normalised_label

_TOLD = 3


class NumbersReused(ValueError):
    """A frame gives numbers another meaning than they had; the message names them."""


def with_retired_numbers(frame: CodeFrame, history: FrameHistory | None) -> CodeFrame:
    """The frame with the numbers as retired that reviews took out of it before frames noted such numbers."""
    if history is None:
        return frame
    retired = {*(frame.retired or ()), *history.moved, *history.gone, *history.labels} - {c.code for c in frame.codes}
    return frame.model_copy(update={"retired": tuple(sorted(retired)) or None})


def reused_numbers(new: CodeFrame, old: CodeFrame, history: FrameHistory | None = None) -> list[str]:
    """What is wrong with the numbers of a frame that follows another one, a few words each.

    A number of a deleted or merged code may come back with the label it had. Another label for a number that is in
    use is a new name, unless that label stays with a number of its own: then codes were numbered anew.
    """
    history = history or FrameHistory()
    had = {c.code: c.label for c in old.deleted or ()} | history.labels
    meant = {code: {normalised_label(label)} for code, label in history.labels.items()}
    for gone in old.deleted or ():
        meant.setdefault(gone.code, set()).add(normalised_label(gone.label))
    before = {c.code: normalised_label(c.label) for c in old.codes}
    number = {label: code for code, label in before.items()}
    now = {c.code: normalised_label(c.label) for c in new.codes}
    retired = with_retired_numbers(old, history).used_numbers - before.keys()
    wrong = []
    for code in new.codes:
        label = now[code.code]
        own = number.get(label, code.code)
        if code.code in retired and label not in meant.get(code.code, set()):
            was = f", {had[code.code]!r}" if code.code in had else ""
            wrong.append(f"{code.code} {code.label!r} (the number of a code that is gone{was})")
        elif code.code in before and own != code.code and now.get(own, label) != label:
            wrong.append(f"{code.code} {code.label!r} (which is code {own})")
    return wrong


def successor_frame(
    new: CodeFrame, old: CodeFrame | None, history: FrameHistory | None
) -> tuple[CodeFrame, FrameHistory]:
    """A frame that a person puts in place of another, with the memory of all numbers and the history of both.

    What the new frame leaves out is gone. Raises NumbersReused.
    """
    history = history or FrameHistory()
    if old is None:
        return with_retired_numbers(new, history), history
    old = with_retired_numbers(old, history)
    if wrong := reused_numbers(new, old, history):
        free = max({*old.used_numbers, *new.used_numbers} - {NO_ANSWER}) + 1
        more = f" and {len(wrong) - _TOLD} more" if len(wrong) > _TOLD else ""
        raise NumbersReused(
            f"numbers of codes stay what they are for ever, but {new.variable} has code "
            f"{', '.join(wrong[:_TOLD])}{more}; give each code the number it had, and new ones numbers from "
            f"{free + (free == NO_ANSWER)} on"
        )
    before = {c.code: c for c in old.codes}
    codes = tuple(
        c.model_copy(update={"lineage": before[c.code].known_as}) if c.code in before and c.lineage is None else c
        for c in new.codes
    )
    # 99 means no answer whether it stands in a frame or not.
    there = {*(c.code for c in new.codes), NO_ANSWER}
    left_out = {c.code: c.label for c in old.codes if c.code not in there}
    retired = {*old.used_numbers, *(new.retired or ())} - there
    labels = {normalised_label(c.label) for c in new.codes}
    deleted = {c.code: c for c in (*(old.deleted or ()), *(new.deleted or ()))}
    kept = tuple(c for c in deleted.values() if c.code not in there and normalised_label(c.label) not in labels)
    update = {"codes": codes, "retired": tuple(sorted(retired)) or None, "deleted": kept or None}
    frame = new.model_copy(update=update)
    return frame, FrameHistory(
        moved={code: into for code, into in history.moved.items() if code not in there},
        gone=(history.gone | left_out.keys()) - there,
        labels={code: label for code, label in (history.labels | left_out).items() if code not in there},
    )
