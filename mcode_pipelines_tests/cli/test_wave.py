"""`mcode wave`: list, order, rename, withdraw, restore, replace."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from mcode_pipelines_tests.cli.conftest import Command
from mcode_pipelines_tests.conftest import warung_table


@pytest.fixture
def keys(mcode: Command, folders: Path) -> list[str]:
    """Two waves, and the later one delivered again."""
    found = []
    for name, people in (("Warung 2026-09", 30), ("Warung Okt 2026", 40), ("Warung Okt 2026 rev", 44)):
        folder = folders / "drops" / str(people) / name
        folder.mkdir(parents=True)
        table = warung_table(people)
        if people == 30:  # other people than in the wave that is delivered twice
            table = table.with_columns(pl.col("id_responden").str.replace("R", "S"))
        table.write_csv(folder / "data.csv")
        answer = mcode("add", folder)
        assert answer.status == 0, answer.stderr
        found.append(answer.stdout.strip())
    return found


def states(mcode: Command, *study: str) -> dict[str, tuple[str, str]]:
    """Upload to its wave and state."""
    lines = [line.split(maxsplit=5) for line in mcode("wave", "list", *study).stdout.splitlines()[1:]]
    return {key: (wave, state) for _, wave, key, _, _, state in lines}


def test_waves_are_listed_renamed_withdrawn_restored_and_replaced(mcode: Command, keys: list[str]):
    september, first, again = keys
    listed = states(mcode, "Warung")
    assert list(listed) == [september, first, again]
    assert listed[again] == ("2026-10", "stands")
    assert listed[first] == ("2026-10", f"superseded by {again}")

    assert mcode("wave", "withdraw", again).stdout.splitlines()[0] == "warung: 2026-09, 2026-10"
    assert states(mcode)[first] == ("2026-10", "stands")
    mcode("wave", "restore", again)
    assert states(mcode)[first] == ("2026-10", f"superseded by {again}")
    assert mcode("wave", "rename", again, "2026-11").stdout.splitlines()[0] == "warung: 2026-09, 2026-10, 2026-11"
    assert mcode("wave", "order", "warung", "2026-11", "2026-09").stdout.strip() == "warung: 2026-11, 2026-09, 2026-10"
    assert mcode("wave", "order", "warung").stdout.strip() == "warung: 2026-09, 2026-10, 2026-11"
    replaced = mcode("wave", "replace", september, again).stdout
    assert replaced.splitlines()[0] == "warung: 2026-10, 2026-11"
    assert f"takes the place of {september}" in replaced
    assert f"menggantikan {september}" in replaced


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("list", "warng"), "there is no study 'warng'; there are warung"),
        (("withdraw", "warung-x"), "warung"),
        (("order", "warung", "2026-12"), "has no wave '2026-12'; there are 2026-09, 2026-10"),
    ],
)
def test_what_is_not_there_is_told(mcode: Command, keys: list[str], words: tuple[str, ...], told: str):
    assert told in mcode("wave", *words).sentence
