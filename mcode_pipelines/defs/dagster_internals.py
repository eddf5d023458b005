"""What we use of Dagster's insides, in one place, each with its reason.

Nothing here is promised by Dagster. `test_dagster_internals.py` fails when a new version changes it, and also when a
new version makes it needless.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

import dagster as dg
from dagster import multi_or_in_process_executor
from dagster._core.definitions.executor_definition import IN_PROC_CONFIG, MULTI_PROC_CONFIG
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.errors import DagsterUserCodeProcessError
from dagster._core.storage.tags import GRPC_INFO_TAG, MAX_RETRIES_TAG
from dagster._serdes import ConfigurableClassData
from dagster_shared.error import SerializableErrorInfo

# Types of public functions that have no public name: what `define_asset_job` returns, what a storage is handed.
AssetJob = UnresolvedAssetJobDefinition
InstanceClassData = ConfigurableClassData

# Tags of runs whose names stand in no public constant. The first is of a run that a code server started: one that
# somebody executes in a terminal has none.
CODE_SERVER_TAG = GRPC_INFO_TAG
RETRIES_TAG = MAX_RETRIES_TAG


class _CarriedError(DagsterUserCodeProcessError):
    """An error that says it carries the error of another process: a sentence without a stack."""

    def __init__(self, sentence: str) -> None:
        carried = SerializableErrorInfo(message=sentence, stack=[], cls_name=None)
        super().__init__(sentence, user_code_process_error_infos=[carried])  # type: ignore[no-untyped-call]


class PlainFailure(dg.Failure, _CarriedError):
    """A failure of one sentence, and no traceback under it in the web UI.

    Dagster shows the stack of whatever is raised, `dg.Failure` too, except of an error that carries another: of that it
    shows what is carried.
    """

    def __init__(self, sentence: str) -> None:
        dg.Failure.__init__(self, description=sentence, allow_retries=False)


def with_result_annotation(stage: Callable[..., Any], work: Callable[..., Any]) -> None:
    """Gives `stage` the parameters of `work`, and the one result annotation that Dagster takes of an asset with checks.

    It takes the bare class `MaterializeResult` there and refuses `MaterializeResult[Codebook]`, which says more to
    readers and to mypy.
    """
    hints = get_type_hints(work, include_extras=True)
    signature = inspect.signature(work, eval_str=True)
    stage.__signature__ = signature.replace(return_annotation=dg.MaterializeResult)  # type: ignore[attr-defined]
    stage.__annotations__ = {**hints, "return": dg.MaterializeResult}
    del stage.__wrapped__  # type: ignore[attr-defined]


EXECUTOR_CONFIG: dict[str, Any] = {"in_process": IN_PROC_CONFIG, "multiprocess": MULTI_PROC_CONFIG}
"""The configurations of Dagster's two executors, which `multi_or_in_process_executor` takes one of."""


def either_executor(context: dg.InitExecutorContext) -> dg.Executor:
    """Dagster's executor in one process or several, as its configuration says.

    Only its default cannot be chosen from outside: it is a process a step.
    """
    create = multi_or_in_process_executor.executor_creation_fn
    if create is None:
        raise dg.DagsterInvariantViolationError("this version of Dagster makes its executors in another way")
    return create(context)
