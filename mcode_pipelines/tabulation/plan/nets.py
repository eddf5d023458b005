"""Nets of a plan, checked against the choices of their question."""

from __future__ import annotations

from collections.abc import Iterable

from mcode_pipelines.survey.codebook import Choice
from mcode_pipelines.survey.codes import by_number, number_of
from mcode_pipelines.survey.plan import Nets
from mcode_pipelines.tabulation.plan.errors import PlanError


def as_spelled(codes: Iterable[str], choices: tuple[Choice, ...]) -> tuple[str, ...]:
    """Codes as a question's choices spell them, where codes are numbers: `1` for `01`."""
    known = {choice.code for choice in choices}
    numbers = by_number(known)
    return tuple(code if code in known else numbers.get(number_of(code) or "", code) for code in codes)


def nets_as_spelled(nets: Nets, choices: tuple[Choice, ...]) -> Nets:
    """The nets with their codes as the question's choices spell them."""
    return {label: as_spelled(codes, choices) for label, codes in nets.items()}


def check_nets(place: str, nets: Nets, choices: tuple[Choice, ...]) -> None:
    """Raises PlanError when a net is empty or holds a code that the question does not have."""
    codes = [c.code for c in choices]
    for label, members in nets.items():
        if not members:
            raise PlanError(
                f"{place}: the net {label!r} holds no code; list its codes or take it out",
                f"{place}: net {label!r} tidak memuat kode; tulis kodenya atau hapus net itu",
            )
        for code in members:
            if code not in codes:
                raise PlanError(
                    f"{place}: the net {label!r} holds the code {code!r}, which the question does not have; "
                    f"its codes are {', '.join(codes[:20]) or 'none'}",
                    f"{place}: net {label!r} memuat kode {code!r} yang tidak ada pada pertanyaan ini; "
                    f"kodenya {', '.join(codes[:20])}",
                )
