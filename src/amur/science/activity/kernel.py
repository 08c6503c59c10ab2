"""Von Mises kernel densities of times of day, and the bandwidth that follows from the sample.

Times are radians from 0 to 2π, midnight to midnight. The bandwidth is a concentration: the larger, the
narrower is the kernel. Source: Ridout & Linkie (2009), Estimating overlap of daily activity patterns from
camera trap data, J. Agric. Biol. Environ. Stat. 14; Taylor (2008), Automatic bandwidth selection for circular
density estimation, Comput. Stat. Data Anal. 52.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ive

Floats = NDArray[np.float64]
TURN = 2 * np.pi
MOMENTS = 3
_NARROWEST = 1e6


def bandwidth_of(times: Floats, moments: int = MOMENTS) -> float:
    """The concentration of the kernel for a sample (n,) of times in radians.

    With κ the largest estimate of a von Mises concentration over the first trigonometric moments:
    (3 n κ² I₂(2κ) / (4 √π I₀(κ)²))^(2/5). Raises ValueError for fewer than two different times.

    >>> round(bandwidth_of(np.linspace(0.0, 1.5, 20)), 3)
    14.181
    """
    times = checked(times)
    if np.ptp(times) == 0:
        raise ValueError("a bandwidth needs at least two different times")
    kappa = max(_concentration(times, k) for k in range(1, moments + 1))
    return float(bandwidth_from(np.array([kappa]), len(times))[0])


def _concentration(times: Floats, moment: int) -> float:
    """The κ of which the k-th trigonometric moment, I_k(κ) / I_0(κ), is that of the sample."""
    wanted = float(abs(np.exp(1j * moment * times).mean()))

    def excess(kappa: float) -> float:
        return float(ive(moment, kappa) / ive(0, kappa)) - wanted

    return float(brentq(excess, 0.0, _NARROWEST, xtol=1e-12)) if excess(_NARROWEST) > 0 else _NARROWEST


def concentration_table(moments: int = MOMENTS) -> tuple[Floats, Floats]:
    """Concentrations κ (m,), and I_k(κ) / I_0(κ) (moments, m), from which many samples are solved at once."""
    kappas = np.concatenate([[0.0], np.geomspace(1e-4, _NARROWEST, 20_000)])
    return kappas, np.stack([ive(k, kappas) / ive(0, kappas) for k in range(1, moments + 1)])


def bandwidth_from(kappas: Floats, counts: int) -> Floats:
    """The bandwidth (b,) of samples of one size, of their concentrations (b,)."""
    # ive(v, x) = I_v(x) exp(-x): the exponents cancel.
    ratio = ive(2, 2 * kappas) / ive(0, kappas) ** 2
    found: Floats = (3 * counts * kappas**2 * ratio / (4 * np.sqrt(np.pi))) ** 0.4
    return found


def density_at(points: Floats, times: Floats, bandwidth: float) -> Floats:
    """The kernel density (m,), per radian, at points (m,) of a sample (n,).

    Raises ValueError for a bandwidth that is not positive, and for times that are none.

    >>> grid = np.arange(512) * TURN / 512
    >>> round(float(density_at(grid, np.array([1.0, 2.0, 6.0]), 5.0).mean() * TURN), 12)
    1.0
    """
    times = checked(times)
    if not 0 < bandwidth < np.inf:
        raise ValueError(f"the bandwidth is {bandwidth}, expected a positive number")
    total = np.zeros(len(points))
    for part in np.array_split(times, -(-len(times) // 4096)):
        total += np.exp(bandwidth * (np.cos(points[:, None] - part) - 1)).sum(axis=1)
    found: Floats = total / (len(times) * TURN * ive(0, bandwidth))
    return found


def grid_of(count: int) -> Floats:
    """Points (count,) from 0 to 2π, both ends included."""
    return np.linspace(0.0, TURN, count)


def checked(times: Floats) -> Floats:
    """Times as they are. Raises ValueError for none, and for those that are not finite."""
    times = np.asarray(times, dtype=float)
    if times.ndim != 1 or not len(times):
        raise ValueError(f"times have shape {times.shape}, expected (n,) with at least one")
    if not np.isfinite(times).all():
        raise ValueError(f"time {int((~np.isfinite(times)).argmax()) + 1} is not a finite number")
    return times
