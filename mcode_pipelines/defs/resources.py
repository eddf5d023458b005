"""What the assets are handed: the lake, and DuckDB for questions across uploads."""

from __future__ import annotations

import dagster as dg
from dagster_duckdb import DuckDBResource

from mcode_pipelines.lake import Lake
from mcode_pipelines.settings import Settings


def usual_lake() -> Lake:
    """The lake of the settings; looks at nothing on disk yet.

    It is a plain object and no configurable resource on purpose: where uploads are kept is the operator's to say, and
    no field of the launchpad.
    """
    return Lake(Settings.from_environment().storage)


# In memory: views over Parquet need no file, and no two processes ever share one. An empty schema: which database is
# opened is no field of the launchpad, else a launch could have any file of this machine made or written.
DUCKDB = dg.ResourceDefinition(
    resource_fn=lambda _: DuckDBResource(database=":memory:"),
    config_schema={},
    description="The database that answers a question about all uploads: in memory, over the files of the lake.",
)
