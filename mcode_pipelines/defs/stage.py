"""What the seven stages share: partitions, owners, and plain words for everything a person can mend."""

from __future__ import annotations

import functools
import inspect
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, get_args, get_type_hints

import dagster as dg
from dagster._core.errors import DagsterUserCodeProcessError
from dagster_shared.error import SerializableErrorInfo

from mcode_pipelines.defs.partitions import survey_uploads
from mcode_pipelines.survey import Progress, progress_text, user_message

OWNERS = ["team:survey-engineering"]


class _Carried(DagsterUserCodeProcessError):
    """An error that says it carries the error of another process: a sentence without a stack."""

    def __init__(self, sentence: str) -> None:
        carried = SerializableErrorInfo(message=sentence, stack=[], cls_name=None)
        super().__init__(sentence, user_code_process_error_infos=[carried])  # type: ignore[no-untyped-call]


class PlainFailure(dg.Failure, _Carried):
    """A failure of one sentence, and no traceback under it in the web UI.

    Dagster shows the stack of whatever is raised, except of an error that carries another: of that it shows what is
    carried.
    """

    def __init__(self, sentence: str) -> None:
        dg.Failure.__init__(self, description=sentence, allow_retries=False)


@contextmanager
def told_plainly(log: logging.Logger) -> Iterator[None]:
    """Turns what a person can mend into a failure of one sentence, said in the log too, and not tried again."""
    try:
        yield
    except BaseException as error:  # a panic of the table engine is no Exception
        sentence = user_message(error)
        if sentence is None:
            raise
    else:
        return
    log.error(sentence)
    raise PlainFailure(sentence)


def stage(
    *,
    group: str,
    kinds: set[str],
    code_version: str,
    checks: Sequence[tuple[str, str]] = (),
    deps: Sequence[str] = (),
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """An asset of one upload. `checks` are (name, description) of the checks its result carries."""

    def decorate(work: Callable[..., Any]) -> dg.AssetsDefinition:
        @functools.wraps(work)
        def plainly(context: dg.AssetExecutionContext, *args: Any, **kwargs: Any) -> Any:
            with told_plainly(context.log):
                started = time.perf_counter()
                result = work(context, *args, **kwargs)
                return result._replace(
                    metadata={**(result.metadata or {}), "seconds": round(time.perf_counter() - started, 2)}
                )

        _say_what_is_returned(plainly, work)
        return dg.asset(
            partitions_def=survey_uploads,
            group_name=group,
            kinds=kinds,
            code_version=code_version,
            owners=OWNERS,
            deps=deps,
            check_specs=[dg.AssetCheckSpec(name, asset=work.__name__, description=told) for name, told in checks],
        )(plainly)

    return decorate


def _say_what_is_returned(plainly: Callable[..., Any], work: Callable[..., Any]) -> None:
    """Tells Dagster of the result in the one way it understands for an asset with checks.

    It takes no MaterializeResult[X] there: a stage that returns a value goes without annotation, one that writes by
    itself (MaterializeResult[None]) with the bare class, which keeps the IO manager out.
    """
    returned = get_type_hints(work)["return"]
    bare = dg.MaterializeResult if get_args(returned) == (type(None),) else inspect.Signature.empty
    plainly.__signature__ = inspect.signature(work, eval_str=True).replace(return_annotation=bare)  # type: ignore[attr-defined]
    plainly.__annotations__ = {**get_type_hints(work, include_extras=True), "return": bare}
    if bare is inspect.Signature.empty:
        del plainly.__annotations__["return"]
    del plainly.__wrapped__  # type: ignore[attr-defined]


def log_progress(context: dg.AssetExecutionContext, *, every_seconds: float = 3) -> Progress:
    """Progress as log lines in the run's page, not more often than `every_seconds`."""
    last_at, last_step = 0.0, ""

    def tell(step: str, done: int, total: int, of: str = "") -> None:
        nonlocal last_at, last_step
        now = time.monotonic()
        if done and (step != last_step or done == total or now - last_at >= every_seconds):
            last_at, last_step = now, step
            context.log.info(progress_text(step, done, total, of))

    return tell
