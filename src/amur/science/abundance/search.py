"""The maximum of a log-likelihood that is written for complex numbers, which give its gradient exactly.

A function computed with complex coefficients b + i h e has the derivative Im f / h along e, without the error
of a difference, for h as small as 1e-30. Source: Squire & Trapp 1998, Using complex variables to estimate
derivatives of real functions, SIAM Review 40.

>>> found = search(Surface(lambda b: -((b[0] - 3) ** 2) / 2), ("mean",), [np.zeros(1)])
>>> round(float(found.beta[0]), 6), round(float(found.se[0]), 6), found.converged
(3.0, 1.0, True)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.science.abundance.sampling import Floats
from amur.science.capture.fitting import FLAT, Progress, unwatched
from amur.science.capture.optimising import Optimum, hessian_at, maximise
from amur.science.capture.scaling import Columns, to_standard

_STEP = 1e-30


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A log-likelihood of coefficients (p,), complex or not."""

    function: Callable[[NDArray[Any]], Any]

    def value(self, beta: Floats) -> float:
        """The log-likelihood, minus infinity where it cannot be computed."""
        with np.errstate(all="ignore"):
            value = float(np.real(self.function(beta)))
        return value if np.isfinite(value) else -np.inf

    def value_and_gradient(self, beta: Floats) -> tuple[float, Floats]:
        """The log-likelihood and its gradient (p,)."""
        gradient, value = np.zeros(len(beta)), -np.inf
        with np.errstate(all="ignore"):
            for k in range(len(beta)):
                moved = beta.astype(np.complex128)
                moved[k] += 1j * _STEP
                found = complex(self.function(moved))
                value, gradient[k] = found.real, found.imag / _STEP
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            return -np.inf, np.zeros(len(beta))
        return value, gradient


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where a search ended, with coefficients `beta` (p,).

    `se` (p,) and `covariance` (p, p) are NaN where the data cannot tell. `units` (p,) is what coefficients
    change by when the standardised ones change by 1. `curvature` is that of `Convergence` of
    capture-recapture; not above 1e-7 the surface is flat.
    """

    labels: tuple[str, ...]
    beta: Floats
    se: Floats
    covariance: Floats
    units: Floats
    log_likelihood: float
    likelihood: Surface
    converged: bool
    curvature: float

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * len(self.beta) - 2 * self.log_likelihood

    def place(self, label: str) -> int:
        """The number of a coefficient."""
        return self.labels.index(label)


def search(
    surface: Surface,
    labels: tuple[str, ...],
    starts: Sequence[Floats],
    columns: Columns | None = None,
    progress: Progress = unwatched,
) -> Maximum:
    """The best maximum from several `starts` (p,), those of standardised columns where there are `columns`.

    Raises ValueError where the log-likelihood cannot be computed at any start.
    """
    matrix = np.eye(len(labels)) if columns is None else to_standard(columns)

    def objective(at: Floats) -> tuple[float, Floats]:
        value, gradient = surface.value_and_gradient(matrix @ at)
        return value, matrix.T @ gradient

    best: Optimum | None = None
    for number, start in enumerate(starts):

        def tell(iteration: int, number: int = number) -> None:
            progress((number + 1 - 0.8**iteration) / len(starts), "search")

        try:
            with np.errstate(divide="ignore"):  # a start may be the maximum
                found = maximise(objective, start, np.full(len(labels), 10.0), tell=tell)
        except (ValueError, np.linalg.LinAlgError):
            continue
        if best is None or found.value > best.value + 1e-9:
            best = found
    if best is None:
        raise ValueError("the log-likelihood cannot be computed near any start")
    return maximum_at(surface, labels, matrix, best)


def maximum_at(surface: Surface, labels: tuple[str, ...], matrix: Floats, best: Optimum) -> Maximum:
    """The result at an optimum of standardised coefficients; `matrix` (p, p) gives those of `labels`."""

    def objective(at: Floats) -> tuple[float, Floats]:
        value, gradient = surface.value_and_gradient(matrix @ at)
        return value, matrix.T @ gradient

    information = -hessian_at(objective, best.point, best.gradient, central=True)
    covariance = np.full(information.shape, np.nan)
    diagonal, curvature = np.diag(information), -np.inf
    if np.isfinite(information).all() and (diagonal > 0).all():
        scale = 1 / np.sqrt(diagonal)
        sizes = np.linalg.eigvalsh(information * np.outer(scale, scale))
        curvature = float(sizes[0] / sizes[-1])
        if curvature > FLAT:
            covariance = matrix @ np.linalg.inv(information) @ matrix.T
    return Maximum(
        labels,
        np.asarray(matrix @ best.point),
        np.asarray(np.sqrt(np.diag(covariance))),
        covariance,
        np.abs(np.diag(matrix)),
        best.value,
        surface,
        best.converged,
        curvature,
    )
