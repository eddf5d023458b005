"""What names say of an upload: the study, the wave, which delivery it is, and a readable slug for the partition key.

The folder's name goes before the file's. All words that are known stand in `survey/wave_words.yaml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import PurePosixPath

from mcode_pipelines.survey import Token, any_of, find_wave, tokens_of, wave_words

SLUG_LENGTH = 40

_COPY_MARK = re.compile(r"\s*(?:\(\d{1,2}\)|- (?:copy|salinan|kopie)(?: ?\(\d+\))?)$", re.IGNORECASE)
_KOBO_EXPORT = re.compile(
    r"(?:-all-versions|-semua-versi|-latest-version|-versi-terbaru)(?:-.*?)?(?=-(?:19|20)\d\d-|$)"
)
_DATE = r"(?P<year>(?:19|20)\d\d)-?(?P<month>0[1-9]|1[0-2])-?(?P<day>0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?P<hour>[01]\d|2[0-3])[-_.h:]?(?P<minute>[0-5]\d)(?:[-_.m:]?(?P<second>[0-5]\d))?s?"
_EXPORTED = re.compile(rf"(?<![0-9A-Za-z]){_DATE}[-_ T]{{1,3}}{_CLOCK}(?![0-9A-Za-z])")
"""A date with a time is a tool's: nobody names a wave by the minute."""
_EXPORTED_QUALTRICS = re.compile(
    r"[_ ](?P<month_name>[A-Z][a-z]+) (?P<day>\d{1,2}), (?P<year>20\d\d)_(?P<hour>\d\d)\.(?P<minute>\d\d)$"
)
_LEADING_DATE = re.compile(rf"^{_DATE}(?=[^0-9A-Za-z].*[A-Za-z])")
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        """data dataset raw mentah form kuesioner questionnaire xlsform survey survei upload uploads export ekspor
        new folder baru untitled final fix rev revisi file files berkas hasil results responses jawaban copy salinan
        sheet book sav csv tsv xlsx parquet kobo labels all versions false true english indonesian xml values headers
        kiriman delivery client klien dari untuk from for proyek project pelacak tracker tracking
        the of dan""",
    )
)


@dataclass(frozen=True, order=True)
class Delivery:
    """Which delivery of a wave a name says it is: the larger one comes later."""

    version: float = 1
    """1 without a mark, 2 for `v2`; a revision comes half a version later, a partial delivery half a version before."""


@dataclass(frozen=True)
class UploadName:
    """What was understood of a name."""

    readable: str
    slug: str
    """Lower-case ascii, at most 40 characters, never empty; the date or wave is kept."""
    study: str
    """Lower-case ascii words with `-` between, without wave and delivery."""
    wave: str | None
    """As `survey.Wave.printed`."""
    generic: bool = False
    """Nothing tells this name from another survey's (`data.xlsx`): it does not make two uploads one study."""
    delivery: Delivery = Delivery()
    exported: datetime | None = None
    """When a survey tool wrote the file, by its name."""


@dataclass(frozen=True)
class _Named:
    """What one name says by itself."""

    text: str
    study: tuple[str, ...]
    wave: str | None
    delivery: Delivery
    exported: datetime | None

    @property
    def says(self) -> int:
        """How many words of it tell one study from another."""
        return len({word for word in self.study if word not in _GENERIC})


def parse_upload_name(file_name: str, folder_name: str | None = None) -> UploadName:
    """Reads a file's name and its folder's: study and wave are the folder's where it says them, else the file's."""
    stem = PurePosixPath(file_name.replace("\\", "/")).name.rsplit(".", 1)[0].strip()
    file = _named(stem, is_file=True)
    folder = _named(folder_name.strip(), is_file=False) if folder_name is not None else None
    name, wave = file, file.wave
    readable = _COPY_MARK.sub("", stem).strip()
    delivery, exported = file.delivery, file.exported
    if folder is not None:
        wave = folder.wave or file.wave
        delivery = folder.delivery if folder.delivery != Delivery() else file.delivery
        exported = file.exported or folder.exported
        if folder.says:
            name = folder
            readable = folder.text if folder.wave or wave is None else f"{folder.text} {wave}"
        elif folder.wave is not None:
            readable = f"{readable} {folder.text}".strip()
    study = _cut("-".join(name.study), SLUG_LENGTH) or "survey"
    return UploadName(
        readable or "survey", _key_slug(readable, study, wave), study, wave, name.says == 0, delivery, exported
    )


def study_name(text: str) -> str:
    """The study that a person's word means: `Pelacak Roti` is `pelacak-roti`."""
    return "-".join(_words(tokens_of(text))) or "survey"


def _key_slug(readable: str, study: str, wave: str | None) -> str:
    full = _KOBO_EXPORT.sub("", _slug(readable))
    kept = full
    if len(full) > SLUG_LENGTH and wave is not None:
        tail = _slug(f"w{wave}" if wave.isdigit() and len(wave) < 4 else wave)
        kept = f"{_cut(study, SLUG_LENGTH - len(tail) - 1)}-{tail}"
    return _cut(kept, SLUG_LENGTH) or "survey"


def _named(text: str, *, is_file: bool) -> _Named:
    plain, exported = _without_export_date(text)
    plain = _COPY_MARK.sub("", plain)
    leading = _LEADING_DATE.match(plain)
    if leading is not None:
        rest = plain[leading.end() :]
        if is_file or find_wave(tokens_of(rest)) is not None:
            plain, exported = rest, exported or _moment(leading.groupdict())
    plain, bracketed = _without_bracketed_marks(plain)
    tokens, numbered = _without_numbered_marks(tokens_of(plain))
    found = find_wave(tokens)
    segments: list[list[Token]] = [[]]
    for at, token in enumerate(tokens):
        if found is None or at not in found.tokens:
            segments[-1].append(token)
        elif segments[-1]:
            segments.append([])
    behind_wave = found is not None and max(found.tokens) < len(tokens) - 1
    marks = [*bracketed, *numbered]
    words: list[str] = []
    for number, segment in enumerate(segments):
        left, taken = _without_marks(_words(segment), soft=behind_wave and number == len(segments) - 1)
        marks += taken
        words += left
    study = tuple(_without_file_words(words))
    return _Named(text, study, found.wave.printed if found else None, _delivery(marks), exported)


def _without_export_date(text: str) -> tuple[str, datetime | None]:
    """The name without what a survey tool added, and when the tool wrote the file."""
    qualtrics = _EXPORTED_QUALTRICS.search(text)
    found = _EXPORTED.search(text)
    if qualtrics is not None and qualtrics["month_name"].lower() in _month_names():
        parts = {**qualtrics.groupdict(), "month": str(_month_names()[qualtrics["month_name"].lower()])}
        text, when = text[: qualtrics.start()], _moment(parts)
    elif found is not None:
        text, when = f"{text[: found.start()]} {text[found.end() :]}", _moment(found.groupdict())
    else:
        when = None
    tool = re.search(
        r"[ _]+-[ _]+(?:all|latest|semua|versi)[ _](?:versions?|versi|terbaru)(?![A-Za-z]).*$",
        text,
        flags=re.IGNORECASE,
    )
    return (text[: tool.start()] if tool else text).strip(" _-"), when


def _moment(parts: dict[str, str | None]) -> datetime | None:
    numbers = [int(parts.get(name) or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
    try:
        return datetime(*numbers)  # type: ignore[arg-type]
    except ValueError:
        return None


def _without_bracketed_marks(text: str) -> tuple[str, list[str]]:
    """The name without brackets that hold nothing but marks of a delivery, and those marks."""
    taken: list[str] = []

    def take(found: re.Match[str]) -> str:
        if re.fullmatch(r"\s*\d{0,2}\s*", found[1]):  # a browser's mark of a second copy
            return " "
        left, marks = _without_marks(_words(tokens_of(found[1])), soft=True)
        if left:
            return f" {found[1]} "
        taken.extend(marks)
        return " "

    return _BRACKETS.sub(take, text), taken


def _without_numbered_marks(tokens: Sequence[Token]) -> tuple[list[Token], list[str]]:
    """The tokens without `v2`, `rev 2` and the like, wherever they stand: their numbers are of no date."""
    known = wave_words()
    left: list[Token] = []
    taken = []
    for token in tokens:
        before = left[-1] if left else None
        attached = before is not None and before.word == token.word and before.text in known["versions"].split()
        revision = before is not None and before.text in known["numbered_revisions"].split()
        if before is not None and token.text.isdecimal() and len(token.text) <= 2 and (attached or revision):
            taken.append(f"{before.text}{token.text}")
            left.pop()
        else:
            left.append(token)
    return left, taken


def _without_marks(words: Sequence[str], *, soft: bool) -> tuple[list[str], list[str]]:
    """The words without marks of a delivery at either end, and the marks.

    With `soft` also those marks count at the end that could be words of a study elsewhere.
    """
    left, taken = list(words), []
    hard = _mark_pattern(soft=False)
    behind = _mark_pattern(soft=soft)
    while left and (found := re.search(rf"(?:^|-){behind}$", "-".join(left))) is not None:
        taken.append(found[0].strip("-"))
        left = [word for word in "-".join(left)[: found.start()].split("-") if word]
    while left and (found := re.match(rf"{hard}(?:-{any_of(wave_words()['of_a_copy'])})?(?:-|$)", "-".join(left))):
        taken.append(found[0].strip("-"))
        left = [word for word in "-".join(left)[found.end() :].split("-") if word]
    return left, taken


@cache
def _mark_pattern(*, soft: bool) -> str:
    known = wave_words()
    revision = known["revisions"] + (f" {known['revisions_at_the_end']}" if soft else "")
    marks = [
        rf"{any_of(revision)}(?:-?(?:ke-?)?\d{{1,2}})?",
        rf"{any_of(known['versions'])}-?(?:ke-?)?\d{{1,2}}",
        rf"{any_of(known['copies'])}(?:-?\d{{1,2}})?",
        any_of(known["earlier_deliveries"]),
    ]
    if soft:
        marks.append(any_of(known["earlier_deliveries_at_the_end"]))
    return f"(?:{'|'.join(marks)})"


def _delivery(marks: Sequence[str]) -> Delivery:
    """The delivery that the marks of a name say."""
    known = wave_words()
    version, moved = 1.0, 0.0
    for mark in marks:
        word, number = re.match(r"([a-z]*)-?(?:ke-?)?(\d*)", mark).groups()  # type: ignore[union-attr]
        if word in known["versions"].split():
            version = max(version, float(number))
        elif word in f"{known['earlier_deliveries']} {known['earlier_deliveries_at_the_end']}".split():
            moved = -0.5
        elif word not in known["copies"].split():
            version, moved = max(version, float(number or 1)), 0.5
    return Delivery(version + moved)


def _without_file_words(words: Sequence[str]) -> list[str]:
    """The words of the study: without those of a file at both ends, where something is left."""
    of_file = wave_words()["file_words"].split()
    left = list(words)
    while left and left[-1] in of_file:
        left.pop()
    while left and left[0] in of_file:
        left.pop(0)
    return left or list(words)


def _words(tokens: Sequence[Token]) -> list[str]:
    """The words that tokens are of; what is left of a word stays one."""
    words: dict[int, str] = {}
    for token in tokens:
        words[token.word] = words.get(token.word, "") + token.text
    return list(words.values())


@cache
def _month_names() -> dict[str, int]:
    return {word: int(number) for number, words in wave_words()["months"].items() for word in words.split()}


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
