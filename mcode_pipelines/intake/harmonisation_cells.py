"""What somebody wrote into the cells of a harmonisation sheet: names of variables and codes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum, auto

from mcode_pipelines.intake.harmonisation_messages import HarmonisationMessages
from mcode_pipelines.survey.choice_matching import same_words
from mcode_pipelines.survey.codes import canonical_code, number_of
from mcode_pipelines.survey.harmonisation_sheet import NOTHING, HarmonisationTable, ReturnedRow, ReturnedSheet

_NOTHING = frozenset({NOTHING, "\u2013", "\u2014", "\u2212", "--", "tidak ada", "none"})
_MOST_NAMED = 3
_LONGEST_NAME = 60


class Blank(Enum):
    """What a cell without anything in it says."""

    BLANK = auto()


Written = tuple[str, ...] | Blank
"""Names or codes; none where `-` stands."""


class CellError(Exception):
    """What is wrong with a cell, as a sentence."""


@dataclass(frozen=True)
class Places:
    """Where cells stand, for what is told of them."""

    sheet: ReturnedSheet
    say: HarmonisationMessages

    def of_cell(self, row: ReturnedRow, wave: int) -> str:
        """A cell as a person finds it."""
        column, label = self.sheet.columns[wave], self.sheet.table.waves[wave].label
        return self.say.place.format(sheet=row.sheet, row=row.row, column=column or "?", wave=label)

    def of_row(self, row: ReturnedRow) -> str:
        """A row as a person finds it."""
        return self.say.row.format(sheet=row.sheet, row=row.row)


def written_variable(text: str, wave: int, table: HarmonisationTable, say: HarmonisationMessages) -> Written:
    """The variable that a cell of a question's row names. Raises CellError."""
    text = text.strip()
    if not text:
        return Blank.BLANK
    if text.casefold() in _NOTHING:
        return ()
    names = {variable.name: variable.label for variable in table.variables[wave]}
    found = _named(text, names)
    if found is not None:
        return (found,)
    if "\n" in text or ";" in text:
        raise CellError(say.one_variable.format(given=text[:60]))
    nearest = _nearest(text, names, say)
    raise CellError(say.no_variable.format(wave=table.waves[wave].label, given=text[:60], nearest=nearest))


def written_codes(text: str, known: Mapping[str, str], question: str, wave: str, say: HarmonisationMessages) -> Written:
    """The codes that a cell of a choice's row holds; `known` are those of the wave, with labels. Raises CellError."""
    text = text.strip()
    if not text:
        return Blank.BLANK
    if text.casefold() in _NOTHING:
        return ()
    whole = _named(text, known)
    if whole is not None and "\n" not in text:
        return (whole,)
    codes: dict[str, None] = {}
    for part in _parts(text, known):
        code = _named(part, known)
        if code is None:
            near = _nearest(part, known, say)
            raise CellError(say.no_code.format(question=question, wave=wave, given=part[:60], nearest=near))
        codes[code] = None
    return tuple(codes)


def _parts(text: str, known: Mapping[str, str]) -> Sequence[str]:
    """What a cell with several entries holds: one a line; with semicolons or commas where lines are no entries."""
    parts: list[str] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        pieces = [line] if _named(line, known) is not None else re.split(r"\s*[;,]\s*", line)
        parts += [piece for piece in pieces if piece]
    return parts


def _named(text: str, known: Mapping[str, str]) -> str | None:
    """The name or code that a text says: by itself, with its words behind it, or by its words alone."""
    if text in known:
        return text
    code = canonical_code(text)
    if code in known:
        return code
    before_words = [text[: sign.start()].strip() for sign in re.finditer("[:=]", text)]
    if found := next((head for head in reversed(before_words) if head in known), None):
        return found
    folded = {name.casefold(): name for name in known}
    if len(folded) == len(known):
        spelled = (folded.get(head.casefold()) for head in (text, *reversed(before_words)))
        if found := next(filter(None, spelled), None):
            return found
    number = number_of(code)
    numbers = [name for name in known if number is not None and number_of(name) == number]
    if len(numbers) == 1:
        return numbers[0]
    labelled = [name for name, label in known.items() if same_words(label) == same_words(text)]
    return labelled[0] if len(labelled) == 1 else None


def _nearest(given: str, known: Mapping[str, str], say: HarmonisationMessages) -> str:
    """The names most like what was written, else the first; by their words where those are what was written."""
    shown = {name: name if words in ("", name) else f"{name}: {words}"[:_LONGEST_NAME] for name, words in known.items()}
    by_case = {words.casefold(): name for name, words in known.items()} | {name.casefold(): name for name in known}
    folded = given.casefold()
    close = get_close_matches(folded, by_case, n=_MOST_NAMED, cutoff=0.5)
    close += [key for key in by_case if key.startswith(folded) and key not in close]
    if close:
        names = list(dict.fromkeys(shown[by_case[key]] for key in close))
        return say.perhaps.format(names=", ".join(names[:_MOST_NAMED]))
    first = list(shown.values())[:_MOST_NAMED]
    return say.known.format(names=", ".join(first) + (" ..." if len(known) > len(first) else "")) if first else ""
