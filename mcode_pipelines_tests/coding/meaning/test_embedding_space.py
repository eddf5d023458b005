from __future__ import annotations

import numpy as np
import pytest

from mcode_pipelines.coding.meaning.embedding_space import EmbeddingSpace
from mcode_pipelines.coding.text.polarity import polarity


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


HOTEL = (
    "hotel bersih",
    "hotel bagus",
    "hotel strategis",
    "hotel dekat stasiun",
    "kamar luas",
    "kasur empuk",
    "sarapan enak",
    "resepsionis ramah",
    "kolam renang",
    "parkir luas",
    "harga murah",
    "handuk bersih",
)


def nearness(question: str, first: str, second: str, embedder, answers=HOTEL) -> float:
    space = EmbeddingSpace(question, "id", answers, np.ones(len(answers)), embedder)
    one, other = space.encoder_only(space.vectors([first, second]))
    return float(one @ other)


def test_what_a_question_asks_about_tells_little_of_an_answer(embedder):
    silent, asking = "Apa yang Anda sukai?", "Apa yang Anda sukai dari hotel ini?"
    pairs = [("hotel bersih", "hotel dekat stasiun"), ("hotel bersih", "handuk bersih")]
    joined_by_hotel, joined_by_clean = ([nearness(q, *pair, embedder) for q in (silent, asking)] for pair in pairs)
    assert joined_by_hotel[1] < joined_by_hotel[0] - 0.05
    assert joined_by_clean[1] > joined_by_clean[0] + 0.1


def test_a_word_of_the_question_that_few_say_or_that_judges_counts_in_full(embedder):
    few = nearness(
        "Apakah kolam renang kami bersih?", "kolam renang", "hotel bersih", embedder, (*HOTEL, *HOTEL[4:8]) * 4
    )
    without = nearness("Apa yang Anda sukai?", "kolam renang", "hotel bersih", embedder, (*HOTEL, *HOTEL[4:8]) * 4)
    assert few == pytest.approx(without, abs=1e-6)
