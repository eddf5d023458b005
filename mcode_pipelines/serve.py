"""Web UI, daemon and code server under one supervisor: started together, stopped together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

import yaml

from mcode_pipelines.instance_config import LOCATION, prepare_home
from mcode_pipelines.portal.rules import bracketed, is_any_address
from mcode_pipelines.settings import Settings
from mcode_pipelines.survey import SurveyError

_LOOPBACK = "127.0.0.1"
_PR_SET_PDEATHSIG = 1
_START_SECONDS = 120
_STOP_SECONDS = 15
_SILENT_SECONDS = 2
"""Whoever waits is told at least so often that it goes on."""
_NOT_FOR_OTHERS = 0o027


class ServeError(SurveyError):
    """The service cannot be started or has ended by itself."""


class _Stopped(Exception):
    """Somebody asked us to stop."""


def serve(settings: Settings, home: Path, say: Callable[[str], None]) -> None:
    """Runs all three programs until Ctrl-C, SIGTERM, or one of them ends; then stops the others.

    Raises ServeError where a port is taken or a program ends by itself, SettingsError where a name cannot be.
    """
    names = settings.web_names()
    for name, host, port in (
        ("port", settings.host, settings.port),
        ("code_server_port", _LOOPBACK, settings.code_server_port),
    ):
        _refuse_taken_port(host, port, f"MCODE_{name.upper()}")
    # Answers of people: nobody but the service's account and its group, whatever the account's own habit is.
    os.umask(os.umask(0o077) | _NOT_FOR_OTHERS)
    prepare_home(home, settings)
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    group = _ProgramGroup(home, settings, say)
    try:
        say("Starting (the first time takes a little longer) ...")
        started = time.time()
        code_server = ("-m", "dagster", "api", "grpc", "--use-python-environment-entry-point")
        where = ("--host", _LOOPBACK, "--port", str(settings.code_server_port), "--location-name", LOCATION)
        group.start("code-server", *code_server, "--module-name", "mcode_pipelines.definitions", *where)
        group.wait_for(lambda: _listens(_LOOPBACK, settings.code_server_port), "the code server is loading")
        workspace = _write_workspace(home, settings)
        group.start("daemon", "-m", "dagster._daemon", "run", "--workspace", str(workspace))
        group.start("web", "-m", "mcode_pipelines.portal", "--since", str(started))
        group.wait_for(lambda: _answers(f"{_near_address(settings)}/ready"), "the web UI and the daemon are starting")
        say(f"Ready.  Web UI: {_address(settings, names)}")
        say(f"        Inbox:  {settings.inbox}   (drop survey files here)")
        say(f"        Files:  {settings.storage}")
        for warning in _open_door(settings, names):
            say(f"Warning: {warning}")
        say("        Ctrl-C stops everything.")
        group.wait_for(lambda: False)
    except _Stopped:
        say("Stopping ...")
    finally:
        group.stop()
    say("Stopped.")


def _near_address(settings: Settings) -> str:
    """The address at which this machine itself reaches the web UI."""
    host = settings.host
    if is_any_address(host):
        host = "::1" if ":" in host else _LOOPBACK
    return f"http://{bracketed(host)}:{settings.port}"


def _address(settings: Settings, names: Sequence[str]) -> str:
    """The address to open in a browser."""
    return f"http://{names[0]}:{settings.port}" if names and is_any_address(settings.host) else _near_address(settings)


def _open_door(settings: Settings, names: Sequence[str]) -> list[str]:
    """What whoever opens the web UI to a network has to know."""
    if _is_loopback(settings.host):
        return []
    told = [
        f"MCODE_HOST={settings.host} opens the web UI to the network, and it knows no users: whoever reaches port "
        f"{settings.port} can start and stop runs and see every answer. Better leave MCODE_HOST at {_LOOPBACK} and put "
        "a reverse proxy with a sign-in before it."
    ]
    if is_any_address(settings.host) and not names:
        told.append(
            "it answers to this machine's own names only: set MCODE_HOSTS to the names people open it under, for "
            f"example MCODE_HOSTS={socket.gethostname()}."
        )
    return told


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ip_address(host.strip("[]")).is_loopback
    return host.lower() == "localhost"


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _Stopped


class _ProgramGroup:
    """The running programs, each with a log of its own in Dagster's folder."""

    def __init__(self, home: Path, settings: Settings, say: Callable[[str], None]) -> None:
        self._say = say
        # Not `logs`: Dagster's web server takes that folder for its telemetry and clears it.
        self.logs = home / "service_logs"
        self.logs.mkdir(exist_ok=True)
        self.programs: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **os.environ,
            "DAGSTER_HOME": str(home),
            "MCODE_STORAGE": str(settings.storage),
            "MCODE_INBOX": str(settings.inbox),
            "MCODE_QUARANTINE": str(settings.quarantine),
            # A look at the inbox may read a large workbook; Dagster's own limit is a minute.
            "DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS": str(settings.look_seconds + settings.reader_seconds + 60),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "PYTHONUNBUFFERED": "1",
            # A file in the folder of the start that is named like a package must not be taken for it.
            "PYTHONSAFEPATH": "1",
        }

    def start(self, name: str, *arguments: str) -> None:
        with (self.logs / f"{name}.log").open("wb") as log:
            self.programs[name] = subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
                preexec_fn=_follow_the_supervisor,  # noqa: PLW1509 - the supervisor has one thread
            )

    def wait_for(self, ready: Callable[[], bool], what: str = "") -> None:
        """Waits until ready, and says now and then that it still does; without `what`, in silence and for ever.

        Raises ServeError when a program ends or the time is over.
        """
        began = said = time.monotonic()
        while not ready():
            for name, program in self.programs.items():
                if program.poll() is not None:
                    raise ServeError(
                        f"the {name} ended by itself (status {program.returncode}): {self._last_line(name)}"
                    )
            now = time.monotonic()
            if what and now - began > _START_SECONDS:
                raise ServeError(
                    f"the service did not start within {_START_SECONDS} seconds; its logs are in {self.logs}"
                )
            if what and now - said >= _SILENT_SECONDS:
                self._say(f"  {what} ({now - began:.0f} s) ...")
                said = now
            time.sleep(0.2)

    def stop(self) -> None:
        """Ends the web UI and the daemon first, so that nothing new is launched, then the code server and its runs."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        began = time.monotonic()
        for names in (("web", "daemon"), ("code-server",)):
            wanted = {n: self.programs[n] for n in names if n in self.programs}
            for program in wanted.values():
                _signal_group(program, signal.SIGTERM)
            for name, program in wanted.items():
                self._wait_for_end(name, program, began)
                _signal_group(program, signal.SIGKILL)
                program.wait()

    def _wait_for_end(self, name: str, program: subprocess.Popen[bytes], began: float) -> None:
        until = max(began + _STOP_SECONDS, time.monotonic() + 1)
        while (left := until - time.monotonic()) > 0:
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(min(left, _SILENT_SECONDS))
                return
            self._say(f"  the {name} is ending ({time.monotonic() - began:.0f} s) ...")

    def _last_line(self, name: str) -> str:
        log = self.logs / f"{name}.log"
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
        return f"{lines[-1][:300] if lines else 'it said nothing'} (all of it: {log})"


def _follow_the_supervisor() -> None:
    """In the child: ordinary signals even where our own starter ignored them, and an end when the supervisor dies."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(program: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.pid, number)


def _refuse_taken_port(host: str, port: int, variable: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServeError(
                f"port {port} on {host} cannot be used ({error.strerror}): another program has it, perhaps an earlier "
                f"`mcode serve`; stop that one, or choose another port, for example {variable}={port + 1}"
            ) from None


def _listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _write_workspace(home: Path, settings: Settings) -> Path:
    """The workspace of the running service: the one code server that web UI and daemon share."""
    target = home / "workspace.yaml"
    server = {"host": _LOOPBACK, "port": settings.code_server_port, "location_name": LOCATION}
    target.write_text(yaml.safe_dump({"load_from": [{"grpc_server": server}]}), encoding="utf-8")
    return target
