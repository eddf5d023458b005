"""Answers as people type them that say nothing, and such as only look like it. Written for these tests."""

from __future__ import annotations

import pytest

from mcode_pipelines.coding.text.language_detection import detect_language
from mcode_pipelines.coding.text.non_answers import NonAnswers
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form

SUGGESTION, COMPLAINT, PRAISE = "Apa saran Anda?", "Apa keluhan Anda?", "Apa yang Anda sukai?"


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


SAYS_NOTHING = lines(
    """
    gada
    ga da
    gk ada
    tidak adaa
    ora ono
    ora ana
    mboten wonten
    teu aya
    henteu aya
    eweuh
    ga ada sih
    gak ada kak
    nggak ada mbak
    engga ada
    ngga ada
    g ada
    gaada
    tdk ada
    tdak ada
    tida ada
    tidak ad
    ndak ada
    ndak tau
    gatau
    ga tau
    gtw
    gak ngerti
    teuing
    embuh
    mbuh
    ora ngerti
    ora reti
    mboten ngertos
    teu nyaho
    hehe
    hehehe
    haha
    wkwk
    wkwkwk
    wkwkwkwk
    lol
    hihi
    xixixi
    rahasia
    rahasia dong
    males jawab
    malas menjawab
    tidak mau
    gak mau
    enggan
    enggan menjawab
    no comment
    no comments
    skip
    pass
    lewati
    belum kepikiran
    belum terpikir
    belum ada
    belum tau
    bingung
    bingung mau jawab apa
    lupa
    tidak ingat
    no idea
    dunno
    idk
    not at this time
    haven't thought about it
    can't think of any
    can't think of anything
    nothing comes to mind
    nothing at the moment
    not sure
    not really
    nope
    nil
    none
    none so far
    no opinion
    prefer not to say
    entahlah
    apa ya
    apa aja
    terserah
    ga ada tuh
    gk ada bang
    nda ada
    ndak ada pak
    ora ono mas
    ora ana opo opo
    mboten wonten pak
    teu aya ah
    teu aya nanaon
    ga tau ah
    gak tau deh
    ora weruh
    ra ngerti
    gatau hehe
    gak ada haha
    hehehehe
    wkwkwkwkwkwk
    hahaha
    LOL
    lol nothing
    tidak ada wkwk
    belum ada sih hehe
    nothing right now
    not at the moment
    none at this time
    nothing at this time
    can't think of any at this time
    i can't think of anything right now
    I haven't really thought about it
    never thought about it
    haven't given it any thought
    haven't thought of any
    nothing to add at this time
    no suggestions at this time
    n/a at this time
    don't have any
    I don't have any
    i have none
    no thank you
    no thanks
    nah
    idk lol
    saya tidak mau
    tidak mau ah
    ogah
    emoh
    gak mau jawab
    enggan berkomentar
    males komen
    bingung harus jawab apa
    belum kepikiran sih
    belum kepikiran apa apa
    terserah aja
    lewati aja
    tidak ada apa apa
    gak ada apa-apa
    tidak ada sama sekali
    tidak ada yang perlu disampaikan
    gada saran
    gada keluhan
    ga ada saran apapun
    tidak ada tanggapan
    kosong
    hmm
    entah ya
    """
)
SAYS_THAT_ALL_IS_WELL = lines(
    """
    puas
    sudah bagus
    sudah baik
    tidak ada keluhan
    gak ada keluhan
    tidak ada masalah
    no complaints, all good
    no complaints
    all good
    everything is fine
    sudah puas
    saya puas
    baik-baik saja
    aman
    aman saja
    lancar
    oke semua
    semua baik
    sudah oke
    nothing to complain about
    no issues
    sejauh ini tidak ada kendala
    fine as it is
    tidak ada saran
    ora ono keluhan
    puas semua
    saya sangat puas
    sudah memuaskan
    sangat baik
    sudah bagus semua
    baik semua
    oke oke saja
    tidak ada, semua baik
    tidak ada, sudah bagus
    tidak ada keluhan, puas
    no complaints, very happy
    none, everything was great
    all is well
    everything was fine
    nothing, all good
    I'm satisfied
    aman aman saja
    lancar lancar aja
    alhamdulillah baik
    so far so good
    mantap
    """
)
SAYS_SOMETHING = lines(
    """
    tidak ada AC
    enggan antre
    gada colokan
    nothing but praise
    puas sekali dengan sopir
    tidak mau turun dari kapal
    ga ada toilet
    gk ada sinyal
    gada yang bantu
    ora ono parkiran
    teu aya WC
    tidak mau antri lama
    gak mau bayar mahal
    sudah cukup umur
    cukup mahal
    cukup nyaman
    sudah cukup bersih
    kurang cukup tempat duduk
    tidak ada tempat parkir
    tidak ada kursi
    petugasnya tidak tahu apa-apa
    bingung cari loket
    bingung arah
    petugas bingung
    lupa password
    lupa PIN ATM
    malas antri
    malas jalan kaki
    data rahasia bocor
    rahasia nasabah terjaga
    no seats
    no parking
    no toilet paper
    nothing works
    nothing to eat
    none of the staff helped
    can't think with all the noise
    not enough time
    not at this branch
    not clean
    not really clean
    staff laughed at me lol
    petugas ketawa haha
    lewat jalan tol
    pass sold out
    skip queue for members
    belum ada jadwal
    belum ada lift
    belum bayar gaji
    jalan sudah rusak
    sudah tua kapalnya
    terserah sopir mau berhenti di mana
    tidak ada keluhan soal supir tapi bus kotor
    puas tapi mahal
    sudah bagus tapi toilet bau
    no complaints except the smell
    all good but slow
    tidak mau mengembalikan uang
    sopir tidak mau berhenti
    enggan membantu
    petugas enggan menolong
    mau pulang kampung
    gada ongkos
    tidak ada uang
    air tidak ada
    listrik gak ada
    AC nya ga ada
    sopir ngantuk
    nyaman
    ramah
    murah
    bau
    panas
    lama
    duka cita
    no wifi
    nope, dirty
    I haven't been paid
    haven't received my order
    can't find anything in the shop
    aman dari copet
    lancar jalannya kalau pagi
    mbak kasirnya jutek
    ora penak
    ora resik
    teu bersih
    mboten sabar
    gak ada duanya
    tiada duanya
    no one better
    nil balance charged
    gada wifi
    ga ada diskon
    gk ada petugas
    ora ono WC
    ora ono banyu
    ora ono sing mbantu
    mboten wonten parkir
    teu aya parkiran
    tidak ada lift
    tidak ada yang jaga
    tidak ada pilihan lain
    tidak ada sinyal sama sekali
    gak ada kembalian
    belum ada stasiun dekat rumah
    tidak mau rugi
    tidak mau ribet
    tidak mau dibohongi lagi
    enggan naik lagi
    ogah balik lagi
    penumpang enggan pindah
    malas menunggu
    puas dengan harganya
    puas makan di sini
    sudah bagus tempatnya
    sudah bagus tinggal toiletnya
    baik sopirnya
    aman untuk anak
    lancar internetnya
    sudah cukup murah
    sudah cukup lama menunggu
    cukup jauh
    not at home
    not enough staff at this time
    no time
    no parking at this time of day
    nothing fresh
    nothing but delays
    none of the lifts work
    no staff
    haven't been served
    haven't fixed the lift
    never thought the queue was fair
    never on time
    never again
    can't find parking
    can't think of a better place
    don't have any vegan food
    they don't have any toilets
    all good except parking
    good food
    great staff
    happy staff
    fine dining
    perfect location
    thought it was dirty
    hahaha toiletnya parah
    wkwk antriannya panjang banget
    petugasnya ketawa
    lol the prices
    terserah petugas
    lewati antrian
    apa saja boleh dibawa
    bingung arah keluar
    bingung harus lapor ke mana
    gak tau jadwal
    ora ngerti dalane
    kurang tahu arah
    kosong rak nya
    rak kosong
    hilang
    becek
    pas
    kapal aman
    oke harganya
    sip pelayanannya
    sangat puas dengan sopir
    tidak puas
    kurang puas
    tidak baik
    not good
    not happy
    kurang baik
    belum bagus
    tidak lancar
    not satisfied
    not well
    """
)


def is_non_answer(text: str, question: str) -> bool:
    language = detect_language([text], otherwise="id")
    return NonAnswers(language, question)(normal_form(cleaned(text), language))


@pytest.mark.parametrize("question", [SUGGESTION, COMPLAINT, PRAISE])
@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_what_says_nothing_is_no_answer_whatever_was_asked(text: str, question: str):
    assert is_non_answer(text, question)


@pytest.mark.parametrize("question", [SUGGESTION, COMPLAINT, PRAISE])
@pytest.mark.parametrize("text", SAYS_SOMETHING)
def test_what_looks_like_it_and_says_something_is_kept(text: str, question: str):
    assert not is_non_answer(text, question)


@pytest.mark.parametrize("text", SAYS_THAT_ALL_IS_WELL)
def test_that_all_is_well_is_no_answer_where_complaints_are_asked(text: str):
    assert is_non_answer(text, COMPLAINT)


@pytest.mark.parametrize(
    "text", ["puas", "sudah bagus", "saya sangat puas", "semua baik", "sudah cukup", "lancar", "all good"]
)
@pytest.mark.parametrize(
    "question",
    [SUGGESTION, PRAISE, "Apa yang Anda sukai dan tidak Anda sukai?", "Apa kelebihan dan kekurangan kami?",
     "What were you satisfied and/or dissatisfied with?", "Bagaimana pelayanan kami?"],
)  # fmt: skip
def test_that_all_is_well_is_an_answer_where_anything_else_is_asked(text: str, question: str):
    assert not is_non_answer(text, question)


@pytest.mark.parametrize("text", ["tidak mau", "gak mau", "enggan", "ogah", "saya tidak mau"])
def test_unwillingness_refuses_an_answer_unless_it_is_one(text: str):
    assert is_non_answer(text, SUGGESTION)
    for question in ("Apakah Anda mau naik lagi?", "Mengapa Anda tidak pindah?", "Would you come again?", ""):
        assert not is_non_answer(text, question)


@pytest.mark.parametrize("text", ["S1", "D3", "4G", "L300", "G1"])
def test_a_letter_and_a_number_say_something(text: str):
    assert not is_non_answer(text, SUGGESTION)
