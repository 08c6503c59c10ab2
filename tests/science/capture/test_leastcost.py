"""Least-cost distances: straight lines where all is easy, ways around where something bars the way."""

from dataclasses import replace

import numpy as np
import pytest

from amur.science.capture.data import Survey
from amur.science.capture.examples import camera_survey
from amur.science.capture.fitting import fit
from amur.science.capture.leastcost import NOWHERE, least_cost_distances


def test_in_easy_country_distances_are_nearly_straight_lines() -> None:
    cells = np.array([[r, c] for r in range(0, 60, 7) for c in range(0, 60, 9)])
    found = least_cost_distances(np.ones((60, 60)), cells[:5], cells, 250.0)
    straight = 250 * np.hypot(*(cells[:5, None] - cells[None]).transpose(2, 0, 1))
    assert (found >= straight - 1e-9).all()
    assert (found <= 1.083 * straight + 1e-9).all()


def test_a_river_is_gone_around_by_its_bridge_and_a_fence_stops() -> None:
    land = np.ones((5, 9))
    land[:, 4] = np.nan
    land[0, 4] = 1.0
    found = least_cost_distances(land, np.array([[4, 3]]), np.array([[4, 5]]), 100.0)
    assert found[0, 0] > 800
    land[0, 4] = np.nan
    assert least_cost_distances(land, np.array([[4, 3]]), np.array([[4, 5]]), 100.0)[0, 0] == NOWHERE


def test_a_resistance_of_two_is_twice_as_far() -> None:
    cells = np.array([[2, 2], [7, 4]])
    one = least_cost_distances(np.ones((9, 9)), cells, cells, 100.0)
    assert least_cost_distances(np.full((9, 9), 2.0), cells, cells, 100.0) == pytest.approx(2 * one)


def test_a_fit_over_easy_country_is_that_of_straight_lines_and_ends_nowhere_do_no_harm() -> None:
    """Straight distances through the table of distances, one column of the mask cut off."""
    (session,) = camera_survey().sessions
    away = np.hypot(*(session.detectors.positions[:, None] - session.mask.points[None]).transpose(2, 0, 1))
    plain = fit(Survey((session,)))
    tabled = fit(Survey((replace(session, distances=away),)))
    assert tabled.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-8)
    assert tabled.beta == pytest.approx(plain.beta, abs=1e-6)
    away[:, session.mask.points[:, 0] == session.mask.points[:, 0].min()] = NOWHERE
    cut = fit(Survey((replace(session, distances=away),)))
    assert cut.converged
    assert cut.beta == pytest.approx(plain.beta, abs=0.1)
