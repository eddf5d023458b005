"""`mcode`: what the dagster command line does not offer."""

from __future__ import annotations

import click

from mcode_pipelines import __version__
from mcode_pipelines.cli import file_commands, service_commands, upload_commands, wave_commands
from mcode_pipelines.cli.terminal import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mcode")
def main() -> None:
    """Survey uploads in, coded open answers and a tab book out."""


for _command in (
    file_commands.detect,
    file_commands.code,
    file_commands.tabulate,
    upload_commands.demo,
    upload_commands.add,
    upload_commands.review,
    upload_commands.query,
    wave_commands.wave,
    service_commands.serve,
    service_commands.env,
):
    main.add_command(_command)
