"""`python -m mcode_pipelines` is `mcode`."""

from mcode_pipelines.cli import main

main(prog_name="mcode")
