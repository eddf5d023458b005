"""Earlier waves that stand beside a file: `--wave 2026-05=may.xlsx:form.xlsx`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mcode_pipelines.cli.survey_file import CommandError, codebook_of
from mcode_pipelines.survey import Codebook, CodeFrames, Progress, RawSurvey, TabulationPlan
from mcode_pipelines.tabulation import Wave, with_further_choices

if TYPE_CHECKING:
    from mcode_pipelines.coding import SurveyAnswers

_WAYS = "write a label, the data and, where it has its own, the form or codebook: --wave 2026-05=may.csv:form.xlsx"


@dataclass(frozen=True)
class WaveFile:
    """The files of an earlier wave."""

    label: str
    data: Path
    form: Path | None = None
    codebook: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them."""
        return tuple(path for path in (self.data, self.form, self.codebook) if path)


def wave_files(given: Sequence[str]) -> Mapping[str, WaveFile]:
    """The earlier waves that a command names, by their labels. Raises CommandError."""
    found: dict[str, WaveFile] = {}
    for text in given:
        label, sign, rest = text.partition("=")
        if not sign:
            label, sign, rest = text.partition(":")
        label = label.strip()
        if not (sign and label and rest) or Path(text).exists():
            raise CommandError(f"--wave {text}: {_WAYS}")
        if label in found:
            raise CommandError(f"--wave {text}: another wave is called {label} too; give each its own label")
        data, second = _two_files(rest)
        by_codebook = second is not None and second.suffix.casefold() in {".json", ".yaml", ".yml"}
        found[label] = WaveFile(label, data, None if by_codebook else second, second if by_codebook else None)
    return found


def _two_files(text: str) -> tuple[Path, Path | None]:
    """A file, or two with a colon between; names may hold colons themselves."""
    if Path(text).exists() or ":" not in text:
        return Path(text), None
    cuts = [at for at, sign in enumerate(text) if sign == ":" and text[:at] and text[at + 1 :]]
    best = next((at for at in cuts if Path(text[:at]).exists()), cuts[-1] if cuts else None)
    return (Path(text), None) if best is None else (Path(text[:best]), Path(text[best + 1 :]))


def earlier_wave(label: str, raw: RawSurvey, own: Path | None, of_newest: Path | None) -> Wave:
    """An earlier wave by its own codebook, else by that of the newest one, as far as its columns go, else as detected.

    Codes that only this wave has are choices of its questions too.
    """
    if own is not None or of_newest is None:
        return Wave(label, raw, codebook_of(own, raw))
    book = codebook_of(of_newest, raw)
    columns = set(raw.columns)
    book = book.model_copy(update={"variables": tuple(v for v in book if columns.issuperset(v.columns))})
    return Wave(label, raw, with_further_choices(book, raw, partial(codebook_of, None, raw)))


def coded_wave(wave: Wave, plan: TabulationPlan, frames: CodeFrames, progress: Progress) -> Wave:
    """The wave with its open answers coded into the frames of the newest one."""
    if not len(frames):
        return wave
    from mcode_pipelines.coding import CodingSettings, LocalEngine, code_survey, default_embedder, frame_survey

    asked = answers_of_plan(plan, wave.raw, wave.codebook)
    given = CodeFrames(tuple(f for f in frames if asked.texts.get(f.variable) is not None))
    if not len(given):
        return wave
    kept = {f.variable for f in given}
    answers = replace(
        asked,
        questions=[q for q in asked.questions if q.variable in kept],
        semi_open=[q for q in asked.semi_open if q.parent.name in kept],
    )
    embedder, how = default_embedder(), CodingSettings()
    engine = LocalEngine(embedder)
    own = frame_survey(answers, engine, embedder=embedder, settings=how, given=given, progress=progress)
    codings = code_survey(answers, own, engine, embedder=embedder, settings=how, progress=progress)
    return replace(wave, frames=own, codings=codings)


def answers_of_plan(plan: TabulationPlan, raw: RawSurvey, book: Codebook) -> SurveyAnswers:
    """The open questions that a completed plan names: in rows, banner, filters, weights or definitions."""
    from mcode_pipelines.coding import SurveyAnswers, survey_answers

    found = survey_answers(raw, book)
    told = plan.model_dump_json(include={"banner", "define", "filter", "rows", "weight", "weights"})

    def named(variable: str) -> bool:
        spelled = json.dumps(variable, ensure_ascii=False)[1:-1]
        return re.search(rf"(?<![\w.-]){re.escape(spelled)}(?![\w.-])", told) is not None

    return SurveyAnswers(
        [q for q in found.questions if named(q.variable)], [q for q in found.semi_open if named(q.parent.name)]
    )
