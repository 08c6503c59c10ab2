"""Do finds become more or fewer for the effort? A negative-binomial trend of counts, with seasons.

The number found in a row (a patrol, or a month of a station) has mean effort x exp(level + trend x year +
season) and variance mean + dispersion x mean² (J. F. Lawless, "Negative binomial and mixed Poisson
regression", Canadian Journal of Statistics 15 (1987) 209-225). The dispersion is the maximum of the adjusted
profile likelihood (D. R. Cox and N. Reid, "Parameter orthogonality and approximate conditional inference",
Journal of the Royal Statistical Society B 49 (1987) 1-39), which does not shrink with the number of terms.
Rows of one patrol or station are alike: with `cluster` the variance is that between clusters (K.-Y. Liang and
S. L. Zeger, "Longitudinal data analysis using generalized linear models", Biometrika 73 (1986) 13-22), each
corrected for its leverage (L. A. Mancl and T. A. DeRouen, Biometrics 57 (2001) 126-134).

A trend of finds is one of what rangers meet: it is the trend of poaching only if they looked as well, and in
places as likely, all the time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln
from scipy.stats import t as student

from amur.science.effort.segments import Floats, Indices

FEWEST_CLUSTERS = 8
"""Clusters below which there is no interval between clusters."""
_LARGEST = 1e3
_WORST, _STEEPEST = 1e14, 25.0
"""Condition of the information and range of log rates beyond which most likelihood is at infinity."""
_NONE = 1e-8
"""A dispersion below this is none: the counts are Poisson."""


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """What finds for the effort are multiplied by each year, with its interval; NaN where unknown."""

    ratio: float
    lower: float
    upper: float
    dispersion: float
    """0 for Poisson counts; the variance is mean + dispersion x mean²."""
    pearson: float
    """Pearson's chi-squared for a degree of freedom under Poisson counts: above 1 they vary more."""
    seasons: Floats
    """Finds for the effort in each season over those in the first one that has some (seasons,)."""
    fitted: Floats
    """Expected finds (rows,)."""
    rows: int
    clusters: int | None
    freedom: int


def trend_of(
    finds: Floats,
    effort: Floats,
    year: Floats,
    season: Indices | None = None,
    cluster: Indices | None = None,
    level: float = 0.95,
) -> Trend:
    """The yearly ratio of finds (rows,) for effort (rows,) at times (rows,) in years, with decimals.

    `season` (rows,) numbers seasons from 0, `cluster` (rows,) patrols or stations; without it rows are
    independent. Raises ValueError for shapes that differ, finds that are no whole numbers, effort that is not
    above 0, too few rows, times that are all one, and finds at one end of the time only. Seasons without
    finds say nothing of the trend.

    >>> year = np.repeat(np.arange(6.0), 4)
    >>> season = np.tile(np.arange(4), 6)
    >>> found = trend_of(np.round(40 * 0.8**year), np.full(24, 100.0), year, season)
    >>> round(found.ratio, 2), found.lower < 0.8 < found.upper, found.dispersion
    (0.8, True, 0.0)
    """
    finds, effort, year = (np.asarray(each, dtype=float) for each in (finds, effort, year))
    season = np.zeros(len(finds), dtype=np.int64) if season is None else np.asarray(season)
    _check(finds, effort, year, season, cluster)
    told = np.isin(season, season[finds > 0])
    ratios, fitted = np.zeros(int(season.max()) + 1), np.zeros(len(finds))
    finds, effort, year = finds[told], effort[told], year[told]
    cluster = None if cluster is None else np.asarray(cluster)[told]
    number, season = np.unique(season[told], return_inverse=True)
    design = np.column_stack([np.ones(len(finds)), year - year.mean(), np.eye(len(number))[season][:, 1:]])
    if np.linalg.matrix_rank(design) < design.shape[1] or len(finds) <= design.shape[1]:
        raise ValueError(
            f"{len(finds)} rows cannot tell the trend from {len(number)} seasons:"
            " each needs years of its own, and more rows than terms"
        )
    offset = np.log(effort)
    rows, terms = design.shape
    poisson, mean = _fit(finds, offset, design, 0.0)
    pearson = float(((finds - mean) ** 2 / mean).sum() / (rows - terms))
    dispersion = _dispersion(finds, offset, design)
    coefficients, mean = _fit(finds, offset, design, dispersion) if dispersion else (poisson, mean)
    clusters = None if cluster is None else len(np.unique(cluster))
    if cluster is None or clusters is None:
        freedom = rows - terms
        weights = mean / (1 + dispersion * mean)
        covariance = np.linalg.inv(design.T @ (design * weights[:, None]))
    else:
        freedom = clusters - 1
        covariance = between_clusters(finds, mean, design, dispersion, cluster)
    known = clusters is None or clusters >= FEWEST_CLUSTERS
    reach = float(student.ppf((1 + level) / 2, freedom) * np.sqrt(covariance[1, 1])) if known else np.nan
    slope = float(coefficients[1])
    ratios[number], fitted[told] = np.exp(np.r_[0.0, coefficients[2:]]), mean
    return Trend(
        float(np.exp(slope)),
        float(np.exp(slope - reach)),
        float(np.exp(slope + reach)),
        dispersion,
        pearson,
        ratios,
        fitted,
        rows,
        clusters,
        freedom,
    )


def log_likelihood(finds: Floats, mean: Floats, dispersion: float) -> float:
    """The logarithm of the probability of counts (n,) with means (n,); Poisson without dispersion.

    >>> from scipy.stats import nbinom
    >>> by_scipy = nbinom.logpmf(3, 1 / 0.5, 1 / (1 + 0.5 * 2.0))
    >>> bool(np.isclose(log_likelihood(np.array([3.0]), np.array([2.0]), 0.5), by_scipy))
    True
    """
    if dispersion == 0:
        return float((finds * np.log(mean) - mean - gammaln(finds + 1)).sum())
    size = 1 / dispersion
    ratio = dispersion * mean
    terms = gammaln(finds + size) - gammaln(size) - gammaln(finds + 1)
    return float((terms + finds * np.log(ratio) - (finds + size) * np.log1p(ratio)).sum())


def between_clusters(
    finds: Floats, mean: Floats, design: Floats, dispersion: float, cluster: NDArray[np.int64]
) -> Floats:
    """The covariance (terms, terms) of coefficients out of what clusters differ from their means.

    Residuals of each cluster are enlarged by its leverage, so that few clusters do not seem too exact.
    """
    weights = mean / (1 + dispersion * mean)
    bread = np.linalg.inv(design.T @ (design * weights[:, None]))
    meat = np.zeros_like(bread)
    for one in np.unique(cluster):
        rows = cluster == one
        part, weight = design[rows], weights[rows]
        leverage = part @ bread @ (part * weight[:, None]).T
        residual = (finds[rows] - mean[rows]) / mean[rows]
        enlarged = np.linalg.lstsq(np.eye(len(residual)) - leverage, residual, rcond=None)[0]
        score = part.T @ (weight * enlarged)
        meat += np.outer(score, score)
    found: Floats = bread @ meat @ bread
    return found


def _fit(finds: Floats, offset: Floats, design: Floats, dispersion: float) -> tuple[Floats, Floats]:
    """Coefficients (terms,) and means (rows,) of most likelihood at a dispersion, by scoring."""
    coefficients = np.zeros(design.shape[1])
    coefficients[0] = np.log(finds.sum()) - np.log(np.exp(offset).sum())
    mean = np.exp(offset + design @ coefficients)
    height = log_likelihood(finds, mean, dispersion)
    for _ in range(100):
        weights = mean / (1 + dispersion * mean)
        score = design.T @ (weights * (finds - mean) / mean)
        information = design.T @ (design * weights[:, None])
        if np.linalg.cond(information) > _WORST or np.ptp(design @ coefficients) > _STEEPEST:
            raise ValueError("finds are at one end of the time only, or in too few rows: there is no trend")
        move = np.linalg.solve(information, score)
        for _ in range(30):
            mean = np.exp(np.clip(offset + design @ (coefficients + move), -300, 300))
            after = log_likelihood(finds, mean, dispersion)
            if after >= height - 1e-9:
                break
            move = move / 2
        coefficients, height = coefficients + move, after
        if np.abs(move).max() < 1e-9:
            break
    return coefficients, mean


def _dispersion(finds: Floats, offset: Floats, design: Floats) -> float:
    """The dispersion of most adjusted likelihood; 0 where Poisson counts are as likely."""

    def height(dispersion: float) -> float:
        _, mean = _fit(finds, offset, design, dispersion)
        weights = mean / (1 + dispersion * mean)
        information = np.linalg.slogdet(design.T @ (design * weights[:, None]))[1]
        return log_likelihood(finds, mean, dispersion) - float(information) / 2

    limits = np.log([_NONE, _LARGEST])
    found = minimize_scalar(
        lambda log: -height(float(np.exp(log))), bounds=limits, method="bounded", options={"xatol": 1e-6}
    )
    best = float(np.exp(found.x))
    return best if best > 10 * _NONE and -found.fun > height(0.0) else 0.0


def _check(finds: Floats, effort: Floats, year: Floats, season: Indices, cluster: Indices | None) -> None:
    shapes = [each.shape for each in (finds, effort, year, season)]
    shapes += [] if cluster is None else [np.shape(cluster)]
    if len(set(shapes)) != 1 or finds.ndim != 1 or not len(finds):
        raise ValueError(
            f"finds, effort, year, season and cluster have shapes {shapes}, expected one (rows,)"
        )
    wrong = ~(finds >= 0) | (finds != np.floor(finds)) | ~((effort > 0) & np.isfinite(effort))
    wrong |= ~np.isfinite(year) | (season < 0)
    if wrong.any():
        k = int(wrong.argmax())
        raise ValueError(
            f"row {k + 1}: {finds[k]:g} finds in an effort of {effort[k]:g} at year {year[k]:g}, season"
            f" {season[k]}; expected whole finds, effort above 0, a year and a season from 0"
        )
    if not finds.sum() > 0:
        raise ValueError("nothing was found: there is no trend")
