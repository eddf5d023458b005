"""What part a variable plays: personal data, demographic, weight, identifier."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.words import (
    DEMOGRAPHIC,
    DEMOGRAPHIC_GROUPS,
    EMAIL,
    GIVEN_NAMES,
    IP_ADDRESS,
    NATIONAL_ID,
    NO,
    NOT_A_PERSONS_NAME,
    NOT_PERSONAL,
    PERSONAL,
    PERSONAL_NAME,
    PHONE,
    WEIGHT,
    YES,
    word_set,
    words_of,
)
from mcode_pipelines.survey import Kind

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
_SURE_SORTS = frozenset({"sex", "age", "marital", "income"})
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
    """Undeclared columns of different codes for everybody (R1, R2 ...; 1, 2, 3 ...) are identifiers."""
    for draft in drafts:
        if (
            draft.declared
            or draft.personal
            or len(draft.columns) != 1
            or draft.kind not in (Kind.OPEN_ENDED, Kind.NUMERIC)
        ):
            continue
        column = columns[draft.columns[0]]
        unique = column.distinct == column.filled >= 5
        words = set(column.words)
        coded = (column.numeric and column.whole_share == 1.0) or all(
            " " not in v and any(c.isdigit() for c in v) for v in column.values[:50]
        )
        if (
            unique
            and coded
            and (
                words & _ID_WORDS
                or not column.numeric
                or (column.position == 0 and column.maximum - column.minimum < 3 * column.filled)
            )
        ):
            draft.kind = Kind.IDENTIFIER
            draft.because("a different code in every row", 0.85)


def mark_demographics(drafts: Sequence[Draft]) -> None:
    """Respondents' characteristics among the closed questions; one to three of each sort, the banner's material."""
    for draft in drafts:
        if draft.personal or draft.kind not in (Kind.SINGLE_CHOICE, Kind.SCALE, Kind.MULTI_CHOICE, Kind.NUMERIC):
            continue
        if draft.kind in (Kind.SCALE, Kind.MULTI_CHOICE) and not any(
            "single choice spread" in e for e in draft.evidence
        ):
            continue
        sort = _demographic_sort(draft)
        if sort is None:
            continue
        if draft.kind is Kind.NUMERIC and sort != "age":
            continue
        points = len(draft.choices)
        if draft.kind is not Kind.NUMERIC and not 2 <= points <= 60:
            continue
        draft.demographic = True
        draft.because(f"a respondent's characteristic ({sort})")


def _demographic_sort(draft: Draft) -> str | None:
    label, name = words_of(draft.label), words_of(draft.name.rsplit("/", 1)[-1])
    grouped = bool(set(words_of(draft.group or "")) & DEMOGRAPHIC_GROUPS)
    asked = len(label) <= 6 or (len(label) <= 14 and bool(set(label) & _ADDRESSED))
    for sort, wanted in DEMOGRAPHIC.items():
        if set(name) & wanted and len(name) <= 4:
            return sort
        if asked and set(label) & wanted and (sort in _SURE_SORTS or len(label) <= 8):
            return sort
    closed = {c.label.lower() for c in draft.choices} <= YES | NO | {"prefer not to answer", "tidak menjawab"}
    if grouped and draft.kind is Kind.SINGLE_CHOICE and 3 <= len(draft.choices) <= 12 and not closed:
        return "asked among the demographics"
    return None


def mark_weights(drafts: Sequence[Draft], columns: Mapping[str, Column]) -> None:
    """Weighting factors: named so, positive, not whole numbers, around one on average."""
    for draft in drafts:
        if (
            draft.kind not in (Kind.NUMERIC, Kind.METADATA, Kind.SINGLE_CHOICE, Kind.SCALE)
            or draft.listed
            or len(draft.columns) != 1
        ):
            continue
        column = columns[draft.columns[0]]
        words = set(words_of(draft.name)) | set(words_of(draft.label)[:4])
        if not words & WEIGHT or not column.numeric or column.minimum < 0 or {"kg", "badan", "body", "berat"} & words:
            continue
        if column.whole_share < 0.9 and 0.2 <= column.mean <= 5:
            draft.kind, draft.weight, draft.choices = Kind.NUMERIC, True, []
            draft.because(f"named a weight, positive, {column.mean:.2f} on average", 0.93)
