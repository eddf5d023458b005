"""The frame of a question that several uploads of a study have coded: every code once, under one number for ever."""

from __future__ import annotations

from collections.abc import Sequence

from mcode_pipelines.coding.frames.code_numbers import next_codes
from mcode_pipelines.survey import NO_ANSWER, Code, CodeFrame
from mcode_pipelines.survey.code_frame import born, normalised_label


def study_frame(frames: Sequence[CodeFrame]) -> CodeFrame:
    """The first frame with the codes of the others that it does not have, and no number that any of them ever used.

    A code is the same where it is known as the same (`Code.known_as`), or else called the same. Codes that others print
    are not taken over, only what was coined. A code of another frame whose number is taken gets the next free one. A
    label that a person changed in any frame goes before one that nobody changed, and what a person merged or deleted in
    any of them is so in all. Of the first, the upload's own or the nearest wave's, everything else stands.
    """
    first = frames[0]
    codes = {code.code: code for code in first.codes}
    gone = {name for frame in frames for code in frame.deleted or () for name in code.known_as}
    kept_numbers = {first.other, NO_ANSWER, *(first.printed or ())}
    codes = {n: c for n, c in codes.items() if n in kept_numbers or gone.isdisjoint(c.known_as)}
    retired = {*(first.retired or ())}
    used = {number for frame in frames for number in frame.used_numbers}
    deleted = list(first.deleted or ())
    for frame in frames[1:]:
        retired |= {*(frame.retired or ())}
        labels = {normalised_label(c.label) for c in codes.values()}
        deleted += [c for c in frame.deleted or () if normalised_label(c.label) not in labels]
        for code in frame.codes:
            if code.code in {frame.other, NO_ANSWER}:
                continue
            same = _same(code, codes)
            if same is not None:
                codes[same] = _renamed(codes[same], code)
                for merged in _merged_into(codes[same], codes, same):
                    if merged not in kept_numbers:
                        del codes[merged]
            elif code.code not in (frame.printed or ()) and gone.isdisjoint(code.known_as):
                number = code.code if code.code not in codes else next_codes(used, 1)[0]
                used.add(number)
                codes[number] = code.model_copy(update={"code": number, "lineage": code.known_as})
    last = [c for c in codes.values() if c.code in {first.other, NO_ANSWER}]
    themes = [c for c in codes.values() if c.code not in {first.other, NO_ANSWER}]
    kept = {c.code: c for c in deleted if c.code not in codes}
    return first.model_copy(
        update={
            "codes": (*themes, *last),
            "retired": tuple(sorted((retired | used) - codes.keys())) or None,
            "deleted": tuple(kept.values()) or None,
        }
    )


def _merged_into(code: Code, codes: dict[int, Code], number: int) -> list[int]:
    """The codes that a person merged into another one elsewhere: all that they are known as, it is known as too."""
    known = set(code.known_as)
    return [n for n, own in codes.items() if n != number and known.issuperset(own.known_as)]


def _same(code: Code, codes: dict[int, Code]) -> int | None:
    """The number of the code that a code of another frame is: its first name goes before those that were merged in."""
    for name in code.known_as:
        found = next((number for number, own in codes.items() if name in own.known_as), None)
        if found is not None:
            return found
    label = normalised_label(code.label)
    return next((number for number, own in codes.items() if normalised_label(own.label) == label), None)


def _renamed(own: Code, other: Code) -> Code:
    """A code under the label that a person gave it in another frame, if nobody did in its own."""
    lineage = tuple(dict.fromkeys((*own.known_as, *other.known_as)))
    update: dict[str, object] = {"lineage": lineage} if lineage != own.known_as else {}
    if _as_born(own) and not _as_born(other):
        update |= {"label": other.label, "lineage": lineage}
    return own.model_copy(update=update)


def _as_born(code: Code) -> bool:
    """Whether a code is still called what it was called first."""
    return any(normalised_label(code.label) == name.partition(" ")[2] for name in code.known_as[:1]) or (
        code.lineage is None and code.known_as == (born(code.code, code.label),)
    )


def codes_now(then: CodeFrame, now: CodeFrame) -> dict[int, int]:
    """The code of today's frame that each code of another upload's frame is: by what it is known as, never by number.

    Codes that are in neither frame's history the same are left out.
    """
    number_of = {name: code.code for code in now.codes for name in code.known_as}
    found = {
        code.code: number
        for code in then.codes
        if (number := next((number_of[name] for name in code.known_as if name in number_of), None)) is not None
    }
    if then.other is not None and now.other is not None:
        found[then.other] = now.other
    return found | {NO_ANSWER: NO_ANSWER}
