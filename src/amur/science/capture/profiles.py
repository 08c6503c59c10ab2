"""Profile-likelihood intervals: honest where the surface is not a parabola, open where the data cannot tell.

>>> from amur.science.capture.examples import camera_survey
>>> from amur.science.capture.fitting import fit
>>> found = profile_interval(fit(camera_survey()), "sigma")
>>> [round(float(np.exp(end))) for end in (found.lower, found.upper)]
[1529, 2261]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from amur.science.capture.data import Floats
from amur.science.capture.fitting import Fit, Progress, unwatched
from amur.science.capture.optimising import maximise

FARTHEST = 12.0
"""Standard errors from the estimate at which an end is called open."""
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

    Raises ValueError where the fit has no such coefficient, or no standard errors to start from.
    """
    if label not in fit.labels:
        raise ValueError(f"{label!r} is no coefficient of this fit ({', '.join(fit.labels)})")
    if not np.isfinite(fit.se).all():
        raise ValueError("the fit has no standard errors, so a profile has nowhere to start")
    target = float(np.sqrt(chi2.ppf(level, 1)))
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
        self.hessian = -np.linalg.inv(fit.covariance) * np.outer(fit.se, fit.se)
        # How the others follow to first order.
        self.follow = fit.covariance[:, fixed] / fit.covariance[fixed, fixed] * fit.se[fixed] / fit.se

    def deviance_root(self, away: float) -> float:
        """The root of the deviance with the coefficient `away` standard errors from its estimate."""

        def place(free: Floats) -> Floats:
            moved = away * self.follow
            moved[self.fixed] = away
            moved[self.others] += free
            return np.asarray(self.fit.beta + self.fit.se * moved)

        def objective(free: Floats) -> tuple[float, Floats]:
            value, gradient = self.fit.likelihood.value_and_gradient(place(free))
            return value, (gradient * self.fit.se)[self.others]

        start = np.zeros(self.others.size)
        if not start.size:
            value = objective(start)[0]
        else:
            inner = self.hessian[np.ix_(self.others, self.others)]
            value = maximise(objective, start, -np.diag(inner), hessian=inner, newton=False).value
        return float(np.sqrt(max(2 * (self.fit.log_likelihood - value), 0.0)))

    def end(self, sign: float, target: float) -> float:
        """Where the root of the deviance is the target: bracketed, then by the regula falsi (Illinois)."""
        low, low_value = 0.0, -target
        high = target
        high_value = self._try(sign * high) - target
        while high_value < 0:
            low, low_value = high, high_value
            high *= 1.5
            if high > FARTHEST:
                return float(sign * np.inf)
            high_value = self._try(sign * high) - target
        for _ in range(50):
            middle = low - low_value * (high - low) / (high_value - low_value)
            value = self._try(sign * middle) - target
            if abs(value) < CLOSE:
                break
            if value < 0:
                low, low_value, high_value = middle, value, high_value / 2
            else:
                high, high_value, low_value = middle, value, low_value / 2
        return float(self.fit.beta[self.fixed] + sign * middle * self.fit.se[self.fixed])

    def _try(self, away: float) -> float:
        try:
            return self.deviance_root(away)
        except ValueError:
            # The likelihood cannot be computed there: far too unlikely.
            return 1e3
