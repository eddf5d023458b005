"""What is known of the languages that people answer in: words, spellings and patterns, from the files in `languages/`.

A folder there is a language, by its ISO 639-1 code; `common` holds for all of them. Files are read when they are first
needed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from mcode_pipelines.coding.errors import CodingError

FOLDER = Path(__file__).parent / "languages"
_COMMON = "common"
_UNKNOWN_IS = "en"
"""The language as which text of an unknown one is read."""
# Everything is text to this loader: an unquoted "no" is no truth value.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@functools.cache
def languages() -> tuple[str, ...]:
    """The languages there are, sorted: the folders but `common`."""
    return tuple(sorted(p.name for p in FOLDER.iterdir() if p.is_dir() and p.name != _COMMON and p.name[0].isalpha()))


def known_language(language: str) -> str:
    """The language itself where there is a folder for it, else English."""
    return language if language in languages() else _UNKNOWN_IS


@functools.cache
def language_file(language: str, name: str) -> Mapping[str, Any]:
    """The entries of one file, all values text; none where the language has no such file.

    Raises CodingError where it is no YAML.
    """
    path = FOLDER / language / f"{name}.yaml"
    if not path.exists():
        return {}
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise CodingError(
            f"{language}/{name}.yaml{where}: this is no YAML ({getattr(error, 'problem', error)}); correct the line."
        ) from None


def words_in(language: str, name: str, entry: str) -> frozenset[str]:
    """The words of an entry, which blanks separate."""
    return frozenset(language_file(language, name).get(entry, "").split())


def phrases_in(text: str) -> list[str]:
    """The phrases of an entry, which commas separate.

    >>> phrases_in("no answer, not applicable")
    ['no answer', 'not applicable']
    """
    return [phrase.strip() for phrase in text.split(",") if phrase.strip()]


@functools.cache
def words_of_all(name: str, entry: str) -> frozenset[str]:
    """The words that an entry has in any language."""
    return frozenset[str]().union(*(words_in(language, name, entry) for language in _everywhere()))


@functools.cache
def phrases_of_all(name: str, entry: str) -> frozenset[str]:
    """The phrases that an entry has in any language."""
    return frozenset(p for language in _everywhere() for p in phrases_in(language_file(language, name).get(entry, "")))


def entries_of_all(name: str) -> list[tuple[str, Any]]:
    """The entries of a file in every language that has it."""
    return [item for language in _everywhere() for item in language_file(language, name).items()]


@functools.cache
def any_of(name: str, *entries: str) -> str:
    """A regular expression that matches any pattern of these entries, in any language; nothing where there is none."""
    found = [
        pattern
        for entry in entries
        for language in _everywhere()
        for pattern in language_file(language, name).get(entry, ())
    ]
    return f"(?:{'|'.join(found)})" if found else "(?!)"


def any_word_of(words: frozenset[str]) -> str:
    """A regular expression that matches any of these words."""
    return f"(?:{'|'.join(map(re.escape, sorted(words)))})" if words else "(?!)"


def _everywhere() -> tuple[str, ...]:
    return (_COMMON, *languages())
