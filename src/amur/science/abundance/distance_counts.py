"""Hierarchical distance sampling: counts by distance interval at many sites, with covariates of density.

Animals at a site are Poisson with mean density times area, each is seen in an interval with the chance that
the detection function gives it; so the counts of intervals are independent Poisson. Source: Royle, Dawson &
Bates 2004, Modeling abundance effects in distance sampling, Ecology 85.

>>> counts = np.array([[6.0, 4.0, 1.0], [9.0, 3.0, 2.0], [4.0, 4.0, 0.0]])
>>> found = fit(DistanceCounts(counts, (0.0, 10.0, 20.0, 30.0), "line", np.full(3, 2000.0)))
>>> f"{found.density().estimate:.0f} per km²"
'178 per km²'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from amur.science.abundance.counts import log_factorials
from amur.science.abundance.detection import Curve, Quadrature, Values
from amur.science.abundance.estimates import Estimate, log_normal
from amur.science.abundance.linear import Linear
from amur.science.abundance.sampling import Floats
from amur.science.abundance.search import Maximum, Surface, search
from amur.science.capture.fitting import Progress, unwatched

CountKey = Literal["half-normal", "hazard-rate"]
M2_PER_HECTARE, HECTARES_PER_KM2 = 1e4, 100.0


@dataclass(frozen=True, slots=True, eq=False)
class DistanceCounts:
    """`counts` (n, m) at n sites in the intervals between `breaks` (m + 1,) metres.

    `length` (n,) is metres of line at each site, or the number of visits to each point; `covariates` (n,) by
    name. Raises ValueError naming what cannot be right.
    """

    counts: Floats
    breaks: tuple[float, ...]
    kind: Literal["line", "point"]
    length: Floats
    covariates: Mapping[str, Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.counts.ndim != 2 or len(self.breaks) != self.counts.shape[1] + 1:
            raise ValueError(
                f"{len(self.breaks)} breaks make {len(self.breaks) - 1} intervals, not those of counts"
            )
        if (
            any(low >= high for low, high in zip(self.breaks, self.breaks[1:], strict=False))
            or self.breaks[0] < 0
        ):
            raise ValueError("the breaks must rise from 0 or more")
        if not (self.counts >= 0).all():
            raise ValueError("counts are whole numbers of 0 or more")
        if self.length.shape != self.counts.shape[:1] or not (self.length > 0).all():
            raise ValueError("every site needs a length, or visits, above 0")


class _Likelihood:
    def __init__(self, data: DistanceCounts, key: CountKey, linear: Linear) -> None:
        self.data, self.linear = data, linear
        self.curve = Curve(key, data.breaks[-1])
        self.quadrature = Quadrature.over(np.array(data.breaks), data.kind == "point")
        strip = 2 * np.pi if data.kind == "point" else 2.0
        self.area = strip * data.length / M2_PER_HECTARE
        self.constant = float(log_factorials(data.counts).sum())

    def value(self, beta: Values) -> Any:
        """The log-likelihood."""
        density, scale = (np.exp(self.linear.predictor(name, beta)) for name in ("D", "sigma"))
        shape = np.exp(self.linear.predictor("shape", beta)[0]) if "shape" in self.linear.slices else 1.0
        curves = self.curve.at(self.quadrature.nodes, scale, shape)
        seen = self.quadrature.integrals(curves, self.data.counts.shape[1])
        mean = density[:, None] * self.area[:, None] * seen
        return (self.data.counts * np.log(mean) - mean).sum() - self.constant


@dataclass(frozen=True, eq=False)
class DistanceCountsFit:
    """A fitted model; coefficients of D are on the log scale per hectare, of sigma on that of metres."""

    data: DistanceCounts
    linear: Linear
    maximum: Maximum

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return self.maximum.aic

    def density(self) -> Estimate:
        """Animals per km², averaged over the sites."""
        rows = np.broadcast_to(
            self.linear.matrix("D"), (len(self.data.counts), self.linear.matrix("D").shape[-1])
        )
        where = self.linear.slices["D"]
        each = np.exp(rows @ self.maximum.beta[where])
        gradient = each @ rows / len(rows)
        mean = float(each.mean())
        cv = float(np.sqrt(gradient @ self.maximum.covariance[where, where] @ gradient)) / mean
        return log_normal(mean, cv).times(HECTARES_PER_KM2)


def fit(
    data: DistanceCounts,
    formulas: str = "",
    key: CountKey = "half-normal",
    *,
    progress: Progress = unwatched,
) -> DistanceCountsFit:
    """Fit D and sigma (and shape of a hazard-rate) by maximum likelihood; `formulas` such as "D ~ wood".

    Raises ValueError where the formulas ask for what the sites have not, or nothing was counted.
    """
    if not data.counts.any():
        raise ValueError("nothing was counted: there is nothing to fit")
    sites = (len(data.counts),)
    parameters = ("D", "sigma", "shape") if key == "hazard-rate" else ("D", "sigma")
    linear = Linear.of(
        formulas, parameters, {"D": data.covariates, "sigma": data.covariates}, {"D": sites, "sigma": sites}
    )
    likelihood = _Likelihood(data, key, linear)
    starts = []
    for part, shape in ((0.5, 1.0), (0.3, 0.5), (0.8, 2.0)):
        start = np.zeros(len(linear.labels))
        start[linear.slices["sigma"].start] = np.log(part * data.breaks[-1])
        seen = likelihood.area.sum() * part * float(likelihood.quadrature.weights.sum())
        start[linear.slices["D"].start] = np.log(data.counts.sum() / seen)
        if "shape" in linear.slices:
            start[linear.slices["shape"].start] = shape
        starts.append(start)
    found = search(Surface(likelihood.value), linear.labels, starts, linear, progress)
    return DistanceCountsFit(data, linear, found)
