"""Whoever waits hears that the work goes on."""

from __future__ import annotations

import threading

from mcode_pipelines.cli.heartbeat import Heartbeat


def test_silent_work_is_told_of_until_it_ends():
    said: list[str] = []
    heard = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        if len(said) > 2:
            heard.set()

    with Heartbeat(say, seconds=0.05) as tell:
        tell("reading")
        assert heard.wait(60), said
    assert said[0] == "reading"
    assert all(line.strip().startswith("...") for line in said[1:])
    ended = len(said)
    assert not threading.Event().wait(0.2)
    assert len(said) == ended
