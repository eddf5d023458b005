"""How Dagster hands an asset from one stage to the next: through the lake."""

from typing import Any

import dagster as dg

from mcode_pipelines.defs.resources import LakeResource
from mcode_pipelines.defs.stage import told_plainly


class LakeIOManager(dg.ConfigurableIOManager):
    """Stores and opens assets by name and partition; the lake knows how each is kept."""

    lake: dg.ResourceDependency[LakeResource]

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Saves an asset of one upload and notes where, and how large it is."""
        with told_plainly(context.log):
            path = self.lake.lake().save(context.asset_key.to_user_string(), context.asset_partition_key, obj)
        size = path.stat().st_size if path.is_file() else sum(f.stat().st_size for f in path.iterdir())
        context.add_output_metadata({"path": dg.MetadataValue.path(str(path)), "size_kb": round(size / 1024, 1)})

    def load_input(self, context: dg.InputContext) -> Any:
        """Opens an asset of one upload."""
        with told_plainly(context.log):
            return self.lake.lake().open(context.asset_key.to_user_string(), context.asset_partition_key)
