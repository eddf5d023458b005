"""The printed choice that stands for no answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mcode_pipelines.survey.codebook import Choice
from mcode_pipelines.survey.codes import NO_ANSWER

_NOTHING_SAID = (
    r"(tidak|tdk|tak) (ada jawaban|menjawab|jawab|tahu)|t\.?a\.?|tt|no (answer|response|reply)|not answered|n\.?a\.?"
)
_OF_99 = re.compile(rf"({_NOTHING_SAID}|don'?t know|do not know|dk|refus\w*|menolak\w*|rahasia)\b.*", re.IGNORECASE)
_IN_ITSELF = re.compile(r"(tidak ada jawaban|tidak menjawab|no answer|no response|not answered)", re.IGNORECASE)


def no_answer_code(choices: Sequence[Choice]) -> str | None:
    """The code of the choice that stands for no answer; None where a question prints none.

    It is 99, where its label does not say something else; or the choice that is called so, where codes are the
    labels themselves.
    """
    for choice in choices:
        label = " ".join(choice.label.split())
        if choice.code == str(NO_ANSWER) and (_OF_99.fullmatch(label) or label == choice.code):
            return choice.code
        if choice.code == choice.label and _IN_ITSELF.fullmatch(label):
            return choice.code
    return None
