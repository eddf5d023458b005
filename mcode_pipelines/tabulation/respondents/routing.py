"""Who was asked a question: what the form's `relevant` says, in the words of a filter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mcode_pipelines.survey.form import SurveyForm

_TOKEN = re.compile(
    r"""\s*(?:(?P<selected>selected\s*\(\s*\$\{(?P<of>[^}]+)\}\s*,\s*(?P<code>'[^']*'|"[^"]*"|\d+)\s*\))
    |(?P<compared>\$\{(?P<name>[^}]+)\}\s*(?P<sign>!=|<=|>=|=|<|>)\s*(?P<value>'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?))
    |(?P<not>not\s*(?=\())|(?P<word>and|or)\b|(?P<bracket>[()]))""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Route:
    """The condition under which a question is put to a respondent."""

    filter: str
    """As a filter's text; empty where filters cannot say it."""
    said: str
    """As the form says it, with bare names."""


def relevance(form: SurveyForm) -> dict[str, Route]:
    """For each question that is not asked of everyone, the condition under which it is.

    The conditions of the groups around a question count too. What uses more than `${name}` compared with a value,
    `selected(${name}, 'code')`, `and`, `or`, `not(...)` and brackets cannot be said as a filter.
    """
    found: dict[str, Route] = {}
    open_groups: list[str] = []
    for row in form.survey.records():
        kind = " ".join(row.get("type", "").replace("_", " ").split()).lower()
        if kind.startswith("end "):
            del open_groups[-1:]
            continue
        conditions = [*open_groups, row.get("relevant", "")]
        if kind.startswith("begin "):
            open_groups.append(conditions[-1])
            continue
        said = [c for c in conditions if c.strip()]
        if row.get("name") and said:
            parts = [as_filter(c) for c in said]
            text = " AND ".join(f"({p})" for p in parts if p) if all(parts) else ""
            bare = [re.sub(r"\$\{\s*([^}]*?)\s*\}", r"\1", c.strip()) for c in dict.fromkeys(said)]
            found[row["name"]] = Route(text, " and ".join(f"({c})" if len(bare) > 1 else c for c in bare))
    return found


def as_filter(relevant: str) -> str | None:
    """An XLSForm condition as a filter's text; None where it uses words that filters do not have.

    As in the form, an empty answer is unequal to every value and neither greater nor less.
    """
    try:
        return " ".join(_parts(relevant)) or None
    except ValueError:
        return None


def _parts(relevant: str) -> Iterator[str]:
    position, text = 0, relevant.rstrip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ValueError(text[position:])
        position = token.end()
        if token["selected"]:
            yield _compared(token["of"], "=", token["code"])
        elif token["compared"]:
            yield _compared(token["name"], token["sign"], token["value"])
        elif token["not"]:
            yield "NOT"
        elif token["word"]:
            yield token["word"].upper()
        else:
            yield token["bracket"]


def _compared(name: str, sign: str, value: str) -> str:
    quoted = '"' + name.strip().replace('"', '""') + '"'
    bare = value[1:-1] if value[0] in "'\"" else value
    if bare == "":
        return f"({quoted} IS NULL)" if sign == "=" else f"({quoted} IS NOT NULL)"
    literal = "'" + bare.replace("'", "''") + "'" if sign in {"=", "!="} else bare
    if sign == "!=":
        return f"({quoted} IS NULL OR {quoted} <> {literal})"
    return f"({quoted} IS NOT NULL AND {quoted} {sign} {literal})"
