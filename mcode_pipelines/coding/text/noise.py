"""Keyboard noise, and what is no language at all."""

from __future__ import annotations

import re

_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop", "abcdefghijklmnopqrstuvwxyz")
_FORMULA = re.compile(r"\s*(?:[=@+-]\w+\||[=@]\w+\()")
_VOWELS = frozenset("aeiouy")
_NEIGHBOURS = "|".join(
    row[i : i + n]
    for n in (5, 4, 3)
    for keys in _KEYBOARD_ROWS[:3]
    for row in (keys, keys[::-1])
    for i in range(len(row) - n + 1)
)
_RUNS_OF_NEIGHBOURS = re.compile(rf"(?:{_NEIGHBOURS}){{2,}}[a-z]{{0,2}}")
_STEP = re.compile(r"[a-z][1-9]\d{0,2}|[1-9]\d{0,2}[a-z]", re.IGNORECASE)
_REPEATED = re.compile(r"(.{1,3}?)\1{2,}.{0,2}")


def is_formula(verbatim: str) -> bool:
    """Whether a text is a command to a spreadsheet program, not something said.

    >>> is_formula("=cmd|' /C calc'!A0"), is_formula("=SUM(A1:A3)"), is_formula("- toilet (kotor)")
    (True, True, False)
    """
    return bool(_FORMULA.match(verbatim))


def is_noise(word: str) -> bool:
    """Whether a word is keyboard noise: "asdfgh", "xxxx", "hjkl", "wkwkwk", a single letter (but not S1 or 4G).

    Only words of Latin letters are judged: other scripts have one-letter words and no vowels of this kind.
    """
    if not word.isascii():
        return False
    letters = "".join(c for c in word if c.isalpha())
    if len(letters) <= 1:
        return not _STEP.fullmatch(word)
    if len(letters) < 4:
        return len(set(letters)) == 1 or (len(letters) == 3 and any(letters in row for row in _KEYBOARD_ROWS[:3]))
    if len(set(letters)) <= 2 and len(letters) >= 5 and _REPEATED.fullmatch(letters):
        return True
    if len(letters) >= 6 and (_REPEATED.fullmatch(letters) or _RUNS_OF_NEIGHBOURS.fullmatch(letters)):
        return True
    if any(letters in row or letters in row[::-1] for row in _KEYBOARD_ROWS):
        return True
    if len(letters) >= 6 and not any(c in _VOWELS for c in letters):
        return True
    if not any(c in _VOWELS for c in letters) and not {"q", "x"}.isdisjoint(letters):
        return True
    on_one_row = next((row for row in _KEYBOARD_ROWS[1:3] if all(c in row for c in letters)), None)
    return on_one_row is not None and len(letters) >= 5 and sum(c in _VOWELS for c in letters) <= len(letters) // 5
