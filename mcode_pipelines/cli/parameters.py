"""Parameters that several commands take."""

from __future__ import annotations

from pathlib import Path

import click

# Whether a file can be read is looked at by whoever reads it, with a sentence of its own.
PATH = click.Path(path_type=Path, readable=False)
DATA = click.argument("data", type=PATH)
FORM = click.option("--form", type=PATH, help="The XLSForm that belongs to the data.")
CODEBOOK = click.option("--codebook", type=PATH, help="A codebook.json in place of detection.")
OUT = click.option("-o", "--output", type=PATH, required=True, help="Folder for the results.")
