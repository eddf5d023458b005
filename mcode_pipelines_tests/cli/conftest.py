"""The `mcode` command as a person types it, with folders of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from mcode_pipelines.cli.command_line import main


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def sentence(self) -> str:
        """The one sentence of a refusal: after the progress, on the error stream, nothing like a traceback."""
        assert self.status != 0, self.stdout
        assert "Traceback" not in self.stderr + self.stdout
        found = re.findall(r"^Error: (.*)$", self.stderr, re.MULTILINE)
        assert len(found) == 1, self.stderr
        assert self.stderr.rstrip().endswith(found[0]), self.stderr
        assert "not your fault" not in found[0]
        return found[0]


Command = Callable[..., Answer]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder whose service folders are all inside it."""
    for name in [name for name in os.environ if name.startswith(("MCODE_", "DAGSTER_"))]:
        if name != "MCODE_SHARED":
            monkeypatch.delenv(name)
    for name in ("storage", "inbox", "quarantine"):
        monkeypatch.setenv(f"MCODE_{name.upper()}", str(tmp_path / "service" / name))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "service" / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mcode(folders: Path) -> Command:
    """The command in this process."""

    def run(*arguments: object) -> Answer:
        result = CliRunner().invoke(main, [str(a) for a in arguments], prog_name="mcode")
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def mcode_process(folders: Path) -> Command:
    """The command in a process of its own."""

    def run(*arguments: object) -> Answer:
        command = [sys.executable, "-m", "mcode_pipelines", *map(str, arguments)]
        done = subprocess.run(command, cwd=folders, capture_output=True, text=True, timeout=300, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    return run
