"""Where everything of an upload is kept, and how it is asked about across uploads."""

from mcode_pipelines.lake.atomic_write import replaced_file, replaced_folder
from mcode_pipelines.lake.lake import BEFORE, OUTPUTS, STORED_FORMATS, Lake, NotThereYet
from mcode_pipelines.lake.table_batches import TableBatches, save_batches

__all__ = [
    "BEFORE",
    "OUTPUTS",
    "STORED_FORMATS",
    "Lake",
    "NotThereYet",
    "TableBatches",
    "replaced_file",
    "replaced_folder",
    "save_batches",
]
