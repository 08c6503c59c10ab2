"""How the number of species (or individuals) grows with effort, and how many there are at least.

Sample-based rarefaction with its standard deviation, and Chao2. Source: Colwell, Mao & Chang (2004), Ecology
85; Chao (1987), Biometrics 43; Chao et al. (2014), Ecol. Monogr. 84 for the extrapolation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Richness:
    """Chao2: the number observed, the lower bound of the true number, its standard error and log interval."""

    observed: int
    estimate: float
    se: float
    lower: float
    upper: float


def rarefaction(incidence: NDArray[np.bool_], extrapolate: int = 0) -> Floats:
    """The expected number (units + extrapolate,) in 1, 2, … sampling units.

    `incidence` (species, units) says in which units (trap days, occasions, stations) each was seen. Beyond
    the sample the curve follows Chao2.

    >>> seen = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
    >>> rarefaction(seen).round(4).tolist()
    [1.0, 1.6667, 2.0]
    """
    units = len(incidence.T)
    counts = incidence.sum(axis=1)
    counts = counts[counts > 0]
    sizes = np.arange(1, units + 1)
    free = units - counts[:, None] - sizes[None, :]
    missed = np.where(
        free >= 0,
        np.exp(
            gammaln(units - counts[:, None] + 1)
            + gammaln(units - sizes + 1)
            - gammaln(np.maximum(free, 0) + 1)
            - gammaln(units + 1)
        ),
        0.0,
    )
    curve = (1 - missed).sum(axis=0)
    if not extrapolate:
        return np.asarray(curve, dtype=np.float64)
    unseen = chao2(incidence).estimate - len(counts)
    once = int((counts == 1).sum())
    further = np.arange(1, extrapolate + 1)
    if unseen > 0:
        tail = len(counts) + unseen * (1 - (1 - once / (units * unseen + once)) ** further)
    else:
        tail = np.full(extrapolate, float(len(counts)))
    return np.concatenate([curve, tail])


def chao2(incidence: NDArray[np.bool_]) -> Richness:
    """The lower bound of the number of species from those seen in one and in two units (species, units).

    Raises ValueError without a unit.

    >>> seen = np.eye(4, dtype=bool)
    >>> found = chao2(np.vstack([seen, [[True, True, False, False]]]))
    >>> found.observed, found.estimate
    (5, 11.0)
    """
    if incidence.ndim != 2 or not len(incidence.T):
        raise ValueError(f"incidence has shape {incidence.shape}, expected (species, units)")
    units = len(incidence.T)
    counts = incidence.sum(axis=1)
    seen = int((counts > 0).sum())
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    share = (units - 1) / units
    if twice:
        ratio = once / twice
        added = share * once**2 / (2 * twice)
        variance = twice * (share / 2 * ratio**2 + share**2 * ratio**3 + share**2 / 4 * ratio**4)
    else:
        added = share * once * (once - 1) / 2
        total = seen + added
        variance = share * once * (once - 1) / 2 + share**2 * once * (2 * once - 1) ** 2 / 4
        variance -= share**2 * once**4 / (4 * total) if total else 0.0
    if added <= 0:
        return Richness(seen, float(seen), 0.0, float(seen), float(seen))
    spread = np.exp(1.96 * np.sqrt(np.log(1 + max(variance, 0.0) / added**2)))
    return Richness(
        seen,
        seen + added,
        float(np.sqrt(max(variance, 0.0))),
        float(seen + added / spread),
        float(seen + added * spread),
    )
