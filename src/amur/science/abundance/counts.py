"""Likelihoods of repeated visits, written for complex coefficients (see `search.py`).

Occupancy: a site is occupied with chance psi, an occupied one reveals it on a visit with chance p.
Royle-Nichols: of N animals each reveals the site with chance p. N-mixture: of N animals each is counted with
chance p; N is Poisson, negative binomial (variance lam + lam² / size) or Poisson with extra zeros. Sums run
over N = 0 ... K.
Sources: MacKenzie et al. 2002, Ecology 83; Royle & Nichols 2003, Ecology 84; Royle 2004, Biometrics 60.
"""

from __future__ import annotations

from math import lgamma
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from amur.science.abundance.linear import Linear
from amur.science.abundance.sampling import Floats
from amur.science.abundance.sites import Sites, Values

Kind = Literal["occupancy", "royle-nichols", "nmixture"]
Mixture = Literal["poisson", "negative-binomial", "zero-inflated"]
EXTRA = {"poisson": (), "negative-binomial": ("size",), "zero-inflated": ("zeros",)}
LINKS = {"psi": "logit", "p": "logit", "zeros": "logit", "lam": "log", "size": "log"}
_NONE = -1e300


def log_sigmoid(x: Values) -> Values:
    """The log of 1 / (1 + exp(-x)), also where x is far from 0.

    >>> log_sigmoid(np.array([-800.0, 0.0])).round(4).tolist()
    [-800.0, -0.6931]
    """
    low = np.where(x.real > 0, -x, x)
    return np.asarray(np.where(x.real > 0, 0, x) - np.log1p(np.exp(low)))


def log_sum(logs: Values) -> Values:
    """The log of the sum of exponentials over the last axis.

    >>> log_sum(np.log(np.array([[1.0, 3.0]]))).round(6).tolist()
    [1.386294]
    """
    top = logs.real.max(axis=-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(logs - top).sum(axis=-1)))


def log_factorials(values: Floats) -> Floats:
    """The log of x! of each value; NaN stays."""
    table = np.array([lgamma(k + 1.0) for k in range(int(np.nanmax(values)) + 1)])
    whole = np.nan_to_num(values).astype(np.int64)
    return np.asarray(np.where(np.isfinite(values), table[whole], np.nan))


class Visits:
    """The log-likelihood of a kind of model over sites; `largest` is K."""

    def __init__(self, kind: Kind, mixture: Mixture, sites: Sites, linear: Linear, largest: int) -> None:
        self.kind, self.mixture, self.linear, self.largest = kind, mixture, linear, largest
        self.sites, self.seen = sites, sites.seen
        self.found = np.nan_to_num(sites.counts)
        self.numbers = np.arange(largest + 1.0)
        self.log_ways = log_factorials(self.numbers)
        if kind == "nmixture":
            gap = self.numbers - self.found[:, :, None]
            self.possible = (gap >= 0) | ~self.seen[:, :, None]
            self.rest = np.maximum(gap, 0.0)
            ways = self.log_ways - log_factorials(self.found)[:, :, None] - log_factorials(self.rest)
            self.choices = np.where(self.seen[:, :, None] & self.possible, ways, 0.0)

    def value(self, beta: Values) -> Any:
        """The log-likelihood."""
        return self.by_site(beta).sum()

    def by_site(self, beta: Values) -> Values:
        """The log-likelihood (n,) of each site."""
        eta = self.linear.predictor("p", beta)
        hit, miss = log_sigmoid(eta), log_sigmoid(-eta)
        if self.kind == "occupancy":
            psi = np.broadcast_to(self.linear.predictor("psi", beta), len(self.found))
            each = np.where(self.seen, np.where(self.found > 0, hit, miss), 0).sum(axis=1)
            absent = np.where(self.sites.detected, _NONE, log_sigmoid(-psi))
            return log_sum(np.stack([log_sigmoid(psi) + each, absent], axis=-1))
        prior = self._prior(beta)
        if self.kind == "royle-nichols":
            none = self.numbers * miss[:, :, None]
            some = np.log(-np.expm1(np.where(self.numbers > 0, none, -1.0)))
            some = np.where(self.numbers > 0, some, _NONE)
            each = np.where((self.found > 0)[:, :, None], some, none)
            each = np.where(self.seen[:, :, None], each, 0)
        else:
            counted = self.found[:, :, None] * hit[:, :, None] + self.rest * miss[:, :, None]
            each = np.where(self.seen[:, :, None], self.choices + counted, 0)
            each = np.where(self.possible, each, _NONE)
        return log_sum(prior + each.sum(axis=1))

    def _prior(self, beta: Values) -> Values:
        """The log chance (n or 1, K + 1) that a site has so many animals."""
        log_mean = self.linear.predictor("lam", beta)[:, None]
        mean = np.exp(log_mean)
        poisson = self.numbers * log_mean - mean - self.log_ways
        if self.mixture == "negative-binomial":
            size = np.exp(beta[self.linear.slices["size"]][0])
            steps = np.concatenate([np.zeros(1, dtype=beta.dtype), np.log(size + self.numbers[:-1])])
            share = np.log(size + mean)
            return np.asarray(
                np.cumsum(steps) - self.log_ways + size * (np.log(size) - share)
                + self.numbers * (log_mean - share)
            )  # fmt: skip
        if self.mixture == "zero-inflated":
            zeros = beta[self.linear.slices["zeros"]]
            extra = np.where(self.numbers == 0, log_sigmoid(zeros), _NONE)
            both = np.broadcast_arrays(poisson + log_sigmoid(-zeros), extra)
            return log_sum(np.stack(both, axis=-1))
        return np.asarray(poisson)


def parameters_of(kind: Kind, mixture: Mixture) -> tuple[str, ...]:
    """The parameters of a model, in the order of its coefficients.

    >>> parameters_of("nmixture", "negative-binomial")
    ('lam', 'p', 'size')
    """
    if kind == "occupancy":
        return ("psi", "p")
    return ("lam", "p", *EXTRA[mixture])


def starts_of(kind: Kind, mixture: Mixture, sites: Sites, linear: Linear) -> list[NDArray[np.float64]]:
    """Where searches begin: chances of one half and a third, as many animals as these explain."""
    found = []
    for chance in (0.5, 0.2):
        start = np.zeros(len(linear.labels))
        start[linear.slices["p"].start] = np.log(chance / (1 - chance))
        if kind == "occupancy":
            share = np.clip(sites.detected.mean() / (1 - (1 - chance) ** 2), 0.05, 0.9)
            start[linear.slices["psi"].start] = np.log(share / (1 - share))
        else:
            mean = max(float(np.nanmean(sites.counts)) / chance, 0.05)
            start[linear.slices["lam"].start] = np.log(mean)
        for extra in EXTRA[mixture]:
            start[linear.slices[extra].start] = 0.0 if extra == "size" else -1.0
        found.append(start)
    return found
