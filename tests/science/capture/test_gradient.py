"""The gradient is the derivative of the likelihood, for every kind of detector and term of a model."""

from dataclasses import replace

import numpy as np
import pytest

from amur.science.capture.data import Survey
from amur.science.capture.examples import camera_session, camera_survey
from amur.science.capture.likelihood import Likelihood
from amur.science.capture.model import Model
from amur.science.capture.simulate import with_covariates

START = {
    "D": np.log(0.0015),
    "g0": -2.7,
    "lambda0": -2.8,
    "a0": np.log(2 * np.pi * 0.06 * 400),
    "sigma": np.log(1900),
    "z": np.log(3.0),
}
MODELS = {
    "null": Model.of(function="HHN"),
    "HN": Model.of(function="HN"),
    "EX": Model.of(function="EX"),
    "HEX": Model.of(function="HEX"),
    "HR": Model.of(function="HR"),
    "HHR": Model.of(function="HHR"),
    "a0": Model.of("a0~1, sigma~session"),
    "binomial": Model.of("D~east", distribution="binomial"),
    "conditional": Model.of("lambda0~sex, sigma~sex", conditional=True),
    "conditional h2": Model.of("lambda0~h2", conditional=True),
    "sessions": Model.of("D~session, lambda0~Session, sigma~session"),
    "time": Model.of("D~east+x, lambda0~t, sigma~T"),
    "time and g0": Model.of("g0~T, sigma~session", function="HN"),
    "b": Model.of("g0~b", function="HN"),
    "B": Model.of("lambda0~B*T"),
    "bk": Model.of("lambda0~bk, sigma~bk"),
    "Bk": Model.of("g0~Bk", function="EX"),
    "k": Model.of("lambda0~k"),
    "h2": Model.of("lambda0~h2, sigma~h2"),
    "sex": Model.of("D~1, lambda0~h2, sigma~h2", mixture_covariate="sex"),
    "sex, as in a textbook": Model.of("lambda0~h2", mixture_covariate="sex", secr_mixture_count=False),
    "sex, binomial": Model.of("lambda0~h2", mixture_covariate="sex", distribution="binomial"),
    "spline": Model.of("D~s(east, k=4)"),
    "twice": Model.of("D~east, sigma~session", least_detections=2),
    "twice, in time": Model.of("lambda0~T", least_detections=2),
    "twice, g0, classes": Model.of("g0~h2", function="HN", mixture_covariate="sex", least_detections=2),
    "twice, conditional": Model.of(function="HHR", conditional=True, least_detections=2),
    "identity": Model.of("D~east", links={"D": "identity"}),
}


def survey(kind: str) -> Survey:
    sessions = []
    for session in camera_survey(kind, sessions=2).sessions:
        sexes = np.array(["F", "M", "M", ""])[np.arange(session.captures.animals) % 4]
        removed = np.full(session.captures.animals, -1)
        removed[0] = session.captures.occasion[session.captures.individual == 0].max()
        changed = with_covariates(session, sex=sexes)
        effort = session.detectors.effort.copy()
        caught = np.zeros_like(effort, dtype=bool)
        caught[session.captures.detector, session.captures.occasion] = True
        effort[~caught & (np.arange(10) < 3) & (np.arange(36)[:, None] % 5 == 0)] = 0
        effort[:, 7] = 1.5
        sessions.append(
            replace(
                changed,
                captures=replace(changed.captures, removed=removed),
                detectors=replace(session.detectors, effort=effort),
            )
        )
    return Survey(tuple(sessions))


def known_sex(of: Survey) -> Survey:
    sessions = []
    for session in of.sessions:
        sexes = session.captures.covariates["sex"]
        sessions.append(with_covariates(session, sex=np.where(sexes == "", "F", sexes)))
    return Survey(tuple(sessions))


@pytest.mark.parametrize("kind", ["multi", "proximity", "count"])
@pytest.mark.parametrize("name", MODELS)
def test_the_gradient_is_the_derivative(name: str, kind: str) -> None:
    model = MODELS[name]
    data = survey(kind)
    likelihood = Likelihood(known_sex(data) if name == "conditional" else data, model)
    beta = np.array([START.get(label, 0.2) for label in likelihood.labels])
    if "identity" in name:
        beta[:2] = 0.001, 0.0004
    value, gradient = likelihood.value_and_gradient(beta)
    assert np.isfinite(value)
    assert value == likelihood.value(beta)
    for k in range(beta.size):
        step = 1e-3 * (abs(beta[k]) if "identity" in name and k < 2 else 1)
        assert gradient[k] == pytest.approx(derivative(likelihood, beta, k, step), rel=1e-7, abs=1e-6)


def derivative(likelihood: Likelihood, beta: np.ndarray, k: int, step: float) -> float:
    """Central differences of the eighth order."""
    weights = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}
    total = 0.0
    for away, weight in weights.items():
        change = np.zeros_like(beta)
        change[k] = away * step
        total += weight * (likelihood.value(beta + change) - likelihood.value(beta - change))
    return total / step


def test_the_likelihood_is_that_of_a_plain_loop() -> None:
    """Animals, occasions and detectors one after the other, as the definition says."""
    session = camera_session("multi", occasions=4)
    beta = np.array([np.log(0.0015), -2.8, np.log(1900)])
    points, captures = session.mask.points, session.captures
    away = np.hypot(*(session.detectors.positions[:, None] - points[None]).transpose(2, 0, 1))
    hazard = np.exp(beta[1]) * np.exp(-(away**2) / 2 / np.exp(beta[2]) ** 2)
    total = hazard.sum(axis=0)
    expected, seen = 0.0, []
    for i in range(captures.animals):
        chance = np.ones(len(points))
        history = []
        for s in range(4):
            row = np.flatnonzero((captures.individual == i) & (captures.occasion == s))
            history.append(captures.detector[row[0]] if row.size else -1)
            chance *= hazard[history[-1]] / total * -np.expm1(-total) if row.size else np.exp(-total)
        seen.append(tuple(history))
        expected += np.log((100 * np.exp(beta[0]) * chance).sum())
    expected -= (100 * np.exp(beta[0]) * -np.expm1(-4 * total)).sum()
    for history in set(seen):
        expected -= np.log(np.arange(1, seen.count(history) + 1)).sum()
    assert Likelihood(Survey((session,)), Model()).value(beta) == pytest.approx(expected, rel=1e-12)
