"""Commands that are stopped in the middle leave nothing behind that is not whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mcode_pipelines_tests.cli.conftest import Command
from mcode_pipelines_tests.conftest import warung_table


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_leaves_no_half_output_and_a_re_run_finishes(mcode: Command, folders: Path, how: signal.Signals):
    warung_table(600).write_csv("data.csv")
    temporary = folders / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "mcode_pipelines", "tabulate", "data.csv", "-o", "out"]
    running = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(temporary)}
    )
    assert running.stderr is not None
    while "answers" not in (line := running.stderr.readline()):
        assert line, "it ended before it could be stopped"
    running.send_signal(how)
    said = running.communicate(timeout=60)[1]
    assert running.returncode != 0
    assert "Traceback" not in said
    assert not list(Path("out").glob("[!.]*"))
    if how != signal.SIGKILL:
        # Private copies of the data may not stay behind; against SIGKILL nothing can be done.
        assert not list(temporary.iterdir())
        assert not Path("out").exists()
    assert mcode("tabulate", "data.csv", "-o", "out").status == 0
    assert {"cells.csv", "tests.csv"} <= {path.name for path in Path("out").iterdir()}
