"""Real files of many tools: how many columns get their kind right, in place and never copied."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.sources import read_survey
from mcode_pipelines.survey import RawSurvey
from mcode_pipelines_tests.detection.scoring import FORMS, Score, score


@pytest.fixture(scope="module")
def folder() -> Path:
    shared = os.environ.get("MCODE_SHARED")
    if not shared:
        pytest.skip("MCODE_SHARED is not set: the real survey files are not here")
    return Path(shared) / "data" / "surveys"


def data_file(folder: Path, stem: str) -> Path:
    return next(p for p in (folder / f"{stem}{end}" for end in (".csv", ".tsv", ".xlsx", ".sav")) if p.is_file())


def read(folder: Path, stem: str, *, with_form: bool) -> RawSurvey:
    data = data_file(folder, stem)
    form = folder / FORMS[stem] if with_form and stem in FORMS else None
    raw = read_survey(data, name=data.name, form=form, form_name=form.name if form else None)
    if with_form:
        return raw
    bare = raw.head.model_copy(update={"form": None, "dictionary": {}, "response_sets": ()})
    return RawSurvey(raw.data, bare)


def scores(folder: Path, *, with_form: bool) -> list[Score]:
    truths = sorted(folder.glob("*.truth.csv"))
    stems = [t.name.removesuffix(".truth.csv") for t in truths]
    wanted = [s for s in stems if not with_form or s in FORMS or s.startswith("spss")]
    return [score(read(folder, s, with_form=with_form), folder / f"{s}.truth.csv") for s in wanted]


def told(found: list[Score]) -> dict[str, float]:
    columns = sum(s.columns for s in found)
    counted = [s for s in found if s.columns]
    figures = {
        "strict by column": sum(s.strict for s in found) / columns,
        "lenient by column": sum(s.lenient for s in found) / columns,
        "strict by file": sum(s.strict / s.columns for s in counted) / len(counted),
        "lenient by file": sum(s.lenient / s.columns for s in counted) / len(counted),
        "sparse columns, lenient": sum(s.sparse_lenient for s in found) / max(sum(s.sparse for s in found), 1),
    }
    print({k: round(v, 3) for k, v in figures.items()})
    return figures


def test_kinds_without_form_or_dictionary(folder: Path) -> None:
    figures = told(scores(folder, with_form=False))
    assert figures["lenient by column"] > 0.95
    assert figures["lenient by file"] > 0.965
    assert figures["strict by column"] > 0.89
    assert figures["strict by file"] > 0.9
    assert figures["sparse columns, lenient"] > 0.85


def test_kinds_with_form_or_dictionary(folder: Path) -> None:
    figures = told(scores(folder, with_form=True))
    assert figures["lenient by column"] > 0.97
    assert figures["strict by column"] > 0.96
    assert figures["lenient by file"] > 0.98
    assert figures["sparse columns, lenient"] > 0.95


def test_every_file_gives_a_codebook_without_a_silly_decision(folder: Path) -> None:
    files = [p for p in sorted(folder.iterdir()) if p.suffix in (".csv", ".tsv", ".xlsx", ".sav") and p.is_file()]
    data = [p for p in files if not any(part in p.name for part in ("truth", "form", "manifest"))]
    assert len(data) > 25
    for path in data:
        raw = read_survey(path, name=path.name)
        codebook = detect(raw)
        assert sorted(c for v in codebook if not v.member_of for c in v.columns) == sorted(raw.columns), path.name
        for variable in codebook:
            assert variable.evidence, (path.name, variable.name)
            assert not (variable.personal and str(variable.kind) == "open_ended"), (path.name, variable.name)
