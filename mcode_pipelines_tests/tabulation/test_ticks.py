"""Questions with a column for each choice: one rule for "yes", "no" and nothing said, however they are written."""

from __future__ import annotations

import pytest

from mcode_pipelines.survey import Choice, Variable
from mcode_pipelines_tests.tabulation.made_surveys import book, figures

PLAN = {"language": "en", "banner": ["total"], "rows": ["M"]}


def media(*labels: str, **more: object) -> Variable:
    names = labels or ("TV", "Radio")
    choices = tuple(Choice(code=str(i), label=label, column=f"m{i}") for i, label in enumerate(names, 1))
    return Variable(
        name="M",
        label="Media",
        kind="multi_choice",
        columns=tuple(c.column or "" for c in choices),
        choices=choices,
        **more,
    )


def made(first: list[object], second: list[object], plan: dict[str, object] | None = None, **more: object):
    tables = book({**PLAN, **(plan or {})}, {"m1": first, "m2": second}, media(**more))
    found = figures(tables, "count")
    base = figures(tables, "value")["base_unweighted", "@"]
    return (base, found["1", "@"], found["2", "@"]), tables


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        (1, 0),
        ("1", "0"),
        (1, 2),
        ("Ya", "Tidak"),
        ("yes", "no"),
        ("x", "0"),
        ("TRUE", "FALSE"),
        ("Selected", "Not selected"),
    ],
)
@pytest.mark.parametrize("nothing", [None, "-", "n/a", "99"])
def test_how_no_is_written_does_not_change_the_base(yes: object, no: object, nothing: str | None) -> None:
    first, second = [yes, no, no, nothing], [yes, yes, no, nothing]
    if nothing is not None:
        first, second = [str(v) for v in first], [str(v) for v in second]
    figures_found, _ = made(first, second)
    assert figures_found == (3, 1, 2)


def test_one_and_two_are_told() -> None:
    _, tables = made([1, 2, 2], [2, 1, 2])
    assert "1 was read as ticked and 2 as not ticked." in tables.heads[0].notes
    _, tables = made([1, 0, 0], [0, 1, 0])
    assert not any("read as ticked" in note for note in tables.heads[0].notes)


@pytest.mark.parametrize("missing", [(), ("0",), ("2",), ("0", "2")])
def test_a_no_that_is_declared_missing_counts_all_the_same(missing: tuple[str, ...]) -> None:
    no = 2 if "2" in missing else 0
    found, _ = made([1, no, no], [no, 1, no], counted="1", missing=missing)
    assert found == (3, 1, 1)


def test_other_missing_values_and_blanks_are_nobody() -> None:
    found, _ = made([1, 0, 9, None], [0, 1, 9, None], counted="1", missing=("9",))
    assert found == (2, 1, 1)


def test_a_column_of_its_own_code_or_label_ticks_with_it() -> None:
    found, _ = made([1, None, None], [2, 2, None])
    assert found == (2, 1, 2)
    found, _ = made(["TV", None], ["-", "Radio"])
    assert found == (2, 1, 1)


def test_a_base_of_those_who_ticked() -> None:
    found, tables = made([1, 0, 0], [1, 1, 0], {"base": "ticked"})
    assert found == (2, 1, 2)
    assert tables.heads[0].base_text == "Base: respondents who ticked at least one answer (n = 2)"
