"""How every kind of cell looks, said once by role."""

from __future__ import annotations

from typing import Any

from mcode_pipelines.delivery.sheet import Role, Style

DEFAULT_FONT = {"font_name": "Arial", "font_size": 10}
"""A font that every office program has, or one with its exact widths, so that pages break alike everywhere."""
HEADER_FILL = "#4472C4"
TOTAL_FILL = "#D9E1F2"
_LINE = "#D9D9D9"
_QUESTION_LINE = "#8EA9DB"
_GREY = "#7F7F7F"

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
_LETTERS = {"font_size": 8, "bold": True, "font_color": "#C00000", "valign": "top"}
_NET_FILL = {"bold": True, "bg_color": "#F2F2F2"}

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
    Role.PERCENT: {**_FIGURE, "num_format": "0.0%"},
    Role.COUNT: {**_FIGURE, "num_format": "#,##0", "font_size": 9, "font_color": _GREY},
    Role.COUNT_LABEL: {**_STUB, "indent": 3, "font_size": 9, "font_color": _GREY},
    Role.NET_LABEL: {**_STUB, **_NET_FILL},
    Role.NET_COUNT_LABEL: {**_STUB, **_NET_FILL, "indent": 3, "font_size": 9, "bold": False},
    Role.NET_PERCENT: {**_FIGURE, **_NET_FILL, "num_format": "0.0%"},
    Role.NET_COUNT: {**_FIGURE, **_NET_FILL, "num_format": "#,##0", "font_size": 9, "bold": False},
    Role.STATISTIC_LABEL: {**_STUB, "italic": True},
    Role.STATISTIC: {**_FIGURE, "italic": True, "num_format": "#,##0.00"},
    Role.STATISTIC_PERCENT: {**_FIGURE, "italic": True, "num_format": "0.0%"},
    Role.STATISTIC_SCORE: {**_FIGURE, "italic": True, "num_format": "0.0"},
    Role.STATISTIC_WHOLE: {**_FIGURE, "italic": True, "num_format": "#,##0"},
    Role.LETTERS: {**_FIGURE, **_LETTERS},
    Role.NET_LETTERS: {**_FIGURE, **_NET_FILL, **_LETTERS},
    Role.NOTE_HEADING: {"bold": True, "font_size": 9, "font_color": "#404040"},
    Role.NOTE: {"font_size": 9, "font_color": "#595959", "text_wrap": True, "valign": "top"},
    Role.FACT: {"text_wrap": True, "valign": "top", "align": "left"},
    Role.TEXT: {"text_wrap": True, "valign": "top"},
    Role.TEXT_LINK: {"font_color": HEADER_FILL, "underline": 1, "text_wrap": True, "valign": "top"},
    Role.WHOLE: {"num_format": "#,##0", "valign": "top"},
    Role.CODE: {"align": "center", "valign": "top"},
    Role.CONFIDENCE: {"num_format": "0.00"},
    Role.PLAIN: {},
    Role.CODE_TEXT: {"font_name": "Consolas", "font_size": 9},
}
"""xlsxwriter format properties by role."""

_FRAMED = frozenset(
    {
        Role.BASE_LABEL, Role.BASE, Role.BASE_SMALL, Role.BASE_UNTESTED, Role.LABEL, Role.PERCENT, Role.COUNT,
        Role.COUNT_LABEL, Role.NET_LABEL, Role.NET_PERCENT, Role.NET_COUNT, Role.STATISTIC_LABEL, Role.STATISTIC,
        Role.STATISTIC_PERCENT, Role.STATISTIC_WHOLE, Role.STATISTIC_SCORE, Role.LETTERS, Role.NET_LETTERS,
        Role.NET_COUNT_LABEL,
    }
)  # fmt: skip
_LISTED = frozenset({Role.FACT, Role.TEXT, Role.TEXT_LINK, Role.WHOLE, Role.CODE})


def format_properties(style: Style) -> dict[str, Any]:
    """The properties of one style: those of its role, and the lines its place asks for."""
    properties = dict(FORMATS[style.role])
    if style.role in _FRAMED:
        if style.bottom:
            properties |= {"bottom": 1, "bottom_color": _LINE}
        properties |= {"left": 1, "left_color": _QUESTION_LINE if style.left else _LINE}
    elif style.role in _LISTED:
        properties |= {"bottom": 1, "bottom_color": _LINE}
    return properties
