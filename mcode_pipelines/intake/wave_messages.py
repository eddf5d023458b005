"""What a person is told of deliveries and waves, in both languages of the product."""

from __future__ import annotations

from collections.abc import Iterable

from mcode_pipelines.intake.deliveries import Delivered
from mcode_pipelines.intake.upload import SharedInterviews, Upload
from mcode_pipelines.survey import Remark


def both_languages(remarks: Iterable[Remark]) -> tuple[str, ...]:
    """Each remark in English and in Indonesian."""
    return tuple(said for remark in remarks for said in (remark.en, remark.id))


def standing_remarks(of: Delivered, before: Upload | None, shared: SharedInterviews | None) -> tuple[Remark, ...]:
    """All that is to be told of the place of an upload among the waves of its study.

    `before` is the delivery that it took the place of, `shared` what it has in common with that.
    """
    told = []
    if of.upload.decided.withdrawn:
        told.append(_withdrawn(of.upload))
    elif of.superseded_by is not None:
        told.append(_superseded(of.upload, of.superseded_by))
    elif before is not None:
        told.append(_supersedes(of.upload, before, shared))
    told += [_clash(of.upload, other) for other in of.clashes]
    told += [_also_in(of.upload, other, count) for other, count in of.also_in]
    return tuple(told)


def _supersedes(upload: Upload, before: Upload, shared: SharedInterviews | None) -> Remark:
    counts_en = counts_id = ""
    if shared is not None:
        new, gone = shared.here - shared.shared, shared.there - shared.shared
        counts_en = f": {shared.shared:,} interviews are in both, {new:,} are new, {gone:,} are gone"
        counts_id = f": {shared.shared:,} wawancara ada di keduanya, {new:,} baru, {gone:,} tidak ada lagi"
    return Remark(
        en=f"This delivery takes the place of {before.key}{counts_en}. The earlier one is kept and stands in no "
        f"wave table; its corrections go on here; if that is wrong: mcode wave restore {before.key}, with --beside "
        "if both are to stand.",
        id=f"Kiriman ini menggantikan {before.key}{counts_id}. Kiriman lama disimpan dan tidak dipakai di tabel "
        f"gelombang; perbaikannya berlaku di sini; jika keliru: mcode wave restore {before.key}, dengan --beside jika "
        "keduanya dipakai.",
    )


def _superseded(upload: Upload, by: Upload) -> Remark:
    return Remark(
        en=f"Superseded: a later delivery of the same interviews, {by.key}, stands in its place; wave tables use that. "
        f"To bring this one back: mcode wave restore {upload.key}.",
        id=f"Sudah digantikan: kiriman yang lebih baru dari wawancara yang sama, {by.key}, dipakai di tabel gelombang. "
        f"Untuk memakai lagi yang ini: mcode wave restore {upload.key}.",
    )


def _withdrawn(upload: Upload) -> Remark:
    return Remark(
        en=f"Withdrawn by a person: wave tables do not use it. To bring it back: mcode wave restore {upload.key}.",
        id=f"Ditarik oleh seseorang: tidak dipakai di tabel gelombang. Untuk memakainya lagi: mcode wave restore "
        f"{upload.key}.",
    )


def _clash(upload: Upload, other: Upload) -> Remark:
    return Remark(
        en=f"Two uploads are called wave {upload.wave} and hold different respondents: this one and {other.key}. Both "
        f"stand in wave tables, under their own names. Put it right: mcode wave rename {upload.key} WAVE, "
        f"or mcode wave replace {other.key} {upload.key}.",
        id=f"Dua unggahan bernama gelombang {upload.wave} dengan responden berbeda: yang ini dan {other.key}. Keduanya "
        f"tampil di tabel gelombang dengan namanya masing-masing. Perbaiki: mcode wave rename {upload.key} GELOMBANG, "
        f"atau mcode wave replace {other.key} {upload.key}.",
    )


def _also_in(upload: Upload, other: Upload, count: int) -> Remark:
    return Remark(
        en=f"{count:,} interviews of this upload stand in {other.key} too, so a table of both waves counts them twice; "
        "deliver one of the files without them, or withdraw it: "
        f"mcode wave withdraw {upload.key}.",
        id=f"{count:,} wawancara di unggahan ini juga ada di {other.key}, sehingga terhitung dua kali di tabel kedua "
        f"gelombang; kirim salah satu berkas tanpa wawancara itu, atau tarik: mcode wave withdraw {upload.key}.",
    )


def adopted(upload: Upload, other: Upload) -> Remark:
    """An upload that got study and wave of another one, as it holds the same interviews."""
    wave = f", wave {upload.wave}" if upload.wave else ""
    gelombang = f", gelombang {upload.wave}" if upload.wave else ""
    return Remark(
        en=f"It holds the interviews of {other.key}, so it was taken as study {upload.study}{wave}; if that is "
        f"wrong: mcode wave rename {upload.key} WAVE --study STUDY.",
        id=f"Isinya wawancara yang sama dengan {other.key}, jadi dianggap studi {upload.study}{gelombang}; jika "
        f"keliru: mcode wave rename {upload.key} GELOMBANG --study STUDI.",
    )


def corrections_go_on(upload: Upload, by: Upload) -> Remark:
    """Corrections that came for a delivery in whose place a later one stands."""
    return Remark(
        en=f"{upload.key} is superseded by {by.key}: these corrections go on there too, and it is run anew.",
        id=f"{upload.key} sudah digantikan {by.key}: perbaikan ini berlaku juga di sana, dan kiriman itu diolah ulang.",
    )


def taken_over(what: str, before: Upload) -> Remark:
    """A companion of the earlier delivery that goes on with the later one."""
    kinds = {"form": "kuesioner", "plan": "rencana tabulasi", "codebook": "perubahan buku kode"}
    return Remark(
        en=f"The {what} of {before.key} goes on with this delivery, which brought none.",
        id=f"{kinds.get(what, what).capitalize()} dari {before.key} dipakai untuk kiriman ini, karena tidak ada yang "
        "baru.",
    )
