"""What holds for every survey: each column belongs to one variable, and the same survey gives the same codebook."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from mcode_pipelines.detection import apply_codebook_edits, detect, summary
from mcode_pipelines.detection.columns import SAMPLE_ROWS
from mcode_pipelines.survey import ROW, Codebook, Kind, RawSurvey
from mcode_pipelines_tests.detection.made import survey

CELLS = st.one_of(
    st.none(),
    st.sampled_from(["1", "0", "yes", "a, b", "x y", "n/a", "2026-01-01", "96", "Other", "tidak", "-"]),
    st.text(max_size=8),
)
HEADERS = st.one_of(
    st.sampled_from(
        [
            "Q1/a",
            "Q1/b",
            "Q1",
            "S_1",
            "S_2",
            "S_3",
            "_uuid",
            "Nama",
            "Q [x]",
            "Q [y]",
            "P - Other",
            "P",
            "S9_L",
            "a.b",
            ".",
        ]
    ),
    st.text(min_size=1, max_size=10).filter(lambda t: t.strip() and t != ROW),
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_column_belongs_to_exactly_one_variable(data: st.DataObject) -> None:
    names = data.draw(st.lists(HEADERS, min_size=1, max_size=6, unique=True))
    rows = data.draw(st.integers(0, 8))
    cells = {n: data.draw(st.lists(CELLS, min_size=rows, max_size=rows)) for n in names}
    raw = survey(cells)
    codebook = detect(raw)
    assert sorted(c for v in codebook for c in v.columns) == sorted(names)
    assert detect(raw) == codebook
    assert Codebook.model_validate_json(codebook.model_dump_json()) == codebook
    assert apply_codebook_edits(codebook, codebook).of_kind(*Kind) == tuple(
        v.model_copy(update={"confidence": 1.0, "evidence": ("set by a person",)}) for v in codebook
    )
    assert len(summary(codebook)) == len(codebook)


def test_choices_of_large_surveys_hold_values_outside_the_looked_at_rows() -> None:
    rows = SAMPLE_ROWS * 3
    city = ["Jakarta", "Surabaya"] * (rows // 2)
    rare = SAMPLE_ROWS - 1_000  # between two of the slices
    city[rare] = "Merauke"
    frame = pl.DataFrame({ROW: range(1, rows + 1), "Kota": city}, schema_overrides={ROW: pl.Int64})
    raw = RawSurvey(frame.lazy(), survey({"Kota": []}).head)
    assert {c.code for c in detect(raw)["Kota"].choices} == {"Jakarta", "Surabaya", "Merauke"}


def test_typed_columns_are_judged_like_texts() -> None:
    typed = survey({"P1": [1.0, 2.0, 3.0, None] * 10, "Setuju": [True, False, True, None] * 10})
    codebook = detect(typed)
    assert [c.code for c in codebook["P1"].choices] == ["1", "2", "3"]
    assert [c.code for c in codebook["Setuju"].choices] == ["0", "1"]
