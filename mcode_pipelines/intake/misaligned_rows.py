"""Rows of a review workbook whose cells do not belong together any more: only some columns were sorted or moved. Pure.

A workbook cannot be asked what was done to it; it is told by what was handed out beside each answer and each code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from mcode_pipelines.survey import CodeFrame
from mcode_pipelines.survey.review import AnswerRow, ExportedAnswer, FrameRow, verbatim_digest

_FEWEST_ANSWERS = 12
"""Changed answers from which it is asked whether whole columns were moved."""
_LEAST_SHARE = 0.5
"""Share of a sheet's answers that a moved column changes at least."""
_ALIKE = 0.9
"""Share of the codes, or of the changed rows, that must be found elsewhere as they were."""
_FARTHEST = 5
"""Rows by which a column is looked for above and below its place."""
_FEWEST_LABELS = 5


class Misalignment(Enum):
    """Which of a row's cells belong to another answer."""

    VERBATIM = "verbatim"
    """Another verbatim than was handed out under its id."""
    REST = "rest"
    """Its verbatim, but not its confidence."""


@dataclass(frozen=True)
class RowMatch:
    """Whose answer a row is."""

    answer: str
    misaligned: Misalignment | None = None


class RowMatcher:
    """Tells whose answer a row is, by its id, its verbatim and its confidence."""

    def __init__(self, variable: str, answers: Mapping[str, ExportedAnswer]) -> None:
        self._answers = answers
        self._by_mark: dict[str, list[str]] = {}
        for name, answer in answers.items():
            if answer.variable == variable and answer.mark:
                self._by_mark.setdefault(answer.mark, []).append(name)

    def of(self, row: AnswerRow) -> RowMatch:
        """Two of id, verbatim and confidence decide; where only the id is left, the row is misaligned."""
        own = self._answers[row.answer]
        if row.verbatim is None or not own.mark:
            return RowMatch(row.answer)
        mark = verbatim_digest(row.verbatim)
        if mark == own.mark:
            moved = bool(own.confidence and row.confidence) and own.confidence != row.confidence
            return RowMatch(row.answer, Misalignment.REST if moved else None)
        if row.confidence and own.confidence != row.confidence:
            fitting = [name for name in self._by_mark.get(mark, ()) if self._answers[name].confidence == row.confidence]
            if len(fitting) == 1:
                return RowMatch(fitting[0])
        return RowMatch(row.answer, Misalignment.VERBATIM)


def codes_apart(
    written: Sequence[frozenset[int | str]],
    before: Sequence[frozenset[int | str]],
    first: Sequence[int | str | None],
) -> bool:
    """Whether the codes of a sheet were sorted or moved without the answers.

    `written` and `before` are the codes of each row as they stand and as they were handed out, `first` what stands in
    the first code column. Sorted: nearly the same codes as before in another order, and that order runs through the
    whole sheet. Moved: nearly every changed row has the codes of the row so many places above or below it.
    """
    changed = [n for n in range(len(written)) if written[n] != before[n]]
    if len(changed) < _FEWEST_ANSWERS or len(changed) < _LEAST_SHARE * len(written):
        return False
    now, then = (Counter(code for n in changed for code in codes[n]) for codes in (written, before))
    if (now & then).total() >= _ALIKE * max(now.total(), then.total()) and _runs_through(first):
        return True
    for places in (*range(-_FARTHEST, 0), *range(1, _FARTHEST + 1)):
        found = [n for n in changed if 0 <= n - places < len(written)]
        if sum(written[n] == before[n - places] for n in found) >= _ALIKE * len(changed):
            return True
    return False


def mostly_misaligned(misaligned: int, rows: int) -> bool:
    """Whether so many misaligned rows of a sheet say that columns were moved: rows that look whole are so by chance."""
    return misaligned >= max(_FEWEST_ANSWERS, _LEAST_SHARE * rows)


def _runs_through(first: Sequence[int | str | None]) -> bool:
    filled = [code for code in first if isinstance(code, int)]
    if len(set(filled)) < 2:
        return False
    return filled == sorted(filled) or filled == sorted(filled, reverse=True)


def misaligned_labels(handed_out: CodeFrame, rows: Sequence[FrameRow], codes: Sequence[int | None]) -> frozenset[int]:
    """The codes whose rows got what stood beside other codes: their places in `rows`, of which `codes` are the codes.

    Told by the examples, which nobody edits; or by labels that are all there, in the order of the alphabet.
    """
    before = {c.code: c for c in handed_out.codes}
    own = [(n, before[code], rows[n]) for n, code in enumerate(codes) if code is not None and code in before]
    examples = {"\n".join(c.examples).strip(): c.code for c in handed_out.codes if c.examples}
    apart = {
        n
        for n, was, row in own
        if row.label != was.label
        and row.examples != "\n".join(was.examples).strip()
        and examples.get(row.examples, was.code) != was.code
    }
    if len(apart) > 1:
        return frozenset(apart)
    labels = [row.label.casefold() for _, _, row in own]
    moved = {n for n, was, row in own if row.label.casefold() != was.label.casefold()}
    before_labels = sorted(was.label.casefold() for _, was, _ in own)
    if len(moved) < max(_FEWEST_LABELS, _LEAST_SHARE * len(own)) or sorted(labels) != before_labels:
        return frozenset()
    # Rows that were left out of the sorting, "other" and 99 often, stay where they were.
    in_order = [rows[n].label.casefold() for n in sorted(moved)]
    return frozenset(moved) if in_order in (sorted(in_order), sorted(in_order, reverse=True)) else frozenset()
