"""Fits find again what surveys were simulated from."""

from dataclasses import replace

import numpy as np
import pytest

from amur.science.capture.data import Captures, Survey
from amur.science.capture.derived import abundance
from amur.science.capture.examples import camera_survey, grid, mask_around
from amur.science.capture.fitting import fit
from amur.science.capture.likelihood import Likelihood
from amur.science.capture.model import Model
from amur.science.capture.resample import bootstrap, goodness_of_fit
from amur.science.capture.simulate import Truth, simulate_session

DENSITY, SIGMA = 0.002, 2000.0


def session(kind: str, seed: int, function: str = "HHN"):
    detectors = grid(7, 2000.0, kind, 10)
    mask = mask_around(detectors, 8000.0, 1000.0)
    truth = Truth(DENSITY, 0.06, SIGMA, function=function)
    return simulate_session("1", detectors, mask, truth, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", ["multi", "proximity", "count"])
@pytest.mark.parametrize("function", ["HHN", "EX"])
def test_the_truth_lies_in_the_intervals(kind: str, function: str) -> None:
    """Nineteen of twenty should hold it; with 60 surveys 50 to 60 is all but certain."""
    held = 0
    for seed in range(60):
        found = fit(Survey((session(kind, seed, function),)), Model(function=function))
        density = found.real[0]
        held += density.lower < DENSITY < density.upper
    assert held >= 51


def test_realised_numbers_hold_the_number_that_was_there() -> None:
    errors = []
    for seed in range(30):
        found = fit(Survey((session("proximity", seed),)))
        mask = found.survey.sessions[0].mask
        number = abundance(found, {"all": [np.ones(len(mask.points))]}).realised[0]
        # The simulation drew the numbers in cells first.
        there = np.random.default_rng(seed).poisson(DENSITY * mask.cell_area, len(mask.points)).sum()
        errors.append((number.estimate - there) / number.se)
    assert abs(np.mean(errors)) < 0.6
    assert 0.6 < np.std(errors) < 1.5


def with_ghosts(of: Survey, share: float) -> Survey:
    """A share of the detections is taken for animals of their own."""
    (only,) = of.sessions
    captures = only.captures
    wrong = np.random.default_rng(4).random(captures.individual.size) < share
    names = np.where(wrong, captures.animals + np.arange(wrong.size), captures.individual)
    ids, individual = np.unique(names, return_inverse=True)
    changed = replace(captures, individual=individual, ids=tuple(str(one) for one in ids))
    return Survey((replace(only, captures=changed),))


def test_asking_two_detections_of_an_animal_keeps_ghosts_out() -> None:
    surveys = [Survey((session("count", seed),)) for seed in range(12)]
    plain = np.mean([fit(with_ghosts(survey, 0.1)).real[0].estimate for survey in surveys])
    twice = np.mean(
        [fit(with_ghosts(survey, 0.1), Model(least_detections=2)).real[0].estimate for survey in surveys]
    )
    assert plain > 1.15 * DENSITY
    assert twice == pytest.approx(DENSITY, rel=0.1)
    unharmed = np.mean([fit(survey, Model(least_detections=2)).real[0].estimate for survey in surveys])
    assert unharmed == pytest.approx(DENSITY, rel=0.12)


def test_the_chance_of_two_detections_is_that_of_a_plain_sum() -> None:
    for kind in ("multi", "proximity", "count"):
        survey = camera_survey(kind)
        likelihood = Likelihood(survey, Model(least_detections=2))
        beta = np.array([-6.5, -2.8, 7.5])
        state = likelihood.state(beta, 0)
        (only,) = survey.sessions
        away = np.hypot(*(only.detectors.positions[:, None] - only.mask.points[None]).transpose(2, 0, 1))
        hazard = np.exp(beta[1] - 0.5 * (away / np.exp(beta[2])) ** 2)
        none = np.exp(-10 * hazard.sum(axis=0))
        if kind == "multi":
            once = 10 * np.expm1(hazard.sum(axis=0))
        elif kind == "proximity":
            once = 10 * np.expm1(hazard).sum(axis=0)
        else:
            once = 10 * hazard.sum(axis=0)
        assert state.detected[0] == pytest.approx(1 - none * (1 + once), abs=1e-12)


def test_a_model_that_is_right_could_have_made_the_data() -> None:
    rows = goodness_of_fit(fit(Survey((session("proximity", 3),))), 60)
    assert min(row.p for row in rows) > 0.01


def test_where_two_detections_are_asked_no_animal_counts_that_was_seen_once() -> None:
    found = fit(Survey((session("proximity", 3),)), Model(least_detections=2))
    rows = {row.statistic: row for row in goodness_of_fit(found, 60)}
    once = rows["share of animals seen once"]
    assert (once.observed, once.high, once.p) == (0, 0, 1)
    assert rows["animals seen"].observed == found.animals
    assert min(row.p for row in rows.values()) > 0.01


def test_a_model_that_does_not_know_of_good_places_is_found_out() -> None:
    """Every fourth camera stands where four times as much is seen, and the model is not told."""
    detectors = grid(7, 2000.0, "count", 10)
    effort = np.where(np.arange(49)[:, None] % 4 == 0, 4.0, 0.5) * detectors.effort
    uneven = replace(detectors, effort=effort)
    truth = Truth(DENSITY, 0.06, SIGMA)
    simulated = simulate_session(
        "1", uneven, mask_around(detectors, 8000.0, 1000.0), truth, np.random.default_rng(2)
    )
    rows = goodness_of_fit(fit(Survey((replace(simulated, detectors=detectors),))), 60)
    dispersion = next(row for row in rows if row.statistic == "dispersion of detections over detectors")
    assert dispersion.observed > dispersion.high
    assert dispersion.p < 0.05


@pytest.mark.parametrize(
    "model",
    [
        Model.of("D~east"),
        Model.of("g0~bk", function="HN"),
        Model.of("lambda0~B+T", distribution="binomial"),
        Model.of("a0~1, sigma~1", conditional=True),
    ],
)
def test_a_bootstrap_spreads_as_the_standard_errors_say(model: Model) -> None:
    found = fit(Survey((session("proximity", 5),)), model)
    resampled = bootstrap(found, 40)
    assert resampled.failed <= 2
    ratio = resampled.betas.std(axis=0) / found.se
    assert ((ratio > 0.6) & (ratio < 1.6)).all()
    assert (np.abs(resampled.betas.mean(axis=0) - found.beta) < found.se).all()


def test_a_session_without_animals_does_not_stop_a_fit() -> None:
    full = session("proximity", 5)
    nobody = Captures(*(np.zeros(0, dtype=np.int64),) * 4, ())
    found = fit(Survey((full, replace(full, name="2", captures=nobody))))
    alone = fit(Survey((full,)))
    assert found.converged
    assert found.beta[0] == pytest.approx(alone.beta[0] - np.log(2), abs=1e-4)
