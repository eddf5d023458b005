"""The bundled café survey: what makes it hard to detect is in it, and its truth fits."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from statistics import fmean

from survey_maker.cafe.study import AGREE, ORDERED

LIKED = "What did you like most about your visit?"
BETTER = "What one thing could we do better?"
TICKED = "What did you have today? Tick all that apply"

Row = dict[str, str]


def statement(text: str) -> str:
    return f"How far do you agree or disagree? [{text}]"


def test_headers_are_the_questions(cafe_data: list[Row]) -> None:
    header = list(cafe_data[0])
    assert header[0] == "Timestamp"
    assert {LIKED, BETTER, TICKED} <= set(header)
    assert sum(column.startswith("How far do you agree") for column in header) == 7
    assert len(cafe_data) > 300


def test_rows_stand_in_the_order_of_their_timestamps(cafe_data: list[Row]) -> None:
    times = [datetime.strptime(row["Timestamp"], "%d/%m/%Y %H:%M:%S") for row in cafe_data]
    assert times == sorted(times)
    assert max(time.day for time in times) > 12


def test_ticked_answers_are_whole_choices_joined_by_commas(cafe_data: list[Row]) -> None:
    choices = "|".join(re.escape(choice) for choice in ORDERED)
    assert all(re.fullmatch(f"(?:{choices})(?:, (?:{choices}))*", row[TICKED]) for row in cafe_data)
    assert any("Cakes, pastries" in row[TICKED] for row in cafe_data)
    assert 0.3 < fmean(row[TICKED].count(", ") > 0 for row in cafe_data) < 0.9


def test_agreement_is_given_in_words(cafe_data: list[Row]) -> None:
    answers = {row[column] for row in cafe_data for column in row if column.startswith("How far")}
    assert answers == {*AGREE, ""}


def test_every_open_answer_has_true_codes_by_its_row_number(cafe_data: list[Row], cafe_truth: list[Row]) -> None:
    answered = {(str(number), q) for number, row in enumerate(cafe_data, start=1) for q in (LIKED, BETTER) if row[q]}
    assert {(row["respondent"], row["variable"]) for row in cafe_truth} == answered


def test_identical_answers_have_identical_true_codes(cafe_data: list[Row], cafe_truth: list[Row]) -> None:
    codes = defaultdict(set)
    for row in cafe_truth:
        codes[int(row["respondent"]), row["variable"]].add(row["label"])
    for question in (LIKED, BETTER):
        meanings = defaultdict(set)
        for number, row in enumerate(cafe_data, start=1):
            if row[question]:
                text = " ".join(re.sub(r"[\W_]+", " ", row[question].lower()).split())
                meanings[text].add(frozenset(codes[number, question]))
        assert [text for text, found in meanings.items() if len(found) > 1] == []
        assert len(meanings) < 0.85 * sum(bool(row[question]) for row in cafe_data)


def test_weekend_visitors_wait(cafe_data: list[Row]) -> None:
    def served_quickly(weekend: bool) -> float:
        return fmean(
            AGREE.index(row[statement("I am served quickly")])
            for row in cafe_data
            if row[statement("I am served quickly")]
            and (datetime.strptime(row["Timestamp"], "%d/%m/%Y %H:%M:%S").weekday() >= 5) is weekend
        )

    assert served_quickly(weekend=False) > served_quickly(weekend=True) + 0.3


def test_addresses_belong_to_nobody(cafe_data: list[Row]) -> None:
    addresses = [row["Email address, if you would like to enter the prize draw"] for row in cafe_data]
    given = [address for address in addresses if address]
    assert len(given) > 60
    assert all(address.endswith("@example.org") for address in given)
