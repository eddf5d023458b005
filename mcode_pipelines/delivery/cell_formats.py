"""How every kind of cell looks, said once by role."""

from __future__ import annotations

import re
from typing import Any

from mcode_pipelines.delivery.sheet import Role, Style

DEFAULT_FONT = {"font_name": "Arial", "font_size": 10}
"""A font that every office program has, or one with its exact widths, so that pages break alike everywhere."""
HEADER_FILL = "#4472C4"
TOTAL_FILL = "#D9E1F2"
TINTS = ("#F3F8F1", "#E2EFDA", "#C9E2BC", "#AFD59C", "#93C77C")
"""Shading from low to high; letters and figures stay readable on all of them."""
_LINE = "#D9D9D9"
_QUESTION_LINE = "#8EA9DB"

_HEADER = {
    "bold": True,
    "bg_color": HEADER_FILL,
    "font_color": "#FFFFFF",
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
    "border": 1,
    "border_color": "#FFFFFF",
}
_TOTAL = {"bold": True, "bg_color": TOTAL_FILL, "num_format": "#,##0"}
# Centred under the centred headings; a right indent would align decimals, but not every program draws one.
_FIGURE = {"align": "center", "valign": "vcenter"}
_STUB = {"text_wrap": True, "valign": "vcenter", "indent": 1}
_NET = {"bold": True, "bg_color": "#F2F2F2"}
_MINOR = {"font_size": 9, "font_color": "#7F7F7F", "bold": False}
_MINOR_STUB = {**_MINOR, "indent": 3}

INDENT_A_NET = 2
"""Steps that the members of a net stand right of it."""

_CONDITION = re.compile(r"^(\[[<>=][^]]*\])?")
_LOCALES = {"id": "421", "en": "409"}
"""Languages by the numbers that formats know them by."""
PERCENT_FORMAT = "0.0%"
_DIFFERENCE_FORMAT = "+0.0;-0.0;0.0"
_SCORE_FORMAT = "0.0"
_MEAN_FORMAT = "#,##0.00"

FORMATS: dict[Role, dict[str, Any]] = {
    Role.BACK: {"font_color": HEADER_FILL, "underline": 1, "font_size": 9},
    Role.BOOK_TITLE: {"bold": True, "font_size": 18, "font_color": "#1F3864", "valign": "vcenter"},
    Role.TITLE: {"bold": True, "font_size": 13, "font_color": "#1F3864", "text_wrap": True, "valign": "top"},
    Role.CAPTION: {"font_color": "#404040", "text_wrap": True, "valign": "top"},
    Role.HEADING: _HEADER,
    Role.CODED_HEADING: {**_HEADER, "bg_color": "#548235"},
    Role.LETTER: {**_HEADER, "font_size": 9},
    Role.BASE_LABEL: {**_TOTAL, **_STUB},
    Role.BASE: {**_TOTAL, **_FIGURE},
    Role.BASE_SMALL: {**_TOTAL, **_FIGURE, "num_format": '#,##0"*"'},
    Role.BASE_UNTESTED: {**_TOTAL, **_FIGURE, "num_format": '#,##0"**"'},
    Role.LABEL: _STUB,
    Role.PERCENT: {**_FIGURE, "num_format": PERCENT_FORMAT},
    Role.COUNT: {**_FIGURE, "num_format": "#,##0"},
    Role.INDEX: {**_FIGURE, "num_format": "0"},
    Role.DIFFERENCE: {**_FIGURE, "num_format": _DIFFERENCE_FORMAT},
    Role.LETTERS: {
        **_FIGURE,
        "font_size": 8,
        "bold": True,
        "font_color": "#C00000",
        "valign": "top",
        "text_wrap": True,
    },
    Role.P_VALUE: {
        **_FIGURE,
        "font_size": 8,
        "font_color": "#C00000",
        "valign": "top",
        "num_format": '[<0.001]"p < 0.001";"p = "0.000',
    },
    Role.STATISTIC_LABEL: {**_STUB, "italic": True},
    Role.STATISTIC: {**_FIGURE, "italic": True, "num_format": _MEAN_FORMAT},
    Role.STATISTIC_PERCENT: {**_FIGURE, "italic": True, "num_format": PERCENT_FORMAT},
    Role.STATISTIC_SCORE: {**_FIGURE, "italic": True, "num_format": _SCORE_FORMAT},
    Role.STATISTIC_WHOLE: {**_FIGURE, "italic": True, "num_format": "#,##0"},
    Role.NOTE_HEADING: {"bold": True, "font_size": 9, "font_color": "#404040", "valign": "top"},
    Role.NOTE: {"font_size": 9, "font_color": "#595959", "text_wrap": True, "valign": "top"},
    Role.FACT: {"text_wrap": True, "valign": "top", "align": "left", "num_format": "#,##0"},
    Role.TROUBLE: {"font_color": "#C00000", "italic": True, "text_wrap": True, "valign": "top"},
    Role.TEXT: {"text_wrap": True, "valign": "top"},
    Role.TEXT_LINK: {"font_color": HEADER_FILL, "underline": 1, "text_wrap": True, "valign": "top"},
    Role.WHOLE: {"num_format": "#,##0", "valign": "top"},
    Role.CODE: {"align": "center", "valign": "top"},
    Role.CONFIDENCE: {"num_format": "0.00"},
    Role.PLAIN: {},
    Role.CODE_TEXT: {"font_name": "Consolas", "font_size": 9},
}
"""xlsxwriter format properties by role."""

_BASES = frozenset({Role.BASE_LABEL, Role.BASE, Role.BASE_SMALL, Role.BASE_UNTESTED})
_RIGHT = 2
_STUBS = frozenset({Role.BASE_LABEL, Role.LABEL, Role.STATISTIC_LABEL})
_FIGURES = frozenset(
    {
        Role.PERCENT, Role.COUNT, Role.INDEX, Role.DIFFERENCE, Role.LETTERS, Role.P_VALUE, Role.STATISTIC,
        Role.STATISTIC_PERCENT, Role.STATISTIC_WHOLE, Role.STATISTIC_SCORE,
    }
)  # fmt: skip
_FRAMED = _BASES | _STUBS | _FIGURES
_LISTED = frozenset({Role.FACT, Role.TEXT, Role.TEXT_LINK, Role.TROUBLE, Role.WHOLE, Role.CODE})


def format_properties(style: Style, decimals: int = 1, language: str | None = None) -> dict[str, Any]:
    """The properties of one style: those of its role, and what its place asks for.

    Percents have so many decimals; means one more. Numbers are written the way of the language, where one is given,
    in programs that heed a format's language; Excel goes by the computer's.
    """
    properties = dict(FORMATS[style.role])
    if decimals != 1 and "num_format" in properties:
        properties["num_format"] = _with_decimals(properties["num_format"], decimals)
    if language in _LOCALES and "num_format" in properties:
        properties["num_format"] = _in_language(properties["num_format"], language)
    if style.net:
        properties |= _NET if style.role != Role.P_VALUE else {"bg_color": _NET["bg_color"]}
    if style.minor:
        properties |= _MINOR_STUB if style.role in _STUBS else _MINOR
    if style.indent:
        properties["indent"] = properties.get("indent", 0) + INDENT_A_NET * style.indent
    if style.role in _FRAMED:
        if style.bottom:
            properties |= {"bottom": 1, "bottom_color": _LINE}
        if style.tint:
            properties["bg_color"] = TINTS[style.tint - 1]
        if style.half:
            properties |= _half(style)
        if style.half != _RIGHT:
            properties |= {"left": 1, "left_color": _QUESTION_LINE if style.left else _LINE}
    elif style.role in _LISTED:
        properties |= {"bottom": 1, "bottom_color": _LINE}
    return properties


def _in_language(number_format: str, language: str) -> str:
    """A format of this module for numbers of a language, its fixed texts too.

    Every part names the language, behind its condition where it has one: LibreOffice goes by the first part alone.
    """
    if language == "id":
        number_format = number_format.replace('"p < 0.001"', '"p < 0,001"')
    named = f"[$-{_LOCALES[language]}]"
    return ";".join(_CONDITION.sub(rf"\g<0>{named}", part, count=1) for part in number_format.split(";"))


def _half(style: Style) -> dict[str, Any]:
    if style.half != _RIGHT:
        return {"align": "right"}
    if style.role == Role.LETTERS:
        return {"align": "left", "valign": "vcenter", "text_wrap": False, "shrink": True}
    return {}


def _with_decimals(number_format: str, decimals: int) -> str:
    """A format of this module with other decimals."""
    tenths = f".{'0' * decimals}" if decimals else ""
    return {
        PERCENT_FORMAT: f"0{tenths}%",
        _SCORE_FORMAT: f"0{tenths}",
        _DIFFERENCE_FORMAT: f"+0{tenths};-0{tenths};0{tenths}",
        _MEAN_FORMAT: f"#,##0.{'0' * (decimals + 1)}",
    }.get(number_format, number_format)
