"""Answers coded by people, drawn with fixed seeds, and how well a coding of them agrees.

The sets are not part of the project: they are read in place from the folder that MCODE_SHARED names
(`data/coding/*.csv`: id, text, labels separated by `|`, split, question).
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from mcode_pipelines.coding import CodingSettings, OpenQuestion, code_answers, default_embedder
from mcode_pipelines.coding.classifier.evaluation import calibration_error, micro_f1
from mcode_pipelines.survey import NO_ANSWER, ROW, Code, CodeFrame, CodeFrames

LANGUAGES = {
    "id_sib200": "id",
    "id_casa": "id",
    "id_emot": "id",
    "id_smsa": "id",
    "en_sib200": "en",
    "en_nhs_fft": "en",
    "en_happydb": "en",
    "en_anes3": "en",
    "en_anes6": "en",
    "en_banking77": "en",
}
TESTED = 400
"""Answers of the test part that a draw is scored on, at most."""


@dataclass(frozen=True)
class Scores:
    """How well one coding agrees with people's, over the answers that were not shown to it."""

    micro_f1: float
    first_right: float
    """Share of answers whose surest code is one of the true ones."""
    calibration: float
    """Expected calibration error of the surest code's confidence."""
    automatic: float
    """Largest share of answers, surest first, of which at least 90% have a right first code."""
    sure: tuple[float, ...]
    right: tuple[bool, ...]


def folder() -> Path:
    if "MCODE_SHARED" not in os.environ:
        raise SystemExit("MCODE_SHARED is not set: the labelled answers are not here")
    return Path(os.environ["MCODE_SHARED"]) / "data" / "coding"


@cache
def labelled(name: str) -> pl.DataFrame:
    """id, text, labels (list), split, question of one set; answers without text left out."""
    table = pl.read_csv(folder() / f"{name}.csv", infer_schema=False)
    return table.filter(pl.col("text").str.strip_chars() != "").with_columns(pl.col("labels").str.split("|"))


def labels_of(name: str) -> list[str]:
    return sorted(labelled(name)["labels"].explode().unique())


def numbers_of(name: str) -> dict[str, int]:
    """Label to code; 99 keeps its fixed meaning."""
    codes = [n for n in range(1, 200) if n != NO_ANSWER]
    return dict(zip(labels_of(name), codes, strict=False))


def frame_of(name: str) -> CodeFrame:
    """The set's labels as an analyst hands them in: a label "others" is the frame's other code."""
    codes = tuple(Code(code=n, label=label.replace("_", " ")) for label, n in numbers_of(name).items())
    other = next((c.code for c in codes if c.label.lower() in {"other", "others"}), None)
    return CodeFrame(
        variable="Q", question=asked(name), language=LANGUAGES[name], codes=codes, other=other, origin="given"
    )


def asked(name: str) -> str:
    """The set's question where it has one."""
    texts = labelled(name)["question"].unique()
    return str(texts[0] or "") if len(texts) == 1 else ""


def question_of(name: str, answers: pl.DataFrame, language: str | None = None) -> OpenQuestion:
    return OpenQuestion(
        "Q",
        asked(name),
        language or LANGUAGES[name],
        answers.select(
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
            pl.col("id").alias("respondent"),
            pl.col("text").alias("verbatim"),
        ),
    )


def each_label(name: str, wanted: int, seed: int) -> pl.DataFrame:
    """Examples of the train part until every label has so many, or the set has no more."""
    seen: Counter[str] = Counter()
    kept = []
    for number, labels in enumerate(_shuffled(name, "train", seed)["labels"].to_list()):
        kept.append(any(seen[label] < wanted for label in labels))
        if kept[number]:
            seen.update(labels)
    return _shuffled(name, "train", seed).filter(pl.Series(kept))


def first_of(name: str, wanted: int, seed: int) -> pl.DataFrame:
    """So many examples of the train part."""
    return _shuffled(name, "train", seed).head(wanted)


def tested(name: str, seed: int) -> pl.DataFrame:
    return _shuffled(name, "test", seed).head(TESTED)


def _shuffled(name: str, part: str, seed: int) -> pl.DataFrame:
    return labelled(name).filter(pl.col("split") == part).sample(fraction=1, shuffle=True, seed=seed)


def taught(name: str, examples: pl.DataFrame, answers: pl.DataFrame, language: str | None = None) -> Scores:
    """Code `answers` by the set's frame and coded examples (of any language)."""
    number = numbers_of(name)
    rows = [(i, "Q", number[label]) for i, own in examples.select("id", "labels").iter_rows() for label in own]
    coded = pl.DataFrame(rows, schema={"respondent": pl.String, "variable": pl.String, "code": pl.Int64}, orient="row")
    both = pl.concat([examples, answers])
    codings = code_answers(
        [question_of(name, both, language)],
        CodeFrames((frame_of(name),)),
        embedder=default_embedder(),
        settings=CodingSettings(),
        coded=coded,
    )
    return scored(codings, answers, number)


def by_labels(name: str, wanted: int) -> tuple[OpenQuestion, CodeFrame, dict[str, set[int]]]:
    """So many answers as a question, the frame of their labels, and their true codes."""
    answers, number = labelled(name).sample(fraction=1, shuffle=True, seed=0).head(wanted), numbers_of(name)
    truth = {i: {number[label] for label in own} for i, own in answers.select("id", "labels").iter_rows()}
    return question_of(name, answers), frame_of(name), truth


def by_names(name: str, answers: pl.DataFrame, others: str = "other code") -> Scores:
    """Code `answers` by the labels alone. `others` says what a label "others" is: the frame's other code, a theme like
    any ("theme"), or no code at all, so that only answers with another label are scored ("aspects").
    """
    frame = frame_of(name)
    if others != "other code":
        codes = tuple(c for c in frame.codes if c.code != frame.other or others == "theme")
        frame = frame.model_copy(update={"codes": codes, "other": None})
    if others == "aspects":
        answers = answers.filter(pl.col("labels").list.eval(pl.element() != "others").list.any())
    codings = code_answers(
        [question_of(name, answers)],
        CodeFrames((frame,)),
        embedder=default_embedder(),
        settings=CodingSettings(),
    )
    return scored(codings, answers, numbers_of(name))


def scored(codings: pl.DataFrame, answers: pl.DataFrame, number: dict[str, int]) -> Scores:
    truth = {i: {number[label] for label in own} for i, own in answers.select("id", "labels").iter_rows()}
    found: dict[str, set[int]] = {i: set() for i in truth}
    surest: dict[str, tuple[int, float]] = {}
    for respondent, code, confidence in codings.select("respondent", "code", "confidence").iter_rows():
        if respondent in found:
            found[respondent].add(code)
            surest.setdefault(respondent, (code, confidence))
    sure = np.array([surest[i][1] for i in truth])
    right = np.array([surest[i][0] in truth[i] for i in truth])
    return Scores(
        micro_f1(list(truth.values()), list(found.values())),
        float(right.mean()),
        calibration_error(sure, right),
        automatic_share(sure, right, 0.9),
        tuple(sure.tolist()),
        tuple(right.tolist()),
    )


def automatic_share(sure: np.ndarray, right: np.ndarray, precision: float) -> float:
    """The largest share of answers, surest first, that are right at least so often."""
    order = np.argsort(-sure, kind="stable")
    reached = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(reached >= precision)
    return float(enough.max() + 1) / len(order) if len(enough) else 0.0
