"""What each passenger answers, and what the tablet notes around it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from survey_maker import verbatims
from survey_maker.draws import Draws
from survey_maker.ferry.passengers import Passenger
from survey_maker.questionnaire import Answers, Questionnaire
from survey_maker.verbatims import NO_ANSWER, Hand, OpenQuestion, Theme, Writing

OPEN_QUESTIONS = ("E1", "E2", "E3", "E4", "E5")

# How strongly an opinion drives what is said of it: praise of what is good, complaint of what is bad.
_PRAISE, _COMPLAINT, _CONCERN = 0.85, -0.95, 0.5


@dataclass(frozen=True)
class Phrases:
    """Everything the passengers can write."""

    writing: Writing
    questions: Mapping[str, OpenQuestion]
    others: Mapping[str, list[Mapping[str, Any]]]
    """Question with an "other" choice to the texts behind it, each with the printed code it means, if any."""
    people: Mapping[str, list[str]]


def read_phrases(folder: Path) -> Phrases:
    """The phrases in a folder of YAML files."""
    return Phrases(
        writing=verbatims.read_writing(folder / "writing.yaml"),
        questions={name: verbatims.read_question(folder / f"{name}.yaml") for name in OPEN_QUESTIONS},
        others=yaml.safe_load((folder / "others.yaml").read_text(encoding="utf-8")),
        people=yaml.safe_load((folder / "people.yaml").read_text(encoding="utf-8")),
    )


@dataclass(frozen=True)
class Said:
    """What one passenger would say to every question, and the true codes of the texts."""

    answers: Answers
    codes: Mapping[str, tuple[int, ...]]
    """Open-ended question to the codes of its answer."""
    other_codes: Mapping[str, tuple[str, str]]
    """Other-specify question to the code and label that its text means."""


def say(passenger: Passenger, questionnaire: Questionnaire, phrases: Phrases, key: tuple[str | int, ...]) -> Said:
    """Everything a passenger would say, were every question asked."""
    answers = _facts(passenger, phrases, Draws(*key, "facts"))
    answers |= _batteries(passenger, questionnaire, Draws(*key, "batteries"))
    answers |= _verdict(passenger, Draws(*key, "verdict"))
    hand = verbatims.a_hand(Draws(*key, "hand"), (int(passenger.education) - 1) / 4)
    codes: dict[str, tuple[int, ...]] = {}
    for name, question in phrases.questions.items():
        answers[name], codes[name] = _open_answer(
            question, passenger, int(answers["C1"]), phrases.writing, hand, Draws(*key, name)
        )
    other_codes: dict[str, tuple[str, str]] = {}
    for name, texts in phrases.others.items():
        draws = Draws(*key, f"{name}_L")
        entry = draws.weighted({number: text.get("weight", 1.0) for number, text in enumerate(texts)})
        answers[f"{name}_L"] = hand.case(draws.pick(texts[entry]["texts"]))
        other_codes[f"{name}_L"] = (str(texts[entry]["code"]), texts[entry]["label"])
    return Said(answers, codes, other_codes)


def _facts(passenger: Passenger, phrases: Phrases, draws: Draws) -> Answers:
    return {
        "S1": "1",
        "S2": passenger.port,
        "S3": draws.weighted({"1": 0.74, "2": 0.16, "3": 0.07, "4": 0.03}),
        "S4": _name(passenger, phrases, draws),
        "S5": _phone(draws),
        "S6": "2" if passenger.woman else "1",
        "S7": passenger.age,
        "S15": passenger.age_band,
        "S16": passenger.occupation,
        "S17": passenger.education,
        "S18": passenger.spending,
        "S19": passenger.city,
        "S8": passenger.purpose,
        "S9": _sources(passenger, draws),
        "S10": passenger.frequency,
        "S11": passenger.ticket_class,
        "S12": passenger.departure,
        "S13": passenger.boarding,
        "S14": passenger.queue_minutes,
        "S20": _facilities(passenger, draws),
        "S21": _company(passenger, draws),
        "S22": passenger.channel,
        "S23": _step(4.5 + 0.8 * passenger.opinions["tiket"] + draws.normal(0, 0.6)),
    }


def _name(passenger: Passenger, phrases: Phrases, draws: Draws) -> str:
    first = draws.pick(phrases.people["women" if passenger.woman else "men"])
    title = draws.weighted({"": 0.86, "Ibu " if passenger.woman else "Bapak ": 0.14}) if passenger.age >= 30 else ""
    family = draws.pick(phrases.people["family"])
    name = draws.weighted({f"{first} {family}": 0.66, first: 0.3, f"{first} {family[0]}": 0.04})
    return draws.weighted({f"{title}{name}": 0.8, f"{title}{name}".lower(): 0.12, f"{title}{name}".upper(): 0.08})


def _phone(draws: Draws) -> str:
    """A number of the toll-free range, which belongs to no person, in the spellings people use."""
    number = "".join(str(draws.whole(0, 9)) for _ in range(7))
    return draws.weighted(
        {
            f"08000{number}": 0.75,
            f"+628000{number}": 0.12,
            f"0800-0{number[:3]}-{number[3:]}": 0.08,
            f"0800 0{number[:3]} {number[3:]}": 0.05,
        }
    )


def _in_order(codes: list[str], draws: Draws, ordered: float) -> list[str]:
    """Codes in the order of the list for most, in the order tapped for some."""
    return sorted(codes, key=int) if draws.chance(ordered) else codes


def _sources(passenger: Passenger, draws: Draws) -> list[str]:
    online = 0.5 if passenger.age < 35 else (0.25 if passenger.age < 50 else 0.08)
    weights = {"1": 0.8 * online, "2": 0.3 * online, "3": 1.1 * online, "4": 0.42, "5": 0.3, "6": 0.12}
    weights |= {"7": 0.14, "8": 0.02 if passenger.age < 35 else 0.1, "96": 0.05}
    if passenger.channel in {"2", "3"}:
        weights["1" if passenger.channel == "2" else "2"] += 1.2
    number = draws.weighted({1: 0.42, 2: 0.32, 3: 0.17, 4: 0.07, 5: 0.02})
    return _in_order(draws.several(weights, number), draws, 0.6)


def _facilities(passenger: Passenger, draws: Draws) -> list[str]:
    young = passenger.age < 30
    use = {"1": 0.72, "2": 0.48, "3": 0.3, "4": 0.55 if passenger.at_night else 0.2}
    use |= {"5": 0.5 if young else 0.25, "6": 0.28 if young else 0.1, "7": 0.12 if 25 <= passenger.age < 45 else 0.03}
    used = [code for code, share in use.items() if draws.chance(share)]
    return used or ["8"]


def _company(passenger: Passenger, draws: Draws) -> list[str]:
    working = passenger.purpose in {"1", "4"}
    if draws.chance(0.5 if working else 0.22):
        return ["1"]
    weights = {"2": 0.1 if passenger.age < 25 else 0.55, "3": 0.03 if passenger.age < 25 else 0.45, "4": 0.3, "5": 0.4}
    weights["6"] = 0.8 if working else 0.03
    if working:
        weights |= {"2": 0.08, "3": 0.04, "4": 0.05}
    return _in_order(draws.several(weights, draws.weighted({1: 0.55, 2: 0.35, 3: 0.1})), draws, 0.75)


def _batteries(passenger: Passenger, questionnaire: Questionnaire, draws: Draws) -> Answers:
    """Importance and satisfaction of the 25 items, with each person's own way of using the scale."""
    lean, straight = draws.normal(0, 0.3), draws.chance(0.03)
    answers: Answers = {"A5": _step(5.1 + 0.3 * (int(passenger.frequency) - 2.5) + lean + draws.normal(0, 0.5))}
    for number, item in enumerate(questionnaire.items, start=1):
        importance = item.importance + 0.75 * passenger.concerns[item.side] + lean + draws.normal(0, 0.55)
        satisfaction = item.satisfaction + 0.78 * passenger.opinions[item.side] + draws.normal(0, 0.55)
        answers[f"A1_{number}"] = _step(importance)
        answers[f"B1_{number}"] = answers["B1_1"] if straight and number > 1 else _step(satisfaction)
    return answers


def _verdict(passenger: Passenger, draws: Draws) -> Answers:
    satisfied = 4.25 + 1.02 * passenger.overall + draws.normal(0, 0.3)
    recommends = 7.6 + 2.1 * passenger.overall + draws.normal(0, 0.9)
    again = 3.6 + 0.5 * passenger.overall + 0.25 * (int(passenger.frequency) - 2.5) + draws.normal(0, 0.6)
    trouble = 1 / (1 + math.exp(0.8 + 1.6 * passenger.overall))
    return {
        "B2": _step(satisfied),
        "C1": str(min(max(math.floor(recommends + 0.5), 0), 10)),
        "C2": "9" if draws.chance(0.04) else _step(again, 5),
        "K1": "1" if draws.chance(trouble) else "2",
        "K2": _problems(passenger, draws),
        "K3": "1" if draws.chance(0.28) else "2",
    }


def _problems(passenger: Passenger, draws: Draws) -> list[str]:
    sides = {"1": "jadwal", "2": "antre", "3": "toilet", "4": "nyaman", "5": "tiket", "6": "petugas", "7": "nyaman"}
    usual = {"1": 0.5, "2": 0.5, "3": 0.55, "4": 0.2, "5": 0.2, "6": 0.1, "7": 0.25}
    weights = {code: usual[code] * math.exp(-1.1 * passenger.opinions[side]) for code, side in sides.items()}
    number = draws.weighted({1: 0.5, 2: 0.35, 3: 0.15})
    return _in_order(draws.several(weights | {"8": 0.03, "96": 0.09}, number), draws, 0.7)


def _step(value: float, highest: int = 6) -> str:
    """A point of a scale from 1."""
    return str(min(max(math.floor(value + 0.5), 1), highest))


def _open_answer(
    question: OpenQuestion, passenger: Passenger, recommends: int, writing: Writing, hand: Hand, draws: Draws
) -> tuple[str, tuple[int, ...]]:
    """One open answer and its true codes."""
    silent = {"E1": 0.06, "E2": 0.11, "E3": 0.07, "E4": 0.3, "E5": 0.17}[question.variable] * (1.35 - hand.talkative)
    if draws.chance(silent):
        return verbatims.non_answer(question, hand, draws), (NO_ANSWER,)
    if draws.chance(0.035):
        return verbatims.answer(question, [question.other], writing, hand, draws), (question.other.code,)
    weights = {theme.code: _weight(theme, passenger, recommends) for theme in question.themes}
    if draws.chance(0.42 - 0.35 * hand.talkative):
        theme = question.theme_of(draws.weighted(weights))
        return verbatims.stock_phrase(theme, hand, draws), (theme.code,)
    themes = verbatims.chosen_themes(question, weights, verbatims.number_of_themes(hand, draws), draws)
    return verbatims.answer(question, themes, writing, hand, draws), tuple(sorted(theme.code for theme in themes))


def _weight(theme: Theme, passenger: Passenger, recommends: int) -> float:
    """How likely a passenger is to say this, from what they think, what matters to them and the score they gave."""
    weight = theme.weight
    if theme.side is not None:
        opinion = _PRAISE if theme.tone > 0 else _COMPLAINT if theme.tone < 0 else 0.0
        thinks, minds = passenger.opinions[theme.side], passenger.concerns.get(theme.side, 0.0)
        weight *= math.exp(opinion * thinks + _CONCERN * minds)
    if theme.side == "kendaraan" and not passenger.by_vehicle:
        weight *= 0.12
    if theme.follows_score:
        weight *= math.exp(theme.tone * 0.75 * (recommends - 7))
    return weight


@dataclass(frozen=True)
class Fieldwork:
    """Interviewers, tablets and days: what stands before and after the answers."""

    first_day: datetime = datetime(2026, 9, 7)
    days: int = 19
    interviewers_a_port: int = 4
    first_id: int = 418_203_611
    versions: tuple[str, str] = ("vQm7ZtK2bWfRx4LsNd9HuA", "vB3kYpE8cJrTn6XwGq5MzD")

    def around(self, passenger: Passenger, key: tuple[str | int, ...]) -> Answers:
        """The interview's metadata cells by column name."""
        draws = Draws(*key, "fieldwork")
        interviewer = (int(passenger.port) - 1) * self.interviewers_a_port + draws.whole(1, self.interviewers_a_port)
        hour = {"1": (5, 10), "2": (11, 14), "3": (15, 18), "4": (19, 23)}[passenger.departure]
        day = self.first_day + timedelta(days=draws.whole(0, self.days - 1))
        start = day.replace(hour=draws.whole(*hour), minute=draws.whole(0, 59), second=draws.whole(0, 59))
        end = start + timedelta(seconds=round(min(max(draws.normal(1_180, 320), 540), 3_600)))
        uuid = draws.uuid()
        tablet = Draws("tablet", interviewer).uuid().replace("-", "")[:16]
        return {
            "start": start,
            "end": end,
            "today": start.date(),
            "deviceid": f"collect:{tablet}",
            "_uuid": uuid,
            "_submission_time": end - timedelta(hours=7) + timedelta(seconds=draws.whole(20, 9_000)),
            "_validation_status": "validation_status_approved" if draws.chance(0.22) else None,
            "_status": "submitted_via_web",
            "_submitted_by": f"pewawancara{interviewer:02d}",
            "__version__": self.versions[int(start >= self.first_day + timedelta(days=4))],
            "meta/rootUuid": f"uuid:{uuid}",
        }
