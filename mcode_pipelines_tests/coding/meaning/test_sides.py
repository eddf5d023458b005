"""Sides of what was said, and themes and codes that keep them apart."""

from __future__ import annotations

import json
from collections import defaultdict

import numpy as np
import pytest

from mcode_pipelines.coding import CodingSettings, build_code_frames, code_answers
from mcode_pipelines.coding.meaning.embedders import CharacterNgrams
from mcode_pipelines.coding.meaning.side_head import CLASSES, WEIGHTS, side_head
from mcode_pipelines.coding.meaning.sides import CLEAR, Sides, in_context
from mcode_pipelines.survey import NO_ANSWER, ROW

OPINION, LIKES, DISLIKES, SUGGESTIONS = (
    "Apa pendapat Anda?",
    "Apa yang Anda sukai?",
    "Apa keluhan Anda?",
    "Apa saran Anda?",
)


@pytest.fixture
def read(embedder):
    def sides(question, texts, language="id"):
        found = Sides(question, language, texts, np.ones(len(texts)), embedder)
        found.read(texts, embedder.embed(texts))
        return found

    return sides


def test_the_head_has_weights_for_every_language_class_and_feature():
    told = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert sorted(told) == ["en", "id"]
    for own in told.values():
        assert np.array(own["weights"]).shape == (len(CLASSES), 512 + 5)
        assert len(own["intercepts"]) == len(CLASSES)
    assert side_head("id", "another encoder") is None


@pytest.mark.parametrize(
    ("said", "language", "side"),
    [
        ("bikin betah berlama-lama", "id", 1),
        ("pegawainya senyum terus", "id", 1),
        ("disuruh balik lagi besoknya", "id", -1),
        ("pegawai main hp terus waktu melayani", "id", -1),
        ("they greeted me by name", "en", 1),
        ("had to send my plate back twice", "en", -1),
    ],
)
def test_meaning_tells_where_words_are_silent(said, language, side, read):
    assert read(OPINION, [said], language).of([said])[0] == side


def test_the_question_decides_what_silence_means(read):
    said = ["petugas", "menu"]
    assert read(LIKES, said).of(said).tolist() == [1, 1]
    assert read(DISLIKES, said).of(said).tolist() == [-1, -1]
    assert read(SUGGESTIONS, said).of(said).tolist() == [0, 0]


def test_words_that_are_sure_are_not_overruled_by_the_question(read):
    assert read(LIKES, ["toilet kotor sekali"]).of(["toilet kotor sekali"])[0] == -1
    assert read(DISLIKES, ["pelayanan ramah dan cepat"]).of(["pelayanan ramah dan cepat"])[0] == 1


def test_what_does_not_show_its_side_takes_that_of_the_rest():
    odds = in_context(np.array([0.2, -3.0, -2.5]))
    assert odds[0] < 0
    assert odds[1:].tolist() == [-3.0, -2.5]
    assert in_context(np.array([CLEAR + 0.1, -4.0, -4.0]))[0] > 0
    assert in_context(np.array([0.2])).tolist() == [0.2]


def test_without_the_encoder_the_words_tell(read):
    sides = Sides(OPINION, "id", ["ramah"], np.ones(1), CharacterNgrams())
    sides.read(["ramah", "kursi rusak", "mohon ditambah", "meja"], np.zeros((4, 1024), dtype=np.float32))
    assert sides.of(["ramah", "kursi rusak", "mohon ditambah", "meja"]).tolist() == [1, -1, -1, 0]


THINGS = {
    "id": (
        ("perawat", "sabar", ("tidak sabar", "kurang sabar", "gak sabar")),
        ("kamar mandi", "bersih", ("tidak bersih", "kurang bersih", "jarang bersih")),
        ("biaya", "terjangkau", ("tidak terjangkau", "ga terjangkau", "jauh dari terjangkau")),
        ("loket", "cepat", ("tidak cepat", "belum cepat", "kurang begitu cepat")),
    ),
    "en": (
        ("nurses were", "patient", ("not patient", "never patient", "not at all patient")),
        ("bathroom was", "clean", ("not clean", "not very clean", "far from clean")),
        ("fees were", "affordable", ("not affordable", "hardly affordable", "anything but affordable")),
        ("the desk was", "quick", ("not quick", "not so quick", "rarely quick")),
    ),
}


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("id", "Kesan dan saran Anda?"),
        ("id", "Apa kesan Anda?"),
        ("id", "Kritik dan saran"),
        ("en", "Any comments or suggestions?"),
        ("en", "Why did you give that score?"),
    ],
)
def test_what_is_denied_never_stands_with_what_is_affirmed(language, question, asked, embedder):
    ways = ("", "sangat ", "cukup ") if language == "id" else ("", "very ", "quite ")
    side_of = {f"{thing} {way}{good}": 1 for thing, good, _ in THINGS[language] for way in ways}
    side_of |= {f"{thing} {denied}": -1 for thing, _, bad in THINGS[language] for denied in bad}
    said = [text for text in side_of for _ in range(4)]
    made = asked(said, text=question, language=language)
    frames = build_code_frames([made], embedder=embedder, settings=CodingSettings())
    codings = code_answers([made], frames, embedder=embedder, settings=CodingSettings())
    sides_of_code = defaultdict(set)
    for row, code in codings.select(ROW, "code").iter_rows():
        sides_of_code[code].add(side_of[said[row - 1]])
    nowhere = {frames.root[0].other, NO_ANSWER}
    assert all(len(sides) == 1 for code, sides in sides_of_code.items() if code not in nowhere)
    assert {1, -1} <= {side for code, sides in sides_of_code.items() if code not in nowhere for side in sides}
