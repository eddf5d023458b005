"""Answers coded by people, from public data sets that are not part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from mcode_pipelines.coding import CodingSettings, OpenQuestion, code_answers
from mcode_pipelines.coding.classifier.evaluation import calibration_error, micro_f1
from mcode_pipelines.survey import ROW, Code, CodeFrame, CodeFrames


@pytest.fixture(scope="module")
def labelled() -> Path:
    if "MCODE_SHARED" not in os.environ:
        pytest.skip("MCODE_SHARED is not set: the labelled answers are not here")
    return Path(os.environ["MCODE_SHARED"]) / "data" / "coding"


@pytest.mark.parametrize(
    ("name", "language", "each", "examples", "at_least"),
    [
        # What is reached in the mean of several draws, less two standard errors of 200 to 400 test answers.
        ("id_sib200", "id", 20, None, 0.71),
        ("id_casa", "id", None, 150, 0.71),
        ("en_nhs_fft", "en", None, 400, 0.55),
    ],
)
def test_a_few_coded_examples_teach_the_rest(name, language, each, examples, at_least, labelled, embedder):
    table = pl.read_csv(labelled / f"{name}.csv", infer_schema=False).drop_nulls("text")
    taught = table.filter(pl.col("split") == "train").sample(fraction=1, shuffle=True, seed=0)
    taught = taught.group_by("labels", maintain_order=True).head(each) if each else taught.head(examples)
    tested = table.filter(pl.col("split") == "test").head(400)
    both = pl.concat([taught.select(tested.columns), tested])
    labels = sorted({label for row in both["labels"] for label in row.split("|")})
    number = {label: n for n, label in enumerate(labels, start=1)}
    question = OpenQuestion(
        "Q",
        "",
        language,
        both.select(
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
            pl.col("id").alias("respondent"),
            pl.col("text").alias("verbatim"),
        ),
    )
    codes = tuple(Code(code=n, label=label) for label, n in number.items())
    frames = CodeFrames((CodeFrame(variable="Q", question="", language=language, codes=codes),))
    coded = pl.DataFrame(
        [(i, "Q", number[label]) for i, row in taught.select("id", "labels").iter_rows() for label in row.split("|")],
        schema={"respondent": pl.String, "variable": pl.String, "code": pl.Int64},
        orient="row",
    )
    codings = code_answers([question], frames, embedder=embedder, settings=CodingSettings(), coded=coded)
    truth = {i: {number[label] for label in row.split("|")} for i, row in tested.select("id", "labels").iter_rows()}
    found: dict[str, set[int]] = {i: set() for i in truth}
    surest: dict[str, tuple[int, float]] = {}
    for respondent, code, confidence in codings.select("respondent", "code", "confidence").iter_rows():
        if respondent in found:
            found[respondent].add(code)
            surest.setdefault(respondent, (code, confidence))
    assert micro_f1(list(truth.values()), [found[i] for i in truth]) > at_least
    right = [surest[i][0] in truth[i] for i in truth]
    assert calibration_error([surest[i][1] for i in truth], right) < 0.13
