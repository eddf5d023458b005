"""What the seven stages share: partitions, owners, checks, what they wrote, and one sentence for what went wrong."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, get_args, get_type_hints

import dagster as dg

from mcode_pipelines.defs.dagster_internals import PlainFailure, with_result_annotation
from mcode_pipelines.defs.data_versions import data_version
from mcode_pipelines.defs.metadata_values import code_reference, stored_at
from mcode_pipelines.defs.partitions import OWNERS, survey_uploads
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import Progress, progress_text, user_message


class Check(NamedTuple):
    """A check that the result of a stage carries."""

    name: str
    description: str
    blocking: bool = False
    """Whether nothing behind the stage makes sense when it fails, and so is not made."""


@contextmanager
def plain_failures(log: logging.Logger) -> Iterator[None]:
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
    checks: Sequence[Check] = (),
    deps: Sequence[str] = (),
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """An asset of one upload, kept in the lake.

    The decorated function returns its value in a `MaterializeResult[...]`, which is stored here; one that stores by
    itself returns `MaterializeResult[None]`. Every stage tells its seconds, its path and the version of what it wrote.
    """

    def decorate(work: Callable[..., Any]) -> dg.AssetsDefinition:
        name = work.__name__
        stores_itself = get_args(get_type_hints(work)["return"]) == (type(None),)

        @functools.wraps(work)
        def stored(
            context: dg.AssetExecutionContext, *args: Any, lake: Lake, **kwargs: Any
        ) -> dg.MaterializeResult[None]:
            with plain_failures(context.log):
                started = time.perf_counter()
                result: dg.MaterializeResult[Any] = work(context, *args, lake=lake, **kwargs)
                if not stores_itself:
                    lake.save(name, context.partition_key, result.value)
                metadata = {**(result.metadata or {}), "seconds": round(time.perf_counter() - started, 2)}
                return dg.MaterializeResult[None](
                    metadata={**metadata, **stored_at(lake.path(name, context.partition_key))},
                    check_results=result.check_results,
                    data_version=data_version(context.instance, lake, name, context.partition_key),
                )

        with_result_annotation(stored, work)
        return dg.asset(
            partitions_def=survey_uploads,
            group_name=group,
            kinds=kinds,
            code_version=code_version,
            owners=OWNERS,
            deps=deps,
            metadata=code_reference(work),
            check_specs=[
                # Of a check without partitions Dagster knows only the last result, of whatever upload that was.
                dg.AssetCheckSpec(
                    check.name,
                    asset=name,
                    description=check.description,
                    blocking=check.blocking,
                    partitions_def=survey_uploads,
                )
                for check in checks
            ],
        )(stored)

    return decorate


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
