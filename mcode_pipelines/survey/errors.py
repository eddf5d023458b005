"""The one family of errors a person can cause and mend."""

from __future__ import annotations


class SurveyError(Exception):
    """Something about a file, a plan or a frame that a person can put right.

    The message is one sentence for an analyst: what is wrong, where (file, sheet, row or column),
    what was expected, what to do. Each room derives its own error from this one; whoever talks to a
    person (the command line, an asset, the inbox) shows the message and never a traceback.
    """


class UnreadableUpload(SurveyError):
    """An upload that the gate or a reader refuses."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name}: {reason}")

    def __reduce__(self) -> tuple[type[UnreadableUpload], tuple[str, str]]:
        return type(self), (self.name, self.reason)
