"""Weighting factors: which columns are some, and which of them the tables use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.lists import words_in
from mcode_pipelines.detection.vocabulary import words_of
from mcode_pipelines.survey import Kind, Remark, in_indonesian

_KINDS = (Kind.NUMERIC, Kind.METADATA, Kind.SINGLE_CHOICE, Kind.SCALE, Kind.IDENTIFIER)
_SOUND = 0.9
"""The least share of weights above 0: fewer and it is something else."""
_USUAL = (0.2, 5.0)
"""The mean of weights that are made to leave the size of the sample as it is."""
_HEAVIEST = 250.0
"""The mean of what may still be kilograms of people."""
_WHOLE = 0.9
_CONSTANT = 1.0001
"""The highest over the lowest weight: up to here everybody counts alike."""
_SUMS = (1.0, 100.0)


@dataclass(frozen=True)
class _Weight:
    draft: Draft
    column: Column
    mean: float
    bad: int
    """Respondents with a weight of 0 or less, or with none."""
    named: str
    """`sure`, `maybe` (kilograms, perhaps) or `file` (the file says that its cases are weighted by it)."""
    words: frozenset[str]
    whole: bool
    spread: float
    total: float

    @property
    def believed(self) -> bool:
        if self.named == "file":
            return True
        usual = _USUAL[0] <= self.mean <= _USUAL[1] or any(abs(self.total / s - 1) < 0.01 for s in _SUMS)
        if usual:
            return not self.whole
        return self.named == "sure" and (self.mean > _USUAL[1] or not self.whole)


def mark_weights(drafts: Sequence[Draft], columns: Mapping[str, Column], of_the_file: str | None) -> list[Remark]:
    """Marks the weight that the tables use, keeps the others out of them, and returns what is to be told.

    The one that the file itself is weighted by comes first (`of_the_file`), then one called final; the last one in the
    file among equals. A weight that cannot be used is named.
    """
    found = [w for d in drafts if (w := _weight(d, columns, of_the_file)) is not None]
    believed = sorted((w for w in found if w.believed), key=_rank, reverse=True)
    for weight in believed:
        weight.draft.kind, weight.draft.choices, weight.draft.listed = Kind.METADATA, [], False
        weight.draft.because(f"named a weight, {weight.mean:,.4g} on average", 0.93)
    remarks: list[Remark] = []
    if believed:
        used = believed[0]
        used.draft.kind, used.draft.weight = Kind.NUMERIC, True
        remarks += _told_of_used(used)
        remarks += [_told_of_other(w, used) for w in believed[1:]]
    remarks += [_told_of_unused(w) for w in found if not w.believed and _worth_telling(w)]
    return remarks


def _weight(draft: Draft, columns: Mapping[str, Column], of_the_file: str | None) -> _Weight | None:
    if len(draft.columns) != 1 or draft.personal:
        return None
    column = columns[draft.columns[0]]
    words = _words(draft)
    if column.name == of_the_file:
        named = "file"
    elif draft.kind not in _KINDS or draft.listed or not column.numeric:
        return None
    else:
        named = _named(words, frozenset(words_of(draft.label)))
        if not named:
            return None
    values = column.answers.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    good = values.filter(values > 0)
    if not len(good) or (named != "file" and len(good) < _SOUND * column.filled):
        return None
    return _Weight(
        draft=draft,
        column=column,
        mean=float(good.mean() or 0.0),  # type: ignore[arg-type]
        bad=len(values) - len(good),
        named=named,
        words=words,
        whole=column.whole_share >= _WHOLE,
        spread=float(good.max() or 0.0) / float(good.min() or 1.0),  # type: ignore[arg-type]
        total=float(good.sum()),
    )


def _words(draft: Draft) -> frozenset[str]:
    """The words of the name, and those at both ends of the label: questions about weight speak of it in the middle."""
    label = words_of(draft.label)
    return frozenset((*words_of(draft.name), draft.name.lower(), *label[:4], *label[-4:]))


def _named(words: frozenset[str], label: frozenset[str]) -> str:
    if (words | label) & words_in("weights", "bodies"):
        return ""
    maybe = words & words_in("weights", "maybe")
    qualified = words & words_in("weights", "kinds")
    sure = words & words_in("weights", "sure") or any(w.endswith(("wght", "wgt", "bobot")) for w in words)
    if sure or (maybe and qualified) or (words & words_in("weights", "factor") and qualified):
        return "sure"
    return "maybe" if maybe or words & words_in("weights", "factor") else ""


def _rank(weight: _Weight) -> tuple[bool, bool, bool, bool, bool, int]:
    return (
        weight.named == "file",
        weight.spread > _CONSTANT,
        bool(weight.words & words_in("weights", "final")),
        not weight.words & words_in("weights", "early"),
        weight.named == "sure",
        weight.column.position,
    )


def _worth_telling(weight: _Weight) -> bool:
    """Of something merely called a weight only what varies, or is as large, as weights are: kilograms are not."""
    return weight.named == "sure" or (not weight.whole and (weight.spread > 8 or weight.mean > _HEAVIEST))


def _told_of_used(weight: _Weight) -> list[Remark]:
    name = weight.draft.name
    told = []
    if weight.bad:
        told.append(
            Remark(
                en=f"The tables are weighted with '{name}'; {weight.bad:,} respondents whose weight is 0, negative or "
                "missing are left out of them: correct the weight, or say 'weight: null' in the plan.",
                id=f"Tabel dibobot dengan '{name}'; {in_indonesian(weight.bad)} responden dengan bobot 0, negatif "
                "atau kosong tidak masuk tabel: perbaiki bobotnya, atau tulis 'weight: null' dalam rencana.",
            )
        )
    if weight.mean > _USUAL[1]:
        setting = f"'weight: {{variable: {name}, rescale: mean_1}}'"
        told.append(
            Remark(
                en=f"The weight '{name}' counts each respondent as {weight.mean:,.0f} on average: weighted bases and "
                f"counts are projected to the population; say {setting} in the plan for bases as large as the sample.",
                id=f"Bobot '{name}' menghitung tiap responden rata-rata sebagai "
                f"{in_indonesian(weight.mean, ',.0f')}: basis dan "
                f"frekuensi terbobot diproyeksikan ke populasi; tulis {setting} dalam rencana agar basis sebesar "
                "sampel.",
            )
        )
    return told


def _told_of_other(weight: _Weight, used: _Weight) -> Remark:
    name, other = used.draft.name, weight.draft.name
    return Remark(
        en=f"'{other}' is a weight too and is not used: the tables are weighted with '{name}'; "
        f"say 'weight: {other}' in the plan to use it.",
        id=f"'{other}' juga bobot dan tidak dipakai: tabel dibobot dengan '{name}'; "
        f"tulis 'weight: {other}' dalam rencana untuk memakainya.",
    )


def _told_of_unused(weight: _Weight) -> Remark:
    name = weight.draft.name
    return Remark(
        en=f"'{name}' may be a weight and is not used ({weight.mean:,.4g} on average"
        f"{', whole numbers' if weight.whole else ''}); say 'weight: {name}' in the plan if it is one.",
        id=f"'{name}' mungkin bobot dan tidak dipakai (rata-rata {in_indonesian(weight.mean, ',.4g')}"
        f"{', bilangan bulat' if weight.whole else ''}); tulis 'weight: {name}' dalam rencana jika memang bobot.",
    )
