"""Text that a spreadsheet program would take for something else, and how it stays text."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from mcode_pipelines.survey.formulas import FORMULA_LIKE, HARMLESS_CODE, NEGATIVE_NUMBER

MAX_TEXT_LENGTH = 32_767
"""Excel's limit for the text of one cell, in UTF-16 units."""
_CUT_MARK = "…"


def escape_formulas(frame: pl.LazyFrame, codes: Collection[str] = ()) -> pl.LazyFrame:
    """The frame with an apostrophe before every text that begins like a formula, as `survey.neutral` does for one text.

    Only String columns change; numbers are numbers, and text that is nothing but a negative number stays. So does a
    code such as -oth in the columns `codes`: it calls nothing, and other programs find it by these letters.
    """
    texts = [name for name, dtype in frame.collect_schema().items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(
            pl.col(name).str.contains(FORMULA_LIKE)
            & ~pl.col(name).str.contains(HARMLESS_CODE if name in codes else NEGATIVE_NUMBER)
        )
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )


def cell_text(text: str) -> str:
    """Text as a cell takes it: at most 32,767 UTF-16 units (cut with an ellipsis), never mistaken for rich text."""
    if len(text) * 2 > MAX_TEXT_LENGTH and len(text.encode("utf-16-le", "surrogatepass")) > 2 * MAX_TEXT_LENGTH:
        while len(text.encode("utf-16-le", "surrogatepass")) > 2 * (MAX_TEXT_LENGTH - 1):
            excess = len(text.encode("utf-16-le", "surrogatepass")) // 2 - (MAX_TEXT_LENGTH - 1)
            text = text[: -max(1, excess // 2)]
        text += _CUT_MARK
    # xlsxwriter passes a shared string between these marks on as XML; a blank at the end keeps it text.
    if text.startswith("<r>") and text.endswith("</r>"):
        text += " "
    return text
