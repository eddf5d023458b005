"""The kind of a single column by its header's words and its values, where nothing states it."""

from __future__ import annotations

import re

from mcode_pipelines.detection.amounts import WrittenNumbers
from mcode_pipelines.detection.choice_lists import (
    are_choice_names,
    choices_from_values,
    count_merged_spellings,
    merge_spellings,
    sort_choices,
)
from mcode_pipelines.detection.columns import DATE, NUMBER, TIME, Column, header_text
from mcode_pipelines.detection.delimited import detect_delimited, is_free_text
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.scales import factors, leading_number
from mcode_pipelines.detection.siblings import Battery, points_of
from mcode_pipelines.detection.vocabulary import (
    CATEGORIES,
    COUNT,
    DATE_WORDS,
    DAY_WORDS,
    DONT_KNOW_CODES,
    OPEN_WORDS,
    OTHER_CODES,
    RATING,
    RECOMMEND,
    YES,
)
from mcode_pipelines.survey import Choice, Kind
from mcode_pipelines.survey.numbers import LONE_M, MARKS, read_numbers, units_differ, value_of
from mcode_pipelines.survey.ticks import NO

_MEDIA = re.compile(
    r"(https?://\S+|\S+\.(jpe?g|png|gif|mp3|mp4|m4a|amr|wav|3gpp?|pdf|docx?|zip|heic|webp|aac|mov))", re.IGNORECASE
)
_FILE = re.compile(
    r"\S.*\.(jpe?g|png|gif|mp3|mp4|m4a|amr|wav|3gpp?|heic|webp|aac|mov)|https?://\S*(drive\.google|/media/|attachment|upload|\.(jpe?g|png|mp4|mp3))\S*",
    re.IGNORECASE,
)
_GEOPOINT = re.compile(r"-?\d{1,2}\.\d+[ ,;]+-?\d{1,3}\.\d+([ ,;]+-?\d+(\.\d+)?){0,2}")
_GEO_WORDS = frozenset(
    {
        "latitude",
        "longitude",
        "lintang",
        "bujur",
        "altitude",
        "geopoint",
        "gps",
        "koordinat",
        "coordinates",
        "lat",
        "lng",
        "lon",
    }
)
_RANGE = re.compile(
    r"(?<![\w.,-])(?P<low>[01])\s*(?:-|\u2013|to|through|al?|sampai(?: dengan)?|hingga|s\.?/?d\.?|ke)"
    r"\s*(?P<high>\d{1,2})(?![\d.,]*\d)",
    re.IGNORECASE,
)
_BIRTH = frozenset({"lahir", "birth", "born", "dob", "birthday"})
_FIRST_BIRTH, _FIRST_DAY, _LAST_DAY = 3_654, 29_221, 62_091
"""Day numbers of spreadsheets: the first days of 1910 and 1980, the end of 2069."""
SCALE_TOPS = (4, 5, 6, 7, 9, 10)
MANY_CHOICES = 60
_MANY_ANSWERS = 100


def infer_from_values(column: Column, battery: Battery | None = None) -> Draft:
    """The best guess at one column, with its reasons; `battery` where it stands in one."""
    draft = Draft(column.name, header_text(column), Kind.METADATA, [column.name], missing=list(column.missing))
    if battery:
        draft.battery = battery.stem
    if not column.filled:
        return draft.because("no cell is filled", 0.5)
    for look in (_dates, _places, _media, _numbers, _several, _words):
        if look(column, draft, battery):
            break
    return draft


def _dates(column: Column, draft: Draft, _: Battery | None) -> bool:
    worded = bool(set(column.words) & DATE_WORDS)
    if (
        column.dated
        or column.share_matching(DATE) >= 0.8
        or (column.share_matching(TIME) >= 0.8 and not column.numeric)
    ):
        draft.kind = Kind.DATE
        draft.because("the values are dates or times", 0.93 if worded or column.dated else 0.88)
        return True
    words = set(column.words)
    low, high = (_FIRST_BIRTH if words & _BIRTH else _FIRST_DAY), _LAST_DAY
    if words & DAY_WORDS and column.numeric and low <= column.minimum and column.maximum <= high:
        draft.kind = Kind.DATE
        draft.because("the header asks for a date and the values are day numbers of a spreadsheet", 0.85)
        return True
    return False


def _places(column: Column, draft: Draft, _: Battery | None) -> bool:
    words = set(column.words)
    coordinate = column.numeric and column.whole_share < 0.5 and column.minimum >= -180 and column.maximum <= 180
    if column.share_matching(_GEOPOINT) >= 0.8 and not column.numeric:
        draft.kind = Kind.GEO
        draft.because("the values are coordinates", 0.92)
        return True
    if words & _GEO_WORDS and (coordinate or len(words & {"latitude", "longitude", "altitude"}) > 0) and column.numeric:
        draft.kind = Kind.GEO
        draft.because("the header names a coordinate and the values can be one", 0.9)
        return True
    return False


def _media(column: Column, draft: Draft, _: Battery | None) -> bool:
    if column.share_matching(_FILE) >= 0.8 or (column.words[-1:] == ("url",) and column.share_matching(_MEDIA) >= 0.8):
        draft.kind = Kind.MEDIA
        draft.because("the values are files or links to them", 0.9)
        return True
    return False


def _numbers(column: Column, draft: Draft, battery: Battery | None) -> bool:
    if column.written is not None:
        tell_how_written(draft, column.written)
        return True
    if not column.numeric:
        return _ends_in_words(column, draft)
    scale = _rating_points(column, battery)
    words = set(column.words)
    if scale is not None and not (words & COUNT and not battery and not words & (RATING | RECOMMEND)):
        return _as_scale(column, draft, scale, battery)
    codes = {v for v in column.values if v not in DONT_KNOW_CODES and NUMBER.match(v) and "," not in v}
    if column.whole_share > 0.99 and not words & COUNT and _code_like(column, codes):
        draft.kind = Kind.SINGLE_CHOICE
        draft.because(
            f"a few whole numbers ({', '.join(sorted(codes, key=float)[:6])}): most likely codes of choices", 0.55
        )
        draft.choices = choices_from_values(column)
        return True
    few = column.whole_share >= 0.9 and column.minimum >= 0 and column.distinct <= 40 and column.repetition >= 3
    other = set(column.values) & OTHER_CODES - {"96", "996"}
    if few and (other or (words & CATEGORIES and not words & COUNT)):
        draft.kind = Kind.SINGLE_CHOICE
        draft.choices = choices_from_values(column)
        said = "beside an answer 'other'" if other else "under a header that names a category"
        draft.because(f"whole numbers {said}: codes, and no amount", 0.7)
        return True
    draft.kind = Kind.NUMERIC
    draft.because("the values are numbers", 0.85 if words & COUNT or column.distinct > 20 else 0.65)
    if words & COUNT:
        draft.because("the header asks for a count or an amount")
    return True


def tell_how_written(draft: Draft, written: WrittenNumbers) -> None:
    """Makes a question numeric whose numbers are as people type them: what divides thousands is told if guessed."""
    style = written.style
    draft.kind, draft.written = Kind.NUMERIC, style
    example = next((cell for cell, a in written.amounts.items() if any(mark in a.digits for mark in MARKS)), None)
    units = f", in {style.unit}" if style.unit else ""
    draft.because(f"the values are numbers as people type them{units}", 0.9 if written.proven else 0.75)
    if style.thousands:
        draft.because(f"'{style.thousands}' divides thousands")
    if not written.proven and example is not None:
        value = read_numbers([example], style).get(example, 0.0)
        draft.tell(
            f"numbers such as '{example}' were read as {value:.10g}; if that is wrong, set 'written' "
            "(thousands: '.' or ',', or leave it out) in the codebook",
            f"angka seperti '{example}' dibaca sebagai {value:.10g}; jika salah, atur 'written' "
            "(thousands: '.' atau ',', atau hapus) di buku kode",
        )
    others = sorted({a.unit for a in written.amounts.values() if a.unit and units_differ(a.unit, style.unit or a.unit)})
    if others:
        draft.tell(
            f"answers in {', '.join(others)} were converted to {style.unit}, or left out where that cannot be done",
            f"jawaban dalam {', '.join(others)} diubah ke {style.unit}, atau tidak dipakai jika tidak bisa",
        )
    scaled = [a for a in written.amounts.values() if a.multiple != 1]
    alone = [a for a in written.amounts.values() if a.multiple == 1]
    bare = [a for a in alone if 0 < (value_of(a.digits, style.thousands) or 0) < 100]
    in_m = next((cell for cell, a in written.amounts.items() if a.multiple >= 1e6 and LONE_M.search(cell)), None)
    if in_m is not None:
        value = read_numbers(written.amounts, style).get(in_m, 0.0)
        draft.tell(
            f"M counts as millions or, among rupiah, as billions: '{in_m}' was read as {value:,.10g}",
            f"M dihitung sebagai miliar (bukan rupiah: juta): '{in_m}' dibaca sebagai {value:,.10g}",
        )
    if scaled and bare:
        draft.tell(
            f"some answers name thousands or millions, others such as '{bare[0].digits}' do not "
            "and count as they stand",
            f"sebagian jawaban menyebut ribu atau juta, yang lain seperti '{bare[0].digits}' tidak: "
            "yang ini dihitung apa adanya",
        )


def _rating_points(column: Column, battery: Battery | None) -> tuple[int, int, str] | None:
    """(lowest, highest, reason) where whole numbers look like a rating."""
    if column.distinct > 14:
        return None
    points = sorted(points_of(column))
    if not points or points[0] < 0 or any(p % 1 for p in points):
        return None
    low, high = int(points[0]), int(points[-1])
    words = set(column.words)
    stated = _stated_range(column)
    if stated and words & (RATING | RECOMMEND) and stated[0] <= low and high <= stated[1] and len(points) >= 2:
        return *stated, f"the header says {stated[0]}-{stated[1]}"
    if words & RECOMMEND and high <= 10 and (high >= 6 or low == 0) and len(points) >= 4:
        # Who would advise against says 0 rather than 1: among many answers a 1 without a 0 shows that 1 was the end.
        lowest = 1 if low == 1 and column.filled >= _MANY_ANSWERS else 0
        return lowest, 10, f"recommendation asked on {lowest}-10"
    if battery is not None and len(points) >= 2 and battery.highest in range(3, 11):
        low, top = battery.lowest, battery.highest
        if high <= top and (low >= 1 or top == 10):
            return low, top, f"values {low}-{top} in {battery.size} sibling questions"
        low = int(points[0])
    if words & RATING and len(points) >= 3 and high in range(3, 11) and (low >= 1 or high == 10):
        high = 10 if high == 9 else high
        return low, high, f"the header asks for a rating and the values are {low}-{high}"
    if low == 0 and high == 10 and len(points) >= 9:
        return 0, 10, "the values run from 0 to 10"
    return None


def _stated_range(column: Column) -> tuple[int, int] | None:
    """The ends of a rating that the header states: `(0-10)`, `skala 1 sampai 5`."""
    found = _RANGE.search(" ".join(column.headers))
    if found is None or int(found["high"]) not in (3, *SCALE_TOPS):
        return None
    return int(found["low"]), int(found["high"])


def _as_scale(column: Column, draft: Draft, scale: tuple[int, int, str], battery: Battery | None) -> bool:
    low, high, reason = scale
    draft.kind = Kind.SCALE
    draft.because(reason, 0.85 if battery else 0.75)
    low = 1 if low > 1 else low
    points = [str(i) for i in range(low, high + 1)]
    others = sorted(v for v in column.values if v not in points)
    draft.choices = [Choice(code=p, label=p, factor=float(p)) for p in points] + [
        Choice(code=v, label=v) for v in others
    ]
    return True


def _code_like(column: Column, codes: set[str]) -> bool:
    """Two numbers, or 1, 2, 3 ... without a large gap, then perhaps 96; not counts, which start at 0 and thin out."""
    listed = codes - OTHER_CODES
    if not listed or len(listed) > 40:
        return False
    numbers = sorted(float(c) for c in listed)
    if numbers in ([0.0, 1.0], [1.0, 2.0], [0.0], [1.0]):
        return True
    if len(numbers) == 2 and column.repetition >= 5 and numbers[0] > 0:
        return True
    dense = len(numbers) >= 0.6 * (numbers[-1] - numbers[0] + 1)
    if numbers[0] < 1 or not dense or column.repetition < 3:
        return False
    if codes & OTHER_CODES or column.maximum in (97, 98, 99):
        return numbers[-1] <= 60
    return (numbers[0] == 1 and numbers[-1] <= 20) or (numbers[-1] <= 10 and column.repetition >= 10)


def _ends_in_words(column: Column, draft: Draft) -> bool:
    """`1 (sangat buruk)`, `2`, `3`, `4`, `5 (sangat baik)`: numbers whose ends are in words."""
    if column.distinct > 14 or column.repetition < 2 or column.number_share < 0.1:
        return False
    choices = _with_unused_points(choices_from_values(column))
    if factors(choices) is None:
        return False
    draft.kind = Kind.SINGLE_CHOICE
    draft.choices = choices
    draft.because("the answers are numbers, some with words", 0.85)
    return True


def _with_unused_points(choices: list[Choice]) -> list[Choice]:
    """Numbered answers with the numbers between the lowest and the highest that nobody chose."""
    stated = {s[0] for c in choices if (s := leading_number(c.label)) and s[0] % 1 == 0}
    if len(stated) < 4 or min(stated) not in (0, 1) or max(stated) > 10:
        return choices
    unused = [str(n) for n in range(int(min(stated)), int(max(stated)) + 1) if n not in stated]
    return sort_choices([*choices, *(Choice(code=n, label=n) for n in unused)]) if unused else choices


def ordered(choices: list[Choice]) -> list[Choice]:
    """Scale choices from the lowest factor up, those without a factor last."""
    return sorted(choices, key=lambda c: (c.factor is None, c.factor or 0.0))


def _several(column: Column, draft: Draft, battery: Battery | None) -> bool:
    if column.distinct <= 14 and factors(choices_from_values(column)) is not None:
        return False
    found = detect_delimited(column)
    if (found is None or found.delimiter == ",") and is_free_text(column, found):
        draft.kind = Kind.OPEN_ENDED
        draft.because("the header asks for an answer in one's own words, and its commas separate no list", 0.75)
        return True
    if found is None or not _better_than_single(column, len(found.options), found.delimiter):
        return False
    mark = {" ": "blanks", ",": "commas", ";": "semicolons", "|": "bars", "\n": "line ends"}[found.delimiter]
    draft.kind = Kind.MULTI_CHOICE
    draft.delimiter = found.delimiter
    options = merge_spellings(found.options)
    said = sum(n for _, n in options)
    kept = [(o, n) for o, n in options if n >= max(2, 0.002 * said) or len(options) <= 15][:80]
    draft.choices = [Choice(code=o, label=o) for o, _ in kept]
    if all(o.isdigit() for o, _ in kept):
        draft.choices.sort(key=lambda c: int(c.code))
    draft.because(f"{found.several:.0%} of the cells hold several of {len(options)} answers, joined by {mark}", 0.8)
    if found.joined:
        draft.because("some answers hold a comma themselves", 0.7)
    return True


def _better_than_single(column: Column, options: int, delimiter: str) -> bool:
    """Answers that hold commas themselves return to few whole cells; combinations make more cells than options.

    Of signs that answers seldom hold, as many cells as options are enough.
    """
    fewest = options if delimiter in ";|\n" else options + 1
    return column.distinct >= fewest or column.repetition < 4


def _words(column: Column, draft: Draft, battery: Battery | None) -> bool:
    words = set(column.words)
    asks = bool(words & OPEN_WORDS)
    longish = column.mean_length > 45 and column.distinct > 0.3 * column.filled
    few = column.filled < 25 and column.distinct <= 0.6 * column.filled and column.mean_length < 60
    repeated = column.repetition >= (6 if asks else 2.5) and column.distinct <= max(MANY_CHOICES, 0.05 * column.filled)
    if column.distinct <= 2 and not (asks and column.filled > 2 * column.distinct):
        repeated = column.filled > 2 or column.mean_length < 25
    if (repeated or few) and not longish and (column.mean_length < 90 or column.repetition > 8):
        return _choice_words(column, draft)
    if column.folded_values <= YES | NO:
        return _choice_words(column, draft)
    if are_choice_names(column) and column.distinct <= MANY_CHOICES:
        draft.because("the answers are written as a form's codes")
        return _choice_words(column, draft)
    draft.kind = Kind.OPEN_ENDED
    reason = f"{column.distinct:,} different texts in {column.filled:,} answers"
    draft.because(reason, 0.85 if longish or asks else 0.65)
    if asks:
        draft.because("the header asks for an answer in one's own words")
    return True


def _choice_words(column: Column, draft: Draft) -> bool:
    if _ends_in_words(column, draft):
        return True
    draft.kind = Kind.SINGLE_CHOICE
    draft.choices = choices_from_values(column)
    draft.because(
        f"{column.distinct:,} different answers in {column.filled:,}", 0.85 if column.distinct <= 12 else 0.65
    )
    if count_merged_spellings(column):
        draft.because("answers that differ only in capitals or outer blanks count as one")
    return True
