"""How Dagster hands an asset from one stage to the next: through the lake."""

from __future__ import annotations

from typing import Any

import dagster as dg

from mcode_pipelines.defs.stage import plain_failures
from mcode_pipelines.lake import Lake


class LakeIOManager(dg.IOManager):
    """Opens assets by name and partition; the lake knows how each is kept."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Never called: a stage stores what it makes before it tells the version of it (see `stage`)."""
        raise NotImplementedError(f"{context.asset_key.to_user_string()} is no stage: a stage stores what it makes")

    def load_input(self, context: dg.InputContext) -> Any:
        """Opens an asset of one upload."""
        with plain_failures(context.log):
            return self.lake.open(context.asset_key.to_user_string(), context.asset_partition_key)
