"""The harmonisation of a study as a sheet for persons: what each wave calls a question and its choices, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mcode_pipelines.survey.choice_matching import How
from mcode_pipelines.survey.codebook import Choice, Kind, Variable
from mcode_pipelines.survey.harmonisation_sheet import (
    HarmonisationTable,
    Look,
    SheetRow,
    SheetWave,
    WaveChoice,
    WaveVariable,
)
from mcode_pipelines.survey.remark import Remark
from mcode_pipelines.tabulation.harmonisation.decided import WaveCodebook
from mcode_pipelines.tabulation.harmonisation.harmonised import Harmonisation, HarmonisedQuestion
from mcode_pipelines.tabulation.harmonisation.questions import Agreement, SameQuestion, words_of

_LONGEST_WORDS = 120

_SAME = Remark(en="same", id="sama")
_QUESTIONS = {
    Agreement.REWORDED: Remark(
        en="reworded, taken for the same: {words}", id="kata-katanya lain, dianggap sama: {words}"
    ),
    Agreement.RENAMED: Remark(
        en="renamed: {name}, taken for the same by its words", id="ganti nama: {name}, dianggap sama menurut katanya"
    ),
    Agreement.BY_PERSON: Remark(en="by a person: {name}", id="ditetapkan orang: {name}"),
    Agreement.NOT_ASKED: Remark(en="not asked", id="tidak ditanyakan"),
    Agreement.PARTED: Remark(en="by a person: not the same", id="ditetapkan orang: tidak sama"),
    Agreement.OTHER_WORDS: Remark(
        en="other words, not compared: {name} asks there {words}; if it is the same, write {name}",
        id="kata-katanya lain, tidak dibandingkan: {name} di sana menanyakan {words}; bila sama, tulis {name}",
    ),
    Agreement.OTHER_KIND: Remark(
        en="another kind of answers, not compared: {name} there; if it can be counted alike, write {name}",
        id="jenis jawabannya lain, tidak dibandingkan: {name} di sana; bila bisa dihitung sama, tulis {name}",
    ),
}
_OFFERED = Remark(
    en="perhaps {name} ({words}), not compared; if it is the same, write {name}",
    id="mungkin {name} ({words}), tidak dibandingkan; bila sama, tulis {name}",
)
_CHOICES = {
    How.SPELLED: Remark(en="other spelling", id="ejaan lain"),
    How.RENUMBERED: Remark(en="other code, matched by its words", id="kode lain, dicocokkan menurut katanya"),
    How.REWORDED: Remark(en="reworded, taken for the same", id="kata-katanya lain, dianggap sama"),
    How.BY_PERSON: Remark(en="by a person", id="ditetapkan orang"),
}
_OTHER_SCALE = Remark(en="a scale of another length: a row of its own", id="skala lain panjangnya: baris sendiri")
_NOT_OFFERED = Remark(en="not offered", id="tidak ada di pilihan")
_ONLY_EARLIER = Remark(
    en="no later wave has it: a row of its own; if a choice of a later wave is the same, write its code there",
    id="tidak ada pada gelombang sesudahnya: baris sendiri; bila sama dengan pilihan gelombang lain, tulis kodenya di "
    "sana",
)
_AGREEMENT_LOOKS = {
    Agreement.REWORDED: Look.GUESSED,
    Agreement.RENAMED: Look.GUESSED,
    Agreement.OTHER_WORDS: Look.OPEN,
    Agreement.OTHER_KIND: Look.OPEN,
}
_CHOICE_LOOKS = {How.RENUMBERED: Look.GUESSED, How.REWORDED: Look.GUESSED}
_LISTED = frozenset({Kind.SINGLE_CHOICE, Kind.MULTI_CHOICE, Kind.SCALE, Kind.NUMERIC, Kind.OPEN_ENDED})


@dataclass(frozen=True)
class _Said:
    """What is said of a row in one wave."""

    wave: str
    phrase: str
    look: Look = Look.NONE


def harmonisation_table(
    harmonisation: Harmonisation,
    waves: Sequence[WaveCodebook],
    *,
    study: str,
    language: str,
    upload: str = "",
    uploads: Mapping[str, str] | None = None,
) -> HarmonisationTable:
    """The sheet of a harmonisation.

    Personal data, texts behind "other" and what has no table (dates, places, pictures) are left out.

    Args:
        harmonisation: of the waves.
        waves: oldest first.
        study: what the study is called.
        language: of the words: `id`, else English.
        upload: the key of the newest wave's upload.
        uploads: the keys of the waves' uploads, by label.
    """
    blocks = []
    for name, question in harmonisation.questions.items():
        if _is_called(question, name) and not question.variable.personal and question.variable.kind in _LISTED:
            blocks.append(list(_Block(question, harmonisation.labels, waves, language).rows()))
    blocks.sort(key=lambda rows: -max(row.look for row in rows))
    rows = [row for block in blocks for row in block]
    return HarmonisationTable(
        study=study,
        language=language,
        upload=upload,
        waves=tuple(SheetWave(label=label, upload=(uploads or {}).get(label, "")) for label in harmonisation.labels),
        variables=tuple(tuple(_as_asked(variable) for variable in wave.codebook) for wave in waves),
        rows=tuple(row.model_copy(update={"id": str(number)}) for number, row in enumerate(rows, start=1)),
        decisions=harmonisation.decisions,
        unfit=harmonisation.unfit,
    )


def _is_called(question: HarmonisedQuestion, name: str) -> bool:
    """Whether the newest wave that asked the question calls it so; old names of questions are known too."""
    own = next((w.variable for w in reversed(question.waves) if w.variable and w.agreement.comparable), None)
    return own is not None and own.name == name


def _as_asked(variable: Variable) -> WaveVariable:
    choices = tuple(WaveChoice(code=choice.code, label=choice.label) for choice in variable.choices)
    return WaveVariable(name=variable.name, label=words_of(variable), choices=choices)


class _Block:
    """The rows of one question."""

    def __init__(
        self, question: HarmonisedQuestion, labels: Sequence[str], waves: Sequence[WaveCodebook], language: str
    ) -> None:
        self.question, self.labels, self.waves, self.language = question, labels, waves, language
        self.list_of = {one.wave: number for number, one in enumerate(question.lists)}

    def rows(self) -> Iterator[SheetRow]:
        """The question, then its choices."""
        cells, said = [], []
        for label, wave, one in zip(self.labels, self.waves, self.question.waves, strict=True):
            cells.append((one.variable.name,) if one.variable is not None and one.agreement.comparable else ())
            said.append(self._of_question(label, wave, one))
        yield self._row(None, words_of(self.question.variable), cells, said)
        for place, choice in enumerate(self.question.joined.choices if self.question.variable.choices else ()):
            yield self._choice_row(place, choice)

    def _row(
        self, code: str | None, label: str, cells: Iterable[tuple[str, ...]], said: Iterable[_Said | None]
    ) -> SheetRow:
        told = [one for one in said if one is not None]
        look_of = {one.wave: one.look for one in told}
        looks = tuple(look_of.get(wave, Look.NONE) for wave in self.labels)
        return SheetRow(
            id="",
            question=self.question.name,
            code=code,
            label=label,
            cells=tuple(cells),
            how=self._how(told),
            looks=looks,
        )

    def _how(self, said: Sequence[_Said]) -> str:
        same = _SAME.in_language(self.language)
        waves_of: dict[str, list[str]] = {}
        for one in said:
            waves_of.setdefault(one.phrase, []).append(one.wave)
        if not said:
            return ""
        if set(waves_of) <= {same}:
            return same
        return "; ".join(f"{', '.join(waves)}: {phrase}" for phrase, waves in waves_of.items() if phrase != same)

    def _of_question(self, label: str, wave: WaveCodebook, one: SameQuestion) -> _Said | None:
        own = next(w.variable for w in reversed(self.question.waves) if w.variable and w.agreement.comparable)
        if one.variable is own:
            return None
        there = one.variable
        phrase = _QUESTIONS.get(one.agreement, _SAME)
        words = _quoted(words_of(there)) if there is not None else ""
        told = phrase.in_language(self.language).format(name=there.name if there else "", words=words)
        look = _AGREEMENT_LOOKS.get(one.agreement, Look.NONE)
        if one.offered is not None:
            offered = wave.codebook[one.offered]
            asked = _OFFERED.in_language(self.language).format(name=offered.name, words=_quoted(words_of(offered)))
            told, look = f"{told}; {asked}", Look.OPEN
        return _Said(label, told, look)

    def _choice_row(self, place: int, choice: Choice) -> SheetRow:
        lists, joined = self.question.lists, self.question.joined
        at = [
            [n for n, there in enumerate(places) if there.row == place] for places in joined.places
        ]  # of each list, its choices that stand here
        last = max(n for n, found in enumerate(at) if found)
        cells: list[tuple[str, ...]] = []
        said: list[_Said | None] = []
        for label in self.labels:
            number = self.list_of.get(label)
            if number is None:
                cells.append(())
                continue
            cells.append(tuple(lists[number].choices[n].code for n in at[number]))
            if number == last:
                said.append(self._alone(number, choice) if last < len(lists) - 1 else None)
            elif not at[number]:
                said.append(_Said(label, _NOT_OFFERED.in_language(self.language)) if number < last else None)
            else:
                own = {lists[last].choices[n].code for n in at[last]}
                said.append(self._of_choice(label, number, at[number], own))
        return self._row(choice.code, choice.label, cells, said)

    def _of_choice(self, label: str, number: int, at: Sequence[int], own: set[str]) -> _Said:
        places = self.question.joined.places[number]
        hows = dict.fromkeys(places[n].how for n in at)
        phrases, look = [], Look.NONE
        for how in hows:
            if how is How.RENUMBERED and all(
                self.question.lists[number].choices[n].code in own for n in at if places[n].how is how
            ):
                how = How.SAME  # its code is that of the latest wave that has it
            if how in _CHOICES:
                phrases.append(_CHOICES[how].in_language(self.language))
                look = max(look, _CHOICE_LOOKS.get(how, Look.NONE))
        return _Said(label, " + ".join(phrases) or _SAME.in_language(self.language), look)

    def _alone(self, number: int, choice: Choice) -> _Said:
        """Of a choice that no wave after this one has."""
        one, newest = self.question.lists[number], self.question.lists[-1]
        if choice.scale:
            return _Said(one.wave, _OTHER_SCALE.in_language(self.language))
        new = len(newest.choices) > len({p.row for p in self.question.joined.places[number]} & set(self._of_newest()))
        coded = bool(one.lineages or newest.lineages)
        return _Said(
            one.wave, _ONLY_EARLIER.in_language(self.language), Look.GUESSED if new and not coded else Look.NONE
        )

    def _of_newest(self) -> Iterator[int]:
        return (place.row for place in self.question.joined.places[-1])


def _quoted(text: str) -> str:
    short = text if len(text) <= _LONGEST_WORDS else text[: _LONGEST_WORDS - 1] + "\u2026"
    return f"\u201c{short}\u201d"
