"""The words that give a question away, Indonesian and English: header words, non-answers, tool columns."""

from __future__ import annotations

import re
from functools import lru_cache


def word_set(text: str) -> frozenset[str]:
    """The blank-separated words of a text."""
    return frozenset(text.split())


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z]{3})(?=\d)")
_NOT_WORD = re.compile(r"[^0-9a-zà-öø-ÿ]+")
_MARKUP = re.compile(r"<[^>]*>|\*\*|__(?=\w)|(?<=\w)__|\$\{[^}]*\}|&nbsp;")
_BLANKS = re.compile(r"\s+")
_TEXTS_REMEMBERED = 1 << 15
"""Headers and answers are looked at again and again, by one rule after the other."""


@lru_cache(maxsize=_TEXTS_REMEMBERED)
def words_of(text: str) -> tuple[str, ...]:
    """The lower-case words of a header; `EnumeratorName` and `enum_name` are two words each."""
    return tuple(w for w in _NOT_WORD.split(_CAMEL.sub(" ", text).lower()) if w)


def strip_markup(text: str) -> str:
    """A label as a person reads it: without mark-up, references and doubled blanks."""
    return _BLANKS.sub(" ", _MARKUP.sub(" ", text)).strip(" :-\u2013\u00a0") or text.strip()


@lru_cache(maxsize=_TEXTS_REMEMBERED)
def fold_spelling(text: str) -> str:
    """A spelling in which two writings of one label agree: lower case, words only."""
    return " ".join(w for w in _NOT_WORD.split(strip_markup(text).lower()) if w)


METADATA = word_set(
    """start end today deviceid simserial subscriberid phonenumber username audit imei instanceid instancename
    rooturuid metainstanceid metainstancename metarootuuid starttime endtime submissiontime validationstatus
    notes status submittedby version tags duration timestamp stempelwaktu capwaktu waktumulai waktuselesai
    carimbodedatahora marcatemporal horodateur zeitstempel tijdstempel timestarted datesubmitted startdate
    enddate recordeddate startdateutc submitdateutc startedat completedat submittedat ipaddress collectorid
    responseset progress finished durationinseconds distributionchannel userlanguage recipientlastname
    recipientfirstname recipientemail externalreference externaldatareference externaldata submitdate lastpage
    startlanguage seed datestamp ipaddr refurl interviewtime totaltijd datumverzonden laatstepagina begintaal
    customdata1 networkid parenttablename parentindex geolocation xformidstring attachments startdatum
    letzteseite enddatum dauerinsekunden beendet verlauf aufgezeichnetesdatum benutzersprache"""
)
"""Column names (letters and digits only) that describe the interview and not the respondent."""

METADATA_NAMES_ONLY_FROM_TOOLS = frozenset(
    {"notes", "status", "version", "tags", "duration", "progress", "finished", "start", "end"}
)
"""Words a questionnaire uses itself: they are metadata only where the tool is known or the name begins with `_`."""

IDENTIFIERS = (
    "uuid", "id", "responseid", "respondentid", "responsid", "antwortid", "instanceid", "metainstanceid", "rootuuid",
    "index", "respondent", "responden", "idresponden", "noresponden", "nomorresponden", "kodresponden", "koderesponden",
    "caseid", "interviewid", "submissionid", "recordno", "serial", "respid", "no", "nomor", "rowid", "token", "key",
)  # fmt: skip
"""Names of respondent identifiers, the most trusted first."""

PERSONAL_NAME = frozenset({"nama", "name", "firstname", "lastname", "fullname", "surname", "nombre", "nom"})
NOT_A_PERSONS_NAME = word_set(
    """merek merk brand produk product toko store company perusahaan organisasi organization organisation school
    sekolah kota city desa village kapal ship file device project proyek lembaga institusi bank aplikasi app
    program variable kecamatan kabupaten provinsi pelabuhan port hotel restoran restaurant user username"""
)
PERSONAL = word_set(
    """email mail surel telepon telp tel telephone phone hp handphone whatsapp wa ponsel mobile cellphone alamat address
    nik ktp passport paspor npwp nisn nip ssn signature tandatangan kk"""
)
NOT_PERSONAL = word_set("pernah punya memiliki jenis type merek brand operator have own use menggunakan")
"""Words that turn `phone` into a question about phones."""

GIVEN_NAMES = word_set(
    """agus ahmad aisyah ali andi ani anita arif bambang budi citra dedi dewi dian dwi edi eka endang erna fitri hadi
    hasan hendra heri ida indah indra irma joko kartika lestari lina maria maya mega muhammad muhamad mohammad nita
    novi nur nurul putra putri rahmat rani ratna reza rina rini rizki rizky rudi santi sari siti slamet sri sulastri
    suryani susi taufik titin tri umar wahyu wati wawan wulan yanti yuli yusuf yudi
    james john robert michael william david richard joseph thomas mary patricia jennifer linda elizabeth barbara susan
    jessica sarah karen anna emma daniel paul mark laura peter"""
)
"""Frequent given names: enough of them in short texts tell a column of people's names."""

PHONE_WORDS = word_set(
    "tel telp telepon telephone phone hp handphone whatsapp wa ponsel mobile cellphone kontak contact ovo gopay "
    "shopeepay linkaja"
)
DIGITS = re.compile(r"\+?\d[\d\s-]{6,15}")
PHONE = re.compile(r"(\+?62|0)\s?8[\d\s-]{7,13}|\+\d[\d\s-]{8,15}|8[1-9]\d{8,10}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")
NATIONAL_ID = re.compile(r"[1-9]\d{15}")
IP_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}")

DEMOGRAPHIC: dict[str, frozenset[str]] = {
    "sex": word_set("kelamin gender sex jk lakilaki geslacht género genero gênero sexo"),
    "age": word_set("usia umur age old aged"),
    "area": word_set(
        """kota city provinsi province kabupaten kecamatan daerah wilayah region area district domisili lokasi location
    tinggal negara country state pelabuhan port cabang branch zip"""
    ),
    "education": word_set("pendidikan education degree school sekolah opleiding jenjang fakultas faculty jurusan"),
    "income": word_set(
        """penghasilan pendapatan income pengeluaran spending expenditure ses sec salary gaji earn earned"""
    ),
    "occupation": word_set("pekerjaan occupation profession profesi job employment jabatan"),
    "marital": word_set("pernikahan perkawinan menikah marital married civil"),
}
SOCIAL_CLASS = re.compile(
    r"\b(social|socio-?\s?economic|economic) (class|grade|group|status)\b|\b(kelas|golongan|status) (sosial|ekonomi)\b|"
    r"\b(clase|nivel) (social|socioecon[oó]mico)\b|\bsociale klasse\b|\bsoziale schicht\b",
    re.IGNORECASE,
)
"""Headers of a class of society; `class` alone is one of travel, of school, of ships."""
INTERVIEWER = word_set(
    """enumerator enumerators enum interviewer interviewers pewawancara surveyor petugas entrevistador encuestador
    entrevistadora encuestadora enquêteur enqueteur enquêtrice befrager intervistatore"""
)
"""Header words of who asks."""
INTERVIEWER_BESIDE = word_set(
    """name names nama nombre naam nom nome id kode code codigo código no nr nomor number nummer numéro numero
    the of de del der des van du do da full lengkap survei survey lapangan"""
)
"""The only words that may stand beside these where a header names who asked, and does not ask what they were like."""
OTHER_PEOPLE = word_set(
    """hoh hhh krt kk ind individual proxy his her their child children kid kids anak baby bayi balita spouse partner
    husband wife suami istri pasangan father mother ayah orangtua"""
)
"""Header words of people who are not the respondent."""
OTHER_PEOPLE_PHRASES = re.compile(
    r"head of (the )?(house ?hold|family)|house ?hold members?|family members?|kepala (rumah tangga|keluarga)|"
    r"anggota (rumah tangga|keluarga)",
    re.IGNORECASE,
)
POSTCODE = re.compile(r"\b(zip|zip ?code|post ?code|postal ?code|kode ?pos)\b")
"""Lower-case words of a header that asks for a postcode."""
FILE_NUMBER = re.compile(
    r"\b(case|registration|register|file|account|membership|policy|invoice|ticket|receipt|reference|voucher|"
    r"questionnaire|kasus|registrasi|rekening|kuesioner|polis) (no|nr|number|id|code)\b|"
    r"\b(nomor|no|kode) (kasus|registrasi|rekening|kuesioner|polis|anggota|faktur|struk|resi|pelanggan)\b"
)
"""Lower-case words of a header that asks for the number of a file, and not for a number of things."""
DEMOGRAPHIC_GROUPS = word_set(
    """demografi demographics demography demographic profil profile screening screener kriteria skrining background"""
)

CATEGORIES = frozenset().union(*(DEMOGRAPHIC[sort] for sort in ("sex", "area", "education", "occupation", "marital")))
CATEGORIES -= {"area"}  # also a size: area of the land
"""Header words of what has no amount: numbers under them are codes."""
COUNT = word_set(
    """jumlah banyak banyaknya berapa umur usia age tahun year years bulan month months hari day days jam hour
    hours menit minutes times kali number many much count total size num harga price biaya cost rupiah rp idr
    usd amount lama anggota members people orang persen percent income pendapatan penghasilan pengeluaran
    expenditure distance jarak tinggi berat height weight kg km"""
)
"""Header words of counts and amounts."""

RATING = word_set(
    """puas kepuasan satisfied satisfaction setuju agree agreement penting importance important rating rate nilai
    menilai penilaian skala scale seberapa rekomendasi merekomendasikan recommend likely nps tingkat kualitas
    quality skor score likelihood"""
)
RECOMMEND = word_set(
    """rekomendasi merekomendasikan direkomendasikan recommend recommending nps merekomendasi menyarankan recomiendes
    recomiende recomendar recomendaría recomendarías recomendaria recomendarias"""
)

DATE_WORDS = word_set("tanggal date tgl dob lahir birth waktu time jam pukul")
DAY_WORDS = word_set("tanggal date tgl dates dob birthday fecha datum data_nascimento hari_tanggal")
"""Header words of a day in the calendar."""
OPEN_WORDS = word_set(
    """mengapa kenapa alasan alasannya why reason jelaskan explain describe saran suggestion suggestions masukan
    komentar comment comments kritik pendapat opinion harapan kesan ceritakan tell feedback improve perbaikan
    open"""
)

LISTING = re.compile(r"\b(apa saja|siapa saja|mana saja|which of|which)\b", re.IGNORECASE)
"""Headers that ask for answers from a list."""
ASKS = word_set(
    "apa apakah bagaimana sebutkan menurut what how please tuliskan ungkapkan berikan uraikan likes dislikes sukai suka"
)
"""Header words that often, but not always, ask for an answer in one's own words."""

SENTENCE_WORDS = word_set(
    """saya kami aku kita karena sangat terlalu sekali banget suka sudah belum tidak nggak gak kurang lebih jadi tapi i
    we my me it is was were are they because very too not but really like love so"""
)
"""Words of sentences, seldom of options."""

OTHER = re.compile(
    r"\b(other|others|otro|otra|autre|anders|lain|lainnya|lain2|lainlain|lain-lain|yang lain|selain|else|"
    r"write[- ]in)\b",
    re.IGNORECASE,
)
"""A choice (or a header) that says "other"."""
SPECIFY = re.compile(
    r"specify|sebutkan|tuliskan|jelaskan lainnya|write[- ]in|please describe|especifi|pr[eé]ciser", re.IGNORECASE
)
OTHER_CODES = frozenset({"96", "other", "others", "oth", "lainnya", "lain", "-oth-", "996"})
OTHER_SUFFIX = re.compile(
    r"^(?P<stem>.+?)(?:[_./\- ]*(?:[oO]ther|[oO]thers|OTHER|[lL]ainnya|[lL]ain|LAIN|[sS]pecify|[sS]ebutkan|TEXT|"
    r"[tT]ext)|"
    r"[_./\-](?:L|l|oth|Oth|OTH|o|O|x|txt|lainnya_sebutkan|other_specify|lain_sebutkan|specify_other|97_other)|(?<=[a-z0-9])Oth|\[other\])"
    r"(?P<tail>_?v?\d*)$"
)
"""The usual names of an other-specify text: S9_L, S9_other, S9_lain, HealthOth, Q5_6_TEXT, Q5[other]."""

DONT_KNOW = re.compile(
    r"^([-\u2013\u2014.?]+|tidak tahu.*|tdk tahu.*|tidak (ada )?(jawab|jawaban|menjawab).*|menolak.*|"
    r"tt ?/? ?tj|tt|tj|ta|"
    r"tidak (yakin|ingat)( .*)?|"
    r"tidak (relevan|berlaku)|(belum|tidak) (pernah )?(bisa|dapat) (menilai|menjawab).*|tidak (ada )?pendapat|"
    r"don'?t know.*|do not know.*|dont know.*|dk|dk ?/? ?na|d\.?k\.?|not sure.*|unsure|can'?t (say|rate|remember).*|"
    r"cannot (say|rate).*|no (answer|opinion|response).*|refused?.*|decline.*|prefer not.*|rather not.*|"
    r"not applicable.*|"
    r"n\.?/?a\.?|"
    r"does not apply|not stated|no (sabe|contesta|responde).*|ns ?/? ?nc|prefiere no.*|keine (angabe|antwort).*|"
    r"wei(ß|ss) nicht.*|geen antwoord.*|sans réponse|não respond.*|weet niet.*|geen mening|não sei.*|nao sei.*|"
    r"ne sait pas.*)$",
    re.IGNORECASE,
)
"""Choice labels that are no point of a scale."""
DONT_KNOW_CODES = frozenset(
    {"88", "97", "98", "99", "888", "997", "998", "999", "-1", "-8", "-9", "-88", "-98", "-99", "-999"}
)
DONT_KNOW_NAMES = frozenset(
    {"dont_know", "dnk", "dk", "pnta", "prefer_not_to_answer", "no_answer", "noanswer", "tidak_tahu", "na", "refused"}
)

YES = frozenset(
    {"1", "true", "yes", "ya", "y", "iya", "checked", "selected", "x", "✓", "v", "ja", "sim", "si", "sí", "oui"}
)
SELECT_ALL = re.compile(
    r"select all|check all|mark all|tick all|all that apply|choose all|boleh (lebih dari satu|pilih|jawab)|"
    r"lebih dari satu jawaban|"
    r"pilih semua|jawaban boleh|bisa pilih lebih|multiple answers?|pilih beberapa",
    re.IGNORECASE,
)
"""Headers that allow several answers."""

OTHER_LANGUAGES = word_set(
    "el los las por para con una uso usted que está het een van zijn niet und der das ist nicht les des est vous pour "
    "avec você não uma com como qual quais cuál qué wat hoe welke wie deze heeft wurde werden wie quel quelle"
)
INDONESIAN = word_set(
    """yang dan apakah anda untuk dengan tidak sangat dari pada dalam ini itu atau seberapa apa mengapa bagaimana
    ya berapa sudah belum pernah akan saya kami bapak ibu lainnya jenis kelamin usia menurut secara lebih setuju
    puas adalah oleh juga karena tahun jawaban sebutkan kota pekerjaan pendidikan responden laki perempuan pria wanita
    rendah sedang tinggi umur nama tanggal alamat penghasilan setiap jarang sering kadang selalu baik buruk banyak"""
)
ENGLISH = word_set(
    """the and you your what how do does did of is are was which for with not very this that have has to in on or
    would please other specify agree satisfied often why when where who any all yes about from use male female low
    medium high age gender name date income education country respondent never sometimes always good bad married"""
)
