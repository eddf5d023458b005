"""What the assets are handed: the lake, and DuckDB for questions across uploads."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
from dagster_duckdb import DuckDBResource
from pydantic import Field

from mcode_pipelines.lake import Lake
from mcode_pipelines.settings import Settings


class LakeResource(dg.ConfigurableResource[Lake]):
    """The lake of stored uploads, assets and outputs."""

    storage: str = Field(default="", description="Folder of the lake; empty: MCODE_STORAGE.")

    def lake(self) -> Lake:
        """The lake itself; looks at nothing on disk yet."""
        return Lake(Path(self.storage).absolute() if self.storage else Settings.from_environment().storage)


RESOURCES: dict[str, object] = {
    "lake": LakeResource(),
    # In memory: views over Parquet need no file, and no two processes ever share one.
    "duckdb": DuckDBResource(database=":memory:"),
}
