"""Codes given by a language model: batches with ids, every id checked, what is missing asked again singly."""

from __future__ import annotations

import random
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field

from pydantic import BaseModel

from mcode_pipelines.coding.llm_cache import ModelCache, cache_key
from mcode_pipelines.coding.llm_endpoint import (
    BudgetSpent,
    LanguageModel,
    ModelTrouble,
    ModelUnavailable,
    UnusableAnswer,
)
from mcode_pipelines.coding.llm_wording import PROMPTS_VERSION, answers_as_json, coding_instructions, sendable
from mcode_pipelines.survey import NO_ANSWER, CodeFrame, Progress, throttled

_TOKENS_AN_ANSWER = 40
_SINGLY_IN_VAIN = 3
"""Of a batch that came back without one usable code, single questions in a row that end it when they are no better."""
_BATCHES_IN_VAIN = 2
"""Whole batches' worth of answers in a row, singly too, without one usable code: then the model is asked no more ..."""
_ANSWERS_IN_VAIN = 10
"""... but of small batches not before so many answers."""


class CodedAnswer(BaseModel):
    """The codes of one answer as the model gives them."""

    id: int
    codes: list[int]


class CodedAnswers(BaseModel):
    """The codes of one batch as the model gives them."""

    answers: list[CodedAnswer]


@dataclass
class ModelCodes:
    """What a model decided about the different answers of one question."""

    runs: list[dict[str, tuple[int, ...]]]
    """For each run, normal form to codes; an answer the model did not get to is not there."""
    cached: int = 0
    """Decisions that were remembered from before."""
    asked: int = 0
    unsound: set[str] = field(default_factory=set)
    """Answers, by normal form, that the model gave no code of the frame under their ids, asked singly too."""
    out_of_form: list[str] = field(default_factory=list)
    """What was wrong with replies that could not be read."""
    troubles: list[str] = field(default_factory=list)
    """What else kept the model from deciding, each once."""

    def told(self, undecided: Collection[str]) -> list[str]:
        """Why answers were left undecided, and what went wrong all the same; nothing where all went well."""
        unsound = any(answer in self.unsound for answer in undecided)
        ids_or_codes = ["the model gave no code of the frame under the ids it was asked about"] if unsound else []
        return [*self.out_of_form[:1], *ids_or_codes, *self.troubles]


class Patience:
    """How long a model is asked on from which nothing usable comes back. One for all questions of a run."""

    def __init__(self, batch: int) -> None:
        self._most = max(_BATCHES_IN_VAIN * batch, _ANSWERS_IN_VAIN)
        self._in_vain = 0
        self._lock = threading.Lock()

    def tell(self, answers: int, usable: bool) -> None:
        """Hears of a batch of so many answers, and whether anything usable came back."""
        with self._lock:
            if not self.ended:
                self._in_vain = 0 if usable else self._in_vain + answers

    @property
    def ended(self) -> str:
        """Why the model is asked no more; empty while it is."""
        if self._in_vain < self._most:
            return ""
        return (
            f"the model was asked no more after {self._in_vain:,} answers in a row about which nothing usable came back"
        )


def model_codes(
    frame: CodeFrame,
    answers: Mapping[str, str],
    model: LanguageModel,
    cache: ModelCache,
    patience: Patience,
    *,
    most_codes: int,
    examples: Sequence[tuple[str, Sequence[int]]],
    progress: Progress,
) -> ModelCodes:
    """Has a model code different answers (normal form to a verbatim), in as many runs as its settings say.

    Never raises ModelTrouble: what was decided until then is kept, and `troubles` says what happened. An answer that
    was decided before under the same frame is not asked again, whatever examples came since.
    """
    instructions = coding_instructions(frame, most_codes, [(sendable(text), codes) for text, codes in examples])
    told = coding_instructions(frame, most_codes, ())
    allowed = {c.code for c in frame.codes} | {NO_ANSWER}
    found = ModelCodes([])
    stopped = False
    for run in range(model.settings.runs):
        keys = {n: cache_key("codes", PROMPTS_VERSION, model.name, told, run, n) for n in answers}
        known = cache.get(keys.values())
        decided = {n: tuple(known[keys[n]]) for n in answers if keys[n] in known}
        found.cached += len(decided)
        # After a stop what is remembered still counts.
        open_answers = [] if stopped else [n for n in answers if n not in decided]
        found.asked += len(open_answers)
        # Another order in every run: what stands beside an answer must not decide about it.
        random.Random(run).shuffle(open_answers)  # noqa: S311
        desk = _Desk(model, instructions, allowed, most_codes, answers, found, patience)
        label = f"{frame.variable}: language model, run {run + 1} of {model.settings.runs}"
        tell = throttled(progress, label, least=1)
        for part in desk.decide(open_answers):
            decided |= part
            cache.put({keys[n]: codes for n, codes in part.items()})
            tell(len(decided), len(answers))
        found.runs.append(decided)
        stopped = stopped or desk.stopped
    if patience.ended and any(len(run) < len(answers) for run in found.runs):
        _tell(found.troubles, patience.ended)
    return found


class _Desk:
    """One run over the answers of a question."""

    def __init__(
        self,
        model: LanguageModel,
        instructions: str,
        allowed: set[int],
        most_codes: int,
        answers: Mapping[str, str],
        found: ModelCodes,
        patience: Patience,
    ) -> None:
        self.model = model
        self.instructions = instructions
        self.allowed = allowed
        self.most_codes = most_codes
        self.answers = answers
        self.found = found
        self.patience = patience
        self._stopped = False

    @property
    def stopped(self) -> bool:
        return self._stopped or bool(self.patience.ended)

    def decide(self, wanted: Sequence[str]) -> Iterator[dict[str, tuple[int, ...]]]:
        """The codes of the answers, batch by batch as they come in; after a stop those on their way still count."""
        size = self.model.settings.batch
        batches = [wanted[at : at + size] for at in range(0, len(wanted), size)]
        waiting = list(reversed(batches))
        running: set[Future[dict[str, tuple[int, ...]]]] = set()
        with ThreadPoolExecutor(self.model.settings.concurrency, thread_name_prefix="language-model") as pool:
            while waiting or running:
                while waiting and not self.stopped and len(running) < self.model.settings.concurrency:
                    running.add(pool.submit(self._batch, waiting.pop()))
                if self.stopped:
                    waiting.clear()
                if not running:
                    break
                done, running = wait_for(running, return_when="FIRST_COMPLETED")
                for future in done:
                    yield future.result()

    def _batch(self, batch: Sequence[str]) -> dict[str, tuple[int, ...]]:
        decided = self._asked(batch)
        in_vain = 0
        for answer in batch:
            if self.stopped or (not decided and in_vain >= _SINGLY_IN_VAIN):
                break
            if answer not in decided and len(batch) > 1:
                decided |= self._asked([answer])
                in_vain += 1
        if decided or not self._stopped:
            self.patience.tell(len(batch), bool(decided))
        return decided

    def _asked(self, batch: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """One question to the model; only what it answered soundly."""
        content = answers_as_json([(n, sendable(self.answers[a])) for n, a in enumerate(batch, start=1)])
        most_tokens = 200 + _TOKENS_AN_ANSWER * len(batch)
        try:
            reply = self.model.ask(self.instructions, content, CodedAnswers, most_tokens)
        except (BudgetSpent, ModelUnavailable) as trouble:
            self._stopped = True
            _tell(self.found.troubles, str(trouble))
            return {}
        except UnusableAnswer as trouble:
            # What was wrong with its form differs from reply to reply; one is told.
            _tell(self.found.out_of_form, str(trouble))
            return {}
        except ModelTrouble as trouble:
            _tell(self.found.troubles, str(trouble))
            return {}
        sound = self._sound(reply, batch)
        self.found.unsound.update(a for a in batch if a not in sound)
        return sound

    def _sound(self, reply: CodedAnswers, batch: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Ids that were asked, once each (or twice alike), with codes of the frame."""
        given: dict[int, tuple[int, ...] | None] = {}
        for answer in reply.answers:
            if not 0 < answer.id <= len(batch):
                continue
            codes = tuple(dict.fromkeys(c for c in answer.codes if c in self.allowed))
            if len(codes) > 1 and NO_ANSWER in codes:
                codes = tuple(c for c in codes if c != NO_ANSWER)
            codes = codes[: self.most_codes]
            if answer.id in given and set(given[answer.id] or ()) != set(codes):
                codes = ()
            given[answer.id] = codes or None
        return {batch[n - 1]: codes for n, codes in sorted(given.items()) if codes}


def _tell(troubles: list[str], what: str) -> None:
    if what not in troubles:
        troubles.append(what)
