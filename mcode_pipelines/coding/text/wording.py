"""The words of the two languages that coding needs to know: particles, abbreviations, praise and complaint."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """What coding knows of one language."""

    function_words: frozenset[str]
    """Words that carry no theme."""
    trimmed: frozenset[str]
    """Words a label does without where they open or close a phrase."""
    openings: tuple[tuple[str, ...], ...]
    """How people begin to speak ("yang jelas ..."), without which a label does."""
    intensifiers: frozenset[str]
    """Words a label does without anywhere."""
    abbreviations: dict[str, str]
    """Texting spellings and what they stand for."""
    negations: frozenset[str]
    personal: frozenset[str]
    """Words of somebody's own story, which no label tells."""
    nothing: frozenset[str]
    """Words that answer a question for more, before what is praised ("nothing, all was good")."""
    praise: frozenset[str]
    complaint: frozenset[str]
    asking: frozenset[str]
    """Verbs that only ask for better, whatever it is ("mohon diperhatikan"): beside other things they say nothing."""
    answering: frozenset[str]
    """Words of the answering itself ("berdasarkan pengalaman saya"): what is made of them alone tells of nothing."""
    capitals: frozenset[str]
    """Abbreviations that stand in capitals however they were typed."""
    already: str
    """What makes a verdict of a word of praise ("sudah baik")."""
    also: str
    """Joins two things ("antrean dan jadwal")."""
    too: frozenset[str]
    """Words that make a complaint of what follows ("terlalu keras")."""
    short_of: frozenset[str]
    """Negations that complain by themselves where nothing follows that they turn ("kurang informasi")."""
    sides: dict[int, str]
    """Headings of praise (1), complaint (-1) and neither (0)."""
    other_label: str
    no_answer_label: str
    kinds: dict[int, str]
    """How a generated definition begins where a theme is praise (1), complaint (-1) or neither (0) ..."""
    about: dict[int, str]
    """... and where it is named by a subject."""
    such_as: str
    either: str
    not_meant: str
    """Begins the sentence on what belongs to other codes."""
    other_definition: str
    no_answer_definition: str


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def _pairs(text: str) -> dict[str, str]:
    """`short forms = long form` a line."""
    pairs = {}
    for line in text.strip().splitlines():
        shorts, long = line.split("=")
        for short in shorts.split():
            pairs[short] = long.strip()
    return pairs


def _openings(*phrases: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrase.split()) for phrase in phrases)


INDONESIAN = Wording(
    function_words=word_set(
        "yang di ke dari dan atau serta juga dengan untuk pada karena sebab soalnya jadi agar supaya biar itu ini nya "
        "saya aku kami kita anda kamu dia mereka ada adalah ialah akan bisa dapat sudah belum lagi lah kah pun sih "
        "kok deh dong ya yah nih tuh kan loh lho mah the a an of si para oleh dalam saat ketika waktu kalau jika "
        "apabila bila maka seperti hal bagi antara lain masih pernah paling secara terhadap tentang hanya cuma saja "
        "aja semua semuanya setiap tiap selalu sering kadang lebih sangat sekali banget amat terlalu cukup agak "
        "begitu mohon tolong harap harapan semoga mungkin menurut pak bu kak mas mbak min om gan bang apa mana siapa "
        "bagaimana kenapa tapi tetapi namun walaupun meski meskipun padahal tersebut sama nanti harus perlu "
        "seharusnya sebaiknya kalo jangan tidak bukan kurang tanpa gara sepanjang setelah sebelum beberapa soal mau "
        "ingin usah tinggal sambil hingga sampai membuat menjadi buat pas"
    ),
    trimmed=word_set(
        "yang di ke dari dan atau serta juga dengan untuk pada karena sebab soalnya jadi agar supaya biar itu ini saya "
        "aku kami kita ada adalah akan menurut pak bu kak mas mbak min om gan bang mohon tolong harap semoga mungkin "
        "lebih lagi sudah saja aja kalau jika bila saat ketika waktu oleh bagi para seperti terus pokoknya intinya "
        "sebaiknya seharusnya harusnya bisa dapat memang jujur sumpah dulu sekarang selalu sering masih harus perlu "
        "buat makanya padahal sampai begitu begini cuma apalagi paling terasa semua tetap"
    ),
    openings=_openings("hmm", "yang jelas", "yang penting", "yang utama", "selama ini", "sejauh ini"),
    intensifiers=word_set(
        "sih kok deh dong ya yah nih tuh kan loh lho mah pun lah sangat sekali banget amat terlalu cukup agak sungguh "
        "emang hehe haha"
    ),
    abbreviations=_pairs(
        """
        yg yng iang = yang
        tdk gak ga gk g nggak ngga enggak engga tak kagak kaga ndak tida tdak gag ngak tidk td ndk = tidak
        gada gda gaada = tidak ada
        krg kurg kuran kurng krang = kurang
        bgt bngt bget bangett bgtt bgd = banget
        dgn dg dngn dgan = dengan
        dn n = dan
        utk untk u tuk = untuk
        krn karna krna kerna karen = karena
        sdh udh udah dah uda sdah sdhh = sudah
        blm blum belom blom = belum
        msh msi masi = masih
        jgn jngn jngan = jangan
        tp tpi = tapi
        sy sya = saya
        lbh lebh lbih = lebih
        bnyk byk bnyak banyk = banyak
        dr dri = dari
        pd = pada
        dlm = dalam
        sm ama = sama
        jg jga = juga
        lg = lagi
        sj aj aja ajah = saja
        klo kl klu kalo kalw klau = kalau
        hrs hrus = harus
        bs bsa = bisa
        dpt dapet = dapat
        spt sprti kyk kayak kaya sperti = seperti
        org orng = orang
        skrg skrng skg = sekarang
        skli skali skl = sekali
        slalu sll sllu = selalu
        srg sring sering2 = sering
        kdg kdng kadang2 = kadang
        sgt sngt = sangat
        tll trlalu terlampau = terlalu
        trs trus = terus
        smpe sampe smp smpai = sampai
        smua smuanya = semua
        stiap tiap = setiap
        spy biar = supaya
        mhn = mohon
        tlg tlong = tolong
        pake pk = pakai
        nunggu = menunggu
        beli2 = membeli
        byr = bayar
        liat = lihat
        naek = naik
        sblm sblum = sebelum
        stlh stelah = setelah
        hny = hanya
        jd jdi = jadi
        mnt = menit
        tmpt tpt tmpat = tempat
        pnmpang pnumpang penumpng = penumpang
        plynan plyanan pelyanan pelayann = pelayanan
        ptgs ptugas petgas ptgas = petugas
        kpl kpal = kapal
        plbhn plabuhan = pelabuhan
        hrg hrga = harga
        mhl = mahal
        mrh = murah
        brg brng = barang
        jdwl jdwal jadwl = jadwal
        wkt wktu = waktu
        toilt tolet toilrt = toilet
        kmr = kamar
        brsih bersi = bersih
        kotr = kotor
        nyman nyamn = nyaman
        cpt cpat cepet = cepat
        lmbt lmbat = lambat
        lm = lama
        rmh rmah = ramah
        bgs bgus = bagus
        bner bener = benar
        kbersihan = kebersihan
        dtg dtng = datang
        brgkt brangkat = berangkat
        info = informasi
        tks thx makasih trims trmksh trimakasih trimksih = terima kasih
        ttg = tentang
        tsb = tersebut
        dll dsb = dan lain lain
        kmn kmna = ke mana
        gmn gmna gimana = bagaimana
        knp knpa = kenapa
        pas = saat
        pengen pengin pingin = ingin
        bikin = membuat
        gede = besar
        antri ngantri ngantre = antre
        antrian = antrean
        """
    ),
    negations=word_set("tidak kurang bukan belum tanpa jangan minim jarang susah sulit"),
    personal=word_set(
        "saya aku kami kita anda kamu dia mereka gue gua suami istri anak bayi ibu bapak teman keluarga kakak adik "
        "kemarin tadi akhirnya pokoknya katanya orang minggu lebaran yang tolong mohon harap semoga suka"
    ),
    nothing=word_set("nihil"),
    praise=word_set(
        "bagus baik bersih nyaman aman ramah cepat murah mudah enak puas suka senang tepat rapi wangi sopan lancar "
        "indah modern lengkap terjangkau memuaskan gampang praktis sigap tertib hebat keren mantap oke top helpful "
        "sejuk luas empuk layak profesional informatif bahagia gembira sukses cantik lezat gurih sempurna terbaik "
        "juara rekomendasi recommended cocok asyik asik seru menarik menyenangkan canggih hemat irit awet tangguh "
        "halus romantis unik istimewa segar bangga bermanfaat berguna tenang responsif gesit elegan mewah stabil lega "
        "jelas teratur mendukung membantu bersahabat higienis berkualitas resik lembut terawat mulus sesuai terjaga "
        "dijaga memudahkan meningkat terjamin tersenyum"
    ),
    complaint=word_set(
        "kotor jorok bau telat terlambat delay lambat lama mahal rusak sempit panas antre antri antrian antrean ribet "
        "jelek buruk kasar judes jutek cuek galak berisik bising gelap takut bahaya calo penuh sesak desak berdesakan "
        "mati bocor pesing kecewa parah membosankan lelet error gagal hilang pusing mual molor ngaret kumuh licin "
        "pengap gerah mengecewakan lemot semrawut karatan kecil sedih marah kesal sebal jengkel benci bohong curang "
        "palsu menipu tipu penipu sakit cemas khawatir malas capek lelah menyesal rugi boros hambar busuk basi payah "
        "zonk macet repot hancur menyebalkan merepotkan kecurian kemahalan kelamaan ketinggalan terlantar batal "
        "dibatalkan becek kecoa kecoak tikus preman pungli maling copet lalai lapuk kusam keruh berantakan kacau "
        "kasihan bentak bingung membingungkan memberatkan keras jijik rebutan terpaksa dimarahi dibentak menyerobot "
        "nyerobot kekurangan amburadul ruwet gaduh"
    ),
    asking=word_set(
        "diperhatikan perhatikan perhatian perhatiannya diperbaiki perbaiki perbaikan dibenahi benahi dibenarkan "
        "ditingkatkan tingkatkan peningkatan dipertahankan pertahankan ditindaklanjuti dievaluasi evaluasi"
    ),
    answering=word_set(
        "nilai angka skor alasan jawaban pendapat menilai penilaian pengalaman berdasarkan alami mengalami merasa "
        "rasakan dirasakan komentar segitu"
    ),
    capitals=word_set(
        "ac wc tv ktp sim stnk bbm atm qris wa abk cctv cs bpjs usb led sms hp vip otp gps krl bca bri bni btn bsi bjb "
        "ocbc uob dki pns asn tni polri bumn"
    ),
    already="sudah",
    also="dan",
    too=word_set("terlalu kelewat kebangetan"),
    short_of=word_set("kurang minim susah sulit"),
    sides={1: "Positif", -1: "Negatif", 0: "Netral"},
    other_label="Lainnya",
    no_answer_label="Tidak ada jawaban",
    kinds={1: "Pujian", -1: "Keluhan", 0: "Jawaban"},
    about={1: "Pujian tentang", -1: "Keluhan tentang", 0: "Jawaban tentang"},
    such_as="seperti",
    either="atau",
    not_meant="Tidak termasuk",
    other_definition="Jawaban yang tidak cocok dengan kode lain.",
    no_answer_definition="Tidak menjawab, tidak tahu, atau tidak ada yang disampaikan.",
)

ENGLISH = Wording(
    function_words=word_set(
        "the a an and or but of to in on at for from with by as is are was were be been being am it its it's this "
        "that these those i me my mine we us our you your he she they them their his her there here so very really "
        "just also too more most much many some any all no not n't don't do does did done have has had having can "
        "could will would should shall may might must if when while because since than then what which who whom how "
        "why where about into over under again only own same such up down out off get got go going make made lot lots "
        "quite rather pretty thing things i'd i'm i've they're we're you're didn't doesn't isn't wasn't haven't "
        "hasn't hadn't wouldn't shouldn't aren't weren't went came seem seems seemed apart else let after before during"
    ),
    trimmed=word_set(
        "the a an and or but so also too i we it it's is are was were because since that this there think feel maybe "
        "would like could should my our their your always overall basically of to in with for they he she you had has "
        "have been be as at on by between"
    ),
    openings=_openings("hmm", "in general", "to be honest", "so far"),
    intensifiers=word_set(
        "very really just quite rather pretty extremely super absolutely totally honestly please lol haha hehe"
    ),
    abbreviations=_pairs(
        """
        teh = the
        u = you
        r = are
        ur = your
        pls plz = please
        thx thnx = thanks
        bc cuz coz = because
        w = with
        abt = about
        ppl = people
        rly = really
        gd = good
        gr8 = great
        v = very
        dont = don't
        cant = can't
        didnt = didn't
        wasnt = wasn't
        isnt = isn't
        doesnt = doesn't
        couldnt = couldn't
        wont = won't
        im = i'm
        ive = i've
        """
    ),
    negations=word_set(
        "not no never don't didn't wasn't isn't doesn't can't couldn't won't haven't hasn't hadn't wouldn't aren't "
        "weren't lack lacking without hardly"
    ),
    personal=word_set(
        "i me my mine we us our you your he she they them his her their kids wife husband friend friends"
    ),
    nothing=word_set("nothing none nope"),
    praise=word_set(
        "good great excellent nice friendly helpful clean comfortable cozy fast quick cheap affordable tasty "
        "delicious love loved lovely polite kind caring professional efficient amazing wonderful perfect happy "
        "pleasant easy prompt brilliant fantastic fresh reasonable superb outstanding awesome beautiful fun enjoyed "
        "enjoyable supportive respectful satisfied impressed grateful welcoming attentive cosy tidy spacious "
        "convenient reliable smooth spotless"
    ),
    complaint=word_set(
        "bad poor slow dirty rude expensive pricey long late delay delayed noisy loud crowded broken cold overpriced "
        "terrible awful horrible worst disappointing unhelpful uncomfortable unfriendly hard difficult smelly small "
        "wrong busy lack waiting queue waste annoying frustrating confusing ignored worse dissatisfied disappointed "
        "lost failed unprofessional outdated cramped filthy freezing stale messy cancelled useless unreliable stained"
    ),
    asking=word_set("fix fixed improve improved improvement address addressed"),
    answering=word_set("score scores scored rating ratings rated reason reasons opinion opinions comment comments"),
    capitals=word_set("tv ac atm usb cctv qr gp nhs uk usa dvd pc"),
    already="already",
    also="and",
    too=word_set("too overly"),
    short_of=word_set("lack lacking"),
    sides={1: "Positive", -1: "Negative", 0: "Neutral"},
    other_label="Other",
    no_answer_label="No answer",
    kinds={1: "Praise", -1: "Complaints", 0: "Answers"},
    about={1: "Praise for", -1: "Complaints about", 0: "Answers about"},
    such_as="such as",
    either="or",
    not_meant="Not included:",
    other_definition="Answers that fit none of the other codes.",
    no_answer_definition="Gave no answer, does not know, or has nothing to say.",
)

_INDONESIAN_SIGNS = word_set(
    "yang dan di tidak dengan untuk karena ada saya kurang lebih sudah nya sangat agar supaya bisa dari ini itu harga "
    "kapal pelayanan bagus bersih mahal murah cepat lama ramah nyaman tempat banyak sekali banget kotor baik belum "
    "yg tdk gak ga krg bgt dgn utk krn sdh tapi juga atau harus jangan jadwal petugas toilet tiket kami akan pada"
) - {"toilet"}
_ENGLISH_SIGNS = word_set(
    "the and of to is was are it in for with not very i my we they good service staff more be on that have so no but "
    "this a an at from you clean nice friendly price food time better don't all would should"
) - {"no", "a", "service", "staff"}
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")


def wording(language: str) -> Wording:
    """What is known of a language; anything that is not Indonesian is treated as English."""
    return INDONESIAN if language == "id" else ENGLISH


def language_of(answers: Iterable[str | None], question: str = "", otherwise: str | None = None) -> str:
    """`id` or `en`: by the everyday words of the answers, then of the question, then `otherwise`, else `id`."""
    for text in (" ".join(a for a in answers if a)[:200_000], question):
        indonesian = english = 0
        for word in _WORD.findall(text.lower()):
            indonesian += word in _INDONESIAN_SIGNS
            english += word in _ENGLISH_SIGNS
        if indonesian != english:
            return "id" if indonesian > english else "en"
    return otherwise if otherwise in {"id", "en"} else "id"
