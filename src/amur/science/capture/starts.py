"""Where a fit starts: values of the parameters read off the data.

sigma comes from how far the detections of an animal lie apart, the intercept from how often an animal that
was seen is seen, density from how many were seen; covariates start without effect.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from amur.science.capture.data import Floats, Session, Survey
from amur.science.capture.detection import HAZARD_RATE, SQUARE_METRES, DetectionFunction
from amur.science.capture.likelihood import Likelihood
from amur.science.capture.model import Model
from amur.science.capture.special import root

SCALE = {0: 1.0, 1: 0.6, HAZARD_RATE: 1.2}
"""sigma of a shape, as a share of that of the half-normal."""
STEEPNESS = 4.0
FEW = 150


def spread(survey: Survey) -> float:
    """The root pooled spatial variance of detections around the mean place of their animal, in metres."""
    squares, freedom = 0.0, 0
    for session in survey.sessions:
        captures = session.captures
        places = session.detectors.positions[captures.detector]
        weight = captures.count.astype(float)
        seen = np.bincount(captures.individual, weight, captures.animals)
        east, north = (np.bincount(captures.individual, weight * place) / seen for place in places.T)
        centres = np.column_stack([east, north])
        squares += float((weight[:, None] * (places - centres[captures.individual]) ** 2).sum())
        freedom += int(seen.sum()) - captures.animals
    return float(np.sqrt(squares / (2 * freedom))) if squares > 0 else 0.0


def detector_spacing(session: Session) -> float:
    """The mean distance in metres from a detector to the nearest other one."""
    positions = session.detectors.positions
    if len(positions) < 2:
        return float(np.sqrt(session.mask.area * SQUARE_METRES) / 10)
    away = np.hypot(*(positions[:, None] - positions[None]).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    return float(away.min(axis=1).mean())


def natural_start(survey: Survey, model: Model) -> dict[str, float]:
    """Values of the parameters, on their own scales, without covariates."""
    function = model.detection_function
    sigma = (spread(survey) or detector_spacing(survey.sessions[0])) * SCALE[function.shape]
    detections = sum(int(session.captures.count.sum()) for session in survey.sessions)
    repeats = max(detections / survey.animals, 1.05)
    expectations = [_Expectation(session, function, sigma) for session in survey.sessions]

    def expected(intercept: float) -> tuple[float, float]:
        parts = [expectation.at(intercept) for expectation in expectations]
        return sum(met for met, _ in parts), sum(seen for _, seen in parts)

    def surplus(log_intercept: float) -> float:
        met, seen = expected(float(np.exp(log_intercept)))
        return met / seen - repeats

    low, high = np.log(1e-8), np.log(0.9 if function.probability else 20.0)
    intercept = 0.05
    if surplus(high) > 0 > surplus(low):
        intercept = float(np.exp(root(surplus, low, high, 0.01 * repeats)))
    return {
        "D": survey.animals / expected(intercept)[1],
        "g0": intercept,
        "lambda0": intercept,
        "a0": 2 * np.pi * intercept * sigma**2 / SQUARE_METRES,
        "sigma": sigma,
        "z": STEEPNESS,
        "pmix": 0.5,
    }


class _Expectation:
    """What one animal per hectare would give in a session: detections and animals detected."""

    def __init__(self, session: Session, function: DetectionFunction, sigma: float) -> None:
        points = session.mask.points
        chosen = points[:: max(1, len(points) // FEW)]
        away = np.hypot(*(session.detectors.positions[:, None] - chosen[None]).transpose(2, 0, 1))
        self.shape = function.at(away, 1.0, sigma, STEEPNESS)
        if session.detectors.quadrature is not None:
            self.shape = self.shape / (2 * np.pi * sigma**2)
        self.probability = function.probability
        self.kind = session.detectors.kind
        self.area = session.mask.area / len(chosen)
        effort = session.detectors.exposure
        self.effort = effort.sum(axis=1)
        self.active = (effort > 0).sum(axis=1)
        occasions, self.times = np.unique(effort, axis=1, return_counts=True)
        self.occasions = occasions.T

    def at(self, intercept: float) -> tuple[float, float]:
        """Detections and animals, at an intercept."""
        hazard = -np.log1p(-intercept * self.shape) if self.probability else intercept * self.shape
        total = self.effort @ hazard
        if self.kind == "count":
            met = total
        elif self.kind == "proximity":
            mean = self.effort / np.maximum(self.active, 1)
            met = self.active @ -np.expm1(-mean[:, None] * hazard)
        else:
            met = self.times @ -np.expm1(-(self.occasions @ hazard))
        return self.area * float(met.sum()), self.area * float(-np.expm1(-total).sum())


def start_of(likelihood: Likelihood, natural: Mapping[str, float]) -> Floats:
    """The starting coefficients (p,): intercepts from values of the parameters, everything else 0."""
    model, designs = likelihood.model, likelihood.designs
    beta = np.zeros(len(designs.labels))
    for name, where in designs.slices.items():
        value, link = natural[name], model.link(name)
        linear = {"log": np.log(value), "identity": value}.get(link)
        beta[where.start] = np.log(value / (1 - value)) if linear is None else linear
    if model.classes > 1 and not model.mixture_covariate:
        for k, label in enumerate(designs.labels):
            if ".h2" in label and not label.startswith("pmix"):
                beta[k] = 1.0 if not label.startswith("sigma") else 0.3
    return beta
