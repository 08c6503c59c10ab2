"""Profile-likelihood intervals: honest where the surface is not a parabola, open where the data cannot tell.

>>> from amur.science.capture.examples import camera_survey
>>> from amur.science.capture.fitting import fit
>>> found = profile_interval(fit(camera_survey()), "sigma")
>>> [round(float(np.exp(end)), -1) for end in (found.lower, found.upper)]
[1530.0, 2260.0]
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from amur.science.capture.data import Floats
from amur.science.capture.fitting import Fit, Progress, unwatched
from amur.science.capture.optimising import maximise
from amur.science.capture.scaling import to_standard
from amur.science.capture.special import root

FARTHEST = 12.0
"""Standard errors from the estimate at which an end is called open."""
STEP = 1.5
"""Of standardised coefficients, in place of a standard error where there is none."""
ROUGH = 25
"""Iterations on a flat surface, where what is left to gain is little."""
CLOSE = 1e-3
"""Of the root of the deviance at an end."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An interval of a coefficient on the scale of its link; an open end is infinite."""

    label: str
    estimate: float
    lower: float
    upper: float


def profile_interval(fit: Fit, label: str, level: float = 0.95, *, progress: Progress = unwatched) -> Profile:
    """The values of a coefficient that the likelihood-ratio test does not reject.

    Where the fit has no standard errors, ends are sought within eighteen standardised units.
    Raises ValueError where the fit has no such coefficient.
    """
    if label not in fit.labels:
        raise ValueError(f"{label!r} is no coefficient of this fit ({', '.join(fit.labels)})")
    target = NormalDist().inv_cdf((1 + level) / 2)
    search = _Search(fit, fit.labels.index(label))
    ends = []
    for k, sign in enumerate((-1.0, 1.0)):
        progress(k / 2, "profile")
        ends.append(search.end(sign, target))
    progress(1.0, "done")
    return Profile(label, float(fit.beta[search.fixed]), ends[0], ends[1])


class _Search:
    """Walks along one coefficient while the others are maximised, in units of standard errors."""

    def __init__(self, fit: Fit, fixed: int) -> None:
        self.fit, self.fixed = fit, fixed
        self.others = np.array([k for k in range(len(fit.beta)) if k != fixed], dtype=np.int64)
        self.hessian: Floats | None = None
        self.se, self.follow = fit.se, np.zeros(len(fit.beta))
        if np.isfinite(fit.se).all():
            self.hessian = -np.linalg.inv(fit.covariance) * np.outer(fit.se, fit.se)
            # How the others follow to first order.
            self.follow = fit.covariance[:, fixed] / fit.covariance[fixed, fixed] * fit.se[fixed] / fit.se
        else:
            self.se = STEP * np.abs(np.diag(to_standard(fit.likelihood.designs)))

    def deviance_root(self, away: float) -> float:
        """The root of the deviance with the coefficient `away` standard errors from its estimate."""

        def place(free: Floats) -> Floats:
            moved = away * self.follow
            moved[self.fixed] = away
            moved[self.others] += free
            return np.asarray(self.fit.beta + self.se * moved)

        def objective(free: Floats) -> tuple[float, Floats]:
            value, gradient = self.fit.likelihood.value_and_gradient(place(free))
            return value, (gradient * self.se)[self.others]

        start = np.zeros(self.others.size)
        if not start.size:
            value = objective(start)[0]
        elif self.hessian is None:
            value = maximise(objective, start, np.ones(start.size), newton=False, iterations=ROUGH).value
        else:
            inner = self.hessian[np.ix_(self.others, self.others)]
            value = maximise(objective, start, -np.diag(inner), hessian=inner, newton=False).value
        return float(np.sqrt(max(2 * (self.fit.log_likelihood - value), 0.0)))

    def end(self, sign: float, target: float) -> float:
        """Where the root of the deviance is the target: bracketed, then found."""
        high = target

        def above(away: float) -> float:
            return self._try(sign * away) - target if away else -target

        while above(high) < 0:
            if high == FARTHEST:
                return float(sign * np.inf)
            high = min(1.5 * high, FARTHEST)
        away = root(above, 0.0, high, CLOSE)
        return float(self.fit.beta[self.fixed] + sign * away * self.se[self.fixed])

    def _try(self, away: float) -> float:
        try:
            return self.deviance_root(away)
        except ValueError:
            # The likelihood cannot be computed there: far too unlikely.
            return 1e3
