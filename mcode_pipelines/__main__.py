"""`python -m mcode_pipelines` is `mcode`."""

from mcode_pipelines.start import main

main()
