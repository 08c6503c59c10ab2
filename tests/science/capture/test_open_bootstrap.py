"""Surveys drawn from an open fit look like its data, and fits to them spread as its errors say."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from amur.science.capture.data import Survey
from amur.science.capture.open import OpenFit, OpenModel, fit_open
from amur.science.capture.open.resample import bootstrap_open, simulate_open
from amur.science.capture.open.simulate import six_years


@pytest.fixture(scope="module")
def found() -> OpenFit:
    return fit_open(six_years(3))


def test_years_drawn_from_a_fit_are_like_its_years(found: OpenFit) -> None:
    """Animals seen in each year and animals that come back, within three Monte-Carlo errors and a tenth."""
    drawn = [simulate_open(found, np.random.default_rng(seed)) for seed in range(40)]
    seen = np.array([[session.captures.animals for session in survey.sessions] for survey in drawn])
    expected = np.array([session.captures.animals for session in found.survey.sessions])
    assert seen.sum(axis=1).mean() == pytest.approx(expected.sum(), rel=0.1)
    again = [
        np.mean([len(set(a.captures.ids) & set(b.captures.ids)) for a, b in pairs])
        for survey in [found.survey, *drawn]
        for pairs in [list(zip(survey.sessions[:-1], survey.sessions[1:], strict=True))]
    ]
    assert np.mean(again[1:]) == pytest.approx(again[0], abs=3 * np.std(again[1:]))


def test_moves_stay_in_the_mask_and_are_as_long_as_they_should() -> None:
    fitted = fit_open(Survey(six_years(3, "normal", 3000.0).sessions[:3]), OpenModel.of(movement="normal"))
    sessions = simulate_open(fitted, np.random.default_rng(1)).sessions
    places = [
        {
            who: session.detectors.positions[
                session.captures.detector[session.captures.individual == k]
            ].mean(axis=0)
            for k, who in enumerate(session.captures.ids)
        }
        for session in sessions
    ]
    steps = [np.hypot(*(places[1][who] - place)) for who, place in places[0].items() if who in places[1]]
    move = next(row.estimate for row in fitted.real if row.parameter == "move")
    assert 0.5 * move < np.sqrt(np.mean(np.square(steps)) / 2) < 3 * move


def test_the_bootstrap_spreads_as_the_standard_errors_say_and_over_processes(found: OpenFit) -> None:
    told: list[float] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        spread = bootstrap_open(found, 16, executor=pool, progress=lambda done, stage: told.append(done))
    assert told == pytest.approx(np.arange(1, 17) / 16)
    assert len(spread.betas) + spread.failed == 16
    assert spread.failed <= 2
    # The same seeds give the same surveys in one process.
    assert bootstrap_open(found, 2).betas == pytest.approx(spread.betas[:2])
    middle, errors = spread.betas.mean(axis=0), spread.betas.std(axis=0, ddof=1)
    assert (np.abs(middle - found.beta) < found.se).all()
    assert ((errors / found.se > 0.4) & (errors / found.se < 2.2)).all()


def test_survival_alone_cannot_be_simulated(found: OpenFit) -> None:
    alone = fit_open(Survey(found.survey.sessions[:3]), OpenModel.of(kind="cjs"))
    with pytest.raises(ValueError, match="no numbers of animals"):
        bootstrap_open(alone, 2)


def test_nobody_seen_is_a_fit_that_failed(found: OpenFit) -> None:
    nobody = replace(found, beta=np.where(np.array(found.labels) == "D", -40.0, found.beta))
    assert bootstrap_open(nobody, 2).failed == 2
