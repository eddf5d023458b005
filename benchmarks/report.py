"""The parts of docs/benchmarks.md that the benchmarks write: tables and line charts."""

from __future__ import annotations

import math
import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
REPORT = DOCS / "benchmarks.md"
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 380, 260, 58, 34, 16, 44
_COLOURS = ("#4472C4", "#C00000", "#548235", "#7F6000")

Points = Sequence[tuple[float, float]]


def put(section: str, text: str, into: Path = REPORT) -> None:
    """Replaces what stands between `<!-- section -->` and `<!-- /section -->`."""
    begin, end = f"<!-- {section} -->", f"<!-- /{section} -->"
    page = into.read_text(encoding="utf-8")
    if begin not in page:
        raise SystemExit(f"{into} has no section {begin}")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    into.write_text(pattern.sub(lambda _: f"{begin}\n{text.strip()}\n{end}", page), encoding="utf-8")


def markdown(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table; everything but the first column is set to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def machine() -> str:
    """When and on what was measured, and how busy it was."""
    load = os.getloadavg()[0]
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load average {load:.1f} at the end."
    )


def charts_svg(charts: Mapping[str, tuple[str, Mapping[str, Points]]]) -> str:
    """Line charts side by side: title to (name of the x axis, line name to points), the y axis being CPU seconds."""
    width = _WIDTH * len(charts)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" viewBox="0 0 {width} {_HEIGHT}" '
        'font-family="Arial, sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>'
    ]
    for place, (title, (axis, lines)) in enumerate(charts.items()):
        parts.append(f'<g transform="translate({place * _WIDTH} 0)">{_chart(title, axis, lines)}</g>')
    return "".join([*parts, "</svg>\n"])


def _chart(title: str, axis: str, lines: Mapping[str, Points]) -> str:
    step_x = _step(max(x for points in lines.values() for x, _ in points))
    step_y = _step(max(y for points in lines.values() for _, y in points))
    most_x, most_y = 4 * step_x, 4 * step_y
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def at(x: float, y: float) -> tuple[float, float]:
        return round(_LEFT + wide * x / most_x, 1), round(_TOP + high * (1 - y / most_y), 1)

    parts = [f'<text x="{_LEFT}" y="18" font-size="13" font-weight="bold">{escape(title)}</text>']
    for step in range(5):
        y, x = step_y * step, step_x * step
        (left, level), (right, _), (across, floor) = at(0, y), at(most_x, y), at(x, 0)
        parts.append(f'<path d="M{left} {level}H{right}" stroke="#D9D9D9"/>')
        parts.append(f'<text x="{left - 6}" y="{level + 4}" text-anchor="end">{y:g}</text>')
        parts.append(f'<text x="{across}" y="{floor + 16}" text-anchor="middle">{x:,.10g}</text>')
    parts.append(f'<text x="{_LEFT + wide / 2}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(axis)}</text>')
    parts.append(f'<text transform="translate(13 {_TOP + high / 2}) rotate(-90)" text-anchor="middle">CPU s</text>')
    for number, (name, points) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " L".join(f"{x} {y}" for x, y in (at(*point) for point in points))
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.extend(
            f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in (at(*point) for point in points)
        )
        parts.append(f'<text x="{_LEFT + 8}" y="{_TOP + 12 + 14 * number}" fill="{colour}">{escape(name)}</text>')
    return "".join(parts)


def _step(most: float) -> float:
    """A round quarter of an axis that reaches at least `most`."""
    ten = 10 ** math.floor(math.log10(most / 4))
    return next(ten * n for n in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if 4 * n * ten >= most)
