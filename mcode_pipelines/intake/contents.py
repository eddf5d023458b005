"""What the files of a drop are by their names: data or form, plan, codebook, code frames, reviewed codes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mcode_pipelines.intake.file_kind import kind_by_name
from mcode_pipelines.intake.inbox_item import InboxFile, InboxItem

_COPY_MARK = re.compile(r" ?\(\d+\)(?=\.[^.]+$)")
"""What browsers and file managers put into the name of a second copy."""
_LONE = re.compile(
    r"(?:(?P<partition>[^.]+)\.)?"
    r"(?:(?P<plan>plan\.ya?ml)|(?P<codebook>codebook\.json)|(?:(?P<variable>.+)\.)?(?P<frames>frames?\.json)"
    r"|(?P<codes>codes\.csv)|(?P<wave>wave\.ya?ml)|(?P<harmonisation>harmoni[sz](?:asi|ation)\.ya?ml))",
    re.IGNORECASE,
)
_IN_FOLDER = {
    "plan": re.compile(r"(.+\.)?plan\.ya?ml", re.IGNORECASE),
    "codebook": re.compile(r"(.+\.)?codebook\.json", re.IGNORECASE),
    "frames": re.compile(r"frame[^/]*\.json|.+\.frames?\.json|frames/[^/]+\.json", re.IGNORECASE),
    "codes": re.compile(r"(.+\.)?codes\.csv", re.IGNORECASE),
    "wave": re.compile(r"(.+\.)?wave\.ya?ml", re.IGNORECASE),
    "harmonisation": re.compile(r"(.+[._ -])?harmoni[sz](asi|ation)\.ya?ml", re.IGNORECASE),
}
_DOCUMENTS = ("plan", "codebook", "frames", "codes", "wave", "harmonisation")
_YAML = re.compile(r"[^/]+\.ya?ml", re.IGNORECASE)


@dataclass(frozen=True)
class Contents:
    """The files of a drop by what they are."""

    tables: tuple[InboxFile, ...] = ()
    """Data or form: the names do not tell."""
    plan: tuple[InboxFile, ...] = ()
    codebook: tuple[InboxFile, ...] = ()
    frames: tuple[InboxFile, ...] = ()
    codes: tuple[InboxFile, ...] = ()
    wave: tuple[InboxFile, ...] = ()
    harmonisation: tuple[InboxFile, ...] = ()
    unused: tuple[InboxFile, ...] = ()
    """Files of a folder that are nothing of this."""
    lone: bool = False
    """A companion that was dropped alone and is meant for the partition it is named after."""
    partition: str | None = None
    """For a lone companion: the partition in its name, lower case; None where the name has none."""
    variable: str | None = None
    """For a lone code frame: the question in its name."""

    @property
    def documents(self) -> tuple[tuple[str, InboxFile], ...]:
        """Every companion but the form, with its kind."""
        return tuple((kind, file) for kind in _DOCUMENTS for file in getattr(self, kind))


def contents_of(item: InboxItem) -> Contents:
    """Sorts the files of a drop. What a name cannot tell is left to those who read the file."""
    if not item.is_folder:
        return _lone_file(item.files[0])
    sorted_out: dict[str, list[InboxFile]] = {kind: [] for kind in ("tables", *_DOCUMENTS, "unused")}
    for file in item.files:
        sorted_out[_kind_in_folder(file.name)].append(file)
    if not sorted_out["plan"]:
        documents = [file for file in sorted_out["unused"] if _YAML.fullmatch(file.name)]
        if len(documents) == 1:
            sorted_out["plan"] = documents
            sorted_out["unused"].remove(documents[0])
    return Contents(**{kind: tuple(files) for kind, files in sorted_out.items()})  # type: ignore[arg-type]


def _lone_file(file: InboxFile) -> Contents:
    found = _LONE.fullmatch(_COPY_MARK.sub("", file.name))
    if found is None:
        return Contents(tables=(file,)) if not _YAML.fullmatch(file.name) else Contents(plan=(file,), lone=True)
    kind = next(k for k in _DOCUMENTS if found[k])
    partition = found["partition"].lower() if found["partition"] else None
    return Contents(**{kind: (file,)}, lone=True, partition=partition, variable=found["variable"])


def _kind_in_folder(name: str) -> str:
    plain = _COPY_MARK.sub("", name)
    for kind, pattern in _IN_FOLDER.items():
        if pattern.fullmatch(plain):
            return kind
    return "tables" if "/" not in name and kind_by_name(name) is not None else "unused"
