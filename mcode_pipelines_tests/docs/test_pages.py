from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

from mcode_pipelines.settings import PREFIX, Settings
from mcode_pipelines.tabulation import parse_plan

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
MOST_BYTES_A_PICTURE = 150 * 1024


def settings_table() -> list[str]:
    """The rows of the table of settings, as docs/engineer.md shows them."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return rows


def test_the_table_of_settings_says_what_the_settings_say():
    page = (ROOT / "docs" / "engineer.md").read_text(encoding="utf-8")
    shown = [line for line in page.splitlines() if line.startswith(f"| `{PREFIX}")]
    assert shown == settings_table(), "\n" + "\n".join(settings_table())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text)
    missing = []
    for target in targets:
        path, _, anchor = target.partition("#")
        place = (page.parent / path) if path else page
        if not place.exists() or (anchor and anchor not in headings(place)):
            missing.append(target)
    assert missing == []


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def test_the_plan_that_analysts_are_shown_can_be_read():
    page = (ROOT / "docs" / "analyst.md").read_text(encoding="utf-8")
    plans = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert plans
    for text in plans:
        assert parse_plan(text, "the plan in docs/analyst.md").rows


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "pictures").glob("*.png")), ids=lambda p: p.name)
def test_a_picture_is_small_and_shown_on_a_page(picture: Path):
    assert picture.stat().st_size < MOST_BYTES_A_PICTURE
    assert any(f"pictures/{picture.name}" in page.read_text(encoding="utf-8") for page in PAGES)


def test_the_launchpad_table_names_every_setting_of_every_stage():
    page = (ROOT / "docs" / "analyst.md").read_text(encoding="utf-8")
    stages = ("raw_data", "code_frames", "classified_responses", "tabulation_plan", "crosstab_batches", "excel_outputs")
    for stage in stages:
        module = importlib.import_module(f"mcode_pipelines.defs.assets.{stage}")
        configs = [c for c in vars(module).values() if inspect.isclass(c) and c.__module__ == module.__name__]
        for name in (field for config in configs for field in config.model_fields):
            assert f"`{name}`" in page, f"{stage}: {name}"
