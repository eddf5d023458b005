"""The page on tables says what is true: its examples are run, and no word of a plan is missing."""

from __future__ import annotations

import re
from typing import Literal, get_args, get_origin

import pytest

from mcode_pipelines.survey import BannerItem, BookOptions, Definition, RimWeight, RowItem, Significance, Statistic
from mcode_pipelines.survey.plan import Allocation, Ranking, TabulationPlan
from mcode_pipelines_tests.tabulation.documented import PAGE, examples, output_of, tables_of

page = PAGE.read_text(encoding="utf-8")
found = list(examples(page))


def test_every_plan_of_the_page_is_an_example_with_its_output_or_picture() -> None:
    assert len(found) == page.count("```yaml") >= 30
    assert sum(example["output"] is not None for example in found) == page.count("```text")
    pictures = [example["picture"] for example in found]
    assert all(example["output"] or example["picture"] for example in found)
    assert len(set(pictures) - {None}) == page.count("(pictures/tables/")
    assert not [name for name in pictures if name and not (PAGE.parent / f"pictures/tables/{name}.png").is_file()]


@pytest.mark.parametrize("example", found, ids=lambda e: f"line {page[: e.start()].count(chr(10)) + 2}")
def test_an_example_gives_what_stands_below_it(example: re.Match[str]) -> None:
    if example["output"] is None:
        assert all(head.trouble is None for tables in tables_of(example["plan"]) for head in tables.heads)
    else:
        assert output_of(example["plan"], notes=bool(example["notes"])) == example["output"]


def words(part: type, *hidden: str) -> list[str]:
    named = set(part.model_fields) - set(hidden)
    for field in part.model_fields.values():
        for kind in (field.annotation, *get_args(field.annotation)):
            if get_origin(kind) is Literal:
                named |= {value for value in get_args(kind) if value not in {"", "-"}}
    return sorted(named)


@pytest.mark.parametrize(
    ("part", "hidden"),
    [
        (TabulationPlan, ("remarks",)),
        (RowItem, ("mistake", "trouble")),
        (BannerItem, ("mistake", "trouble")),
        (Definition, ("mistake", "trouble")),
        (RimWeight, ()),
        (Ranking, ()),
        (Allocation, ()),
        (Significance, ()),
        (BookOptions, ()),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_every_word_of_a_plan_stands_on_the_page(part: type, hidden: tuple[str, ...]) -> None:
    missing = [word for word in words(part, *hidden) if not re.search(rf"`[^`\n]*\b{re.escape(word)}\b[^`\n]*`", page)]
    assert not missing


def test_every_statistic_stands_on_the_page() -> None:
    assert not [s.value for s in Statistic if f"`{s.value}`" not in page]
