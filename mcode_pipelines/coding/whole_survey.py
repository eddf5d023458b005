"""Everything of one survey that is coded: open-ended questions, and texts behind "other, specify" with theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from mcode_pipelines.coding.classifier.reruns import EarlierCoding, RunMode, code_only_new, code_with_earlier_decisions
from mcode_pipelines.coding.engines import CodingEngine
from mcode_pipelines.coding.frames.generation import FROM_EARLIER_WAVE
from mcode_pipelines.coding.frames.name_lists import names_unknown
from mcode_pipelines.coding.meaning.embedders import Embedder
from mcode_pipelines.coding.semi_open.earlier_decisions import decided_texts
from mcode_pipelines.coding.semi_open.merging import merge_other_answers
from mcode_pipelines.coding.semi_open.questions import SemiOpenQuestion, semi_open_questions
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.listed_answers import as_list
from mcode_pipelines.coding.text.questions import OpenQuestion, open_questions, same_wording
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import NO_ANSWER, Codebook, CodeFrame, CodeFrames, Progress, RawSurvey, no_progress

_SHOWN = 5
"""Names that are shown of those without a code."""


@dataclass(frozen=True)
class SurveyAnswers:
    """What respondents wrote."""

    questions: list[OpenQuestion]
    semi_open: list[SemiOpenQuestion]

    @property
    def texts(self) -> dict[str, OpenQuestion]:
        """What was written for each variable that is coded; for semi-open questions the texts, by the parent."""
        return {q.variable: q for q in self.questions} | {q.parent.name: q.texts for q in self.semi_open}

    @property
    def ticked(self) -> dict[str, pl.DataFrame]:
        """What was ticked of semi-open questions, as `SemiOpenQuestion.ticked`."""
        return {q.parent.name: q.ticked for q in self.semi_open}


def survey_answers(raw: RawSurvey, codebook: Codebook) -> SurveyAnswers:
    """The open-ended and semi-open questions of a survey. Raises CodingError where the data lack a column."""
    return SurveyAnswers(open_questions(raw, codebook), semi_open_questions(raw, codebook))


def frame_survey(
    answers: SurveyAnswers,
    engine: CodingEngine,
    *,
    embedder: Embedder,
    settings: CodingSettings,
    given: CodeFrames | None = None,
    earlier: CodeFrames | None = None,
    merge_other_texts: bool = True,
    remarks: list[str] | None = None,
    progress: Progress = no_progress,
) -> CodeFrames:
    """A frame for every question, semi-open ones (where merged) after the open-ended ones.

    A `given` frame is used as it is; where one has no code for answers that fit nothing, a sentence added to `remarks`
    tells so, and whether it got one because many answers do. A question without one that an `earlier` wave asked in
    the same words goes on with that wave's frame, which grows. Raises CodingError where a given frame is for no
    question, or not usable.
    """
    brought = given or CodeFrames(())
    frames = CodeFrames((*brought, *_frames_of_earlier_wave(answers, brought, earlier)))
    choice = {q.parent.name for q in answers.semi_open}
    of_open = CodeFrames(tuple(f for f in frames if f.merges is None and f.variable not in choice))
    made = CodeFrames(())
    if answers.questions or len(of_open):
        made = engine.build_code_frames(answers.questions, settings=settings, given=of_open, progress=progress)
    if remarks is not None:
        remarks += [_without_other(f, made.of(f.variable)) for f in of_open if f.other is None and f.themes]
        for question in answers.questions:
            frame = made.of(question.variable)
            listed = as_list(question, frame, settings) if frame is not None else None
            if frame is not None and listed is not None:
                remarks.append(_coded_as_list(frame, names_unknown(frame, listed)))
    if not merge_other_texts:
        return made
    merged, _ = merge_other_answers(
        answers.semi_open, embedder=embedder, settings=settings, given=frames, remarks=remarks, progress=progress
    )
    return CodeFrames((*made, *merged))


def _coded_as_list(frame: CodeFrame, unknown: dict[str, int]) -> str:
    """What to tell of a question that is a list: by what it is coded, and what has no code of its own."""
    told = f"{frame.variable}: coded as a list of names, by their spelling only and never by what they mean"
    if not unknown:
        return f"{told}; every name has a code"
    often = sorted(unknown, key=lambda key: (-unknown[key], key))
    shown = ", ".join(repr(key) for key in often[:_SHOWN]) + (" and others" if len(often) > _SHOWN else "")
    names = "1 name that is" if len(often) == 1 else f"{len(often):,} different names that are"
    where = repr(frame.label_of(frame.other)) if frame.other is not None else repr(wording(frame.language).other_label)
    return (
        f"{told}; {names} given too seldom for a code, or no code of the frame ({shown}; {sum(unknown.values()):,} "
        f"times in all) stand under {where}"
    )


def _without_other(given: CodeFrame, used: CodeFrame | None) -> str:
    """What to tell of a frame that came without a code for answers that fit nothing."""
    label = repr(wording(given.language).other_label)
    if used is None or used.other is None:
        return (
            f"{given.variable}: the code frame has no code for answers that fit nothing, so every answer gets one of "
            f"its codes; add {label} to it to have them apart"
        )
    return (
        f"{given.variable}: a good part of the answers fits no code of the code frame, so {label} was added to it as "
        f"code {used.other}; read what went there, and add codes for what is said there often"
    )


def usable_codes(
    coded: pl.DataFrame, answers: SurveyAnswers, frames: CodeFrames
) -> tuple[pl.DataFrame | None, tuple[str, ...]]:
    """A person's decisions (respondent, variable, code) that can be used today, and a sentence for each that cannot.

    A decision with a code that the frame does not have (it was made anew, say) is left out whole; so are those about
    a question that is not coded, or whose respondents are all of another survey.
    """
    good, told = [], []
    for (name,), rows in coded.group_by("variable", maintain_order=True):
        variable = str(name)
        texts, frame = answers.texts.get(variable), frames.of(variable)
        if texts is None or frame is None:
            told.append(f"{variable}: it is no question that is coded here; {_decisions(rows)} not used")
            continue
        known = {c.code for c in frame.codes} | (set() if frame.merges else {NO_ANSWER})
        beyond = rows.filter(~pl.col("code").is_in(list(known)))
        for (code,), own in beyond.group_by("code", maintain_order=True):
            told.append(
                f"{variable}: code {code} is not in its code frame; {_decisions(own)} not used; "
                "correct the code, or add it to the frame"
            )
        if frame.single:
            several = rows.filter(pl.col("code").n_unique().over("respondent") > 1)
            if several.height:
                told.append(f"{variable}: it takes one answer, and there are several; {_decisions(several)} not used")
                beyond = pl.concat([beyond, several])
        rows = rows.join(beyond, on="respondent", how="anti", maintain_order="left")
        here = {*texts.answers["respondent"], *answers.ticked.get(variable, texts.answers)["respondent"]}
        if rows.height and here.isdisjoint(rows["respondent"]):
            told.append(f"{variable}: none of these respondents answered it; {_decisions(rows)} not used")
            continue
        good.append(rows)
    return (pl.concat(good) if good else None), tuple(told)


def _decisions(rows: pl.DataFrame) -> str:
    who = rows["respondent"].unique(maintain_order=True)
    if len(who) == 1:
        return f"the decision about respondent {who[0]} was"
    return f"the decisions about {len(who):,} respondents ({who[0]} and others) were"


def code_survey(
    answers: SurveyAnswers,
    frames: CodeFrames,
    engine: CodingEngine,
    *,
    embedder: Embedder,
    settings: CodingSettings,
    coded: pl.DataFrame | None = None,
    mode: RunMode = RunMode.ALL_BUT_CORRECTED,
    earlier: Sequence[EarlierCoding] = (),
    progress: Progress = no_progress,
) -> pl.DataFrame:
    """CODINGS_SCHEMA of every question that has a frame; semi-open ones last, under their parents' names.

    `coded` (respondent, variable, code) are a person's decisions: they stand, and teach. `earlier` codings, the newest
    last, bring the decisions of persons in earlier uploads of the study, as lessons; and where only new answers are
    to be coded, the codes that stand. From scratch, neither counts. Raises CodingError.
    """
    if mode == RunMode.FROM_SCRATCH:
        coded, earlier = None, ()
    earlier = [wave.in_frames(frames) for wave in earlier]
    merged = CodeFrames(tuple(f for f in frames if f.merges is not None))
    choice = [q.parent.name for q in answers.semi_open]
    of_open = coded.filter(~pl.col("variable").is_in(choice)) if coded is not None else None

    def by_engine(asked: Sequence[OpenQuestion], decided: pl.DataFrame | None) -> pl.DataFrame:
        return engine.code_answers(asked, frames, settings=settings, coded=decided, progress=progress)

    def code(asked: Sequence[OpenQuestion], decided: pl.DataFrame | None) -> pl.DataFrame:
        return code_with_earlier_decisions(asked, frames, decided, earlier, by_engine)

    if mode == RunMode.ONLY_NEW and earlier:
        codings = code_only_new(answers.questions, frames, earlier[-1], of_open, code)
    else:
        codings = code(answers.questions, of_open)
    if not len(merged):
        return codings
    wanted = [q for q in answers.semi_open if merged.of(q.parent.name) is not None]
    decided = {q.parent.name: decided_texts(q.texts, q.parent.name, earlier) for q in wanted}
    _, others = merge_other_answers(
        wanted, embedder=embedder, settings=settings, given=merged, coded=coded, decided=decided
    )
    return pl.concat([codings, others])


def _frames_of_earlier_wave(answers: SurveyAnswers, given: CodeFrames, earlier: CodeFrames | None) -> list[CodeFrame]:
    """The frames of an earlier wave for questions that were asked in the same words and have no frame of their own."""
    found = []
    for variable, question in answers.texts.items():
        if given.of(variable) is not None:
            continue
        semi_open = variable in answers.ticked
        alike = [
            frame
            for frame in earlier or ()
            if (frame.merges is not None) == semi_open and same_wording(frame.question, question.text)
        ]
        frame = next((one for one in alike if one.variable == variable), None)
        if frame is None and len(alike) == 1 and alike[0].variable not in answers.texts:
            frame = alike[0]  # the question has another name now
        if frame is not None:
            found.append(frame.model_copy(update={"origin": FROM_EARLIER_WAVE, "variable": variable}))
    return found
