"""How a run executes its steps."""

from __future__ import annotations

import dagster as dg

from mcode_pipelines.defs.dagster_internals import EXECUTOR_CONFIG, either_executor


@dg.executor(
    name="in_process_or_multiprocess",
    config_schema=dg.Field(
        dg.Selector(EXECUTOR_CONFIG),  # type: ignore[no-untyped-call]
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
    return either_executor(init_context)
