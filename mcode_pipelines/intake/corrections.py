"""A review workbook against what was handed out: what a person changed, and what cannot be used. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mcode_pipelines.intake.frame_edits import EditedFrame, FramePast, code_in, edited, plain
from mcode_pipelines.survey import NO_ANSWER, CodeFrame
from mcode_pipelines.survey.review import AnswerRow, HandedOut, ReviewedQuestion, ReviewWorkbook, verbatim_mark

Decisions = dict[tuple[str, str], tuple[int, ...]]
"""(variable, respondent) to the codes a person gave, in the order decided."""

_BETWEEN = re.compile(r"\s*[;,/+&]\s*|\s+")
_SEVERAL = re.compile(rf"\d{{1,9}}(?:(?:{_BETWEEN.pattern})\d{{1,9}})+")
_COLUMNS = ("respondent", "variable", "code", "label", "decided_by")


@dataclass(frozen=True)
class Corrections:
    """What a review changes."""

    frames: dict[str, CodeFrame]
    """The frames of the questions that were corrected or whose frame was changed; whole."""
    pasts: dict[str, FramePast]
    """What reviews took out of each question's frame, earlier ones included."""
    decisions: Decisions
    """Every decision that holds from now on, earlier ones included."""
    answers: int
    """Different answers that got other codes."""
    agreed: int
    """Different answers that a person agreed to."""
    frame_changes: tuple[str, ...]
    refused: tuple[str, ...]
    """What could not be used, each with its sheet and row."""

    @property
    def anything(self) -> bool:
        """Whether there is something to be done."""
        return bool(self.answers or self.agreed or self.frame_changes)


def corrections_of(
    workbook: ReviewWorkbook,
    frames_now: Mapping[str, CodeFrame],
    earlier: Mapping[tuple[str, str], tuple[int, ...]],
    pasts: Mapping[str, FramePast] | None = None,
) -> Corrections:
    """What a review workbook changes, given the frames that persons decided on before and their earlier decisions.

    A later decision on an answer wins over an earlier one. Earlier decisions follow codes that are merged, and are
    dropped where their code is deleted.
    """
    frames: dict[str, CodeFrame] = {}
    remembered: dict[str, FramePast] = dict(pasts or {})
    decisions: Decisions = dict(earlier)
    changes: list[str] = []
    refused: list[str] = list(workbook.remarks)
    counted = [0, 0]
    rows = _rows_by_question(workbook, refused)
    for question in workbook.questions:
        now = frames_now.get(question.variable, question.frame)
        edit = edited(
            question.frame,
            now,
            workbook.frame_rows.get(question.variable),
            past=remembered.get(question.variable),
            nets=question.variable in workbook.net_columns,
            definitions=question.variable in workbook.definition_columns,
        )
        refused += edit.refused
        changes += [f"{question.variable}: {told}" for told in edit.done]
        _follow(decisions, question.variable, edit)
        given, agreed = _decided(question, rows.get(question.variable, {}), workbook.answers, edit, refused)
        if edit.done:
            _moved_out(question, workbook, edit, given)
        for answer, codes in given.items():
            for row in workbook.answers[answer].rows:
                decisions[question.variable, workbook.respondents.get(row, str(row))] = codes
        counted[0] += len(given) - len(agreed & given.keys())
        counted[1] += len(agreed)
        if given or edit.done:
            frames[question.variable] = edit.frame
            remembered[question.variable] = edit.past
    return Corrections(frames, remembered, decisions, counted[0], counted[1], tuple(changes), tuple(refused))


def _rows_by_question(workbook: ReviewWorkbook, refused: list[str]) -> dict[str, dict[str, list[AnswerRow]]]:
    """The rows of every answer that was handed out, by question."""
    known = {q.variable for q in workbook.questions}
    rows: dict[str, dict[str, list[AnswerRow]]] = {}
    for row in workbook.answer_rows:
        handed_out = workbook.answers.get(row.answer)
        if handed_out is None or handed_out.variable not in known:
            what = (
                f"the answer id {row.answer[:40]!r} is not of this workbook"
                if row.answer
                else "the answer id is gone, so it cannot be told whose answer this is"
            )
            refused.append(f"{_at(row)}: {what}; its codes were not used")
            continue
        rows.setdefault(handed_out.variable, {}).setdefault(row.answer, []).append(row)
    return rows


def _decided(
    question: ReviewedQuestion,
    rows: Mapping[str, list[AnswerRow]],
    answers: Mapping[str, HandedOut],
    edit: EditedFrame,
    refused: list[str],
) -> tuple[dict[str, tuple[int, ...]], set[str]]:
    """The codes of every answer a person changed or agreed to, and which were only agreed to."""
    given: dict[str, tuple[int, ...]] = {}
    agreed: set[str] = set()
    decided_in: dict[str, AnswerRow] = {}
    for answer, own_rows in rows.items():
        before = answers[answer].codes
        for row in own_rows:
            changed = _changed(row, before, question, edit)
            if not changed and not row.agreed:
                continue
            mark = answers[answer].mark
            if mark and row.verbatim is not None and verbatim_mark(row.verbatim) != mark:
                refused.append(
                    f"{_at(row)}: beside this answer id stands another answer than was handed out (perhaps only some "
                    "columns were sorted); its codes were not used"
                )
                continue
            codes = _codes_of(row, question, edit, refused)
            if codes is None:
                continue
            if answer in given and set(given[answer]) != set(codes):
                if not changed:
                    continue
                if answer not in agreed:
                    first = decided_in[answer]
                    refused.append(
                        f"{_at(row)}: the same answer stands in row {first.row:,} with other codes; those were used"
                    )
                    continue
            given[answer] = codes
            decided_in[answer] = row
            (agreed.discard if changed else agreed.add)(answer)
    return given, agreed


def _changed(row: AnswerRow, before: Iterable[int], question: ReviewedQuestion, edit: EditedFrame) -> bool:
    """Whether the cells say other codes than were handed out."""
    return {code_in(part) for cell in row.codes for part in _parts(cell, question, edit)} != set(before)


def _parts(cell: str, question: ReviewedQuestion, edit: EditedFrame) -> list[str]:
    """Several codes that somebody typed into one cell (`3 5`, `3; 5`); a code with its label stays whole."""
    offered = (f"{c.code} {c.label}" for frame in (question.frame, edit.frame) for c in frame.codes)
    if _SEVERAL.fullmatch(cell) and plain(cell) not in map(plain, offered):
        return _BETWEEN.split(cell)
    return [cell]


def _codes_of(
    row: AnswerRow, question: ReviewedQuestion, edit: EditedFrame, refused: list[str]
) -> tuple[int, ...] | None:
    """The codes in a row's cells, in their order; None where they cannot be used."""
    codes: dict[int, None] = {}
    for cell in (part for whole in row.codes for part in _parts(whole, question, edit)):
        written = code_in(cell)
        if written is None:
            # Somebody may write the label in place of the number.
            written = next((c.code for c in edit.frame.codes if plain(c.label) == plain(cell)), None)
        code = edit.code(written) if written is not None else None
        if code is None:
            why = f"{cell[:40]!r} is not a code of {question.variable}"
            if written is not None:
                gone = " any more" if written in {c.code for c in question.frame.codes} else ""
                why = f"code {written} is not in the frame of {question.variable}{gone}"
            refused.append(f"{_at(row)}: {why}; the answer was left as it is")
            return None
        codes[code] = None
    if not codes:
        refused.append(
            f"{_at(row)}: no code is left; the answer was left as it is (give {NO_ANSWER} where it says nothing)"
        )
        return None
    if question.frame.single and len(codes) > 1:
        refused.append(f"{_at(row)}: {question.variable} takes one answer, give one code; the answer was left as it is")
        return None
    if NO_ANSWER in codes and len(codes) > 1:
        refused.append(f"{_at(row)}: {NO_ANSWER} (no answer) cannot stand beside other codes; the answer was left")
        return None
    return tuple(codes)


def _moved_out(
    question: ReviewedQuestion, workbook: ReviewWorkbook, edit: EditedFrame, given: dict[str, tuple[int, ...]]
) -> None:
    """Decide the answers of a code merged into "other" or "no answer": no theme's examples can stand for them."""
    into = {question.frame.other, edit.frame.other, NO_ANSWER}
    moved = {code for code in edit.merged if edit.moved[code] in into}
    if not moved:
        return
    for answer, handed_out in workbook.answers.items():
        if handed_out.variable != question.variable or answer in given or not moved & set(handed_out.codes):
            continue
        codes = dict.fromkeys(c for c in (edit.code(code) for code in handed_out.codes) if c is not None)
        kept = [code for code in codes if code != NO_ANSWER] or [NO_ANSWER]
        given[answer] = tuple(kept)


def _follow(decisions: Decisions, variable: str, edit: EditedFrame) -> None:
    """Earlier decisions under the edited frame."""
    if not edit.done:
        return
    for key in [key for key in decisions if key[0] == variable]:
        now = (edit.code(c) if c in edit.merged else c for c in decisions[key] if c not in edit.gone)
        codes = tuple(dict.fromkeys(c for c in now if c is not None))
        if codes:
            decisions[key] = codes
        else:
            del decisions[key]


def _at(row: AnswerRow) -> str:
    return f"sheet '{row.sheet}', row {row.row:,}"


def read_decisions(content: bytes) -> Decisions:
    """The decisions of a codes.csv that passed the gate; a cell may hold several codes."""
    text = content.decode("utf-8-sig", "replace")
    start = text.partition("\n")[0]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=start.count))
    header = [cell.strip().lower() for cell in next(table, [])]
    respondent, variable, code = (header.index(name) for name in _COLUMNS[:3])
    decisions: Decisions = {}
    for row in table:
        if len(row) <= max(respondent, variable, code):
            continue
        key = (row[variable].strip(), row[respondent].strip())
        for written in row[code].replace(",", " ").replace(";", " ").split():
            found = code_in(written)
            if found is not None and found not in decisions.get(key, ()):
                decisions[key] = (*decisions.get(key, ()), found)
    return decisions


def decisions_as_csv(decisions: Decisions, frames: Mapping[str, CodeFrame]) -> bytes:
    """Decisions as codes.csv, one row a respondent x code, ordered by question and respondent."""
    labels = {(v, code.code): code.label for v, frame in frames.items() for code in frame.codes}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for (variable, respondent), codes in sorted(decisions.items()):
        for code in codes:
            writer.writerow((respondent, variable, code, labels.get((variable, code), ""), "person"))
    return out.getvalue().encode("utf-8")
