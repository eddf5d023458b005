"""The café survey as files: visitors.csv with the questions as headers, and the true codes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from survey_maker import verbatims
from survey_maker.draws import Draws
from survey_maker.verbatims import NO_ANSWER, Hand, OpenQuestion, Theme, Writing

SEED = "cafe 2026"
VISITORS = 312

SIDES = ("coffee", "staff", "food", "room", "work", "price", "queue", "clean")
AGREE = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
STATEMENTS: Mapping[str, tuple[str, float]] = {
    "The coffee is good": ("coffee", 4.2),
    "The staff are friendly": ("staff", 4.3),
    "I am served quickly": ("queue", 3.4),
    "The food is fresh": ("food", 3.9),
    "It is easy to find a seat": ("room", 3.2),
    "The prices are fair": ("price", 3.3),
    "The tables and toilets are clean": ("clean", 3.8),
}
VISITS: Mapping[str, float] = {
    "First visit": 0.14,
    "Less than once a month": 0.2,
    "One to three times a month": 0.26,
    "Once or twice a week": 0.26,
    "Three times a week or more": 0.14,
}
ORDERED: Mapping[str, float] = {
    "Coffee": 1.5,
    "Tea": 0.45,
    "Cold drink": 0.35,
    "Cakes, pastries": 0.75,
    "Breakfast or brunch": 0.35,
    "Sandwich or soup": 0.4,
}
HEARD: Mapping[str, float] = {
    "Walked past": 0.36,
    "Friends or family": 0.28,
    "Social media": 0.2,
    "Search engine or map": 0.11,
    "Local paper": 0.03,
    "the poster at the gym": 0.008,
    "my landlady": 0.006,
}

Cells = dict[str, str | int | float | None]

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Visitor:
    """One respondent."""

    age: int
    gender: str
    occupation: str
    visits: str
    weekend: bool
    opinions: Mapping[str, float]
    """Side of the café (and `all`) to opinion in deviations from the usual."""
    overall: float


def write(folder: Path) -> None:
    """Write visitors.csv and truth/ into the folder; a respondent is the row number, from 1."""
    questions = [verbatims.read_question(_HERE / f"{name}.yaml") for name in ("liked", "better")]
    answered = _answered(questions, verbatims.read_writing(_HERE / "writing.yaml"))
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    pl.DataFrame([cells for cells, _ in answered], infer_schema_length=None).write_csv(folder / "visitors.csv")
    codes = [
        (row, question.variable, code, _label(question, code))
        for question in questions
        for row, (_, said) in enumerate(answered, start=1)
        for code in said[question.variable]
    ]
    columns = ["respondent", "variable", "code", "label"]
    pl.DataFrame(codes, schema=columns, orient="row").write_csv(folder / "truth" / "true_codes.csv")
    themes = [
        (question.variable, code, _label(question, code))
        for question in questions
        for code in (*range(1, question.other.code + 1), NO_ANSWER)
    ]
    pl.DataFrame(themes, schema=columns[1:], orient="row").write_csv(folder / "truth" / "themes.csv")


def _answered(questions: list[OpenQuestion], writing: Writing) -> list[tuple[Cells, dict[str, tuple[int, ...]]]]:
    """Every visitor's cells and true codes, in the order of their timestamps."""
    answered = []
    for number in range(VISITORS):
        visitor = a_visitor(Draws(SEED, number, "visitor"))
        hand = verbatims.a_hand(Draws(SEED, number, "hand"), 0.7)
        moment = _moment(visitor, Draws(SEED, number, "moment"))
        cells: Cells = {"Timestamp": moment.strftime("%d/%m/%Y %H:%M:%S")}
        cells |= _closed_answers(visitor, Draws(SEED, number, "answers"))
        said = {}
        for question in questions:
            draws = Draws(SEED, number, question.variable)
            cells[question.variable], said[question.variable] = _open_answer(question, visitor, writing, hand, draws)
        cells["Email address, if you would like to enter the prize draw"] = _email(Draws(SEED, number, "email"))
        answered.append((moment, cells, said))
    answered.sort(key=lambda visit: visit[0])
    return [(cells, said) for _, cells, said in answered]


def a_visitor(draws: Draws) -> Visitor:
    """Draw one visitor: students mind prices and wifi, weekends have queues, regulars are the most pleased."""
    occupation = draws.weighted(
        {"Working full time": 0.4, "Working part time": 0.16, "Student": 0.22, "Retired": 0.12, "Not working": 0.1}
    )
    age = {"Student": draws.whole(17, 26), "Retired": draws.whole(61, 82)}.get(occupation, draws.whole(21, 62))
    visits = draws.weighted(VISITS)
    weekend = draws.chance(0.4)
    often = list(VISITS).index(visits) - 1.8
    disposition = draws.normal(0.14 * often, 0.5)
    opinions = {side: disposition + draws.normal(0, 0.7) for side in SIDES}
    if weekend:
        opinions["queue"] -= 0.8
        opinions["room"] -= 0.6
    if occupation == "Student":
        opinions["price"] -= 0.7
        opinions["work"] -= 0.2
    if age >= 60:
        opinions["room"] -= 0.3
        opinions["staff"] += 0.4
    overall = disposition + 0.2 * sum(opinions[side] for side in ("coffee", "staff", "queue", "price"))
    return Visitor(
        age=age,
        gender=draws.weighted({"Female": 0.54, "Male": 0.42, "Other": 0.02, "Prefer not to say": 0.02}),
        occupation=occupation,
        visits=visits,
        weekend=weekend,
        opinions=opinions | {"all": overall},
        overall=overall,
    )


def _moment(visitor: Visitor, draws: Draws) -> datetime:
    """When the form was sent: in one of four weeks from Monday 28 September 2026."""
    day = datetime(2026, 9, 28) + timedelta(weeks=draws.whole(0, 3))
    day += timedelta(days=draws.whole(5, 6) if visitor.weekend else draws.whole(0, 4))
    return day.replace(hour=draws.whole(8, 17), minute=draws.whole(0, 59), second=draws.whole(0, 59))


def _closed_answers(visitor: Visitor, draws: Draws) -> Cells:
    ordered = draws.several(ORDERED, draws.weighted({1: 0.42, 2: 0.4, 3: 0.18}))
    spent = 3.4 * len(ordered) + draws.normal(1.2, 1.6)
    cells: Cells = {
        "How old are you?": None if draws.chance(0.02) else visitor.age,
        "What is your gender?": visitor.gender,
        "Which of these describes you best?": visitor.occupation,
        "How often do you visit Marlow Street Coffee?": visitor.visits,
        "How did you first hear about us?": draws.weighted(HEARD),
        "What did you have today? Tick all that apply": ", ".join(sorted(ordered, key=list(ORDERED).index)),
        "How much did you spend today, in pounds?": round(max(spent, 2.2) * 20) / 20 if draws.chance(0.93) else None,
    }
    for statement, (side, usual) in STATEMENTS.items():
        agrees = min(max(math.floor(usual + 0.8 * visitor.opinions[side] + draws.normal(0, 0.45) + 0.5), 1), 5)
        header = f"How far do you agree or disagree? [{statement}]"
        cells[header] = None if draws.chance(0.015) else AGREE[agrees - 1]
    recommends = math.floor(7.9 + 1.5 * visitor.overall + draws.normal(0, 1.0) + 0.5)
    header = (
        "How likely are you to recommend us to a friend or colleague? (0 = not at all likely, 10 = extremely likely)"
    )
    cells[header] = min(max(recommends, 0), 10)
    return cells


def _open_answer(
    question: OpenQuestion, visitor: Visitor, writing: Writing, hand: Hand, draws: Draws
) -> tuple[str | None, tuple[int, ...]]:
    if draws.chance(0.05):
        return None, ()
    if draws.chance(0.16 * (1.3 - hand.talkative)):
        return verbatims.non_answer(question, hand, draws), (NO_ANSWER,)
    if draws.chance(0.035):
        return verbatims.answer(question, [question.other], writing, hand, draws), (question.other.code,)
    weights = {theme.code: _weight(theme, visitor) for theme in question.themes}
    if draws.chance(0.42 - 0.35 * hand.talkative):
        theme = question.theme_of(draws.weighted(weights))
        return verbatims.stock_phrase(theme, hand, draws), (theme.code,)
    themes = verbatims.chosen_themes(question, weights, verbatims.number_of_themes(hand, draws), draws)
    return verbatims.answer(question, themes, writing, hand, draws), tuple(sorted(theme.code for theme in themes))


def _weight(theme: Theme, visitor: Visitor) -> float:
    if theme.side is None:
        return theme.weight
    return theme.weight * math.exp(0.9 * theme.tone * visitor.opinions[theme.side])


def _label(question: OpenQuestion, code: int) -> str:
    return "No answer" if code == NO_ANSWER else question.theme_of(code).label


def _email(draws: Draws) -> str | None:
    """An address under a domain that is reserved for examples."""
    word = draws.pick(("robin", "kestrel", "maple", "harbour", "teapot", "juniper", "pebble", "lantern"))
    return f"{word}{draws.whole(1, 999):03d}@example.org" if draws.chance(0.38) else None
