"""A plan as people write it: YAML or JSON text, and sentences for what is wrong with it."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from mcode_pipelines.survey.plan import (
    Allocation,
    BannerItem,
    BookOptions,
    Definition,
    PlanPart,
    Ranking,
    RescaledWeight,
    RimWeight,
    RowItem,
    Significance,
    Statistic,
    TabulationPlan,
)
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.suggestions import nearest

_LONGEST = 1_000_000


def parse_plan(text: str, name: str) -> TabulationPlan:
    """A tabulation plan from YAML or JSON text: the one reader of plans, wherever they come from.

    Args:
        text: the document; empty text is an empty plan.
        name: the file's name, for the messages.

    Raises:
        PlanError: with the line of a YAML mistake, or the line and place of a word or value that a plan cannot have.
    """
    import yaml

    if len(text) > _LONGEST:
        raise PlanError(f"{name}: the plan is longer than {_LONGEST:,} characters; is it the right file?")
    try:
        loader = _loader()(text)
        try:
            root = loader.get_single_node()
            given = None if root is None else loader.construct_document(root)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise PlanError(f"{name}: {_yaml_sentence(error)}") from error
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0][:100]
        raise PlanError(f"{name}: this is not YAML or JSON text ({why})") from error
    if given is None:
        return TabulationPlan()
    if not isinstance(given, dict):
        raise PlanError(f"{name}: a plan is made of settings such as `banner:` and `rows:`, not {_kind(given)}")
    try:
        return TabulationPlan.model_validate(given)
    except ValidationError as error:
        # Pydantic reports a mistake once for every alternative; the deepest place says most.
        entries: dict[tuple[str, int | str] | None, list[Any]] = {}
        for mistake in error.errors():
            entries.setdefault(_entry(mistake["loc"], given), []).append(mistake)
        told = {}
        for entry, mistakes in entries.items():
            first = max(mistakes, key=_depth)
            told[entry] = f"{name}: line {_line_of(root, first['loc'])}: {_sentence(first, given)}"
        sentence = told.get(None) or next(iter(told.values()))
        if None in told or _bad_rows(told) == len(given.get("rows") or ()) > 0:
            raise PlanError(sentence) from error
    return TabulationPlan.model_validate(_marked(given, told))


def _entry(place: tuple[int | str, ...], given: dict[str, Any]) -> tuple[str, int | str] | None:
    """The row, banner question or definition in which a mistake lies; None where it concerns the whole plan."""
    if len(place) < 2 or place[0] not in ("rows", "banner", "define"):
        return None
    inside = given[place[0]]
    known = place[1] in inside if isinstance(inside, dict) else isinstance(inside, list) and isinstance(place[1], int)
    return (str(place[0]), place[1]) if known and (place[0] == "define") == isinstance(inside, dict) else None


def _bad_rows(told: dict[Any, str]) -> int:
    return sum(entry is not None and entry[0] == "rows" for entry in told)


def _marked(given: dict[str, Any], told: dict[Any, str]) -> dict[str, Any]:
    """The document with each entry that cannot be read as its name alone and what is wrong with it."""
    parts = {part: given[part].copy() for part, _ in told}
    for (part, at), mistake in told.items():
        was = parts[part][at]
        asked = was.get("variable", was.get("title", was.get("label"))) if isinstance(was, dict) else was
        called = (
            str(asked) if isinstance(asked, str | int | float) else f"{part} {at + 1 if isinstance(at, int) else at}"
        )
        of_kind = {"expression": "0"} if part == "define" else {"variable": called}
        parts[part][at] = {**of_kind, "mistake": mistake}
    return {**given, **parts}


def _yaml_sentence(error: Any) -> str:
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
    problem = str(error.problem or error.context)
    hint = "indent with blanks, not tabs" if "\\t" in problem else "check indentation, colons and quotes there"
    return f"{where}: {problem}; {hint}"


def _loader() -> Any:
    """A safe YAML loader that says when a key stands twice and takes no aliases (a small text could blow up)."""
    import yaml

    class PlanLoader(yaml.SafeLoader):
        """See `_loader`."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                event = self.peek_event()  # type: ignore[no-untyped-call]
                raise yaml.MarkedYAMLError(
                    problem="aliases (*name) are not supported in a plan", problem_mark=event.start_mark
                )
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[str] = set()
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise yaml.MarkedYAMLError(problem="a setting's name is a word", problem_mark=key.start_mark)
                if key.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"{key.value!r} stands twice, keep one of them", problem_mark=key.start_mark
                    )
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    return PlanLoader


def _line_of(root: Any, place: tuple[int | str, ...]) -> int:
    """The line of the document where a place of the read document stands, as near as can be."""
    import yaml

    node = root
    line = node.start_mark.line + 1
    for step in place:
        found = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if str(key.value) == str(step):
                    found, line = value, key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step]
            line = found.start_mark.line + 1
        if found is not None:
            node = found
    return int(line)


def _sentence(first: Any, given: object) -> str:
    """A mistake as one sentence: where it is and what was expected."""
    location, kind, value = first["loc"], first["type"], first["input"]
    place = _place(location, given)
    if kind == "extra_forbidden":
        word = str(location[-1])
        if word == "counted":
            return (
                f"{_place(location[:-1], given)}counted is a setting of the whole plan: `counted: {{question: value}}`"
            )
        return f"{_place(location[:-1], given)}there is no setting {word!r}{_known(location, word)}"
    if kind == "missing":
        return f"{_place(location[:-1], given)}{str(location[-1])!r} is missing"
    if kind == "enum":
        known = [s.value for s in Statistic]
        return f"{place}{value!r} is not known{nearest(str(value), known)}; there are {', '.join(known)}"
    context = first.get("ctx", {})
    if kind == "literal_error":
        return f"{place}{value!r} is not known; it can be {str(context['expected']).replace(chr(39), '')}"
    expected = _EXPECTED.get(kind)
    if expected is None:
        message = first["msg"].removeprefix("Value error, ")
        return f"{place}{message[0].lower()}{message[1:]}"
    return f"{place}expected {expected.format(**context)}, but it is {_kind(value)}"


def _depth(mistake: Any) -> tuple[bool, int, bool]:
    """How much a mistake says; that a group of settings is no text says least."""
    wrong_kind = mistake["type"] == "string_type" and isinstance(mistake["input"], dict)
    return mistake["type"] == "extra_forbidden", len(mistake["loc"]), not wrong_kind


_EXPECTED = {
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a group of settings",
    "model_type": "a name or a group of settings",
    "bool_parsing": "true or false",
    "float_type": "a number",
    "float_parsing": "a number",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than_equal": "a number of at most {le}",
    "too_short": "at least {min_length} of them",
    "less_than": "a number below {lt} (0.95 is 95%)",
    "too_long": "at most {max_length} entries",
}


def _place(location: tuple[int | str, ...], given: object) -> str:
    """`rows 2: statistics 1: ` for a path into the document; what pydantic adds of its own is left out."""
    words: list[str] = []
    here = given
    for part in location:
        if isinstance(here, list) and isinstance(part, int) and part < len(here):
            words[-1:] = [f"{words[-1]} {part + 1}"] if words else [str(part + 1)]
            here = here[part]
        elif isinstance(here, dict) and part in here:
            words.append(str(part))
            here = here[part]
    return "".join(f"{w}: " for w in words)


def _known(location: tuple[int | str, ...], word: str) -> str:
    inside: dict[str, type[PlanPart]] = {
        "define": Definition,
        "banner": BannerItem,
        "rows": RowItem,
        "significance": Significance,
        "rim_weight": RimWeight,
        "rescaled_weight": RescaledWeight,
        "ranking": Ranking,
        "allocation": Allocation,
        "book": BookOptions,
    }
    part = next((inside[str(at)] for at in reversed(location[:-1]) if at in inside), TabulationPlan)
    settings = [field for field in part.model_fields if field not in {"mistake", "trouble"}]
    return nearest(word, settings) or f"; there are {', '.join(settings)}"


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "a group of settings"
    if isinstance(value, list):
        return "a list"
    return "empty" if value is None else repr(value)[:60]
