"""The passengers of the ferry survey: who they are, how they travel, and what they think of each side of the service.

Every relation between answers that the tables show is written down here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_maker.draws import Draws

Code = str

PORTS: Mapping[Code, float] = {"1": 0.26, "2": 0.20, "3": 0.18, "4": 0.14, "5": 0.12, "6": 0.10}
AGE_BANDS: Mapping[Code, tuple[int, int]] = {
    "1": (17, 24),
    "2": (25, 29),
    "3": (30, 34),
    "4": (35, 44),
    "5": (45, 54),
    "6": (55, 76),
}

# How much better (+) or worse (-) a side of the service is at a port, in deviations of opinion.
PORT_EFFECTS: Mapping[Code, Mapping[str, float]] = {
    "1": {"antre": -0.35, "kendaraan": -0.55, "informasi": 0.25, "sinyal": 0.3, "tiket": 0.2},
    "2": {"jadwal": 0.35, "terminal": 0.3},
    "3": {"toilet": -0.6, "terminal": -0.45, "petugas": 0.35, "kebersihan": -0.2},
    "4": {"jadwal": -0.65, "informasi": -0.5, "antre": 0.3},
    "5": {"toilet": 0.5, "kebersihan": 0.45, "nyaman": 0.3, "harga": -0.25},
    "6": {"harga": 0.4, "petugas": 0.3, "sinyal": -0.7, "keselamatan": -0.4, "tiket": -0.4},
}
SIDES = (
    "jadwal",
    "tiket",
    "antre",
    "kendaraan",
    "harga",
    "terminal",
    "informasi",
    "toilet",
    "kebersihan",
    "nyaman",
    "keselamatan",
    "petugas",
    "kantin",
    "sinyal",
)

# How much a side counts in the overall opinion.
SIDE_WEIGHTS: Mapping[str, float] = {
    "jadwal": 0.26,
    "tiket": 0.08,
    "antre": 0.10,
    "kendaraan": 0.04,
    "harga": 0.12,
    "terminal": 0.05,
    "informasi": 0.05,
    "toilet": 0.15,
    "kebersihan": 0.12,
    "nyaman": 0.14,
    "keselamatan": 0.08,
    "petugas": 0.18,
    "kantin": 0.03,
    "sinyal": 0.03,
}


@dataclass(frozen=True)
class Passenger:
    """One respondent: facts as codes of the questionnaire, opinions in deviations from the usual."""

    port: Code
    woman: bool
    age: int
    age_band: Code
    occupation: Code
    education: Code
    spending: Code
    city: Code
    purpose: Code
    frequency: Code
    ticket_class: Code
    departure: Code
    boarding: Code
    queue_minutes: int
    channel: Code
    opinions: Mapping[str, float]
    """Side of the service (and `keseluruhan`, all in all) to opinion; 0 is usual, 1 a deviation better."""
    concerns: Mapping[str, float]
    """Side of the service to how much more (or less) than usual it matters to this person."""
    overall: float

    @property
    def at_night(self) -> bool:
        """Whether the ferry left between 19:00 and 05:00."""
        return self.departure == "4"

    @property
    def by_vehicle(self) -> bool:
        """Whether the passenger came on board with a vehicle."""
        return self.boarding != "1"


def a_passenger(draws: Draws) -> Passenger:
    """Draw one passenger."""
    port = draws.weighted(PORTS)
    woman = draws.chance(0.44)
    age_band = draws.weighted({"1": 0.2, "2": 0.17, "3": 0.16, "4": 0.23, "5": 0.15, "6": 0.09})
    age = draws.whole(*AGE_BANDS[age_band])
    occupation = _occupation(draws, woman, age)
    education = _education(draws, occupation, age)
    spending = _spending(draws, occupation, education)
    purpose = _purpose(draws, occupation)
    frequency = _frequency(draws, occupation, purpose)
    boarding = _boarding(draws, occupation, woman)
    richness = 3 - int(spending)
    ticket_class = draws.weighted(
        {"1": 0.62 - 0.12 * richness, "2": 0.27 + 0.03 * richness, "3": max(0.11 + 0.08 * richness, 0.02)}
    )
    departure = draws.weighted({"1": 0.31, "2": 0.21, "3": 0.2, "4": 0.28 + (0.35 if occupation == "4" else 0)})
    young = (35 - age) / 20
    app = max(0.3 + 0.16 * young + 0.04 * richness, 0.03)
    channel = draws.weighted({"1": 0.42, "2": app, "3": 0.1, "4": 0.14, "5": 0.09, "96": 0.03})
    facts = {"port": port, "departure": departure, "ticket_class": ticket_class, "frequency": frequency}
    facts |= {"channel": channel, "boarding": boarding, "occupation": occupation, "spending": spending}
    opinions = _opinions(draws, facts, age, woman)
    waited = 38 - 16 * opinions["kendaraan"] + (14 if departure == "4" else 0) + draws.normal(0, 14)
    overall = sum(SIDE_WEIGHTS[side] * opinions[side] for side in SIDES) + draws.normal(0, 0.32)
    return Passenger(
        port=port,
        woman=woman,
        age=age,
        age_band=age_band,
        occupation=occupation,
        education=education,
        spending=spending,
        city=_city(draws, port),
        purpose=purpose,
        frequency=frequency,
        ticket_class=ticket_class,
        departure=departure,
        boarding=boarding,
        queue_minutes=_as_people_say_minutes(waited, draws),
        channel=channel,
        opinions=opinions | {"keseluruhan": 1.6 * overall},
        concerns=_concerns(draws, facts, age, woman, purpose),
        overall=overall,
    )


def _occupation(draws: Draws, woman: bool, age: int) -> Code:
    weights = {"1": 0.10, "2": 0.24, "3": 0.2, "5": 0.12, "96": 0.035}
    weights["4"] = 0.002 if woman else 0.13
    weights["6"] = 0.45 if age <= 22 else (0.12 if age <= 24 else 0.0)
    weights["7"] = 0.28 if woman and age >= 20 else 0.0
    weights["8"] = 0.45 if age >= 57 else 0.0
    if age <= 21:
        weights["1"] = 0.01
    return draws.weighted(weights)


def _education(draws: Draws, occupation: Code, age: int) -> Code:
    level = {"1": 4.4, "2": 3.8, "3": 3.2, "4": 2.5, "5": 2.0, "6": 3.2, "7": 2.8, "8": 3.3}.get(occupation, 3.2)
    drawn = round(draws.normal(level + (0.2 if age < 35 else -0.2), 0.75))
    lowest = 3 if occupation == "1" else 1
    return str(min(max(drawn, lowest), 4 if age < 21 else 5))


def _spending(draws: Draws, occupation: Code, education: Code) -> Code:
    level = 3.3 - 0.45 * (int(education) - 3) + {"1": -0.4, "2": -0.2, "4": 0.2, "5": 0.7}.get(occupation, 0.0)
    return str(min(max(round(draws.normal(level, 0.85)), 1), 5))


def _purpose(draws: Draws, occupation: Code) -> Code:
    weights = {"1": 0.16, "2": 0.38, "3": 0.24, "4": 0.06, "5": 0.01, "6": 0.04, "96": 0.03}
    changes = {
        "1": {"1": 0.45},
        "2": {"1": 0.3},
        "3": {"4": 0.34},
        "4": {"4": 1.2, "1": 0.6, "3": 0.02},
        "5": {"4": 0.2, "3": 0.1},
        "6": {"5": 0.5, "1": 0.02, "4": 0.0},
        "7": {"1": 0.02, "2": 0.55},
        "8": {"1": 0.0, "2": 0.55, "6": 0.12},
    }
    return draws.weighted(weights | changes.get(occupation, {}))


def _frequency(draws: Draws, occupation: Code, purpose: Code) -> Code:
    level = 2.3 + {"1": 0.6, "4": 1.4, "3": -0.7, "5": 0.4}.get(purpose, 0.0) + (0.9 if occupation == "4" else 0.0)
    return str(min(max(round(draws.normal(level, 0.85)), 1), 5))


def _boarding(draws: Draws, occupation: Code, woman: bool) -> Code:
    if occupation == "4":
        return draws.weighted({"5": 0.7, "4": 0.22, "3": 0.06, "1": 0.02})
    weights = {"1": 0.36, "2": 0.27, "3": 0.2, "4": 0.14, "5": 0.03}
    if woman:
        weights |= {"2": 0.16, "4": 0.19, "5": 0.003}
    return draws.weighted(weights)


def _city(draws: Draws, port: Code) -> Code:
    near = {"1": "7", "2": "3", "3": "6", "4": "4", "5": "5", "6": "2"}[port]
    return draws.weighted(
        {"1": 0.17, "2": 0.1, "3": 0.07, "4": 0.07, "5": 0.05, "6": 0.05, "7": 0.04, "96": 0.16, near: 0.42}
    )


def _opinions(draws: Draws, facts: Mapping[str, Code], age: int, woman: bool) -> dict[str, float]:
    disposition = draws.normal(0, 0.62)
    opinions = {side: disposition + PORT_EFFECTS[facts["port"]].get(side, 0.0) + draws.normal(0, 0.7) for side in SIDES}

    def change(side: str, by: float) -> None:
        opinions[side] += by

    if facts["departure"] == "4":
        change("toilet", -0.75)
        change("petugas", -0.2)
        change("kantin", -0.2)
        change("terminal", -0.15)
    if facts["departure"] == "1":
        change("jadwal", 0.2)
    comfort = {"1": -0.25, "2": 0.2, "3": 0.7}[facts["ticket_class"]]
    for side in ("nyaman", "kebersihan", "toilet"):
        change(side, comfort)
    change("harga", {"1": 0.1, "2": 0.0, "3": -0.25}[facts["ticket_class"]] + 0.1 * (3 - int(facts["spending"])))
    often = int(facts["frequency"]) - 2.5
    change("antre", -0.22 * often)
    change("tiket", -0.12 * often)
    change("petugas", 0.08 * often)
    if facts["channel"] in {"2", "3"}:
        change("antre", 0.4)
        change("tiket", 0.35)
    if facts["occupation"] == "4":
        change("kendaraan", -0.7)
        change("kantin", -0.2)
    if facts["boarding"] == "2":
        change("kendaraan", 0.2)
    if age < 30:
        change("sinyal", -0.35)
    if age >= 45:
        change("petugas", 0.25)
        change("tiket", -0.25)
    if woman:
        change("toilet", -0.3)
        change("nyaman", -0.1)
    return opinions


def _concerns(draws: Draws, facts: Mapping[str, Code], age: int, woman: bool, purpose: Code) -> dict[str, float]:
    concerns = {side: draws.normal(0, 0.4) for side in SIDES}

    def change(sides: tuple[str, ...], by: float) -> None:
        for side in sides:
            concerns[side] += by

    if woman:
        change(("toilet", "kebersihan"), 0.35)
        change(("keselamatan",), 0.25 + (0.7 if age >= 45 else 0.0))
    if age < 30:
        change(("sinyal", "tiket"), 0.6)
    if age >= 55:
        change(("petugas", "nyaman"), 0.4)
        change(("sinyal", "tiket"), -0.5)
    if facts["boarding"] == "1":
        change(("kendaraan",), -0.9)
    elif facts["boarding"] in {"4", "5"}:
        change(("kendaraan",), 0.6)
    if int(facts["spending"]) >= 4:
        change(("harga",), 0.5)
    if purpose in {"1", "4"}:
        change(("jadwal", "antre"), 0.4)
    if int(facts["frequency"]) >= 4:
        change(("antre",), 0.3)
    return concerns


def _as_people_say_minutes(minutes: float, draws: Draws) -> int:
    """Minutes as people estimate them: mostly in fives, long waits in quarters of an hour."""
    step = 15 if minutes > 60 else draws.weighted({5: 0.75, 10: 0.2, 1: 0.05})
    return max(step, round(minutes / step) * step) if minutes > 0 else draws.whole(0, 5)
