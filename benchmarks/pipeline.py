"""The bundled survey through `mcode demo`: the whole pipeline in one process, and what importing it costs."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from processes import Cost, cost_of, interleaved
from report import machine, markdown, put

MCODE = Path(sys.executable).with_name("mcode")


def demo_run(work: Path) -> Cost:
    """One `mcode demo` with everything it keeps in a new folder."""
    home = work / "demo"
    places = {f"MCODE_{name}": str(home / name.lower()) for name in ("STORAGE", "INBOX", "QUARANTINE")}
    try:
        return cost_of([MCODE, "demo"], {**places, "DAGSTER_HOME": str(home / "dagster")})
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--report", action="store_true", help="write the figures into docs/benchmarks.md")
    given = parser.parse_args()

    def python(code: str) -> partial[Cost]:
        return partial(cost_of, [sys.executable, "-c", code])

    with tempfile.TemporaryDirectory(prefix="mcode-benchmark-") as folder:
        runs = {
            "`mcode demo`": partial(demo_run, Path(folder)),
            "Python alone": python("pass"),
            "importing Dagster": python("import dagster"),
            "importing the definitions": python("import mcode_pipelines.definitions"),
            "importing what `mcode tabulate` needs": python("import mcode_pipelines.cli.tabulate_file"),
        }
        costs = interleaved(runs, given.rounds)
    lines = [
        [name, f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.tree_mb:,.0f}", f"{cost.largest_mb:,.0f}"]
        for name, cost in costs.items()
    ]
    header = ("what", "CPU s", "wall s", "peak MB, all processes", "largest process")
    text = f"{markdown(header, lines)}\n\nMedians of {given.rounds} rounds. {machine()}"
    print(text)
    if given.report:
        put("pipeline", text)


if __name__ == "__main__":
    main()
