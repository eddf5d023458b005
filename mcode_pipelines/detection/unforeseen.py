"""Errors that nobody foresaw: the analyst is told the stage and the question, and the other questions go on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.errors import DetectionError
from mcode_pipelines.survey import Kind, Remark, user_message

_LOG = logging.getLogger(__name__)


@contextmanager
def going_on(stage: tuple[str, str], remarks: list[Remark], *, vital: bool = False) -> Iterator[None]:
    """Lets a step of detection break off without the others: what it would have found is missing, and that is told.

    Args:
        stage: what the step does, in English and Indonesian.
        remarks: takes the sentence.
        vital: nothing may go on without it.

    Raises:
        DetectionError: for an error that nobody foresaw in a vital step.
    """
    try:
        yield
    except Exception as error:
        if user_message(error) is not None:
            raise
        _LOG.exception("detection: %s broke off", stage[0])
        reason = f"{type(error).__name__}: {error}"
        if vital:
            raise DetectionError(
                f"detection broke off when it was to {stage[0]} ({reason}); please send this file to an engineer"
            ) from error
        remarks.append(
            Remark(
                en=f"Detection could not {stage[0]} ({reason}) and went on without it; look over the codebook, and "
                "send this file to an engineer.",
                id=f"Deteksi tidak dapat {stage[1]} ({reason}) dan dilanjutkan tanpanya; periksa buku kode, dan kirim "
                "berkas ini ke teknisi.",
            )
        )


def not_understood(column: str, missing: tuple[str, ...], error: Exception) -> Draft:
    """A column that detection broke off at, kept without a table; raises what is no mishap but a person's to mend."""
    if user_message(error) is not None:
        raise error
    _LOG.exception("detection broke off at column %r", column)
    reason = f"{type(error).__name__}: {error}"
    draft = Draft(column, column, Kind.METADATA, [column], missing=list(missing), confidence=0.0)
    draft.because("detection broke off here")
    return draft.tell(
        f"detection broke off at column '{column}' ({reason}); it has no table: give it its kind in the codebook, and "
        "send this file to an engineer",
        f"deteksi terhenti di kolom '{column}' ({reason}); kolom ini tanpa tabel: beri jenisnya di buku kode, dan "
        "kirim berkas ini ke teknisi",
    )
