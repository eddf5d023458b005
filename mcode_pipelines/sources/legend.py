"""Sheets beside the data that explain them: what codes mean, how many points they have, what each column asks.

A sheet is cut into blocks at its blank rows and columns. In a block, the columns are told by what stands in them (names
of data columns, codes that occur in the data) and by the words above.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from mcode_pipelines.survey import ColumnDictionary, RawSurvey, canonical_code

MOST_ROWS = 500
_MOST_COLUMNS = 12
_MOST_ANSWERS = 60
"""A column with more different answers is explained by no legend."""
_CODE = re.compile(r"kode|code|c[oó]digo|singkatan|abbreviation|abkürzung|simbol|symbol|nilai|value|skala|angka", re.I)
_LABEL = re.compile(
    r"label|arti|makna|deskripsi|keterangan|meaning|description|kepanjangan|jawaban|answer|kategori|category|pilihan|"
    r"option|respon|bedeutung|etiqueta|penjelasan",
    re.I,
)
_POINTS = re.compile(r"poin\b|points?\b|skor|score|bobot|punkte|puntos", re.I)
_TEXT = re.compile(
    r"pertanyaan|pernyataan|question|statement|item|indikator|butir|frage|pregunta|label|deskripsi", re.I
)
_NUMBER_OF_ROW = re.compile(r"no\.?|nomor|nr\.?|#", re.I)
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
_PAIRS = re.compile(r"(?:^|[;,\n|/])\s*(-?\w{1,6})\s*[=:]\s*([^;\n|]+?)\s*(?=[;,\n|/]\s*-?\w{1,6}\s*[=:]|[;\n|]|$)")
_LINE = re.compile(r"\(?(-?\w{1,6})\)?\s*(?:[=:.)-]|adalah|means)\s*(\S.*)", re.DOTALL)
_LEADING_CODE = re.compile(r"([A-Za-z]{1,4}[_.]?\d{1,3}(?:[_.]?[A-Za-z0-9]{1,3})?)\s*[.:)\-\s]\s*\S")

Block = list[list[str]]


@dataclass
class Legend:
    """What the sheets of a workbook say about the columns of its data."""

    columns: Mapping[str, frozenset[str]]
    """By column name, its different answers as canonical codes; none for a column with many."""
    labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    factors: dict[str, dict[str, float]] = field(default_factory=dict)

    @cached_property
    def _by_word(self) -> dict[str, str]:
        """Columns by their name, and by the code that leads it where that is one column's alone."""
        found = {_plain(column): column for column in self.columns}
        leading: dict[str, list[str]] = {}
        for column in self.columns:
            if code := _LEADING_CODE.match(column):
                leading.setdefault(_plain(code[1]), []).append(column)
        return {**{code: columns[0] for code, columns in leading.items() if len(columns) == 1}, **found}

    @property
    def dictionary(self) -> dict[str, ColumnDictionary]:
        """What was learnt, by column."""
        known = [c for c in self.columns if c in self.labels or c in self.value_labels]
        return {
            column: ColumnDictionary(
                label=self.labels.get(column),
                value_labels=self.value_labels.get(column, {}),
                factors=self.factors.get(column, {}),
            )
            for column in known
        }

    def learn(self, rows: Sequence[Sequence[str]], title: str) -> bool:
        """Takes what a sheet says; `title` is its name. Whether it says anything of the data."""
        before = self.dictionary
        for block in _blocks(rows):
            self._learn_block(block, title)
        return self.dictionary != before

    def _learn_block(self, block: Block, title: str) -> None:
        if len(block) > 2 and sum(map(bool, block[0])) == 1 and sum(map(bool, block[1])) > 1:
            title, block = next(cell for cell in block[0] if cell), block[1:]
        if len(block[0]) == 1:
            # 1 = Yes, a line a code, perhaps below a title
            pairs = [(found, row[0]) for row in block if (found := _LINE.fullmatch(row[0])) or row is not block[0]]
            if len(pairs) < 2 or any(found is None for found, _ in pairs):
                return
            title = title if _LINE.fullmatch(block[0][0]) else block[0][0]
            block = [[found[1], found[2]] for found, _ in pairs if found]
        named = self._named_column(block)
        if named is not None:
            self._of_named(block, named)
        else:
            self._of_codes(block, title)

    def _named_column(self, block: Block) -> int | None:
        """The column of the block that names columns of the data."""
        best, most = None, 1
        for index in range(len(block[0])):
            cells = {_plain(row[index]) for row in block if row[index]}
            hits = sum(1 for cell in cells if cell in self._by_word)
            if hits == len(cells) == 1 and len(block[0]) > 2 and sum(bool(row[index]) for row in block) > 1:
                return index  # one question alone, named in each of its rows
            if hits > most and hits >= (len(cells) - 1) / 2:
                best, most = index, hits
        if best is None and len(block) > 2:
            heads = [i for i, cell in enumerate(block[0]) if re.search(r"variab|kolom|column|field", cell, re.I)]
            lone = [i for i in heads if any(_plain(row[i]) in self._by_word for row in block[1:])]
            best = lone[0] if lone else None
        return best

    def _of_named(self, block: Block, named: int) -> None:
        """A row a column of the data, or several with its codes; a name stands once and is blank below."""
        has_header = _plain(block[0][named]) not in self._by_word
        head = block[0] if has_header else [""] * len(block[0])
        groups: list[tuple[str, Block]] = []
        for row in block[has_header:]:
            column = self._by_word.get(_plain(row[named])) if row[named] else None
            if row[named] and (not groups or groups[-1][0] != column):
                groups.append((column or "", []))
            if groups:
                groups[-1][1].append(row)
        groups = [(column, rows) for column, rows in groups if column]
        others = [i for i in range(len(head)) if i != named and not _NUMBER_OF_ROW.fullmatch(head[i].strip())]
        code = self._code_column(groups, head, others)
        for column, rows in groups:
            if code is None:
                self._of_one_row(column, rows[0], head, others)
                continue
            label = _chosen(head, [i for i in others if i != code], _LABEL)
            label = _wordiest(rows, others, code) if label is None else label
            points = _chosen(head, [i for i in others if i not in (code, label)], _POINTS)
            if label is not None:
                self._give(column, [(row[code], row[label], row[points] if points is not None else "") for row in rows])
            text = _chosen(head, [i for i in others if i not in (code, label)], _TEXT)
            if text is not None and rows[0][text]:
                self._name(column, rows[0][text])

    def _code_column(
        self, groups: Sequence[tuple[str, Block]], head: Sequence[str], others: Sequence[int]
    ) -> int | None:
        """The column with the codes of questions that take several rows."""
        several = [(column, rows) for column, rows in groups if len(rows) > 1]
        if not several:
            return None
        fits = {
            i: sum(len({canonical_code(r[i]) for r in rows if r[i]} & self.columns[column]) for column, rows in several)
            for i in others
        }
        by_word = _chosen(head, others, _CODE)
        best = max(others, key=lambda i: (fits[i], i == by_word, -i), default=None)
        return best if best is not None and fits[best] else by_word

    def _of_one_row(self, column: str, row: Sequence[str], head: Sequence[str], others: Sequence[int]) -> None:
        texts = []
        for index in others:
            pairs = [(code, label) for code, label in _PAIRS.findall(row[index])]
            if len(pairs) > 1:
                self._give(column, [(code, label, "") for code, label in pairs])
            elif row[index]:
                texts.append(index)
        text = _chosen(head, texts, _TEXT)
        if text is None:
            text = max(texts, key=lambda i: len(row[i]), default=None)
        if text is not None:
            self._name(column, row[text])

    def _of_codes(self, block: Block, title: str) -> None:
        """Codes and labels without the name of a column: for the column in the title or the heading, else for those
        whose answers are these codes."""
        words = (_CODE.search, _LABEL.search, _POINTS.search, _NUMBER_OF_ROW.fullmatch)
        worded = any(said(cell) for cell in block[0] for said in words)
        meant = self._by_word.get(_plain(title))
        over = [i for i, cell in enumerate(block[0]) if _plain(cell) in self._by_word]
        meant = meant or (self._by_word[_plain(block[0][over[0]])] if len(over) == 1 else None)
        head = block[0] if worded or over else [""] * len(block[0])
        rows = block[1:] if worded or over else block
        others = [i for i in range(len(head)) if not _NUMBER_OF_ROW.fullmatch(head[i].strip())]
        code = _chosen(head, [i for i in others if i not in over], _CODE)
        if code is None:
            code = self._most_like_codes(rows, [i for i in others if i not in over])
        if code is None or len(rows) < 2:
            return
        rest = [i for i in others if i != code]
        label = over[0] if len(over) == 1 else _chosen(head, rest, _LABEL)
        if label is None:
            label = _wordiest(rows, rest, code)
        if label is None:
            return
        points = _chosen(head, [i for i in rest if i != label], _POINTS)
        if len({canonical_code(row[code]) for row in rows}) < len(rows):
            return
        given = [(row[code], row[label], row[points] if points is not None else "") for row in rows]
        for column in [meant] if meant else self._columns_of(given):
            self._give(column, given)

    def _most_like_codes(self, rows: Block, others: Sequence[int]) -> int | None:
        answers = frozenset().union(*self.columns.values())
        fits = {i: sum(1 for row in rows if row[i] and canonical_code(row[i]) in answers) for i in others}
        best = max(fits, key=lambda i: fits[i], default=None)
        return best if best is not None and fits[best] >= max(2, len(rows) / 2) else None

    def _columns_of(self, given: Sequence[tuple[str, str, str]]) -> list[str]:
        """The columns whose answers are all among the codes; numbers only where many columns in a row have them."""
        codes = {canonical_code(code) for code, _, _ in given if code}
        fitting = [c for c, answers in self.columns.items() if len(answers) > 1 and answers <= codes]
        worded = [c for c in fitting if any(not _NUMBER.fullmatch(answer) for answer in self.columns[c])]
        stems: dict[str, list[str]] = {}
        for column in fitting:
            if column in worded:
                continue
            stems.setdefault(re.sub(r"\d+\s*$", "", column.split(" ")[0].rstrip(".:)")), []).append(column)
        return worded + [c for stem, cs in stems.items() if stem and len(cs) > 2 and len(codes) > 3 for c in cs]

    def _give(self, column: str, given: Sequence[tuple[str, str, str]]) -> None:
        """Labels for the answers of a column, where they are its codes."""
        labels = {canonical_code(code): label for code, label, _ in given if code and label}
        answers = self.columns[column]
        if column in self.value_labels or not labels or (answers and len(answers & labels.keys()) * 2 < len(answers)):
            return
        if all(code == canonical_code(label) for code, label in labels.items()):
            return
        self.value_labels[column] = labels
        points = {canonical_code(code): figure for code, _, figure in given if code and _NUMBER.fullmatch(figure)}
        if len(points) == len(labels):
            self.factors[column] = {code: float(figure.replace(",", ".")) for code, figure in points.items()}

    def _name(self, column: str, text: str) -> None:
        if _plain(text) != _plain(column) and sum(map(str.isalpha, text)) > 2:
            self.labels.setdefault(column, text)


def different_answers(raw: RawSurvey) -> dict[str, frozenset[str]]:
    """By column, its different answers as canonical codes; none for a column with many."""
    columns = raw.columns
    few = raw.data.select(pl.col(c).drop_nulls().unique().head(_MOST_ANSWERS + 1).implode() for c in columns).collect()
    found = {}
    for column in columns:
        values = few[column].explode().drop_nulls().to_list()
        found[column] = frozenset(map(canonical_code, values)) if len(values) <= _MOST_ANSWERS else frozenset()
    return found


def _blocks(rows: Sequence[Sequence[str]]) -> list[Block]:
    """The parts of a sheet between blank rows and blank columns; cells trimmed, blank ones "" ."""
    parts: list[Block] = [[]]
    for row in rows:
        if any(row):
            parts[-1].append(list(row))
        elif parts[-1]:
            parts.append([])
    blocks = []
    for part in parts:
        filled = [i for i in range(max(map(len, part), default=0)) if any(row[i] for row in part)]
        runs: list[list[int]] = []
        for index in filled:
            if runs and runs[-1][-1] == index - 1:
                runs[-1].append(index)
            else:
                runs.append([index])
        blocks += [[cells for row in part if any(cells := [row[i] for i in run])] for run in runs]
    return [block for block in blocks if 1 < len(block) <= MOST_ROWS and len(block[0]) <= _MOST_COLUMNS]


def _chosen(head: Sequence[str], among: Sequence[int], words: re.Pattern[str]) -> int | None:
    return next((i for i in among if words.search(head[i])), None)


def _wordiest(rows: Block, among: Sequence[int], code: int) -> int | None:
    """The column with the longest texts."""
    lengths = {
        i: sum(len(row[i]) for row in rows) for i in among if i != code and any(c.isalpha() for r in rows for c in r[i])
    }
    return max(lengths, key=lambda i: lengths[i], default=None)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .:*")
