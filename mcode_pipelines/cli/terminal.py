"""What every command does in a terminal: failures in one sentence, progress, an orderly end."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
import traceback
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from mcode_pipelines import __version__
from mcode_pipelines.cli.worker_processes import UNFORESEEN_STATUS
from mcode_pipelines.survey import Progress, progress_text, user_message

if TYPE_CHECKING:
    from mcode_pipelines.cli.worker_processes import Worker

_ENDED = 128 + signal.SIGTERM


class Commands(click.Group):
    """Every failure is one sentence on the error stream and a status other than zero."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command; an end by SIGTERM tidies up as any other."""
        # The default end by SIGTERM would leave private copies of the data behind in the temporary folder.
        before = signal.signal(signal.SIGTERM, _end)
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt, SystemExit):
            raise
        except BrokenPipeError:
            os._exit(1)
        except BaseException as error:  # a panic of the table engine is no Exception
            if may_be_lost():
                os._exit(UNFORESEEN_STATUS)
            from mcode_pipelines.intake import StorageError

            sentence = error.without_inbox if isinstance(error, StorageError) else user_message(error)
            if sentence:
                raise click.ClickException(sentence) from None
            raise click.ClickException(
                f"something went wrong that is not your fault ({type(error).__name__}); please send this file to an "
                f"engineer: {_keep_traceback()}"
            ) from None
        finally:
            signal.signal(signal.SIGTERM, before)


def may_be_lost() -> bool:
    """Whether this process is a copy that may be lost to the file it reads: the one it was made of then goes on."""
    context = click.get_current_context(silent=True)
    return bool(context is not None and context.obj and context.obj["in_place"])


def this_worker() -> Worker | None:
    """Which part of the tables this process makes, where several were started for them."""
    context = click.get_current_context(silent=True)
    return context.obj["worker"] if context is not None and context.obj else None


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(_ENDED)


def _keep_traceback() -> str:
    with tempfile.NamedTemporaryFile("w", prefix="mcode-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write(f"mcode_pipelines {__version__}\n{traceback.format_exc()}")
    return log.name


def say(line: str) -> None:
    """Tells something on the error stream."""
    click.echo(line, err=True)


def shown_progress() -> Progress:
    """Progress on the error stream: one line that changes in a terminal, a line now and then elsewhere."""
    shown_at, shown_step = 0.0, ""
    terminal = sys.stderr.isatty()

    def tell(step: str, done: int, total: int, of: str = "") -> None:
        nonlocal shown_at, shown_step
        now = time.monotonic()
        if done < total and step == shown_step and now - shown_at < (0.2 if terminal else 5):
            return
        shown_at, shown_step = now, step
        line = progress_text(step, done, total, of)
        click.echo(f"\r\033[K{line}" if terminal else line, err=True, nl=not terminal or done >= total)

    return tell
