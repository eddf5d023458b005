"""The committed surveys are what the generator makes, and its parts do what they say."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from survey_maker.draws import Draws
from survey_maker.questionnaire import holds
from survey_maker.verbatims import expand

from mcode_pipelines_tests.examples.conftest import EXAMPLES


@pytest.fixture(scope="module")
def made_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made_again")
    subprocess.run([sys.executable, str(EXAMPLES / "generate.py"), str(folder)], check=True, timeout=120)
    return folder


def contents(path: Path) -> bytes | list[tuple[str, tuple[int, ...], bytes]]:
    """A file's bytes; of a workbook the bytes of its parts, since how they are packed is zlib's affair."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as parts:
        return [(part.filename, part.date_time, parts.read(part)) for part in parts.infolist()]


def test_the_generator_makes_the_committed_files(made_again: Path) -> None:
    made = sorted(path.relative_to(made_again) for path in made_again.rglob("*") if path.is_file())
    assert {"data.xlsx", "form.xlsx", "visitors.csv", "true_codes.csv"} <= {path.name for path in made}
    for path in made:
        same = contents(made_again / path) == contents(EXAMPLES / path)
        assert same, f"examples/{path} is not what `python examples/generate.py` makes: run it and commit the files"


def test_the_export_stays_small() -> None:
    assert (EXAMPLES / "ferry_satisfaction" / "data.xlsx").stat().st_size < 2_000_000


def test_draws_of_one_key_repeat_and_of_another_differ() -> None:
    def ten(*key: str | int) -> list[float]:
        draws = Draws(*key)
        return [draws.uniform() for _ in range(10)]

    assert ten("survey", 1) == ten("survey", 1)
    assert ten("survey", 1) != ten("survey", 2)


def test_weighted_draws_follow_their_weights() -> None:
    draws = Draws("weights")
    drawn = Counter(draws.weighted({"often": 3.0, "seldom": 1.0, "never": 0.0}) for _ in range(4_000))
    assert drawn["never"] == 0
    # 3,000 expected, with a standard deviation of 27.
    assert 2_890 < drawn["often"] < 3_110


@given(st.lists(st.sampled_from("abcdefg"), min_size=1, unique=True), st.integers(1, 9), st.integers(0, 10_000))
def test_several_draws_never_repeat_an_item(items: list[str], number: int, seed: int) -> None:
    drawn = Draws(seed).several(dict.fromkeys(items, 1.0), number)
    assert len(drawn) == len(set(drawn)) == min(number, len(items))


@given(st.integers(0, 10_000))
def test_a_pattern_gives_one_of_its_readings(seed: int) -> None:
    readings = {"toiletnya kotor", "toiletnya bau sekali", "wc kotor", "wc bau sekali"}
    assert expand("(toiletnya|wc) (kotor|bau (sekali))", Draws(seed)) in readings


@pytest.mark.parametrize(
    ("relevant", "answers", "expected"),
    [
        ("${S16} = '96'", {"S16": "96"}, True),
        ("${S16} = '96'", {}, False),
        ("${S13} != '1'", {"S13": "2"}, True),
        ("${S22} = '2' or ${S22} = '3'", {"S22": "3"}, True),
        ("${S1} = '1' and ${S3} != '5'", {"S1": "1", "S3": "5"}, False),
        ("${B2} < 6", {"B2": "5"}, True),
        ("${B2} < 6", {"B2": "6"}, False),
        ("${B2} < 6", {}, False),
        ("selected(${S9}, '96')", {"S9": ["1", "96"]}, True),
        ("selected(${S9}, '96')", {"S9": ["1", "9"]}, False),
        ("selected(${S9}, '96')", {}, False),
    ],
)
def test_a_condition_of_the_form_is_read_as_xlsform_means_it(
    relevant: str, answers: dict[str, object], expected: bool
) -> None:
    assert holds(relevant, answers) is expected
