"""The engines that make frames and codes, behind one protocol: the local one, and a language model on top of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from mcode_pipelines.coding.classifier.coder import code_answers
from mcode_pipelines.coding.frames.generation import build_code_frames
from mcode_pipelines.coding.frames.validation import check_given_frames
from mcode_pipelines.coding.language_model.cache import ModelCache
from mcode_pipelines.coding.language_model.coder import FailureLimit, ModelCodes, model_codes
from mcode_pipelines.coding.language_model.endpoint import (
    BudgetExceeded,
    Endpoint,
    LanguageModel,
    LanguageModelSettings,
    ModelError,
    ModelUnavailable,
    TokenUsage,
)
from mcode_pipelines.coding.language_model.frames import proposed_frame
from mcode_pipelines.coding.meaning.embedders import Embedder
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.listed_answers import as_list
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import CODINGS_SCHEMA, NO_ANSWER, ROW, CodeFrames, DecidedBy, Progress, no_progress

_EXAMPLES_SHOWN = 40

# How sure a model's code is. No model tells this honestly of itself, so it goes by agreement: of the runs with each
# other, and with the local engine, which errs in other ways. Published figures for one run: about 0.85 with a
# codebook, 0.94 with examples (Mellon 2024).
_ALL_AND_LOCAL = 0.93
_ALL = 0.8
_ONE_AND_LOCAL = 0.85
_ONE = 0.65
_SOME_AND_LOCAL = 0.45
_SOME = 0.35


@dataclass
class EngineReport:
    """What an engine did, for the people who pay for it."""

    engine: str
    calls: int = 0
    """Questions to a language model that got a reply."""
    unanswered: int = 0
    """Questions that were sent and got none: refused, lost, or too slow; each was asked again, or given up."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    """In the money of the prices that were set; 0 where none was."""
    decided: int = 0
    """Different answers that the language model coded, those remembered included."""
    remembered: int = 0
    """Decisions that were taken from memory and cost nothing."""
    left: int = 0
    """Different answers left to the local engine."""
    remarks: list[str] = field(default_factory=list)


class CodingEngine(Protocol):
    """Makes code frames and codes answers. Another engine needs these two methods and nothing more."""

    def build_code_frames(
        self,
        questions: Sequence[OpenQuestion],
        *,
        settings: CodingSettings,
        given: CodeFrames | None = None,
        progress: Progress = no_progress,
    ) -> CodeFrames:
        """A frame for every question; given ones as they are. Raises CodingError."""
        ...

    def code_answers(
        self,
        questions: Sequence[OpenQuestion],
        frames: CodeFrames,
        *,
        settings: CodingSettings,
        coded: pl.DataFrame | None = None,
        progress: Progress = no_progress,
    ) -> pl.DataFrame:
        """CODINGS_SCHEMA: at least one code for every answer; a person's decisions stand. Raises CodingError."""
        ...


class LocalEngine:
    """The default: on this machine, without key and network."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.report = EngineReport("local")

    def build_code_frames(
        self,
        questions: Sequence[OpenQuestion],
        *,
        settings: CodingSettings,
        given: CodeFrames | None = None,
        progress: Progress = no_progress,
    ) -> CodeFrames:
        """Frames by clusters of what was said."""
        return build_code_frames(questions, embedder=self._embedder, settings=settings, given=given, progress=progress)

    def code_answers(
        self,
        questions: Sequence[OpenQuestion],
        frames: CodeFrames,
        *,
        settings: CodingSettings,
        coded: pl.DataFrame | None = None,
        progress: Progress = no_progress,
    ) -> pl.DataFrame:
        """Codes by likeness, and by a person's examples."""
        return code_answers(
            questions, frames, embedder=self._embedder, settings=settings, coded=coded, progress=progress
        )


class LanguageModelEngine:
    """A language model, with the local engine beneath it: rules, equal answers and persons' decisions stay its own,
    and whatever the model does not get to (budget, endpoint gone, answers out of form) it has coded already.

    Only the questions, their frames and verbatims leave the machine; never who said it.
    """

    def __init__(self, model: LanguageModel, local: CodingEngine) -> None:
        self._model = model
        self._local = local
        self._cache = ModelCache(model.settings.cache)
        self._failure_limit = FailureLimit(model.settings.batch)
        self._report = EngineReport(f"language model {model.name}")

    @property
    def report(self) -> EngineReport:
        """What was done so far, and what it cost."""
        spent: TokenUsage = self._model.spent
        report = self._report
        report.calls, report.unanswered, report.cost = spent.calls, spent.unanswered, round(spent.cost, 6)
        report.input_tokens, report.output_tokens = spent.input_tokens, spent.output_tokens
        if self._cache.trouble and self._cache.trouble not in report.remarks:
            report.remarks.append(self._cache.trouble)
        return report

    def build_code_frames(
        self,
        questions: Sequence[OpenQuestion],
        *,
        settings: CodingSettings,
        given: CodeFrames | None = None,
        progress: Progress = no_progress,
    ) -> CodeFrames:
        """Frames that the model proposes from a sample; the local engine's where it proposes none."""
        check_given_frames(given, questions)
        local = self._local.build_code_frames(questions, settings=settings, given=given, progress=progress)
        wanted = [q for q in questions if given is None or given.of(q.variable) is None]
        codings = self._local.code_answers(wanted, local, settings=settings, progress=progress) if wanted else None
        proposed = {}
        stopped = False
        for number, question in enumerate(wanted):
            own = local.of(question.variable)
            if codings is None or own is None or not own.themes or own.listed or stopped:
                continue
            progress(f"{question.variable}: language model, code frame", number, len(wanted))
            try:
                proposed[question.variable] = proposed_frame(question, own, codings, self._model, self._cache, settings)
            except ModelError as trouble:
                stopped = isinstance(trouble, BudgetExceeded | ModelUnavailable)
                which = "this frame and those after it" if stopped else "its frame"
                self._remark(f"{question.variable}: {trouble}; the local engine made {which}")
        return CodeFrames(tuple(proposed.get(f.variable, f) for f in local))

    def code_answers(
        self,
        questions: Sequence[OpenQuestion],
        frames: CodeFrames,
        *,
        settings: CodingSettings,
        coded: pl.DataFrame | None = None,
        progress: Progress = no_progress,
    ) -> pl.DataFrame:
        """The local engine's codes, with the model's in place of those that no rule and no person decided."""
        local = self._local.code_answers(questions, frames, settings=settings, coded=coded, progress=progress)
        tables = []
        for question in questions:
            own = local.filter(pl.col("variable") == question.variable)
            tables.append(self._coded(question, frames, own, settings, progress))
        return pl.concat([*tables, local.clear()]) if tables else local

    def _coded(
        self,
        question: OpenQuestion,
        frames: CodeFrames,
        local: pl.DataFrame,
        settings: CodingSettings,
        progress: Progress,
    ) -> pl.DataFrame:
        frame = frames.of(question.variable)
        if frame is None or local.height == 0 or as_list(question, frame, settings) is not None:
            # Names are told by their spelling; a model would take one for another that it knows better.
            return local
        said = question.answers.select(ROW, "verbatim").with_columns(
            pl.Series("said", [normal_form(cleaned(v), question.language) for v in question.answers["verbatim"]])
        )
        fixed = local.filter(pl.col("decided_by").is_in([DecidedBy.RULE.value, DecidedBy.PERSON.value]))
        by_hand = fixed.filter(pl.col("decided_by") == DecidedBy.PERSON.value)
        decided_already = said.join(fixed, on=ROW, how="semi")["said"].implode()
        free = said.filter(~pl.col("said").is_in(decided_already) & (pl.col("said") != ""))
        answers = dict(free.unique("said", keep="first", maintain_order=True).select("said", "verbatim").iter_rows())
        if not answers:
            return local
        found = model_codes(
            frame,
            answers,
            self._model,
            self._cache,
            self._failure_limit,
            most_codes=settings.most_codes,
            examples=_examples(said, by_hand),
            progress=progress,
        )
        decided = _combined_codes(found, free, local, settings.most_codes)
        self._report.decided += len(decided)
        self._report.remembered += found.cached
        undecided = [answer for answer in answers if answer not in decided]
        self._report.left += len(undecided)
        if troubles := found.reasons(undecided):
            rest = "all answers were coded by the model all the same"
            if undecided:
                how_many = f"{len(undecided):,} of {len(answers):,} different answers"
                rest = f"the model did not decide {how_many}, for which the local engine's codes stand"
            self._remark(f"{question.variable}: {'; '.join((*troubles, rest))}")
        labels = {NO_ANSWER: wording(frame.language).no_answer_label} | {c.code: c.label for c in frame.codes}
        return _replaced(local, free, decided, labels)

    def _remark(self, what: str) -> None:
        if what not in self._report.remarks:
            self._report.remarks.append(what)


def coding_engine(settings: LanguageModelSettings | None, embedder: Embedder) -> LocalEngine | LanguageModelEngine:
    """The engine that is configured; the local one, with a remark, where the model's client is not installed."""
    local = LocalEngine(embedder)
    if settings is None:
        return local
    try:
        return LanguageModelEngine(Endpoint(settings), local)
    except ModelUnavailable as trouble:
        local.report.remarks.append(f"{trouble}; the local engine coded everything")
        return local


def _examples(said: pl.DataFrame, by_hand: pl.DataFrame) -> list[tuple[str, tuple[int, ...]]]:
    """Some of a person's decisions, every code's turn to be shown before any is shown twice."""
    told = said.join(
        by_hand.group_by(ROW, maintain_order=True).agg("code"), on=ROW, how="inner", maintain_order="left"
    ).unique("said", keep="first", maintain_order=True)
    waiting = [(verbatim, tuple(codes)) for verbatim, codes in told.select("verbatim", "code").iter_rows()]
    turns: dict[tuple[int, ...], int] = {}
    ranked = []
    for at, (verbatim, codes) in enumerate(waiting):
        turns[codes] = turns.get(codes, 0) + 1
        ranked.append((turns[codes], at, verbatim, codes))
    return [(verbatim, codes) for _, _, verbatim, codes in sorted(ranked)[:_EXAMPLES_SHOWN]]


def _combined_codes(
    found: ModelCodes, free: pl.DataFrame, local: pl.DataFrame, most_codes: int
) -> dict[str, tuple[tuple[int, float], ...]]:
    """For every answer the model decided its codes, surest first, by agreement of the runs and the local engine."""
    local_codes: dict[str, set[int]] = {}
    joined = free.unique("said", keep="first").join(local, on=ROW, how="inner")
    for said, code in joined.select("said", "code").iter_rows():
        local_codes.setdefault(said, set()).add(code)
    decided = {}
    for said in dict.fromkeys(n for run in found.runs for n in run):
        runs = [run[said] for run in found.runs if said in run]
        votes: dict[int, int] = {}
        for codes in runs:
            for code in codes:
                votes[code] = votes.get(code, 0) + 1
        order = {code: place for place, code in enumerate(votes)}
        own = local_codes.get(said, set())
        sure = {code: _confidence(votes[code], len(runs), code in own) for code in votes}
        agreed = [code for code in votes if votes[code] == len(runs)]
        # What only some runs said stays out where all of them agree on something; the disagreement still counts.
        kept = sorted(agreed or votes, key=lambda c: (-sure[c], order[c]))[:most_codes]
        doubt = 1.0 if len(agreed) == len(votes) or not agreed else 0.8
        decided[said] = tuple((code, round(sure[code] * doubt, 4)) for code in kept)
    return decided


def _confidence(votes: int, runs: int, local_too: bool) -> float:
    if votes < runs:
        return _SOME_AND_LOCAL if local_too else _SOME
    if runs == 1:
        return _ONE_AND_LOCAL if local_too else _ONE
    return _ALL_AND_LOCAL if local_too else _ALL


def _replaced(
    local: pl.DataFrame,
    free: pl.DataFrame,
    decided: dict[str, tuple[tuple[int, float], ...]],
    labels: dict[int, str],
) -> pl.DataFrame:
    """The local codings with the rows of the answers that the model decided in place of theirs."""
    if not decided:
        return local
    who = dict(local.unique(ROW, keep="first").select(ROW, "respondent").iter_rows())
    variable = local["variable"][0]
    rows = []
    seen: set[str] = set()
    for row, said in free.select(ROW, "said").iter_rows():
        if said not in decided or row not in who:
            continue
        by = DecidedBy.DUPLICATE if said in seen else DecidedBy.MODEL
        seen.add(said)
        for code, confidence in decided[said]:
            rows.append((row, who[row], variable, code, labels[code], confidence, by.value))
    new = pl.DataFrame(rows, schema=CODINGS_SCHEMA, orient="row")
    kept = local.join(new, on=ROW, how="anti", maintain_order="left")
    return pl.concat([kept, new]).sort(ROW, maintain_order=True)
