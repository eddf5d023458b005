"""A language model behind an OpenAI-compatible endpoint: one question, one validated answer, and what it cost."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

_LONGEST_WAIT = 60.0
_BROKEN_ANSWERS = 2
"""Times an answer that cannot be used is asked for again as it is; after that the caller divides the batch."""
_FAILURES_THAT_END_IT = 2
"""Questions in a row that got no answer after every try: then the endpoint counts as gone for the whole run."""
_REPLIES_KNOWN = 3
"""Replies after which it is known what a question usually takes."""
_SPARE = 1.25
_CHARACTERS_A_TOKEN = 2.5
"""Fewer than any usual tokeniser needs for Indonesian or English, so that estimates are never too low."""


class LanguageModelSettings(BaseModel):
    """Which endpoint, and how much it may take. Nothing of this is ever stored or shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str
    model: str
    api_key: SecretStr = SecretStr("")
    """May be empty: an endpoint of one's own often needs none."""
    batch: int = Field(default=20, ge=1, le=200)
    """Answers in one question to the model."""
    concurrency: int = Field(default=4, ge=1, le=64)
    runs: int = Field(default=2, ge=1, le=5)
    """How often every answer is coded; runs that disagree lower the confidence."""
    timeout_seconds: float = Field(default=60, gt=0)
    tries: int = Field(default=5, ge=1, le=20)
    first_wait_seconds: float = Field(default=1.0, ge=0)
    """Wait before the second try; doubled each time, a little at random; the endpoint's own Retry-After wins."""
    token_budget: int | None = Field(default=None, ge=1)
    money_budget: float | None = Field(default=None, gt=0)
    price_in: float = Field(default=0.0, ge=0)
    """Money for a million tokens sent."""
    price_out: float = Field(default=0.0, ge=0)
    """Money for a million tokens received."""
    cache: Path | None = None
    """Where answers are remembered by their hash, so that none is paid twice; None: not at all."""


class ModelError(Exception):
    """Base of what keeps a model from answering; the message is a sentence for the report."""


class ModelUnavailable(ModelError):
    """The endpoint gives no answer, and will not for the rest of this run."""


class NoReply(ModelError):
    """This one question got no answer after every try."""


class BudgetExceeded(ModelError):
    """The next question could go beyond the budget, and no question on its way will give back room for it."""


class UnusableAnswer(ModelError):
    """The model answered, but not as it was asked to."""


@dataclass
class TokenUsage:
    """What a run has cost so far."""

    calls: int = 0
    """Questions that got a reply, usable or not."""
    unanswered: int = 0
    """Questions that were sent and got none: refused, lost, or too slow."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens sent and received."""
        return self.input_tokens + self.output_tokens


AnswerT = TypeVar("AnswerT", bound=BaseModel)


class LanguageModel(Protocol):
    """Asked something, it answers in the form asked for. Safe to ask from several threads at once."""

    name: str
    settings: LanguageModelSettings
    spent: TokenUsage

    def ask(self, instructions: str, content: str, form: type[AnswerT], most_tokens: int) -> AnswerT:
        """One answer. Raises ModelError."""
        ...


@dataclass(frozen=True)
class _Attempt:
    """What came of sending a question once."""

    reply: Any = None
    trouble: str = ""
    """Why there is no reply."""
    wait: float | None = None
    """Seconds that the endpoint wants to be left alone."""
    read: bool = False
    """Whether the endpoint read the question though it did not reply in time, and will charge for it."""


@dataclass
class _UsualTokens:
    """What replies to questions of one kind took, as the largest share of what was reserved for them."""

    replies: int = 0
    sent: float = 0.0
    received: float = 0.0

    def update(self, sent: float, received: float) -> None:
        """Hears of one reply."""
        self.replies += 1
        self.sent, self.received = max(self.sent, sent), max(self.received, received)

    def of(self, tokens_in: int, tokens_out: int) -> tuple[int, int] | None:
        """What such a question will hardly go beyond; None while too few are known to say."""
        if self.replies < _REPLIES_KNOWN:
            return None
        return (
            min(tokens_in, int(tokens_in * self.sent * _SPARE) + 1),
            min(tokens_out, int(tokens_out * self.received * _SPARE) + 1),
        )


@dataclass
class _Budget:
    """The budget: what is reserved for questions on their way counts as spent until they come back."""

    settings: LanguageModelSettings
    spent: TokenUsage
    reserved: dict[int, tuple[int, int]] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def reserve(self, tokens_in: int, tokens_out: int, usual: _UsualTokens) -> Iterator[int]:
        """Room for one call: so many tokens its reply may have.

        Where the budget has no room for the largest reply any more, what replies really took is reserved, and the
        reply may not be longer. Where only what others have reserved stands in the way, waits for what they give
        back. Raises BudgetExceeded.
        """
        ticket = object()
        with self.changed:
            wanted = (tokens_in, tokens_out)
            while trouble := self._beyond(*wanted, self.reserved.values()):
                if self._beyond(*wanted, ()):
                    less = usual.of(tokens_in, tokens_out)
                    if less is None or less == wanted or self._beyond(*less, ()):
                        raise BudgetExceeded(trouble)
                    wanted = less
                    continue
                self.changed.wait()
            self.reserved[id(ticket)] = wanted
        try:
            yield wanted[1]
        finally:
            with self.changed:
                del self.reserved[id(ticket)]
                self.changed.notify_all()

    def _beyond(self, tokens_in: int, tokens_out: int, reserved: Collection[tuple[int, int]]) -> str:
        """Why the budget has no room for a call beside those `reserved`; empty where it has."""
        all_in = self.spent.input_tokens + sum(r[0] for r in reserved) + tokens_in
        all_out = self.spent.output_tokens + sum(r[1] for r in reserved) + tokens_out
        tokens, money = self.settings.token_budget, self.settings.money_budget
        if tokens is not None and all_in + all_out > tokens:
            return f"the budget of {tokens:,} tokens has no room for another question"
        if money is not None and self.cost(all_in, all_out) > money:
            return f"the budget of {format_money(money)} has no room for another question"
        return ""

    def settle(self, tokens_in: int, tokens_out: int, *, answered: bool = True) -> None:
        """What a call took."""
        with self.changed:
            self.spent.calls += answered
            self.spent.unanswered += not answered
            self.spent.input_tokens += tokens_in
            self.spent.output_tokens += tokens_out
            self.spent.cost = self.cost(self.spent.input_tokens, self.spent.output_tokens)

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.settings.price_in + tokens_out * self.settings.price_out) / 1e6


class Endpoint:
    """An OpenAI-compatible endpoint, through the `openai` client. Raises ModelUnavailable where that is missing."""

    def __init__(self, settings: LanguageModelSettings) -> None:
        try:
            from openai import OpenAI
        except ImportError:
            raise ModelUnavailable("the package openai is not installed (pip install 'mcode-pipelines[llm]')") from None
        self.name = settings.model
        self.settings = settings
        self.spent = TokenUsage()
        self._budget = _Budget(settings, self.spent)
        # The client's own retries are off: every try is counted here, and waits as the settings say.
        self._client = OpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key.get_secret_value() or "none",
            timeout=settings.timeout_seconds,
            max_retries=0,
        )
        self._forms = ["json_schema", "json_object", "text"]
        self._tokens_word = "max_tokens"
        self._with_temperature = True
        self._failures = 0
        self._gone: str | None = None
        self._usual: dict[type[BaseModel], _UsualTokens] = {}

    def ask(self, instructions: str, content: str, form: type[AnswerT], most_tokens: int) -> AnswerT:
        """One validated answer.

        Limits (429), troubles of the server (5xx), lost connections and timeouts are tried again with growing waits;
        an answer that is not of the form asked for is asked for again, twice. Raises ModelUnavailable, NoAnswer,
        BudgetExceeded, UnusableAnswer.
        """
        estimate = int((len(instructions) + len(content)) / _CHARACTERS_A_TOKEN) + 100
        usual = self._usual.setdefault(form, _UsualTokens())
        broken, last = 0, "no answer"
        for number in range(self.settings.tries):
            if self._gone is not None:
                raise ModelUnavailable(self._gone)
            with self._budget.reserve(estimate, most_tokens, usual) as most:
                tried = self._try(instructions, content, form, most)
                if tried.reply is not None:
                    took = _usage(tried.reply, estimate)
                    self._budget.settle(*took)
                    usual.update(took[0] / estimate, took[1] / most_tokens)
                else:
                    self._budget.settle(estimate if tried.read else 0, 0, answered=False)
            if tried.reply is None:
                last = tried.trouble
                if number + 1 < self.settings.tries:
                    time.sleep(min(_LONGEST_WAIT, tried.wait if tried.wait is not None else self._wait(number)))
                continue
            self._failures = 0
            try:
                return form.model_validate_json(_json_in(tried.reply))
            except (ValidationError, ValueError) as error:
                broken += 1
                last = f"its answer was not of the form asked for ({str(error).splitlines()[0][:120]})"
                if broken > _BROKEN_ANSWERS:
                    break
        if broken:
            raise UnusableAnswer(last)
        self._failures += 1
        if self._failures >= _FAILURES_THAT_END_IT:
            self._gone = f"the language model gave no answer after {self.settings.tries} tries ({last})"
        raise NoReply(last)

    def _wait(self, number: int) -> float:
        return float(self.settings.first_wait_seconds * 2**number * random.uniform(0.75, 1.25))  # noqa: S311

    def _try(self, instructions: str, content: str, form: type[BaseModel], most_tokens: int) -> _Attempt:
        """Sends a question once. Raises ModelUnavailable."""
        import openai

        shape = self._forms[0]
        try:
            return _Attempt(
                self._client.chat.completions.create(**self._request(instructions, content, form, most_tokens))
            )
        except openai.APITimeoutError:
            return _Attempt(trouble=f"no answer within {self.settings.timeout_seconds:g} seconds", read=True)
        except openai.APIConnectionError:
            return _Attempt(trouble="the endpoint cannot be reached")
        except openai.APIStatusError as error:
            status = error.status_code
            if status in {408, 409, 425, 429} or status >= 500:
                if "insufficient_quota" in str(error.code or ""):
                    raise self._never_again("the account of the endpoint has no credit left") from None
                return _Attempt(trouble=f"the endpoint answered {status}", wait=_retry_after(error))
            if status in {400, 422} and self._plainer(str(error.message), shape):
                return _Attempt(trouble=f"the endpoint answered {status}", wait=0.0)
            what = {401: "refused the key", 403: "refused access", 404: "does not know this model or address"}
            raise self._never_again(f"the endpoint {what.get(status, f'refused the question ({status})')}") from None
        except (openai.OpenAIError, ValueError) as error:
            return _Attempt(trouble=f"the endpoint's answer could not be read ({type(error).__name__})")

    def _request(self, instructions: str, content: str, form: type[BaseModel], most_tokens: int) -> dict[str, Any]:
        schema = form.model_json_schema()
        asked = instructions
        request: dict[str, Any] = {"model": self.settings.model, self._tokens_word: most_tokens}
        if self._with_temperature:
            request["temperature"] = 0
        match self._forms[0]:
            case "json_schema":
                request["response_format"] = {
                    "type": "json_schema",
                    "json_schema": {"name": form.__name__, "schema": schema},
                }
            case "json_object":
                request["response_format"] = {"type": "json_object"}
        if self._forms[0] != "json_schema":
            asked += f"\n\nAnswer with one JSON object of this schema and nothing else:\n{json.dumps(schema)}"
        request["messages"] = [{"role": "system", "content": asked}, {"role": "user", "content": content}]
        return request

    def _plainer(self, message: str, shape: str) -> bool:
        """Leaves out what this endpoint does not know; False where nothing is left to leave out."""
        lowered = message.lower()
        if "max_tokens" in lowered and self._tokens_word == "max_tokens":
            self._tokens_word = "max_completion_tokens"
            return True
        if "temperature" in lowered and self._with_temperature:
            self._with_temperature = False
            return True
        if re.search(r"response_format|json_schema|schema|json_object|format", lowered) and len(self._forms) > 1:
            if self._forms[0] == shape:
                self._forms.pop(0)
            return True
        return False

    def _never_again(self, why: str) -> ModelUnavailable:
        self._gone = why
        return ModelUnavailable(why)


def format_money(amount: float) -> str:
    """With two digits after the point, and more where fewer would not tell it."""
    whole, _, rest = f"{amount:,.8f}".partition(".")
    return f"{whole}.{rest.rstrip('0'):0<2}"


def _retry_after(error: Any) -> float | None:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None


def _usage(reply: Any, estimate: int) -> tuple[int, int]:
    """Tokens sent and received, as the endpoint counted them; else as estimated."""
    usage = getattr(reply, "usage", None)
    told_in, told_out = getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None)
    length = len(_content(reply) or "")
    return (
        told_in if isinstance(told_in, int) else estimate,
        told_out if isinstance(told_out, int) else int(length / _CHARACTERS_A_TOKEN) + 1,
    )


def _content(reply: Any) -> str | None:
    try:
        content = reply.choices[0].message.content
    except (AttributeError, IndexError, TypeError):
        return None
    return content if isinstance(content, str) else None


def _json_in(reply: Any) -> str:
    """The JSON of an answer, also where the model put words or a fence around it. Raises ValueError."""
    content = _content(reply)
    if not content:
        raise ValueError("the answer is empty")
    start, end = content.find("{"), content.rfind("}")
    if start < 0 or end < start:
        raise ValueError("there is no JSON in the answer")
    return content[start : end + 1]
