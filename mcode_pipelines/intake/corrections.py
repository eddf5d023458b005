"""A review workbook against what was handed out: what a person changed, and what cannot be used. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mcode_pipelines.intake.edited_frame import EditedFrame, FrameHistory
from mcode_pipelines.intake.frame_edits import apply_frame_edits, parse_code
from mcode_pipelines.intake.misaligned_rows import Misalignment, RowMatcher, codes_apart, mostly_misaligned
from mcode_pipelines.intake.review_messages import ReviewMessages, review_messages
from mcode_pipelines.intake.written_codes import WrittenCodes
from mcode_pipelines.survey import NO_ANSWER, CodeFrame, neutral, restored
from mcode_pipelines.survey.review import AnswerRow, ExportedAnswer, ReviewedQuestion, ReviewWorkbook

Decisions = dict[tuple[str, str], tuple[int, ...]]
"""(variable, respondent) to the codes a person gave, in the order decided."""

_COLUMNS = ("respondent", "variable", "code", "label", "decided_by")


@dataclass(frozen=True)
class Corrections:
    """What a review changes."""

    frames: dict[str, CodeFrame]
    """The frames of the questions that were corrected or whose frame was changed; whole."""
    histories: dict[str, FrameHistory]
    """What reviews took out of each question's frame, earlier ones included."""
    decisions: Decisions
    """Every decision that holds from now on, earlier ones included."""
    answers: int
    """Different answers that got other codes."""
    agreed: int
    """Different answers that a person agreed to."""
    frame_changes: tuple[str, ...]
    refused: tuple[str, ...]
    """What could not be used, with its sheet and rows; rows with the same trouble in one sentence."""
    left_out: int = 0
    """Rows and other entries that could not be used."""

    @property
    def anything(self) -> bool:
        """Whether there is something to be done."""
        return bool(self.answers or self.agreed or self.frame_changes)


def corrections_of(
    workbook: ReviewWorkbook,
    frames_now: Mapping[str, CodeFrame],
    earlier: Mapping[tuple[str, str], tuple[int, ...]],
    histories: Mapping[str, FrameHistory] | None = None,
) -> Corrections:
    """What a review workbook changes, given the frames that persons decided on before and their earlier decisions.

    A later decision on an answer wins over an earlier one. Earlier decisions follow codes that are merged, and are
    dropped where their code is deleted.
    """
    frames: dict[str, CodeFrame] = {}
    remembered: dict[str, FrameHistory] = dict(histories or {})
    decisions: Decisions = dict(earlier)
    changes: list[str] = []
    refused: list[str] = []
    refusals = _Refusals(review_messages(workbook.language))
    for sheet in workbook.headless:
        refusals.add_sheet(sheet, refusals.say.headless)
    counted = [0, 0]
    rows = _rows_by_question(workbook, refusals)
    for question in workbook.questions:
        now = frames_now.get(question.variable, question.frame)
        edit = apply_frame_edits(
            question.frame,
            now,
            workbook.frame_rows.get(question.variable),
            history=remembered.get(question.variable),
            nets=question.variable in workbook.net_columns,
            definitions=question.variable in workbook.definition_columns,
            say=refusals.say,
        )
        refused += edit.refused
        changes += [f"{question.variable}: {told}" for told in edit.done]
        _follow(decisions, question.variable, edit)
        given, agreed = _decided(question, rows.get(question.variable, []), workbook.answers, edit, refusals)
        if edit.done:
            _moved_out(question, workbook, edit, given)
        for answer, codes in given.items():
            for row in workbook.answers[answer].rows:
                decisions[question.variable, workbook.respondents.get(row, str(row))] = codes
        counted[0] += len(given) - len(agreed & given.keys())
        counted[1] += len(agreed)
        if given or edit.done:
            frames[question.variable] = edit.frame
            remembered[question.variable] = edit.history
    told = (*refused, *refusals.sentences())
    left_out = len(refused) + refusals.entries
    return Corrections(frames, remembered, decisions, counted[0], counted[1], tuple(changes), told, left_out)


class _Refusals:
    """What of a workbook cannot be used: rows with the same reason are told together."""

    def __init__(self, say: ReviewMessages) -> None:
        self.say = say
        self._told: dict[tuple[str, str], list[int]] = {}

    def add(self, row: AnswerRow, why: str) -> None:
        """One row that cannot be used."""
        self._told.setdefault((row.sheet, why), []).append(row.row)

    def add_sheet(self, sheet: str, why: str) -> None:
        """Something of a whole sheet."""
        self._told.setdefault((sheet, why), [])

    @property
    def entries(self) -> int:
        """How many rows, and sheets with a trouble of their own."""
        return sum(len(rows) or 1 for rows in self._told.values())

    def sentences(self) -> list[str]:
        """All of it, with sheets and rows."""
        at = {key: self.say.place(key[0], rows) for key, rows in self._told.items() if rows}
        return [f"{at.get(key) or self.say.of_sheet.format(sheet=key[0])}: {key[1]}" for key in self._told]


def _rows_by_question(workbook: ReviewWorkbook, refusals: _Refusals) -> dict[str, list[AnswerRow]]:
    """The rows of answers that were handed out, by question."""
    known = {q.variable for q in workbook.questions}
    rows: dict[str, list[AnswerRow]] = {}
    for row in workbook.answer_rows:
        handed_out = workbook.answers.get(row.answer)
        if handed_out is None or handed_out.variable not in known:
            strange = refusals.say.strange_id.format(answer=row.answer[:40])
            refusals.add(row, strange if row.answer else refusals.say.no_id)
            continue
        rows.setdefault(handed_out.variable, []).append(row)
    return rows


@dataclass(frozen=True)
class _Row:
    """A row of an answers sheet, and what it says."""

    row: AnswerRow
    answer: str
    misaligned: Misalignment | None
    written: tuple[int | str, ...]
    """Codes that stand there, text where something is no code."""
    before: tuple[int, ...]

    @property
    def changed(self) -> bool:
        return set(self.written) != set(self.before)


def _decided(
    question: ReviewedQuestion,
    rows: Sequence[AnswerRow],
    answers: Mapping[str, ExportedAnswer],
    edit: EditedFrame,
    refusals: _Refusals,
) -> tuple[dict[str, tuple[int, ...]], set[str]]:
    """The codes of every answer a person changed or agreed to, and which were only agreed to."""
    given: dict[str, tuple[int, ...]] = {}
    agreed: set[str] = set()
    decided_in: dict[str, AnswerRow] = {}
    for read in _whole(_as_read(question, rows, answers, edit, refusals), refusals):
        row, answer = read.row, read.answer
        codes = _codes_of(read, question, edit, refusals)
        if codes is None:
            continue
        if answer in given and set(given[answer]) != set(codes):
            if not read.changed:
                continue
            if answer not in agreed:
                first = refusals.say.figure(decided_in[answer].row)
                refusals.add(row, refusals.say.stands_twice.format(row=first))
                continue
        given[answer] = codes
        decided_in[answer] = row
        (agreed.discard if read.changed else agreed.add)(answer)
    return given, agreed


def _as_read(
    question: ReviewedQuestion,
    rows: Sequence[AnswerRow],
    answers: Mapping[str, ExportedAnswer],
    edit: EditedFrame,
    refusals: _Refusals,
) -> list[_Row]:
    """What the rows of a question say; codes whose column is gone stay."""
    identities, cells = RowMatcher(question.variable, answers), WrittenCodes(question.frame, edit)
    found = []
    for row in rows:
        meant = identities.of(row)
        before = answers[meant.answer].codes
        gone = [n for n in range(1, len(before) + 1) if row.columns is not None and n not in row.columns]
        for number in gone:
            refusals.add_sheet(row.sheet, refusals.say.column_gone.format(number=number))
        written = (*cells.of(row.codes), *(before[n - 1] for n in gone))
        found.append(_Row(row, meant.answer, meant.misaligned, written, before))
    return found


def _whole(rows: Sequence[_Row], refusals: _Refusals) -> Iterator[_Row]:
    """The rows that a person changed or agreed to and whose cells belong together."""
    by_sheet: dict[str, list[_Row]] = {}
    for read in rows:
        by_sheet.setdefault(read.row.sheet, []).append(read)
    apart = {sheet for sheet, own in by_sheet.items() if _apart(own)}
    misaligned = {
        sheet
        for sheet, own in by_sheet.items()
        if mostly_misaligned(sum(r.misaligned is not None for r in own), len(own))
    }
    for read in rows:
        if not read.changed and not read.row.agreed:
            continue
        if read.misaligned is not None:
            say = refusals.say
            refusals.add(read.row, say.other_verbatim if read.misaligned is Misalignment.VERBATIM else say.misaligned)
        elif read.row.sheet in misaligned and read.answer == read.row.answer:
            refusals.add(read.row, refusals.say.misaligned)
        elif read.changed and read.row.sheet in apart:
            refusals.add(read.row, refusals.say.codes_apart)
        elif read.changed and read.row.hidden:
            refusals.add(read.row, refusals.say.hidden)
        else:
            yield read


def _apart(rows: Sequence[_Row]) -> bool:
    whole = [r for r in rows if r.misaligned is None]
    return codes_apart(
        [frozenset(r.written) for r in whole],
        [frozenset(r.before) for r in whole],
        [r.written[0] if r.written else None for r in whole],
    )


def _codes_of(read: _Row, question: ReviewedQuestion, edit: EditedFrame, refusals: _Refusals) -> tuple[int, ...] | None:
    """The codes in a row's cells, in their order; None where they cannot be used."""
    say, variable = refusals.say, question.variable
    codes: dict[int, None] = {}
    why = ""
    for written in read.written:
        code = edit.code(written) if isinstance(written, int) else None
        if code is None:
            if isinstance(written, str):
                why = say.no_code.format(cell=written[:40], variable=variable)
            else:
                known = written in {c.code for c in question.frame.codes}
                why = (say.not_any_more if known else say.not_in_frame).format(code=written, variable=variable)
            break
        codes[code] = None
    if not why and not codes:
        why = say.no_code_left
    elif not why and question.frame.single and len(codes) > 1:
        why = say.one_answer.format(variable=variable)
    elif not why and NO_ANSWER in codes and len(codes) > 1:
        why = say.no_answer_beside
    if why:
        refusals.add(read.row, why)
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
        key = (restored(row[variable].strip()), restored(row[respondent].strip()))
        for written in row[code].replace(",", " ").replace(";", " ").split():
            found = parse_code(written)
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
            label = labels.get((variable, code), "")
            writer.writerow((neutral(respondent), neutral(variable), code, neutral(label), "person"))
    return out.getvalue().encode("utf-8")
