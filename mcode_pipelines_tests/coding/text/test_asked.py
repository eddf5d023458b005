"""What questions ask for, by their wording: sixty questions in two languages."""

from __future__ import annotations

import pytest

from mcode_pipelines.coding.text.asked import Asked, tells_sides_apart, what_is_asked

LIKES = (
    "Apa yang paling Anda sukai dari toko ini?",
    "Apa kelebihan produk kami menurut Anda?",
    "Hal apa yang membuat Anda puas dengan layanan bank ini?",
    "Sebutkan hal yang menyenangkan selama menginap",
    "Apa yang sudah baik dari pelayanan puskesmas?",
    "Mengapa Anda menyukai merek tersebut?",
    "Apa keunggulan aplikasi ini dibanding yang lain?",
    "What did you like most about your stay?",
    "What was good about the course?",
    "What do we do well?",
    "What is the best thing about living here?",
    "Why are you satisfied with your broker?",
    "Which part of the show did you enjoy?",
    "What do you love about this brand?",
)
DISLIKES = (
    "Apa yang tidak Anda sukai dari toko ini?",
    "Apa kendala yang Anda alami saat mendaftar?",
    "Sebutkan keluhan Anda terhadap jaringan internet",
    "Mengapa Anda tidak puas dengan pelayanan kami?",
    "Apa kekurangan produk ini?",
    "Apa pengalaman paling tidak menyenangkan yang pernah dialami?",
    "Hal apa yang membuat Bapak/Ibu kecewa?",
    "Kritik dan saran",
    "What did you dislike about your stay?",
    "What did you like least?",
    "What problems did you have with the app?",
    "Why were you not satisfied with the repair?",
    "What is the worst thing about your commute?",
    "What frustrates you about the website?",
    "Which difficulties did you meet when applying?",
    "What didn't you like about the menu?",
)
SUGGESTIONS = (
    "Apa saran Anda untuk kami?",
    "Apa yang perlu diperbaiki dari aplikasi ini?",
    "Apa harapan Anda terhadap pemerintah kota?",
    "Menurut Anda apa yang harus ditingkatkan?",
    "Apa usulan Anda agar antrean lebih tertib?",
    "Fasilitas apa yang sebaiknya ditambah?",
    "What could we improve?",
    "What should the council do first?",
    "Any suggestions?",
    "What could we do better?",
    "What would you change about the school?",
    "How can we make your next visit better?",
    "What new services would you like us to offer?",
)
EITHER = (
    "Kesan dan saran",
    "Apa kesan dan pesan Anda selama mengikuti pelatihan?",
    "Bagaimana pendapat Anda tentang rasa minuman ini?",
    "Berikan komentar Anda",
    "Apa yang Anda sukai dan tidak sukai dari iklan ini?",
    "Apa yang sudah bagus dan apa yang perlu diperbaiki?",
    "Any comments or suggestions?",
    "What do you think of the new packaging?",
    "Please tell us what you liked and disliked",
    "What was good, and what could be improved?",
    "Your impression of our staff",
    "Please share your feedback and recommendations",
)
UNTOLD = (
    "Mengapa Anda memberi nilai tersebut?",
    "Apa alasan Anda memilih provider ini?",
    "Why would you recommend us?",
    "How did the pandemic change your life?",
    "Where do you need to travel most often?",
)
EXPECTED = [
    (question, asked)
    for questions, asked in (
        (LIKES, Asked.LIKES),
        (DISLIKES, Asked.DISLIKES),
        (SUGGESTIONS, Asked.SUGGESTIONS),
        (EITHER, Asked.EITHER),
        (UNTOLD, Asked.UNTOLD),
    )
    for question in questions
]


@pytest.mark.parametrize(("question", "asked"), EXPECTED)
def test_wording_tells_what_is_asked_for(question, asked):
    assert what_is_asked(question) is asked


def test_sixty_questions_are_asked():
    assert len(EXPECTED) == 60


@pytest.mark.parametrize(
    "question", ["KESAN DAN SARAN ANDA?", "Kritik & saran", "What would you recommend and why?", ""]
)
def test_only_suggestions_alone_switch_sides_off(question):
    assert tells_sides_apart(question)
    assert not tells_sides_apart("Saran untuk perbaikan")
