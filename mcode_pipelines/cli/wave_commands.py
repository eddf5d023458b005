"""`mcode wave`: which uploads stand for the waves of a study, in what order, and how a person puts it right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mcode_pipelines.cli.terminal import Commands, say
from mcode_pipelines.settings import Settings, dagster_home
from mcode_pipelines.survey import SurveyError

if TYPE_CHECKING:
    from mcode_pipelines.intake import Delivered, WaveWord
    from mcode_pipelines.lake import Lake


@click.group(cls=Commands)
def wave() -> None:
    """Waves of a study: list them, order them, put names and deliveries right.

    An upload is named by its partition key, as `mcode wave list` prints it. What you say is kept, also when the
    upload is run again; a later word takes the place of an earlier one. `mcode serve` runs anew what depends on it.
    """


@wave.command("list")
@click.argument("study", required=False)
def list_waves(study: str | None) -> None:
    """List the waves of one STUDY, or of all: the oldest first, with what stands and what does not."""
    from mcode_pipelines.intake import delivered, of_study

    lake = _lake()
    uploads = lake.uploads.uploads()
    studies = [_known_study(lake, study)] if study else sorted({u.study for u in uploads})
    old = _older_books([u.key for u in uploads if u.study in studies])
    rows = [("study", "wave", "upload", "received", "state")]
    for name in studies:
        for found in delivered(of_study(uploads, name)):
            upload = found.upload
            received = upload.received.astimezone().strftime("%Y-%m-%d %H:%M")
            rows.append((name, found.label, upload.key, received, _state(found, older=upload.key in old)))
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    for row in rows:
        fixed = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        click.echo(f"{fixed}  {row[-1]}".rstrip())
    if old:
        say(f"Books that are older than the waves they compare: make them anew with `mcode wave anew {old[0]}`.")


@wave.command()
@click.argument("study")
@click.argument("waves", nargs=-1)
def order(study: str, waves: tuple[str, ...]) -> None:
    """Put the WAVES of a STUDY in this order, the oldest first; without any, back into the order of time.

    A wave is named by its label or by its upload's key. What is not named, and what comes later, stands behind the
    waves that it follows in time.
    """
    from mcode_pipelines.intake import delivered, of_study, order_waves

    lake = _lake()
    name = _known_study(lake, study)
    with lake.uploads.locked():
        first = of_study(lake.uploads.uploads(), name)[0]
        now = order_waves(lake.uploads, first, waves)
        if now != first:
            lake.uploads.record(now)
    listed = ", ".join(d.label for d in delivered(of_study(lake.uploads.uploads(), name)) if d.stands)
    click.echo(f"{name}: {listed}")
    _tell_older_books([u.key for u in of_study(lake.uploads.uploads(), name)])


@wave.command()
@click.argument("upload")
@click.argument("label")
@click.option("--study", help="Put it into this study too.")
def rename(upload: str, label: str, study: str | None) -> None:
    """Call the wave of an UPLOAD by this LABEL, such as 2026-10, "Okt 2026" or "Gelombang 3"."""
    from mcode_pipelines.intake import WaveWord

    _decide(upload, WaveWord(wave=label, study=study))


@wave.command()
@click.argument("upload")
def withdraw(upload: str) -> None:
    """Take an UPLOAD out of the wave tables of its study; a delivery whose place it took stands again."""
    from mcode_pipelines.intake import WaveWord

    _decide(upload, WaveWord(withdrawn=True))


@wave.command()
@click.argument("upload")
@click.option("--beside", is_flag=True, help="Beside the delivery that stands in its place, not instead of it.")
def restore(upload: str, beside: bool) -> None:
    """Bring back an UPLOAD that was withdrawn or superseded; it then takes the place of what superseded it."""
    from mcode_pipelines.intake import WaveWord, standing

    lake = _lake()
    by = standing(lake.uploads, upload).superseded_by
    if beside and by is None:
        raise SurveyError(f"{upload}: nothing stands in its place; leave out --beside")
    others = (by.key,) if beside and by is not None else ()
    _decide(upload, WaveWord(restored=True, beside=others))


@wave.command()
@click.argument("old")
@click.argument("new")
def replace(old: str, new: str) -> None:
    """Let the upload NEW take the place of the upload OLD, whatever they are called and hold."""
    from mcode_pipelines.intake import WaveWord

    _decide(new, WaveWord(replaces=(old,)))


@wave.command()
@click.argument("uploads", nargs=-1, required=True)
def anew(uploads: tuple[str, ...]) -> None:
    """Make the tables and workbooks of UPLOADS anew, with the waves as they are now."""
    from mcode_pipelines.definitions import defs
    from mcode_pipelines.defs.in_process_run import run_upload
    from mcode_pipelines.defs.jobs import STAGES
    from mcode_pipelines.instance_config import prepare_home

    lake, home = _lake(), dagster_home()
    prepare_home(home, Settings.from_environment())
    for key in uploads:
        lake.uploads.get(key)
    for key in uploads:
        with lake.uploads.in_hand(key):
            click.echo(key)
            run_upload(defs, home, key, click.echo, STAGES[STAGES.index("tabulation_plan") :])


def _lake() -> Lake:
    from mcode_pipelines.lake import Lake

    return Lake(Settings.from_environment().storage)


def _known_study(lake: Lake, study: str) -> str:
    """The study as it is stored. Raises SurveyError where there is none of that name."""
    from mcode_pipelines.intake import of_study

    uploads = lake.uploads.uploads()
    found = of_study(uploads, study)
    if not found:
        known = ", ".join(sorted({u.study for u in uploads})) or "none yet"
        raise SurveyError(f"there is no study {study!r}; there are {known}")
    return found[0].study


def _decide(key: str, word: WaveWord) -> None:
    """Records a word, and tells where the upload stands then and which books are older than that."""
    from mcode_pipelines.intake import decide, delivered, of_study, remarks_on_standing

    lake = _lake()
    before = lake.uploads.get(key)
    now = decide(lake.uploads, key, word)
    uploads = lake.uploads.uploads()
    for study in dict.fromkeys((before.study, now.study)):
        listed = ", ".join(d.label for d in delivered(of_study(uploads, study)) if d.stands)
        click.echo(f"{study}: {listed or 'no wave stands'}")
    for remark in remarks_on_standing(lake.uploads, key):
        click.echo(f"{remark.en}\n{remark.id}")
    _tell_older_books([u.key for study in (before.study, now.study) for u in of_study(uploads, study)])


def _tell_older_books(keys: list[str]) -> None:
    for key in dict.fromkeys(_older_books(keys)):
        say(f"The tables of {key} are older than this: make them anew with `mcode wave anew {key}`.")


def _older_books(keys: list[str]) -> list[str]:
    """The uploads whose tables compare waves that have changed since."""
    import dagster as dg

    from mcode_pipelines.defs.older_books import older_books

    home = dagster_home()
    if not (home / "dagster.yaml").is_file():
        return []
    with dg.DagsterInstance.from_config(str(home)) as instance:
        return older_books(instance, _lake(), keys)


def _state(found: Delivered, *, older: bool) -> str:
    told = []
    if found.upload.decided.withdrawn:
        told.append("withdrawn")
    elif found.superseded_by is not None:
        told.append(f"superseded by {found.superseded_by.key}")
    else:
        told.append("stands")
    told += [f"same wave as {other.key}" for other in found.clashes]
    told += [f"{count:,} interviews also in {other.key}" for other, count in found.also_in]
    return "; ".join([*told, *(["tables older than its waves"] if older else [])])
