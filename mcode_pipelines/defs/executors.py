"""How a run executes its steps."""

from __future__ import annotations

import dagster as dg
from dagster import multi_or_in_process_executor
from dagster._core.definitions.executor_definition import IN_PROC_CONFIG, MULTI_PROC_CONFIG


@dg.executor(
    name="in_process_or_multiprocess",
    config_schema=dg.Field(
        dg.Selector({"in_process": IN_PROC_CONFIG, "multiprocess": MULTI_PROC_CONFIG}),  # type: ignore[no-untyped-call]
        default_value={"in_process": {}},
        description="in_process: the whole run in one process (default). multiprocess: a process a stage, "
        "for stages that take minutes.",
    ),
)
def in_process_or_multiprocess(init_context: dg.InitExecutorContext) -> dg.Executor:
    """One process a run unless a run's configuration asks for more.

    Starting a process a step costs 3.5 CPU seconds each, more than most stages take, so this turns round the
    default of Dagster's own executor.
    """
    create = multi_or_in_process_executor.executor_creation_fn
    if create is None:
        raise dg.DagsterInvariantViolationError("this version of Dagster makes its executors in another way")
    return create(init_context)
