"""What a person changed in a code frame: renamed, merged, split, moved under a net, added, deleted. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from mcode_pipelines.intake.edited_frame import EditedFrame, FrameHistory
from mcode_pipelines.intake.misaligned_rows import misaligned_labels
from mcode_pipelines.intake.review_messages import ENGLISH, ReviewMessages
from mcode_pipelines.survey import NO_ANSWER, Code, CodeFrame
from mcode_pipelines.survey.code_frame import normalised_label
from mcode_pipelines.survey.review import FrameRow

_CODE = re.compile(r"\s*(-?\d{1,9})(?:\.0+)?(?:\s.*)?", re.DOTALL)
_LONGEST_LABEL = 200
_EXAMPLES_KEPT = 12


def parse_code(cell: str) -> int | None:
    """The code in a cell: `5`, `5.0`, or `5 Toilet kotor` as the drop-down writes it; None where there is none.

    >>> parse_code("5 Toilet kotor"), parse_code("5.0"), parse_code("toilet")
    (5, 5, None)
    """
    found = _CODE.fullmatch(cell)
    return int(found[1]) if found else None


def _in_sentence(label: str) -> str:
    """A label as it stands in a sentence: small, but for an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _as_label(cell: str) -> str:
    """A label as it is taken over from a cell."""
    return " ".join(cell.split())[:_LONGEST_LABEL]


def apply_frame_edits(
    handed_out: CodeFrame,
    now: CodeFrame,
    rows: Sequence[FrameRow] | None,
    *,
    history: FrameHistory | None = None,
    nets: bool = True,
    definitions: bool = True,
    say: ReviewMessages = ENGLISH,
) -> EditedFrame:
    """The frame `now` with what a person changed in the frame that was `handed_out`.

    The two are the same unless another review came between; then the changes are made to the newer one, and a code
    added under a number that was taken meanwhile gets the next free one. Codes keep their numbers for ever; `history`
    is what earlier reviews took out, so that a code that is handed out but not there now is known for new. Columns that
    were deleted from the sheet (`nets`, `definitions` false) change nothing, and neither do rows whose labels were
    sorted away from their codes. None rows: the sheet is gone.
    """
    history = _sound(history or FrameHistory(), now)
    now = _grown(now, handed_out, history)
    if rows is None or not rows:
        result = EditedFrame(now, dict(history.moved), gone=history.gone, labels=dict(history.labels))
        if rows is not None:
            result.refused.append(say.frame_empty.format(variable=now.variable))
        return result
    rows, misaligned = _put_back(rows, handed_out, say)
    # A code that is merged into another gives its label free. Whether it can be merged is known at the end only.
    leaving = frozenset(code for row in rows if row.merge_into and (code := parse_code(row.code)) is not None)
    while True:
        result = EditedFrame(
            now, dict(history.moved), gone=history.gone, labels=dict(history.labels), refused=list(misaligned)
        )
        _Editing(handed_out, now, result, leaving, say, nets=nets, definitions=definitions).run(rows)
        if not leaving or len({normalised_label(c.label) for c in result.frame.codes}) == len(result.frame.codes):
            return result
        leaving = leaving & result.merged if not leaving <= result.merged else frozenset()


def _put_back(rows: Sequence[FrameRow], handed_out: CodeFrame, say: ReviewMessages) -> tuple[list[FrameRow], list[str]]:
    """The rows, those that no longer stand beside their codes as they were handed out, and a sentence about these."""
    codes = [parse_code(row.code) for row in rows]
    misaligned = misaligned_labels(handed_out, rows, codes)
    if not misaligned:
        return list(rows), []
    before = {c.code: c for c in handed_out.codes}
    whole = list(rows)
    for place in misaligned:
        was = before[codes[place] or 0]
        as_it_was = {"label": was.label, "net": was.net or "", "definition": was.definition or "", "merge_into": ""}
        whole[place] = rows[place].model_copy(update=as_it_was)
    return whole, [f"{say.place(rows[0].sheet, (rows[place].row for place in misaligned))}: {say.frame_torn}"]


def _sound(history: FrameHistory, now: CodeFrame) -> FrameHistory:
    """What is remembered, without numbers that are a code's again, or that a deleted code was once typed for."""
    there = {c.code for c in now.codes}
    moved = {code: target for code, target in history.moved.items() if code not in there | history.gone}
    labels = {code: label for code, label in history.labels.items() if code not in there}
    return FrameHistory(moved=moved, gone=history.gone - there, labels=labels)


def _grown(now: CodeFrame, handed_out: CodeFrame, history: FrameHistory) -> CodeFrame:
    """The frame with the codes that were handed out and that no review took away: it had grown by itself."""
    there = {c.code for c in now.codes} | history.moved.keys() | history.gone
    labels = {normalised_label(c.label) for c in now.codes}
    new = {c.code: c for c in handed_out.codes if c.code not in there and normalised_label(c.label) not in labels}
    if not new:
        return now
    codes = {c.code: c for c in now.codes} | new
    # A printed list that a person brought without an "other" code got one when first used (coding/other_texts.py).
    other = handed_out.other if now.other is None and handed_out.other in codes else now.other
    now = now.model_copy(update={"other": other})
    return now.model_copy(update={"codes": _in_order(codes, now)})


class _Editing:
    def __init__(
        self,
        handed_out: CodeFrame,
        now: CodeFrame,
        result: EditedFrame,
        leaving: frozenset[int],
        say: ReviewMessages,
        *,
        nets: bool,
        definitions: bool,
    ) -> None:
        self.before = {c.code: c for c in handed_out.codes}
        self.codes = {c.code: c for c in now.codes}
        self.now = now
        self.say = say
        self.result = result
        self.nets = nets
        self.definitions = definitions
        self.always = {now.other, handed_out.other, NO_ANSWER}
        self.printed = {*(now.printed or ()), *(handed_out.printed or ())}
        self.seen: dict[int, FrameRow] = {}
        self.added: dict[FrameRow, int | None] = {}
        self.new: set[int] = set()
        self.deleted = list(now.deleted or ())
        self.leaving = leaving
        """Codes whose labels are free for others, as they are to be merged."""
        self.past_codes = {
            *result.moved,
            *result.gone,
            *now.used_numbers,
            *handed_out.used_numbers,
        } - self.before.keys()
        """Numbers that earlier codes had, those of codes that are in the frame aside."""
        self.past_codes |= {code for code in self.before if code not in self.codes}

    def run(self, rows: Sequence[FrameRow]) -> None:
        """Makes the changes in the result."""
        self._sort_out(rows)
        if not self.seen:
            self.result.refused.append(self.say.frame_without_codes.format(variable=self.now.variable))
            return
        self._delete()
        # Renamed codes give their labels free, so new codes come after them.
        labels = self._new_labels()
        for code, row in self.seen.items():
            self._change(code, row, labels)
        for row, wanted in self.added.items():
            self._add(row, wanted)
        self._merge()
        ordered = _in_order(self.codes, self.now)
        there = {normalised_label(c.label) for c in ordered}
        deleted = tuple(c for c in self.deleted if normalised_label(c.label) not in there) or None
        retired = {*self.past_codes, *self.result.moved, *self.result.gone} - {c.code for c in ordered}
        self.result.frame = self.now.model_copy(
            update={"codes": ordered, "deleted": deleted, "retired": tuple(sorted(retired)) or None}
        )

    def _sort_out(self, rows: Sequence[FrameRow]) -> None:
        """Which rows are codes that were handed out, and which are new."""
        for row in rows:
            code = parse_code(row.code)
            if row.code and code is None:
                self._refuse(row, self.say.frame_is_no_code.format(cell=row.code[:40]))
            elif code is None:
                if row.label:
                    self.added[row] = None
            elif code in self.seen:
                first = self.say.figure(self.seen[code].row)
                self._refuse(row, self.say.code_twice.format(code=code, row=first))
            elif code in self.added.values():
                self._refuse(row, self.say.new_code_twice.format(code=code))
            elif code in self.before:
                self.seen[code] = row
            elif row.label:
                self.added[row] = code
            else:
                self._refuse(row, self.say.new_without_label.format(code=code))

    def _delete(self) -> None:
        gone = []
        for code, was in self.before.items():
            if code in self.seen or code not in self.codes:
                continue
            if code in self.always or code in self.printed:
                why = self.say.always_there if code in self.always else self.say.ticked
                told = self.say.not_deleted.format(variable=self.now.variable, code=code, label=was.label, why=why)
                self.result.refused.append(told)
                continue
            self.result.labels[code] = self.codes[code].label
            self.deleted.append(self.codes.pop(code))
            gone.append(code)
            self.result.done.append(self.say.deleted.format(code=code, label=was.label))
        self.result.gone |= frozenset(gone)

    def _new_labels(self) -> dict[int, str]:
        """The labels that codes are given and can have: what counts is which labels there are when all is done."""
        wanted = {
            code: label
            for code, row in self.seen.items()
            if code in self.codes
            and (label := _as_label(row.label))
            and (
                normalised_label(row.label) != normalised_label(self.before[code].label)
                or row.label.strip() != self.before[code].label.strip()
            )
            and label != self.codes[code].label
        }
        if NO_ANSWER in wanted and self.now.merges is None and not self._no_answer(wanted[NO_ANSWER]):
            self._refuse(
                self.seen[NO_ANSWER],
                self.say.no_theme.format(code=NO_ANSWER, label=wanted.pop(NO_ANSWER)),
            )
        while clash := self._clash(wanted):
            code, holder = clash
            self._refuse(self.seen[code], self.say.label_taken.format(code=holder, label=wanted.pop(code)))
        return wanted

    def _no_answer(self, label: str) -> bool:
        # Coding is much to import for all the reviews that leave 99 as it is.
        from mcode_pipelines.coding import means_no_answer

        return means_no_answer(label, self.now.language)

    def _clash(self, wanted: dict[int, str]) -> tuple[int, int] | None:
        """The last code whose new label another one has too, and that one."""
        holders: dict[str, list[int]] = {}
        for code, was in self.codes.items():
            if code not in self.leaving:
                holders.setdefault(normalised_label(wanted.get(code, was.label)), []).append(code)
        for code, label in reversed(wanted.items()):
            others = [c for c in holders[normalised_label(label)] if c != code] if code not in self.leaving else []
            if others:
                return code, next((c for c in others if c not in wanted), others[0])
        return None

    def _change(self, code: int, row: FrameRow, labels: dict[int, str]) -> None:
        was, is_now = self.before[code], self.codes.get(code)
        if is_now is None:
            if row.label and normalised_label(row.label) != normalised_label(was.label):
                self._refuse(row, self.say.not_renamed.format(code=code))
            return
        changes: dict[str, object] = {}
        if not row.label:
            self._refuse(row, self.say.keeps_label.format(code=code, label=is_now.label))
        elif code in labels:
            changes |= self._renamed(code, labels[code], is_now)
        if self.nets and row.net.strip() != (was.net or "").strip():
            changes["net"] = row.net.strip() or None
            told = self.say.moved if row.net.strip() else self.say.out_of_net
            self.result.done.append(told.format(code=code, net=row.net.strip()))
        if self.definitions and row.definition.strip() != (was.definition or "").strip():
            changes["definition"] = row.definition.strip() or None
            self.result.done.append(self.say.defined.format(code=code))
        self.codes[code] = is_now.model_copy(update=changes)

    def _renamed(self, code: int, label: str, is_now: Code) -> dict[str, object]:
        self.result.done.append(self.say.renamed.format(code=code, was=is_now.label, label=label))
        known = {"lineage": is_now.known_as}
        if not is_now.definition:
            return {"label": label, **known}
        # A definition that names the code follows its new label.
        named = rf"(?<!\w){re.escape(_in_sentence(is_now.label))}(?!\w)"
        told = re.sub(named, lambda _: _in_sentence(label), is_now.definition, count=1)
        return {"label": label, "definition": told, **known}

    def _add(self, row: FrameRow, wanted: int | None) -> None:
        label = _as_label(row.label)
        if taken := self._holder(label, but=self.leaving):
            if taken in self.before or taken in self.new:
                self._refuse(row, self.say.new_label_taken.format(code=taken, label=label))
            elif wanted not in {None, taken}:
                # An earlier review added the same code.
                self.result.typed[wanted] = taken
            return
        if wanted is not None and not _possible(wanted):
            self._refuse(row, self.say.impossible_number.format(code=wanted))
            return
        free = wanted is not None and wanted not in self.codes and wanted not in self.past_codes
        code = wanted if wanted is not None and free else self._next_code()
        if wanted is not None and code != wanted:
            self.result.typed[wanted] = code
        self.new.add(code)
        self.codes[code] = Code(
            code=code,
            label=label,
            definition=(row.definition.strip() or None) if self.definitions else None,
            net=(row.net.strip() or None) if self.nets else None,
        )
        self.result.done.append(self.say.added.format(code=code, label=label))

    def _merge(self) -> None:
        wanted: dict[int, tuple[int, FrameRow]] = {}
        for code, row in self.seen.items():
            if not row.merge_into or code not in self.codes:
                continue
            into = parse_code(row.merge_into)
            if into is None:
                into = self._holder(row.merge_into, but=self.leaving) or self._holder(row.merge_into)
            into = self.result.number(into) if into is not None else None
            if into is None or into not in self.codes:
                self._refuse(row, self.say.merge_nowhere.format(code=code, into=row.merge_into[:40]))
            elif code in self.always:
                self._refuse(row, self.say.merge_always.format(code=code))
            elif code in self.printed:
                self._refuse(row, self.say.merge_printed.format(code=code))
            elif into != code:
                wanted[code] = (into, row)
        for code, (_, row) in wanted.items():
            target, steps = code, 0
            while target in wanted and steps <= len(wanted):
                target, steps = wanted[target][0], steps + 1
            if target in wanted:
                self._refuse(row, self.say.merge_circle.format(code=code))
                continue
            self._merge_one(code, target)

    def _merge_one(self, code: int, target: int) -> None:
        merged, kept = self.codes.pop(code), self.codes[target]
        if target not in self.always:
            # What the merged code was about is remembered, so that its answers find the code that is left.
            examples = dict.fromkeys((*kept.examples, merged.label, *merged.examples))
            kept = kept.model_copy(update={"examples": tuple(examples)[:_EXAMPLES_KEPT]})
        self.codes[target] = kept.model_copy(update={"lineage": (*kept.known_as, *merged.known_as)})
        self.result.moved[code] = target
        self.result.labels[code] = merged.label
        self.result.merged |= {code}
        told = self.say.merged.format(code=code, label=merged.label, into=target, kept=kept.label)
        self.result.done.append(told)

    def _holder(self, label: str, but: Collection[int] = ()) -> int | None:
        return next(
            (
                c.code
                for c in self.codes.values()
                if c.code not in but and normalised_label(c.label) == normalised_label(label)
            ),
            None,
        )

    def _next_code(self) -> int:
        wanted = (c for c in self.added.values() if c is not None and _possible(c))
        taken = {*self.codes, *self.before, *self.past_codes, *wanted}
        code = max(taken - {NO_ANSWER}, default=0) + 1
        return code if code != NO_ANSWER else code + 1

    def _refuse(self, row: FrameRow, why: str) -> None:
        self.result.refused.append(f"{self.say.place(row.sheet, [row.row])}: {why}")


def _possible(code: int) -> bool:
    """Whether a new code can have this number."""
    return 0 < code < 1_000_000


def _in_order(codes: dict[int, Code], frame: CodeFrame) -> tuple[Code, ...]:
    """Themes as they stood, new ones after them, then the other code, then 99."""
    last = [c for c in (frame.other, NO_ANSWER) if c is not None and c in codes]
    return (*(code for number, code in codes.items() if number not in last), *(codes[c] for c in last))
