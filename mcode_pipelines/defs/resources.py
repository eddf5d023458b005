"""What the assets are handed: the lake, and DuckDB for questions across uploads."""

from __future__ import annotations

from dagster_duckdb import DuckDBResource

from mcode_pipelines.lake import Lake
from mcode_pipelines.settings import Settings


def usual_lake() -> Lake:
    """The lake of the settings; looks at nothing on disk yet.

    It is a plain object and no configurable resource on purpose: where uploads are kept is the operator's to say, and
    no field of the launchpad.
    """
    return Lake(Settings.from_environment().storage)


class QuestionsDatabase(DuckDBResource):
    """The database that answers a question about all uploads: in memory, over the files of the lake.

    There is nothing to set: leave it as it is.
    """


# In memory: views over Parquet need no file, and no two processes ever share one.
DUCKDB = QuestionsDatabase(database=":memory:")
