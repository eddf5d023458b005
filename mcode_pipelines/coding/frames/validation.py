"""Whether a frame can be coded with."""

from __future__ import annotations

from collections.abc import Sequence

from mcode_pipelines.coding.errors import CodingError
from mcode_pipelines.coding.text.non_answers import means_no_answer
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import NO_ANSWER, CodeFrame, CodeFrames
from mcode_pipelines.survey.code_frame import normalised_label


def check_given_frames(given: CodeFrames | None, questions: Sequence[OpenQuestion]) -> None:
    """Raise CodingError where given frames do not fit the questions or contradict themselves."""
    if given is None:
        return
    known = [q.variable for q in questions]
    seen: set[str] = set()
    for frame in given:
        if frame.variable not in known:
            raise CodingError(
                f"The code frame for {frame.variable!r} fits no open-ended question of this survey "
                f"({', '.join(known) or 'it has none'}); correct the frame's variable or leave the frame out."
            )
        if frame.variable in seen:
            raise CodingError(f"There are two code frames for {frame.variable}; give one.")
        seen.add(frame.variable)
        check_frame(frame)


def check_frame(frame: CodeFrame, name: str | None = None) -> None:
    """Raise CodingError where a frame has no codes, two codes under one label, or a theme under 99."""
    where = name or f"The code frame of {frame.variable}"
    if not frame.codes:
        raise CodingError(f"{where}: there are no codes in it; give at least one code with a label.")
    labels: dict[str, int] = {}
    for code in frame.codes:
        label = normalised_label(code.label)
        if not label:
            raise CodingError(f"{where}: code {code.code} has no label; give it one.")
        if label in labels:
            raise CodingError(
                f"{where}: codes {labels[label]} and {code.code} have the same label {code.label!r}; "
                "rename one of them or merge the two."
            )
        labels[label] = code.code
    no_answer = next((c for c in frame.codes if c.code == NO_ANSWER), None)
    # Respondents may have ticked a printed 99, whatever it says.
    if frame.merges is None and no_answer is not None and not means_no_answer(no_answer.label, frame.language):
        raise CodingError(
            f"{where}: code {NO_ANSWER} has the label {no_answer.label!r}, but {NO_ANSWER} always means no answer; "
            f"give that theme another number, or label {NO_ANSWER} {wording(frame.language).no_answer_label!r}."
        )
