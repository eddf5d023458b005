"""Small tables and charts as asset metadata: for people who would rather look than read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dagster as dg

_BAR_WIDTH = 20
_EIGHTHS = " ▏▎▍▌▋▊▉"


def table(rows: Sequence[Mapping[str, object]]) -> dg.TableMetadataValue:
    """A table of the rows; every cell as text, so that mixed columns do not matter."""
    columns = list(rows[0]) if rows else ["nothing"]
    return dg.MetadataValue.table(
        records=[dg.TableRecord({c: "" if row[c] is None else str(row[c]) for c in columns}) for row in rows],
        schema=dg.TableSchema(columns=[dg.TableColumn(c, "string") for c in columns]),
    )


def bar_chart(
    what: str, figure: str, bars: Sequence[tuple[str, float]], beside: Mapping[str, Sequence[str]] | None = None
) -> dg.TableMetadataValue:
    """A horizontal bar chart: a row a bar with its label, its figure and the bar itself in block characters.

    A table is shown at once in the web UI, where a picture waits behind a click; and a label from an answer
    cannot be markup in it. `beside` are further columns, a text a bar.
    """
    largest = max((value for _, value in bars), default=0) or 1
    more = beside or {}
    return table(
        [
            {what: label, figure: f"{value:,.10g}", "chart": _bar(value / largest), **{c: more[c][at] for c in more}}
            for at, (label, value) in enumerate(bars)
        ]
    )


def _bar(share: float) -> str:
    eighths = round(share * _BAR_WIDTH * 8)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
