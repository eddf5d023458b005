"""Columns side by side that are one question or one battery although their headers share no stem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mcode_pipelines.detection.columns import Column, header_text
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.siblings import Battery, points_of
from mcode_pipelines.detection.vocabulary import (
    CATEGORIES,
    COUNT,
    DEMOGRAPHIC,
    OTHER_CODES,
    RATING,
    fold_spelling,
    strip_markup,
)
from mcode_pipelines.survey import Choice, Kind

_MARKS = frozenset({"x", "v", "\u2713", "\u2714", "1"})
_FEWEST_NAMED, _FEWEST_MARKED = 2, 3
_TOPS = {5: 3, 6: 3, 7: 3, 10: 3, 4: 4}
"""Highest points of ratings, and how many columns in a row it takes to believe them."""
_STATEMENT = 4
"""A header of so many words that speaks of an amount may still be a statement to be rated."""
_HOW_MANY = frozenset({"berapa", "how", "number", "banyaknya", "total"})
_TWO, _MOST = 2, 0.7
"""How many columns must reach the top, and which share of those side by side must be rated alike."""
_NOT_RATED = CATEGORIES | DEMOGRAPHIC["age"] | DEMOGRAPHIC["area"] | DEMOGRAPHIC["income"]


def tick_columns(columns: Sequence[Column], rows: int) -> list[Draft]:
    """Columns in a row that each name an option and hold that name, or a mark, where it was ticked, and else nothing.

    One question with several answers; nobody worded it, so it is called by its options.
    """
    drafts = []
    sorts = {c.name: _ticks_own_name(c, rows) for c in columns}
    for sort, least in (("named", _FEWEST_NAMED), ("marked", _FEWEST_MARKED)):
        some = [c for c in columns if sorts[c.name] == sort]
        drafts += [_one_question(run) for run in _side_by_side(some) if len(run) >= least]
    return drafts


def _ticks_own_name(column: Column, rows: int) -> str:
    if column.distinct != 1 or column.filled >= rows or column.filled < 1:
        return ""
    (value,) = column.folded_values
    header = fold_spelling(header_text(column))
    ends_alike = (len(value) > 3 and header.endswith(value)) or (len(header) > 3 and value.startswith(header))
    if value and (value == header or ends_alike):
        return "named"
    return "marked" if value in _MARKS and not header.isdigit() else ""


def _side_by_side(columns: Sequence[Column]) -> Iterator[list[Column]]:
    """Unbroken runs of columns in the file."""
    run: list[Column] = []
    for column in columns:
        if run and column.position != run[-1].position + 1:
            yield run
            run = []
        run.append(column)
    if run:
        yield run


def _one_question(run: Sequence[Column]) -> Draft:
    options = [strip_markup(header_text(c)) for c in run]
    names = ", ".join(options[:4]) + (" ..." if len(options) > 4 else "")
    draft = Draft(
        name=f"{run[0].name} ...",
        label=names,
        kind=Kind.MULTI_CHOICE,
        columns=[c.name for c in run],
        choices=[Choice(code=c.name, label=o, column=c.name) for c, o in zip(run, options, strict=True)],
        missing=[m for c in run for m in c.missing],
        confidence=0.75,
        evidence=[f"{len(run)} columns side by side tick one option each: {names}"],
        declared=True,
        listed=True,
    )
    return draft.tell(
        f"{len(run)} columns side by side that only tick an option ({names}) were taken for one question with several "
        "answers; its base is who ticked at least one",
        f"{len(run)} kolom bersebelahan yang hanya menandai pilihan ({names}) dianggap satu pertanyaan dengan banyak "
        "jawaban; basisnya yang menandai paling sedikit satu",
    )


def neighbouring_batteries(columns: Sequence[Column], found: Mapping[str, Battery]) -> dict[str, Battery]:
    """The battery of each column that stands among others rated with the same whole numbers.

    Numbers of columns side by side (1 to 5, say) are ratings where several reach the same top; what asks for a
    category, for a characteristic or for how many is none.
    """
    batteries: dict[str, Battery] = {}
    for run in _side_by_side([c for c in columns if c.name not in found and _may_be_rated(c)]):
        tops = [int(max(points_of(c))) for c in run]
        top = max(_TOPS, key=lambda t: (sum(x == t for x in tops), t))
        members = [c for c, x in zip(run, tops, strict=True) if top - 1 <= x <= top and (top == 10 or _from_one(c))]
        worded = [c for c in members if not set(c.words) & COUNT]
        rated = any(set(c.words) & RATING for c in worded)
        if sum(x == top for x in tops) < _TWO or len(worded) < _TOPS[top] - rated or len(members) < _MOST * len(run):
            continue
        lowest = min(int(min(points_of(c))) for c in members)
        battery = Battery(f"{members[0].name} ...", len(members), min(lowest, 1), top)
        batteries.update({c.name: battery for c in members})
    return batteries


def _from_one(column: Column) -> bool:
    return min(points_of(column)) >= 1


def _may_be_rated(column: Column) -> bool:
    if not column.numeric or column.written is not None or column.distinct > 12 or column.whole_share < 0.99:
        return False
    points = points_of(column)
    words = set(column.words)
    if len(points) < 2 or min(points) < 0 or max(points) > 10 or set(column.values) & (OTHER_CODES - {"96"}):
        return False
    if words & _NOT_RATED and not words & RATING:
        return False
    return not words & COUNT or (len(column.words) >= _STATEMENT and column.words[0] not in _HOW_MANY)
