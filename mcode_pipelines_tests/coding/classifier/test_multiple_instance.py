"""Learning what parts are about from answers whose codes are known only as a whole."""

from __future__ import annotations

import numpy as np
import polars as pl

from mcode_pipelines.coding import CodingSettings, OpenQuestion, code_answers, default_embedder
from mcode_pipelines.coding.classifier.multiple_instance import AnswerParts, PartClassifier
from mcode_pipelines.survey import ROW, Code, CodeFrame, CodeFrames

FRUIT = ("apel", "jeruk", "mangga", "pisang")


def fruit_parts(of_answers: list[list[int]]) -> AnswerParts:
    return AnswerParts(of_answers, np.arange(4), np.eye(4, dtype=np.float32), FRUIT)


def test_parts_of_answers_with_two_codes_each_find_their_own():
    # No answer has a part alone; which part carries which code follows only from what stands together.
    pairs = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]] * 3
    given = np.zeros((len(pairs), 4), dtype=np.int64)
    for row, own in enumerate(pairs):
        given[row, own] = 1
    names = np.full((4, 4), 0.25)
    taught = PartClassifier(fruit_parts(pairs), names, given, 0.9, np.arange(len(pairs)) % 3)
    highest, said = taught.scores(fruit_parts([[0], [1], [2], [3], [1, 3]]), np.full((4, 4), 0.25))
    assert highest[:4].argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert np.flatnonzero(said[4] == said.max()).tolist() == [1, 3]


def test_an_answer_without_parts_has_no_likely_code():
    pairs, given = [[0], [1]], np.eye(2, 4, dtype=np.int64)
    taught = PartClassifier(fruit_parts(pairs), np.full((4, 4), 0.25), given, 0.5, np.array([0, 1]))
    highest, said = taught.scores(fruit_parts([[], [0]]), np.full((4, 4), 0.25))
    assert (highest[0] < highest[1].min()).all()
    assert (said[0] == said.min()).all()


def test_lists_of_three_get_the_codes_of_their_items_when_only_lists_of_two_were_coded():
    items = {1: "kapal bersih", 2: "petugas ramah", 3: "tiket murah", 4: "berangkat tepat waktu", 5: "kantin enak"}
    frame = CodeFrame(
        variable="E",
        question="Apa yang disukai?",
        language="id",
        codes=tuple(Code(code=c, label=f"Tema {c}") for c in items),
    )
    two = [(a, b) for a in items for b in items if a != b]
    three = [(1, 2, 3), (2, 3, 4), (3, 4, 5), (1, 4, 5), (1, 2, 5)]
    told = [", ".join(items[c] for c in own) for own in (*two, *three)]
    question = OpenQuestion(
        "E",
        frame.question,
        "id",
        pl.DataFrame(
            {ROW: range(1, len(told) + 1), "respondent": [f"r{n}" for n in range(len(told))], "verbatim": told},
            schema={ROW: pl.Int64, "respondent": pl.String, "verbatim": pl.String},
        ),
    )
    rows = [(f"r{n}", "E", c) for n, own in enumerate(two) for c in own]
    coded = pl.DataFrame(rows, schema={"respondent": pl.String, "variable": pl.String, "code": pl.Int64}, orient="row")
    codings = code_answers(
        [question], CodeFrames((frame,)), embedder=default_embedder(), settings=CodingSettings(), coded=coded
    )
    found = codings.group_by("respondent").agg(pl.col("code").sort()).rows()
    codes = {who: tuple(own) for who, own in found}
    assert [codes[f"r{len(two) + n}"] for n in range(len(three))] == three
