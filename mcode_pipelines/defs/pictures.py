"""Small tables and charts as asset metadata: for people who would rather look than read."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence

import dagster as dg


def table(rows: Sequence[Mapping[str, object]]) -> dg.TableMetadataValue:
    """A table of the rows; every cell as text, so that mixed columns do not matter."""
    columns = list(rows[0]) if rows else ["nothing"]
    return dg.MetadataValue.table(
        records=[dg.TableRecord({c: "" if row[c] is None else str(row[c]) for c in columns}) for row in rows],
        schema=dg.TableSchema(columns=[dg.TableColumn(c, "string") for c in columns]),
    )


def bar_chart(title: str, bars: Sequence[tuple[str, float]]) -> dg.MarkdownMetadataValue:
    """A horizontal bar chart: label and figure a bar, drawn as an SVG picture.

    Labels may come from answers; inside a picture they can be neither markup nor a link.
    """
    largest = max((figure for _, figure in bars), default=0) or 1
    height, label_width, bar_width = 22, 260, 320
    parts = []
    for number, (label, figure) in enumerate(bars):
        top = 30 + number * height
        short = label if len(label) <= 42 else label[:41] + "…"
        width = max(figure / largest * bar_width, 1)
        parts.append(
            f'<text x="{label_width - 8}" y="{top + 14}" text-anchor="end">{html.escape(short)}</text>'
            f'<rect x="{label_width}" y="{top + 3}" width="{width:.1f}" height="14" fill="#4472C4"/>'
            f'<text x="{label_width + width + 6:.1f}" y="{top + 14}">{figure:,g}</text>'
        )
    total_height = 36 + len(bars) * height
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="680" height="{total_height}" '
        'font-family="sans-serif" font-size="12">'
        f'<rect width="680" height="{total_height}" fill="#fff"/>'
        f'<text x="8" y="18" font-weight="bold">{html.escape(title)}</text>{"".join(parts)}</svg>'
    )
    encoded = base64.b64encode(svg.encode()).decode()
    return dg.MetadataValue.md(f"![chart](data:image/svg+xml;base64,{encoded})")
