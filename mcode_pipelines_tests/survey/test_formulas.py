"""Text of an upload in CSV files: no formula when opened, the same text when read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcode_pipelines.survey import neutral, restored


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "\t=1",
        "\r=1",
        "\n=1",
        "=HYPERLINK(1)",
        "--1",
        "+62811",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1+1",
        "\uff20SUM(A1)",
    ],
)
def test_what_begins_like_a_formula_is_neutralised(text: str):
    assert neutral(text) == neutral(text, is_code=True) == f"'{text}"


@pytest.mark.parametrize("text", ["-99", "-1,5", "-1.5", "@", "-", "", "Bali", "1-2", "'t"])
def test_numbers_lone_signs_and_ordinary_text_stay(text: str):
    assert neutral(text) == text


def test_a_code_stays_as_it_is():
    assert neutral("-oth", is_code=True) == "-oth"
    assert neutral("-oth") == "'-oth"
    assert neutral("-1+cmd|x", is_code=True) == "'-1+cmd|x"


@given(st.text())
def test_what_was_neutralised_reads_as_it_was(text: str):
    assert restored(neutral(text)) == text or text.startswith("'")
