"""Texts behind "other, specify" merged with the printed choices of their question: its frame, and everybody's codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from mcode_pipelines.coding.errors import CodingError
from mcode_pipelines.coding.frames.code_numbers import next_codes
from mcode_pipelines.coding.frames.generation import FROM_EARLIER_WAVE
from mcode_pipelines.coding.meaning.embedders import Embedder, single_threaded
from mcode_pipelines.coding.semi_open.earlier_decisions import DecidedText
from mcode_pipelines.coding.semi_open.form_changes import on_this_form
from mcode_pipelines.coding.semi_open.new_codes import group_new_answers, match_known_answers
from mcode_pipelines.coding.semi_open.printed_choices import PrintedChoices, code_numbers, matching_key, other_choice
from mcode_pipelines.coding.semi_open.questions import SemiOpenQuestion
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.non_answers import NonAnswers
from mcode_pipelines.coding.text.segments import segments_of
from mcode_pipelines.coding.text.synonyms import Words
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import (
    CODINGS_SCHEMA,
    NO_ANSWER,
    ROW,
    Code,
    CodeFrame,
    CodeFrames,
    DecidedBy,
    Kind,
    Progress,
    empty_codings,
    no_progress,
)

_FEWEST = 2
_SHARE = 0.03
"""Share of the texts that must say the same for it to get a code of its own."""
_TICKED = 1.0
_TAUGHT = 0.98
"""How sure a text is that equals one a person decided."""
_FITS_NOTHING = 0.45
"""How sure a text is that says neither a printed choice nor what others say: a person should look at it."""
_PLAINLY = 0.85
"""How sure a text of several parts must be one printed choice ("teman, keluarga") to be taken as a whole."""


def merge_other_answers(
    questions: Sequence[SemiOpenQuestion],
    *,
    embedder: Embedder,
    settings: CodingSettings,
    given: CodeFrames | None = None,
    coded: pl.DataFrame | None = None,
    decided: Mapping[str, Sequence[DecidedText]] | None = None,
    remarks: list[str] | None = None,
    progress: Progress = no_progress,
) -> tuple[CodeFrames, pl.DataFrame]:
    """Frames (with `merges`) and codings (CODINGS_SCHEMA) of semi-open questions, under the parents' names.

    Texts that say a printed choice are coded with it; what several others say gets new codes after the highest there
    is; the rest stays with the other choice, unsure. Who ticked the other choice and said a printed one is counted
    there and no longer as other. Choices whose codes are no whole numbers are numbered from 1 as printed. A `given`
    frame is used as it is, but for what today's form prints (see `on_this_form`; `remarks` tells what that changes);
    it gets new codes where an earlier wave brought it, or by `settings.grow_given_frames`. One that an earlier call
    made of the same answers gives the same codes again. `coded` (respondent, variable = the parent, code) are a
    person's decisions about whole answers: equal texts follow them, and the `decided` texts of other uploads (by the
    parent's name). Raises CodingError for unknown codes.
    """
    frames: list[CodeFrame] = []
    tables: list[pl.DataFrame] = []
    with single_threaded():
        for number, question in enumerate(questions):
            progress(f"{question.parent.name}: other answers", number, len(questions))
            frame, gone = given.of(question.parent.name) if given else None, frozenset[int]()
            if frame is not None:
                parent = question.parent
                frame, gone, told = on_this_form(frame, parent, code_numbers(parent.choices), other_choice(parent))
                if remarks is not None:
                    remarks += [remark.in_language(frame.language) for remark in told]
            merged = _merged(question, frame, gone, embedder, settings)
            frames.append(merged.frame)
            taught = (decided or {}).get(question.parent.name, ())
            tables.append(merged.codings(_persons(coded, merged.frame), taught))
    return CodeFrames(tuple(frames)), pl.concat(tables) if tables else empty_codings()


def _merged(
    question: SemiOpenQuestion,
    given: CodeFrame | None,
    gone: frozenset[int],
    embedder: Embedder,
    settings: CodingSettings,
) -> _MergedQuestion:
    if given is not None and given.origin == "generated":
        again = _MergedQuestion(question, None, embedder, settings)
        if again.frame == given:
            return again
    merged = _MergedQuestion(question, given, embedder, settings)
    if unsaid := gone - merged.said:
        codes = tuple(code for code in merged.frame.codes if code.code not in unsaid)
        merged.frame = merged.frame.model_copy(update={"codes": codes})
    return merged


def _persons(coded: pl.DataFrame | None, frame: CodeFrame) -> dict[str, tuple[int, ...]]:
    decided: dict[str, tuple[int, ...]] = {}
    if coded is None:
        return decided
    known = {c.code for c in frame.codes}
    for respondent, code in coded.filter(pl.col("variable") == frame.variable).select("respondent", "code").iter_rows():
        if code not in known:
            raise CodingError(
                f"The coded examples give respondent {respondent} code {code} for question {frame.variable}, which "
                "neither its printed choices nor its new codes have; correct the code."
            )
        decided[respondent] = (*decided.get(respondent, ()), code)
    return decided


class _MergedQuestion:
    """One semi-open question being merged."""

    def __init__(
        self, question: SemiOpenQuestion, given: CodeFrame | None, embedder: Embedder, settings: CodingSettings
    ) -> None:
        self._question = question
        self._single = question.parent.kind == Kind.SINGLE_CHOICE
        self._number = code_numbers(question.parent.choices)
        other = other_choice(question.parent)
        own_other = self._number[other.code] if other else None
        printed = [c for c in question.parent.choices if other is None or c.code != other.code]
        language = question.texts.language
        mine = {c.code: c for c in given.codes} if given is not None else {}
        self._taken = {*self._number.values(), *(given.used_numbers if given is not None else ())}
        known = [mine.get(self._number[c.code], Code(code=self._number[c.code], label=c.label)) for c in printed]
        given_other = given.other if given is not None else None
        # A printed choice is known by its printed label, however a person calls it now.
        also_said = [(mine[c.code].label, *mine[c.code].examples) if c.code in mine else () for c in known]
        fixed = {own_other, given_other, *(c.code for c in known)}
        further = [c for c in mine.values() if c.code not in fixed]
        labels = [*(c.label for c in printed), *(c.label for c in further)]
        self._printed = PrintedChoices(labels, language, [*also_said, *(c.examples for c in further)])
        self._codes = [c.code for c in (*known, *further)]
        self._empty = NonAnswers(language, "", settings.non_answers)
        left = self._matched(language)
        news = self._new_codes(given, further, left, embedder, settings)
        words = wording(language)
        # A question that offers no "other" choice gets the code after all others for it.
        after_all = next_codes({*self._taken, *(c.code for c in news)}, 1)[0]
        self._other = next(o for o in (own_other, given_other, after_all) if o is not None)
        last = mine.get(self._other) or Code(code=self._other, label=other.label if other else words.other_label)
        themes = [c for c in (*known, *further) if c.code != NO_ANSWER]
        self.frame = CodeFrame(
            variable=question.parent.name,
            question=question.parent.label,
            language=language,
            codes=(*themes, *news, last, *(c for c in (*known, *further) if c.code == NO_ANSWER)),
            other=self._other,
            origin=given.origin if given is not None else "generated",
            merges=(question.parent.name, question.texts.variable),
            printed=tuple(self._number[c.code] for c in question.parent.choices),
            printed_codes=tuple(c.code for c in question.parent.choices),
            printed_labels=tuple(c.label for c in question.parent.choices),
            single=self._single or None,
            deleted=given.deleted if given is not None else None,
            retired=given.retired if given is not None else None,
        )

    def _new_codes(
        self,
        given: CodeFrame | None,
        further: Sequence[Code],
        left: dict[Words, list[str]],
        embedder: Embedder,
        settings: CodingSettings,
    ) -> list[Code]:
        """Finds what is `left` among the further codes of a given frame; the codes for what is new, where allowed."""
        language = self._question.texts.language

        def told(codes: Sequence[Code]) -> dict[int, list[Words]]:
            return {c.code: [matching_key(t, language) for t in (c.label, *c.examples)] for c in codes}

        # Proper names are alike where they are spelled alike, and never by what they mean.
        meaning = None if self._question.texts.names else embedder
        for key, found in match_known_answers(left, told(further), meaning).items():
            self._new_of_key[key] = found
            del left[key]
        if given is not None and not settings.grow_given_frames and given.origin != FROM_EARLIER_WAVE:
            return []
        # What a person deleted stays with the other choice and does not come back as a new code.
        for key in match_known_answers(left, told(given.deleted or ()) if given is not None else {}, meaning):
            del left[key]
        fewest = max(_FEWEST, _SHARE * self._question.texts.answers.height)
        groups = group_new_answers(left, language, meaning, fewest, self._printed.shared)
        new = next_codes(self._taken, len(groups))
        for number, group in zip(new, groups, strict=True):
            for key, sure in group.keys.items():
                self._new_of_key[key] = (number, sure)
        return [Code(code=n, label=g.label, examples=g.examples) for n, g in zip(new, groups, strict=True)]

    def _matched(self, language: str) -> dict[Words, list[str]]:
        """Finds the printed choices; returns what says none, by key, as it was written."""
        self._parts_of: dict[str, list[tuple[Words, str]]] = {}
        self._printed_of_key: dict[Words, tuple[int, float]] = {}
        self._new_of_key: dict[Words, tuple[int, float]] = {}
        left: dict[Words, list[str]] = {}
        for verbatim in self._question.texts.answers["verbatim"].to_list():
            if verbatim not in self._parts_of:
                self._parts_of[verbatim] = self._keys_in(verbatim, language)
            for key, part in self._parts_of[verbatim]:
                if key in self._printed_of_key:
                    continue
                said = self._printed.match(part)
                if said is not None:
                    self._printed_of_key[key] = (self._codes[said[0]], said[1])
                else:
                    left.setdefault(key, []).append(part)
        return left

    def _keys_in(self, verbatim: str, language: str) -> list[tuple[Words, str]]:
        text = cleaned(verbatim)
        said = self._printed.match(text)
        if said is None and self._empty(normal_form(text, language)):
            return []
        whole = (matching_key(text, language), text)
        parts = segments_of(text, language, self._empty)
        if self._single or len(parts) < 2 or (said is not None and said[1] >= _PLAINLY):
            return [whole]
        return [(matching_key(p, language), p) for p in parts]

    @property
    def said(self) -> set[int]:
        """The codes that somebody wrote."""
        return {code for code, _ in (*self._printed_of_key.values(), *self._new_of_key.values())}

    def codings(self, person: dict[str, tuple[int, ...]], decided: Sequence[DecidedText] = ()) -> pl.DataFrame:
        """CODINGS_SCHEMA rows of everybody who ticked or wrote something."""
        labels = {c.code: c.label for c in self.frame.codes}
        number = pl.col("code").replace_strict(self._number, return_dtype=pl.Int64)
        ticks = self._question.ticked.with_columns(number.alias("code"))
        answers = self._question.texts.answers
        beyond = pl.col(ROW).is_in(answers[ROW].implode()) | pl.col("respondent").is_in(list(person))
        # Who only ticked is most of a survey: no need to look at them one by one.
        plain = ticks.filter(~beyond).select(
            ROW,
            "respondent",
            pl.lit(self.frame.variable).alias("variable"),
            "code",
            pl.col("code").replace_strict(labels, return_dtype=pl.String).alias("label"),
            pl.lit(_TICKED).alias("confidence"),
            pl.lit(DecidedBy.RULE.value).alias("decided_by"),
        )
        ticked: dict[tuple[int, str], list[int]] = {}
        for row, respondent, code in ticks.filter(beyond).iter_rows():
            ticked.setdefault((row, respondent), []).append(code)
        texts = {(row, respondent): text for row, respondent, text in answers.iter_rows()}
        self._taught = self._lessons(person, ticked, texts)
        for text in decided:
            own = {self._number[c] for c in text.ticked if c in self._number} - {self._other}
            parts = self._keys_in(text.verbatim, self._question.texts.language)
            if labels.keys() >= set(text.codes) and (keys := frozenset(key for key, _ in parts)):
                said = tuple(c for c in text.codes if c not in own) or text.codes
                self._taught.setdefault(keys, said)
        rows: list[tuple[int, str, str, int, str, float, str]] = []
        seen: set[str] = set()
        for place in sorted({*ticked, *texts}):
            row, respondent = place
            if respondent in person:
                found = [(code, 1.0, DecidedBy.PERSON) for code in person[respondent]]
            else:
                found = self._codes_of(ticked.get(place, []), texts.get(place), seen)
            found.sort(key=lambda f: -f[1])
            rows += [
                (row, respondent, self.frame.variable, code, labels[code], sure, by.value) for code, sure, by in found
            ]
        return pl.concat([plain, pl.DataFrame(rows, schema=CODINGS_SCHEMA, orient="row")]).sort(
            ROW, maintain_order=True
        )

    def _lessons(
        self,
        person: dict[str, tuple[int, ...]],
        ticked: dict[tuple[int, str], list[int]],
        texts: dict[tuple[int, str], str],
    ) -> dict[frozenset[Words], tuple[int, ...]]:
        """What persons took texts for: their codes without what the respondent had ticked besides; the first counts."""
        taught: dict[frozenset[Words], tuple[int, ...]] = {}
        for place, text in texts.items():
            if place[1] not in person or not self._parts_of[text]:
                continue
            own = set(ticked.get(place, ())) - {self._other}
            said = tuple(c for c in person[place[1]] if c not in own) or person[place[1]]
            taught.setdefault(frozenset(key for key, _ in self._parts_of[text]), said)
        return taught

    def _codes_of(self, ticked: Sequence[int], text: str | None, seen: set[str]) -> list[tuple[int, float, DecidedBy]]:
        plain = [(code, _TICKED, DecidedBy.RULE) for code in ticked]
        parts = self._parts_of[text] if text is not None else []
        if not parts or (self._single and ticked and self._other not in ticked):
            return plain or [(self._other, 0.5, DecidedBy.RULE)]
        taught = self._taught.get(frozenset(key for key, _ in parts))
        if taught is not None:
            stay = [p for p in plain if p[0] != self._other and p[0] not in taught] if not self._single else []
            return stay + [(code, _TAUGHT, DecidedBy.DUPLICATE) for code in taught]
        said: dict[int, tuple[float, DecidedBy]] = {}
        by = DecidedBy.DUPLICATE if text in seen else DecidedBy.MODEL
        seen.add(text or "")
        for key, _ in parts:
            code, sure = self._printed_of_key.get(key) or self._new_of_key.get(key) or (self._other, _FITS_NOTHING)
            if code not in said or said[code][0] < sure:
                said[code] = (sure, by)
        if self._single:
            code = max(said, key=lambda c: (said[c][0], -c))
            return [(code, *said[code])]
        kept = [p for p in plain if p[0] != self._other and p[0] not in said]
        if len(said) > 1:
            said.pop(self._other, None)
        return kept + [(code, sure, how) for code, (sure, how) in said.items()]
