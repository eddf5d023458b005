"""Asset metadata for people who would rather look than read: tables, charts, lists; nothing in them is ever markup.

Dagster's web UI renders Markdown, images from its own address included, so text of an upload goes into tables or plain
text, and into Markdown only through `escape_markdown` or `code_block`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

_BAR_WIDTH = 20
_EIGHTHS = " ▏▎▍▌▋▊▉"
_MOST_COLUMNS = 1_000
"""Of a schema: a survey with more would make every event of its stage megabytes large."""

_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#!|~&$]")
_MARKER = re.compile(r"^([-+=]|\d+(?=[.)]))")
"""What makes a line a list or a heading where it begins it."""


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


def escape_markdown(text: str) -> str:
    """The text on one line, shown as it is where Markdown is rendered: no link, image, HTML, list or table in it."""
    line = " ".join(text.split())
    line = _MARKDOWN.sub(lambda found: "\\" + found[0], line)
    return _MARKER.sub(lambda found: found[0] + "\\" if found[0].isdigit() else "\\" + found[0], line)


def bullet_list(lines: Iterable[str], *, empty: str = "none") -> dg.MarkdownMetadataValue:
    """A bullet for each line; `empty` where there is none."""
    return dg.MetadataValue.md("\n".join(f"- {escape_markdown(line)}" for line in lines) or empty)


def code_block(text: str, language: str) -> dg.MarkdownMetadataValue:
    """The text as it is, in a fence that no backticks in it can close."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return dg.MetadataValue.md(f"{fence}{language}\n{text}\n{fence}")


def table_facts(rows: int, schema: Mapping[str, pl.DataType]) -> dict[str, Any]:
    """How many rows a stored table has, and its columns, under the names that Dagster knows them by."""
    facts: dict[str, Any] = {"dagster/row_count": rows}
    if len(schema) <= _MOST_COLUMNS:
        columns = [dg.TableColumn(name, str(dtype)) for name, dtype in schema.items()]
        facts["dagster/column_schema"] = dg.TableSchema(columns=columns)
    return facts


def stored_at(path: Path) -> dict[str, Any]:
    """Where a stage stored what it made, and how large that is."""
    size = path.stat().st_size if path.is_file() else sum(f.stat().st_size for f in path.iterdir())
    return {
        "path": dg.MetadataValue.path(str(path)),
        "dagster/uri": path.absolute().as_uri(),
        "size_kb": round(size / 1024, 1),
    }


def code_reference(function: Callable[..., Any]) -> dict[str, Any]:
    """Where a function stands in the source; `dg.with_source_code_references` would find what decorates it."""
    file, (_, line) = inspect.getsourcefile(function), inspect.getsourcelines(function)
    reference = dg.LocalFileCodeReference(file_path=str(file), line_number=line)
    return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}
