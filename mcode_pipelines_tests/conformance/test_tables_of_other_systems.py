"""Our tables against those that quantipy and R computed of the same data, to the last digit."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from mcode_pipelines.survey import ROW, Choice, Codebook, RawSurvey, SourceNotes, SurveyHead, TabulationPlan, Variable
from mcode_pipelines.tabulation import tabulate

pytestmark = pytest.mark.conformance

STATISTICS = {
    "mean": "mean", "stddev": "std_dev", "sem": "std_error", "median": "median", "min": "minimum", "max": "maximum",
}  # fmt: skip
KINDS = {"single": "single_choice", "delimited set": "multi_choice", "int": "numeric", "float": "numeric"}
NEAR = {"rel": 1e-9, "abs": 1e-9}


@pytest.fixture(scope="module")
def cases() -> Path:
    shared = os.environ.get("MCODE_SHARED")
    if not shared:
        pytest.skip("MCODE_SHARED is not set: the tables of other systems are not here")
    return Path(shared) / "conformance" / "crosstab"


def raw_of(case: Path) -> RawSurvey:
    data = pl.read_csv(case / "data.csv", infer_schema=False).with_row_index(ROW, offset=1)
    head = SurveyHead(source=SourceNotes(kind="csv", file="data.csv"), headers=(tuple(data.columns[1:]),))
    return RawSurvey(data.with_columns(pl.col(ROW).cast(pl.Int64)).lazy(), head)


def tables_of(
    case: Path, plan: dict[str, Any], *variables: Variable
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    [batch] = tabulate(
        TabulationPlan.model_validate({"language": "en", **plan}), raw_of(case), Codebook(variables=variables)
    )
    return batch.cells.to_dicts(), batch.tests.to_dicts()


def question(name: str, kind: str, *codes: str, without: tuple[int, ...] = ()) -> Variable:
    choices = tuple(Choice(code=c, label=c, factor=None if int(c) in without else float(c)) for c in codes)
    delimiter = ";" if kind == "multi_choice" else None
    return Variable(name=name, label=name, kind=kind, columns=(name,), choices=choices, delimiter=delimiter)


QUANTIPY = (
    "qp_means_weighted",
    "qp_multi_x_single_weighted",
    "qp_single_x_multi_overlap_weighted",
    "qp_single_x_single",
    "qp_single_x_single_missing_weighted",
)


@pytest.mark.parametrize("name", QUANTIPY)
def test_quantipy_agrees_in_every_figure(cases: Path, name: str) -> None:
    expected = json.loads((cases / name / "expected.json").read_text())
    meta = json.loads((cases / name / "meta.json").read_text())
    variables = [
        question(n, KINDS[v["type"]], *v.get("values", {}), without=tuple(expected.get("excluded_codes") or ()))
        for n, v in meta["variables"].items()
    ]
    if expected["weight"]:
        variables.append(question(expected["weight"], "numeric"))
    wanted = [STATISTICS[r["code"]] for r in expected["rows"] if r["code"] in STATISTICS]
    cells, tests = tables_of(
        cases / name,
        {
            "weight": expected["weight"],
            "banner": ["total", expected["columns_variable"]],
            "rows": [{"variable": expected["rows_variable"], "statistics": wanted}],
            # The published overlap term, with which quantipy computes; it matters in weighted columns that overlap.
            "significance": {"levels": [0.95], "small_base": [0, 0], "method": "dimensions_t"},
        },
        *variables,
    )
    got = {(c["row_code"], c["column_code"]): c for c in cells}
    compared = 0
    for column in expected["columns"]:
        for base in ("base_unweighted", "base", "base_effective"):
            if base in column:
                assert got[base, str(column["code"])]["value"] == pytest.approx(column[base], **NEAR)
                compared += 1
    fields = {"count": "count", "count_unweighted": "count_unweighted", "col_pct": "column_percent", "value": "value"}
    for row in expected["rows"]:
        for field, ours in fields.items():
            for column, figure in (row.get(field) or {}).items():
                cell = got[STATISTICS.get(row["code"], str(row["code"])), column]
                assert cell[ours] == pytest.approx(figure, **NEAR), (row["code"], column, field)
                compared += 1
    p = {(t["row_code"], t["column_a"], t["column_b"]): t for t in tests}
    for test in expected["tests"]:
        figure = test.get("p_by_published_formula", test["p"])
        if figure is not None:
            assert p[test["row"], test["a"], test["b"]]["p_value"] == pytest.approx(figure, **NEAR)
            compared += 1
    assert compared > 40


R_TABLES = {
    "q1_x_gender": (("q1", "single_choice"), ("gender", "single_choice")),
    "q2b_x_locality": (("q2b", "single_choice"), ("locality", "single_choice")),
    "q8_x_locality": (("q8", "multi_choice"), ("locality", "single_choice")),
}


CORRECTIONS = {"none": "p_raw", "bonferroni": "p_bonferroni", "holm": "p_holm", "benjamini_hochberg": "p_BH"}


@pytest.mark.parametrize(
    ("name", "correction"),
    [
        (n, c) for n in R_TABLES for c in CORRECTIONS if (n, c) != ("q8_x_locality", "holm")
    ],  # R's file has no Holm there
)
def test_r_agrees_in_pairwise_z_tests_and_their_corrections(cases: Path, name: str, correction: str) -> None:
    expected = json.loads((cases / "r_stats_qpdata" / "expected.json").read_text())[name]
    (row, row_kind), (column, column_kind) = R_TABLES[name]
    cells, tests = tables_of(
        cases / "r_stats_qpdata",
        {
            "banner": ["total", column],
            "rows": [row],
            "significance": {"levels": [0.95], "small_base": [0, 0], "method": "pooled_z", "correction": correction},
        },
        question(row, row_kind, *expected["rows"])
        if "rows" in expected
        else question(row, row_kind, *expected["pairwise"]),
        question(column, column_kind, *expected["columns"])
        if "columns" in expected
        else question(column, column_kind, *"12345"),
    )
    percent = {(c["row_code"], c["column_code"]): c["column_percent"] for c in cells if c["row_kind"] == "category"}
    codes = expected.get("rows") or list(expected["pairwise"])
    for code, shares in zip(codes, expected["col_pct"], strict=True):
        for place, share in zip(expected["base"], shares, strict=True):
            assert percent[code, place] == pytest.approx(share, rel=1e-9)
    ours = {(t["row_code"], f"{t['column_a']}:{t['column_b']}"): t for t in tests}
    for code, pairwise in expected["pairwise"].items():
        names = [pairwise["pairs"]] if isinstance(pairwise["pairs"], str) else pairwise["pairs"]
        for pair, figure in zip(names, np.atleast_1d(pairwise[CORRECTIONS[correction]]), strict=True):
            assert ours[code, pair]["p_adjusted"] == pytest.approx(float(figure), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", ["q1_x_gender", "q2b_x_locality"])
def test_r_agrees_in_adjusted_residuals_which_are_z_against_the_rest(cases: Path, name: str) -> None:
    expected = json.loads((cases / "r_stats_qpdata" / "expected.json").read_text())[name]
    (row, row_kind), (column, column_kind) = R_TABLES[name]
    against_rest = {"levels": [0.95], "small_base": [0, 0], "method": "pooled_z", "compare": "rest"}
    _, tests = tables_of(
        cases / "r_stats_qpdata",
        {"filter": f"{column} IS NOT NULL", "banner": [column], "rows": [row], "significance": against_rest},
        question(row, row_kind, *expected["rows"]),
        question(column, column_kind, *expected["columns"]),
    )
    ours = {(t["row_code"], t["column_a"]): t["statistic"] for t in tests}
    for code, residuals in zip(expected["rows"], expected["adjusted_residuals"], strict=True):
        for place, residual in zip(expected["columns"], residuals, strict=True):
            assert ours[code, place] == pytest.approx(residual, rel=1e-9)


@pytest.mark.parametrize("name", ["q5_1_mean_by_locality", "age_mean_by_locality"])
def test_r_survey_agrees_in_weighted_means(cases: Path, name: str) -> None:
    expected = json.loads((cases / "r_stats_qpdata" / "expected.json").read_text())[name]
    variable = expected["variable"]
    rated = question(variable, "scale", "1", "2", "3", "4", "5", "97", "98", without=(97, 98))
    cells, _ = tables_of(
        cases / "r_stats_qpdata",
        {"weight": "weight_a", "banner": ["locality"], "rows": [{"variable": variable, "statistics": ["mean"]}]},
        rated if variable == "q5_1" else question(variable, "numeric"),
        question("locality", "single_choice", "1", "2", "3", "4", "5"),
        question("weight_a", "numeric"),
    )
    means = {c["column_code"]: c["value"] for c in cells if c["row_code"] == "mean"}
    assert means == pytest.approx(expected["weighted"]["mean"], rel=1e-9)


@pytest.mark.parametrize(("method", "field"), [("pooled_z", "p_equal_var_two_groups"), ("unpooled_t", "p_welch")])
@pytest.mark.parametrize("name", ["q5_1_mean_by_locality", "age_mean_by_locality"])
def test_r_agrees_in_t_tests_medians_and_deviations(cases: Path, name: str, method: str, field: str) -> None:
    expected = json.loads((cases / "r_stats_qpdata" / "expected.json").read_text())[name]
    variable = expected["variable"]
    rated = question(variable, "scale", "1", "2", "3", "4", "5", "97", "98", without=(97, 98))
    cells, tests = tables_of(
        cases / "r_stats_qpdata",
        {
            "banner": ["locality"],
            "rows": [{"variable": variable, "statistics": ["mean", "std_dev", "median"]}],
            "significance": {"levels": [0.95], "small_base": [0, 0], "method": method},
        },
        rated if variable == "q5_1" else question(variable, "numeric"),
        question("locality", "single_choice", "1", "2", "3", "4", "5"),
    )
    value = {(c["row_code"], c["column_code"]): c["value"] for c in cells}
    for ours, theirs in (("mean", "mean"), ("std_dev", "sd"), ("median", "median")):
        for column, figure in expected[theirs].items():
            assert value[ours, column] == pytest.approx(figure, rel=1e-9)
    p = {f"{t['column_a']}:{t['column_b']}": t["p_value"] for t in tests if t["row_code"] == "mean"}
    assert [p[pair] for pair in expected["pairs"]] == pytest.approx(expected[field], rel=1e-9)


@pytest.mark.parametrize("name", ["q1_x_gender", "q2b_x_locality"])
def test_r_agrees_in_chi_square_and_rao_scott(cases: Path, name: str) -> None:
    expected = json.loads((cases / "r_stats_qpdata" / "expected.json").read_text())[name]
    (row, row_kind), (column, column_kind) = R_TABLES[name]
    questions = (question(row, row_kind, *expected["rows"]), question(column, column_kind, *expected["columns"]))
    found = {}
    for kind, weight in (("unweighted", None), ("rao_scott", "weight_a")):
        plan = {"weight": weight, "banner": [column], "rows": [row], "significance": {"levels": [], "chi_square": kind}}
        _, [found[kind]] = tables_of(cases / "r_stats_qpdata", plan, *questions, question("weight_a", "numeric"))
    plain, designed = expected["chisq"], expected["weighted"]["rao_scott"]["F"]
    assert found["unweighted"]["statistic"] == pytest.approx(plain["statistic"], rel=1e-9)
    assert found["unweighted"]["df"] == plain["df"]
    assert found["unweighted"]["p_value"] == pytest.approx(plain["p"], rel=1e-9)
    assert found["rao_scott"]["statistic"] == pytest.approx(designed["statistic"], rel=1e-9)
    assert found["rao_scott"]["df"] == pytest.approx(designed["df"][0], rel=1e-9)
    assert found["rao_scott"]["p_value"] == pytest.approx(designed["p"], rel=1e-9)


def test_r_survey_agrees_in_rim_weights(cases: Path) -> None:
    case = cases / "survey_rake_api"
    expected = json.loads((case / "expected.json").read_text())
    targets = {
        name: {code: count / sum(margin.values()) for code, count in margin.items()}
        for name, margin in expected["targets"].items()
    }
    margins = [
        Variable(name=n, label=n, kind="single_choice", columns=(n,), choices=tuple(Choice(code=c, label=c) for c in t))
        for n, t in targets.items()
    ]
    others = [
        Variable(name="api00", label="api00", kind="numeric", columns=("api00",)),
        Variable(
            name="comp.imp", label="comp.imp", kind="single_choice", columns=("comp.imp",),
            choices=(Choice(code="No", label="No"), Choice(code="Yes", label="Yes")),
        ),
    ]  # fmt: skip
    cells, _ = tables_of(
        case,
        {
            "weight": {"rim": targets},
            "banner": ["total", "stype"],
            "rows": [{"variable": "api00", "statistics": ["mean"]}, "comp.imp"],
        },
        *margins, *others,
    )  # fmt: skip
    got = {(c["table_id"], c["row_code"], c["column_code"]): c for c in cells}
    assert got["T0001", "mean", "@"]["value"] == pytest.approx(expected["api00_mean_after_raking"], rel=1e-9)
    assert got["T0001", "base_effective", "@"]["value"] == pytest.approx(expected["effective_n_kish"], rel=1e-9)
    assert got["T0001", "base", "@"]["value"] == pytest.approx(len(expected["weights"]))
    for row, shares in zip(("No", "Yes"), expected["comp.imp_x_stype_col_pct_after_raking"], strict=True):
        for column, share in zip("EHM", shares, strict=True):
            assert got["T0002", row, column]["column_percent"] == pytest.approx(share, rel=1e-9)
