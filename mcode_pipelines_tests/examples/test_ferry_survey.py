"""The bundled ferry survey is a true Kobo pair, keeps its own form, and its answers hang together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import timedelta
from fnmatch import fnmatch
from pathlib import Path
from statistics import correlation, fmean

import pytest
import yaml

from mcode_pipelines.survey import TabulationPlan
from mcode_pipelines_tests.examples.conftest import csv_records

OPEN = ("E1", "E2", "E3", "E4", "E5")
DETAILS_ONLY = "S20"
SUMMARY_ONLY = "S21"

Row = dict[str, object]


def normalised(text: object) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", str(text).lower()).split())


def share(rows: list[Row], condition: object) -> float:
    return sum(map(condition, rows)) / len(rows)


def mean(rows: list[Row], column: str) -> float:
    return fmean(float(row[column]) for row in rows if row[column] is not None)


def where(rows: list[Row], **codes: str) -> list[Row]:
    return [row for row in rows if all(row[column] == code for column, code in codes.items())]


def columns_of(question: Row, choices: dict[str, list[str]]) -> list[str]:
    name, kind = str(question["name"]), str(question["type"])
    if not kind.startswith("select_multiple"):
        return [name]
    single = [f"{name}/{code}" for code in choices[kind.split()[1]]]
    return single if name == DETAILS_ONLY else [name] if name == SUMMARY_ONLY else [name, *single]


def asked_questions(form: list[Row]) -> list[tuple[Row, list[str]]]:
    """Questions of the form with every condition that stands over them, their own and their groups'."""
    over: list[str] = []
    questions = []
    for row in form:
        if row["type"] == "begin_group":
            over.append(str(row["relevant"] or ""))
        elif row["type"] == "end_group":
            over.pop()
        elif row["type"] != "note":
            questions.append((row, [c for c in (*over, str(row["relevant"] or "")) if c]))
    return questions


def answer(row: Row, name: str) -> str:
    if name == DETAILS_ONLY:
        return " ".join(c.split("/")[1] for c, value in row.items() if c.startswith(f"{name}/") and value == 1)
    return "" if row[name] is None else str(row[name])


def is_true(condition: str, row: Row) -> bool:
    """The conditions this form uses, read one clause at a time."""
    if " and " in condition:
        return all(is_true(part, row) for part in condition.split(" and "))
    if " or " in condition:
        return any(is_true(part, row) for part in condition.split(" or "))
    if found := re.fullmatch(r"selected\(\$\{(\w+)\}, '(\d+)'\)", condition):
        return found[2] in answer(row, found[1]).split()
    found = re.fullmatch(r"\$\{(\w+)\} (=|!=|<) '?(\d+)'?", condition)
    assert found, f"a condition this test does not know: {condition}"
    given = answer(row, found[1])
    if found[2] == "<":
        return given != "" and int(given) < int(found[3])
    return (given == found[3]) is (found[2] == "=")


@pytest.fixture(scope="module")
def codes(ferry_truth: list[dict[str, str]]) -> dict[tuple[str, str], tuple[int, ...]]:
    gathered: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in ferry_truth:
        gathered[row["respondent"], row["variable"]].append(int(row["code"]))
    return {key: tuple(found) for key, found in gathered.items()}


def test_columns_are_those_of_the_form_between_kobos_own(
    ferry_data: list[Row], ferry_form: list[Row], ferry_choices: dict[str, list[str]]
) -> None:
    expected = [column for question, _ in asked_questions(ferry_form) for column in columns_of(question, ferry_choices)]
    header = list(ferry_data[0])
    assert header[: len(expected)] == expected
    assert header[:4] == ["start", "end", "today", "deviceid"]
    assert {"_id", "_uuid", "_submission_time", "_validation_status", "__version__", "_index"} <= set(
        header[len(expected) :]
    )
    assert len(ferry_data) > 1_250


def test_answers_stand_exactly_where_the_form_asks(
    ferry_data: list[Row], ferry_form: list[Row], ferry_choices: dict[str, list[str]]
) -> None:
    for question, conditions in asked_questions(ferry_form):
        columns = columns_of(question, ferry_choices)
        for row in ferry_data:
            filled = [column for column in columns if row[column] is not None]
            if not all(is_true(condition, row) for condition in conditions):
                assert not filled, f"{question['name']} of {row['_uuid']} was not asked but is answered"
            elif question["required"] == "true":
                assert filled == columns, f"{question['name']} of {row['_uuid']} was asked and is blank"
            else:
                assert filled in ([], columns)


def test_some_but_few_leave_an_optional_question_blank(ferry_data: list[Row]) -> None:
    blank = share(ferry_data, lambda row: row["S18"] is None)
    assert 0.02 < blank < 0.09
    assert 0.01 < share(ferry_data, lambda row: row["E1"] is None) < 0.05


def test_codes_are_those_of_the_choices_sheet(
    ferry_data: list[Row], ferry_form: list[Row], ferry_choices: dict[str, list[str]]
) -> None:
    for question, _ in asked_questions(ferry_form):
        kind, name = str(question["type"]), str(question["name"])
        if kind.startswith("select_") and name != DETAILS_ONLY:
            used = {code for row in ferry_data if row[name] is not None for code in str(row[name]).split()}
            assert used <= set(ferry_choices[kind.split()[1]]), name


def test_joined_column_and_its_zero_one_columns_agree(ferry_data: list[Row]) -> None:
    for question in ("S9", "K2"):
        single = [column for column in ferry_data[0] if column.startswith(f"{question}/")]
        for row in ferry_data:
            if row[question] is None:
                assert {row[column] for column in single} == {None}
            else:
                ticked = {column.split("/")[1] for column in single if row[column] == 1}
                assert ticked == set(str(row[question]).split())
                assert {row[column] for column in single} <= {0, 1}


def test_one_multi_response_question_has_only_zero_one_columns_and_one_only_the_joined(ferry_data: list[Row]) -> None:
    header = list(ferry_data[0])
    assert DETAILS_ONLY not in header
    assert f"{DETAILS_ONLY}/1" in header
    assert SUMMARY_ONLY in header
    assert not [column for column in header if column.startswith(f"{SUMMARY_ONLY}/")]


def test_weights_average_one_and_take_few_values(ferry_data: list[Row]) -> None:
    weights = [float(row["bobot"]) for row in ferry_data]
    assert fmean(weights) == pytest.approx(1, abs=1e-4)
    assert 10 <= len(set(weights)) <= 24
    assert 0.3 < min(weights) < max(weights) < 3


def test_weights_give_the_known_share_of_each_port(ferry_data: list[Row]) -> None:
    weighted = Counter()
    for row in ferry_data:
        weighted[row["S2"]] += float(row["bobot"])
    shares = [weighted[port] / len(ferry_data) for port in "123456"]
    assert shares == pytest.approx([0.31, 0.22, 0.15, 0.12, 0.09, 0.11], abs=1e-3)


def test_ages_lie_in_their_bands(ferry_data: list[Row]) -> None:
    bands = {"1": (17, 24), "2": (25, 29), "3": (30, 34), "4": (35, 44), "5": (45, 54), "6": (55, 80)}
    assert all(bands[str(row["S15"])][0] <= int(row["S7"]) <= bands[str(row["S15"])][1] for row in ferry_data)


def test_interviews_are_numbered_in_the_order_the_server_got_them(ferry_data: list[Row]) -> None:
    assert [row["_index"] for row in ferry_data] == list(range(1, len(ferry_data) + 1))
    received = [row["_submission_time"] for row in ferry_data]
    assert received == sorted(received)
    assert len({row["_uuid"] for row in ferry_data}) == len(ferry_data)
    # Times on the tablet are seven hours ahead of the server's.
    assert all(row["start"] < row["end"] <= row["_submission_time"] + timedelta(hours=7) for row in ferry_data)


def test_phone_numbers_belong_to_nobody(ferry_data: list[Row]) -> None:
    numbers = [re.sub(r"\D", "", str(row["S5"])) for row in ferry_data if row["S5"] is not None]
    assert len(numbers) > 1_000
    assert all(number.removeprefix("62").removeprefix("0").startswith("800") for number in numbers)


def test_every_open_answer_has_true_codes_and_no_blank_has(
    ferry_data: list[Row], codes: dict[tuple[str, str], tuple[int, ...]]
) -> None:
    answered = {(str(row["_uuid"]), name) for row in ferry_data for name in OPEN if row[name] is not None}
    assert set(codes) == answered


def test_true_codes_are_of_the_frame_and_no_answer_stands_alone(
    ferry: Path, codes: dict[tuple[str, str], tuple[int, ...]]
) -> None:
    frames: dict[str, list[int]] = defaultdict(list)
    labels = {}
    for theme in csv_records(ferry / "truth" / "themes.csv"):
        frames[theme["variable"]].append(int(theme["code"]))
        labels[theme["variable"], int(theme["code"])] = theme["label"]
    for variable, frame in frames.items():
        assert frame == [*range(1, len(frame)), 99]
        assert len(frame) >= 12
        assert labels[variable, frame[-2]] == "Lainnya"
    for (_, variable), found in codes.items():
        assert set(found) <= set(frames[variable])
        assert len(set(found)) == len(found)
        assert 99 not in found or found == (99,)


def test_identical_answers_have_identical_true_codes(
    ferry_data: list[Row], codes: dict[tuple[str, str], tuple[int, ...]]
) -> None:
    for name in OPEN:
        meanings = defaultdict(set)
        for row in ferry_data:
            if row[name] is not None:
                meanings[normalised(row[name])].add(codes[str(row["_uuid"]), name])
        assert [text for text, found in meanings.items() if len(found) > 1] == []


@pytest.mark.parametrize("question", OPEN)
def test_a_fifth_or_more_of_the_answers_repeat_another(ferry_data: list[Row], question: str) -> None:
    texts = [normalised(row[question]) for row in ferry_data if row[question] is not None]
    repeated = 1 - len(set(texts)) / len(texts)
    assert 0.2 <= repeated <= 0.45


@pytest.mark.parametrize("question", OPEN)
def test_answers_are_short_and_long_and_often_say_several_things(
    ferry_data: list[Row], codes: dict[tuple[str, str], tuple[int, ...]], question: str
) -> None:
    lengths = [len(str(row[question])) for row in ferry_data if row[question] is not None]
    assert min(lengths) <= 3
    assert max(lengths) > 110
    several = [len(found) > 1 for (_, variable), found in codes.items() if variable == question]
    assert 0.15 < fmean(several) < 0.5


def test_people_write_in_different_hands(ferry_data: list[Row]) -> None:
    texts = [str(row["E2"]) for row in ferry_data if row["E2"] is not None and any(map(str.isalpha, str(row["E2"])))]
    assert 0.03 < fmean(text.isupper() for text in texts) < 0.2
    assert 0.3 < fmean(text.islower() for text in texts) < 0.8
    for short in ("tdk", "yg", "krg", "bgt", "utk", "dgn", "sdh"):
        assert any(re.search(rf"\b{short}\b", str(row[q]).lower()) for row in ferry_data for q in OPEN), short


def test_satisfaction_drives_recommendation(ferry_data: list[Row]) -> None:
    satisfied = [float(row["B2"]) for row in ferry_data]
    recommends = [float(row["C1"]) for row in ferry_data]
    assert 0.5 < correlation(satisfied, recommends) < 0.95
    assert set(recommends) == set(range(11))


def test_night_passengers_complain_of_the_toilets(
    ferry_data: list[Row], codes: dict[tuple[str, str], tuple[int, ...]]
) -> None:
    def complain(rows: list[Row]) -> float:
        return share(rows, lambda row: 1 in codes.get((str(row["_uuid"]), "E2"), ()))

    night = where(ferry_data, S12="4")
    day = [row for row in ferry_data if row["S12"] != "4"]
    assert complain(night) > 1.3 * complain(day)
    assert mean(night, "B1_15") < mean(day, "B1_15") - 0.3


def test_older_women_care_most_for_safety(ferry_data: list[Row]) -> None:
    older_women = [row for row in ferry_data if row["S6"] == "2" and int(row["S7"]) >= 45]
    others = [row for row in ferry_data if row not in older_women]
    assert mean(older_women, "A1_21") > mean(others, "A1_21") + 0.25


def test_frequent_travellers_mind_the_ticket_queue(ferry_data: list[Row]) -> None:
    by_frequency = [mean(where(ferry_data, S10=code), "B1_5") for code in "12345"]
    assert by_frequency[0] - by_frequency[4] > 0.4


def test_ports_differ(ferry_data: list[Row]) -> None:
    on_time = {port: mean(where(ferry_data, S2=port), "B1_1") for port in "123456"}
    assert min(on_time, key=on_time.__getitem__) == "4"
    assert max(on_time, key=on_time.__getitem__) == "2"
    toilets = {port: mean(where(ferry_data, S2=port), "B1_15") for port in "123456"}
    assert min(toilets, key=toilets.__getitem__) == "3"


def test_low_scores_are_explained_by_complaints(ferry_data: list[Row], ferry_truth: list[dict[str, str]]) -> None:
    score = {str(row["_uuid"]): int(row["C1"]) for row in ferry_data}
    scores = defaultdict(list)
    for code in ferry_truth:
        if code["variable"] == "E3":
            scores[code["label"]].append(score[code["respondent"]])
    for praise, complaint in (
        ("Pelayanan ramah", "Pelayanan kurang baik"),
        ("Bersih", "Kotor"),
        ("Nyaman", "Kurang nyaman"),
        ("Tepat waktu dan cepat", "Sering terlambat"),
    ):
        assert fmean(scores[praise]) > fmean(scores[complaint]) + 1.5


def test_texts_behind_other_have_a_meaning(
    ferry: Path, ferry_data: list[Row], ferry_choices: dict[str, list[str]]
) -> None:
    meant = {(row["respondent"], row["variable"]) for row in csv_records(ferry / "truth" / "other_codes.csv")}
    texts = [column for column in ferry_data[0] if column.endswith("_L")]
    assert len(texts) == 6
    assert meant == {(str(row["_uuid"]), name) for row in ferry_data for name in texts if row[name] is not None}


def test_the_plan_names_only_questions_of_the_form(ferry: Path, ferry_form: list[Row]) -> None:
    plan = TabulationPlan.model_validate(yaml.safe_load((ferry / "plan.yaml").read_text(encoding="utf-8")))
    names = {str(row["name"]) for row in ferry_form if row["type"] not in {"begin_group", "end_group", "note"}}
    assert plan.weight in names
    assert plan.banner is not None and plan.rows is not None
    for item in plan.banner:
        assert {part for part in item.path if part != "total"} <= names
    for row in plan.rows:
        assert any(fnmatch(name, row.variable) for name in names), row.variable
