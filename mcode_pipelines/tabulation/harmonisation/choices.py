"""One list of choices for a question that several waves asked, and what each wave calls each choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mcode_pipelines.survey.choice_matching import How, match_choices, same_words
from mcode_pipelines.survey.code_frame import born
from mcode_pipelines.survey.codebook import Choice, Kind
from mcode_pipelines.survey.harmonisation import ChoiceDecision

Lineages = Mapping[str, tuple[str, ...]]
"""What the codes of a coded question are known as, by choice code."""


@dataclass(frozen=True)
class ChoiceList:
    """The choices of a question in one wave."""

    wave: str
    choices: tuple[Choice, ...]
    kind: Kind = Kind.SINGLE_CHOICE
    lineages: Lineages = field(default_factory=dict)
    deleted: Lineages = field(default_factory=dict)
    """What codes are known as that persons took out of the frame, under the code of "other" that their answers get."""
    printed: frozenset[str] = frozenset()
    """Of a coded question the codes that its form prints."""


@dataclass(frozen=True)
class Place:
    """Where a choice of a wave stands in the joined list, and why."""

    row: int
    how: How | None
    """None for a choice that no later wave has."""


@dataclass(frozen=True)
class JoinedChoices:
    """The choices of all waves: those of the newest, then those that only earlier waves had, newest first."""

    choices: tuple[Choice, ...]
    places: tuple[tuple[Place, ...], ...]
    """For each wave, oldest first, where each of its choices stands."""

    def offered(self, wave: int) -> frozenset[int]:
        """The places of the choices that a wave offered."""
        return frozenset(place.row for place in self.places[wave])


@dataclass
class _Row:
    """A choice of the joined list, and all that it is known as."""

    own: Choice
    """As the latest wave that has it writes it."""
    joined: Choice
    known_as: set[str]
    spellings: list[str]
    scale: tuple[float, ...]


def joined_choices(
    lists: Sequence[ChoiceList], decided: Sequence[Mapping[str, ChoiceDecision]] | None = None
) -> JoinedChoices:
    """The choices of a question's waves as one list.

    Each wave is compared with those after it, the newest first. What a code of a frame is known as goes before its
    label, a label before a code. Scales of another length than the newest wave's stand apart, each with its own
    factors (`Choice.scale`).

    Args:
        lists: of each wave, oldest first.
        decided: of each wave what a person said: its code to the choice that it is.
    """
    newest = lists[-1]
    scale = _scale(newest.choices)
    rows = [_row(choice, newest, scale) for choice in newest.choices]
    taken = {choice.code for choice in newest.choices}
    places: list[tuple[Place, ...]] = [tuple(Place(i, How.SAME) for i in range(len(newest.choices)))]
    for number in range(len(lists) - 2, -1, -1):
        one = lists[number]
        said = decided[number] if decided else {}
        if not said and not (decided and decided[number + 1]) and _unchanged(one, lists[number + 1], newest):
            stays = (How.RENUMBERED if place.how is How.RENUMBERED else How.SAME for place in places[-1])
            places.append(tuple(Place(p.row, how) for p, how in zip(places[-1], stays, strict=True)))
            continue
        found = _found(one, rows, newest, said)
        own_scale = _scale(one.choices)
        here: list[Place] = []
        for i, choice in enumerate(one.choices):
            if i in found:
                place = found[i]
                rows[place.row].known_as |= set(_known_as(choice, one))
                rows[place.row].spellings.append(choice.label)
                here.append(place)
                continue
            row = _row(choice, one, own_scale)
            if own_scale and scale and own_scale != scale and choice.factor is not None:
                apart = f"{own_scale[0]:g}-{own_scale[-1]:g}"
                code = f"{choice.code} ({apart})"
                update = {"code": code, "label": f"{choice.label} ({apart})", "scale": apart, "column": None}
            else:
                code = choice.code if choice.code not in taken else f"{choice.code} ({one.wave})"
                update = {"code": code, "column": None}
            row.joined = choice.model_copy(update=update)
            taken.add(code)
            here.append(Place(len(rows), None))
            rows.append(row)
        places.append(tuple(here))
    return JoinedChoices(tuple(row.joined for row in rows), tuple(reversed(places)))


def _found(
    one: ChoiceList, rows: Sequence[_Row], newest: ChoiceList, said: Mapping[str, ChoiceDecision]
) -> dict[int, Place]:
    """Where the choices of an earlier wave stand among the rows there are, as far as they do."""
    place_of = {row.joined.code: at for at, row in enumerate(rows)}
    found: dict[int, Place] = {}
    for i, choice in enumerate(one.choices):
        if choice.code in said:
            target = _decided_row(said[choice.code], rows)
            if target is not None:
                found[i] = Place(target, How.BY_PERSON)
        elif one.lineages or newest.lineages:
            names = set(_known_as(choice, one))
            at = next((n for n, row in enumerate(rows) if names & row.known_as), None)
            gone = next((code for code, deleted in newest.deleted.items() if names & set(deleted)), None)
            at = place_of.get(gone) if at is None and gone is not None else at
            if at is not None:
                found[i] = Place(at, _how(choice, rows[at].own, one.printed))
    # What a person adds to a choice takes nothing from it.
    used = {place.row for place in found.values() if place.how is not How.BY_PERSON}
    scale = _scale(one.choices)
    left = [i for i, choice in enumerate(one.choices) if i not in found and choice.code not in said]
    right = [n for n, row in enumerate(rows) if n not in used and (not scale or not row.scale or row.scale == scale)]
    there = [rows[n].own.model_copy(update={"spellings": tuple(rows[n].spellings)}) for n in right]
    for match in match_choices([one.choices[i] for i in left], there, ordered=bool(scale)):
        found[left[match.then]] = Place(right[match.now], match.how)
    return found


def _decided_row(decision: ChoiceDecision, rows: Sequence[_Row]) -> int | None:
    """Where the choice stands that a person named, as it was called then, whatever its code is now."""
    if decision.code is None:
        return None
    if decision.label is None:
        return next((at for at, row in enumerate(rows) if row.joined.code == decision.code), None)
    words = same_words(decision.label)
    called = [
        at for at, row in enumerate(rows) if words in {same_words(text) for text in (row.joined.label, *row.spellings)}
    ]
    return next((at for at in called if rows[at].joined.code == decision.code), called[0] if called else None)


def _unchanged(one: ChoiceList, later: ChoiceList, newest: ChoiceList) -> bool:
    """Whether a wave has the choices of the wave after it, so that they stand where those do: most of a tracker."""
    return one.choices == later.choices and not (one.lineages or later.lineages or newest.lineages)


def _how(then: Choice, now: Choice, printed: frozenset[str]) -> How:
    """In what two codes differ that are known as the same; how a theme is called is nobody's wording but ours."""
    if then.code != now.code:
        return How.RENUMBERED
    return How.REWORDED if then.code in printed and same_words(then.label) != same_words(now.label) else How.SAME


def _row(choice: Choice, one: ChoiceList, scale: tuple[float, ...]) -> _Row:
    spellings = [choice.label, *choice.spellings]
    return _Row(choice, choice, set(_known_as(choice, one)), spellings, scale if choice.factor is not None else ())


def _known_as(choice: Choice, one: ChoiceList) -> tuple[str, ...]:
    """What a choice is known as in all waves. A printed one answers to its code and label alone."""
    return one.lineages.get(choice.code) or (born(choice.code, choice.label),)


def _scale(choices: Sequence[Choice]) -> tuple[float, ...]:
    """The factors of a scale, rising; empty for choices that are none."""
    return tuple(sorted({c.factor for c in choices if c.factor is not None and c.scale is None}))
