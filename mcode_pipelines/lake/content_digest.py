"""The digest of what a file or folder holds, without what tells only when and by whom it was written."""

from __future__ import annotations

import hashlib
from pathlib import Path


def content_digest(path: Path) -> str:
    """The sha256 of a file's content, or of all files of a folder with their names."""
    if path.is_dir():
        listed = "".join(f"{file.name}\0{content_digest(file)}\n" for file in sorted(path.iterdir()))
        return hashlib.sha256(listed.encode()).hexdigest()
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
