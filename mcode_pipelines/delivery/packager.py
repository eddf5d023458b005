"""How the parts of a workbook are packed into its archive: quickly, at a few per cent more bytes.

Source of the hooks: xlsxwriter lets its packager be replaced (`Workbook._get_packager`). Where an installed one no
longer asks for it, xlsxwriter packs by itself, at its own pace.
"""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings

try:
    from isal import isal_zlib
except ImportError:  # made for the processors that nearly everybody has
    isal_zlib = None  # type: ignore[assignment]

_LEVEL = 2
"""Of zlib's deflate: on the XML of sheets half the time of the usual level 6, for a tenth more bytes."""
_ISAL_LEVEL = 1
"""As many bytes in a third of that time."""
_RAW = -15
"""The window of a stream without a header of its own, as archives hold it."""
_WHEN = (1980, 1, 31, 0, 0, 0)
"""One time stamp for every part, so that equal books are equal files."""


class QuickWorkbook(Workbook):  # type: ignore[misc]
    """A workbook of xlsxwriter that is packed into memory."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._by_xlsxwriter = io.BytesIO()
        self._packed = io.BytesIO()
        super().__init__(self._by_xlsxwriter, options)

    def packed(self) -> memoryview:
        """The archive, once the workbook is closed."""
        return (self._packed if self._packed.tell() else self._by_xlsxwriter).getbuffer()

    def _get_packager(self) -> Packager:
        return _QuickPackager(self._packed)


class _QuickPackager(Packager):  # type: ignore[misc]
    """Writes the archive itself and leaves nothing to pack."""

    def __init__(self, target: io.BytesIO) -> None:
        super().__init__()
        self._target = target

    def _create_package(self) -> list[tuple[Any, str, bool]]:
        parts = super()._create_package()
        with ZipFile(self._target, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            for part, name, _ in parts:
                if isinstance(part, str):
                    stamp = time.mktime((*_WHEN, 0, 0, -1))
                    os.utime(part, (stamp, stamp))
                    archive.write(part, name)
                    Path(part).unlink()
                    continue
                content = part.getvalue()
                about = ZipInfo(name, _WHEN)
                about.compress_type = ZIP_DEFLATED
                _put(archive, about, content if isinstance(content, bytes) else content.encode())
                part.close()
        return []

    def _write_shared_strings_file(self) -> None:
        if not self.workbook.str_table.count:
            return
        strings = _QuickStrings()
        strings.string_table = self.workbook.str_table
        strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
        strings._assemble_xml_file()


def _put(archive: ZipFile, about: ZipInfo, content: bytes) -> None:
    about.file_size = len(content)
    if isal_zlib is None:
        archive.writestr(about, content, compresslevel=_LEVEL)
        return
    with archive.open(about, "w") as packed:
        # Not a public name; where it is gone, zlib packs.
        if hasattr(packed, "_compressor"):
            packed._compressor = isal_zlib.compressobj(_ISAL_LEVEL, isal_zlib.DEFLATED, _RAW)
        packed.write(content)


class _QuickStrings(SharedStrings):  # type: ignore[misc]
    """Plain texts, which nearly all are, are written as they are."""

    def _write_si(self, string: str) -> None:
        if _is_plain(string):
            self.fh.write(f"<si><t>{string}</t></si>")
        else:
            super()._write_si(string)


def _is_plain(text: str) -> bool:
    """Whether a text can be put between two tags as it is."""
    return bool(
        text
        and text.isprintable()
        and "&" not in text
        and "<" not in text
        and ">" not in text
        and "_x" not in text
        and text[0] != " "
        and text[-1] != " "
    )
