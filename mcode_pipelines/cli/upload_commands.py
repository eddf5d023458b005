"""Commands that work on the upload store: demo, add, review, query."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mcode_pipelines.cli import parameters
from mcode_pipelines.cli.heartbeat import Heartbeat
from mcode_pipelines.cli.terminal import say
from mcode_pipelines.settings import Settings, dagster_home
from mcode_pipelines.survey import SurveyError

if TYPE_CHECKING:
    from mcode_pipelines.intake import Admitted, AlreadyThere, Changed
    from mcode_pipelines.lake import Lake


@click.command()
@click.option("--survey", type=parameters.PATH, help="A file or folder of your own in place of the bundled survey.")
def demo(survey: Path | None) -> None:
    """Run the whole pipeline on the bundled survey, without a server."""
    survey = survey or _bundled_survey()
    with Heartbeat(click.echo) as tell:
        tell(f"Survey: {survey}")
        from mcode_pipelines.definitions import defs
        from mcode_pipelines.defs.in_process_run import run_upload
        from mcode_pipelines.instance_config import prepare_home
        from mcode_pipelines.lake import OUTPUTS, Lake

        settings, home = Settings.from_environment(), dagster_home()
        prepare_home(home, settings)
        lake = Lake(settings.storage)
        key = _admit(lake, survey, settings)
        started = time.perf_counter()
        run_upload(defs, home, key, tell)
    folder = lake.path(OUTPUTS, key)
    click.echo(f"\nDone in {time.perf_counter() - started:.0f} seconds. The results:")
    for file in sorted(folder.iterdir()):
        click.echo(f"  {file}")
    click.echo(
        "\nThree things to try next:\n"
        f"  1. Open {next(iter(sorted(folder.glob('*_001.xlsx'))), folder)} in Excel or LibreOffice.\n"
        f"  2. Run `make serve`, open http://{settings.host}:{settings.port} and drop a survey of your own\n"
        f"     into {settings.inbox}\n"
        f"  3. Ask across uploads: .venv/bin/mcode query '{_EXAMPLE_QUERY}'"
    )


_EXAMPLE_QUERY = "SELECT variable, label, count(*) AS answers FROM classified_responses GROUP BY ALL ORDER BY ALL"


def _bundled_survey() -> Path:
    survey = Path(__file__).parents[2] / "examples" / "ferry_satisfaction"
    if not survey.is_dir():
        raise SurveyError(
            "the bundled survey is part of the source checkout: run this there, or name a file with --survey"
        )
    return survey


def _admit(lake: Lake, survey: Path, settings: Settings) -> str:
    """The partition key of a file or folder, taken into the upload store without touching the original."""
    return _answer(lake, survey, settings).upload.key


def _answer(lake: Lake, survey: Path, settings: Settings) -> Admitted | AlreadyThere | Changed:
    """What became of a file or folder that was taken into the upload store."""
    from mcode_pipelines.intake import Admitted, AlreadyThere, Changed, Deferred, Refused, inbox_item_at

    answer = lake.uploads.admit(inbox_item_at(survey), limits=settings.limits())
    if isinstance(answer, Deferred):
        raise SurveyError(f"{survey.name}: it changed while it was copied; try again when it is complete")
    if isinstance(answer, Refused):
        raise SurveyError(f"{survey.name}: {answer.reason}")
    assert isinstance(answer, Admitted | AlreadyThere | Changed)  # noqa: S101 - for the type checker
    return answer


@click.command()
@click.argument("survey", type=parameters.PATH)
def add(survey: Path) -> None:
    """Take a file or folder into the store as if it had been dropped, and print its partition key."""
    import dagster as dg

    from mcode_pipelines.defs.partitions import survey_uploads
    from mcode_pipelines.instance_config import prepare_home
    from mcode_pipelines.intake import Harmonised, Reviewed
    from mcode_pipelines.lake import Lake

    settings, home = Settings.from_environment(), dagster_home()
    prepare_home(home, settings)
    answer = _answer(Lake(settings.storage), survey, settings)
    key = answer.upload.key
    if isinstance(answer, Reviewed | Harmonised):
        say(answer.note.rstrip())
    else:
        for remark in answer.remarks:
            say(remark)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        instance.add_dynamic_partitions(str(survey_uploads.name), [key])
    click.echo(key)


@click.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("--run", is_flag=True, help="Code and tabulate anew here and now; else `mcode serve` does it by itself.")
def review(workbook: Path, run: bool) -> None:
    """Take in a corrected review workbook as if it had been dropped; lists what could not be used."""
    from contextlib import nullcontext

    from mcode_pipelines.intake import inspect, is_review, review_in
    from mcode_pipelines.lake import Lake

    if not workbook.exists():
        raise SurveyError(f"{workbook}: there is no such file")
    if not is_review(workbook):
        raise SurveyError(
            f"{workbook.name}: this is no review workbook; the one to correct lies with an upload's results and its "
            "name ends in _review.xlsx"
        )
    settings = Settings.from_environment()
    lake = Lake(settings.storage)
    key = ""
    if run:
        inspect(workbook, workbook.name, settings.limits())
        key = review_in(workbook, workbook.name, limits=settings.limits()).upload
    if key and lake.uploads.is_in_hand(key):
        say(f"{key} is being run by another `mcode review --run`; this one goes on when that has ended")
    # A service that watches the same store must not take up what is run here.
    with lake.uploads.in_hand(key) if key in lake.uploads else nullcontext():
        _take_review(lake, workbook, settings, run=run)


def _take_review(lake: Lake, workbook: Path, settings: Settings, *, run: bool) -> None:
    """Takes a review in, tells what was made of it, and runs what it touched."""
    from mcode_pipelines.intake import Reviewed

    answer = _answer(lake, workbook, settings)
    if not isinstance(answer, Reviewed):
        click.echo("; ".join((*answer.remarks, answer.sentence)))
        return
    click.echo(answer.note.rstrip())
    if run and answer.touched:
        from mcode_pipelines.definitions import defs
        from mcode_pipelines.defs.in_process_run import run_upload
        from mcode_pipelines.defs.jobs import stages_after
        from mcode_pipelines.instance_config import prepare_home

        home = dagster_home()
        prepare_home(home, settings)
        run_upload(
            defs, home, answer.upload.key, click.echo, stages_after(answer.touched), revision=answer.upload.run_key
        )


@click.command()
@click.argument("sql")
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values in place of a table.")
def query(sql: str, as_csv: bool) -> None:
    """Ask the lake: one SELECT over uploads, classified_responses, cells and tests."""
    import duckdb

    from mcode_pipelines.lake.queries import as_csv as written_as_csv
    from mcode_pipelines.lake.queries import run_query

    with duckdb.connect(":memory:") as connection:
        columns, rows = run_query(connection, Settings.from_environment().storage, sql)
    if as_csv:
        sys.stdout.write(written_as_csv(columns, rows))
        return
    texts = [columns, *[["" if cell is None else str(cell) for cell in row] for row in rows]]
    widths = [min(max(len(row[i]) for row in texts), 80) for i in range(len(columns))]
    room = shutil.get_terminal_size((200, 20)).columns
    for number, row in enumerate(texts):
        line = "  ".join(cell[:width].ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.echo(line[:room] if sys.stdout.isatty() else line)
        if number == 0:
            click.echo("  ".join("-" * width for width in widths)[: room if sys.stdout.isatty() else None])
    click.echo(f"({len(rows):,} rows)", err=True)
