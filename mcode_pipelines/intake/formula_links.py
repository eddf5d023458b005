"""What a person is told of a workbook whose formulas fetch from elsewhere."""

from __future__ import annotations

from mcode_pipelines.survey import Remark


def linked_formulas(*, external: bool, dde: bool) -> tuple[Remark, ...]:
    """A remark where formulas or links point to other workbooks or ask other programs; nothing is ever fetched."""
    kinds = []
    if external:
        kinds.append(("formulas that point to other workbooks", "rumus yang menunjuk ke buku kerja lain"))
    if dde:
        kinds.append(("formulas that ask other programs (DDE)", "rumus yang meminta data dari program lain (DDE)"))
    if not kinds:
        return ()
    return (
        Remark(
            en=f"The workbook has {' and '.join(en for en, _ in kinds)}; nothing was fetched, the values that were "
            "saved in it were read.",
            id=f"Buku kerja ini mempunyai {' dan '.join(id_ for _, id_ in kinds)}; tidak ada yang diambil dari luar, "
            "nilai yang tersimpan di dalamnya yang dibaca.",
        ),
    )
