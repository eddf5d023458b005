"""How many columns of real files get the kind that their truth states. Files are read in place, never copied."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import Codebook, RawSurvey

FORMS = {
    "kobo_analysistools_msna": "kobo_analysistools_msna.form_survey.csv",
    "kobo_koboloadeR_main": "kobo_koboloadeR_form.xls",
    "kobo_kobocruncher_sample": "kobo_kobocruncher_sample_form.xlsx",
    "kobo_kpi_transportation": "kobo_kpi_transportation_form.xls",
    "kobo_kpi_tutorial": "kobo_kpi_tutorial_form.xls",
    "kobo_kpi_tutorial_w_repeats": "kobo_kpi_tutorial_form.xls",
}


@dataclass
class Score:
    """Strictly and leniently right columns of one file; columns with fewer than five answers apart."""

    file: str
    columns: int = 0
    strict: int = 0
    lenient: int = 0
    sparse: int = 0
    sparse_lenient: int = 0
    mistakes: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def score(raw: RawSurvey, truth: Path) -> Score:
    """The codebook of `raw` against a truth file, column by column."""
    codebook = detect(raw)
    return score_codebook(codebook, raw, truth)


def score_codebook(codebook: Codebook, raw: RawSurvey, truth: Path) -> Score:
    kinds = {c: str(v.kind).replace("other_specify", "free_text_other") for v in codebook for c in v.columns}
    filled = raw.data.count().collect().row(0, named=True)
    result = Score(truth.name.removesuffix(".truth.csv"))
    with truth.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    columns = raw.columns
    for row in rows:
        if not row["kind"]:
            continue
        column = columns[int(row["col_index"])]
        kind = kinds.get(column, "(none)")
        strict = kind == row["kind"]
        lenient = strict or kind in row["also_ok"].split("|")
        if filled[column] < 5:
            result.sparse += 1
            result.sparse_lenient += lenient
            continue
        result.columns += 1
        result.strict += strict
        result.lenient += lenient
        if not lenient:
            result.mistakes[row["kind"], kind] += 1
            result.wrong.append(f"{column[:70]!r}: {row['kind']} taken for {kind}")
    return result
