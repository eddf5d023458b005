"""What part a variable plays: personal data, demographic, weight, identifier."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.survey_tools import bare_name
from mcode_pipelines.detection.vocabulary import (
    DEMOGRAPHIC,
    DEMOGRAPHIC_GROUPS,
    DIGITS,
    EMAIL,
    FILE_NUMBER,
    GIVEN_NAMES,
    IDENTIFIERS,
    INTERVIEWER,
    INTERVIEWER_BESIDE,
    IP_ADDRESS,
    NATIONAL_ID,
    NOT_A_PERSONS_NAME,
    NOT_PERSONAL,
    OTHER_PEOPLE,
    OTHER_PEOPLE_PHRASES,
    PERSONAL,
    PERSONAL_NAME,
    PHONE,
    PHONE_WORDS,
    POSTCODE,
    SOCIAL_CLASS,
    YES,
    word_set,
    words_of,
)
from mcode_pipelines.survey import Kind, in_indonesian
from mcode_pipelines.survey.ticks import NO

_TEXTS = (
    Kind.OPEN_ENDED,
    Kind.SINGLE_CHOICE,
    Kind.METADATA,
    Kind.OTHER_SPECIFY,
    Kind.NUMERIC,
    Kind.MULTI_CHOICE,
    Kind.IDENTIFIER,
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (EMAIL, "e-mail addresses"),
    (PHONE, "telephone numbers"),
    (NATIONAL_ID, "national identity numbers"),
    (IP_ADDRESS, "internet addresses"),
)
_METADATA_PERSONAL = word_set(
    """deviceid imei simserial subscriberid phonenumber ipaddress ipaddr email recipientemail recipientlastname
    recipientfirstname"""
)
_ADDRESSED = word_set("anda your you respondent responden bapak ibu saudara kamu")
_BETWEEN = word_set(
    """household rumah tangga keluarga family total rata current currently monthly yearly per bulan are do
    together"""
)
"""Words that may stand between a characteristic and the respondent."""
_BESIDE = 1
_HIGHEST = word_set("highest tertinggi terakhir hoogste completed ditamatkan")
_FEW_WORDS = 6
"""Of a header that is a name rather than a question."""
_HOUSEHOLDS = frozenset({"area", "income"})
"""Characteristics that the people of a household share."""
_NOT_OF_SORT = {"area": frozenset({"id"}), "income": word_set("source sources sumber")}
"""Words of a name that make it another thing: where money comes from is no class of income."""
_YES_NO_SORTS = frozenset({"sex", "marital", "occupation"})
_SURE_SORTS = frozenset({"sex", "age", "marital", "income"})
_FEWEST_IDS, _MOSTLY = 5, 0.8
"""So many different codes, and such a share of the rows, make a column named an identifier one in spite of repeats."""
_ID_WORDS = frozenset({"id", "code", "kode", "nomor", "no", "number", "ref", "uuid", "barcode", "serial"})


def mark_personal(drafts: Sequence[Draft], columns: Mapping[str, Column]) -> None:
    """Marks names, telephones, addresses, identity numbers and exact places; texts among them become identifiers."""
    for draft in drafts:
        reason = _personal_reason(draft, columns[draft.columns[0]])
        if reason is None:
            continue
        draft.personal = True
        draft.because(reason)
        if draft.kind in (Kind.OPEN_ENDED, Kind.OTHER_SPECIFY, Kind.NUMERIC) or (
            draft.kind is Kind.SINGLE_CHOICE and not draft.listed
        ):
            _identify(draft)


def mark_interviewers(drafts: Sequence[Draft]) -> None:
    """Who interviewed is no question: a column of their names or codes gets no table, listed in the form or not."""
    for draft in drafts:
        words = {*words_of(own_part(draft.label)), *words_of(own_part(draft.name))}
        if draft.kind not in _TEXTS or not words & INTERVIEWER or not words <= INTERVIEWER | INTERVIEWER_BESIDE:
            continue
        draft.personal = draft.personal or bool(words & PERSONAL_NAME)
        draft.because("the header names who interviewed")
        _identify(draft)


def _identify(draft: Draft) -> None:
    draft.kind = Kind.IDENTIFIER
    draft.choices, draft.delimiter, draft.other_of, draft.other_code = [], None, None, None


def _personal_reason(draft: Draft, column: Column) -> str | None:
    if draft.kind is Kind.GEO:
        return "exact coordinates are personal data"
    if draft.kind in (Kind.METADATA, Kind.IDENTIFIER) and any(
        w in "".join(words_of(column.name)) for w in _METADATA_PERSONAL
    ):
        return "the header names personal data"
    words = (*words_of(draft.name.rsplit("/", 1)[-1].rsplit(".", 1)[-1]), *words_of(draft.label))
    if draft.kind is Kind.DATE:
        birth = set(words) & {"lahir", "birth", "dob", "birthday", "born"}
        return "a date of birth is personal data" if birth else None
    if draft.kind not in _TEXTS or draft.listed:
        return None
    if set(words) & PHONE_WORDS and column.filled and column.share_matching(DIGITS) >= 0.8:
        return "the header asks for a telephone and the values can be one"
    for pattern, what in _PATTERNS:
        if column.filled and column.share_matching(pattern) >= 0.8:
            return f"the values are {what}"
    diverse = column.distinct >= 0.5 * column.filled or draft.declared
    few_words = len(words_of(draft.label)) <= 9
    named = set(words) & PERSONAL_NAME and not set(words) & NOT_A_PERSONS_NAME
    if draft.kind is not Kind.NUMERIC and named and few_words and diverse:
        return "the header asks for a person's name"
    if draft.kind is Kind.OPEN_ENDED and not draft.declared and _peoples_names(column):
        return "the values look like people's names"
    if draft.kind is Kind.NUMERIC and (column.whole_share < 1 or column.minimum < 1e7):
        return None
    if set(words) & PERSONAL and not set(words) & NOT_PERSONAL and few_words and diverse and column.distinct > 2:
        return "the header asks for personal data"
    return None


def _peoples_names(column: Column) -> bool:
    """Different short texts of one to four words without digits, many with a frequent given name."""
    some = [words_of(v) for v in column.values[:300]]
    if len(some) < 5 or column.distinct < 0.4 * column.filled:
        return False
    short = sum(1 <= len(w) <= 4 and not any(c.isdigit() for part in w for c in part) for w in some)
    named = sum(bool(set(w) & GIVEN_NAMES) for w in some)
    return short >= 0.9 * len(some) and named >= 0.2 * len(some)


def mark_identifiers(drafts: Sequence[Draft], columns: Mapping[str, Column]) -> None:
    """Numbers that only name something become identifiers: no mean and no code frame says anything of them.

    Different codes for everybody (R1, R2 ...; 1, 2, 3 ...), postcodes, and the numbers of files (`Case number`) where
    (nearly) every row has its own.
    """
    for draft in drafts:
        if draft.personal or len(draft.columns) != 1 or draft.kind not in (Kind.OPEN_ENDED, Kind.NUMERIC):
            continue
        column = columns[draft.columns[0]]
        reason = _identifier_reason(draft, column)
        if reason:
            draft.kind = Kind.IDENTIFIER
            draft.because(reason, 0.85)


def _identifier_reason(draft: Draft, column: Column) -> str | None:
    told = {" ".join(words_of(own_part(draft.name))), " ".join(words_of(own_part(draft.label)))}
    if any(POSTCODE.search(text) for text in told):
        return "a postcode names a place"
    if column.distinct >= 0.9 * column.filled and any(FILE_NUMBER.search(text) for text in told):
        return "the header asks for the number of a file"
    if draft.declared:
        return None
    coded = (column.numeric and column.whole_share == 1.0) or all(
        " " not in v and any(c.isdigit() for c in v) for v in column.values[:50]
    )
    named = (
        set(column.words) & _ID_WORDS
        or not column.numeric
        or (column.position == 0 and column.maximum - column.minimum < 3 * column.filled)
    )
    unique = column.distinct == column.filled >= 5
    if unique and coded and named:
        return "a different code in every row"
    own = bare_name(own_part(draft.name)) in IDENTIFIERS
    if own and coded and column.distinct >= max(_FEWEST_IDS, _MOSTLY * column.filled):
        return "named an identifier, and (nearly) every row has a code of its own"
    return None


def tell_of_repeats(drafts: Sequence[Draft], columns: Mapping[str, Column]) -> None:
    """Says where the respondents' identifier holds the same code more than once: somebody may be in the file twice."""
    for draft in drafts:
        if draft.kind is not Kind.IDENTIFIER or draft.personal or len(draft.columns) != 1:
            continue
        column = columns[draft.columns[0]]
        again = column.filled - column.distinct
        if (
            again <= 0
            or bare_name(own_part(column.name)) not in IDENTIFIERS
            or column.distinct < _MOSTLY * column.filled
        ):
            continue
        some = ", ".join(f"'{v}'" for v, n in column.top[:3] if n > 1)
        draft.tell(
            f"{again:,} rows repeat a code that stands above them ({some}): somebody may have been entered twice; "
            "everybody was kept, take the repeats out of the file if they are mistakes",
            f"{in_indonesian(again)} baris mengulang kode yang sudah ada ({some}): mungkin ada yang terinput dua kali; "
            "semua tetap dihitung, hapus dari berkas jika salah",
        )


def mark_demographics(drafts: Sequence[Draft]) -> None:
    """Respondents' characteristics among the closed questions; one to three of each sort, the banner's material."""
    for draft in drafts:
        if draft.personal or draft.kind not in (Kind.SINGLE_CHOICE, Kind.NUMERIC):
            continue
        sort = _demographic_sort(draft)
        if sort is None or (draft.kind is Kind.NUMERIC and sort != "age"):
            continue
        if draft.kind is not Kind.NUMERIC and not 2 <= len(draft.choices) <= 60:
            continue
        draft.demographic, draft.characteristic = True, sort if sort in DEMOGRAPHIC else None
        draft.because(f"a respondent's characteristic ({sort})")


def own_part(name: str) -> str:
    """What a column's name says of itself: `Borrowed` of `Income.Debt.Borrowed`; question texts whole."""
    name = name.strip()
    last = name.rsplit("/", 1)[-1]
    return last if " " in last else last.rsplit(".", 1)[-1]


def _demographic_sort(draft: Draft) -> str | None:
    label, name = words_of(own_part(draft.label) if " " not in draft.label else draft.label), _name_words(draft)
    if (set(label) | set(name)) & INTERVIEWER:
        return None
    others = bool((set(label) | set(name)) & OTHER_PEOPLE or OTHER_PEOPLE_PHRASES.search(draft.label))
    yes_no = _yes_or_no(draft)
    for sort, wanted in DEMOGRAPHIC.items():
        if (others and sort not in _HOUSEHOLDS) or (yes_no and sort not in _YES_NO_SORTS):
            continue
        if set(name) & _NOT_OF_SORT.get(sort, frozenset()):
            continue
        if set(name) & wanted and len(name) <= 4:
            return sort
        if set(label) & wanted and _asked_of_respondent(label, sort, wanted):
            return sort
    if SOCIAL_CLASS.search(draft.label) and len(label) <= _FEW_WORDS and not (others or yes_no):
        return "income"
    grouped = bool(set(words_of(draft.group or "")) & DEMOGRAPHIC_GROUPS)
    closed = {c.label.lower() for c in draft.choices} <= YES | NO | {"prefer not to answer", "tidak menjawab"}
    if grouped and draft.kind is Kind.SINGLE_CHOICE and 3 <= len(draft.choices) <= 12 and not closed:
        return "asked among the demographics"
    return None


def _name_words(draft: Draft) -> tuple[str, ...]:
    return words_of(own_part(draft.name))


def _yes_or_no(draft: Draft) -> bool:
    """Whether the answers begin with a yes and a no (`No, did not need to`): something done, no characteristic."""
    first = {words[0] for c in draft.choices if (words := words_of(c.label))}
    return bool(first & (YES - {"1"})) and bool(first & (NO - {"0"}))


def _asked_of_respondent(label: tuple[str, ...], sort: str, wanted: frozenset[str]) -> bool:
    """A header of a few words, or one where the characteristic stands beside the respondent (`your age`)."""
    if len(label) <= _FEW_WORDS:
        return True
    if sort == "education" and set(label) & _HIGHEST and len(label) <= 14:
        return True
    if len(label) > (14 if sort in _SURE_SORTS else 8):
        return False
    told = [w for w in label if w not in _BETWEEN]
    asked = [i for i, w in enumerate(told) if w in wanted]
    addressed = [i for i, w in enumerate(told) if w in _ADDRESSED]
    return any(abs(i - j) <= _BESIDE for i in asked for j in addressed)
