"""Wave on wave: several surveys of one study side by side."""

from __future__ import annotations

import random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mcode_pipelines.survey import (
    ROW,
    Choice,
    Code,
    Codebook,
    CodeFrame,
    CodeFrames,
    CrossTables,
    TabulationPlan,
    Variable,
)
from mcode_pipelines.tabulation import PlanError, Wave, complete_plan, tabulate, wanted_waves
from mcode_pipelines_tests.tabulation.made_surveys import (
    book,
    figures,
    multi,
    numeric,
    pairs,
    raw_survey,
    scale,
    single,
)

chance = random.Random(7)
PEOPLE = 90


def answers(seed: int) -> dict[str, list[object]]:
    chance.seed(seed)
    return {
        "Q": [chance.choice(["1", "2", "3", None]) for _ in range(PEOPLE)],
        "M": [";".join(sorted(chance.sample("123", chance.randint(1, 3)))) for _ in range(PEOPLE)],
        "A": [chance.choice(["1", "2", "3", "4", "5"]) for _ in range(PEOPLE)],
        "N": [chance.choice([18, 25, 40, None]) for _ in range(PEOPLE)],
        "w": [chance.choice([0.5, 1.0, 2.0]) for _ in range(PEOPLE)],
    }


OLD, NEW = answers(1), answers(2)
QUESTIONS = (
    single("Q", 1, 2, 3),
    multi("M", 1, 2, 3),
    scale("A", 1, 2, 3, 4, 5),
    numeric("N"),
    numeric("w", weight=True),
)
OPEN = {"levels": [0.95, 0.8], "small_base": [0, 0]}


def compared(
    plan: dict[str, object], earlier: list[Wave], *now: Variable, data: dict[str, list[object]] = NEW
) -> CrossTables:
    whole = TabulationPlan.model_validate({"language": "en", "wave": "2026-11", "significance": OPEN, **plan})
    (tables,) = tabulate(whole, raw_survey(data), Codebook(variables=now or QUESTIONS), earlier_waves=earlier)
    return tables


def may(data: dict[str, list[object]] | None = None, *questions: Variable) -> Wave:
    return Wave("2026-05", raw_survey(OLD if data is None else data), Codebook(variables=questions or QUESTIONS))


@pytest.mark.parametrize(
    "plan",
    [
        {"banner": ["total", "wave", "Q > wave"], "rows": ["Q", "M", "A", "N"], "weight": "w"},
        {"banner": ["wave > Q", "M"], "rows": ["M"], "filter": "wave = '2026-11' OR N < 30", "weight": None},
        {"banner": ["wave"], "rows": ["old", "wave"], "define": {"old": {"cases": {"a": "N > 20", "b": "M = 2"}}}},
        {
            "banner": ["wave"],
            "rows": [{"variable": "N", "bands": {"x": [0, 30]}}, {"variable": "Q", "base": "all", "no_answer": "show"}],
            "significance": {**OPEN, "compare": "total"},
        },
    ],
)
def test_waves_side_by_side_are_one_survey_with_the_wave_as_a_question(plan: dict[str, object]) -> None:
    side_by_side = compared(plan, [may()])
    pooled = {name: OLD[name] + NEW[name] for name in OLD}
    pooled["wave"] = ["2026-05"] * PEOPLE + ["2026-11"] * PEOPLE
    wave = Variable(
        name="wave",
        label="Wave",
        kind="single_choice",
        columns=("wave",),
        choices=(Choice(code="2026-05", label="2026-05"), Choice(code="2026-11", label="2026-11")),
    )
    together = book({"significance": OPEN, **plan}, pooled, *QUESTIONS, wave)
    assert_frame_equal(side_by_side.cells, together.cells)
    assert_frame_equal(side_by_side.tests, together.tests)
    assert side_by_side.book.banner == together.book.banner


def test_waves_stand_behind_the_total_and_are_tested_against_each_other() -> None:
    then = {"Q": ["1"] * 30 + ["2"] * 70}
    now = {"Q": ["1"] * 60 + ["2"] * 40}
    tables = compared({"banner": ["total"], "rows": ["Q"]}, [may(then, QUESTIONS[0])], QUESTIONS[0], data=now)
    assert [(c.variable, c.code, c.letter) for c in tables.book.banner] == [
        ("total", "@", None),
        ("wave", "2026-05", "A"),
        ("wave", "2026-11", "B"),
    ]
    assert figures(tables, "column_percent")["1", "2026-05"] == 30
    assert figures(tables, "letters")["1", "2026-11"] == "A"
    assert ("1", "2026-05", "2026-11") in pairs(tables, "p_value")
    assert (
        tables.book.notes[0] == "Waves compared, oldest first: 2026-05, 2026-11. The total counts all of them together."
    )


def test_the_same_question_may_lie_in_other_columns_and_have_other_choices() -> None:
    ticked = Variable(
        name="M",
        label="M",
        kind="multi_choice",
        columns=("M/1", "M/4"),
        choices=(Choice(code="1", label="label 1", column="M/1"), Choice(code="4", label="only then", column="M/4")),
    )
    then = {"M/1": ["1", "0", None], "M/4": ["1", "1", None]}
    tables = compared(
        {"banner": ["wave"], "rows": ["M"]}, [may(then, ticked)], multi("M", 1, 2), data={"M": ["1;2", "2", "1", None]}
    )
    shown = tables.cells.filter(pl.col("row_kind") == "category")["row_label"].unique(maintain_order=True).to_list()
    assert shown == ["label 1", "label 2", "only then"]
    count = figures(tables, "count")
    assert [count[c, "2026-05"] for c in ("1", "2", "4")] == [1, None, 2]  # what was not offered is not 0
    assert [count[c, "2026-11"] for c in ("1", "2", "4")] == [2, 2, None]
    assert [figures(tables, "value")["base_unweighted", c] for c in ("2026-05", "2026-11")] == [2, 3]


def test_what_does_not_match_has_no_figures_there_and_is_reported() -> None:
    relabelled = Variable(
        name="Q",
        label="Q",
        kind="single_choice",
        columns=("Q",),
        choices=(Choice(code="1", label="Satisfied"), Choice(code="2", label="label 2")),
    )
    then = {"Q": ["1", "2"], "A": ["3", "4"]}
    plan = {"banner": ["wave"], "rows": ["Q", "A", "N"], "weight": None}
    tables = compared(plan, [may(then, relabelled, numeric("A"))], *QUESTIONS)
    assert "Not asked in wave 2026-05, so without figures there: N." in tables.book.notes
    assert "Asked in another way in wave 2026-05, so not compared: A." in tables.book.notes
    assert "The code meant something else in wave 2026-05, so it has a row of its own: 1 = Satisfied." in (
        tables.heads[0].notes
    )
    shown = tables.cells.filter(pl.col("table_id") == "T0001", pl.col("row_kind") == "category")
    assert ("1 (2026-05)", "Satisfied", "2026-05", 1.0) in shown.select(
        "row_code", "row_label", "column_code", "count"
    ).rows()
    for table, base in (("T0001", 2), ("T0002", 0), ("T0003", 0)):
        assert figures(tables, "value", table)["base_unweighted", "2026-05"] == base


def test_rim_targets_are_met_in_each_wave_by_itself() -> None:
    rim = {"rim": {"Q": {"1": 0.5, "2": 0.3, "3": 0.2}}}
    tables = compared({"banner": ["wave"], "rows": ["Q"], "weight": rim}, [may()])
    share = figures(tables, "column_percent")
    for wave in ("2026-05", "2026-11"):
        assert [share[c, wave] for c in "123"] == pytest.approx([50, 30, 20])


def test_a_wave_that_lacks_the_weight_is_not_left_out_in_silence() -> None:
    then = {name: column for name, column in OLD.items() if name != "w"}
    with pytest.raises(PlanError, match="the wave 2026-05 has no 'w', and without it nobody of that wave would be"):
        compared({"banner": ["wave"], "rows": ["Q"], "weight": "w"}, [may(then, *QUESTIONS[:4])])


def test_a_weight_of_another_name_is_known_by_being_the_only_one_and_told() -> None:
    then = {("bobot" if name == "w" else name): column for name, column in OLD.items()}
    questions = (*QUESTIONS[:4], numeric("bobot", weight=True))
    tables = compared({"banner": ["wave"], "rows": ["Q"], "weight": "w"}, [may(then, *questions)])
    same_name = compared({"banner": ["wave"], "rows": ["Q"], "weight": "w"}, [may()])
    assert_frame_equal(tables.cells, same_name.cells)
    assert any("Taken for the same question" in note and "w = bobot" in note for note in tables.book.notes)


def test_coded_answers_are_compared_by_their_codes() -> None:
    question = Variable(name="E", label="Why?", kind="open_ended", columns=("E",))
    frame = CodeFrame(
        variable="E", question="Why?", language="en", codes=(Code(code=1, label="Fast"), Code(code=2, label="Clean"))
    )

    def coded(*codes: int) -> pl.DataFrame:
        return pl.DataFrame(
            {ROW: list(range(1, len(codes) + 1)), "variable": ["E"] * len(codes), "code": list(codes)},
            schema_overrides={ROW: pl.Int64, "code": pl.Int64},
        )

    codebook, frames = Codebook(variables=(question,)), CodeFrames((frame,))
    then = Wave("2026-05", raw_survey({"E": ["a", "b", "c"]}), codebook, frames, coded(1, 1, 2))
    plan = TabulationPlan.model_validate({"language": "en", "wave": "2026-11", "banner": ["wave"], "rows": ["E"]})
    (tables,) = tabulate(
        plan.model_copy(update={"waves": "all"}),
        raw_survey({"E": ["a", "b"]}),
        codebook,
        frames=frames,
        codings=coded(2, 2),
        earlier_waves=[then],
    )
    count = figures(tables, "count")
    assert [count[c, w] for w in ("2026-05", "2026-11") for c in "12"] == [2, 1, 0, 2]


def test_codes_of_another_frame_are_matched_by_their_labels() -> None:
    question = Variable(name="E", label="Why?", kind="open_ended", columns=("E",))

    def frame(*labels: str) -> CodeFrames:
        codes = tuple(Code(code=i, label=label) for i, label in enumerate(labels, 1))
        return CodeFrames((CodeFrame(variable="E", question="Why?", language="en", codes=codes),))

    codings = pl.DataFrame(
        {ROW: [1, 2, 3], "variable": ["E"] * 3, "code": [1, 2, 3]}, schema_overrides={ROW: pl.Int64, "code": pl.Int64}
    )
    codebook, raw = Codebook(variables=(question,)), raw_survey({"E": ["a", "b", "c"]})
    then = Wave("2026-05", raw, codebook, frame("Clean", "Cheap", "Fast"), codings)
    plan = TabulationPlan.model_validate({"language": "en", "wave": "2026-11", "banner": ["wave"], "rows": ["E"]})
    now = frame("Fast", "Clean", "Friendly")
    (tables,) = tabulate(plan, raw, codebook, frames=now, codings=codings, earlier_waves=[then])
    count = tables.cells.filter(pl.col("row_kind") == "category", pl.col("count") > 0)
    assert set(count.select("row_label", "column_code").rows()) == {
        *((label, "2026-05") for label in ("Clean", "Cheap", "Fast")),
        *((label, "2026-11") for label in ("Fast", "Clean", "Friendly")),
    }
    assert "2 (2026-05)" in tables.cells["row_code"]
    told = tables.heads[0].notes
    assert any(note.startswith("Answers with another code in wave 2026-05") for note in told)
    assert "Not among the answers of wave 2026-05, so without figures there and not tested: Friendly." in told


def test_a_survey_with_a_variable_called_wave_keeps_it() -> None:
    data = {**NEW, "wave": ["1", "2", "1"] * 30}
    plan = {"banner": ["total"], "rows": ["wave"], "waves": "all", "weight": None}
    tables = compared(plan, [], *QUESTIONS, single("wave", 1, 2), data=data)
    assert [c.variable for c in tables.book.banner] == ["total", "study_wave"]
    assert figures(tables, "count")["1", "@"] == 60


@pytest.mark.parametrize(
    ("waves", "chosen"),
    [(None, []), ("all", ["w1", "w2", "w3"]), (2, ["w3"]), (9, ["w1", "w2", "w3"]), (["w3", "w1", "w4"], ["w1", "w3"])],
)
def test_a_plan_chooses_its_waves(waves: object, chosen: list[str]) -> None:
    plan = TabulationPlan.model_validate({"waves": waves, "wave": "w4"})
    assert wanted_waves(plan, ["w1", "w2", "w3"]) == chosen


def test_waves_are_named_as_people_write_them() -> None:
    plan = TabulationPlan.model_validate({"waves": ["Sep'26", "Oktober 2026", "NOV 2026"], "wave": "2026-11"})
    assert wanted_waves(plan, ["2026-08", "2026-09", "2026-10"]) == ["2026-09", "2026-10"]


def test_only_the_chosen_waves_are_columns() -> None:
    earlier = [Wave(f"w{i}", raw_survey(OLD), Codebook(variables=QUESTIONS)) for i in (1, 2, 3)]
    tables = compared({"banner": ["wave"], "rows": ["Q"], "waves": ["w2"], "wave": "w4"}, earlier)
    assert [c.code for c in tables.book.banner] == ["w2", "w4"]


def test_a_wave_that_is_not_there_is_told() -> None:
    with pytest.raises(PlanError, match=r"waves: this study has no wave '2026-06'; did you mean '2026-05'\?"):
        compared({"rows": ["Q"], "waves": ["2026-06"]}, [may()])
    with pytest.raises(PlanError, match="waves: two waves are called '2026-05'"):
        compared({"rows": ["Q"]}, [may(), may()])


def test_a_completed_plan_names_the_wave_and_twice_changes_nothing() -> None:
    codebook = Codebook(variables=QUESTIONS)
    once = complete_plan(TabulationPlan(waves="all", rows=["Q"], banner=["total", "Q"]), codebook)
    assert [item.variable for item in once.banner or ()] == ["total", "wave", "Q"]
    assert complete_plan(TabulationPlan.model_validate_json(once.model_dump_json()), codebook) == once


def three_waves() -> list[Wave]:
    shares = {"w1": 30, "w2": 60}
    return [
        Wave(w, raw_survey({"Q": ["1"] * n + ["2"] * (100 - n)}), Codebook(variables=(QUESTIONS[0],)))
        for w, n in shares.items()
    ]


@pytest.mark.parametrize(
    ("compare", "marks"),
    [
        ("previous", {("1", "w2"): "▲", ("2", "w2"): "▼", ("1", "w3"): "▼", ("2", "w3"): "▲"}),
        ({"column": "w2"}, {("1", "w1"): "▼", ("2", "w1"): "▲", ("1", "w3"): "▼", ("2", "w3"): "▲"}),
        ({"column": "wave=w1"}, {("1", "w2"): "▲", ("2", "w2"): "▼"}),
        ({"column": "A"}, {("1", "w2"): "▲", ("2", "w2"): "▼"}),
    ],
)
def test_columns_are_compared_with_one_other_column(compare: object, marks: dict[tuple[str, str], str]) -> None:
    now = {"Q": ["1"] * 35 + ["2"] * 65}
    plan = {"banner": ["total", "wave"], "rows": ["Q"], "wave": "w3", "significance": {**OPEN, "levels": 0.95}}
    plan["significance"] |= {"compare": compare}  # type: ignore[operator]
    tables = compared(plan, three_waves(), QUESTIONS[0], data=now)
    found = {key: mark for key, mark in figures(tables, "letters").items() if mark}
    assert found == marks
    assert tables.book.arrows


def test_a_column_that_is_not_there_cannot_be_compared_with() -> None:
    plan = {"banner": ["wave"], "rows": ["Q"], "wave": "w3", "significance": {"compare": {"column": "w9"}}}
    with pytest.raises(PlanError, match="no column of the banner is 'w9'"):
        compared(plan, three_waves(), QUESTIONS[0], data={"Q": ["1", "2"]})


def test_an_interview_in_two_waves_counts_once_in_the_later_one() -> None:
    ids = [f"uuid:{n:032d}" for n in range(60)]
    then = {"Q": ["1"] * 40, "_uuid": ids[:40]}
    now = {"Q": ["2"] * 30, "_uuid": ids[30:]}
    key = Variable(name="_uuid", label="_uuid", kind="identifier", columns=("_uuid",))
    tables = compared({"banner": ["wave"], "rows": ["Q"]}, [may(then, QUESTIONS[0], key)], QUESTIONS[0], key, data=now)
    base = figures(tables, "value")
    assert [base["base_unweighted", wave] for wave in ("2026-05", "2026-11")] == [30, 30]
    assert "10 interviews of wave 2026-05 are in a later wave too and count there." in tables.book.notes


def test_short_ids_are_those_of_people_and_leave_nobody_out() -> None:
    then = {"Q": ["1"] * 40, "_uuid": [str(n) for n in range(40)]}
    tables = compared({"banner": ["wave"], "rows": ["Q"]}, [may(then, QUESTIONS[0])], QUESTIONS[0], data=then)
    assert figures(tables, "value")["base_unweighted", "2026-05"] == 40
