from __future__ import annotations

import numpy as np

from mcode_pipelines.coding import default_embedder
from mcode_pipelines.coding.meaning.embedding_space import EmbeddingSpace
from mcode_pipelines.coding.text.subjects import heading, subject_of_word, subjects, subjects_of


def test_a_word_and_its_translation_are_of_one_subject():
    indonesian, english = subject_of_word("id"), subject_of_word("en")
    for ours, theirs in (("tarif", "fare"), ("petugas", "staff"), ("kotor", "dirty"), ("telat", "late")):
        assert indonesian[ours] == english[theirs] == indonesian[theirs]
    assert heading(indonesian["tarif"], "id") == "Harga"
    assert heading(indonesian["tarif"], "en") == "Price"


def test_subjects_of_texts_are_counted():
    counted = subjects_of(["harga tiket mahal", "entah"], "id")
    assert counted.shape == (2, len(subjects()))
    assert counted[0, subject_of_word("id")["harga"]] == 2
    assert counted[1].sum() == 0


def test_words_for_one_subject_lie_nearer_where_people_speak_of_known_subjects():
    said = ["tarif kendaraan", "ongkos mobil", "toilet becek", "wc pesing", "jadwal molor", "berangkat telat"]
    spoken_of = EmbeddingSpace("", "id", said, np.ones(len(said)), default_embedder()).fitted
    assert spoken_of[0] @ spoken_of[1] > (spoken_of[2:] @ spoken_of[0]).max()
