"""The survey and the worked examples of docs/tabulation.md.

`python -m mcode_pipelines_tests.tabulation.documented` writes the outputs into the page anew;
`python -m docs.take_table_pictures` takes the pictures.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from mcode_pipelines.survey import (
    ROW,
    Choice,
    Code,
    Codebook,
    CodeFrame,
    CodeFrames,
    CrossTables,
    TableHead,
    TabulationPlan,
    Variable,
)
from mcode_pipelines.tabulation import Wave, parse_plan, tabulate
from mcode_pipelines_tests.tabulation.made_surveys import raw_survey

PAGE = Path(__file__).parents[2] / "docs" / "tabulation.md"
EXAMPLE = re.compile(
    r"```yaml\n(?P<plan>.*?)```"
    r"(?:\n\n```text(?P<notes> notes)?\n(?P<output>.*?)```)?"
    r"(?:\n\n!\[[^\]]*\]\(pictures/tables/(?P<picture>[\w-]+)\.png\))?",
    re.DOTALL,
)
"""A plan, what came out as text, and the picture of its tables; one of the two at least."""
ITEMS = ("The crew", "The cabin", "The price")
THINGS = ("price", "safety", "speed")


def answers(seed: int, people: int) -> dict[str, list[object]]:
    """Passengers of a ferry, by nothing but random()."""
    chance = random.Random(seed).random

    def among(*of: object) -> object:
        return of[int(chance() * len(of))]

    rows: list[dict[str, object]] = []
    for _ in range(people):
        used = [code for code in ("1", "2", "3", "96") if chance() < 0.45]
        order = sorted(THINGS, key=lambda _: chance())
        food = int(chance() * 11) * 10
        satisfied = [str(min(5, 1 + int(chance() * 3) + int(chance() * 3))) for _ in ITEMS]
        rows.append(
            {
                "S6": among("1", "2"),
                "S15": among("1", "1", "2", "3"),
                "S1": among("1", "2", None),
                "age": among(17, 19, 24, 28, 33, 39, 45, 52, 66, None),
                "S9": ";".join(used) or None,
                **{f"A1_{i}": one for i, one in enumerate(satisfied, 1)},
                "A5": among(0, 3, 6, 7, 8, 9, 9, 10),
                **{f"R{i}": thing for i, thing in enumerate(order, 1)},
                **{f"rank_{thing}": order.index(thing) + 1 for thing in THINGS},
                "food": food,
                "gifts": 100 - food if chance() < 0.95 else 0,
                "weight": among(0.5, 1.0, 1.0, 2.0),
                "E1": "text",
                "E1_code": 1 + int(chance() * 4),
            }
        )
    return {name: [row[name] for row in rows] for name in rows[0]}


def choices(**labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(code=code.removeprefix("c"), label=label) for code, label in labels.items())


def question(name: str, label: str, kind: str, **more: object) -> Variable:
    return Variable(name=name, label=label, kind=kind, columns=(name,), **more)


POINTS = tuple(
    Choice(code=str(i), label=label, factor=float(i))
    for i, label in enumerate(("Very poor", "Poor", "Fair", "Good", "Very good"), 1)
)
CODEBOOK = Codebook(
    variables=(
        question("S6", "Sex", "single_choice", choices=choices(c1="Men", c2="Women"), demographic=True),
        question("S15", "Age group", "single_choice", choices=choices(c1="17-34", c2="35-54", c3="55+")),
        question("S1", "Travels for work", "single_choice", choices=choices(c1="Yes", c2="No")),
        question("age", "Age in years", "numeric"),
        question(
            "S9",
            "Used on board",
            "multi_choice",
            delimiter=";",
            choices=choices(c1="Cafe", c2="Cabin", c3="Deck", c96="Other"),
        ),
        *(
            question(f"A1_{i}", label, "scale", choices=POINTS, group="Satisfaction")
            for i, label in enumerate(ITEMS, 1)
        ),
        question("A5", "Would recommend us", "numeric"),
        *(
            question(
                f"R{i}",
                f"Place {i}",
                "single_choice",
                group="What matters most",
                choices=choices(price="Price", safety="Safety", speed="Speed"),
            )
            for i in (1, 2, 3)
        ),
        *(question(f"rank_{thing}", thing.capitalize(), "numeric", group="What matters most") for thing in THINGS),
        question("food", "Food", "numeric", group="Spent of 100"),
        question("gifts", "Gifts", "numeric", group="Spent of 100"),
        question("weight", "Weight", "numeric"),
        question("E1", "What was good?", "open_ended"),
    ),
    language="en",
)
FRAME = CodeFrame(
    variable="E1",
    question="What was good?",
    language="en",
    codes=(
        Code(code=1, label="Friendly crew", net="Service > Crew"),
        Code(code=2, label="Fast boarding", net="Service > Boarding"),
        Code(code=3, label="Clean", net="Ship"),
        Code(code=4, label="Other"),
    ),
    other=4,
)


def wave(label: str, seed: int, people: int) -> Wave:
    data = answers(seed, people)
    codes = data.pop("E1_code")
    codings = pl.DataFrame(
        {ROW: list(range(1, people + 1)), "variable": ["E1"] * people, "code": codes},
        schema_overrides={ROW: pl.Int64, "code": pl.Int64},
    )
    return Wave(label, raw_survey(data, "ferry.csv"), CODEBOOK, CodeFrames((FRAME,)), codings)


def examples(page: str) -> Iterator[re.Match[str]]:
    """The plans of the page, each with the output that stands below it."""
    return EXAMPLE.finditer(page)


def tables_of(plan_text: str) -> list[CrossTables]:
    """The tables of a plan on the page."""
    given = parse_plan(plan_text, "the example")
    usual = {"language": "en", "banner": ["total", "S6"], "weight": None, "significance": {"levels": [0.95]}}
    if given.weights:
        del usual["weight"]
    plan = TabulationPlan.model_validate({**usual, **given.model_dump(exclude_unset=True)})
    now, then = wave("2026-11", 2026, 240), wave("2026-05", 2025, 200)
    earlier = [then] if plan.waves else []
    return list(tabulate(plan, now.raw, now.codebook, frames=now.frames, codings=now.codings, earlier_waves=earlier))


def output_of(plan_text: str, *, notes: bool) -> str:
    """What the page shows below a plan."""
    batches = tables_of(plan_text)
    parts = [text for batch in batches for text in shown(batch)]
    if notes:
        parts.append("\n".join(f"- {note}" for note in batches[0].book.notes))
    return "\n\n".join(parts) + "\n"


def shown(tables: CrossTables) -> Iterator[str]:
    """The tables as text."""
    for head in tables.heads:
        cells = tables.cells.filter(pl.col("table_id") == head.table_id)
        yield "\n".join(
            line.rstrip() for line in [*_above(head), *_grid(tables, cells), *(f"({n})" for n in head.notes)]
        )


def _above(head: TableHead) -> list[str]:
    if head.trouble:
        return [f"{head.variable}: not made: {head.trouble}"]
    return [head.title, *(text for text in (head.base_text, head.filter_text, head.weight_text) if text)]


def _grid(tables: CrossTables, cells: pl.DataFrame) -> list[str]:
    if cells.is_empty():
        return []
    columns = tables.book.banner
    weighted = cells.filter(pl.col("row_code") == "base")["value"].to_list() != (
        cells.filter(pl.col("row_code") == "base_unweighted")["value"].to_list()
    )
    lines = [["", *(" > ".join(c.labels) + (f" ({c.letter})" if c.letter else "") for c in columns)]]
    for (code, label, kind), row in cells.group_by("row_code", "row_label", "row_kind", maintain_order=True):
        if kind == "base" and code != "base_unweighted" and not weighted:
            continue
        name = f"  {label}" if kind == "category" else str(label)
        lines.append([name, *(_figure(cell) for cell in row.iter_rows(named=True))])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return [
        "  ".join([line[0].ljust(widths[0]), *(t.rjust(w) for t, w in zip(line[1:], widths[1:], strict=True))])
        for line in lines
    ]


def _figure(cell: dict[str, object]) -> str:
    percent, value = cell["column_percent"], cell["value"]
    if cell["row_kind"] == "base":
        text = f"{value:.0f}"
    elif percent is not None:
        text = f"{percent:.1f}%"
    else:
        text = "-" if value is None else f"{value:.2f}"
    return text + (f" {cell['letters']}" if cell["letters"] else "") + (str(cell["flag"] or ""))


def write() -> None:
    """Puts the outputs into the page."""
    page = PAGE.read_text(encoding="utf-8")

    def renewed(found: re.Match[str]) -> str:
        if found["output"] is None:
            return found[0]
        output = output_of(found["plan"], notes=bool(found["notes"]))
        start, end = (place - found.start() for place in found.span("output"))
        return found[0][:start] + output + found[0][end:]

    PAGE.write_text(EXAMPLE.sub(renewed, page), encoding="utf-8")


if __name__ == "__main__":
    write()
