"""A person's codebook always wins."""

from __future__ import annotations

import json

import pytest

from mcode_pipelines.detection import DetectionError, apply_codebook_edits, detect, summary
from mcode_pipelines.survey import Codebook, Kind
from mcode_pipelines_tests.detection.made import survey


@pytest.fixture
def codebook() -> Codebook:
    return detect(
        survey(
            {
                "P1": [str(1 + i % 5) for i in range(30)],
                "P2/a": ["1", "0", "1"] * 10,
                "P2/b": ["0", "1", "1"] * 10,
                "P2_L": [f"alasan yang panjang nomor {i}" for i in range(30)],
            }
        )
    )


def test_given_fields_win_and_the_others_stay(codebook: Codebook) -> None:
    edited = apply_codebook_edits(codebook, {"variables": [{"name": "P1", "kind": "scale", "label": "Kepuasan"}]})
    assert (edited["P1"].kind, edited["P1"].label, edited["P1"].confidence) == (Kind.SCALE, "Kepuasan", 1.0)
    assert [c.factor for c in edited["P1"].choices] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert edited["P2"] == codebook["P2"]
    assert "set by a person" in edited["P1"].evidence


def test_a_full_codebook_replaces_whole_variables_and_comes_back_from_json(codebook: Codebook) -> None:
    changed = codebook["P1"].model_copy(update={"label": "Baru"})
    edited = apply_codebook_edits(codebook, Codebook(variables=(changed,)))
    assert edited["P1"].label == "Baru"
    again = apply_codebook_edits(codebook, json.loads(edited.model_dump_json()))
    assert again["P1"].label == "Baru"
    assert [v.name for v in again] == [v.name for v in codebook]


def test_a_new_variable_takes_its_columns_from_the_detected_one(codebook: Codebook) -> None:
    edited = apply_codebook_edits(
        codebook, {"variables": [{"name": "B", "label": "Hanya b", "kind": "single_choice", "columns": ["P2/b"]}]}
    )
    assert edited["B"].columns == ("P2/b",)
    assert edited["P2"].columns == ("P2/a",)
    assert [c.column for c in edited["P2"].choices] == ["P2/a"]
    assert sorted(c for v in edited for c in v.columns) == sorted(c for v in codebook for c in v.columns)


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ({"variables": [{"name": "P9", "kind": "scale"}]}, "no variable P9"),
        ({"variables": [{"name": "P1", "columns": ["P11"]}]}, "no column P11; did you mean P1?"),
        ({"variables": [{"name": "P1", "kind": "skala"}]}, "kind 'skala' is unknown; it is one of single_choice"),
        ({"variables": [{"name": "P1", "lable": "x"}]}, "'lable' is not a part of a variable; did you mean label?"),
        ({"variables": [{"kind": "scale"}]}, "variable 1: it has no name"),
        ({"variables": "P1"}, "must be a list"),
        ({"variable": []}, "'variable' is not a part of a codebook"),
        ({"variables": [{"name": "P2_L", "other_of": "P5"}]}, "other_of names P5"),
        ({"variables": [], "respondent_column": "nomor"}, "respondent_column names nomor"),
    ],
)
def test_mistakes_are_one_sentence_that_names_the_place(
    codebook: Codebook, edits: dict[str, object], sentence: str
) -> None:
    with pytest.raises(DetectionError) as wrong:
        apply_codebook_edits(codebook, edits)
    assert sentence in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_no_edits_change_nothing(codebook: Codebook) -> None:
    assert apply_codebook_edits(codebook, {}) == codebook


def test_summary_shows_a_row_a_variable_in_words(codebook: Codebook) -> None:
    rows = summary(codebook)
    assert [r["name"] for r in rows] == ["P1", "P2", "P2_L"]
    assert rows[1]["columns"] == "P2/a and 1 more"
    assert rows[1]["choices"] == "a | b"
    assert "share the stem" in rows[1]["evidence"]
