"""The review workbook: what its sheets are called, and what was found in one that came back.

The room that writes it and the room that reads it agree here and nowhere else. A person may sort and delete rows, move
columns and rename sheets: an answer is known by its id, a column by its heading, and what was there before by the
hidden sheet.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from mcode_pipelines.survey.code_frame import CodeFrame

REVIEW_SHEET = "_mcode_review"
"""The hidden sheet that makes a workbook a review workbook."""
RESPONDENTS_SHEET = "_mcode_respondents"
"""The hidden sheet that names the respondent of each row of the data."""
REVIEW_FORMAT = "1"
MAX_PIECE_LENGTH = 16_000
"""A long text is spread over cells of at most so many characters, each of which may take two of a cell's 32,767."""

_MARKED = 2_000
"""Characters of a verbatim that its mark is made of."""

CODES_PER_ANSWER = 3
"""Code columns of an answers sheet; more where an answer has more codes."""

ANSWER_ID = frozenset({"id jawaban", "answer id"})
ANSWER_CODE = re.compile(r"(?:kode|code) ?(\d+)", re.IGNORECASE)
ANSWER_VERBATIM = frozenset({"jawaban", "verbatim"})
AGREED = frozenset({"setuju (x)", "agreed (x)"})
FRAME_CODE = frozenset({"kode", "code"})
FRAME_LABEL = frozenset({"label"})
FRAME_NET = frozenset({"net"})
FRAME_MERGE = frozenset({"gabung ke kode", "merge into code"})
FRAME_DEFINITION = frozenset({"definisi", "definition"})
FRAME_EXAMPLES = frozenset({"contoh jawaban", "example answers"})
ANSWER_CONFIDENCE = frozenset({"keyakinan", "confidence"})
REVIEW_TITLES = frozenset({"tinjau kode jawaban terbuka", "review the codes of open answers"})
IN_INDONESIAN = frozenset({"id jawaban", "gabung ke kode", "definisi", "contoh jawaban"})
"""Headings by which columns are found again, in lower case, in both languages of the output."""


class ReviewModel(BaseModel):
    """Base of the parts: frozen."""

    model_config = ConfigDict(frozen=True)


class ReviewedQuestion(ReviewModel):
    """One question of a review workbook as it was handed out."""

    variable: str
    answers_sheet: str
    frame_sheet: str
    revision: str
    frame: CodeFrame


class ExportedAnswer(ReviewModel):
    """One answer (equal ones together) as it was handed out."""

    variable: str
    codes: tuple[int, ...]
    rows: tuple[int, ...]
    """The rows of the data that hold it."""
    mark: str = ""
    """What `verbatim_digest` says of its verbatim; blank in workbooks of before it was noted."""
    confidence: str = ""
    """As `shown_confidence` writes it; blank in workbooks of before it was noted."""


class AnswerRow(ReviewModel):
    """One row of an answers sheet as it came back."""

    sheet: str
    row: int
    """As the spreadsheet program numbers it, from 1."""
    answer: str
    """The answer's id; blank where somebody took it away."""
    codes: tuple[str, ...]
    """The filled code cells."""
    agreed: bool = False
    verbatim: str | None = None
    """What stands in the column of verbatims; None where somebody took that column away."""
    confidence: str = ""
    """What stands in the column of confidence, as `shown_confidence` writes it; blank where it is no figure."""
    columns: frozenset[int] | None = None
    """The code columns that its sheet still has, by their numbers; None: all of them."""
    hidden: bool = False
    """Whether a code cell cannot be read: merged into another cell, or an error of a formula."""


class FrameRow(ReviewModel):
    """One row of a frame sheet as it came back; blank cells are blank texts."""

    sheet: str
    row: int
    code: str = ""
    label: str = ""
    net: str = ""
    merge_into: str = ""
    definition: str = ""
    examples: str = ""


class ReviewWorkbook(ReviewModel):
    """A review workbook that came back."""

    upload: str
    sha256: str
    questions: tuple[ReviewedQuestion, ...]
    answers: dict[str, ExportedAnswer]
    """By answer id."""
    respondents: dict[int, str]
    """By row of the data; a row that is not here is its own name."""
    answer_rows: tuple[AnswerRow, ...]
    frame_rows: dict[str, tuple[FrameRow, ...]]
    """By question; one whose frame sheet is gone is missing."""
    net_columns: frozenset[str] = frozenset()
    """Questions whose frame sheet still has its column of nets."""
    definition_columns: frozenset[str] = frozenset()
    merge_columns: frozenset[str] = frozenset()
    headless: tuple[str, ...] = ()
    """Sheets whose headings are gone, so that nothing in them can be used."""
    language: str = "en"
    """Of its headings: `id` or `en`."""


def frame_revision(frame: CodeFrame) -> str:
    """12 hex digits that change whenever the codes of a frame do; how it came about does not count."""
    told = frame.model_dump_json(exclude={"origin"}, exclude_none=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def answer_id(upload: str, variable: str, said: str, codes: Iterable[int] = ()) -> str:
    """The name of an answer in the review workbooks of one upload: the question and 10 hex digits.

    `codes` tell apart equal answers that a person coded differently.
    """
    told = "\0".join((upload, variable, said, *map(str, sorted(codes))))
    return f"{variable[:20]}-{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def verbatim_digest(verbatim: str) -> str:
    """Eight hex digits of the letters and digits of a verbatim: the same however a spreadsheet program spaces it."""
    letters = re.sub(r"[\W_]+", "", verbatim[:_MARKED].casefold())
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def shown_confidence(confidence: object) -> str:
    """A confidence as an answers sheet shows it, whatever a spreadsheet program made of the number; blank if none.

    >>> shown_confidence(0.5), shown_confidence("0.50004"), shown_confidence("tinggi")
    ('0.5', '0.5', '')
    """
    try:
        return f"{round(float(str(confidence)), 4):g}"
    except (ValueError, OverflowError):
        return ""


def format_row_ranges(rows: Iterable[int]) -> str:
    """Row numbers as ranges.

    >>> format_row_ranges([1, 2, 3, 7, 9, 10])
    '1-3 7 9-10'
    """
    ranges: list[list[int]] = []
    for row in sorted(rows):
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def parse_row_ranges(text: str) -> tuple[int, ...]:
    """Row numbers from ranges. Raises ValueError.

    >>> parse_row_ranges("1-3 7")
    (1, 2, 3, 7)
    """
    rows: list[int] = []
    for part in text.split():
        first, _, last = part.partition("-")
        start, end = int(first), int(last or first)
        if not 0 < start <= end or end - start > 2_000_000:
            raise ValueError(part)
        rows.extend(range(start, end + 1))
    return tuple(rows)
