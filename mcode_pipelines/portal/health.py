"""`/health` and `/ready`: whether the service works, for whoever watches over it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_SECONDS_TO_ANSWER = 8

Look = Callable[[], Sequence[str]]
"""Finds out what is wrong just now: a sentence each, none where all is well. May take a while, may raise."""


def health_routes(alive: Look, ready: Look) -> list[Route]:
    """`/health` (this program and the records answer) and `/ready` (an upload that is dropped now will be run).

    Each answers 200, or 503 with what is wrong.
    """
    return [Route("/health", _endpoint(alive)), Route("/ready", _endpoint(ready))]


def folders_in_the_way(folders: Mapping[str, Path]) -> list[str]:
    """What is wrong with folders the service works in; their names are those a person knows them by."""
    problems = []
    for name, folder in folders.items():
        if not folder.is_dir():
            problems.append(f"the {name} folder is not there")
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            problems.append(f"the {name} folder cannot be written to")
    return problems


def _endpoint(look: Look) -> Callable[[Request], object]:
    async def answer(_: Request) -> JSONResponse:
        problems: Sequence[str] = [f"it could not be found out within {_SECONDS_TO_ANSWER} seconds"]
        with anyio.move_on_after(_SECONDS_TO_ANSWER):
            problems = await anyio.to_thread.run_sync(_looked, look, abandon_on_cancel=True)
        status = "failing" if problems else "ok"
        return JSONResponse(
            {"status": status, "problems": list(problems)},
            status_code=503 if problems else 200,
            headers={"cache-control": "no-store"},
        )

    return answer


def _looked(look: Look) -> Sequence[str]:
    try:
        return look()
    except Exception as error:
        return [f"it could not be found out ({type(error).__name__})"]
