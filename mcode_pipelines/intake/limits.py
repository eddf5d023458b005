"""How large a file may be before it is refused, and how much its reader may take."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

KIB, MIB, GIB = 1024, 1024**2, 1024**3


class Limits(BaseModel):
    """The figures of the gate; every one can be set by whoever runs the product."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    upload_bytes: int = Field(default=500 * MIB, gt=0)
    """A workbook or an SPSS file."""
    table_bytes: int = Field(default=4 * GIB, gt=0)
    """A CSV, TSV or Parquet file."""
    document_bytes: int = Field(default=16 * MIB, gt=0)
    """A plan, codebook or code frame."""
    unpacked_bytes: int = Field(default=512 * MIB, gt=0)
    """Everything inside a workbook."""
    ratio: int = Field(default=100, gt=0)
    """Unpacked to packed bytes, of one part of a workbook and of the whole."""
    ratio_from: int = Field(default=8 * MIB, ge=0)
    """Parts that unpack to less than this are not held to the ratio."""
    parts: int = Field(default=4096, gt=0)
    """Files inside a workbook."""
    sheets: int = Field(default=256, gt=0)
    rows: int = Field(default=1_048_576, gt=0)
    """Rows of a worksheet: Excel's own limit."""
    columns: int = Field(default=16_384, gt=0)
    """Columns of any table: Excel's own limit."""
    text_rows: int = Field(default=10_000_000, gt=0)
    """Rows of a CSV, TSV or Parquet file."""
    sparse_cells: int = Field(default=5_000_000, gt=0)
    """A worksheet's grid (rows x columns up to its last cell) below this is never called sparse."""
    sparse_ratio: int = Field(default=100, gt=0)
    """Places in the grid for every cell that is there, beyond which a larger grid is refused."""
    reader_memory_mb: int = Field(default=4096, gt=0)
    """Memory of the process that reads one upload, in MiB."""
    reader_seconds: int = Field(default=300, gt=0)
    """Wall time of the process that reads one upload; its processor time may be twice this."""
