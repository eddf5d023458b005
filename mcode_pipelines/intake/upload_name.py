"""What a file's name says: the study, the wave, and a readable slug for the partition key."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

SLUG_LENGTH = 40

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari", "feb february februari", "mar march maret", "apr april", "may mei", "jun june juni",
            "jul july juli", "aug august agu agt ags agustus", "sep sept september", "oct october okt oktober",
            "nov november nop nopember", "dec december des desember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12]\d|3[01])"
_MONTH_NAME = rf"(?P<month_name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_EDGE_LEFT, _EDGE_RIGHT = r"(?<![a-z0-9])", r"(?![a-z0-9])"
_TIME = r"(?:-[0-2]\d-[0-5]\d(?:-[0-5]\d)?)?"
_DATES = tuple(
    re.compile(_EDGE_LEFT + pattern + _EDGE_RIGHT)
    for pattern in (
        rf"{_YEAR}-{_MONTH}-{_DAY}{_TIME}",
        rf"{_YEAR}{_MONTH}{_DAY}",
        rf"{_DAY}-{_MONTH}-{_YEAR}",
        rf"(?:(?P<day>[0-3]?\d)-)?{_MONTH_NAME}-?{_YEAR}",
        rf"{_YEAR}-?{_MONTH_NAME}(?:-(?P<day>[0-3]?\d))?",
        rf"{_YEAR}-?(?:q|tw|kuartal-|triwulan-)(?P<quarter>[1-4])",
        rf"(?:q|tw|kuartal-|triwulan-)(?P<quarter>[1-4])-?{_YEAR}",
        rf"{_YEAR}-{_MONTH}",
        rf"{_MONTH}-{_YEAR}",
        rf"{_YEAR}",
    )
)
_WAVE = re.compile(
    _EDGE_LEFT + r"(?:(?:wave|gelombang|gel|putaran|tahap|batch|round|pulse)-?|[wr])(?P<number>\d{1,3})" + _EDGE_RIGHT
)
_KOBO_EXPORT = re.compile(r"-all-versions-.*?(?=-(?:19|20)\d\d-|$)|-latest-version-.*?(?=-(?:19|20)\d\d-|$)")
_COPY_MARK = re.compile(r"\s*(?:\(\d+\)|- (?:copy|salinan)(?: ?\(\d+\))?)$", re.IGNORECASE)
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        """data dataset raw mentah form kuesioner questionnaire xlsform survey survei upload uploads export ekspor
        new folder baru untitled final fix rev revisi file files berkas hasil results responses jawaban copy salinan
        sheet book sav csv tsv xlsx parquet kobo labels all versions false true english indonesian xml values headers
        the of dan""",
    )
)


@dataclass(frozen=True)
class UploadName:
    """What was understood of a name."""

    readable: str
    slug: str
    """Lower-case ascii, at most 40 characters, never empty; the date or wave is kept."""
    study: str
    """The slug without its date and wave."""
    wave: str | None
    """`2026-11-23`, `2026-11`, `2026-Q4`, `2026`, or the bare number of a named wave."""
    generic: bool = False
    """Nothing tells this name from another survey's (`data.xlsx`): it does not make two uploads one study."""


def parse_upload_name(file_name: str, folder_name: str | None = None) -> UploadName:
    """Reads a file's name, or its folder's where that says more."""
    stem = _COPY_MARK.sub("", PurePosixPath(file_name.replace("\\", "/")).name.rsplit(".", 1)[0]).strip()
    readable = stem
    if folder_name is not None and _says(folder_name) >= max(_says(stem), 1):
        readable = folder_name.strip()
    full = _KOBO_EXPORT.sub("", _slug(readable))
    rest, wave = _without_wave(full)
    study = _cut(rest, SLUG_LENGTH) or "survey"
    kept = full
    if len(full) > SLUG_LENGTH and wave is not None:
        tail = _slug(f"w{wave}" if wave.isdigit() and len(wave) < 4 else wave)
        kept = f"{_cut(rest, SLUG_LENGTH - len(tail) - 1)}-{tail}"
    return UploadName(readable or "survey", _cut(kept, SLUG_LENGTH) or "survey", study, wave, _says(study) == 0)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _cut(slug: str, length: int) -> str:
    """The slug cut at a word's end where that keeps most of it."""
    if len(slug) <= length:
        return slug.strip("-")
    cut = slug[:length]
    at_word = cut.rsplit("-", 1)[0] if slug[length] != "-" else cut
    return (at_word if len(at_word) >= length // 2 else cut).strip("-")


def _says(name: str) -> int:
    """How many words of a name tell one survey from another."""
    return len({word for word in _slug(name).split("-") if word and word not in _GENERIC})


def _without_wave(slug: str) -> tuple[str, str | None]:
    wave, rest = None, slug
    if named := _WAVE.search(rest):
        wave = named["number"].lstrip("0") or "0"
        rest = _taken_out(rest, named)
    for pattern in _DATES:
        if dated := pattern.search(rest):
            wave = wave or _date(dated.groupdict())
            rest = _taken_out(rest, dated)
            break
    return rest, wave


def _taken_out(slug: str, found: re.Match[str]) -> str:
    return re.sub(r"-+", "-", slug[: found.start()] + "-" + slug[found.end() :]).strip("-")


def _date(parts: dict[str, str | None]) -> str:
    year = parts["year"] or ""
    if quarter := parts.get("quarter"):
        return f"{year}-Q{quarter}"
    month_name = parts.get("month_name")
    month = f"{_MONTHS[month_name]:02d}" if month_name else parts.get("month")
    day = parts.get("day")
    return "-".join([year, *([month] if month else []), *([day.zfill(2)] if month and day else [])])
