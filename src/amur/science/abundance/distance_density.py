"""Density and numbers from a fitted detection function, by stratum and in all.

Each observation of s animals with chance p stands for s / p animals in the covered area (Horvitz-Thompson);
the variance is that of these sums between samples (R2 on lines, P3 at points, see `sampling.py`) plus that of
the detection function by the delta method. Sources: Innes et al. 2002, Surveys of bowheads; Fewster et al.
2009; degrees of freedom by Satterthwaite.

>>> from amur.science.abundance.distance import DistanceSurvey, Model, fit
>>> random = np.random.default_rng(2)
>>> sample = np.sort(random.integers(0, 10, 300))
>>> seen = np.abs(random.normal(0, 30, 300))
>>> survey = DistanceSurvey("line", seen, sample, np.full(10, 4000.0), areas=np.array([50.0]))
>>> found = densities(fit(survey, Model("half-normal", right=100.0)))
>>> f"{found.total.density.estimate:.0f} ({found.total.density.lower:.0f} to {found.total.density.upper:.0f})"
'94 (81 to 109)'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.science.abundance.distance import DistanceFit
from amur.science.abundance.estimates import Estimate, log_normal, satterthwaite, student
from amur.science.abundance.sampling import Floats, Form, rate_variances, sums

M2_PER_KM2 = 1e6


@dataclass(frozen=True, slots=True)
class Region:
    """What came out in a stratum, or in all.

    `effort` is metres of line, or visits or moments times the part of the circle; `covered` km²; `density`
    animals per km²; `number` is NaN where the area is unknown. `rate_share` of the variance is that between
    samples. `borrowed`: one sample only, with the overdispersion of the others.
    """

    name: str
    area: float
    samples: int
    effort: float
    covered: float
    observations: int
    group_size: float
    density: Estimate
    number: Estimate
    rate_share: float
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class Densities:
    """Density by stratum, and in all weighted by area."""

    regions: tuple[Region, ...]
    total: Region
    form: Form


def densities(fit: DistanceFit, form: Form | None = None) -> Densities:
    """Density and numbers; `form` of the variance between samples is R2 on lines and P3 at points."""
    survey, detection = fit.detection.survey, fit.detection
    form = form or ("P3" if detection.point else "R2")
    width, count = fit.model.right, len(survey.names)
    strip = np.pi * width**2 if detection.point else 2 * width
    effort = survey.effort * survey.parts
    covered = strip * effort / M2_PER_KM2
    sample, size = survey.sample[detection.used], survey.sizes[detection.used]
    stratum = survey.strata[sample]
    area_of = sums(covered, survey.strata, count)
    rows = [stratum == k for k in range(count)]

    def density(beta: NDArray[Any]) -> list[Any]:
        animals = size / detection.chances(beta)
        return [animals[here].sum() / area for here, area in zip(rows, area_of, strict=True)]

    point = np.array(density(fit.maximum.beta), dtype=np.float64)
    found = sums(size / fit.chances, sample, len(effort))
    between = rate_variances(found, covered, survey.strata, count, form)
    gradient = _gradient(density, fit.maximum.beta, count)
    within = gradient @ fit.maximum.covariance @ gradient.T
    areas = np.full(count, np.nan) if survey.areas is None else survey.areas
    freedom = float(max(len(detection.y) - len(fit.maximum.beta), 1))
    regions = []
    for k, name in enumerate(survey.names):
        here, samples = rows[k], int((survey.strata == k).sum())
        parts = [(float(between.variance[k]), float(between.freedom[k])), (float(within[k, k]), freedom)]
        estimate = _interval(float(point[k]), parts)
        regions.append(
            Region(
                name,
                float(areas[k]),
                samples,
                float(effort[survey.strata == k].sum()),
                float(area_of[k]),
                int(here.sum()),
                _group_size(size[here], fit.chances[here]),
                estimate,
                estimate.times(float(areas[k])),
                _share(parts),
                k in between.borrowed,
            )
        )
    weights = np.ones(1) if count == 1 else areas / areas.sum()
    parts = [
        (float(weight**2 * variance), float(df))
        for weight, variance, df in zip(weights, between.variance, between.freedom, strict=True)
    ]
    parts.append((float(weights @ within @ weights), freedom))
    whole = _interval(float(weights @ point), parts)
    area = float(areas.sum())
    total = Region(
        "",
        area,
        len(effort),
        float(effort.sum()),
        float(covered.sum()),
        len(detection.y),
        _group_size(size, fit.chances),
        whole,
        whole.times(area),
        _share(parts),
        bool(between.borrowed),
    )
    return Densities(tuple(regions), total, form)


def _interval(estimate: float, parts: list[tuple[float, float]]) -> Estimate:
    """Log-normal, with Student's quantile for the degrees of freedom of the parts of the variance."""
    variance = sum(part for part, _ in parts)
    cv = float(np.sqrt(variance) / estimate) if estimate > 0 else np.nan
    if not np.isfinite(cv):
        return log_normal(estimate, np.nan)
    return log_normal(estimate, cv, student(satterthwaite(parts)))


def _share(parts: list[tuple[float, float]]) -> float:
    """The share of all parts but the last."""
    whole = sum(part for part, _ in parts)
    return 1 - parts[-1][0] / whole if whole > 0 else float("nan")


def _group_size(size: Floats, chances: Floats) -> float:
    """The mean size of groups, corrected for large groups being seen more easily."""
    return float((size / chances).sum() / (1 / chances).sum()) if size.size else float("nan")


def _gradient(function: Any, beta: Floats, count: int) -> Floats:
    """The gradient (values, p) of several functions by complex steps."""
    gradient = np.zeros((count, len(beta)))
    for k in range(len(beta)):
        moved = beta.astype(np.complex128)
        moved[k] += 1e-30j
        gradient[:, k] = np.imag(function(moved)) / 1e-30
    return gradient
