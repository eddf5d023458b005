"""Short forms and other words for what surveys offer as printed answers: schools, banks, jobs, media, towns.

Two tables, one line a thing. Add a line here where a short form is known everywhere; what only one survey says belongs
among the examples of its code (see the review workbook).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from mcode_pipelines.coding.text.wording import word_set

Words = tuple[str, ...]

_SAME = """
# What is written = what it is. One thing: no survey codes the two apart.
# Schools
sekolah dasar = sd
sltp, sekolah menengah pertama, sekolah lanjutan tingkat pertama, slp = smp
slta, smu, sekolah menengah atas, sekolah menengah umum, sekolah lanjutan tingkat atas, sla = sma
sekolah menengah kejuruan, sekolah kejuruan = smk
sekolah teknik menengah = stm
madrasah ibtidaiyah, ibtidaiyah = mi
madrasah tsanawiyah, tsanawiyah, mtsn = mts
madrasah aliyah, madrasah aliyah negeri, aliyah = madrasah_aliyah
kejar paket a, paket a, ijazah paket a = paket_a
kejar paket b, paket b, ijazah paket b = paket_b
kejar paket c, paket c, ijazah paket c = paket_c
d 1, diploma 1, diploma satu, diploma i = d1
d 2, diploma 2, diploma dua, diploma ii, d ii = d2
d 3, diploma 3, diploma tiga, diploma iii, d iii, ahli madya = d3
d 4, diploma 4, diploma empat, diploma iv, d iv, sarjana terapan = d4
s 1, strata 1, strata satu, strata i, sarjana = s1
s 2, strata 2, strata dua, strata ii, s ii, magister, master, pasca sarjana, pascasarjana = s2
s 3, strata 3, strata tiga, strata iii, s iii, doktor, doktoral = s3
ponpes, pondok pesantren = pesantren
tidak pernah sekolah, belum sekolah, belum pernah sekolah, tidak bersekolah = tidak_sekolah
tidak sekolah = tidak_sekolah
tidak lulus sd, tidak tamat sd, belum tamat sd, putus sekolah sd, tidak tamat sekolah dasar = tidak_tamat_sd
# Banks
bank central asia, bca bank, klikbca, mybca = bank bca
bank rakyat indonesia, bank rakyat, brimo = bank bri
bank negara indonesia, bni 46, bni46 = bank bni
bank tabungan negara = bank btn
bank tabungan pensiunan nasional = btpn
bank syariah indonesia, bank syariah mandiri, bank mandiri syariah, mandiri syariah, bsm = bank bsi
syariah indonesia, bsi syariah, bank bsi syariah = bank bsi
# Banks of their own, called after another one
bni syariah, bank bni syariah = bni_syariah
bri syariah, bank bri syariah = bri_syariah
bca syariah, bank bca syariah = bca_syariah
bca digital, bank bca digital, blu, blu bca, blu by bca, blubca = blu
bri agro, bank bri agro, agroniaga, bank raya = bank raya
mandiri taspen, bank mandiri taspen, bank mantap = mandiri_taspen
bank jabar, bank jabar banten = bank bjb
bank pembangunan daerah = bpd
bank perkreditan rakyat = bpr
cimb niaga, bank cimb niaga = bank cimb
ocbc nisp = ocbc
# Money
dompet elektronik, e wallet, ewallet, ewalet, e walet, e money, emoney = dompet digital
go pay = gopay
cash, kes, kontan, uang tunai, uang cash = tunai
tf, trf, trf bank, tf bank, transfer bank = transfer
credit card, cc = kartu kredit
debit card, kartu debet, debet = kartu debit
m banking, mbanking, mobile banking, mbank = mobile_banking
bayar di tempat, bayar ditempat, cash on delivery = cod
utang, ngutang, berutang, berhutang = hutang
# Jobs
asn, pegawai negeri sipil, pegawai negeri, aparatur sipil negara = pns
tentara, tentara nasional indonesia = tni
polisi, anggota polri = polri
pegawai swasta, kary swasta, karyawati swasta, peg swasta, pegawai swata, karyawan swata = karyawan swasta
karyawati = karyawan
wirausaha, wirausahawan, wiraswastawan, wirasuasta, wiraswata, enterpreneur, entrepreneur = wiraswasta
irt, i r t, ibu rumahtangga, ibu rmh tangga, ibu rmt, ibu rumah tangga, mengurus rumah tangga = ibu_rumah_tangga
ngurus rumah tangga, urus rumah tangga = ibu_rumah_tangga
mhs, mhsw, mahasiswi, mahasiswa i = mahasiswa
siswi, murid = siswa
nganggur, menganggur, pengangguran, pengangguan, tidak bekerja, tidak kerja, tidak ada pekerjaan = tidak_bekerja
tidak punya pekerjaan, tidak memiliki pekerjaan, belum bekerja, belum kerja, belum punya pekerjaan = tidak_bekerja
belum ada pekerjaan, cari kerja, mencari kerja, cari pekerjaan, mencari pekerjaan = tidak_bekerja
jobless, unemployed, not working = tidak_bekerja
supir, driver, pengemudi = sopir
ojol, ojek online, ojek daring, sopir ojol, sopir ojek online, sopir gojek, sopir grab = ojek_online
driver ojol, driver ojek online, driver gojek, driver grab, driver online = ojek_online
supir ojol, supir ojek online, supir gojek, supir grab = ojek_online
tukang ojol, pengemudi ojol, pengemudi ojek online = ojek_online
buruh tani, buruh petani, kuli tani, tani buruh = buruh_tani
security, sekuriti, scurity = satpam
freelancer, frilance, freelen, frilens, frelens, frelance, prilen, pekerja lepas = freelance
pensiun, purnawirawan, purna tugas = pensiunan
tani, bertani = petani
# Media
tv, tivi, tipi, teve, telepisi, television = televisi
surat kabar, koran harian = koran
ig, instagrm, insta = instagram
fb, fesbuk, pesbuk, efbi = facebook
wag, grup wa, group wa, wa grup, wa group = grup whatsapp
wa, whatsap, watsap, wasap, whatapp, whats app = whatsapp
yt, yutub, yutube, you tube, youtub = youtube
tik tok, tt app = tiktok
medsos, sosmed, sosial media, media sosial, social media, socmed = media_sosial
web, situs web, situs, web site, websait = website
googling, gugel, gogle, mbah google = google
tokped, toped = tokopedia
shopi, sopi, shoppe, sophee = shopee
hp, hape, ponsel, telepon genggam, telepon seluler, mobile phone = handphone
# Health
rs, rumkit = rumah_sakit
rumah sakit = rumah_sakit
rsud, rsu, rsup, rs umum, rs umum daerah, rs daerah, rs pemerintah, rs negeri = rumah_sakit umum
rumah sakit umum, rumah sakit umum daerah, rumah sakit daerah, rumah sakit pemerintah = rumah_sakit umum
pkm, puskes, pusat kesehatan masyarakat = puskesmas
# Ways
kereta api, ka, sepur = kereta
commuter line, kereta commuter, komuter, commuterline = krl
spd motor, sepeda motor, spdmotor = motor
angkutan kota = angkot
ojek pangkalan = opang
bis = bus
taxi = taksi
jln, jl = jalan
# Shops
psr = pasar
onlen, onlain, on line = online
hypermart, hipermart, hipermarket, hyper market = hypermarket
indomart, indo maret, indo mart = indomaret
alfa, alfa mart = alfamart
mini market, minimart = minimarket
super market = supermarket
mal = mall
pasar swalayan = swalayan
"""

_PLACES = """
# Places: what is written = the name
jkt, dki, dki jakarta = jakarta
jaksel = jakarta selatan
jakpus = jakarta pusat
jaktim = jakarta timur
jakbar = jakarta barat
jakut = jakarta utara
sby, surabaja = surabaya
bdg = bandung
bgr = bogor
bks = bekasi
dpk = depok
tng, tgr = tangerang
tangsel = tangerang selatan
smg = semarang
mlg = malang
dps = denpasar
mdn = medan
plg = palembang
mks, mksr, ujung pandang = makassar
pku = pekanbaru
ptk = pontianak
bjm = banjarmasin
bpn = balikpapan
jogja, yogya, jogjakarta, jogyakarta, djogja, jokja, di yogyakarta = yogyakarta
surakarta = solo
jabar, jawa barat = jawa_barat
jateng, jawa tengah = jawa_tengah
jatim, jawa timur = jawa_timur
sumut, sumatera utara, sumatra utara = sumatera_utara
sumbar, sumatera barat, sumatra barat = sumatera_barat
sumsel, sumatera selatan, sumatra selatan = sumatera_selatan
kalbar, kalimantan barat = kalimantan_barat
kalteng, kalimantan tengah = kalimantan_tengah
kalsel, kalimantan selatan = kalimantan_selatan
kaltim, kalimantan timur = kalimantan_timur
kaltara, kalimantan utara = kalimantan_utara
sulut, sulawesi utara = sulawesi_utara
sulteng, sulawesi tengah = sulawesi_tengah
sulsel, sulawesi selatan = sulawesi_selatan
sultra, sulawesi tenggara = sulawesi_tenggara
sulbar, sulawesi barat = sulawesi_barat
papua barat = papua_barat
papua barat daya = papua_barat_daya
papua selatan = papua_selatan
papua tengah = papua_tengah
papua pegunungan = papua_pegunungan
# Towns called after another one
padang panjang, padangpanjang = padang_panjang
padang sidempuan, padang sidimpuan, padangsidimpuan, padangsidempuan = padang_sidempuan
padang pariaman = padang_pariaman
padang lawas = padang_lawas
maluku utara, malut = maluku_utara
kepri, kepulauan riau = kepulauan_riau
babel, bangka belitung = bangka_belitung
ntb, nusa tenggara barat = nusa_tenggara_barat
ntt, nusa tenggara timur = nusa_tenggara_timur
"""

_PRINTED_AS = """
# What is written = the printed choices that hold it, where one is called so.
stm, smea, smkk = smk, sma
smk, madrasah_aliyah, paket_c = sma
mts, paket_b = smp
paket_a, sekolah rakyat = sd
d1, d2, d3, akademi, diploma = diploma, akademi, d3, perguruan tinggi
s1, s2, s3, d4, universitas, institut = perguruan tinggi, universitas
instagram, facebook, tiktok, twitter, youtube, threads, media_sosial = media_sosial
indomaret, alfamart, alfamidi, indomarco = minimarket, convenience store
gojek, grab, maxim, indrive = ojek_online
gopay, ovo, dana, shopeepay, linkaja, spay = dompet digital
buruh_tani = buruh
teman, kawan, sahabat, rekan, tetangga, kolega, temen = teman, kenalan, friend, friends
saudara, sodara, sepupu, paman, tante, kakak, adik, bapak, ibu, ayah, mama, orangtua, kerabat, famili = keluarga
suami, istri, anak, mertua, kakek, nenek, keponakan, orang tua, om, bibi = keluarga
saudara, sodara, sepupu, paman, tante, kakak, adik, bapak, ibu, ayah, mama, kerabat, famili = saudara, kerabat, family
kantor, meeting, rapat, dinas, proyek, pelatihan, tugas = pekerjaan, dinas, bisnis, kerja
hypermarket, carrefour, superindo, super indo, giant, transmart = hypermarket, supermarket
reklame, billboard = baliho, billboard
rcti, sctv, indosiar, trans tv, metro tv, tvone, trans7 = televisi
"""

_PRINTED_WITHIN = """
# The same, for choices that say it among other words ("Keberangkatan terlambat").
delay, telat, molor, terlambat, ngaret = terlambat, keterlambatan, delay
gerah, panas, sumpek, pengap, kepanasan, ac mati, ac rusak, ac tidak nyala, ac tidak dingin = panas, gerah
mudik, pulkam, orangtua, orang tua, cucu, nenek, kakek, mertua, jenguk, nengok = mengunjungi keluarga
mudik, pulkam = pulang kampung, mudik
"""

_ALONE_PRINTED_AS = """
# The same, for words that mean something else beside other words.
ma, man = sma
mi, sr = sd
dagang, pedagang, jualan, usaha, warung, bisnis, toko, berdagang, pengusaha = wiraswasta, pengusaha, pedagang
siswa, sekolah = pelajar
kuliah, kuliahan = mahasiswa, perguruan tinggi
bca, bri, bni, mandiri, btn, bsi, bank bca, bank bri, bank bni, bank btn, bank bsi = transfer, bank, mobile banking
whatsapp = media_sosial
diy = yogyakarta
"""
BESIDE_A_TEXT = word_set(
    "iklan dari lewat lihat nonton status story stori acara siaran akun konten postingan sendiri kecil kecilan rumahan "
    "buka online tamat tamatan lulus lulusan sederajat setara setingkat negeri kelas"
)
BESIDE_A_CHOICE = word_set("iklan dari lewat akun tamat tamatan lulus lulusan sederajat setara setingkat")
"""Words beside a thing that leave it what it is ("iklan TV", "tamat SMA", "SMP sederajat")."""
NO_LONGER_OR_ANOTHER = word_set("mantan bekas eks calon istri suami anak menantu former ex wife husband")
"""Words that make of a thing what it no longer is, or somebody else ("mantan guru", "istri petani")."""


def _lines(table: str) -> list[tuple[list[Words], list[Words]]]:
    found = []
    for line in table.strip().splitlines():
        if "=" in line and not line.startswith("#"):
            written, meant = ([tuple(p.split()) for p in side.split(",")] for side in line.split("="))
            found.append((written, meant))
    return found


_MEANT: dict[Words, Words] = {
    written: meant[0] for all_written, meant in _lines(_SAME + _PLACES) for written in all_written
}
_LONGEST = max(map(len, _MEANT))
KNOWN_WORDS = frozenset(words[0] for words in (*_MEANT, *_MEANT.values()) if len(words) == 1)
"""Words that are written so on purpose: none is another one misspelled."""
PLACE_NAMES = frozenset(w for _, meant in _lines(_PLACES) for words in meant for name in words for w in name.split("_"))
"""Words of names of places, which have capitals."""


def meant_by(words: Sequence[str]) -> list[str]:
    """Words with every short form and other word put as what it stands for, the longest first.

    >>> meant_by("pegawai negeri".split()), meant_by("rs umum kota".split()), meant_by(["slta"])
    (['pns'], ['rumah_sakit', 'umum', 'kota'], ['sma'])
    """
    found: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            meant = _MEANT.get(tuple(words[place : place + length]))
            if meant is not None:
                found += meant
                place += length
                break
        else:
            found.append(words[place])
            place += 1
    return found


@dataclass(frozen=True)
class Held:
    """Something that printed choices hold: instagram, by "Media sosial"."""

    written: Words
    names: tuple[Words, ...]
    """What such a choice is called, best first."""
    alone: bool = False
    """Whether only where it is all that is said."""
    within: bool = False
    """Whether a choice may say its name among other words."""


@functools.cache
def held() -> tuple[Held, ...]:
    """All that printed choices are known to hold."""
    return tuple(
        Held(tuple(meant_by(written)), tuple(tuple(meant_by(n)) for n in names), alone, within)
        for table, alone, within in (
            (_PRINTED_AS, False, False),
            (_PRINTED_WITHIN, False, True),
            (_ALONE_PRINTED_AS, True, False),
        )
        for all_written, names in _lines(table)
        for written in all_written
    )
