"""Statistics against R 4.2.2 (stats, survey 4.1-1) and GNU PSPP 1.6.2, on answers that both languages can make.

The answers in R, where `draw` is a small generator of the numbers 0 to k - 1:

    x <- 1; draw <- function(k) { x <<- (75 * x + 74) %% 65537; floor(k * x / 65537) }
    d <- as.data.frame(do.call(rbind, lapply(1:160, function(i) { s <- draw(2); data.frame(
      sex = 1 + s, one = 1 + min(2, draw(3 + s)), city = draw(4), num = draw(40) - 5 * s, w = (4 + draw(13)) / 8,
      nps = draw(11), b1 = draw(3) > 0, b2 = draw(3) > 0) })))
    d$city[d$city == 0] <- NA; d$num[d$num %% 10 == 9] <- NA
"""

from __future__ import annotations

import polars as pl
import pytest

from mcode_pipelines.survey import CrossTables
from mcode_pipelines_tests.tabulation.made_surveys import book, figures, numeric, pairs, scale, single

QUESTIONS = (
    single("sex", 1, 2),
    single("one", 1, 2, 3),
    single("city", 1, 2, 3),
    numeric("num"),
    numeric("w"),
    scale("nps", *range(11)),
)


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[object]]:
    state = 1

    def draw(k: int) -> int:
        nonlocal state
        state = (75 * state + 74) % 65537
        return k * state // 65537

    rows = []
    for _ in range(160):
        s = draw(2)
        one, city, num = 1 + min(2, draw(3 + s)), draw(4), draw(40) - 5 * s
        row = {"sex": 1 + s, "one": one, "city": city or None, "num": None if num % 10 == 9 else num}
        rows.append({**row, "w": (4 + draw(13)) / 8, "nps": draw(11)})
        draw(3), draw(3)
    return {name: [row[name] for row in rows] for name in rows[0]}


def tables(drawn: dict[str, list[object]], significance: dict[str, object], **plan: object) -> CrossTables:
    ours = {"levels": [0.95], "small_base": [0, 0], **significance}
    return book({"weight": None, "banner": ["total", "sex"], **plan, "significance": ours}, drawn, *QUESTIONS)


def test_rao_scott(drawn: dict[str, list[object]]) -> None:
    """`svychisq(~one + city, svydesign(~1, weights = ~w, data = e))`, e of those with a city; the same with sex."""
    made = tables(drawn, {"chi_square": "rao_scott"}, weight="w", banner=["sex", "city"], rows=["one"])
    found = made.tests.filter(row_code="chi_square").select("column_variable", "statistic", "df", "p_value").rows()
    assert found[0] == ("sex", *map(pytest.approx, (1.44218859347665, 1.99938537963881, 0.23795458355015)))
    assert found[1] == ("city", *map(pytest.approx, (1.72069107197162, 3.99405557424277, 0.14405278340887)))
    # `parameter` has both: ndf, and ddf, which is ndf times the design's degrees of freedom (respondents less one).
    people = [sum(drawn[name][at] is not None for at in range(160)) for name in ("sex", "city")]
    below = [f"{df * (n - 1):.2f}" for df, n in zip((1.99938537963881, 3.99405557424277), people, strict=True)]
    said = [note for note in made.heads[0].notes if "Rao-Scott" in note]
    assert f": F = 1.44 (df 2.00; {below[0]}), p = 0.238, " in said[0]
    assert f": F = 1.72 (df 3.99; {below[1]}), p = 0.144, " in said[1]
    indonesian = tables(
        drawn, {"chi_square": "rao_scott"}, weight="w", banner=["sex"], rows=["one"], language="id"
    ).heads[0]
    assert f": F = 1,44 (df 2,00; {below[0].replace('.', ',')}), p = 0,238, " in " ".join(indonesian.notes)


def test_rao_scott_is_not_computed_where_r_refuses() -> None:
    """`svychisq(~q + c, svydesign(~1, weights = ~w, data = d))`: "system is computationally singular"."""
    cells = {("1", "3"): 3, ("2", "3"): 4, ("3", "1"): 9, ("3", "2"): 8, ("3", "3"): 9}
    given = [cell for cell, people in cells.items() for _ in range(people)]
    data = {"q": [q for q, _ in given], "c": [c for _, c in given], "w": [1 + i % 3 for i in range(len(given))]}
    plan = {"weight": "w", "banner": ["c"], "rows": ["q"], "significance": {"chi_square": "rao_scott"}}
    made = book(plan, data, single("q", 1, 2, 3), single("c", 1, 2, 3), numeric("w"))
    assert made.tests.filter(row_code="chi_square").is_empty()
    said = "Chi-square (Rao-Scott) - Question c: not computed, too many cells of the table are empty"
    assert said in made.heads[0].notes


def test_z_against_the_rest_is_the_adjusted_residual(drawn: dict[str, list[object]]) -> None:
    """`chisq.test(table(d$one, d$sex), correct = FALSE)$stdres`; weighted, PSPP CROSSTABS /CELLS=ASRESID."""
    made = tables(drawn, {"method": "pooled_z", "compare": "rest"}, rows=["one"])
    residual = {row: value for (row, a, _), value in pairs(made, "statistic").items() if a == "1"}
    assert residual == pytest.approx({"1": 1.93278765670521, "2": -0.14851945092964, "3": -1.66264758556017})
    made = tables(drawn, {"method": "pooled_z", "compare": "rest"}, rows=["one"], weight="w")
    residual = {row: value for (row, a, _), value in pairs(made, "statistic").items() if a == "1"}
    assert residual == pytest.approx({"1": 1.91, "2": -0.29, "3": -1.52}, abs=0.005)


CORRECTED = {
    "none": (
        (0.11592324334069, 0.13679278095902, 0.89435209358062),
        (0.10385502772663, 0.00477273333804, 0.23060980834403),
    ),
    "holm": (
        (0.34776973002207, 0.34776973002207, 0.89435209358062),
        (0.20771005545326, 0.01431820001413, 0.23060980834403),
    ),
    "benjamini_hochberg": (
        (0.20518917143854, 0.20518917143854, 0.89435209358062),
        (0.15578254158994, 0.01431820001413, 0.23060980834403),
    ),
    "bonferroni": ((0.34776973002207, 0.41037834287707, 1.0), (0.31156508317989, 0.01431820001413, 0.6918294250321)),
}
"""Of codes 1 and 3, the pairs of cities 1:2, 1:3, 2:3."""


@pytest.mark.parametrize("correction", CORRECTED)
def test_corrected_pairwise_proportions(drawn: dict[str, list[object]], correction: str) -> None:
    """`p.adjust(p, method)` of `prop.test(k[c(i, j)], n[c(i, j)], correct = FALSE)$p.value` by city."""
    made = tables(drawn, {"method": "pooled_z", "correction": correction}, banner=["city"], rows=["one"])
    tested = pairs(made, "p_adjusted")
    for code, expected in zip(("1", "3"), CORRECTED[correction], strict=True):
        found = [tested[code, a, b] for a, b in (("1", "2"), ("1", "3"), ("2", "3"))]
        assert found == pytest.approx(expected, rel=1e-9)


def test_means_of_two_columns(drawn: dict[str, list[object]]) -> None:
    """`t.test(num ~ sex, d, var.equal = TRUE)` and, with separate variances, `t.test(num ~ sex, d)`."""
    row = {"variable": "num", "statistics": ["mean"]}
    student, welch = (tables(drawn, {"method": m}, rows=[row]).tests for m in ("effective_base_t", "unpooled_t"))
    assert student["p_value"].to_list() == pytest.approx([0.023404290463577])
    assert welch["p_value"].to_list() == pytest.approx([0.023355882879491])
    assert welch["df"].to_list() == pytest.approx([140.787487679968166])


def test_promoter_scores(drawn: dict[str, list[object]]) -> None:
    """`t.test(s ~ sex, var.equal = TRUE)` of s = 100 for 9 and 10, -100 below 7, else 0."""
    made = tables(drawn, {}, rows=[{"variable": "nps", "nps": True}])
    assert figures(made, "value")["nps", "1"] == pytest.approx(-48.717948717949)
    assert figures(made, "value")["nps", "2"] == pytest.approx(-52.439024390244)
    assert pairs(made, "p_value")["nps", "1", "2"] == pytest.approx(0.76310841620261)


PERCENTILES = ["p5", "quartile1", "median", "quartile3", "p90"]


def test_percentiles(drawn: dict[str, list[object]]) -> None:
    """`quantile(num, c(.05, .25, .5, .75, .9), type = 6)`; weighted, PSPP EXAMINE /PERCENTILES=HAVERAGE.

    PSPP takes the weights as they are, so its figures are met by weights that have mean 1 with others beside them.
    """
    row = {"variable": "num", "statistics": PERCENTILES}
    plain = figures(tables(drawn, {}, rows=[row]), "value")
    assert [plain[p, "1"] for p in PERCENTILES] == pytest.approx([1.6, 10.0, 20.0, 30.0, 34.8])
    assert [plain[p, "2"] for p in PERCENTILES] == pytest.approx([-3.35, 5.0, 13.5, 24.0, 31.7])
    others = 200  # who are in neither column, with weights that bring the mean to 1
    weights = [w for w in drawn["w"] if w > 0]
    drawn = {name: [*cells, *[None] * others] for name, cells in drawn.items()}
    drawn["w"][-others:] = [(len(weights) + others - sum(weights)) / others] * others
    weighted = figures(tables(drawn, {}, rows=[row], weight="w"), "value")
    assert [weighted[p, "1"] for p in PERCENTILES] == pytest.approx([2.0, 10.0, 19.63, 27.69, 32.22], abs=0.006)
    assert [weighted[p, "2"] for p in PERCENTILES] == pytest.approx([-3.86, 5.0, 13.0, 24.69, 32.73], abs=0.006)


def test_with_separate_variances_a_column_differs_from_the_total_as_it_differs_from_the_rest(
    drawn: dict[str, list[object]],
) -> None:
    """`t.test(num[city == 1], num[else])`, and by hand (p1 - p2) / sqrt(p1 (1 - p1) / n1 + p2 (1 - p2) / n2)."""
    rows = ["one", {"variable": "num", "statistics": ["mean"]}]
    made = tables(drawn, {"method": "unpooled_t", "compare": "total"}, banner=["city"], rows=rows)
    found = made.tests.filter(column_a="1").select("row_code", "column_b", "difference", "statistic", "p_value").rows()
    share, mean = found[0], found[-1]
    assert share == ("1", "@", *map(pytest.approx, (0.141860465116279, 2.266109600250976, 0.024802232323205)))
    assert mean == ("mean", "@", *map(pytest.approx, (-1.24941724941725, -0.77340008441575, 0.44212241913528)))
    for weight in (None, "w"):
        against = {}
        for compare in ("total", "rest"):
            asked = {"method": "unpooled_t", "compare": compare}
            against[compare] = tables(drawn, asked, banner=["city"], rows=rows, weight=weight).tests
        for name in ("statistic", "df", "p_value"):
            assert against["total"][name].to_list() == pytest.approx(against["rest"][name].to_list())
        assert (against["total"]["overlap"] > 0).all()


def test_nested_rim_targets(drawn: dict[str, list[object]]) -> None:
    """`rake(svydesign(~1, weights = ~1, data = e), list(~sc, ~one), margins, control = list(epsilon = 1e-13))`.

    e of those with a city, sc = paste(sex, city), margins the shares below.
    """
    nested = {"1>1": 0.2, "1>2": 0.1, "1>3": 0.2, "2>1": 0.1, "2>2": 0.3, "2>3": 0.1}
    rim = {"rim": {"sex > city": nested, "one": {1: 0.5, 2: 0.2, 3: 0.3}}}
    made = tables(
        drawn, {}, weight=rim, filter="city IS NOT NULL", rows=["one", {"variable": "num", "statistics": ["mean"]}]
    )
    assert figures(made, "value")["base_effective", "@"] == pytest.approx(102.85304145034948)
    assert figures(made, "value", "T0002")["mean", "@"] == pytest.approx(16.63296008312326)
    assert "they go from 0.44 to 2.74" in " ".join(made.book.notes)


def test_everyone_and_all_but_nobody_differ_by_rounding_alone() -> None:
    """A share of 1 in sums of weights is 1 but for its last digit, which is no variance of its own."""
    weights = [0.1 + 0.001 * i for i in range(90)]
    data = {"q": ["1"] * 80 + ["2"] * 10, "c": ["1"] * 30 + ["2"] * 30 + ["1"] * 30, "w": weights}
    asked = {"levels": [0.95], "small_base": [0, 0], "method": "unpooled_t"}
    plan = {"weight": "w", "banner": ["c"], "rows": ["q"], "significance": asked}
    made = book(plan, data, single("q", 1, 2), single("c", 1, 2), numeric("w"))
    one = pl.DataFrame({"w": weights, "q": data["q"], "c": data["c"]}).filter(c="1")
    share = one.filter(q="1")["w"].sum() / one["w"].sum()
    effective = one["w"].sum() ** 2 / (one["w"] ** 2).sum()
    expected = (share - 1) / (share * (1 - share) / effective) ** 0.5
    assert pairs(made, "statistic")["1", "1", "2"] == pytest.approx(expected, rel=1e-13)
