"""How well and how fast open answers are coded: the bundled survey, and answers coded by people.

The public data sets are not part of the project; they are measured where MCODE_SHARED names the folder that holds
`data/coding/*.csv` (columns id, text, labels separated by |, split).
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from report import machine, markdown, put

from mcode_pipelines.coding import CodingSettings, OpenQuestion, build_code_frames, code_answers, default_embedder
from mcode_pipelines.coding.agreement import best_match, micro_f1
from mcode_pipelines.survey import ROW, Code, CodeFrame, CodeFrames

FERRY = Path(__file__).resolve().parents[1] / "examples" / "ferry_satisfaction"
QUESTIONS = ("E1", "E2", "E3", "E4", "E5")
SETS = {"id_sib200": "id", "id_casa": "id", "id_smsa": "id", "en_sib200": "en", "en_nhs_fft": "en"}
TAUGHT, TESTED = 150, 400
HEADER = ("answers", "how", "codes", "micro-F1", "answers coded", "CPU s")

Codes = dict[str, set[int]]


def question_of(name: str, language: str, answers: Mapping[str, str]) -> OpenQuestion:
    """An open-ended question from respondent to answer."""
    told = pl.DataFrame({"respondent": [*answers], "verbatim": [*answers.values()]})
    numbered = told.select(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW), "respondent", "verbatim")
    return OpenQuestion(name, name, language, numbered)


def found_codes(codings: pl.DataFrame, respondents: Mapping[str, object]) -> Codes:
    found: Codes = {respondent: set() for respondent in respondents}
    for respondent, code in codings.select("respondent", "code").iter_rows():
        if respondent in found:
            found[respondent].add(code)
    return found


def bundled() -> list[list[object]]:
    """Each question coded from nothing; a generated code counts as the true code it most often stands for."""
    data = pl.read_excel(FERRY / "data.xlsx", infer_schema_length=0, read_options={"dtypes": "string"})
    true = pl.read_csv(FERRY / "truth" / "true_codes.csv")
    lines: list[list[object]] = []
    for name in QUESTIONS:
        question = question_of(name, "id", dict(data.select("_uuid", name).drop_nulls().iter_rows()))
        truth: Codes = {respondent: set() for respondent in question.answers["respondent"]}
        for respondent, code in true.filter(pl.col("variable") == name).select("respondent", "code").iter_rows():
            truth[respondent].add(code)
        started = time.process_time()
        embedder, settings = default_embedder(), CodingSettings()
        frames = build_code_frames([question], embedder=embedder, settings=settings)
        codings = code_answers([question], frames, embedder=embedder, settings=settings)
        seconds = time.process_time() - started
        found = found_codes(codings, truth)
        meaning = best_match([*truth.values()], [*found.values()])
        score = micro_f1([*truth.values()], [{meaning[c] for c in codes} for codes in found.values()])
        lines.append(
            [f"ferry {name}", "from nothing", len(frames.root[0].codes), f"{score:.2f}", len(found), f"{seconds:.1f}"]
        )
    return lines


def taught(folder: Path, name: str, language: str) -> list[object]:
    """Answers of the test part, coded after some examples of the train part."""
    table = pl.read_csv(folder / f"{name}.csv", infer_schema=False).drop_nulls("text")
    train = table.filter(pl.col("split") == "train").sample(fraction=1, shuffle=True, seed=0).head(TAUGHT)
    test = table.filter(pl.col("split") == "test").head(TESTED)
    both = pl.concat([train, test])
    number = {label: n for n, label in enumerate(sorted({x for row in both["labels"] for x in row.split("|")}), 1)}

    def codes_of(part: pl.DataFrame) -> Codes:
        return {i: {number[x] for x in row.split("|")} for i, row in part.select("id", "labels").iter_rows()}

    examples = [(i, "Q", code) for i, codes in codes_of(train).items() for code in codes]
    coded = pl.DataFrame(
        examples, schema={"respondent": pl.String, "variable": pl.String, "code": pl.Int64}, orient="row"
    )
    codes = tuple(Code(code=n, label=label) for label, n in number.items())
    frames = CodeFrames((CodeFrame(variable="Q", question="", language=language, codes=codes),))
    question = question_of("Q", language, dict(both.select("id", "text").iter_rows()))
    started = time.process_time()
    codings = code_answers([question], frames, embedder=default_embedder(), settings=CodingSettings(), coded=coded)
    seconds = time.process_time() - started
    truth = codes_of(test)
    score = micro_f1([*truth.values()], [*found_codes(codings, truth).values()])
    return [name, f"{train.height} examples", len(number), f"{score:.2f}", test.height, f"{seconds:.1f}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", action="store_true", help="write the figures into docs/benchmarks.md")
    given = parser.parse_args()
    lines = bundled()
    if "MCODE_SHARED" in os.environ:
        folder = Path(os.environ["MCODE_SHARED"]) / "data" / "coding"
        lines += [taught(folder, name, language) for name, language in SETS.items()]
    text = f"{markdown(HEADER, lines)}\n\n{machine()}"
    print(text)
    if given.report:
        put("coding", text)


if __name__ == "__main__":
    main()
