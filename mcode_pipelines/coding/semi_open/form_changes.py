"""A frame that another form brought, on the form of today: what it prints rules, and history follows the meaning."""

from __future__ import annotations

from collections.abc import Mapping

from mcode_pipelines.coding.frames.code_numbers import next_codes
from mcode_pipelines.survey import NO_ANSWER, Choice, Code, CodeFrame, Remark, Variable
from mcode_pipelines.survey.choice_matching import How, match_choices, same_meaning
from mcode_pipelines.survey.code_frame import normalised_label

_MOVED = Remark(
    en="{variable}: code {was} {label!r} has the number {now} from here on, as the form prints {was} for {printed!r}",
    id="{variable}: kode {was} {label!r} kini bernomor {now}, karena formulir mencetak {was} untuk {printed!r}",
)
_PRINTED = Remark(
    en="{variable}: {label!r}, code {was} until now, is printed as {now} {printed!r} in this form and counted there",
    id="{variable}: {label!r}, sampai kini kode {was}, dicetak sebagai {now} {printed!r} di formulir ini dan dihitung "
    "di sana",
)
_GONE = Remark(
    en="{variable}: this form no longer prints {label!r} (code {was}); it has a row only where somebody wrote it",
    id="{variable}: formulir ini tidak lagi mencetak {label!r} (kode {was}); barisnya hanya ada bila ditulis",
)


def on_this_form(
    given: CodeFrame, parent: Variable, numbers: Mapping[str, int], other: Choice | None
) -> tuple[CodeFrame, frozenset[int], list[Remark]]:
    """The frame with the printed codes and labels of a question as it is asked now, which codes
    it no longer prints, and what is to be told.

    Printed choices of then and now are the same by their labels, reworded ones by their code (`match_choices`); a
    person's label for a printed choice stays while its printed label does. A coined code that is printed now is joined
    with it. A coined or no longer printed code whose number is printed for something else gets the next free number.

    Args:
        given: a frame that `merges`, of an earlier wave or an earlier version of the form.
        parent: the question with the choices of today.
        numbers: the number of each of its codes.
        other: its "other" choice.
    """
    old = _printed(given)
    if not given.printed or [(c.code, c.label) for c in old] == [(c.code, c.label) for c in parent.choices]:
        return given, frozenset(), []
    codes = {code.code: code for code in given.codes}
    number_then = dict(zip((c.code for c in old), given.printed, strict=True))
    told: list[Remark] = []
    printed: dict[int, Code] = {}
    matched: set[int] = set()
    for match in match_choices(old, parent.choices):
        then, now = old[match.then], parent.choices[match.now]
        before, number = codes[number_then[then.code]], numbers[now.code]
        matched.add(before.code)
        renamed = before.label != then.label and then.label == now.label
        label = before.label if renamed else now.label
        printed[number] = before.model_copy(update={"code": number, "label": label, "lineage": before.known_as})
        if match.how is How.RENUMBERED:
            told.append(_say(_PRINTED, given, before, number, now.label))
    for choice in parent.choices:
        printed.setdefault(numbers[choice.code], Code(code=numbers[choice.code], label=choice.label))
    label_of = {numbers[c.code]: c.label for c in parent.choices}
    meant = {same_meaning(c.label): numbers[c.code] for c in parent.choices}
    used = {*given.used_numbers, *printed}
    kept: dict[int, Code] = {}
    gone: set[int] = set()
    for code in given.codes:
        if code.code in matched or code.code in {given.other, NO_ANSWER}:
            continue
        at = meant.get(same_meaning(code.label))
        was_printed = code.code in given.printed
        if at is not None and not was_printed:
            own = printed[at]
            lineage = tuple(dict.fromkeys((*own.known_as, *code.known_as)))
            examples = tuple(dict.fromkeys((*own.examples, *code.examples)))
            printed[at] = own.model_copy(update={"lineage": lineage, "examples": examples})
            told.append(_say(_PRINTED, given, code, at, label_of[at]))
            continue
        number = code.code
        if number in printed:
            number = next_codes(used, 1)[0]
            used.add(number)
            told.append(_say(_MOVED, given, code, number, label_of[code.code]))
        elif was_printed:
            told.append(_say(_GONE, given, code, number, ""))
        if was_printed:
            gone.add(number)
        kept[number] = code.model_copy(update={"code": number, "lineage": code.known_as})
    silent = [c for c in given.codes if c.code == NO_ANSWER and NO_ANSWER not in printed]
    last = numbers[other.code] if other is not None else None
    if given.other is not None and given.other not in matched:
        was = codes[given.other]
        if last is None:
            last = given.other if given.other not in printed else next_codes(used, 1)[0]
            kept[last] = was.model_copy(update={"code": last, "lineage": was.known_as})
        else:
            own = printed[last]
            printed[last] = own.model_copy(update={"lineage": (*own.known_as, *was.known_as)})
    ordered = {**printed, **kept}
    themes = [c for n, c in ordered.items() if n != last]
    frame = given.model_copy(
        update={
            "codes": (*themes, *([ordered[last]] if last is not None else []), *silent),
            "other": last,
            "printed": tuple(numbers[c.code] for c in parent.choices),
            "printed_codes": tuple(c.code for c in parent.choices),
            "printed_labels": tuple(c.label for c in parent.choices),
            "retired": tuple(sorted(used - ordered.keys())) or None,
            "deleted": tuple(c for c in given.deleted or () if _stays_deleted(c, ordered)) or None,
        }
    )
    return frame, frozenset(gone), told


def _printed(given: CodeFrame) -> list[Choice]:
    """The choices that the frame's own form printed; frames of old know only what a person calls them now."""
    numbers = given.printed or ()
    codes = given.printed_codes or tuple(map(str, numbers))
    labels = given.printed_labels or tuple(given.label_of(number) for number in numbers)
    return [Choice(code=code, label=label) for code, label in zip(codes, labels, strict=True)]


def _stays_deleted(code: Code, now: Mapping[int, Code]) -> bool:
    return code.code not in now and all(normalised_label(c.label) != normalised_label(code.label) for c in now.values())


def _say(phrase: Remark, frame: CodeFrame, code: Code, now: int, printed: str) -> Remark:
    said = {"variable": frame.variable, "was": code.code, "label": code.label, "now": now, "printed": printed}
    return Remark(en=phrase.en.format(**said), id=phrase.id.format(**said))
