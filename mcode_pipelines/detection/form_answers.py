"""What the answers say beside their form: separators, answers that it does not list, other versions of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.form_columns import FormColumns
from mcode_pipelines.survey import Choice, Kind, in_indonesian, split_answers
from mcode_pipelines.survey.multi_answer_cells import codes_or_labels_in

_MOST_ADDED = 200
_NAMED = 8
"""Answers that a remark names."""
_CLEARLY = 0.02


def spelled(choices: Sequence[Choice]) -> set[str]:
    """Everything that choices may be called in cells, without regard to case."""
    return {name.strip().casefold() for c in choices for name in (c.code, c.label, *c.spellings)}


def delimiter_for(cells: Sequence[Column], choices: Sequence[Choice]) -> str:
    """The delimiter under which the cells fall into the given choices; a blank (KoboToolbox) where nothing tells."""
    best, best_share = " ", 0.0
    known = spelled(choices)
    for delimiter in (" ", ";", ",", "|", "\n"):
        parts = [(p, n) for own in cells for v, n in own.top for p in split_answers(v, delimiter, known)]
        share = sum(n for p, n in parts if p.casefold() in known) / max(sum(n for _, n in parts), 1)
        if share > best_share + _CLEARLY:
            best, best_share = delimiter, share
    return best


def _parts(own: Column, choices: Sequence[Choice], delimiter: str | None) -> Counter[str]:
    codes, known = {c.code for c in choices}, spelled(choices)
    counts: Counter[str] = Counter()
    for cell, n in own.top:
        parts = [cell] if delimiter is None else codes_or_labels_in(cell, delimiter, codes, known)
        counts.update(dict.fromkeys(parts, n))
    return counts


def unlisted(
    cells: Sequence[Column], choices: Sequence[Choice], delimiter: str | None, missing: Sequence[str]
) -> list[Choice]:
    """The answers that are none of the choices, by code or label in any language; the most frequent first."""
    known = spelled(choices) | {m.casefold() for m in missing}
    counts: Counter[str] = Counter()
    for own in cells:
        counts.update(_parts(own, choices, delimiter))
    found: dict[str, str] = {}
    for answer, _ in counts.most_common():
        if answer.casefold() not in known:
            found.setdefault(answer.casefold(), answer)
    return [Choice(code=answer, label=answer) for answer in list(found.values())[:_MOST_ADDED]]


def some_listed(cells: Sequence[Column], choices: Sequence[Choice], delimiter: str | None) -> bool:
    """Whether any answer is one of the choices, by code or label in any language."""
    known = spelled(choices)
    return any(answer.casefold() in known for own in cells for answer in _parts(own, choices, delimiter))


def added_of(cells: Sequence[Column], added: Sequence[Choice], delimiter: str | None) -> int:
    """How many sampled respondents gave one of the added answers."""
    names = {c.code for c in added}
    if not names:
        return 0
    return sum(
        n
        for own in cells
        for v, n in own.top
        if (v in names if delimiter is None else not names.isdisjoint(split_answers(v, delimiter, names)))
    )


def tell_of_unlisted(draft: Draft, added: Sequence[Choice], people: int) -> None:
    """Says that answers outside the form's list have rows of their own."""
    if not added:
        return
    names = ", ".join(f"'{c.code}'" for c in added[:_NAMED]) + (" ..." if len(added) > _NAMED else "")
    count = f" ({people:,} respondents)" if people else ""
    said = f" ({in_indonesian(people)} responden)" if people else ""
    draft.because(f"answers that the form's list lacks have rows: {names}")
    draft.tell(
        f"the form does not list {names}{count}: they were given and have rows of their own",
        f"formulir tidak memuat {names}{said}: jawaban itu ada dalam data dan diberi baris sendiri",
    )


def places_of_ranking(draft: Draft, own: Column) -> list[Draft]:
    """A ranking that stands in one cell (`b a c`): what each respondent put first, second ..., a question each."""
    delimiter = draft.delimiter or " "
    known = spelled(draft.choices)
    longest = max((len(split_answers(v, delimiter, known)) for v in own.values), default=1)
    places = []
    for place in range(1, min(max(longest, 1), max(len(draft.choices), 1)) + 1):
        places.append(
            Draft(
                name=f"{draft.name}_{place}",
                label=f"{draft.label} - {place}",
                kind=Kind.SINGLE_CHOICE,
                columns=[own.name],
                choices=list(draft.choices),
                delimiter=delimiter,
                missing=list(draft.missing),
                group=draft.name,
                confidence=draft.confidence,
                evidence=[*draft.evidence, f"a ranking: what stands at place {place}"],
                declared=True,
                listed=True,
                place=place,
                remarks=list(draft.remarks) if place == 1 else [],
            )
        )
    return places


def join_versions(draft: Draft, found: FormColumns) -> None:
    """Puts the columns of other versions of the form to a question: they are read where its own are blank."""
    pairs: dict[str, list[str]] = {}
    for other in found.versions:
        if found.own is not None and other.own is not None:
            pairs.setdefault(found.own.name, []).append(other.own.name)
        for code, column in other.ticks.items():
            if code in found.ticks:
                pairs.setdefault(found.ticks[code].name, []).append(column.name)
            elif (choice := next((c for c in draft.choices if c.code == code), None)) is not None:
                draft.choices[draft.choices.index(choice)] = choice.model_copy(update={"column": column.name})
    own_of_all = all(other.own is not None for other in found.versions)
    if (
        found.own is not None
        and own_of_all
        and any(c.code not in o.ticks for o in found.versions for c in draft.choices)
    ):
        # Joined texts are there for every version, 0/1 columns are not.
        draft.delimiter = draft.delimiter or (" " if draft.kind is Kind.MULTI_CHOICE else None)
    draft.versions = {column: tuple(others) for column, others in pairs.items()}
    names = [c.name for other in found.versions for c in other.columns]
    draft.columns += names
    draft.because(f"the same question in other versions of the form: {', '.join(names)}")
    mine = found.columns[0].name
    draft.tell(
        f"{', '.join(names[:_NAMED])} and {mine} were joined: the same question in two versions of the form, "
        "and no respondent has both",
        f"{', '.join(names[:_NAMED])} dan {mine} digabung: pertanyaan yang sama dalam dua versi formulir, "
        "dan tidak ada responden dengan keduanya",
    )
