"""Everything that knows Dagster, and nothing else does. An asset is a few lines; the work is in the rooms."""
