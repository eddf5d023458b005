"""Questions coded together with the texts behind their "other" choice: one question, wherever a plan names it."""

from __future__ import annotations

import polars as pl
import pytest

from mcode_pipelines.survey import ROW, Choice, Code, CodeFrame, CodeFrames, CrossTables, TabulationPlan
from mcode_pipelines.tabulation import complete_plan
from mcode_pipelines.tabulation.plan.coded_questions import coded_choices
from mcode_pipelines_tests.tabulation.made_surveys import Codebook, Variable, book, choices, figures, numeric, single

CODES = (
    Code(code=1, label="Tea"),
    Code(code=2, label="Coffee"),
    Code(code=97, label="Juice"),
    Code(code=96, label="Other"),
)
FRAME = CodeFrame(variable="Q", question="Drank?", language="en", merges=("Q", "Q_L"), codes=CODES, other=96)
# Ticked: 1, 2, 2, 96, 96, 96 and nothing. The texts say coffee, juice, juice, something else.
DATA = {
    "Q": ["1", "2", "2", "96", "96", "96", None],
    "A": ["1", "1", "2", "2", "1", "2", "1"],
    "n": [1, 2, 3, 4, 5, 6, 7],
}
CODED = [(1, 1), (2, 2), (3, 2), (4, 2), (5, 97), (6, 97)]
Q_L = Variable(name="Q_L", label="Other drink", kind="other_specify", columns=("Q_L",), other_of="Q")
TEA = choices(1, 2, 96, c1="Tea", c2="Coffee", c96="Other")


def drinks(plan: dict[str, object], coded: list[tuple[int, int]] = CODED, **asked: object) -> CrossTables:
    question = single("Q", 1).model_copy(update={"choices": TEA, **asked})
    codings = pl.DataFrame(
        {
            ROW: [row for row, _ in coded],
            "respondent": [str(row) for row, _ in coded],
            "variable": ["Q"] * len(coded),
            "code": [code for _, code in coded],
        },
        schema_overrides={ROW: pl.Int64, "code": pl.Int64},
    )
    variables = (question, Q_L, single("A", 1, 2), numeric("n"))
    return book({"weight": None, **plan}, DATA, *variables, frames=CodeFrames((FRAME,)), codings=codings)


def counts(tables: CrossTables, column: str = "@") -> dict[str, object]:
    return {row: n for (row, of), n in figures(tables, "count").items() if of == column and n is not None}


def test_rows_columns_filters_and_defined_variables_take_the_codes_of_both() -> None:
    assert counts(drinks({"banner": ["total"], "rows": ["Q"]})) == {"1": 1, "2": 3, "97": 2, "96": 0}
    across = drinks({"banner": ["total", "Q", {"variable": "Q", "nets": {"Cold": [97, 96]}}], "rows": ["A"]})
    assert [c.code for c in across.book.banner] == ["@", "1", "2", "97", "96", "1", "2", "Cold"]
    assert counts(across, "97") == {"1": 1, "2": 1}
    assert counts(drinks({"banner": ["total"], "rows": ["A"], "filter": "Q = 97"})) == {"1": 1, "2": 1}
    assert counts(drinks({"banner": ["total"], "rows": ["A"], "filter": "Q <> 96"})) == {"1": 3, "2": 3}
    define = {"warm": {"variable": "Q", "nets": {"Warm": [1, 2], "Cold": [97]}}}
    assert counts(drinks({"banner": ["total"], "rows": ["warm"], "define": define})) == {"1": 4, "2": 2}


def test_one_answer_stays_one_answer_so_that_whole_tests_are_made() -> None:
    tables = drinks({"banner": ["A"], "rows": ["Q"], "significance": {"chi_square": "unweighted"}})
    assert tables.tests.filter(row_code="chi_square").height == 1
    assert "Several answers" not in " ".join(tables.heads[0].notes)
    two = drinks({"banner": ["total"], "rows": ["Q"], "filter": "Q = 2"}, [*CODED, (1, 2)])
    assert counts(two) == {"1": 1, "2": 4, "97": 0, "96": 0}
    assert "Several answers" in " ".join(two.heads[0].notes)


def test_targets_for_what_was_printed_are_met_with_new_codes_as_other() -> None:
    tables = drinks({"banner": ["total"], "rows": ["Q"], "weight": {"rim": {"Q": {1: 0.2, 2: 0.4, 96: 0.4}}}})
    assert counts(tables) == pytest.approx({"1": 1.2, "2": 2.4, "97": 2.4, "96": 0})
    tables = drinks({"banner": ["total"], "rows": ["Q"], "weight": {"rim": {"Q": {1: 0.2, 2: 0.4, 97: 0.4}}}})
    assert counts(tables)["97"] == pytest.approx(2.4)


def test_printed_codes_that_are_words_stay_words() -> None:
    words = choices("tea", "coffee", "other", ctea="Tea", ccoffee="Coffee", cother="Other")
    tables = drinks(
        {"banner": ["total", "Q"], "rows": [{"variable": "Q", "nets": {"Warm": ["tea", "coffee"]}}]}, choices=words
    )
    assert counts(tables) == {"Warm": 4, "tea": 1, "coffee": 3, "97": 2, "other": 0}
    assert [c.code for c in tables.book.banner] == ["@", "tea", "coffee", "97", "other"]


def test_codes_that_only_coding_knows_are_checked_when_they_are_there() -> None:
    plan = TabulationPlan.model_validate({"banner": [{"variable": "Q", "nets": {"Cold": [97]}}], "rows": ["A"]})
    known = Codebook(variables=(single("Q", 1, 2, 96), Q_L, single("A", 1, 2)))
    assert complete_plan(plan, known).banner[0].nets == {"Cold": ("97",)}
    (told,) = drinks({"banner": [{"variable": "Q", "nets": {"Cold": [98]}}], "rows": ["A"]}).book.not_made
    assert "banner: 'Q': the net 'Cold' holds the code '98', which the question does not" in told
    define = {"cold": {"variable": "Q", "nets": {"Cold": [98]}}}
    tables = drinks({"banner": ["total"], "rows": ["cold", "A"], "define": define})
    assert "define: 'cold': the net 'Cold' holds the code '98'" in (tables.heads[0].trouble or "")


def test_a_printed_choice_that_a_person_renamed_keeps_its_own_code():
    """Frames have numbers only; a plan and a filter go on naming the codes of the form."""
    variable = single("Q", 1).model_copy(update={"choices": choices(1, 2, 96, c1="Tea", c2="Coffee", c96="Other")})
    words = tuple(c.model_copy(update={"code": w}) for c, w in zip(variable.choices, ("t", "c", "o"), strict=True))
    renamed = (Code(code=1, label="Black tea"), Code(code=2, label="Coffee"), CODES[2], Code(code=3, label="Other"))
    frame = FRAME.model_copy(update={"codes": renamed, "other": 3, "printed": (1, 2, 3)})
    shown = coded_choices(variable.model_copy(update={"choices": words}), frame)
    assert [(c.code, c.label) for c in shown] == [("t", "Black tea"), ("c", "Coffee"), ("97", "Juice"), ("o", "Other")]


@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize("new", [False, True])
def test_a_choice_behind_other_keeps_its_code(words: bool, new: bool) -> None:
    """ "Other" is printed before "don't know"; frames show it last. Counts and labels belong to the printed codes."""
    tea, other, dont_know = ("tea", "other", "dk") if words else ("1", "96", "98")
    printed = tuple(
        Choice(code=code, label=label) for code, label in ((tea, "Tea"), (other, "Other"), (dont_know, "Don't know"))
    )
    numbers = (1, 2, 3) if words else (1, 96, 98)
    codes = [Code(code=numbers[0], label="Tea"), Code(code=numbers[2], label="Don't know")]
    codes += [Code(code=97, label="Juice")] if new else []
    frame = CodeFrame(
        variable="Q", question="Drank?", language="en", merges=("Q", "Q_L"), other=numbers[1], printed=numbers,
        printed_codes=(tea, other, dont_know), codes=(*codes, Code(code=numbers[1], label="Other")),
    )  # fmt: skip
    given = [tea, other, other, dont_know, dont_know, dont_know, dont_know]
    number = dict(zip((tea, other, dont_know), numbers, strict=True))
    codings = pl.DataFrame(
        {ROW: range(1, 8), "respondent": list("1234567"), "variable": "Q", "code": [number[g] for g in given]},
        schema_overrides={ROW: pl.Int64, "code": pl.Int64},
    )
    question = single("Q", 1).model_copy(update={"choices": printed})
    plan = {"weight": None, "banner": ["total", "Q"], "rows": ["Q"]}
    tables = book(plan, {"Q": given}, question, Q_L, frames=CodeFrames((frame,)), codings=codings)
    rows = {
        r["row_code"]: (r["row_label"], r["count"]) for r in tables.cells.rows(named=True) if r["column_code"] == "@"
    }
    assert rows[tea] == ("Tea", 1)
    assert rows[other] == ("Other", 2)
    assert rows[dont_know] == ("Don't know", 4)
    filtered = book(
        {**plan, "filter": f"Q = '{dont_know}'"},
        {"Q": given},
        question,
        Q_L,
        frames=CodeFrames((frame,)),
        codings=codings,
    )
    assert figures(filtered, "count")[dont_know, "@"] == 4


def test_who_said_no_to_every_choice_stays_in_the_base_after_coding() -> None:
    printed = tuple(c.model_copy(update={"column": f"Q_{c.code}"}) for c in TEA)
    question = Variable(name="Q", label="Drank?", kind="multi_choice", columns=("Q_1", "Q_2", "Q_96"), choices=printed)
    data = {"Q_1": [1, 0, 0, 0, None], "Q_2": [1, 1, 0, 0, None], "Q_96": [0, 0, 1, 0, None]}
    codings = pl.DataFrame({ROW: [1, 1, 2, 3], "respondent": list("1123"), "variable": "Q", "code": [1, 2, 2, 97]})
    tables = book(
        {"banner": ["total"], "rows": ["Q"]}, data, question, Q_L, frames=CodeFrames((FRAME,)), codings=codings
    )
    assert counts(tables) == {"1": 1, "2": 2, "97": 1, "96": 0}
    assert figures(tables, "value")["base_unweighted", "@"] == 4
