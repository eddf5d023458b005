"""The subjects that surveys ask people about again and again, and the words people use for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

# A thesaurus of the trade, made for no one survey; both tables have the same subjects.
_INDONESIAN: dict[str, tuple[str, str]] = {
    "price": (
        "Harga",
        "harga tarif biaya ongkos mahal murah kemahalan terjangkau hemat diskon promo potongan gratis rupiah uang "
        "ekonomis kantong bayaran dompet worth",
    ),
    "staff": (
        "Petugas dan pelayanan",
        "petugas staf staff karyawan pegawai pelayan pelayanan layanan servis service melayani dilayani kasir "
        "satpam sopir supir driver resepsionis kru krew kapten abk teknisi dokter perawat guru dosen ramah "
        "keramahan sopan judes jutek kasar galak cuek sigap senyum marah bentak membantu menolong",
    ),
    "cleanliness": (
        "Kebersihan",
        "bersih kebersihan kotor jorok sampah bau pesing debu berdebu resik wangi kecoa kecoak tikus semut noda "
        "kumuh becek dibersihkan dekil higienis",
    ),
    "time": (
        "Waktu dan antrean",
        "waktu jadwal jam telat terlambat keterlambatan delay molor ngaret mundur tepat menunggu tunggu antre "
        "antrean mengantre lama cepat lambat lelet kelamaan berangkat keberangkatan durasi menit sebentar lekas "
        "macet",
    ),
    "comfort": (
        "Kenyamanan",
        "nyaman kenyamanan panas dingin sejuk gerah pengap ac kipas luas sempit lega lapang berisik bising tenang "
        "sesak desak berdesakan penuh padat kursi duduk bangku sofa kasur tidur ranjang empuk ruangan ruang kabin "
        "suhu",
    ),
    "toilet": ("Toilet", "toilet wc mandi kloset pipis bab buang wastafel sabun tisu kencing"),
    "food": (
        "Makanan dan minuman",
        "makan makanan minum minuman menu rasa sarapan kopi teh nasi ayam ikan mie mi sambal kantin warung "
        "restoran resto kafe lapar jajanan camilan kue roti masakan dimasak lezat gurih pedas manis asin sajian "
        "porsi jus sate bakso goreng",
    ),
    "place": (
        "Lokasi dan akses",
        "lokasi letak strategis dekat jauh akses jalan jalanan rute jalur alamat pusat kota parkir parkiran "
        "terminal stasiun bandara pelabuhan dermaga transportasi",
    ),
    "safety": (
        "Keamanan dan keselamatan",
        "aman keamanan keselamatan selamat bahaya berbahaya pencuri copet hilang kehilangan maling calo pungli "
        "preman pelampung takut celaka kecelakaan",
    ),
    "information": (
        "Informasi",
        "informasi pengumuman petunjuk papan penjelasan dijelaskan kabar diumumkan pemberitahuan info sosialisasi",
    ),
    "system": (
        "Aplikasi dan sistem",
        "aplikasi online website web situs sistem login otp error server akun data daftar sinyal wifi internet "
        "jaringan koneksi lemot qris transfer bank pembayaran e-wallet",
    ),
    "booking": (
        "Tiket dan pemesanan",
        "tiket pesan memesan pemesanan booking beli membeli pembelian loket refund pengembalian batal dibatalkan "
        "reservasi",
    ),
    "people": ("Anak dan keluarga", "anak bayi balita keluarga lansia tua difabel"),
    "product": (
        "Mutu dan ketahanan",
        "kualitas mutu awet tahan rusak kerusakan bahan produk barang cacat baru mesin komponen onderdil "
        "sparepart performa terawat perawatan karatan",
    ),
    "energy": (
        "Bahan bakar dan daya",
        "irit boros bensin bbm solar pertamax pertalite konsumsi listrik baterai daya tenaga cas charger",
    ),
    "look": (
        "Tampilan dan suasana",
        "desain tampilan model warna interior eksterior keren cantik indah pemandangan suasana dekorasi view foto "
        "gambar musik",
    ),
}
_ENGLISH: dict[str, tuple[str, str]] = {
    "price": (
        "Price",
        "price prices pricing cost costs costly expensive pricey overpriced cheap cheaper affordable value money "
        "fee fees fare fares discount discounts charge charges bill budget",
    ),
    "staff": (
        "Staff and service",
        "staff service services waiter waitress receptionist reception nurse nurses doctor doctors driver drivers "
        "crew team manager employee employees friendly rude polite courteous unfriendly attitude attentive "
        "paramedics cashier barista helpful unhelpful welcoming",
    ),
    "cleanliness": (
        "Cleanliness",
        "clean cleaner cleaning cleanliness dirty filthy dust dusty smell smelly stain stains hygiene hygienic "
        "tidy messy rubbish trash mould mold",
    ),
    "time": (
        "Time and waiting",
        "wait waiting waited queue queues queuing line late delay delays delayed slow quick quickly prompt "
        "promptly fast faster time times punctual schedule hours minutes speed speedy",
    ),
    "comfort": (
        "Comfort",
        "comfort comfortable uncomfortable bed beds seat seats seating chair chairs noise noisy quiet loud hot "
        "cold conditioning spacious cramped crowded room rooms cosy cozy",
    ),
    "toilet": ("Toilets", "toilet toilets bathroom bathrooms restroom restrooms shower loo washroom"),
    "food": (
        "Food and drink",
        "food drink drinks menu meal meals breakfast lunch dinner coffee tea cake cakes taste tasty delicious "
        "restaurant snack snacks eat ate flavour flavor bread soup salad portion portions vegan",
    ),
    "place": (
        "Location and access",
        "location located close near nearby far parking access accessible convenient central walk station airport",
    ),
    "safety": ("Safety", "safe safety secure security danger dangerous theft stolen unsafe"),
    "information": (
        "Information",
        "information communication communicate communicated informed explain explained explanation signs update "
        "updates",
    ),
    "system": (
        "App and systems",
        "app website online system wifi internet connection login password account computer phone",
    ),
    "booking": (
        "Booking",
        "booking booked book reservation ticket tickets order orders appointment appointments refund",
    ),
    "people": ("Family", "children child kids family son daughter husband wife baby parents mother father"),
    "product": ("Quality", "quality durable broken repair reliable product products material lasts"),
    "energy": ("Fuel and power", "fuel petrol diesel gas mileage battery batteries charging charger power electricity"),
    "look": (
        "Look and atmosphere",
        "design atmosphere decor view views music beautiful style ambience ambiance colour",
    ),
}
_PLACES = {name: place for place, name in enumerate(_INDONESIAN)}
SUBJECTS = len(_PLACES)


@cache
def subject_of_word(language: str) -> Mapping[str, int]:
    """Word to the number of its subject.

    The other language's words count too, where the own one has none like it: labels and answers may differ in language.
    """
    tables = (_ENGLISH, _INDONESIAN) if language == "id" else (_INDONESIAN, _ENGLISH)
    return {w: _PLACES[name] for table in tables for name, (_, words) in table.items() for w in words.split()}


def heading(subject: int, language: str) -> str:
    """A subject as the heading of codes."""
    return list(_table(language).values())[subject][0]


def subjects_of(texts: Sequence[str], language: str) -> npt.NDArray[np.float32]:
    """(texts, subjects) how many of each text's words belong to each subject."""
    known = subject_of_word(language)
    found = np.zeros((len(texts), SUBJECTS), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.split():
            subject = known.get(word)
            if subject is not None:
                found[row, subject] += 1
    return found


def _table(language: str) -> dict[str, tuple[str, str]]:
    return _INDONESIAN if language == "id" else _ENGLISH
