"""Commands that work on one survey file, without any Dagster instance: detect, code, tabulate."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from mcode_pipelines.cli import parameters
from mcode_pipelines.cli.terminal import may_be_lost, say, shown_progress, this_worker
from mcode_pipelines.settings import Settings
from mcode_pipelines.survey import no_progress

_TROUBLES_TOLD = 20


@click.command()
@parameters.DATA
@parameters.FORM
@parameters.LISTS
@click.option("-o", "--output", type=parameters.PATH, required=True, help="The codebook file to write (JSON).")
def detect(data: Path, form: Path | None, lists: tuple[Path, ...], output: Path) -> None:
    """Detect the variables of a survey file and write its codebook."""
    from collections import Counter

    from mcode_pipelines.cli.survey_file import detect_file

    codebook, told = detect_file(data, form, output, Settings.from_environment(), lists)
    for remark in told:
        say(remark)
    kinds = Counter(v.kind.value for v in codebook)
    click.echo(f"{len(codebook)} variables in {output}: " + ", ".join(f"{n} {kind}" for kind, n in kinds.most_common()))


def _only_one(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> str | None:
    """The one question that is asked for; the last of several would be coded alone, and nobody told."""
    if len(given) > 1:
        raise click.BadParameter(f"one question is coded at a time, not {', '.join(given)}; call it once for each.")
    return given[0] if given else None


@click.command()
@parameters.DATA
@parameters.FORM
@parameters.LISTS
@parameters.CODEBOOK
@click.option(
    "-v",
    "--variable",
    multiple=True,
    callback=_only_one,
    help="The open question to code; may be left out where there is just one.",
)
@click.option("--texts-alone", is_flag=True, help='Code texts behind "other, specify" without their printed question.')
@click.option("--frame", type=parameters.PATH, help="A code frame (JSON) to use as it is.")
@click.option("--grow-frame", is_flag=True, help="New themes get new codes in the frame that was given.")
@click.option("--coded", type=parameters.PATH, help="Coded examples (CSV): they are decided, and teach.")
@click.option(
    "--review",
    "reviews",
    type=parameters.PATH,
    multiple=True,
    help="A corrected review workbook of this file; may be repeated, the earliest first.",
)
@click.option(
    "--earlier",
    type=parameters.PATH,
    help="codes.csv of an earlier run: its answers keep their codes, only others are coded.",
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
@parameters.OUT
def code(**given: Any) -> None:
    """Code one open question: writes frame.json and codes.csv.

    A choice question with texts behind "other, specify" is coded with its texts.
    """
    from mcode_pipelines.cli.code_file import code_file

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


@click.command()
@parameters.DATA
@parameters.FORM
@parameters.LISTS
@parameters.CODEBOOK
@click.option("--plan", type=parameters.PATH, help="plan.yaml; without it every question against the demographics.")
@click.option(
    "--frame",
    "frames",
    type=parameters.PATH,
    multiple=True,
    help="A code frame (JSON) for an open-ended question; may be repeated.",
)
@click.option("--coded", type=parameters.PATH, help="Codes of open answers (codes.csv).")
@click.option(
    "--formats", default="xlsx,csv", show_default=True, help="Any of xlsx, csv, json, parquet, separated by commas."
)
@click.option(
    "--wave",
    "waves",
    metavar="LABEL=DATA[:FORM]",
    multiple=True,
    help="An earlier wave of the study beside this one, with its own form or codebook; may be repeated, oldest first.",
)
@click.option(
    "--harmonisation",
    type=parameters.PATH,
    help="What is the same in the waves: the harmonisation sheet of an earlier run as you corrected it, or its YAML.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 16),
    help="Processes, of one processor each, that worker the tables, or the writing of workbooks; without it two where "
    "there are many tables.",
)
@parameters.OUT
def tabulate(**given: Any) -> None:
    """Cross tables of a survey file: cells, tests and tab books."""
    # Products of matrices are small here: threads for them take longer to start than they save.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from mcode_pipelines.cli.tabulate_file import tabulate_file

    settings, worker = Settings.from_environment(), this_worker()
    if worker and worker.index:
        tabulate_file(**given, settings=settings, progress=no_progress, in_place=True, worker=worker)
        return
    files, tables, troubles, remarks = tabulate_file(
        **given, settings=settings, progress=shown_progress(), in_place=may_be_lost(), worker=worker
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
