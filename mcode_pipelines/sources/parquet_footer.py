"""A Parquet file's own bytes under a footer that says more: how a survey is stored that needs no cleaning.

The footer is a Thrift structure in the compact protocol. Its last byte ends the structure; a field put before that
byte, with its number written out, is read like any other, and takes the place of an earlier one of that number.
Source: the Parquet format (`FileMetaData.key_value_metadata`, field 5) and Thrift's compact protocol.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from pathlib import Path

_MAGIC = b"PAR1"
_LIST, _BINARY, _STRUCT = 0x09, 0x18, 0x0C
_KEY_VALUE_METADATA = 5
_STOP = b"\x00"
_AT_ONCE = 64 << 20


class UnsupportedFooter(Exception):
    """The file does not end as a plain Parquet file does."""


def copy_with_metadata(source: Path, target: Path, metadata: Mapping[str, str]) -> None:
    """Writes the bytes of a Parquet file to `target`, its key-value metadata replaced; synced to disk.

    Raises UnsupportedFooter where the file does not end as expected (encrypted, or cut off), OSError.
    """
    with source.open("rb") as old, target.open("wb") as new:
        size = os.fstat(old.fileno()).st_size
        old.seek(max(size - 8, 0))
        length, magic = struct.unpack("<I4s", old.read(8)) if size >= 12 else (0, b"")
        start = size - 8 - length
        if magic != _MAGIC or length == 0 or start < len(_MAGIC):
            raise UnsupportedFooter
        old.seek(start)
        footer = old.read(length)
        if not footer.endswith(_STOP):
            raise UnsupportedFooter
        old.seek(0)
        left = start
        while left:
            piece = old.read(min(left, _AT_ONCE))
            if not piece:
                raise UnsupportedFooter
            new.write(piece)
            left -= len(piece)
        footer = footer[:-1] + _field(metadata) + _STOP
        new.write(footer + struct.pack("<I4s", len(footer), _MAGIC))
        new.flush()
        os.fsync(new.fileno())


def _field(metadata: Mapping[str, str]) -> bytes:
    pairs = b"".join(_binary(key) + _binary(value) + _STOP for key, value in metadata.items())
    count = len(metadata)
    head = bytes([count << 4 | _STRUCT]) if count < 15 else bytes([0xF0 | _STRUCT]) + _varint(count)
    return bytes([_LIST]) + _varint(_KEY_VALUE_METADATA << 1) + head + pairs


def _binary(text: str) -> bytes:
    """The next field of a structure: a text."""
    raw = text.encode()
    return bytes([_BINARY]) + _varint(len(raw)) + raw


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)
