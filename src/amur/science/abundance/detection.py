"""Detection functions of distance: a key (half-normal, hazard-rate, uniform) times a series of adjustments.

g(y) = key(y) (1 + sum_j a_j A_j(y / w)) scaled to g(0) = 1, with A_j cosines cos(j pi y / w), simple
polynomials (y / w)^j or Hermite polynomials He_j(y / w), w the width. Keys: half-normal exp(-y^2 / 2 s^2),
hazard-rate 1 - exp(-(y / s)^-b), uniform 1. Source: Buckland et al. 2001, section 2.4. All functions take
complex coefficients, see `search.py`.

>>> curve = Curve("half-normal", width=100.0)
>>> round(float(curve.at(np.array([50.0]), np.array([50.0]))[0, 0]), 4)
0.6065
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from amur.science.abundance.sampling import Floats

Key = Literal["half-normal", "hazard-rate", "uniform"]
Series = Literal["cosine", "polynomial", "hermite"]
Values = NDArray[Any]
KEYS: tuple[Key, ...] = ("half-normal", "hazard-rate", "uniform")
SERIES: tuple[Series, ...] = ("cosine", "polynomial", "hermite")
_PANELS, _NODES = 48, 12
_STEEP = 30.0


@dataclass(frozen=True, slots=True)
class Curve:
    """The form of a detection function between `left` and `width` metres.

    `orders` are those of the adjustments. Raises ValueError where key, series, orders or truncation cannot
    be.
    """

    key: Key
    width: float
    left: float = 0.0
    series: Series = "cosine"
    orders: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.key not in KEYS:
            raise ValueError(f"the key is {self.key!r}, expected {', '.join(KEYS)}")
        if self.series not in SERIES:
            raise ValueError(f"the series is {self.series!r}, expected {', '.join(SERIES)}")
        if not 0 <= self.left < self.width < np.inf:
            raise ValueError(
                f"the truncation is {self.left:g} to {self.width:g} m, expected 0 <= left < right"
            )
        lowest = self.first_order(self.key, self.series)
        step = 1 if self.series == "cosine" else 2
        for order in self.orders:
            if order < lowest or (order - lowest) % step or self.orders.count(order) > 1:
                raise ValueError(
                    f"order {order}: a {self.series} series on a {self.key} key has the orders"
                    f" {lowest}, {lowest + step}, …, each once"
                )
        if self.key == "uniform" and not self.orders:
            raise ValueError("a uniform key without adjustments has nothing to fit: give orders, such as 1")

    @staticmethod
    def first_order(key: Key, series: Series) -> int:
        """The lowest order that does not repeat what the key does.

        >>> Curve.first_order("half-normal", "cosine"), Curve.first_order("uniform", "polynomial")
        (2, 2)
        """
        if series == "cosine":
            return 1 if key == "uniform" else 2
        return 2 if key == "uniform" else 4

    def at(self, y: Values, scale: Values, shape: Any = 1.0, adjustments: Values | None = None) -> Values:
        """g (rows, distances) at distances `y` (distances,) in metres or (rows, distances).

        `scale` (rows,) in metres and `shape` of the key; `adjustments` (orders,) are the coefficients a_j.
        """
        found = self._key(y, scale[:, None], shape)
        if adjustments is None or not self.orders:
            return found
        return found * self._adjusted(y, adjustments) / self._adjusted(np.zeros(1), adjustments)

    def _key(self, y: Values, scale: Values, shape: Any) -> Values:
        if self.key == "half-normal":
            return np.asarray(np.exp(-((y / scale) ** 2) / 2))
        if self.key == "uniform":
            return np.ones(np.broadcast_shapes(np.shape(y), scale.shape), dtype=scale.dtype)
        power = -shape * (np.log(np.maximum(y, 1e-9 * self.width)) - np.log(scale))
        power = np.where(power.real > _STEEP, _STEEP + 0 * power, power)
        return np.asarray(-np.expm1(-np.exp(power)))

    def _adjusted(self, y: Values, adjustments: Values) -> Values:
        total = 1.0 + 0 * adjustments[0]
        for order, coefficient in zip(self.orders, adjustments, strict=True):
            total = total + coefficient * self._term(order, y / self.width)
        return np.asarray(total)

    def _term(self, order: int, part: Values) -> Values:
        if self.series == "cosine":
            return np.asarray(np.cos(order * np.pi * part))
        if self.series == "polynomial":
            return np.asarray(part**order)
        weights = np.zeros(order + 1)
        weights[order] = 1.0
        return np.asarray(np.polynomial.hermite_e.hermeval(part, weights))


@dataclass(frozen=True, slots=True, eq=False)
class Quadrature:
    """Gauss-Legendre nodes (m,) and weights (m,) over intervals, `interval` (m,) telling which one.

    The weights hold the density of animals at a distance: 1 on lines, the distance itself at points.
    """

    nodes: Floats
    weights: Floats
    interval: NDArray[np.int64]

    @classmethod
    def over(cls, ends: Floats, point: bool) -> Quadrature:
        """Nodes over the intervals between `ends`, at least 48 panels of 12 in all.

        >>> ring = Quadrature.over(np.array([0.0, 3.0]), point=True)
        >>> round(float(ring.weights.sum()), 9)
        4.5
        """
        at, weight = np.polynomial.legendre.leggauss(_NODES)
        each = max(1, -(-_PANELS // (len(ends) - 1)))
        nodes, weights, which = [], [], []
        for k, (low, high) in enumerate(pairwise(ends.tolist())):
            edges = np.linspace(low, high, each + 1)
            half = (edges[1:] - edges[:-1])[:, None] / 2
            nodes.append((edges[:-1, None] + half * (1 + at)).ravel())
            weights.append((half * weight).ravel())
            which.append(np.full(nodes[-1].size, k))
        found = np.concatenate(nodes)
        density = found if point else np.ones(found.size)
        return cls(found, np.concatenate(weights) * density, np.concatenate(which))

    def integrals(self, values: Values, intervals: int) -> Values:
        """The integral (rows, intervals) of values (rows, m) at the nodes over each interval."""
        parts = [values[:, self.interval == k] @ self.weights[self.interval == k] for k in range(intervals)]
        return np.stack(parts, axis=1)
