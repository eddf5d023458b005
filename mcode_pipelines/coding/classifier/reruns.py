"""Coding again: what an earlier run or an earlier upload of the study decided, and what of it stands."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import polars as pl

from mcode_pipelines.coding.frames.study_frame import codes_now
from mcode_pipelines.coding.text.proper_names import name_key
from mcode_pipelines.coding.text.questions import OpenQuestion, same_wording
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form
from mcode_pipelines.survey import (
    CODINGS_SCHEMA,
    NO_ANSWER,
    ROW,
    CodeFrame,
    CodeFrames,
    DecidedBy,
    empty_codings,
)

_CONTEXT = 1_500
"""Different earlier answers that are coded beside new ones: themes settle among all of a question's answers."""
_ELSEWHERE = "\0earlier:"
"""What the names of respondents of other uploads begin with while their answers teach."""
CodeAnswers = Callable[[Sequence[OpenQuestion], pl.DataFrame | None], pl.DataFrame]
"""Codes questions (CODINGS_SCHEMA), given a person's decisions (respondent, variable, code)."""


class RunMode(StrEnum):
    """What a run codes anew."""

    ALL_BUT_CORRECTED = "all_but_corrected"
    """Every answer; what a person decided stands and teaches. The usual way, and what a first run does."""
    ONLY_NEW = "only_new"
    """Answers that the earlier run did not have; all others keep their codes."""
    FROM_SCRATCH = "from_scratch"
    """Every answer, as if nobody had ever corrected one. Corrections are kept, only not used."""


@dataclass(frozen=True)
class EarlierCoding:
    """The codes of an earlier run on this upload, or of an earlier upload of the study."""

    codings: pl.DataFrame
    """CODINGS_SCHEMA."""
    texts: dict[str, OpenQuestion] | None = None
    """What was answered then, by variable; None: the same answers, of the same respondents, as now."""
    ticked: dict[str, pl.DataFrame] = field(default_factory=dict)
    """What was ticked then of semi-open questions ([ROW, respondent, code String] by question)."""
    frames: CodeFrames | None = None
    """What the codes meant then; None: what they mean now."""

    def in_frames(self, now: CodeFrames) -> EarlierCoding:
        """The same with the codes of today's frames; codings whose codes these do not have are left out whole."""
        if self.frames is None:
            return self
        parts = []
        ticked = dict(self.ticked)
        for (name,), rows in self.codings.group_by("variable", maintain_order=True):
            then, frame = self.frames.of(str(name)), now.of(str(name))
            if then is None or frame is None:
                parts.append(rows)
                continue
            number = codes_now(then, frame)
            labels = {code.code: code.label for code in frame.codes}
            code = pl.col("code").replace_strict(number, default=None, return_dtype=pl.Int64)
            label = pl.col("code").replace_strict(labels, default=pl.col("label"), return_dtype=pl.String)
            moved = rows.with_columns(code).filter(pl.col("code").is_not_null().all().over("respondent"))
            parts.append(moved.with_columns(label.alias("label")))
            if then.merges and str(name) in ticked:
                choice = {
                    c: there for n, c in then.choice_of_number.items() if (there := _choice(frame, number.get(n)))
                }
                ticks = ticked[str(name)].with_columns(pl.col("code").replace_strict(choice, default=None))
                ticked[str(name)] = ticks.drop_nulls("code")
        return replace(self, codings=pl.concat(parts) if parts else self.codings, ticked=ticked, frames=None)

    def answers_to(self, question: OpenQuestion) -> pl.DataFrame | None:
        """(respondent, verbatim) of another upload's answers to this question, were it asked in the same words.

        Respondents that stand there more than once are left out.
        """
        then = self.texts.get(question.variable) if self.texts is not None else None
        if then is None or not same_wording(then.text, question.text):
            return None
        return then.answers.select("respondent", "verbatim").unique("respondent", keep="none", maintain_order=True)


def _choice(frame: CodeFrame, number: int | None) -> str | None:
    """The choice code of a number; what is no longer printed goes by its number."""
    return None if number is None else frame.choice_of_number.get(number, str(number))


def code_with_earlier_decisions(
    questions: Sequence[OpenQuestion],
    frames: CodeFrames,
    coded: pl.DataFrame | None,
    earlier: Sequence[EarlierCoding],
    code: CodeAnswers,
) -> pl.DataFrame:
    """What `code` makes of the questions, taught by `coded` and by what persons decided in `earlier` uploads.

    An answer of an earlier upload that is here too (same respondent, same answer) is decided; the others are coded
    beside, and left out of what comes back.
    """
    asked, decisions = [], [] if coded is None else [coded.select("respondent", "variable", "code")]
    for question in questions:
        frame = frames.of(question.variable)
        taught = [e for e in earlier if e.answers_to(question) is not None]
        decided_here = set() if coded is None else set(
            coded.filter(pl.col("variable") == question.variable)["respondent"]
        )  # fmt: skip
        beside: list[tuple[int, str, str]] = []
        rows: list[tuple[str, str, int]] = []
        if frame is not None:
            for wave in reversed(taught):
                _add_decisions(question, frame, wave, decided_here, beside, rows)
        more = pl.DataFrame(beside, schema=question.answers.schema, orient="row")
        asked.append(replace(question, answers=pl.concat([question.answers, more])) if beside else question)
        if rows:
            decisions.append(
                pl.DataFrame(
                    rows, schema={"respondent": pl.String, "variable": pl.String, "code": pl.Int64}, orient="row"
                )
            )
    codings = code(asked, pl.concat(decisions) if decisions else None)
    return codings.filter(~pl.col("respondent").str.starts_with(_ELSEWHERE)) if earlier else codings


def _add_decisions(
    question: OpenQuestion,
    frame: CodeFrame,
    wave: EarlierCoding,
    decided: set[str],
    beside: list[tuple[int, str, str]],
    rows: list[tuple[str, str, int]],
) -> None:
    """Adds what persons decided in an earlier upload; `decided` are the respondents whose answers are."""
    answers = wave.answers_to(question)
    if answers is None:
        return
    known = {c.code for c in frame.codes} | {NO_ANSWER}
    by_person = (
        wave.codings.filter(
            (pl.col("variable") == question.variable) & (pl.col("decided_by") == DecidedBy.PERSON.value)
        )
        .group_by("respondent", maintain_order=True)
        .agg("code")
    )
    then = by_person.join(answers, on="respondent", how="inner", maintain_order="left")
    here = dict(question.answers.select("respondent", "verbatim").iter_rows())
    for respondent, codes, verbatim in then.select("respondent", "code", "verbatim").iter_rows():
        if not known.issuperset(codes):
            continue
        name = respondent
        if here.get(respondent) != verbatim:
            name = f"{_ELSEWHERE}{len(beside)}"
            beside.append((-1 - len(beside), name, verbatim))
        elif respondent in decided:
            continue
        else:
            decided.add(respondent)
        rows += [(name, question.variable, code) for code in codes]


def code_only_new(
    questions: Sequence[OpenQuestion],
    frames: CodeFrames,
    earlier: EarlierCoding,
    coded: pl.DataFrame | None,
    code: CodeAnswers,
) -> pl.DataFrame:
    """CODINGS_SCHEMA in which answers that were coded `earlier` keep their codes, and only the others are coded.

    An answer that a person has decided since goes by the person, and so do equal ones; one with a code that its frame
    no longer has is coded anew; a new answer equal to an earlier one follows it. Labels are the frame's of today.
    `code` sees the new answers beside some of the earlier ones.
    """
    plans = [_Rerun(question, frames, earlier, coded) for question in questions]
    asked = [p.to_code for p in plans if p.to_code.answers.height]
    decisions = coded.filter(pl.col("variable").is_in([q.variable for q in asked])) if coded is not None else None
    fresh = code(asked, decisions) if asked else empty_codings()
    tables = [p.together(fresh) for p in plans]
    return pl.concat(tables) if tables else fresh


class _Rerun:
    """What of one question stands, and what is to be coded."""

    def __init__(
        self, question: OpenQuestion, frames: CodeFrames, earlier: EarlierCoding, coded: pl.DataFrame | None
    ) -> None:
        self.question = question
        frame = frames.of(question.variable)
        labels = {c.code: c.label for c in frame.codes} if frame is not None else {}
        then = earlier.codings.filter(pl.col("variable") == question.variable)
        labels = {code: label for code, label in then.select("code", "label").iter_rows() if code == NO_ANSWER} | labels
        self._labels = labels
        self._generated = frame is not None and frame.origin == "generated"
        answers = question.answers
        listed = question.names or (frame is not None and bool(frame.listed))
        normal_of = {
            v: name_key(v) if listed else normal_form(cleaned(v), question.language)
            for v in answers["verbatim"].unique()
        }
        said = answers.with_columns(pl.col("verbatim").replace_strict(normal_of, return_dtype=pl.String).alias("said"))
        known = self._known(said, then, earlier)
        now = set() if coded is None else self._decided_since(then, coded)
        anew = said.filter(pl.col("respondent").is_in(now))["said"].unique()
        of_before = known.filter(~pl.col("said").is_in(anew.implode()))
        self._kept = of_before.select(ROW)
        rest = said.join(self._kept, on=ROW, how="anti", maintain_order="left")
        first = of_before.unique("said", keep="first", maintain_order=True).select("said", pl.col(ROW).alias("as"))
        self._following = rest.join(first, on="said", how="inner", maintain_order="left").select(
            ROW, "respondent", "as"
        )
        new = rest.join(first, on="said", how="anti", maintain_order="left")
        self._new = new.select(ROW)
        self._then = then
        self.to_code = replace(question, answers=answers.clear())
        if new.height:
            told = empty_codings() if coded is None else coded.filter(pl.col("variable") == question.variable)
            beside = of_before.unique("said", keep="first", maintain_order=True)
            chance = [zlib.crc32(text.encode()) for text in beside["said"]]
            some = (
                beside.with_columns(pl.Series("chance", chance, dtype=pl.Int64)).sort("chance", "said").head(_CONTEXT)
            )
            taken = pl.concat(
                [
                    new.select(ROW),
                    some.select(ROW),
                    said.filter(pl.col("respondent").is_in(told["respondent"].implode())).select(ROW),
                ]
            )
            self.to_code = replace(question, answers=answers.join(taken, on=ROW, how="semi", maintain_order="left"))

    def _known(self, said: pl.DataFrame, then: pl.DataFrame, earlier: EarlierCoding) -> pl.DataFrame:
        """The answers that were there before and have codes of today's frame."""
        there = pl.col("code").is_in(list(self._labels))
        if self._generated:
            # A frame that was made anew may have given the number to another theme; one of a person never does.
            there &= pl.col("label") == pl.col("code").replace_strict(self._labels, default=None)
        whole = then.group_by("respondent").agg(there.all().alias("whole"))
        alone = said.unique("respondent", keep="none", maintain_order=True)
        known = alone.join(whole.filter("whole"), on="respondent", how="semi", maintain_order="left")
        if earlier.texts is None:
            return known
        before = earlier.answers_to(self.question)
        if before is None:
            return known.clear()
        return known.join(before, on=["respondent", "verbatim"], how="semi", maintain_order="left")

    def _decided_since(self, then: pl.DataFrame, coded: pl.DataFrame) -> list[str]:
        """Respondents whose answers a person decided otherwise than they were coded then."""
        as_set = pl.col("code").unique().sort()
        now = coded.filter(pl.col("variable") == self.question.variable).group_by("respondent").agg(as_set)
        by_person = then.filter(pl.col("decided_by") == DecidedBy.PERSON.value).group_by("respondent").agg(as_set)
        return now.join(by_person, on=["respondent", "code"], how="anti")["respondent"].to_list()

    def together(self, fresh: pl.DataFrame) -> pl.DataFrame:
        """The question's codings: what stands, what follows it, and what was coded now."""
        codes = self._then.select("respondent", "code", "confidence", "decided_by")
        answers = self.question.answers.select(ROW, "respondent")
        kept = self._kept.join(answers, on=ROW, maintain_order="left").join(
            codes, on="respondent", maintain_order="left_right"
        )
        lead = answers.rename({ROW: "as", "respondent": "leader"})
        led = self._following.join(lead, on="as", maintain_order="left")
        led = led.join(codes.rename({"respondent": "leader"}), on="leader", maintain_order="left_right")
        led = led.with_columns(pl.lit(DecidedBy.DUPLICATE.value).alias("decided_by"))
        own = fresh.filter(pl.col("variable") == self.question.variable).join(
            self._new, on=ROW, how="semi", maintain_order="left"
        )
        labels = self._labels | dict(own.select("code", "label").iter_rows())
        columns = [ROW, "respondent", "code", "confidence", "decided_by"]
        stands = pl.concat([kept.select(columns), led.select(columns)]).with_columns(
            pl.lit(self.question.variable).alias("variable"),
            pl.col("code").replace_strict(labels, return_dtype=pl.String, default="").alias("label"),
        )
        return pl.concat([stands.select(CODINGS_SCHEMA.names()), own]).sort(ROW, maintain_order=True)
