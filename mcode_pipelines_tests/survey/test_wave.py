"""The order of waves that are named in different ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mcode_pipelines.survey import Placed, in_order, parse_wave


def placed(*labels: str | None, order: dict[str, int] | None = None) -> list[Placed]:
    """Waves in the order in which they came; those without a label are called by their number."""
    start = datetime(2026, 11, 1, tzinfo=UTC)
    return [
        Placed(
            label or f"nameless {at}",
            parse_wave(label) if label else None,
            start + timedelta(hours=at),
            (order or {}).get(label or ""),
        )
        for at, label in enumerate(labels)
    ]


@pytest.mark.parametrize(
    ("came", "order"),
    [
        # What overlaps stands by its end; of two that end together the shorter first.
        (("2026-Q3", "2026-10", "2026-09", "2026-07"), ["2026-07", "2026-09", "2026-Q3", "2026-10"]),
        (("November 2026", "September 2026"), ["September 2026", "November 2026"]),
        (("W1 2026", "W12 2025"), ["W12 2025", "W1 2026"]),
        (("2026", "2026-W53", "2026-12-31"), ["2026-12-31", "2026", "2026-W53"]),
        # Without a year they keep their order; beside waves with one they are of the newest year.
        (("M12", "M1", "M9"), ["M1", "M9", "M12"]),
        (("M9", "2026-08", "2026-10"), ["2026-08", "M9", "2026-10"]),
        # Numbered waves behind the smaller numbers that have a date.
        (("3", "W1 2026-01", "W4 2026-09", "2"), ["W1 2026-01", "2", "3", "W4 2026-09"]),
        # Numbers say nothing of dates alone: then what came earlier is earlier.
        (("2026-05", "3", "2026-11"), ["2026-05", "3", "2026-11"]),
        (("2026-05", None, "2026-11"), ["2026-05", "nameless 1", "2026-11"]),
        ((None, None), ["nameless 0", "nameless 1"]),
    ],
)
def test_waves_are_put_in_order(came: tuple[str | None, ...], order: list[str]) -> None:
    assert in_order(placed(*came)) == order


def test_an_order_that_a_person_gave_holds_and_what_came_since_stands_behind_what_it_follows() -> None:
    waves = placed("2026-07", "2026-08", "2026-09", "2026-10", order={"2026-09": 1, "2026-07": 2})
    assert in_order(waves) == ["2026-09", "2026-07", "2026-08", "2026-10"]


@pytest.mark.parametrize("text", ["Jawa", "Pelacak Kopi 2026", "", "13-2026 x", "Q5"])
def test_what_is_no_wave_is_none(text: str) -> None:
    assert parse_wave(text) is None


@pytest.mark.parametrize(
    "same",
    [
        ("2026-10", "Okt 26", "Oktober 2026", "202610", "10-2026", "Oct'26", "bulan 10 tahun 2026", "1026"),
        ("3", "Gelombang III", "wave three", "gel. 3", "W3", "third wave", "gelombang ke-3"),
        ("2026-W41", "2026W41", "wk41 2026", "minggu ke-41 2026", "W41'26"),
        ("2026-H1", "H1 2026", "semester 1 2026", "1H26", "first half 2026"),
    ],
)
def test_writings_of_one_wave(same: tuple[str, ...]) -> None:
    assert {wave.printed if (wave := parse_wave(text)) else text for text in same} == {same[0]}
