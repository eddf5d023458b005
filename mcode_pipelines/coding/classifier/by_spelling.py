"""The codes of answers that are entries of a list: by how they are spelled, and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mcode_pipelines.coding.classifier.decisions import Decision
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.listed_answers import ListedAnswers, known_names
from mcode_pipelines.survey import NO_ANSWER, CodeFrame

_NO_NAME_OF_THE_LIST = 0.75
"""How sure it is that a name which is spelled like none of the list is none of it."""


def codes_by_spelling(
    listed: ListedAnswers,
    wanted: Sequence[int],
    frame: CodeFrame,
    decided: Mapping[int, Decision],
    settings: CodingSettings,
) -> list[Decision]:
    """The codes of the distinct answers `wanted`: one for each name they give, the other code for names of no code.

    What persons `decided` about an answer of one name makes it a spelling of that code. An answer keeps all the names
    it gives, however many, unless one code an answer is wanted. Where the frame has no other code, what fits none of
    its names is "no answer" with no confidence at all: it is never another name.
    """
    answers = listed.answers
    known = known_names(frame, listed.said)
    themes = {c.code for c in frame.themes}
    for answer, decision in decided.items():
        own = answers.segments_of_answer[answer]
        if len(own) == len(decision) == 1 and decision[0][0] in themes:
            known.add(answers.segments[own[0]], decision[0][0])
    other = (frame.other, _NO_NAME_OF_THE_LIST) if frame.other is not None else (NO_ANSWER, 0.0)
    found: list[Decision] = []
    for answer in wanted:
        said: dict[int, float] = {}
        for segment in answers.segments_of_answer[answer]:
            code, sure = known.find(answers.segments[segment]) or other
            said[code] = max(said.get(code, 0.0), sure)
        if not said:
            said[other[0]] = other[1]
        ranked = sorted(said.items(), key=lambda c: (c[0] not in themes, -c[1]))
        found.append(tuple(ranked[:1] if settings.most_codes == 1 else ranked))
    return found
