"""Dagster's web UI as an application within this program, and what Dagster's records say of its health.

It is mounted here rather than run as a second server behind a proxy: then nothing but the gate leads to it, websockets
need no relay, and there is one program less to start and to pay memory for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import dagster as dg
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import GrpcServerTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__
from starlette.types import ASGIApp

from mcode_pipelines.instance_config import LOCATION

_STATEMENT_MILLISECONDS, _RECYCLE_SECONDS, _OVERFLOW = 15_000, 3_600, 20
"""As Dagster's own command sets them for a web server."""
_POLL_MILLISECONDS = 2_000
_HEARTBEAT_SECONDS = 90
"""Dagster's daemons tell every 30 seconds that they go on; who missed two is stuck."""


@dataclass(frozen=True)
class DagsterUI:
    """The web UI, and the records and the code server behind it."""

    app: ASGIApp
    workspace: WorkspaceProcessContext

    def records_trouble(self) -> list[str]:
        """What is wrong with Dagster's records. Raises what their database raises."""
        self.workspace.instance.get_daemon_heartbeats()
        return []

    def code_trouble(self) -> list[str]:
        """What is wrong with the code server."""
        entries = self.workspace.create_request_context().get_code_location_entries()
        entry = entries.get(LOCATION)
        if entry is None or entry.code_location is None:
            return ["the code server has not been reached yet, or its code cannot be loaded"]
        return []

    def daemon_trouble(self, since: float, now: float) -> list[str]:
        """Which of Dagster's daemons do not go on; heartbeats before `since` are those of an earlier service."""
        instance = self.workspace.instance
        beats = instance.get_daemon_heartbeats()
        oldest = max(since, now - _HEARTBEAT_SECONDS)
        late = [
            name for name in instance.get_required_daemon_types() if name not in beats or beats[name].timestamp < oldest
        ]
        return [f"the daemon gives no sign of life ({', '.join(sorted(late)).lower()})"] if late else []


@contextmanager
def dagster_ui(code_server_port: int) -> Iterator[DagsterUI]:
    """The web UI of the instance in DAGSTER_HOME, over the code server on this machine."""
    with dg.DagsterInstance.get() as instance:
        instance.optimize_for_webserver(_STATEMENT_MILLISECONDS, _RECYCLE_SECONDS, _OVERFLOW)
        target = GrpcServerTarget(host="127.0.0.1", port=code_server_port, socket=None, location_name=LOCATION)
        with WorkspaceProcessContext(instance, version=__version__, workspace_load_target=target) as workspace:
            app = create_app_from_workspace_process_context(workspace, live_data_poll_rate=_POLL_MILLISECONDS)
            yield DagsterUI(app, workspace)
