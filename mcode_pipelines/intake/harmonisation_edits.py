"""A harmonisation sheet that came back against what was handed out: what a person decided, and what cannot be used.

Pure. A row says what is the same: the latest wave that has it names the question, or the choice; what stands in the
cells of earlier waves is that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mcode_pipelines.intake.harmonisation_cells import (
    Blank,
    CellError,
    Places,
    Written,
    written_codes,
    written_variable,
)
from mcode_pipelines.intake.harmonisation_messages import harmonisation_messages
from mcode_pipelines.survey.harmonisation import ChoiceDecision, QuestionDecision, StudyDecisions
from mcode_pipelines.survey.harmonisation_sheet import Look, ReturnedRow, ReturnedSheet, SheetRow, WaveVariable

TakenBack = tuple[str, str, str | None]
"""Question, wave and, of a choice, its code there."""


@dataclass(frozen=True)
class HarmonisationEdits:
    """What a person said in a harmonisation sheet."""

    decisions: StudyDecisions
    """What is new."""
    taken_back: tuple[TakenBack, ...] = ()
    changes: tuple[str, ...] = ()
    """In a few words each, in the language of the sheet."""
    refused: tuple[str, ...] = ()
    """What could not be used, with its sheet, row and column."""

    @property
    def anything(self) -> bool:
        """Whether there is anything to be kept."""
        return bool(self.decisions or self.taken_back)

    def on(self, before: StudyDecisions) -> StudyDecisions:
        """The decisions there were with these."""
        return before.without(self.taken_back).followed_by(self.decisions)


def edits_of(sheet: ReturnedSheet) -> HarmonisationEdits:
    """What a person decided in a harmonisation sheet; names and codes that are not there are told."""
    return _Edits(sheet).made()


@dataclass
class _Row:
    """A row with what its cells say now."""

    came: ReturnedRow
    out: SheetRow
    written: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Of each wave whose cell says something else than was handed out."""
    blanked: list[int] = field(default_factory=list)

    def now(self, wave: int) -> tuple[str, ...]:
        return self.written.get(wave, self.out.cells[wave])

    @property
    def latest(self) -> int:
        """The latest wave that had it when it was handed out."""
        return max((n for n, cell in enumerate(self.out.cells) if cell), default=0)


class _Edits:
    def __init__(self, sheet: ReturnedSheet) -> None:
        self.sheet, self.table = sheet, sheet.table
        self.say = harmonisation_messages(self.table.language)
        self.places = Places(sheet, self.say)
        self.questions: dict[str, dict[str, QuestionDecision]] = {}
        self.choices: dict[str, dict[str, dict[str, ChoiceDecision]]] = {}
        self.taken_back: list[TakenBack] = []
        self.changes: list[str] = []
        self.refused: list[str] = []
        self.agreed = 0
        self.labels = [wave.label for wave in self.table.waves]
        self.variables: list[dict[str, WaveVariable]] = [{v.name: v for v in of} for of in self.table.variables]
        self.outs = {row.question: row for row in self.table.rows if row.code is None}
        self.choice_rows: dict[str, list[SheetRow]] = {}
        for out in self.table.rows:
            if out.code is not None:
                self.choice_rows.setdefault(out.question, []).append(out)
        self.codes: dict[tuple[str, str, int], Mapping[str, str]] = {}
        self.names: dict[str, str] = {}
        """Of each question's row, how the latest wave that has it calls it now."""
        self.variable_now: dict[str, tuple[str | None, ...]] = {}

    def made(self) -> HarmonisationEdits:
        rows = list(self._rows())
        questions = [row for row in rows if row.out.code is None]
        for row in questions:
            self._write_question(row)
        self._each_once(questions)
        for row in questions:
            self._decide_question(row)
        self._follow(questions)
        choices = [row for row in rows if row.out.code is not None]
        for row in choices:
            self._write_choice(row)
        self._each_once(choices)
        of_questions: dict[str, list[_Row]] = {}
        for row in choices:
            of_questions.setdefault(row.out.question, []).append(row)
        for of_question in of_questions.values():
            self._decide_choices(of_question)
        changes = [*self.changes, *([self.say.agreed.format(count=self.agreed)] if self.agreed else [])]
        decisions = StudyDecisions(questions=self.questions, choices=self.choices)
        taken_back = [back for back in self.taken_back if not self._is_decided(back)]
        return HarmonisationEdits(
            decisions, tuple(taken_back), tuple(dict.fromkeys(changes)), tuple(dict.fromkeys(self.refused))
        )

    def _rows(self) -> Iterator[_Row]:
        known = {row.id: row for row in self.table.rows}
        seen: dict[str, ReturnedRow] = {}
        for came in self.sheet.rows:
            if came.id not in known:
                where = self.places.of_row(came)
                self.refused.append(f"{where}: {self.say.strange_row.format(id=came.id[:20])}")
            elif came.id in seen:
                if came.cells != seen[came.id].cells:
                    twice = self.say.row_twice.format(other=seen[came.id].row)
                    self.refused.append(f"{self.places.of_row(came)}: {twice}")
            else:
                seen[came.id] = came
                yield _Row(came, known[came.id])

    def _refuse(self, row: _Row, wave: int, why: str) -> None:
        self.refused.append(f"{self.places.of_cell(row.came, wave)}: {why}")

    def _keep(self, row: _Row, wave: int, written: Written) -> None:
        if isinstance(written, Blank):
            row.blanked.append(wave)
        elif set(written) != set(row.out.cells[wave]):
            row.written[wave] = written

    def _readable(self, row: _Row) -> Iterator[tuple[int, str]]:
        for wave, text in enumerate(row.came.cells):
            if text is None:
                continue
            if wave < len(row.came.hidden) and row.came.hidden[wave]:
                self._refuse(row, wave, self.say.hidden)
            else:
                yield wave, text

    def _write_question(self, row: _Row) -> None:
        for wave, text in self._readable(row):
            try:
                self._keep(row, wave, written_variable(text, wave, self.table, self.say))
            except CellError as wrong:
                self._refuse(row, wave, str(wrong))

    def _write_choice(self, row: _Row) -> None:
        question = row.out.question
        for wave, text in self._readable(row):
            variable = self.variable_now[question][wave] if question in self.variable_now else None
            before = next(iter(self.outs[question].cells[wave]), None)
            handed_out = row.out.cells[wave] if variable == before else ()
            known = self._codes(question, variable, wave)
            try:
                written = written_codes(text, known, question, self.labels[wave], self.say)
            except CellError as wrong:
                if variable is not None:
                    self._refuse(row, wave, str(wrong))
                elif before is None:
                    nothing = self.say.no_question.format(
                        question=question, wave=self.labels[wave], given=text.strip()[:60]
                    )
                    self._refuse(row, wave, nothing)
                continue
            if variable == before or (written and not isinstance(written, Blank)):
                row.out = row.out.model_copy(
                    update={"cells": (*row.out.cells[:wave], handed_out, *row.out.cells[wave + 1 :])}
                )
                self._keep(row, wave, written)

    def _codes(self, question: str, variable: str | None, wave: int) -> Mapping[str, str]:
        """The codes of a wave's variable, with those that were only found in its data."""
        if variable is None:
            return {}
        if (question, variable, wave) not in self.codes:
            own = self.variables[wave].get(variable)
            codes = {choice.code: choice.label for choice in own.choices} if own else {}
            if variable in self.outs[question].cells[wave]:
                for row in self.choice_rows.get(question, ()):
                    codes |= {code: row.label for code in row.cells[wave] if code not in codes}
            self.codes[question, variable, wave] = codes
        return self.codes[question, variable, wave]

    def _each_once(self, rows: Sequence[_Row]) -> None:
        """Refuses what is written into two rows; what is only left in another row gives way."""
        written: dict[tuple[str, int, str], _Row] = {}
        for row in rows:
            question = row.out.question if row.out.code is not None else ""
            for wave, names in list(row.written.items()):
                for name in names:
                    if name in row.out.cells[wave]:
                        continue
                    first = written.setdefault((question, wave, name), row)
                    if first is not row:
                        self._refuse(row, wave, self.say.stands_twice.format(given=name, other=first.came.row))
                        row.written.pop(wave, None)

    def _decide_question(self, row: _Row) -> None:
        latest = row.latest
        now_latest = max((n for n in range(len(self.labels)) if row.now(n)), default=latest)
        before = row.out.cells[latest][0]
        name = row.now(now_latest)[0] if row.now(now_latest) else before
        label = self.variables[now_latest][name].label if row.now(now_latest) else row.out.label
        self.names[row.out.question] = name
        moved = now_latest > latest or (now_latest == latest and name != before)
        if not any(row.now(wave) for wave in range(len(self.labels))) and sum(map(bool, row.out.cells)) == 1:
            self._refuse(row, latest, self.say.alone)
            row.written.pop(latest)
        for wave in range(len(self.labels)):
            if wave < now_latest and (wave in row.written or (moved and row.now(wave))):
                self._say_question(name, label, wave, row)
            elif wave == latest and not row.written.get(wave, (before,)) and now_latest < latest:
                for earlier in range(latest):  # the newest is another question than all before
                    if row.out.cells[earlier]:
                        self._part(before, row.out.label, earlier, row)
        if row.came.agreed:
            self.agreed += 1
            for wave in range(now_latest):
                if row.now(wave) or (wave < len(row.out.looks) and row.out.looks[wave] is Look.OPEN):
                    decision = QuestionDecision(variable=next(iter(row.now(wave)), None), label=label)
                    self.questions.setdefault(name, {}).setdefault(self.labels[wave], decision)
        for wave in row.blanked:
            self._take_back(row, wave, {name, row.out.question, *(n for cell in row.out.cells for n in cell)}, None)

    def _say_question(self, name: str, label: str, wave: int, row: _Row) -> None:
        variable = next(iter(row.now(wave)), None)
        self.questions.setdefault(name, {})[self.labels[wave]] = QuestionDecision(variable=variable, label=label)
        if variable is None:
            before = ", ".join(row.out.cells[wave])
            told = self.say.other_question.format(question=name, wave=self.labels[wave], before=before)
        else:
            told = self.say.same_question.format(question=name, wave=self.labels[wave], given=variable)
        self.changes.append(told)

    def _part(self, name: str, label: str, wave: int, row: _Row) -> None:
        self.questions.setdefault(name, {})[self.labels[wave]] = QuestionDecision(variable=None, label=label)
        before = ", ".join(row.out.cells[wave])
        self.changes.append(self.say.other_question.format(question=name, wave=self.labels[wave], before=before))

    def _follow(self, rows: Sequence[_Row]) -> None:
        """What each wave calls each question now; a variable that was given to another question is taken from this."""
        given = {(wave, name): row for row in rows for wave, names in row.written.items() for name in names}
        by_question = {row.out.question: row for row in rows}
        for question, out in self.outs.items():
            row = by_question.get(question)
            now: list[str | None] = []
            for wave, cell in enumerate(out.cells):
                names = row.now(wave) if row is not None else cell
                name = next(iter(names), None)
                elsewhere = given.get((wave, name)) if name is not None else None
                taken = elsewhere is not None and elsewhere.out.question != question and name in cell
                now.append(None if taken and wave != (row.latest if row else -1) else name)
            self.variable_now[question] = tuple(now)
            self.names.setdefault(question, question)

    def _decide_choices(self, rows: Sequence[_Row]) -> None:
        question = rows[0].out.question
        name = self.names.get(question, question)
        written = {(wave, code) for row in rows for wave, codes in row.written.items() for code in codes}
        home = {
            (wave, code): row
            for row in self.choice_rows[question]
            for wave, codes in enumerate(row.cells)
            for code in codes
        }
        for row in rows:
            latest = row.latest
            for wave, codes in row.written.items():
                if wave < latest:
                    for code in codes:
                        self._say_choice(name, wave, code, row.out, told=code not in row.out.cells[wave])
                    for code in row.out.cells[wave]:
                        if code not in codes and (wave, code) not in written:
                            self._part_choice(name, wave, code)
                else:
                    self._decide_later(name, row, wave, codes, home)
            if row.came.agreed:
                self.agreed += 1
                for wave in range(latest):
                    for code in row.now(wave):
                        self._say_choice(name, wave, code, row.out, told=False)
            for wave in row.blanked:
                if row.out.cells[wave]:
                    for code in row.out.cells[wave]:
                        self._take_back(row, wave, {name, *self._names_of(question)}, code)

    def _decide_later(
        self,
        name: str,
        row: _Row,
        wave: int,
        codes: Sequence[str],
        home: Mapping[tuple[int, str], SheetRow],
    ) -> None:
        """A code of the latest wave that has a choice, or of a later one, was written into its row, or taken out."""
        own = row.out.cells[wave]
        new = [code for code in codes if code not in own]
        if own and any(code in codes for code in own) and new:
            self._refuse(row, wave, self.say.own_codes.format(given=new[0], own=own[0]))
            return
        if not new and not any(row.now(earlier) for earlier in range(wave)):
            self._refuse(row, wave, self.say.alone)
            return
        target = home.get((wave, new[0])) if new else None
        if new and target is None:
            self._refuse(row, wave, self.say.unknown_later.format(given=new[0], wave=self.labels[wave]))
            return
        for earlier in range(wave):
            for code in row.now(earlier):
                if target is None:
                    self._part_choice(name, earlier, code)
                else:
                    self._say_choice(name, earlier, code, target)

    def _say_choice(self, name: str, wave: int, code: str, target: SheetRow, *, told: bool = True) -> None:
        decision = ChoiceDecision(code=target.code, label=target.label)
        self.choices.setdefault(name, {}).setdefault(self.labels[wave], {})[code] = decision
        if told:
            choice = target.label if target.label == target.code else f"{target.code} {target.label}"
            self.changes.append(
                self.say.same_choice.format(question=name, choice=choice, wave=self.labels[wave], given=code)
            )

    def _part_choice(self, name: str, wave: int, code: str) -> None:
        self.choices.setdefault(name, {}).setdefault(self.labels[wave], {})[code] = ChoiceDecision(code=None)
        self.changes.append(self.say.other_choice.format(question=name, wave=self.labels[wave], given=code))

    def _take_back(self, row: _Row, wave: int, names: set[str], code: str | None) -> None:
        label, before = self.labels[wave], self.table.decisions
        found = [
            (name, label, code)
            for name in sorted(names)
            if (label in before.questions.get(name, {}) and code is None)
            or (code is not None and code in before.choices.get(name, {}).get(label, {}))
        ]
        if not found:
            if row.out.cells[wave]:
                self._refuse(row, wave, self.say.blank)
            return
        self.taken_back += found
        self.changes.append(self.say.taken_back.format(question=row.out.question, wave=label))

    def _names_of(self, question: str) -> tuple[str, ...]:
        return (question, *(name for cell in self.outs[question].cells for name in cell))

    def _is_decided(self, back: TakenBack) -> bool:
        name, wave, code = back
        if code is None:
            return wave in self.questions.get(name, {})
        return code in self.choices.get(name, {}).get(wave, {})
