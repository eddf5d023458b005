"""Which respondents of different waves are the same people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from mcode_pipelines.survey.codebook import Codebook, Kind, Variable
from mcode_pipelines.survey.raw_survey import RawSurvey
from mcode_pipelines.tabulation.arrays import IntArray
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.questions import Question
from mcode_pipelines.tabulation.respondents.answers import Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.respondents.respondents import Respondents

_FEWEST = 0.1
"""Of the smaller wave: fewer people in both make no difference to a test."""
_ONCE = 0.95
"""Of the ids of a wave: where more stand twice, they are no ids of respondents."""
_AGREE = 0.5
"""How far above chance (0) towards always (1) the characteristics of the same people agree."""
_OF_PEOPLE = re.compile(
    r"panel|member|anggota|phone|telp|telepon|telefon|ponsel|handphone|whatsapp|e-?mail|surel|customer|pelanggan|nasabah"
    r"|(?:^|[^a-z])(?:hp|wa|nik|msisdn)(?:[^a-z]|$)",
    re.IGNORECASE,
)
_LIKE_A_PERSONS = r"^(\+?\d{9,15}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{17,}|[^@\s]+@[^@\s]+\.[^@\s]+)$"


@dataclass(frozen=True)
class Panel:
    """The people who answer in more than one wave."""

    first: IntArray
    """Respondents among those of all waves, each with one of `second`, who is the same person in a later wave."""
    second: IntArray
    name: str = ""
    """The variable they are known by."""
    found: tuple[tuple[str, str, int], ...] = ()
    """Two waves and how many answered in both."""
    unsure: tuple[str, str, str, int] | None = None
    """A variable, two waves and how many of its values stand in both, though nothing says that they are people."""


NO_PANEL = Panel(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class PanelWave:
    """What a wave has to know its people by."""

    label: str
    raw: RawSurvey
    codebook: Codebook
    respondents: Respondents
    characteristics: tuple[Question | None, ...]
    """The same questions in every wave; None where a wave did not ask one."""


def find_panel(waves: Sequence[PanelWave], wish: str) -> Panel:
    """The people who answer in several of these waves, oldest first.

    A plan's own variable is believed. Else the respondent's id and identifiers of one name are tried: of two waves they
    name people where they stand once in each, for a tenth of the smaller wave in both, and the characteristics of those
    (sex, age ...) agree well above chance; where there are none that both waves asked, where the name or the values
    are such as people have for themselves (a panel number, a telephone).

    `wish` is auto, off, or a variable. Raises PlanError for a variable that the newest wave does not have.
    """
    if wish == "off":
        return NO_PANEL
    if wish != "auto":
        if _column(waves[-1], wish) is None:
            raise PlanError(
                f"panel: there is no variable {wish!r} in this survey; name the one that holds the people's numbers",
                f"panel: tidak ada variabel {wish!r} dalam survei ini; sebutkan yang berisi nomor orangnya",
                unknown=wish,
            )
        return _by(waves, wish, [_column(wave, wish) for wave in waves], believed=True)
    best = NO_PANEL
    for name, columns in _candidates(waves):
        found = _by(waves, name, columns, believed=False)
        if len(found.first) > len(best.first) or (found.unsure and not best.unsure and not len(best.first)):
            best = found
    return best


def _candidates(waves: Sequence[PanelWave]) -> list[tuple[str, list[str | None]]]:
    newest = waves[-1].codebook
    own = newest.respondent_column
    found: list[tuple[str, list[str | None]]] = []
    if own is not None:
        found.append((own, [wave.codebook.respondent_column for wave in waves]))
    for variable in newest:
        if len(variable.columns) == 1 and (variable.kind == Kind.IDENTIFIER or _names_people(variable)):
            found.append((variable.name, [_column(wave, variable.name) for wave in waves]))
    return found


def _names_people(variable: Variable) -> bool:
    kinds = {Kind.IDENTIFIER, Kind.METADATA, Kind.NUMERIC, Kind.OPEN_ENDED}
    return (variable.personal or variable.kind in kinds) and bool(_OF_PEOPLE.search(variable.name))


def _column(wave: PanelWave, name: str) -> str | None:
    variable = next((v for v in wave.codebook if v.name == name), None)
    column = variable.columns[0] if variable is not None and variable.columns else name
    return column if column in wave.raw.data.collect_schema() else None


def _by(waves: Sequence[PanelWave], name: str, columns: Sequence[str | None], *, believed: bool) -> Panel:
    """The people known by one column of each wave."""
    starts = np.cumsum([0, *(wave.respondents.count for wave in waves)])
    known = [_ids(w, c) if c is not None else None for w, c in zip(waves, columns, strict=True)]
    first, second = [NO_PANEL.first], [NO_PANEL.second]
    found: list[tuple[str, str, int]] = []
    unsure: tuple[str, str, str, int] | None = None
    for a, b in combinations(range(len(waves)), 2):
        one, two = known[a], known[b]
        if one is None or two is None:
            continue
        same = one.join(two, on="id", suffix="_later")
        smaller = min(waves[a].respondents.count, waves[b].respondents.count)
        if not same.height or (not believed and same.height < _FEWEST * smaller):
            continue
        i, j = same["at"].to_numpy(), same["at_later"].to_numpy()
        if not believed:
            people = _are_people(waves[a], waves[b], i, j)
            if people is None:
                like = same["id"].str.contains(_LIKE_A_PERSONS).sum() >= _ONCE * same.height
                people = like or bool(_OF_PEOPLE.search(name))
                unsure = unsure or (None if people else (name, waves[a].label, waves[b].label, same.height))
            if not people:
                continue
        first.append(i + starts[a])
        second.append(j + starts[b])
        found.append((waves[a].label, waves[b].label, same.height))
    return Panel(np.concatenate(first), np.concatenate(second), name, tuple(found), None if found else unsure)


def _ids(wave: PanelWave, column: str) -> pl.DataFrame | None:
    """`id` and `at`, the place of the respondent, of ids that stand once; None where many stand twice."""
    plain = pl.col(column).cast(pl.String).str.strip_chars().str.to_lowercase().str.replace(r"\.0+$", "")
    digits = plain.str.replace_all(r"[\s().-]", "").str.replace(r"^(\+?62|0)(8\d{7,})$", "$2")
    telephone = digits.str.contains(r"^\+?\d{9,15}$")
    ids = wave.raw.data.select(pl.when(telephone).then(digits).otherwise(plain).alias("id")).collect()
    ids = ids.with_columns(at=pl.int_range(pl.len(), dtype=pl.Int64)).filter(pl.col("id").fill_null("") != "")
    once = ids.filter(pl.col("id").is_unique())
    return once if once.height and once.height >= _ONCE * ids.height else None


def _are_people(then: PanelWave, now: PanelWave, i: IntArray, j: IntArray) -> bool | None:
    """Whether the characteristics of respondents agree, well above chance; None where there are none to compare."""
    seen = chance = of = 0.0
    for one, two in zip(then.characteristics, now.characteristics, strict=True):
        if one is None or two is None:
            continue
        before, after = _values(then, one), _values(now, two)
        if before is None or after is None:
            continue
        x, y = before.gather(i), after.gather(j)
        both = (x.is_not_null() & y.is_not_null()).to_numpy()
        if not both.any():
            continue
        x, y = x.filter(both), y.filter(both)
        agree, by_chance = _agreement(x, y)
        seen, chance = seen + agree, chance + by_chance
        of += 1
    return None if of - chance < _FEWEST else (seen - chance) / (of - chance) >= _AGREE


def _agreement(x: pl.Series, y: pl.Series) -> tuple[float, float]:
    """How often two answers are the same, and how often by chance; a number may be 1 away, as ages are."""
    if x.dtype.is_numeric() != y.dtype.is_numeric():
        return 0.0, 0.0
    if x.dtype.is_numeric():
        one, two = x.to_numpy(), np.sort(y.to_numpy())
        near = np.searchsorted(two, one + 1, side="right") - np.searchsorted(two, one - 1, side="left")
        return float((np.abs(one - y.to_numpy()) <= 1).mean()), float(near.mean()) / len(two)
    shares = [{value: n / len(s) for value, n in s.value_counts().iter_rows()} for s in (x, y)]
    by_chance = sum(share * shares[1].get(value, 0.0) for value, share in shares[0].items())
    return float((x == y).sum()) / len(x), by_chance


def _values(wave: PanelWave, question: Question) -> pl.Series | None:
    """The answers as numbers or text; None where they cannot be read, or several are possible."""
    try:
        answers: Answers = wave.respondents.answers(question)
    except PlanError:
        return None
    if isinstance(answers, NumericAnswers):
        return pl.Series(answers.values).fill_nan(None)
    if not isinstance(answers, CodedAnswers) or answers.overlapping or not answers.choices:
        return None
    labels = pl.Series([choice.label.strip().casefold() for choice in answers.choices], dtype=pl.String)
    places = np.append(answers.members.argmax(axis=1), -1)[answers.patterns]
    at = pl.Series(places)
    return labels.gather(at.set(at < 0, None))
