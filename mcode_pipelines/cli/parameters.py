"""Parameters that several commands take."""

from __future__ import annotations

from pathlib import Path

import click

# Whether a file can be read is looked at by whoever reads it, with a sentence of its own.
PATH = click.Path(path_type=Path, readable=False)
DATA = click.argument("data", type=PATH)
FORM = click.option("--form", type=PATH, help="The XLSForm that belongs to the data.")
LISTS = click.option(
    "--list",
    "lists",
    type=PATH,
    multiple=True,
    help="A file with choices that the form names (select_one_from_file, search()); may be repeated. Those that lie "
    "beside the form or the data under the name it calls them by need not be named.",
)
CODEBOOK = click.option("--codebook", type=PATH, help="A codebook.json in place of detection.")
OUT = click.option("-o", "--output", type=PATH, required=True, help="Folder for the results.")
