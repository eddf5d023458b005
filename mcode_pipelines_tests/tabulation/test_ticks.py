"""Questions with a column for each choice: one rule for "yes", "no" and nothing said, however they are written."""

from __future__ import annotations

import pytest

from mcode_pipelines.survey import Choice, Variable
from mcode_pipelines.tabulation import PlanError, parse_plan
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, single

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
        ("Ja", "Nein"),
        ("ja", "nee"),
        ("Oui", "Non"),
        ("Sim", "Não"),
        ("Sí", "No"),
        ("genannt", "nicht genannt"),
        ("Dipilih", "Tidak dipilih"),
        ("Mencionado", "No mencionado"),
    ],
)
@pytest.mark.parametrize("nothing", [None, "-", "n/a", "99", "-9", "98", "#NULL!"])
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


def test_a_choice_that_everybody_ticked_leaves_two_a_no() -> None:
    found, tables = made([1, 1, 1], [1, 2, 2])
    assert found == (3, 3, 1)
    assert "1 was read as ticked and 2 as not ticked." in tables.heads[0].notes
    found, _ = made([None, None, None], [1, 2, 2])
    assert found == (3, 0, 1)
    found, _ = made([2, 2], [2, 2])
    assert found == (2, 0, 0)


@pytest.mark.parametrize(("counted", "expected"), [("2", (3, 0, 2)), ("1", (3, 3, 1))])
def test_a_column_of_nothing_but_one_is_a_no_where_two_counts(counted: str, expected: tuple[int, ...]) -> None:
    assert made([1, 1, 1], [2, 2, 1], counted=counted)[0] == expected


@pytest.mark.parametrize(("value", "expected"), [(1, (3, 2, 0)), (2, (3, 1, 1)), ("3", (3, 0, 2)), ("2.0", (3, 1, 1))])
def test_a_plan_names_the_value_that_ticks(value: object, expected: tuple[int, ...]) -> None:
    plan = {"counted": {"M": value}, "filter": "M IS NOT NULL"}
    found, tables = made([1, 1, 2, None], [2, 3, 3, None], plan)
    assert found == expected
    assert f"A choice counts as ticked where its column holds {float(value):.0f}." in tables.heads[0].notes


def test_a_plan_names_the_value_that_ticks_for_filters_and_columns_too() -> None:
    plan = {"counted": {"M*": "pakai"}, "banner": ["total", "M"], "filter": "M = 1"}
    found, tables = made(["pakai", "Pakai", "kenal", None], ["kenal", "pakai", "pakai", None], plan)
    assert found == (2, 2, 1)
    assert figures(tables, "count")["1", "2"] == 1


def test_a_plan_names_the_value_by_its_label() -> None:
    def member(name: str) -> Variable:
        labels = {"1": "Knows", "2": "Uses"}
        choices = tuple(Choice(code=code, label=label) for code, label in labels.items())
        return Variable(name=name, label=name, kind="single_choice", columns=(name,), choices=choices, member_of="M")

    data = {"m1": [1, 2, 2, None], "m2": [1, 1, 2, None]}
    plan = {**PLAN, "counted": {"M": "uses"}}
    tables = book(plan, data, media(), member("m1"), member("m2"))
    found = figures(tables, "count")
    assert (found["1", "@"], found["2", "@"]) == (2, 1)


def test_a_counted_value_that_cannot_be_is_told() -> None:
    with pytest.raises(PlanError, match="counted: no column of 'M' holds '7'; they hold 1, 2"):
        made([1, 2], [2, 1], {"counted": {"M": 7}})
    with pytest.raises(
        PlanError, match="counted: there is no multi-response question 'N' with a column for each choice"
    ):
        made([1, 2], [2, 1], {"counted": {"N": 1}})
    with pytest.raises(PlanError, match="counted: 'Q' has no column for each choice"):
        book({**PLAN, "counted": {"Q": 1}}, {"m1": [1], "m2": [1], "Q": ["1"]}, media(), single("Q", 1, 2))
    with pytest.raises(PlanError, match="put the value in quotes"):
        parse_plan("counted: {M: yes}", "plan.yaml")
    with pytest.raises(PlanError, match="counted is a setting of the whole plan"):
        parse_plan("rows: [{variable: M, counted: 1}]", "plan.yaml")


def test_columns_that_hold_codes_of_the_list_are_mentions_however_many_there_are() -> None:
    written = Variable.model_validate(
        {
            "name": "Q",
            "label": "Brands",
            "kind": "multi_choice",
            "columns": ["Q1", "Q2", "Q3"],
            "choices": [{"code": str(c), "label": f"brand {c}"} for c in (1, 2, 3)],
        }
    )
    data = {"Q1": ["3", "1", "2", "3"], "Q2": ["1", None, "3", None], "Q3": [None, None, "1", None]}
    count = figures(book({"rows": ["Q"], "banner": ["total"]}, data, written), "count")
    assert [count[c, "@"] for c in "123"] == [3, 1, 3]
