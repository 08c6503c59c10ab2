"""Occupancy, Royle-Nichols and N-mixture models: repeated visits tell absence from not seeing.

>>> random = np.random.default_rng(3)
>>> there = random.random(150) < 0.6
>>> found = fit(Sites((there[:, None] & (random.random((150, 4)) < 0.4)).astype(float)))
>>> psi = found.mean("psi")
>>> f"{psi.estimate:.2f} ({psi.lower:.2f} to {psi.upper:.2f}) of the sites are occupied"
'0.57 (0.47 to 0.66) of the sites are occupied'
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.science.abundance.counts import LINKS, Kind, Mixture, Visits, parameters_of, starts_of
from amur.science.abundance.estimates import Estimate, Z
from amur.science.abundance.linear import Linear
from amur.science.abundance.sampling import Floats
from amur.science.abundance.search import Maximum, Surface, search
from amur.science.abundance.sites import Sites
from amur.science.capture.fitting import Progress, unwatched
from amur.science.capture.formula import parse_model
from amur.science.capture.profiles import profile_interval

FARTHEST = 640
"""The largest K that is tried."""
SUFFICIENT = 1e-5
"""How much the log-likelihood may change when K is doubled."""
VAGUE = 1e4
"""An interval whose ends (or their odds) differ so many times says nothing."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model of repeated visits.

    `formulas` such as "psi ~ wood, p ~ date"; parameters are psi (occupancy) or lam (animals per site) and p.
    `mixture` is the distribution of animals among sites of an N-mixture. `largest` is K, where sums over the
    number of animals end; 0 chooses one that suffices.
    """

    kind: Kind = "occupancy"
    formulas: str = ""
    mixture: Mixture = "poisson"
    largest: int = 0

    def __post_init__(self) -> None:
        if self.mixture != "poisson" and self.kind != "nmixture":
            raise ValueError(f"a {self.kind} model has no mixture {self.mixture}")
        if self.largest < 0:
            raise ValueError(f"K is {self.largest}, expected 0 or more")

    @property
    def parameters(self) -> tuple[str, ...]:
        """Its parameters."""
        return parameters_of(self.kind, self.mixture)


@dataclass(frozen=True, eq=False)
class OccupancyFit:
    """A fitted model of repeated visits.

    `sites` are those used; `largest` is the K of the sums (0 for occupancy), `change` by how much doubling it
    changes the log-likelihood.
    """

    model: Model
    sites: Sites
    linear: Linear
    maximum: Maximum
    largest: int
    change: float

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return self.maximum.aic

    @property
    def sufficient(self) -> bool:
        """Whether K suffices."""
        return abs(self.change) < SUFFICIENT

    def predict(self, name: str) -> tuple[Floats, Floats, Floats, Floats]:
        """A parameter at each site (n or 1,), or visit (n, J): estimates, standard errors and 95 % limits."""
        eta = self.linear.predictor(name, self.maximum.beta)
        se = self.linear.errors(name, self.maximum.covariance)
        value, slope = _back(name, eta)
        return value, se * slope, _back(name, eta - Z * se)[0], _back(name, eta + Z * se)[0]

    def response(self, name: str, covariate: str, values: Floats) -> tuple[Floats, Floats, Floats]:
        """A parameter over `values` (m,) of a covariate, the others at their means: estimates, 95 % limits.

        Raises ValueError where the parameter does not depend on the covariate by one plain number alone.
        """
        label = f"{name}.{covariate}"
        labels = self.linear.by_parameter[name].labels
        terms = [term for term in self.linear.formulas.get(name, ()) if covariate in term.variables]
        if label not in labels or len(terms) != 1 or len(terms[0].variables) > 1:
            raise ValueError(f"{name} does not depend on {covariate} by one plain number alone")
        rows = np.tile(self._rows(name).mean(axis=0), (len(values), 1))
        rows[:, labels.index(label)] = values
        where = self.linear.slices[name]
        eta = rows @ self.maximum.beta[where]
        se = np.sqrt(np.einsum("ij,jk,ik->i", rows, self.maximum.covariance[where, where], rows))
        value, low, high = (_back(name, eta + side * Z * se)[0] for side in (0, -1, 1))
        return value, low, high

    def _rows(self, name: str) -> Floats:
        """The design (m, p) of a parameter at each site, of p at each visit that took place."""
        matrix = self.linear.matrix(name)
        rows = np.broadcast_to(matrix, (*self.sites.counts.shape[: matrix.ndim - 1], matrix.shape[-1]))
        return np.asarray(rows[self.sites.seen] if matrix.ndim == 3 else rows)

    def mean(self, name: str) -> Estimate:
        """A parameter averaged over sites (p over all visits), with an interval on the scale of its link."""
        rows, where = self._rows(name), self.linear.slices[name]
        value, slope = _back(name, rows @ self.maximum.beta[where])
        gradient = slope @ rows / len(rows)
        se = float(np.sqrt(gradient @ self.maximum.covariance[where, where] @ gradient))
        return _on_link(name, float(value.mean()), se)

    def estimable(self, name: str) -> bool:
        """Whether the data tell a parameter: its interval is known, does not span everything, and K suffices.

        >>> never_both = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0], [1, 0, 0]])
        >>> fit(Sites(never_both)).estimable("psi")
        False
        """
        if not self.sufficient:
            return False
        found = self.mean(name)
        low, high = found.lower, found.upper
        if LINKS[name] == "logit":
            low, high = low / max(1 - low, 1e-300), high / max(1 - high, 1e-300)
        return math.isfinite(found.se) and 0 < high < VAGUE * low

    def profile(self, label: str) -> tuple[float, float]:
        """The 95 % profile interval of a coefficient, infinite where it is open."""
        found = profile_interval(self.maximum, label)
        return found.lower, found.upper

    @property
    def expected_number(self) -> Estimate:
        """The animals expected at all sites together. Raises ValueError for occupancy."""
        if self.model.kind == "occupancy":
            raise ValueError("an occupancy model has no number of animals")
        share = self.mean("lam")
        if self.model.mixture != "zero-inflated":
            return share.times(len(self.sites.counts))
        kept = 1 - self.mean("zeros").estimate
        return share.times(kept * len(self.sites.counts))


def fit(sites: Sites, model: Model | None = None, *, progress: Progress = unwatched) -> OccupancyFit:
    """Fit a model of repeated visits by maximum likelihood.

    Raises ValueError where the model asks for what the sites have not, or nothing was ever found.
    """
    model = model or Model()
    formulas = parse_model(model.formulas)
    names = {name for formula in formulas.values() for term in formula for name in term.variables}
    sites = sites.using(names)
    if not sites.detected.any():
        raise ValueError("nothing was found on any visit: there is nothing to fit")
    linear = _designs(sites, model)
    if model.kind == "occupancy":
        found = _searched(sites, model, linear, 1, None, progress)
        return OccupancyFit(model, sites, linear, found, 0, 0.0)
    if 0 < model.largest < sites.largest:
        raise ValueError(f"K is {model.largest}, but {sites.largest} animals were counted at once")
    largest = model.largest or max(20, 2 * sites.largest + 10)
    start = None
    while True:
        found = _searched(sites, model, linear, largest, start, progress)
        wider = Visits(model.kind, model.mixture, sites, linear, 2 * largest)
        change = Surface(wider.value).value(found.beta) - found.log_likelihood
        if model.largest or abs(change) < SUFFICIENT or 2 * largest > FARTHEST:
            return OccupancyFit(model, sites, linear, found, largest, change)
        largest, start = 2 * largest, found.beta


def _designs(sites: Sites, model: Model) -> Linear:
    count, visits = sites.counts.shape
    of_visits: Mapping[str, NDArray[Any]] = {
        **{name: values[:, None] for name, values in sites.covariates.items()},
        **sites.visit_covariates,
    }
    state = model.parameters[0]
    return Linear.of(
        model.formulas,
        model.parameters,
        {state: sites.covariates, "p": of_visits},
        {state: (count,), "p": (count, visits)},
    )


def _searched(
    sites: Sites, model: Model, linear: Linear, largest: int, start: Floats | None, progress: Progress
) -> Maximum:
    visits = Visits(model.kind, model.mixture, sites, linear, largest)
    starts = starts_of(model.kind, model.mixture, sites, linear) if start is None else [start]
    columns = linear if start is None else None
    return search(Surface(visits.value), linear.labels, starts, columns, progress)


def _back(name: str, eta: NDArray[Any]) -> tuple[Floats, Floats]:
    """A parameter and its slope from the scale of its link."""
    if LINKS[name] == "log":
        value = np.exp(eta)
        return value, value
    value = 1 / (1 + np.exp(-eta))
    return value, value * (1 - value)


def _on_link(name: str, value: float, se: float) -> Estimate:
    """An interval that stays where the parameter can be."""
    if LINKS[name] == "log":
        wide = math.exp(min(Z * se / value, 700.0)) if math.isfinite(se) and value > 0 else math.nan
        return Estimate(value, se, value / wide, value * wide)
    slope = value * (1 - value)
    if not (math.isfinite(se) and slope > 0):
        return Estimate(value, math.nan, math.nan, math.nan)
    eta, wide = math.log(value / (1 - value)), Z * se / slope
    low, high = (1 / (1 + math.exp(-max(min(eta + side * wide, 700.0), -700.0))) for side in (-1, 1))
    return Estimate(value, se, low, high)
