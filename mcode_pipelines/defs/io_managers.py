"""How Dagster hands an asset from one stage to the next: through the lake."""

from __future__ import annotations

from typing import Any

import dagster as dg

from mcode_pipelines.defs.stage import told_plainly
from mcode_pipelines.lake import Lake


class LakeIOManager(dg.IOManager):
    """Stores and opens assets by name and partition; the lake knows how each is kept."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Saves an asset of one upload and notes where, and how large it is."""
        with told_plainly(context.log):
            path = self.lake.save(context.asset_key.to_user_string(), context.asset_partition_key, obj)
        size = path.stat().st_size if path.is_file() else sum(f.stat().st_size for f in path.iterdir())
        context.add_output_metadata({"path": dg.MetadataValue.path(str(path)), "size_kb": round(size / 1024, 1)})

    def load_input(self, context: dg.InputContext) -> Any:
        """Opens an asset of one upload."""
        with told_plainly(context.log):
            return self.lake.open(context.asset_key.to_user_string(), context.asset_partition_key)
