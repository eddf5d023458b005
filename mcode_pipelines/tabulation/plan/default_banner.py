"""The banner of a plan that names none: which questions become columns, and why others do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mcode_pipelines.survey.codebook import Codebook, Kind, Variable
from mcode_pipelines.survey.plan import TOTAL, BannerItem
from mcode_pipelines.tabulation.plan.kinds import ONE_ANSWER

MOST_COLUMNS = 20
"""Columns of a default banner, the total among them."""
MOST_CATEGORIES = 8
"""Categories of one question of a default banner."""

_WORD = re.compile(r"[^\W\d_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SORTS: dict[str, tuple[frozenset[str], str]] = {
    "sex": (_words("kelamin gender sex jk lakilaki sexo género genero geslacht"), "jenis kelamin"),
    "age": (_words("usia umur age edad idade leeftijd"), "usia"),
    "area": (
        _words(
            """kota city provinsi province kabupaten kecamatan daerah wilayah region area district domisili lokasi
            location tinggal negara country state pelabuhan port cabang branch ciudad región"""
        ),
        "wilayah atau cabang",
    ),
    "class": (
        _words(
            "ses sec class kelas penghasilan pendapatan income pengeluaran spending expenditure salary gaji ingresos"
        ),
        "kelas sosial atau penghasilan",
    ),
    "occupation": (_words("pekerjaan occupation profession profesi job employment jabatan ocupación"), "pekerjaan"),
    "segment": (_words("segment segments segmen segmentasi segmentation segmento"), "segmen"),
}
"""Characteristics in the order of the banner: the words that tell them, and their name in Indonesian."""
_OTHER_SORT = ("other characteristic", "ciri responden lain")
_OTHER_NAME = re.compile(r"(^|[\W_])(lain|lainnya|sebutkan|oth|other|others|specify)$", re.IGNORECASE)
_OTHER_LABEL = re.compile(r"\W*(lainnya|sebutkan|others?|please specify|specify)\b", re.IGNORECASE)

AGE_BANDS: dict[str, tuple[float | None, float | None]] = {
    "< 18": (None, 17.999),
    "18-24": (18, 24.999),
    "25-34": (25, 34.999),
    "35-44": (35, 44.999),
    "45-54": (45, 54.999),
    "55+": (55, None),
}
"""Bands of an age in years, where a plan gives none."""
_EDUCATION = _words("pendidikan education degree school sekolah jenjang opleiding educación")


@dataclass(frozen=True)
class BannerReason:
    """Why a question stands in the default banner, or why not."""

    variable: str
    label: str
    columns: int
    """How many columns it has there; 0 where it is left out."""
    in_english: str
    in_indonesian: str

    def why(self, language: str) -> str:
        """The reason, `en` or `id`."""
        return self.in_english if language == "en" else self.in_indonesian


def default_banner(codebook: Codebook) -> tuple[BannerItem, ...]:
    """The total and respondents' characteristics, at most 20 columns: see `banner_reasons`."""
    shown = [reason.variable for reason in banner_reasons(codebook) if reason.columns]
    return (BannerItem(variable=TOTAL), *(_item(codebook[name]) for name in shown))


def banner_reasons(codebook: Codebook) -> tuple[BannerReason, ...]:
    """Every question that could be a column of the default banner: those that are, in order, then those that are not.

    One question of each sort is taken first (sex, age, area, class, occupation, segment, then others), and then further
    ones while the banner has at most 20 columns. A number is taken where it is an age, in bands.
    """
    candidates = sorted(
        (v for v in codebook if v.kind in (*ONE_ANSWER, Kind.NUMERIC) and (v.demographic or _sort(v) == "segment")),
        key=lambda v: (_rank(v), v.kind == Kind.NUMERIC),
    )
    refused = {v.name: why for v in candidates if (why := _unfit(v))}
    taken: dict[str, Variable] = {}
    sorts: dict[str, Variable] = {}
    room = MOST_COLUMNS - 1
    fit = [v for v in candidates if v.name not in refused]
    first = {_sort(v): v for v in reversed(fit)}
    for variable in sorted(fit, key=lambda v: first[_sort(v)] is not v):
        sort, width = _sort(variable), _width(variable)
        if variable.kind == Kind.NUMERIC and sort in sorts:
            name = sorts[sort].name
            refused[variable.name] = (f"{name} shows the age already", f"{name} sudah menunjukkan usia")
        elif width > room:
            refused[variable.name] = (
                f"no room: with its {width} columns the banner would have more than {MOST_COLUMNS}",
                f"tidak ada tempat: dengan {width} kolomnya banner akan melebihi {MOST_COLUMNS} kolom",
            )
        else:
            taken[variable.name] = variable
            sorts.setdefault(sort, variable)
            room -= width
    return tuple(_reasons(candidates, taken, refused))


def is_age(variable: Variable) -> bool:
    """Whether a number is the respondent's age."""
    return variable.kind == Kind.NUMERIC and variable.demographic and _sort(variable) == "age"


def has_order(variable: Variable) -> bool:
    """Whether the choices are those of a characteristic that goes from less to more: age, income, education."""
    return variable.demographic and (_sort(variable) in {"age", "class"} or bool(_said(variable) & _EDUCATION))


def how_to_change(language: str) -> str:
    """One sentence on how to choose other columns."""
    if language == "en":
        return "To choose the columns yourself, write them in the plan, such as banner: [total, S6, S15]."
    return "Untuk memilih kolom sendiri, tulis dalam rencana, misalnya banner: [total, S6, S15]."


def banner_in_words(codebook: Codebook, language: str | None = None) -> str:
    """One line on the default banner, why questions are not in it, and how to change it.

    `language` is `en` or `id`; None: the survey's.
    """
    language = language or ("en" if codebook.language == "en" else "id")
    reasons = banner_reasons(codebook)
    shown = ", ".join([TOTAL, *(r.variable for r in reasons if r.columns)])
    others = "; ".join(f"{r.variable}: {r.why(language)}" for r in reasons if not r.columns)
    without = f" {'without' if language == 'en' else 'tanpa'} ({others})" if others else ""
    return f"Banner: {shown}{without}. {how_to_change(language)}"


def _reasons(
    candidates: list[Variable], taken: dict[str, Variable], refused: dict[str, tuple[str, str]]
) -> Iterator[BannerReason]:
    for v in (one for one in candidates if one.name in taken):
        english, indonesian = _OTHER_SORT if (sort := _sort(v)) not in _SORTS else (sort, _SORTS[sort][1])
        bands = (", in bands", ", dalam kelas") if v.kind == Kind.NUMERIC else ("", "")
        yield BannerReason(
            v.name,
            v.label,
            _width(v),
            f"a characteristic of respondents: {english}{bands[0]}",
            f"ciri responden: {indonesian}{bands[1]}",
        )
    for v in (one for one in candidates if one.name not in taken):
        yield BannerReason(v.name, v.label, 0, *refused[v.name])


def _unfit(variable: Variable) -> tuple[str, str] | None:
    """Why a question is no column, whatever else there is."""
    size = len(variable.choices)
    if variable.personal:
        return "personal data", "data pribadi"
    if variable.other_of or _OTHER_NAME.search(variable.name) or _OTHER_LABEL.match(variable.label):
        return 'a text behind "other"', 'teks di balik "lainnya"'
    if is_age(variable):
        return None
    if variable.kind == Kind.NUMERIC:
        return "a number without bands: give it bands", "angka tanpa kelas: beri bands"
    if size < 2:
        return (
            "it has one category, so everybody stands in one column" if size else "its categories are not known",
            "kategorinya satu, jadi semua berada di satu kolom" if size else "kategorinya tidak diketahui",
        )
    if size > MOST_CATEGORIES:
        return (
            f"{size} categories, more than {MOST_CATEGORIES}: give it nets, or name it in the plan",
            f"{size} kategori, lebih dari {MOST_CATEGORIES}: beri nets, atau sebutkan dalam rencana",
        )
    return None


def _item(variable: Variable) -> BannerItem:
    if variable.kind == Kind.NUMERIC:
        return BannerItem(variable=variable.name, bands=AGE_BANDS, hide_empty=True, optional=True)
    return BannerItem(variable=variable.name, optional=True)


def _width(variable: Variable) -> int:
    return len(AGE_BANDS) if variable.kind == Kind.NUMERIC else len(variable.choices)


def _sort(variable: Variable) -> str:
    """What a question says of respondents; its own name where no word tells."""
    words = _said(variable)
    return next((sort for sort, (wanted, _) in _SORTS.items() if words & wanted), f"{variable.name} ")


def _said(variable: Variable) -> set[str]:
    return {word.casefold() for word in _WORD.findall(f"{variable.name.replace('_', ' ')} {variable.label}")}


def _rank(variable: Variable) -> int:
    sort = _sort(variable)
    return list(_SORTS).index(sort) if sort in _SORTS else len(_SORTS)
