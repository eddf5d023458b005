"""Code frames proposed by a language model from a stratified sample of the answers."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import polars as pl
from pydantic import BaseModel

from mcode_pipelines.coding.llm_cache import ModelCache, cache_key
from mcode_pipelines.coding.llm_endpoint import LanguageModel, ModelTrouble, UnusableAnswer
from mcode_pipelines.coding.llm_wording import PROMPTS_VERSION, answers_as_json, frame_instructions, sendable
from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.verbatims import cleaned, normal_form
from mcode_pipelines.coding.words import wording
from mcode_pipelines.survey import NO_ANSWER, ROW, Code, CodeFrame
from mcode_pipelines.survey.code_frame import normalised_label

_SAMPLE = 160
_LEAST_A_STRATUM = 3
_EXAMPLES = 5
_TOKENS_OF_A_FRAME = 4_000
_LONGEST_LABEL = 80


class Theme(BaseModel):
    """One theme as the model gives it."""

    label: str
    definition: str
    examples: list[int]
    net: str | None


class Themes(BaseModel):
    """A code frame as the model gives it."""

    themes: list[Theme]


def proposed_frame(
    question: OpenQuestion, local: CodeFrame, codings: pl.DataFrame, model: LanguageModel, cache: ModelCache,
    settings: CodingSettings,
) -> CodeFrame:  # fmt: skip
    """The frame a model proposes for a question, in the house's form: codes from 1, other, 99.

    `local` and `codings` are the local engine's frame and codes: what the sample is drawn from, so that every kind of
    answer is in it. Raises ModelTrouble.
    """
    sample = stratified_sample(question, codings)
    instructions = frame_instructions(question.text, question.language, settings.max_codes)
    key = cache_key("frame", PROMPTS_VERSION, model.name, instructions, sample)
    known = cache.get([key]).get(key)
    if known is None:
        asked = answers_as_json(list(enumerate((sendable(s) for s in sample), start=1)))
        proposed = model.ask(instructions, asked, Themes, _TOKENS_OF_A_FRAME)
        frame = _frame(question, local, proposed, sample, settings)
        # Examples are remembered by their ids: no verbatim is stored a second time.
        cache.put({key: proposed.model_dump()})
        return frame
    return _frame(question, local, Themes.model_validate(known), sample, settings)


def stratified_sample(question: OpenQuestion, codings: pl.DataFrame, most: int = _SAMPLE) -> list[str]:
    """Different verbatims, some of every code of a first coding and the more of a code the more frequent it is.

    Which of a code's answers are taken is decided by their hash: the same answers give the same sample.
    """
    first = codings.filter(pl.col("variable") == question.variable).unique(ROW, keep="first", maintain_order=True)
    joined = question.answers.join(first.select(ROW, "code"), on=ROW, how="inner").filter(pl.col("code") != NO_ANSWER)
    strata: dict[int, dict[str, str]] = {}
    for verbatim, code in joined.select("verbatim", "code").iter_rows():
        strata.setdefault(code, {}).setdefault(normal_form(cleaned(verbatim), question.language), verbatim)
    total = sum(len(stratum) for stratum in strata.values())
    sample: list[str] = []
    for _, stratum in sorted(strata.items()):
        share = max(_LEAST_A_STRATUM, round(most * len(stratum) / total)) if total > most else len(stratum)
        drawn = sorted(stratum, key=lambda normal: (zlib.crc32(normal.encode()), normal))[:share]
        sample += [stratum[normal] for normal in drawn]
    return sorted(sample[: 2 * most], key=lambda text: (zlib.crc32(text.encode()), text))[:most]


def _frame(
    question: OpenQuestion, local: CodeFrame, proposed: Themes, sample: Sequence[str], settings: CodingSettings
) -> CodeFrame:
    words = wording(question.language)
    taken = {
        normalised_label(words.other_label),
        normalised_label(words.no_answer_label),
        "other",
        "lainnya",
        "no answer",
    }
    codes: list[Code] = []
    for theme in proposed.themes:
        label = " ".join(theme.label.split())[:_LONGEST_LABEL]
        if not label or normalised_label(label) in taken:
            continue
        taken.add(normalised_label(label))
        examples = dict.fromkeys(sample[n - 1] for n in theme.examples if 0 < n <= len(sample))
        codes.append(
            Code(
                code=len(codes) + 1,
                label=label,
                definition=" ".join(theme.definition.split()) or None,
                examples=tuple(examples)[:_EXAMPLES],
                net=" ".join(theme.net.split()) or None if theme.net else None,
            )
        )
        if len(codes) >= (settings.max_codes or NO_ANSWER - 2):
            break
    if not codes:
        raise UnusableAnswer("it proposed no theme")
    other = len(codes) + 1
    return local.model_copy(
        update={
            "codes": (
                *codes,
                Code(code=other, label=words.other_label, definition=words.other_definition),
                Code(code=NO_ANSWER, label=words.no_answer_label, definition=words.no_answer_definition),
            ),
            "other": other,
        }
    )


__all__ = ["ModelTrouble", "Theme", "Themes", "proposed_frame", "stratified_sample"]
