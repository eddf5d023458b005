"""The weight of the ferry survey: raked to known totals of port, sex and age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey_maker.ferry.passengers import Passenger

TARGETS: Mapping[str, Mapping[str, float]] = {
    "port": {"1": 0.31, "2": 0.22, "3": 0.15, "4": 0.12, "5": 0.09, "6": 0.11},
    "sex": {"man": 0.53, "woman": 0.47},
    "age": {"17-34": 0.47, "35+": 0.53},
}


def raked_weights(passengers: Sequence[Passenger]) -> list[float]:
    """One weight a passenger, to four decimals, with a mean of 1; at most 24 different values."""
    cells = [
        {
            "port": passenger.port,
            "sex": "woman" if passenger.woman else "man",
            "age": "17-34" if passenger.age < 35 else "35+",
        }
        for passenger in passengers
    ]
    weights = [1.0] * len(cells)
    for _ in range(50):
        for margin, shares in TARGETS.items():
            held = dict.fromkeys(shares, 0.0)
            for cell, weight in zip(cells, weights, strict=True):
                held[cell[margin]] += weight
            weights = [
                weight * shares[cell[margin]] * len(cells) / held[cell[margin]]
                for cell, weight in zip(cells, weights, strict=True)
            ]
    return [round(weight, 4) for weight in weights]
