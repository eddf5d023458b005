from __future__ import annotations

import pytest

from mcode_pipelines.coding.meaning import polarity


@pytest.mark.parametrize(
    ("said", "language", "side"),
    [
        ("kapal bersih", "id", 1),
        ("kurang bersih", "id", -1),
        ("tidak terlalu mahal", "id", 1),
        ("terlalu keras", "id", -1),
        ("kurang informasi", "id", -1),
        ("tidak susah", "id", 1),
        ("susah parkir", "id", -1),
        ("jarang molor", "id", 1),
        ("naik kapal", "id", 0),
        ("too loud", "en", -1),
        ("friendly too", "en", 1),
        ("not bad", "en", 1),
        ("lack of seats", "en", -1),
        ("didn't have to wait long", "en", 1),
        ("the room was on the second floor", "en", 0),
    ],
)
def test_words_tell_praise_from_complaint(said, language, side):
    assert polarity(said, language) == side
