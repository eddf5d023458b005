"""A running `mcode serve` for tests: started in a folder of its own, asked, stopped."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcode_pipelines_tests.conftest import warung_table

PATIENCE = 180
"""Seconds to wait for what must come; a loaded machine is slow, a broken service never gets there."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """A running `mcode serve` in a folder of its own."""

    def __init__(self, folder: Path, **extra: str) -> None:
        self.folder = folder
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MCODE_", "DAGSTER_"))}
        self.environment = {
            **kept,
            "MCODE_PORT": str(self.port),
            "MCODE_CODE_SERVER_PORT": str(free_port()),
            "MCODE_INBOX_SECONDS": "2",
            **extra,
        }
        self.said = folder / "said.log"
        with self.said.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mcode_pipelines", "serve"],
                cwd=folder,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait(lambda: "Ready" in self.said.read_text(), "the service to be ready")

    def wait(self, reached: object, what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not reached():  # type: ignore[operator]
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < until, f"waited in vain for {what}: {self.runs()}"
            time.sleep(0.5)

    def ask(self, query: str) -> dict:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            data=json.dumps({"query": query}).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)["data"]

    def runs(self) -> list[dict]:
        found = self.ask("{runsOrError {... on Runs {results {runId status tags {key value}}}}}")
        return [
            {"status": run["status"], **{tag["key"]: tag["value"] for tag in run["tags"]}}
            for run in found["runsOrError"]["results"]
        ]

    def drop(self, name: str, content: bytes) -> None:
        (self.folder / "inbox" / name).write_bytes(content)

    def stop(self) -> str:
        children = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0
        assert children, "the service had no programs of its own"
        for child in children:
            with pytest.raises(ProcessLookupError):
                os.kill(int(child), 0)
        return self.said.read_text()


@contextlib.contextmanager
def serving(folder: Path, **extra: str) -> Iterator[Service]:
    service = Service(folder, **extra)
    try:
        yield service
    finally:
        if service.process.poll() is None:
            service.process.kill()
            service.process.wait()


def survey_bytes() -> bytes:
    return warung_table().write_csv().encode()
