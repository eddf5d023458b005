"""What became of a drop, each with the sentence a person is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from mcode_pipelines.intake.harmonisation_messages import harmonisation_messages
from mcode_pipelines.intake.review_messages import ENGLISH, review_messages
from mcode_pipelines.intake.upload import COMPANIONS, Upload

_FEW = 5
"""Changes that are told in one sentence."""


@dataclass(frozen=True)
class Admitted:
    """A new upload."""

    upload: Upload
    remarks: tuple[str, ...] = ()
    """What a person should know: files of the folder that were not used, and the like."""
    left_in_inbox: str | None = None
    """Why the drop could not be cleared away though it was answered; None: it is gone from the inbox."""
    data_file: str | None = None
    """Which file of the drop is the data: the last to be cleared away."""

    @property
    def sentence(self) -> str:
        """What a person is told."""
        with_what = [_WORDS[kind] for kind in COMPANIONS if kind in self.upload.companions]
        return f"taken in as {self.upload.key}" + (f", with its {ENGLISH.listed(with_what)}" if with_what else "")


@dataclass(frozen=True)
class AlreadyThere:
    """Data that the store holds already, with nothing new beside it."""

    upload: Upload
    remarks: tuple[str, ...] = ()
    left_in_inbox: str | None = None
    data_file: str | None = None

    @property
    def sentence(self) -> str:
        """What a person is told."""
        received = self.upload.received.astimezone().strftime("%Y-%m-%d %H:%M")
        return f"already there as {self.upload.key}, received {received}; nothing was done"


@dataclass(frozen=True)
class Changed:
    """An upload that got a new or other companion."""

    upload: Upload
    touched: frozenset[str]
    """Which of form, plan, codebook, frames, codes."""
    remarks: tuple[str, ...] = ()
    left_in_inbox: str | None = None
    data_file: str | None = None

    @property
    def sentence(self) -> str:
        """What a person is told."""
        return f"new {ENGLISH.listed(_WORDS[k] for k in COMPANIONS if k in self.touched)} for {self.upload.key}"


@dataclass(frozen=True)
class Reviewed(Changed):
    """An upload whose codes or frames a person corrected in a review workbook."""

    corrected: int = 0
    """Different answers that got other codes."""
    agreed: int = 0
    frame_changes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    """What could not be used, each with its sheet and row."""
    left_out: int = 0
    """Rows and other entries that could not be used; those of one sentence are many."""
    language: str = "en"
    """Of the workbook, and so of what is told of it: `id` or `en`."""

    @property
    def sentence(self) -> str:
        """What a person is told."""
        say = review_messages(self.language)
        done = [
            say.counted(self.corrected, say.corrected),
            say.counted(self.agreed, say.agreed),
            say.counted(len(self.frame_changes), say.changes),
        ]
        told = say.listed(d for d in done if d) or say.nothing
        left = say.counted(self.left_out, say.left_out)
        return f"{say.review_of.format(key=self.upload.key)}: {told}" + (f"; {left}" if left else "")

    @property
    def note(self) -> str:
        """All of it, for the note beside the inbox's place."""
        say = review_messages(self.language)
        lines = [self.sentence[:1].upper() + self.sentence[1:] + "."]
        if self.refused:
            lines += ["", say.not_used, *(f"- {entry}" for entry in self.refused)]
        if self.frame_changes:
            lines += ["", say.frames, *(f"- {change}" for change in self.frame_changes)]
        if self.touched:
            lines += ["", say.coded_anew]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Harmonised(Changed):
    """An upload of a study of which a person said what is the same in its waves."""

    changed: tuple[str, ...] = ()
    """What is decided now that was not, in a few words each."""
    refused: tuple[str, ...] = ()
    """What could not be used, each with its sheet, row and column."""
    language: str = "en"

    @property
    def sentence(self) -> str:
        """What a person is told."""
        say = harmonisation_messages(self.language)
        shown = "; ".join(self.changed[:_FEW]) + (f"; ... (+{len(self.changed) - _FEW})" if self.changed[_FEW:] else "")
        left = f"; {say.left_out.format(count=len(self.refused))}" if self.refused else ""
        return f"{say.taken.format(study=self.upload.study)}: {shown or say.nothing}{left}"

    @property
    def note(self) -> str:
        """All of it, for the note beside the inbox's place."""
        say = harmonisation_messages(self.language)
        lines = [self.sentence[:1].upper() + self.sentence[1:] + "."]
        if self.refused:
            lines += ["", say.refused, *(f"- {entry}" for entry in self.refused)]
        if self.changed:
            lines += ["", say.changes, *(f"- {change}" for change in self.changed)]
        if self.touched:
            lines += ["", say.anew.format(key=self.upload.key)]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Refused:
    """A drop that cannot be used; the reason says why and what to do."""

    name: str
    reason: str
    quarantined: Path | None = None
    """Where the drop lies now, its reason beside it."""
    left_in_inbox: str | None = None

    @property
    def sentence(self) -> str:
        """What a person is told."""
        return f"{self.name}: {self.reason}"


@dataclass(frozen=True)
class Deferred:
    """A drop that changed under our hands: it stays in the inbox and is looked at again."""

    name: str
    reason: str

    @property
    def sentence(self) -> str:
        """What a person is told."""
        return f"{self.name}: {self.reason}"


def combined_outcome(
    before: Admitted | AlreadyThere | Changed | None, review: Reviewed | Harmonised | AlreadyThere
) -> Admitted | AlreadyThere | Changed:
    """One answer for a drop that brought something and a review, or a harmonisation."""
    if before is None or (isinstance(before, AlreadyThere) and isinstance(review, Reviewed | Harmonised)):
        return replace(review, remarks=(*(before.remarks if before else ()), *review.remarks))
    told = (review.sentence, *(review.refused if isinstance(review, Reviewed | Harmonised) else ()))
    answer = replace(before, upload=review.upload, remarks=(*before.remarks, *told))
    if isinstance(answer, Changed) and isinstance(review, Reviewed | Harmonised):
        return replace(answer, touched=answer.touched | review.touched)
    return answer


Outcome = Admitted | AlreadyThere | Changed | Refused | Deferred

_WORDS = {
    "form": "form",
    "plan": "plan",
    "codebook": "codebook",
    "frames": "code frames",
    "codes": "reviewed codes",
    "wave": "place among the waves",
    "harmonisation": "harmonisation of its study",
}
