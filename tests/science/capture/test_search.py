"""Searches of areas: the quadrature is exact, the gradient too, and what does not suit is refused."""

from math import erf

import numpy as np
import pytest

from amur.science.capture.data import Captures, Session, Survey
from amur.science.capture.examples import mask_around
from amur.science.capture.fitting import fit
from amur.science.capture.likelihood import Likelihood
from amur.science.capture.model import Model
from amur.science.capture.search import quadrature, search

SIGMA, LAMBDA, DENSITY = 20.0, 0.4, 12.0
SQUARE = np.array([[0.0, 0.0], [200.0, 0.0], [200.0, 200.0], [0.0, 200.0]])


def searched(exclusive: bool, seed: int = 5) -> Survey:
    """Animals leave a Poisson number of signs around their centres; those in the square are found."""
    random = np.random.default_rng(seed)
    centres = random.uniform(-100, 300, (random.poisson(DENSITY * 16), 2))
    rows: list[tuple[int, int, np.ndarray]] = []
    animals = 0
    for centre in centres:
        mine = []
        for occasion in range(5):
            signs = centre + random.normal(0, SIGMA, (random.poisson(LAMBDA), 2))
            inside = signs[((signs > 0) & (signs < 200)).all(axis=1)]
            mine += [(occasion, sign) for sign in (inside[:1] if exclusive else inside)]
        rows += [(animals, occasion, sign) for occasion, sign in mine]
        animals += bool(mine)
    places = np.array([row[2] for row in rows])
    detectors = search([SQUARE], places, 5, SIGMA, exclusive)
    captures = Captures(
        np.array([row[0] for row in rows]),
        np.array([row[1] for row in rows]),
        detectors.count - len(rows) + np.arange(len(rows)),
        np.ones(len(rows), dtype=np.int64),
        tuple(str(i) for i in range(animals)),
    )
    corners = search([SQUARE], SQUARE, 1, 200.0)
    return Survey((Session("1", detectors, captures, mask_around(corners, 100.0, 10.0)),))


def test_the_hazard_of_a_square_is_its_integral() -> None:
    points, areas = quadrature(SQUARE, SIGMA)
    for centre in ((100.0, 100.0), (-30.0, 10.0), (0.0, 0.0)):
        away = ((points - centre) ** 2).sum(axis=1)
        found = (areas * np.exp(-away / 2 / SIGMA**2) / (2 * np.pi * SIGMA**2)).sum()
        root = SIGMA * np.sqrt(2)
        exact = np.prod([(erf((200 - c) / root) - erf(-c / root)) / 2 for c in centre])
        assert found == pytest.approx(exact, rel=1e-10)


def test_a_polygon_may_have_a_notch() -> None:
    notched = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [50.0, 20.0], [0.0, 100.0], [0.0, 0.0]])
    points, areas = quadrature(notched, 10.0)
    assert areas.sum() == pytest.approx(10_000 - 4_000, rel=1e-12)
    assert not ((np.abs(points[:, 0] - 50) < 5) & (points[:, 1] > 35)).any()


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("model", [Model(), Model(function="HEX"), Model.of("lambda0~b+T, sigma~t")])
def test_the_gradient_is_the_derivative(model: Model, exclusive: bool) -> None:
    likelihood = Likelihood(searched(exclusive), model)
    start = {"D": np.log(DENSITY), "lambda0": np.log(LAMBDA), "sigma": np.log(SIGMA)}
    beta = np.array([start.get(label, 0.1) for label in likelihood.labels])
    _, gradient = likelihood.value_and_gradient(beta)
    for k in range(beta.size):
        away = np.zeros_like(beta)
        away[k] = 1e-4
        slope = (likelihood.value(beta + away) - likelihood.value(beta - away)) / 2e-4
        assert gradient[k] == pytest.approx(slope, rel=1e-5, abs=1e-4)


def test_counts_of_signs_give_the_truth_back() -> None:
    found = fit(searched(exclusive=False))
    assert found.converged
    for row, truth in zip(found.real, (DENSITY, LAMBDA, SIGMA), strict=True):
        assert row.lower < truth < row.upper


def test_what_does_not_suit_a_search_is_refused() -> None:
    with pytest.raises(ValueError, match="row 2: the detection lies outside all searched polygons"):
        search([SQUARE], np.array([[1.0, 1.0], [201.0, 1.0]]), 1, SIGMA)
    with pytest.raises(ValueError, match="polygon 1 has 2 corners"):
        search([SQUARE[:2]], np.zeros((0, 2)), 1, SIGMA)
    with pytest.raises(ValueError, match="searches of areas need HHN or HEX"):
        fit(searched(exclusive=True), Model(function="HN"))
