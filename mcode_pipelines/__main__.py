"""`python -m mcode_pipelines` is `mcode`."""

from mcode_pipelines.cli.start import main

main()
