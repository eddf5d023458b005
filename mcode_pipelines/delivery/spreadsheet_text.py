"""Text that a spreadsheet program would take for something else, and how it stays text."""

from __future__ import annotations

import polars as pl

# A lone sign (the total's code "@", a missing mark "-") and a negative number cannot start a formula.
_DANGEROUS = r"(?s)^[=+\-@\t\r]."
_NEGATIVE_NUMBER = r"^-\d+([.,]\d+)?$"


def neutralised(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The frame with an apostrophe before every text that begins like a formula (= + - @ tab CR), as OWASP advises.

    Only String columns change; numbers are numbers, and text that is nothing but a negative number stays.
    """
    texts = [name for name, dtype in frame.collect_schema().items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(_DANGEROUS) & ~pl.col(name).str.contains(_NEGATIVE_NUMBER))
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )
