"""A thousand tables through `mcode tabulate`, against the old specification's algorithm.

Both are measured as whole processes (start-up, reading Parquet, counting, testing, formatted workbooks), taking turns
in one run. Of the old way only a part of the tables is run where all would take hours; what each table after the first
costs is then scaled. `--shapes` measures other banners and how cost grows instead.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from processes import Cost, cost_of, interleaved
from report import DOCS, Points, charts_svg, machine, markdown, put
from survey_data import BANNER, OVERLAPPING, WEIGHT, WIDE, Survey, make_survey, write_plan

TABLES = 1000
OLD_WAY = Path(__file__).with_name("old_specification.py")
MCODE = Path(sys.executable).with_name("mcode")
OLD, GROUPED = "old specification", "the same, grouped first"
OURS, TWO = "mcode tabulate", "mcode tabulate --workers 2"
FIRST = " with one table"
_OLD_ROWS_AT_ONCE = 10_000_000
"""Of the old way so many tables x rows are run, and 20 tables at least."""


def mcode_run(
    survey: Survey, work: Path, questions: Sequence[str], banner: Sequence[str] = BANNER, workers: int = 1
) -> Cost:
    """One `mcode tabulate`."""
    output = work / "mcode"
    plan = write_plan(work / "plan.yaml", questions, banner)
    given = [
        "--codebook",
        survey.codebook,
        "--plan",
        plan,
        "--formats",
        "xlsx",
        "--workers",
        str(workers),
        "-o",
        output,
    ]
    try:
        # A file of ten million rows is a little larger than what is let in unasked.
        return cost_of([MCODE, "tabulate", survey.data, *given], {"MCODE_TABLE_MB": "8192"})
    finally:
        shutil.rmtree(output, ignore_errors=True)


def old_run(survey: Survey, work: Path, questions: Sequence[str], *options: str) -> Cost:
    """One run of the old specification's algorithm."""
    output = work / "old"
    given = ["--rows", *questions, "--columns", *BANNER, "--weight", WEIGHT, *options]
    try:
        return cost_of([sys.executable, OLD_WAY, survey.data, output, *given])
    finally:
        shutil.rmtree(output, ignore_errors=True)


def against_the_old_way(folder: Path, work: Path, rows: int, numbers: bool, rounds: int) -> list[list[str]]:
    """The lines of the report for one file: ours, the old way, the old way grouped first."""
    survey = make_survey(folder, rows, TABLES, numbers=numbers)
    part = survey.questions[: max(20, min(TABLES, _OLD_ROWS_AT_ONCE // rows))]
    runs = {
        OURS: partial(mcode_run, survey, work, survey.questions),
        TWO: partial(mcode_run, survey, work, survey.questions, workers=2),
        OLD: partial(old_run, survey, work, part),
        GROUPED: partial(old_run, survey, work, part, "--grouped"),
        OLD + FIRST: partial(old_run, survey, work, part[:1]),
        GROUPED + FIRST: partial(old_run, survey, work, part[:1], "--grouped"),
    }
    kind = "integers" if numbers else "text"
    failures: dict[str, str] = {}
    costs = interleaved(runs, rounds, failures)
    ours = costs.get(OURS)
    lines = [[f"{rows:,}", kind, f"{name} failed: {why}", *["-"] * 5] for name, why in failures.items()]
    for name, cost in costs.items():
        if name.endswith(FIRST):
            continue
        first = costs.get(name + FIRST)
        # The first table pays for starting and for the columns that all tables share.
        further = (TABLES - 1) / (len(part) - 1) if first else 1
        cpu = first.cpu + further * (cost.cpu - first.cpu) if first else cost.cpu
        wall = first.wall + further * (cost.wall - first.wall) if first else cost.wall
        told = name if further == 1 else f"{name} ({len(part)} tables, scaled)"
        ratio = f"{cpu / ours.cpu:.1f}x" if ours and name != OURS else ""
        lines.append(
            [
                f"{rows:,}", kind, told, f"{cpu:,.1f}", f"{wall:,.1f}",
                f"{cost.tree_mb:,.0f}", f"{cost.largest_mb:,.0f}", ratio,
            ]
        )  # fmt: skip
        print("  ".join(lines[-1]), file=sys.stderr)
    return lines


HEADER = (
    "rows", "codes as", "way", "CPU s", "wall s", "peak MB, all processes", "largest process", "its CPU / ours",
)  # fmt: skip


def other_banners(folder: Path, work: Path, rounds: int) -> str:
    """Wide and overlapping banners, by table and by cell."""
    survey = make_survey(folder, 100_000, TABLES, numbers=True)
    some = survey.questions[:200]
    banners = {
        "total + 5 questions of 5": (BANNER, 26),
        "the same + 5 overlapping (multi-response)": ((*BANNER, OVERLAPPING), 31),
        "50 questions of 8 categories": (survey.questions[200:250], 401),
        "one question of 400 categories": ((WIDE,), 401),
    }
    costs = interleaved({n: partial(mcode_run, survey, work, some, b) for n, (b, _) in banners.items()}, rounds)
    start = min(mcode_run(survey, work, some[:1]).cpu for _ in range(rounds))
    lines = [
        [
            name,
            columns,
            f"{cost.cpu:.1f}",
            f"{cost.wall:.1f}",
            f"{cost.tree_mb:,.0f}",
            f"{1000 * (cost.cpu - start) / len(some):.1f}",
            f"{1e6 * (cost.cpu - start) / len(some) / (columns * 8):.0f}",
        ]
        for name, cost in costs.items()
        for columns in (banners[name][1],)
    ]
    header = ("banner", "columns", "CPU s", "wall s", "peak MB", "ms a table", "µs a cell")
    told = f"200 tables x 100,000 rows of a file with {TABLES:,} questions; a run of one table takes {start:.1f} CPU s."
    return f"{told}\n\n{markdown(header, lines)}"


def growth(folder: Path, work: Path, rounds: int) -> dict[str, tuple[str, dict[str, Points]]]:
    """CPU by rows, by tables and by banner columns, one of them changing at a time."""
    survey = make_survey(folder, 100_000, TABLES, numbers=True)
    by_rows: dict[str, Points] = {}
    for numbers, name in ((True, "codes as integers"), (False, "codes as text")):
        surveys = [make_survey(folder, rows, 250, numbers=numbers) for rows in (50_000, 100_000, 200_000, 400_000)]
        by_rows[name] = _points(rounds, {s.rows: partial(mcode_run, s, work, s.questions) for s in surveys})
    tables = (125, 250, 500, 1000)
    by_tables = _points(rounds, {n: partial(mcode_run, survey, work, survey.questions[:n]) for n in tables})
    questions = survey.questions[500:]
    columns = {
        8 * n: partial(mcode_run, survey, work, survey.questions[:250], questions[:n]) for n in (3, 6, 12, 25, 50)
    }
    return {
        "250 tables, 25 columns": ("rows", by_rows),
        "100,000 rows, 25 columns": ("tables", {"codes as integers": by_tables}),
        "100,000 rows, 250 tables": ("banner columns", {"questions of 8": _points(rounds, columns)}),
    }


def _points(rounds: int, runs: dict[int, Callable[[], Cost]]) -> Points:
    costs = interleaved({str(x): run for x, run in runs.items()}, rounds)
    return [(int(x), cost.cpu) for x, cost in costs.items()]


def _growth_told(charts: dict[str, tuple[str, dict[str, Points]]]) -> str:
    lines = []
    for title, (axis, named) in charts.items():
        for name, points in named.items():
            told = ", ".join(f"{x:,.0f}: {y:.1f}" for x, y in points)
            lines.append([f"{title}; {name}", axis, told])
    return markdown(("changing", "of", "CPU s at"), lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000], help="sizes of the files")
    parser.add_argument("--answers", choices=["integers", "text"], nargs="+", default=["integers", "text"])
    parser.add_argument("--rounds", type=int, default=3, help="how often everything takes its turn")
    parser.add_argument("--shapes", action="store_true", help="measure other banners and growth instead")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "mcode-benchmark-data")
    parser.add_argument("--report", action="store_true", help="write the figures into docs/benchmarks.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mcode-benchmark-") as folder:
        work = Path(folder)
        if given.shapes:
            banners, charts = other_banners(given.data, work, given.rounds), growth(given.data, work, given.rounds)
            sections = {"banners": banners, "growth": _growth_told(charts)}
            if given.report:
                (DOCS / "pictures" / "tabulation-growth.svg").write_text(charts_svg(charts), encoding="utf-8")
        else:
            lines = [
                line
                for rows in given.rows
                for answers in given.answers
                for line in against_the_old_way(given.data, work, rows, answers == "integers", given.rounds)
            ]
            section = "tables" if max(given.rows) < 1_000_000 else "larger"
            sections = {section: f"{markdown(HEADER, lines)}\n\nMedians of {given.rounds} rounds. {machine()}"}
    for section, text in sections.items():
        print(text, end="\n\n")
        if given.report:
            put(section, text)


if __name__ == "__main__":
    main()
