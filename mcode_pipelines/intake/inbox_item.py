"""An inbox item (a drop): a file or folder that somebody put into the inbox, as the disk describes it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class InboxFile:
    """One regular file of a drop."""

    name: str
    """Relative to the dropped folder, with `/`; for a lone file its own name."""
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


@dataclass(frozen=True)
class InboxItem:
    """What was put into the inbox under one name."""

    name: str
    path: Path
    files: tuple[InboxFile, ...]
    is_folder: bool
    ready: bool = False
    """A folder with a READY file: whoever dropped it says that it is complete."""

    @property
    def signature(self) -> str:
        """A short text that changes whenever a file of the drop comes, goes or is written to."""
        facts = [(f.name, f.size, f.mtime_ns, f.ctime_ns, f.inode) for f in sorted(self.files, key=lambda f: f.name)]
        return hashlib.sha256(repr((self.is_folder, self.ready, facts)).encode()).hexdigest()[:16]

    @property
    def changed(self) -> float:
        """When the newest of the files last changed by the disk's clock, in seconds since 1970; 0 without files."""
        return max((f.ctime_ns for f in self.files), default=0) / 1e9

    def path_of(self, file: InboxFile) -> Path:
        """Where a file of the drop lies."""
        return self.path / file.name if self.is_folder else self.path
