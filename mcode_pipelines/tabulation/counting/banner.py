"""The banner: the columns of every table, as small-integer cells of respondents and a membership matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mcode_pipelines.survey.codebook import Choice
from mcode_pipelines.survey.plan import TOTAL, TOTAL_CODE, BannerItem, Nets
from mcode_pipelines.survey.tables import BannerColumn
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray, IntArray
from mcode_pipelines.tabulation.counting.column_letters import column_letters
from mcode_pipelines.tabulation.plan.columns import BannerQuestion
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.nets import check_nets
from mcode_pipelines.tabulation.plan.questions import Question
from mcode_pipelines.tabulation.respondents.answers import (
    NOBODY,
    CodedAnswers,
    NumericAnswers,
    in_plan_order,
    membership,
    merged,
)
from mcode_pipelines.tabulation.respondents.derivation import banded
from mcode_pipelines.tabulation.respondents.respondents import Respondents

_MOST_COLUMNS = 4_000
"""Columns of one banner; Excel ends at 16,384 columns and nobody reads as many."""
_WIDEST_PACK = 16_384


@dataclass(frozen=True)
class Group:
    """One banner question: which cell each respondent is in, and which cells make up which column."""

    columns: tuple[BannerColumn, ...]
    cells: IntArray
    """(respondents,) NOBODY without an answer."""
    members: BoolArray
    """(cells, columns)"""
    parents: tuple[str, ...]
    """(columns,) the code of the column's parent in a nested banner; the same for siblings."""
    holds: tuple[frozenset[str], ...]
    """(columns,) the codes of the innermost question that the column holds."""


@dataclass(frozen=True)
class Pack:
    """Neighbouring banner questions counted in one pass over the respondents."""

    cells: IntArray
    """(respondents,) from 0; `members.shape[0]` for respondents who are not counted."""
    members: FloatArray
    """(cells, columns) 1 where the cell belongs to the column; the first column of the first pack is the total."""
    start: int
    """Place of the pack's first column among all columns, the total being 0."""


@dataclass(frozen=True)
class Banner:
    """Every column of every table; column 0 is always the total, whether shown or not."""

    columns: tuple[BannerColumn, ...]
    """The total first, then every banner column."""
    shown: IntArray
    """The columns that are shown, in the plan's order."""
    packs: tuple[Pack, ...]
    parents: tuple[tuple[int, str], ...]
    """(columns,) banner question and parent of each column: siblings are alike."""
    holds: tuple[frozenset[str], ...]
    groups: tuple[Group, ...] = ()
    one_pack: bool = False
    lost: tuple[PlanError, ...] = ()
    """Why questions that the plan wants have no columns."""
    hollow: tuple[PlanError, ...] = ()
    """Of which questions all columns are empty."""
    idle: tuple[PlanError, ...] = ()
    """Why optional questions, in which all who are counted are alike, have no columns."""

    def among(self, counted: BoolArray) -> Banner:
        """The same columns among other respondents: (respondents,) those who are `counted`."""
        return replace(self, packs=tuple(_packs(self.groups, counted, self.one_pack)))

    @cached_property
    def made_of(self) -> dict[str, BoolArray]:
        """For each question in the banner the (columns,) that are made of it, also nested."""
        found: dict[str, BoolArray] = {}
        for place, column in enumerate(self.columns):
            for name in column.path or (column.variable,):
                found.setdefault(name, np.zeros(self.size, dtype=bool))[place] = True
        return found

    @cached_property
    def disjoint_questions(self) -> tuple[tuple[BannerColumn, slice], ...]:
        """The banner questions whose columns share nobody: a column of each, and the place of all of them."""
        found = []
        start = 1
        while start < self.size:
            stop = start + 1
            while stop < self.size and self.parents[stop][0] == self.parents[start][0]:
                stop += 1
            pack = next(p for p in reversed(self.packs) if p.start <= start)
            inside = pack.members[:, start - pack.start : stop - pack.start]
            if inside.shape[0] == 0 or inside.sum(axis=1).max() <= 1:
                found.append((self.columns[start], slice(start, stop)))
            start = stop
        return tuple(found)

    @property
    def size(self) -> int:
        """How many columns there are with the total."""
        return len(self.columns)


def lay_out(
    questions: Sequence[BannerQuestion],
    respondents: Respondents,
    counted: BoolArray,
    total_label: str,
    *,
    one_pack: bool,
    restart: bool = False,
) -> Banner:
    """The banner of a plan among the respondents who are `counted`.

    Args:
        questions: the banner's, compiled.
        respondents: whose answers.
        counted: (respondents,) within the filter and with a positive weight.
        total_label: the total's heading.
        one_pack: whether respondents in any two columns must be known, even of different questions.
        restart: whether letters begin with A in every question.

    A question that cannot be a banner, or would make it wider than 4,000 columns, is left out: see `lost`; so is an
    optional one that tells nobody apart (see `idle`), except where groups name columns by their letters. The total is
    shown where nothing else is.
    """
    total = BannerColumn(variable=TOTAL, heading=total_label, code=TOTAL_CODE, labels=(total_label,))
    letters = column_letters()
    groups: list[Group] = []
    columns = [total]
    shown: list[int] = []
    parents: list[tuple[int, str]] = [(-1, "")]
    holds: list[frozenset[str]] = [frozenset()]
    lost: list[PlanError] = []
    hollow: list[PlanError] = []
    idle: list[PlanError] = []
    for number, question in enumerate(questions):
        item = question.item
        if question.is_total:
            shown.append(0)
            continue
        try:
            if item.trouble:
                raise PlanError(item.trouble)
            group = _group(question, respondents, len(columns))
        except PlanError as error:
            lost.append(error)
            continue
        if item.optional and not one_pack and _columns_with_somebody(group, counted) < 2:
            idle.append(_all_alike(item))
            continue
        letters = column_letters() if restart else letters
        if not _someone(group, counted).any():
            hollow.append(_nobody(item))
        if item.hide_empty:
            group = _without_empty(group, counted)
        for column, parent, held in zip(group.columns, group.parents, group.holds, strict=True):
            shown.append(len(columns))
            columns.append(column.model_copy(update={"letter": next(letters)}))
            parents.append((number, parent))
            holds.append(held)
        groups.append(group)
    return Banner(
        tuple(columns),
        np.array(shown if shown or not (lost or idle) else [0], dtype=np.int64),
        tuple(_packs(groups, counted, one_pack)),
        tuple(parents),
        tuple(holds),
        tuple(groups),
        one_pack,
        tuple(lost),
        tuple(hollow),
        tuple(idle),
    )


def _without_empty(group: Group, counted: BoolArray) -> Group:
    """The question without the columns that nobody who is counted stands in."""
    kept = np.flatnonzero(_occupied(group, counted))
    return Group(
        tuple(group.columns[i] for i in kept),
        group.cells,
        group.members[:, kept],
        tuple(group.parents[i] for i in kept),
        tuple(group.holds[i] for i in kept),
    )


def _someone(group: Group, counted: BoolArray) -> BoolArray:
    """(cells,) in which somebody who is counted stands."""
    someone = np.zeros(len(group.members) + 1, dtype=bool)
    someone[group.cells[counted]] = True
    return someone[:-1]


def _occupied(group: Group, counted: BoolArray) -> BoolArray:
    """(columns,) in which somebody who is counted stands."""
    occupied: BoolArray = np.any(group.members & _someone(group, counted)[:, None], axis=0)
    return occupied


def _columns_with_somebody(group: Group, counted: BoolArray) -> int:
    return int(_occupied(group, counted).sum())


def _all_alike(item: BannerItem) -> PlanError:
    return PlanError(
        f"{item.variable!r} would tell nobody apart: all answers in the base are in one of its categories",
        f"{item.variable!r} tidak membedakan siapa pun: semua jawaban dalam basis ada pada satu kategori",
    )


def _nobody(item: BannerItem) -> PlanError:
    return PlanError(
        f"banner: nobody in the base answered {item.variable!r}, so its columns are empty; take it out of the banner",
        f"banner: tidak ada responden dalam basis yang menjawab {item.variable!r}, jadi kolomnya kosong; "
        "hapus dari banner",
    )


def _group(asked: BannerQuestion, respondents: Respondents, before: int) -> Group:
    item, last = asked.item, len(asked.path) - 1
    levels = [_level(question, item if i == last else None, respondents) for i, question in enumerate(asked.path)]
    width = int(np.prod([members.shape[1] for _, _, members, _ in levels]))
    if before + width > _MOST_COLUMNS:
        raise PlanError(
            f"banner: {item.variable!r} would make {width:,} columns; a banner can have {_MOST_COLUMNS:,} in all, "
            "so net its categories or take it out",
            f"banner: {item.variable!r} akan menjadi {width:,} kolom; satu banner paling banyak "
            f"{_MOST_COLUMNS:,} kolom, jadi gabungkan kategorinya dengan nets atau hapus",
        )
    _, columns, members, cells = levels[0]
    heading = " > ".join(a.variable.label for a, *_ in levels)
    named: list[tuple[str, tuple[str, ...], bool, frozenset[str]]]
    named = [(code, (label,), net, held) for code, label, net, held in columns]
    parents = [""] * len(named)
    for _, inner_columns, inner_members, inner_cells in levels[1:]:
        both = cells.astype(np.int64) * inner_members.shape[0] + inner_cells
        both[(cells < 0) | (inner_cells < 0)] = NOBODY
        used, cells = _renumbered(both)
        outer, inner = np.divmod(used, max(inner_members.shape[0], 1))
        wide = members.shape[1] * inner_members.shape[1]  # said aloud, as it cannot be told where nobody is
        members = (members[outer][:, :, None] & inner_members[inner][:, None, :]).reshape(len(used), wide)
        parents = [code for code, *_ in named for _ in inner_columns]
        named = [
            (f"{code}>{inner_code}", (*labels, inner_label), net, held)
            for code, labels, *_ in named
            for inner_code, inner_label, net, held in inner_columns
        ]
    variable = " > ".join(question.variable.name for question in asked.path)
    path = tuple(question.variable.name for question in asked.path) if len(asked.path) > 1 else ()
    made = tuple(
        BannerColumn(variable=variable, path=path, heading=heading, code=code, labels=labels, net=net)
        for code, labels, net, _ in named
    )
    return Group(made, cells, members, tuple(parents), tuple(held for *_, held in named))


_Column = tuple[str, str, bool, frozenset[str]]


def _level(
    question: Question, item: BannerItem | None, respondents: Respondents
) -> tuple[CodedAnswers, list[_Column], BoolArray, IntArray]:
    """One question of a nesting: its columns, which patterns belong to them, and each respondent's pattern.

    `item` says the nets or bands of the innermost one.
    """
    answers, name = respondents.answers(question), question.variable.name
    nets = item.nets if item else {}
    if isinstance(answers, NumericAnswers) and item and (item.bands or item.quantiles):
        answers = banded(answers, item.bands, item.quantiles)
    if not isinstance(answers, CodedAnswers):
        raise PlanError(
            f"banner: {name!r} is a number and has no categories; give it bands or quantiles",
            f"banner: {name!r} adalah angka dan tidak punya kategori; beri bands atau quantiles",
        )
    if not answers.choices:
        raise PlanError(
            f"banner: nobody answered {name!r}, so it has no columns; take it out of the banner",
            f"banner: tidak ada yang menjawab {name!r}, jadi tidak ada kolomnya; hapus dari banner",
        )
    check_nets(f"banner: {name!r}", nets, answers.choices)
    columns = with_nets(answers.choices, nets)
    sets = membership(answers.choices, [sorted(held) for *_, held in columns])
    patterns, members = merged(answers.patterns, answers.members)
    return answers, columns, (members.astype(np.float64) @ sets) > 0, patterns


def with_nets(choices: Sequence[Choice], nets: Nets) -> list[_Column]:
    """The columns of a question: nets in place of the categories they hold, in the plan's order."""
    held = {code for codes in nets.values() for code in codes}
    choices = in_plan_order(choices, nets)
    order = [c.code for c in choices]
    taken = {c.code for c in choices}
    columns: list[tuple[int, _Column]] = []
    for label, codes in nets.items():
        name = label if label not in taken else f"net {label}"
        columns.append((min(order.index(c) for c in codes), (name, label, True, frozenset(codes))))
    for place, choice in enumerate(choices):
        if choice.code not in held:
            columns.append((place, (choice.code, choice.label, False, frozenset({choice.code}))))
    return [column for _, column in sorted(columns, key=lambda pair: pair[0])]


def _packs(groups: Sequence[Group], counted: BoolArray, one_pack: bool) -> list[Pack]:
    """Groups joined while the joint cells stay few against the respondents (else a pass each is cheaper)."""
    people = len(counted)
    limit = people + 1 if one_pack else min(max(people // 12, 64), _WIDEST_PACK)
    packs: list[Pack] = []
    cells = np.zeros(people, dtype=np.int64)
    members = np.ones((1, 1), dtype=bool)
    start = 0
    for group in groups:
        # Column-wise -1 becomes a cell of its own that belongs to no column.
        width = group.members.shape[0] + 1
        joint = cells * width + (group.cells + 1)
        used, joint = _renumbered(np.where(counted, joint, NOBODY))
        if len(used) > limit and members.any() and (members.shape[1] > 1 or start > 0):
            packs.append(_pack(cells, members, start, counted))
            start += members.shape[1]
            cells = (group.cells + 1).astype(np.int64)
            members = np.vstack([np.zeros((1, group.members.shape[1]), dtype=bool), group.members])
            continue
        outer, inner = np.divmod(used, width)
        inner_members = np.vstack([np.zeros((1, group.members.shape[1]), dtype=bool), group.members])
        members = np.hstack([members[outer], inner_members[inner]])
        cells = np.where(counted, joint, 0).astype(np.int64)
    packs.append(_pack(cells, members, start, counted))
    return packs


def _pack(cells: IntArray, members: BoolArray, start: int, counted: BoolArray) -> Pack:
    outside = members.shape[0]
    return Pack(np.where(counted, cells, outside).astype(np.int32), members.astype(np.float64), start)


def _renumbered(codes: IntArray) -> tuple[IntArray, IntArray]:
    """The codes from 0 that occur, rising, and (respondents,) their numbers; negative codes stay NOBODY."""
    top = int(codes.max(initial=-1)) + 1
    if top <= max(4 * len(codes), 1 << 16):
        seen = np.bincount(codes + 1, minlength=top + 1)[1:]
        used = np.flatnonzero(seen)
        number = np.full(top + 1, NOBODY, dtype=np.int64)
        number[used] = np.arange(len(used))
        return used, number[codes]
    used, inverse = np.unique(codes, return_inverse=True)
    if used[0] < 0:
        return used[1:], inverse - 1
    return used, inverse
