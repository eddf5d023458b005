"""`mcode`: what the dagster command line does not offer."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mcode_pipelines import __version__
from mcode_pipelines.settings import Settings, dagster_home
from mcode_pipelines.survey import SurveyError, no_progress
from mcode_pipelines.terminal import Commands, may_be_lost, say, share_of_tables, shown_progress

if TYPE_CHECKING:
    from mcode_pipelines.intake import Admitted, AlreadyThere, Changed
    from mcode_pipelines.lake import Lake


_TROUBLES_TOLD = 20


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mcode")
def main() -> None:
    """Survey uploads in, coded open answers and a tab book out."""


# Whether a file can be read is looked at by whoever reads it, with a sentence of its own.
_PATH = click.Path(path_type=Path, readable=False)
_DATA = click.argument("data", type=_PATH)
_FORM = click.option("--form", type=_PATH, help="The XLSForm that belongs to the data.")
_CODEBOOK = click.option("--codebook", type=_PATH, help="A codebook.json in place of detection.")
_OUT = click.option("-o", "--output", type=_PATH, required=True, help="Folder for the results.")


@main.command()
@click.option("--survey", type=_PATH, help="A file or folder of your own in place of the bundled survey.")
def demo(survey: Path | None) -> None:
    """Run the whole pipeline on the bundled survey, without a server."""
    from mcode_pipelines.definitions import defs
    from mcode_pipelines.defs.demo import run_upload
    from mcode_pipelines.instance_config import prepare_home
    from mcode_pipelines.lake import OUTPUTS, Lake

    settings, home = Settings.from_environment(), dagster_home()
    survey = survey or _bundled_survey()
    prepare_home(home, settings)
    lake = Lake(settings.storage)
    click.echo(f"Survey: {survey}")
    key = _admit(lake, survey, settings)
    started = time.perf_counter()
    run_upload(defs, home, key, click.echo)
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
    survey = Path(__file__).parent.parent / "examples" / "ferry_satisfaction"
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


@main.command()
def serve() -> None:
    """Web UI, daemon and code server in one; stopped together by Ctrl-C."""
    from mcode_pipelines.serve import serve as run

    run(Settings.from_environment(), dagster_home(), click.echo)


@main.command()
@click.argument("survey", type=_PATH)
def add(survey: Path) -> None:
    """Take a file or folder into the store as if it had been dropped, and print its partition key."""
    import dagster as dg

    from mcode_pipelines.defs.partitions import survey_uploads
    from mcode_pipelines.instance_config import prepare_home
    from mcode_pipelines.intake import Reviewed
    from mcode_pipelines.lake import Lake

    settings, home = Settings.from_environment(), dagster_home()
    prepare_home(home, settings)
    answer = _answer(Lake(settings.storage), survey, settings)
    key = answer.upload.key
    if isinstance(answer, Reviewed):
        say(answer.note.rstrip())
    with dg.DagsterInstance.from_config(str(home)) as instance:
        instance.add_dynamic_partitions(str(survey_uploads.name), [key])
    click.echo(key)


@main.command()
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
        from mcode_pipelines.defs.demo import run_upload
        from mcode_pipelines.defs.sensors import stages_after
        from mcode_pipelines.instance_config import prepare_home

        home = dagster_home()
        prepare_home(home, settings)
        run_upload(
            defs, home, answer.upload.key, click.echo, stages_after(answer.touched), revision=answer.upload.run_key
        )


@main.command()
def env() -> None:
    """Print the settings as shell exports: `eval "$(mcode env)"` before using the dagster command."""
    import shlex

    from mcode_pipelines.instance_config import prepare_home

    settings, home = Settings.from_environment(), dagster_home()
    prepare_home(home, settings)
    click.echo(f"export DAGSTER_HOME={shlex.quote(str(home))}")
    for name in ("storage", "inbox", "quarantine"):
        click.echo(f"export MCODE_{name.upper()}={shlex.quote(str(getattr(settings, name)))}")


@main.command()
@_DATA
@_FORM
@click.option("-o", "--output", type=_PATH, required=True, help="The codebook file to write (JSON).")
def detect(data: Path, form: Path | None, output: Path) -> None:
    """Detect the variables of a survey file and write its codebook."""
    from collections import Counter

    from mcode_pipelines.one_file import detect_file

    codebook = detect_file(data, form, output, Settings.from_environment())
    kinds = Counter(v.kind.value for v in codebook)
    click.echo(f"{len(codebook)} variables in {output}: " + ", ".join(f"{n} {kind}" for kind, n in kinds.most_common()))


def _only_one(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> str | None:
    """The one question that is asked for; the last of several would be coded alone, and nobody told."""
    if len(given) > 1:
        raise click.BadParameter(f"one question is coded at a time, not {', '.join(given)}; call it once for each.")
    return given[0] if given else None


@main.command()
@_DATA
@_FORM
@_CODEBOOK
@click.option(
    "-v",
    "--variable",
    multiple=True,
    callback=_only_one,
    help="The open question to code; may be left out where there is just one.",
)
@click.option("--texts-alone", is_flag=True, help='Code texts behind "other, specify" without their printed question.')
@click.option("--frame", type=_PATH, help="A code frame (JSON) to use as it is.")
@click.option("--grow-frame", is_flag=True, help="New themes get new codes in the frame that was given.")
@click.option("--coded", type=_PATH, help="Coded examples (CSV): they are decided, and teach.")
@click.option(
    "--review",
    "reviews",
    type=_PATH,
    multiple=True,
    help="A corrected review workbook of this file; may be repeated, the earliest first.",
)
@click.option(
    "--earlier", type=_PATH, help="codes.csv of an earlier run: its answers keep their codes, only others are coded."
)
@click.option("--codes-per-answer", type=click.IntRange(1, 10), default=3, show_default=True)
@click.option("--single-code", is_flag=True, help="One code an answer, the surest.")
@click.option("--max-codes", type=click.IntRange(2, 90), help="Most codes in a generated frame.")
@click.option(
    "--review-below",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Answers coded less surely than this are coloured in the review workbook.",
)
@click.option("--non-answer", "non_answers", multiple=True, help="A phrase that is no answer; may be repeated.")
@click.option("--workbooks", is_flag=True, help="Write the coded data, the form and a review workbook too.")
@click.option("--personal", is_flag=True, help="Keep names, telephones and the like in the coded data.")
@_OUT
def code(**given: Any) -> None:
    """Code one open question: writes frame.json and codes.csv.

    A choice question with texts behind "other, specify" is coded with its texts.
    """
    from mcode_pipelines.one_question import code_file

    made = code_file(**given, settings=Settings.from_environment(), progress=shown_progress())
    click.echo(
        f"{made.answers:,} answers of {made.frame.variable} coded into {len(made.frame.codes)} codes in "
        f"{given['output']}"
    )
    for line in made.told:
        click.echo(line)
    for file in made.files[2:]:
        click.echo(f"  {file}")
    report = made.report
    if report.calls or report.unanswered:
        without = f" ({report.unanswered:,} more got no reply)" if report.unanswered else ""
        click.echo(
            f"{report.engine}: {report.calls:,} questions{without}, "
            f"{report.input_tokens + report.output_tokens:,} tokens, cost {report.cost:,.4f}"
        )
    for remark in report.remarks:
        say(remark)


@main.command()
@_DATA
@_FORM
@_CODEBOOK
@click.option("--plan", type=_PATH, help="plan.yaml; without it every question against the demographics.")
@click.option(
    "--frame",
    "frames",
    type=_PATH,
    multiple=True,
    help="A code frame (JSON) for an open-ended question; may be repeated.",
)
@click.option("--coded", type=_PATH, help="Codes of open answers (codes.csv).")
@click.option(
    "--formats", default="xlsx,csv", show_default=True, help="Any of xlsx, csv, json, parquet, separated by commas."
)
@click.option(
    "--wave",
    "waves",
    metavar="LABEL=FILE",
    multiple=True,
    help="An earlier wave of the study to stand beside this one; may be repeated, oldest first.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 16),
    help="Processes, of one processor each, that share the tables, or the writing of workbooks; without it two where "
    "there are many tables.",
)
@_OUT
def tabulate(**given: Any) -> None:
    """Cross tables of a survey file: cells, tests and tab books."""
    # Products of matrices are small here: threads for them take longer to start than they save.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from mcode_pipelines.one_file import tabulate_file

    settings, share = Settings.from_environment(), share_of_tables()
    if share and share.index:
        tabulate_file(**given, settings=settings, progress=no_progress, in_place=True, share=share)
        return
    files, tables, troubles, remarks = tabulate_file(
        **given, settings=settings, progress=shown_progress(), in_place=may_be_lost(), share=share
    )
    for trouble in troubles[:_TROUBLES_TOLD]:
        click.echo(f"Not made: {trouble}", err=True)
    if len(troubles) > _TROUBLES_TOLD:
        click.echo(f"Not made: {len(troubles) - _TROUBLES_TOLD:,} more tables, see the contents of the book", err=True)
    for remark in remarks[:_TROUBLES_TOLD]:
        click.echo(remark, err=True)
    if len(remarks) > _TROUBLES_TOLD:
        more = len(remarks) - _TROUBLES_TOLD
        click.echo(f"{more:,} more tables lack answers, see the contents of the book and the tables' notes", err=True)
    click.echo(f"{tables:,} {'table' if tables == 1 else 'tables'}:")
    for file in files:
        click.echo(f"  {file.path}")


@main.command()
@click.argument("sql")
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values in place of a table.")
def query(sql: str, as_csv: bool) -> None:
    """Ask the lake: one SELECT over uploads, classified_responses, cells and tests."""
    import duckdb

    from mcode_pipelines.lake.questions import as_csv as written_as_csv
    from mcode_pipelines.lake.questions import ask

    with duckdb.connect(":memory:") as connection:
        columns, rows = ask(connection, Settings.from_environment().storage, sql)
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
