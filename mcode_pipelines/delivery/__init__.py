"""Finished tables and coded data into files that people sign for. Nothing is computed here."""

from mcode_pipelines.delivery.book_metadata import collect_book_metadata
from mcode_pipelines.delivery.cells_files import CellsFormat, write_cells
from mcode_pipelines.delivery.coded_data import personal_columns, write_coded_workbook
from mcode_pipelines.delivery.coded_form import write_coded_form
from mcode_pipelines.delivery.delivered_file import DeliveredFile, StagedFiles
from mcode_pipelines.delivery.errors import DeliveryError
from mcode_pipelines.delivery.figures import Figure
from mcode_pipelines.delivery.front_sheets import BookMetadata
from mcode_pipelines.delivery.harmonisation_workbook import looked_at, write_harmonisation
from mcode_pipelines.delivery.review_workbook import write_review_workbook
from mcode_pipelines.delivery.tab_book import MAX_TABLES_PER_BOOK, stage_tab_books, write_tab_books
from mcode_pipelines.delivery.verification import verify_workbook

__all__ = [
    "MAX_TABLES_PER_BOOK",
    "BookMetadata",
    "CellsFormat",
    "DeliveredFile",
    "DeliveryError",
    "Figure",
    "StagedFiles",
    "collect_book_metadata",
    "looked_at",
    "personal_columns",
    "stage_tab_books",
    "verify_workbook",
    "write_cells",
    "write_coded_form",
    "write_coded_workbook",
    "write_harmonisation",
    "write_review_workbook",
    "write_tab_books",
]
