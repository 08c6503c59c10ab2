"""Where finds are many for the effort: smoothed rates of cells, with credible limits.

The number found in a cell is Poisson with mean effort x rate; logarithms of rates are an overall level and a
smooth field (`fields.py`), so that a cell with little effort leans on its neighbours. The posterior is the
Laplace approximation at given standard deviation and reach of the field, and these two are integrated out on
points around their mode (H. Rue, S. Martino and N. Chopin, "Approximate Bayesian inference for latent
Gaussian models", Journal of the Royal Statistical Society B 71 (2009) 319-392), with the priors of
G.-A. Fuglstad and others, "Constructing priors that penalize the complexity of Gaussian random fields",
Journal of the American Statistical Association 114 (2019) 445-452. The mean is corrected for the skewness of
counts by a Gaussian variational step.

What is smoothed is what was found for the effort, not what is there: a rate is high where people look well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

from amur.science.effort.fields import Factor, laplacian, precision
from amur.science.effort.segments import Floats

Progress = Callable[[float, str], None]
_LEVEL_SD = 5.0
"""Prior standard deviation of the level around the logarithm of the overall rate: vague."""
_SD_ABOVE, _REACH_BELOW, _RARELY = 3.0, 1.0, 0.05
"""Prior: a deviation above the first and a reach (cells) below the second have this probability each."""
_STEPS = (-1.5, 0.0, 1.5)
"""Where the two parameters of the field are taken, in standard deviations from their mode."""
_LIMITS = np.log([[0.01, 0.5], [20.0, 1e3]])
"""Logarithms of the lowest and of the highest deviation and reach (cells) that are taken."""
_WIDEST = 0.8
"""The largest standard deviation of their logarithms, for data that say next to nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Hotspots:
    """Rates of cells (rows, columns), finds for a unit of effort; NaN outside the area."""

    own: Floats
    """Finds over effort of the cell alone; NaN, unknown, without effort."""
    smoothed: Floats
    """The median of the posterior."""
    lower: Floats
    upper: Floats
    above: Floats
    """The probability that the rate is above `factor` times the overall one."""
    is_borrowed: NDArray[np.bool_]
    """Cells without effort: the smoothed rate is that of neighbours and says nothing of its own."""
    overall: float
    """All finds over all effort."""
    factor: float
    level: float
    sd: float
    """Of the logarithm of rates between cells, its mode in the posterior."""
    reach: float
    """Cells at which rates are hardly alike any more, its mode in the posterior."""


def hotspots_of(
    finds: Floats,
    effort: Floats,
    where: NDArray[np.bool_] | None = None,
    *,
    factor: float = 2.0,
    level: float = 0.95,
    field: tuple[float, float] | None = None,
    progress: Progress = lambda share, what: None,
) -> Hotspots:
    """Smoothed rates of the cells (rows, columns) in `where`, from their finds and their effort.

    `field` gives standard deviation and reach (cells) of the field where they are known; else they are
    estimated. Raises ValueError for shapes that differ, finds that are no whole numbers, negative or unknown
    effort, finds without effort, less than 2 cells with effort, and nothing found at all.

    >>> finds, effort = np.zeros((6, 6)), np.full((6, 6), 10.0)
    >>> finds[1:3, 1:3] = 9
    >>> effort[5, 5] = 0
    >>> found = hotspots_of(finds, effort, field=(1.0, 3.0))
    >>> bool(found.above[1, 1] > 0.9), bool(found.above[4, 4] < 0.1), bool(found.is_borrowed[5, 5])
    (True, True, True)
    """
    finds, effort = np.asarray(finds, dtype=float), np.asarray(effort, dtype=float)
    where = np.ones(finds.shape, dtype=bool) if where is None else where
    _check(finds, effort, where, level)
    model = _Model(finds[where], effort[where], laplacian(where))
    if field is None:
        points, weights = _points(model, progress)
    else:
        points, weights = [field], np.ones(1)
    posteriors = [model.posterior(*point) for point in points]
    means = np.array([mean for mean, _ in posteriors])
    errors = np.sqrt([variance for _, variance in posteriors])
    edge = np.log(factor * model.overall)
    tail = (1 - level) / 2
    limits = {p: np.exp(_quantiles(means, errors, weights, p)) for p in (tail, 0.5, 1 - tail)}
    progress(1.0, "rates of cells")

    def spread(values: Floats) -> Floats:
        whole = np.full(where.shape, np.nan)
        whole[where] = values
        return whole

    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(model.effort > 0, model.finds / model.effort, np.nan)
    return Hotspots(
        spread(own),
        spread(limits[0.5]),
        spread(limits[tail]),
        spread(limits[1 - tail]),
        spread(weights @ ndtr((means - edge) / errors)),
        where & (effort == 0),
        model.overall,
        factor,
        level,
        *points[0],
    )


class _Model:
    """Finds and effort of cells (n,), and the posterior of log rates at given parameters of the field."""

    def __init__(self, finds: Floats, effort: Floats, laplace: sparse.csc_array) -> None:
        self.finds, self.effort, self.laplace = finds, effort, laplace
        self.overall = float(finds.sum() / effort.sum())
        self._start = np.zeros(len(finds)), np.log(self.overall)

    def posterior(self, sd: float, reach: float) -> tuple[Floats, Floats]:
        """Mean and variance of log rates (n,)."""
        prior = precision(self.laplace, sd, reach)
        field, level, system = self._mode(prior)
        variance = system.variances()
        for _ in range(3):
            system, move, shift, _ = self._newton(prior, field, level, variance)
            field, level, variance = field + move, level + shift, system.variances()
            if np.abs(move + shift).max() < 1e-3:
                break
        return level + field, variance

    def evidence(self, sd: float, reach: float) -> float:
        """The logarithm of the evidence for parameters of the field, without a constant."""
        prior = precision(self.laplace, sd, reach)
        field, level, system = self._mode(prior)
        # The joint density at the mode, over that of the normal approximation there.
        roots = (Factor.of(prior).log_determinant - system.log_determinant) / 2
        return self._height(prior, field, level) + roots

    def _mode(self, prior: sparse.csc_array) -> tuple[Floats, float, _Bordered]:
        """Field (n,) and level of most density, and the system of the last step to it."""
        field, level = self._start
        before = self._height(prior, field, level)
        for _ in range(100):
            system, move, shift, gain = self._newton(prior, field, level)
            part = 1.0
            while (after := self._height(prior, field + part * move, level + part * shift)) < before - 1e-6:
                part /= 2
            field, level, before = field + part * move, level + part * shift, after
            if gain < 1e-4:
                break
        self._start = field, level
        return field, level, system

    def _newton(
        self, prior: sparse.csc_array, field: Floats, level: float, variance: Floats | float = 0.0
    ) -> tuple[_Bordered, Floats, float, float]:
        """The system of a step, the step in field and level, and twice what the step promises to gain.

        With a variance (n,) of log rates the step is one to their variational mean, by E[effort x rate].
        """
        log_rate = level + field + np.minimum(np.asarray(variance) / 2, 2)
        expected = self.effort * np.exp(log_rate)
        system = _Bordered(prior, expected)
        in_field = self.finds - expected - prior @ field
        in_level = float((self.finds - expected).sum()) - (level - np.log(self.overall)) / _LEVEL_SD**2
        move, shift = system.solve(in_field, in_level)
        return system, move, shift, float(in_field @ move + in_level * shift)

    def _height(self, prior: sparse.csc_array, field: Floats, level: float) -> float:
        """The logarithm of the joint density, without a constant."""
        with np.errstate(over="ignore"):
            likely = self.finds @ (level + field) - self.effort @ np.exp(level + field)
        vague = ((level - np.log(self.overall)) / _LEVEL_SD) ** 2
        return float(likely - field @ (prior @ field) / 2 - vague / 2)


class _Bordered:
    """The negative Hessian of the joint density in field and level: a sparse matrix with one dense border."""

    def __init__(self, prior: sparse.csc_array, weights: Floats) -> None:
        self.factor = Factor.of(sparse.csc_array(prior + sparse.diags_array(weights)))
        self.border = weights
        self.solved = self.factor.solve(weights)
        self.corner = float(weights.sum() - weights @ self.solved) + 1 / _LEVEL_SD**2

    @property
    def log_determinant(self) -> float:
        return self.factor.log_determinant + float(np.log(self.corner))

    def solve(self, field: Floats, level: float) -> tuple[Floats, float]:
        first = self.factor.solve(field)
        shift = (level - float(self.border @ first)) / self.corner
        return first - shift * self.solved, shift

    def variances(self) -> Floats:
        """Of the sum of field and level (n,)."""
        found: Floats = self.factor.variances + (1 - self.solved) ** 2 / self.corner
        return found


def _points(model: _Model, progress: Progress) -> tuple[list[tuple[float, float]], Floats]:
    """Standard deviations and reaches (cells) with their weights; the first is the mode."""
    done = 0

    def height(logs: Floats) -> float:
        nonlocal done
        done += 1
        progress(min(done / 80, 0.9), "smoothness of the field")
        sd, reach = np.exp(logs)
        return model.evidence(float(sd), float(reach)) + _prior(float(sd), float(reach))

    start = np.log([0.7, 4.0])
    found = minimize(
        lambda logs: -height(np.clip(logs, *_LIMITS)),
        start,
        method="Nelder-Mead",
        options={
            "initial_simplex": start + np.array([[0, 0], [0.7, 0], [0, 0.7]]),
            "xatol": 0.1,
            "fatol": 0.05,
        },
    )
    mode, top = np.clip(found.x, *_LIMITS), -float(found.fun)
    axes = _axes(height, mode, top)
    logs = [mode] + [mode + a * axes[0] + b * axes[1] for a in _STEPS for b in _STEPS if a or b]
    logs = [np.clip(each, *_LIMITS) for each in logs]
    heights = np.array([top] + [height(each) for each in logs[1:]])
    weights = np.exp(heights - heights.max())
    kept = weights > 1e-3
    kept[0] = True
    points = [(float(sd), float(reach)) for sd, reach in np.exp(np.array(logs)[kept])]
    return points, weights[kept] / weights[kept].sum()


def _axes(height: Callable[[Floats], float], mode: Floats, top: float) -> Floats:
    """The main axes (2, 2) of the posterior at its mode, one standard deviation long."""
    step = 0.25
    one, two = np.eye(2) * step
    sides = {(a, b): height(mode + a * one + b * two) for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1))}
    first = (sides[1, 0] + sides[-1, 0] - 2 * top) / step**2
    second = (sides[0, 1] + sides[0, -1] - 2 * top) / step**2
    mixed = (sides[1, 1] - sides[1, 0] - sides[0, 1] + top) / step**2
    values, vectors = np.linalg.eigh(-np.array([[first, mixed], [mixed, second]]))
    lengths = np.minimum(1 / np.sqrt(np.maximum(values, 1e-6)), _WIDEST)
    found: Floats = vectors.T * lengths[:, None]
    return found


def _prior(sd: float, reach: float) -> float:
    """The logarithm of the prior density of the logarithms of the two parameters, without a constant."""
    return float(
        np.log(sd) + np.log(_RARELY) / _SD_ABOVE * sd - np.log(reach) + np.log(_RARELY) * _REACH_BELOW / reach
    )


def _quantiles(means: Floats, errors: Floats, weights: Floats, share: float) -> Floats:
    """The quantile (n,) of mixtures of normal distributions (points, n), by bisection."""
    reach = float(ndtri(max(share, 1 - share))) * errors
    low, high = (means - reach).min(axis=0), (means + reach).max(axis=0)
    for _ in range(50):
        middle = (low + high) / 2
        below = weights @ ndtr((middle - means) / errors) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    found: Floats = (low + high) / 2
    return found


def _check(finds: Floats, effort: Floats, where: NDArray[np.bool_], level: float) -> None:
    if not finds.shape == effort.shape == where.shape or finds.ndim != 2:
        raise ValueError(
            f"finds have shape {finds.shape}, effort {effort.shape}, the area {where.shape};"
            " expected one (rows, columns)"
        )
    if not 0 < level < 1:
        raise ValueError(f"the level is {level}, expected a number between 0 and 1")
    wrong = ~(finds >= 0) | (finds != np.floor(finds)) | ~((effort >= 0) & np.isfinite(effort))
    wrong = where & (wrong | ((finds > 0) & (effort == 0)))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise ValueError(
            f"row {row + 1}, column {column + 1}: {finds[row, column]:g} finds in an effort of"
            f" {effort[row, column]:g}; expected whole numbers and effort where something was found"
        )
    if int((where & (effort > 0)).sum()) < 2 or not finds[where].sum() > 0:
        raise ValueError("smoothing needs effort in 2 cells or more and something found")
