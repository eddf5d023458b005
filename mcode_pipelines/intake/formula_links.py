"""What a person is told of a workbook whose formulas fetch from elsewhere."""

from __future__ import annotations

from mcode_pipelines.intake.review_messages import review_messages
from mcode_pipelines.survey import Remark


def linked_formulas(*, external: bool, dde: bool, connected: bool) -> tuple[Remark, ...]:
    """A remark where a workbook would fetch from other workbooks, programs or the web; nothing is ever fetched."""
    kinds = []
    if external:
        kinds.append(("formulas that point to other workbooks", "rumus yang menunjuk ke buku kerja lain"))
    if dde:
        kinds.append(("formulas that ask other programs (DDE)", "rumus yang meminta data dari program lain (DDE)"))
    if connected:
        kinds.append(
            (
                "formulas or connections that fetch from the web or a database",
                "rumus atau koneksi yang mengambil data dari internet atau basis data",
            )
        )
    if not kinds:
        return ()
    english = review_messages("en").listed(en for en, _ in kinds)
    indonesian = review_messages("id").listed(id_ for _, id_ in kinds)
    return (
        Remark(
            en=f"The workbook has {english}; nothing was fetched, the values that were saved in it were read.",
            id=f"Buku kerja ini mempunyai {indonesian}; tidak ada yang diambil dari luar, "
            "nilai yang tersimpan di dalamnya yang dibaca.",
        ),
    )
