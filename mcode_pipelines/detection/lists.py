"""Word lists that are data: read once from `lists.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@lru_cache(maxsize=1)
def _lists() -> Mapping[str, Any]:
    text = files("mcode_pipelines.detection").joinpath("lists.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    lists: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - both loaders are safe ones
    return lists


@lru_cache(maxsize=64)
def words_in(*path: str) -> frozenset[str]:
    """The words of one list, by the keys that lead to it."""
    found: Any = _lists()
    for key in path:
        found = found[key]
    return frozenset(str(found).split())


@lru_cache(maxsize=64)
def entries_in(*path: str) -> tuple[Any, ...]:
    """The entries of a list of lists, by the keys that lead to it."""
    found: Any = _lists()
    for key in path:
        found = found[key]
    return tuple(found)
