"""Everything that knows Dagster, and nothing else does. An asset is a few lines; the work is in the rooms."""

import warnings

import dagster as dg

# Checks of one partition, owners and code references are used knowingly while Dagster still calls them beta or preview;
# `test_dagster_internals.py` says when they change.
for _category in (dg.BetaWarning, dg.PreviewWarning):
    warnings.filterwarnings("ignore", category=_category, module=r"mcode_pipelines\.(defs|definitions)")
# Dagster hands owners on inside itself, where it warns of them again.
warnings.filterwarnings("ignore", category=dg.BetaWarning, message="Parameter `owners`")
