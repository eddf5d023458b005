"""The words that answers without content are made of: Indonesian (with some Javanese and Sundanese) and English."""

from __future__ import annotations

from mcode_pipelines.coding.text.wording import word_set

PLAIN = frozenset(
    line.strip()
    for line in """
    ta
    t a
    td
    tt
    tdj
    tj
    tta
    na
    n a
    nan
    null
    nil
    none
    nihil
    kosong
    zonk
    no
    nope
    nah
    not
    non
    dk
    d k
    idk
    rf
    ref
    entah
    entahlah
    gatau
    gtau
    gtw
    gataw
    gaktau
    gaktahu
    taktahu
    tidaktahu
    tidakada
    gaada
    gakada
    tidak
    bukan
    lupa
    rahasia
    tidak menjawab
    tidak jawab
    no answer
    no response
    not answered
    did not answer
    didn't answer
    not applicable
    not sure
    unsure
    not really
    not at all
    unknown
    no idea
    no comment
    no comments
    no opinion
    pass
    skip
    skipped
    blank
    blah
    blah blah
    none of your business
    n/a
    don't know
    dont know
    none whatsoever
    no thoughts
    do not know
    i don't know
    dunno
    don't remember
    can't remember
    can't say
    can't think of any
    can't think of anything
    cannot think of anything
    cannot say
    nothing
    nothing much
    nothing at all
    nothing in particular
    nothing to say
    nothing to add
    nothing comes to mind
    nothing specific
    nothing else
    nothing more
    none at all
    biasa biasa saja
    belum
    belum ada
    belum tahu
    belum pernah
    tidak jelas
    test
    tes
    testing
    tes tes
    bingung
    terserah
    terserah saja
    terserah anda
    terserah kamu
    apa ya
    apa saja
    apaan
    hm
    hmm
    lewati
    lewati saja
    tidak ada lagi
    duka teuing
    teuing
    teuing ah
    embuh
    mbuh
    eweuh
    euweuh
    taya
    not at this time
    not for now
    not right now
    not yet
    skip saja
    can't think of one
    not that i know
    up to you
    """.splitlines()
    if line.strip()
)
POLITE = word_set(
    "alhamdulillah syukur syukurlah puji tuhan sih kok deh dong ya yah iya nih kan loh lho mah pak bu kak mas "
    "mbak min om gan bang saya aku kami i we me yang untuk buat saat sampai hingga sejauh sementara sekarang "
    "ini itu lagi apapun apa apa2 semua semuanya terima kasih makasih thanks thank you please sorry maaf "
    "rasanya kayaknya sepertinya menurut at the moment right now so far currently really just for of to all "
    "think have there is are was were's that my dari selama kalau soal tentang pun lah ah oh hm hmm eh tuh opo "
    "euy si nanaon naon sama sekali banget masih else it's oke ok responden respondent narasumber informan r"
)
NEGATION = word_set(
    "tidak belum bukan tiada tanpa no not nothing none don't nothing's ga gak ora ra nda ndak mboten teu henteu "
    "tara durung"
)
NONE = word_set("no nothing none nothing's")
HAVING = word_set(
    "ada da ad adaa ono ana wonten aya tahu tau ngerti mengerti paham ingat punya memiliki mempunyai pernah "
    "kepikiran terpikir know any anything"
)
SAID = word_set(
    "saran kritik komentar komen keluhan masukan jawaban pendapat alasan masalah kendala keterangan pengalaman berarti "
    "buruk hal tanggapan usul usulan ide harapan kekurangan spesifik khusus tertentu suggestion suggestions "
    "comment comments complaint complaints issue issues problem problems opinion answer reason idea improvement "
    "improvements feedback anything specific particular particularly bad experience experiences additional "
    "further changes concerns concern disukai istimewa menonjol berkesan spesial yang perlu diperbaiki "
    "ditingkatkan dikeluhkan disampaikan mengecewakan diubah ditambahkan dikomentari needed improve change "
    "liked special say add complain about"
)
REFUSING = word_set("menolak nolak refuse refused refuses refusing decline declined declines declining")
TICKED_NOTHING = word_set("dk idk ref rf")
RELUCTANT = word_set("enggan ogah malas males keberatan unwilling reluctant")
UNABLE = word_set("can't cannot couldn't won't wouldn't unable")
NOT = NEGATION | UNABLE | word_set("didn't doesn't")
WILLING = UNABLE | word_set(
    "mau ingin bersedia sudi berkenan bisa dapat mampu want wish willing like care going able can could rather prefer "
    "choose chose"
)
HELPING = word_set("do did does would will i'd we'd i'll am be been")
ANSWERING = word_set(
    "menjawab jawab jwb menjawabnya jawabnya berkomentar komentar komen bilang mengatakan mengatakannya menyebutkan "
    "answer say comment respond reply disclose tell state"
)
GIVING = word_set("memberi memberikan beri menyampaikan give")
GIVEN = word_set("jawaban komentar pendapat saran tanggapan masukan penilaian answer opinion comment comments")
ASKED = word_set("pertanyaan pertanyaannya tersebut hal question questions the this it anything an a any")
KNOWING = word_set(
    "know tahu tau ngerti mengerti paham faham ingat hafal mengetahui memahami mengingat menahu ngertos reti weruh "
    "eruh nyaho terang apal"
)
WHAT_TO = word_set("mau harus apa what should")
AT_A_LOSS = word_set("bingung entah")
ALL = word_set("all everything everyone semua semuanya")
LIKED = word_set(
    "baik bagus aman lancar puas memuaskan oke ok okay okey sip mantap beres "
    "fine good great satisfied happy perfect well"
)
"""Words that say that all is well, without what."""
BESIDE_LIKED = word_set(
    "semua semuanya sudah cukup saja selama ini sejauh sampai saat sekarang sangat sekali banget lumayan tetap merasa "
    "rasa saya kami aku alhamdulillah syukur sih kok kak pak bu mas mbak deh nih dan menurut all everything so far is "
    "was are it it's i i'm am we very really quite pretty already and as with me been has pokoknya dari dulu masih"
)
HOW_WELL = word_set("begitu terlalu pasti persis betul juga jg")
