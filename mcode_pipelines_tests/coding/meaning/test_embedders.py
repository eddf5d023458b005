from __future__ import annotations

import numpy as np
import pytest

from mcode_pipelines.coding import CodingSettings, build_code_frames, code_answers
from mcode_pipelines.coding.meaning.embedders import CharacterNgrams, SentenceEncoder, report_encoding
from mcode_pipelines.survey import ROW


@pytest.fixture(params=[SentenceEncoder, CharacterNgrams], ids=lambda c: c.name)
def any_embedder(request):
    return request.param()


def test_vectors_have_length_one_and_do_not_depend_on_the_call(any_embedder):
    texts = ["toilet kotor", "kapal terlambat", "harga tiket mahal"]
    vectors = any_embedder.embed(texts)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    np.testing.assert_allclose(any_embedder.embed(texts[:1])[0], vectors[0], atol=1e-4)


def test_no_texts_give_no_vectors(any_embedder):
    assert len(any_embedder.embed([])) == 0


def test_the_encoder_knows_words_of_one_meaning_in_two_languages():
    toilet, same, other = SentenceEncoder().embed(["toilet kotor", "the toilet is dirty", "harga tiket mahal"])
    assert toilet @ same > toilet @ other + 0.3


def test_the_encoder_tells_how_far_it_is_and_gives_the_same_bytes():
    texts = [f"toilet kotor nomor {n}" for n in range(300)]
    told = []
    with report_encoding(lambda done, total: told.append((done, total))):
        watched = SentenceEncoder().embed(texts)
    assert told == [(n, 300) for n in range(300)]
    assert watched.tobytes() == SentenceEncoder().embed(texts).tobytes()


def test_without_the_encoder_everything_still_works(asked):
    question = asked(["toilet kotor", "toilet sangat kotor", "tiket mahal", "harga tiket mahal", "tidak ada"] * 4)
    spelling_only = CharacterNgrams()
    frames = build_code_frames([question], embedder=spelling_only, settings=CodingSettings())
    codings = code_answers([question], frames, embedder=spelling_only, settings=CodingSettings())
    assert set(codings[ROW]) == set(range(1, 21))
    assert spelling_only.remark
