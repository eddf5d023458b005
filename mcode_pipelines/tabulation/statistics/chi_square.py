"""Chi-square of a whole table: whether the rows and the columns have anything to do with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcode_pipelines.tabulation.arrays import FloatArray
from mcode_pipelines.tabulation.counting.sums import Sums


@dataclass(frozen=True)
class Association:
    """A test of independence of rows and columns."""

    statistic: float
    """Chi-square; for Rao-Scott the F it is turned into. NaN (as the p-value) where it cannot be had."""
    df: float
    df_below: float | None
    """Denominator degrees of freedom of an F; None for a chi-square."""
    p_value: float
    cramers_v: float


@dataclass(frozen=True)
class WholeTest:
    """The test of one table against one banner question."""

    variable: str
    """The banner question."""
    label: str
    """What kind of test it is, in the output's language."""
    heading: str
    """The banner question's label."""
    found: Association


def association(kind: str, cells: Sums) -> Association | None:
    """The chi-square test of a table whose cells are disjoint; None where fewer than two rows or columns have anyone.

    unweighted: Pearson on respondents. weighted: Pearson on the weighted counts as if they were respondents (what SPSS
    CROSSTABS and PSPP print). rao_scott: the second-order Rao-Scott F for a sample drawn with unequal weights
    (R survey, svychisq with statistic "F", on a design of the table's respondents alone); no figure where so many cells
    are empty that the design effects cannot be told, which R refuses too. Cramer's V belongs to the same table: of
    weighted counts unless unweighted.

    Args:
        kind: unweighted | weighted | rao_scott.
        cells: (rows, columns); empty rows and columns are left out.

    Source: crosstab formulas section 4; Rao and Scott (1984).
    """
    kept_rows, kept_columns = cells.n.sum(axis=1) > 0, cells.n.sum(axis=0) > 0
    if kept_rows.sum() < 2 or kept_columns.sum() < 2:
        return None
    n, w, q = (figure[kept_rows][:, kept_columns] for figure in (cells.n, cells.w, cells.q))
    counts = n if kind == "unweighted" else w
    statistic = pearson(counts)
    free = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    v = float(np.sqrt(statistic / (counts.sum() * (min(counts.shape) - 1))))
    if kind == "rao_scott":
        return _rao_scott(n, w, q, v)
    from scipy import special

    return Association(statistic, float(free), None, float(special.chdtrc(free, statistic)), v)


def pearson(counts: FloatArray) -> float:
    """Pearson's chi-square of (rows, columns) counts, none of whose margins is zero."""
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / counts.sum()
    return float(((counts - expected) ** 2 / expected).sum())


def _rao_scott(n: FloatArray, w: FloatArray, q: FloatArray, v: float) -> Association:
    people = float(n.sum())
    shares = (w / w.sum()).ravel()
    squares = q.ravel()
    # Linearised covariance of the cell shares, from the sums of squared weights of the cells.
    covariance = np.diag(squares) - np.outer(squares, shares) - np.outer(shares, squares)
    covariance += squares.sum() * np.outer(shares, shares)
    covariance *= people / (people - 1) / w.sum() ** 2
    contrasts = _interactions(*w.shape)
    inverse = np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0)
    plain = contrasts.T @ (inverse[:, None] * contrasts) / people
    designed = contrasts.T @ (inverse[:, None] * covariance * inverse[None, :]) @ contrasts
    if np.linalg.matrix_rank(plain, hermitian=True) < len(plain):
        return Association(np.nan, np.nan, np.nan, np.nan, v)
    effects = np.linalg.solve(plain, designed)
    trace = float(np.trace(effects))
    df = trace**2 / float(np.trace(effects @ effects))
    statistic = pearson(w / w.sum() * people) / trace
    from scipy import special

    below = df * (people - 1)
    return Association(statistic, df, below, float(special.fdtrc(df, below, statistic)), v)


def _interactions(rows: int, columns: int) -> FloatArray:
    """(cells, (rows - 1)(columns - 1)) contrasts of the cells that neither rows nor columns explain."""
    row, column = np.divmod(np.arange(rows * columns), columns)
    of_row = (row[:, None] == np.arange(1, rows)).astype(np.float64)
    of_column = (column[:, None] == np.arange(1, columns)).astype(np.float64)
    main = np.hstack([np.ones((rows * columns, 1)), of_row, of_column])
    both = (of_row[:, :, None] * of_column[:, None, :]).reshape(rows * columns, -1)
    basis, _ = np.linalg.qr(main)
    left: FloatArray = both - basis @ (basis.T @ both)
    return left
