"""A table that cannot be made stops no other, and says why."""

from __future__ import annotations

import pytest

from mcode_pipelines.survey import Codebook, TabulationPlan, Variable
from mcode_pipelines.tabulation import PlanError, complete_plan, parse_plan, tabulate
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, multi, numeric, raw_survey, single

DATA = {"Q1": ["1", "2", "1"], "Q2": ["1", None, "2"], "M": ["1", "2", "1;2"], "N": [1, 2, 3], "E": ["a", "b", "c"]}
QUESTIONS = (
    single("Q1", 1, 2),
    single("Q2", 1, 2),
    multi("M", 1, 2),
    numeric("N"),
    Variable(name="E", label="Why?", kind="open_ended", columns=("E",)),
    single("GONE", 1, 2),
)


TROUBLES = pytest.mark.parametrize(
    ("row", "sentence", "saying"),
    [
        (
            "Q11",
            "rows: there is no variable 'Q11' in this survey; did you mean 'Q1'",
            "rows: tidak ada variabel 'Q11' dalam survei ini; maksud Anda 'Q1'",
        ),
        ("Z*", "matches 'Z*'", "yang cocok dengan 'Z*'"),
        (
            {"variable": "Q2", "nets": {"x": [1, 7]}},
            "the net 'x' holds the code '7'",
            "net 'x' memuat kode '7' yang tidak ada",
        ),
        ({"variable": "Q2", "filter": "QQ = 1"}, "there is no variable 'QQ'", "tidak ada variabel 'QQ'"),
        ({"variable": "Q2", "filter": "N > 100"}, "no rows after filter", "tidak ada responden yang memenuhinya"),
        ({"variable": "Q2", "statistics": ["mean"]}, "has no factors", "tidak punya faktor"),
        ({"variable": "Q2", "sort": "X"}, "no column has the letter 'X'", "'X' tidak menunjuk tepat satu kolom"),
        ({"variable": "Q2", "weight": "Q1"}, "not a number", "bukan angka"),
        ({"variable": "Q2", "weight": "ww"}, "there is no variable 'ww'", "tidak ada variabel 'ww'"),
        ("E", "has not been coded", "belum dikode"),
        (
            "GONE",
            "needs the column 'GONE', which the data does not have",
            "memerlukan kolom 'GONE' yang tidak ada dalam data",
        ),
        (
            {"variable": "N", "statistics": ["top2"]},
            "is a number and top2 needs a question with choices",
            "adalah angka, sedangkan top2 memerlukan",
        ),
        ({"variable": "Q2", "factors": {"9": 1}, "statistics": ["mean"]}, "has no code '9'", "tidak punya kode '9'"),
        (
            {"variable": "Q2", "weight": {"rim": {"Q1": {"1": 0.5, "2": 0.7}}}},
            "add to 1.2, not to 1",
            "berjumlah 1.2, bukan 1",
        ),
    ],
)


@TROUBLES
def test_the_other_tables_are_made_and_this_one_says_why_not(row: object, sentence: str, saying: str) -> None:
    tables = book({"banner": ["total"], "rows": ["Q1", row, "M"]}, DATA, *QUESTIONS)
    assert [h.table_id for h in tables.heads] == ["T0001", "T0002", "T0003"]
    assert [h.trouble is None for h in tables.heads] == [True, False, True]
    assert sentence in (tables.heads[1].trouble or "")
    assert "\n" not in (tables.heads[1].trouble or "")
    assert tables.cells["table_id"].unique(maintain_order=True).to_list() == ["T0001", "T0003"]
    assert figures(tables, "count", "T0003")["1", "@"] == 2


@TROUBLES
def test_an_indonesian_book_says_it_in_indonesian(row: object, sentence: str, saying: str) -> None:
    tables = book({"language": "id", "banner": ["total"], "rows": ["Q1", row]}, DATA, *QUESTIONS)
    assert saying in (tables.heads[1].trouble or "")


def test_what_an_indonesian_book_does_without_is_told_in_indonesian() -> None:
    define = {"a": {"mean": ["Z*"]}, "b": {"mean": ["Q9"]}, "Q2": {"expression": "N * 2"}}
    plan = {"language": "id", "banner": ["total", "N", "Q1"], "rows": ["Q1"], "define": define}
    said = book(plan, DATA, *QUESTIONS).book.not_made
    assert [one.partition(";")[0] for one in said] == [
        "define: 'a': tidak ada skala atau angka yang cocok dengan 'Z*'",
        "define: 'b': tidak ada variabel 'Q9'",
        "define: 'Q2': survei sudah punya variabel dengan nama ini",
        "banner: 'N' berjenis numeric dan tidak punya kategori",
    ]


def test_a_plan_of_nothing_but_troubles_is_refused_before_any_batch() -> None:
    plan = TabulationPlan.model_validate({"banner": ["total"], "rows": ["E", "GONE"] * 3})
    with pytest.raises(PlanError, match="has not been coded"):
        list(tabulate(plan, raw_survey(DATA), Codebook(variables=QUESTIONS), tables_per_batch=2))


def test_troubles_before_the_first_table_wait_for_it() -> None:
    plan = TabulationPlan.model_validate({"banner": ["total"], "rows": ["E", "GONE", "Q1", "E"]})
    batches = list(tabulate(plan, raw_survey(DATA), Codebook(variables=QUESTIONS), tables_per_batch=1))
    assert [[h.table_id for h in b.heads] for b in batches] == [["T0001", "T0002", "T0003"], ["T0004"]]
    assert batches[1].cells.is_empty()


def test_a_completed_plan_carries_the_reason_until_the_survey_has_the_variable() -> None:
    plan = TabulationPlan.model_validate({"language": "en", "rows": ["Q1", "Q9"]})
    without = complete_plan(plan, Codebook(variables=QUESTIONS))
    assert without.rows is not None
    assert "no variable 'Q9'" in (without.rows[1].trouble or "")
    later = complete_plan(without, Codebook(variables=(*QUESTIONS, single("Q9", 1))))
    assert later.rows is not None
    assert later.rows[1].trouble is None


BROKEN = {"x": {"variable": "Q9", "nets": {"a": [1]}}, "y": {"cases": {"of x": "x = 1"}}, "Q2": {"expression": "N * 2"}}
GONE = "define: 'x': there is no variable 'Q9'"


def test_a_broken_definition_stops_only_the_tables_that_use_it() -> None:
    """As row, through another definition, in a row's filter, as banner question, as one of two weights."""
    rows = ["Q1", "x", "y", {"variable": "Q1", "filter": "x = 1"}, {"variable": "Q1", "weight": "x"}, "Q2", "M"]
    plan = {"banner": ["total", "x", "Q1"], "weights": ["none", "x"], "rows": rows, "define": BROKEN}
    plan["on_missing"] = "drop"
    tables = book(plan, DATA, *QUESTIONS)
    taken = "define: 'Q2': the survey has a variable of this name"
    said = [(head.trouble or "")[: len(taken)] for head in tables.heads]
    assert said == ["", GONE, GONE, GONE, GONE, GONE, taken, "", GONE]
    assert [column.variable for column in tables.book.banner] == ["total", "Q1", "Q1"]
    assert [one[: len(taken)] for one in tables.book.not_made] == [GONE, taken]
    assert any(note.startswith(f"Not shown as columns: {GONE}") for note in tables.book.notes)
    assert not any("N * 2" in note for note in tables.book.notes)


def test_a_broken_definition_in_the_filter_or_the_only_weight_refuses_the_plan() -> None:
    for plan in ({"filter": "y = 1"}, {"weight": "x"}):
        with pytest.raises(PlanError, match=GONE):
            book({**plan, "rows": ["Q1"], "define": BROKEN}, DATA, *QUESTIONS)


def test_an_unknown_weight_among_several_stops_only_its_tables() -> None:
    tables = book({"weights": ["N", "none", "NN"], "rows": ["Q1"]}, DATA, *QUESTIONS)
    assert [head.trouble is None for head in tables.heads] == [True, True, False]
    assert "weight: there is no variable 'NN'" in (tables.heads[2].trouble or "")


def test_a_mistake_in_one_row_of_the_text_stops_only_that_row() -> None:
    text = "language: en\nrows:\n- Q1\n- {variable: Q2, statistics: [meen]}\n- {title: x}\nbanner: [total, {nets: 1}]\n"
    plan = parse_plan(text, "plan.yaml")
    (tables,) = tabulate(plan, raw_survey(DATA), Codebook(variables=QUESTIONS))
    assert [head.trouble is None for head in tables.heads] == [True, False, False]
    assert "plan.yaml: line 4: rows 2: statistics 1: 'meen' is not known; did you mean" in (
        tables.heads[1].trouble or ""
    )
    assert tables.heads[1].variable == "Q2"
    assert "plan.yaml: line 5: rows 3: 'variable' is missing" in (tables.heads[2].trouble or "")
    assert "plan.yaml: line 6: banner 2" in tables.book.not_made[0]
    with pytest.raises(PlanError, match="line 1: there is no setting 'row'"):
        parse_plan("row: [Q1]\n" + text, "plan.yaml")


def test_letters_are_not_trusted_when_a_banner_question_is_missing() -> None:
    plan = {"on_missing": "drop", "banner": ["Q9", "Q1"], "rows": ["M", {"variable": "M", "sort": "A"}]}
    tables = book(plan, DATA, *QUESTIONS)
    assert "there is no variable 'Q9'" in (tables.heads[1].trouble or "")
    with pytest.raises(PlanError, match=r"'Q9'.* would name other columns"):
        book({**plan, "significance": {"compare": {"groups": ["AB"]}}}, DATA, *QUESTIONS)
