"""An inbox item (a drop): a file or folder that somebody put into the inbox, as the disk describes it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class InboxFile:
    """One regular file of a drop."""

    name: str
    """Relative to the dropped folder, with `/`; for a lone file its own name. Readable: see `readable_name`."""
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    on_disk: str = ""
    """The name as the disk has it, where it is another one."""


@dataclass(frozen=True)
class InboxItem:
    """What was put into the inbox under one name."""

    name: str
    path: Path
    files: tuple[InboxFile, ...]
    is_folder: bool
    ready: bool = False
    """A folder with a READY file: whoever dropped it says that it is complete."""
    unfit: str | None = None
    """Why it can be no upload whatever it holds: a link, a pipe ..."""
    ctime_ns: int = 0
    """When the disk last changed its entry: of what has no files."""
    named: bool = False
    """Given by its name rather than found in the inbox: whoever names it says that it is complete."""
    passed_over: tuple[str, ...] = ()
    """What of a folder is not looked at: links, pipes, folders that lie too deep."""

    @property
    def signature(self) -> str:
        """A short text that changes whenever a file of the drop comes, goes or is written to."""
        facts = [(f.name, f.size, f.mtime_ns, f.ctime_ns, f.inode) for f in sorted(self.files, key=lambda f: f.name)]
        return hashlib.sha256(repr((self.is_folder, self.ready, facts, self.ctime_ns)).encode()).hexdigest()[:16]

    @property
    def changed(self) -> float:
        """When the newest of the files last changed by the disk's clock, in seconds since 1970; 0 without files."""
        return max((f.ctime_ns for f in self.files), default=self.ctime_ns) / 1e9

    def path_of(self, file: InboxFile) -> Path:
        """Where a file of the drop lies."""
        return self.path / (file.on_disk or file.name) if self.is_folder else self.path


def readable_name(name: str) -> str:
    """A file name that can be shown and stored: bytes that are not UTF-8 are read as Windows-1252.

    >>> readable_name("survei.csv"), readable_name("caf\\udce9.csv")
    ('survei.csv', 'café.csv')
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("cp1252", "replace")
    return name
