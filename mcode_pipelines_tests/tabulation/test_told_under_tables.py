"""What is said under a table: what letters and flags mean where they can stand, what was guessed of its questions."""

from __future__ import annotations

import polars as pl
import pytest

from mcode_pipelines.survey import (
    ROW,
    Codebook,
    CrossTables,
    RawSurvey,
    Remark,
    SourceNotes,
    SurveyHead,
    TabulationPlan,
)
from mcode_pipelines.tabulation import tabulate
from mcode_pipelines_tests.tabulation.made_surveys import book, multi, numeric, scale, single

SEX = ["1", "2"] * 150
GUESSED = Remark(en="1 is read as ticked", id="1 dibaca sebagai dipilih")
JOINED = Remark(en="two columns were joined", id="dua kolom digabung")


def under(tables: CrossTables, variable: str) -> str:
    (head,) = [head for head in tables.heads if head.variable == variable]
    return " ".join(head.signs)


@pytest.fixture(scope="module")
def tables() -> CrossTables:
    data = {
        "C": SEX,
        "Q": ["1", "2", "3"] * 99 + ["1"] * 3,
        "S": ["1", "2", "3", "4", "5"] * 59 + ["2"] * 5,
        "F": ["1", "2"] * 10 + [None] * 280,
        "N": [str(n) for n in range(300)],
    }
    rows = [
        "C",
        "Q",
        "S",
        "F",
        {"variable": "N", "statistics": ["median"]},
        {"variable": "M", "percent_of": "responses"},
    ]
    questions = [single("C", 1, 2), single("Q", 1, 2, 3), scale("S", *range(1, 6)), single("F", 1, 2), numeric("N")]
    ticks = multi("M", 1, 2)
    return book({"rows": rows, "banner": ["total", "C"]}, {**data, "M": ["1;2", "1", "2"] * 100}, *questions, ticks)


def test_letters_are_explained_under_tables_that_can_have_them(tables: CrossTables) -> None:
    with_letters = {head.variable for head in tables.heads if "Letters name the columns" in " ".join(head.signs)}
    assert with_letters == {"Q", "S"}
    tested = set(tables.tests.filter(pl.col("column_a").is_not_null())["table_id"])
    assert tested == {head.table_id for head in tables.heads if head.variable in with_letters}


def test_flags_are_explained_under_tables_with_small_bases(tables: CrossTables) -> None:
    flagged = set(tables.cells.filter(pl.col("flag").is_not_null())["row_variable"])
    assert flagged == {"F"} == {head.variable for head in tables.heads if "base below" in " ".join(head.signs)}
    assert "not tested" in under(tables, "F")


def test_a_flag_is_explained_where_nothing_is_tested() -> None:
    tables = book({"rows": ["Q"], "banner": ["total"]}, {"Q": ["1", "2"] * 20}, single("Q", 1, 2))
    assert tables.cells["flag"].to_list().count("*") > 0
    assert tables.heads[0].signs == ("** base below 30; * base below 100: read with care.",)


def test_hidden_figures_are_told_where_they_are() -> None:
    data = {"Q": ["1", "2"] * 20, "R": ["1", "2"] * 5 + [None] * 30}
    plan = {"rows": ["Q", "R"], "banner": ["total"], "significance": {"hide_below": 20}}
    tables = book(plan, data, single("Q", 1, 2), single("R", 1, 2))
    assert ["fewer than 20" in under(tables, name) for name in "QR"] == [False, True]


def survey(*remarks_of_reading: Remark) -> RawSurvey:
    columns = {"C": SEX, "Q": ["1", "2", "3"] * 100, "R": ["1", "2", "3"] * 100, "T": ["1", "2"] * 150}
    data = pl.DataFrame(columns).with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    notes = SourceNotes(kind="csv", file="s.csv", remarks=remarks_of_reading)
    return RawSurvey(data.lazy(), SurveyHead(source=notes, headers=(tuple(columns),)))


@pytest.mark.parametrize(
    ("language", "guessed", "joined", "left_out"),
    [
        ("en", "1 is read as ticked", "two columns were joined", "2 rows are totals"),
        ("id", "1 dibaca sebagai dipilih", "dua kolom digabung", "2 baris adalah jumlah"),
    ],
)
def test_what_was_guessed_is_told_under_the_tables_it_concerns_and_else_once(
    language: str, guessed: str, joined: str, left_out: str
) -> None:
    questions = (
        single("C", 1, 2, remarks=(JOINED,)),
        scale("Q", 1, 2, 3, remarks=(GUESSED,)),
        scale("R", 1, 2, 3, remarks=(GUESSED,)),
        single("T", 1, 2),
    )
    rows = [
        "Q",
        "T",
        {"variable": "Both", "items": ["Q", "R"], "summary": "mean"},
        {"variable": "T", "filter": "Q < 3"},
    ]
    plan = TabulationPlan.model_validate({"language": language, "rows": rows, "banner": ["total", "C"]})
    raw = survey(Remark(en="2 rows are totals", id="2 baris adalah jumlah"))
    (batch,) = tabulate(plan, raw, Codebook(variables=questions))
    alone, plain, both, filtered = ([n for n in head.notes if guessed.lower() in n.lower()] for head in batch.heads)
    assert alone == [f"{guessed[:1].upper()}{guessed[1:]}."]
    assert plain == []
    assert both == [f"Q, R: {guessed}"]
    assert filtered == [f"Q: {guessed}"]
    assert batch.book.notes.count(left_out) == 1
    assert f"C: {joined}" in batch.book.notes
    assert not any(joined in note or left_out in note for head in batch.heads for note in head.notes)


def test_a_table_of_many_questions_names_those_of_which_more_was_told() -> None:
    names = [f"Q{n}" for n in range(1, 10)]
    said = {name: (Remark(en=f"{name} was guessed", id=f"{name} ditebak"),) for name in names}
    questions = [scale(name, 1, 2, remarks=said[name]) for name in names]
    plan = {"rows": [{"variable": "All", "items": names, "summary": "mean"}], "banner": ["total"]}
    tables = book(plan, {name: ["1", "2"] * 60 for name in names}, *questions)
    assert [note for note in tables.heads[0].notes if "guessed" in note][-1] == "Q6: Q6 was guessed"
    assert tables.heads[0].notes[-1].endswith("on the metadata sheet: Q7, Q8, Q9.")
