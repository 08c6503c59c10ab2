"""Smoothed rates and the field behind them: limits cover the truth, cells without effort own no rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from amur.science.effort import hotspots_of
from amur.science.effort.fields import Factor, laplacian, precision

Floats = NDArray[np.float64]
FIELD = (0.8, 4.0)


def world(random: np.random.Generator, side: int = 12) -> tuple[Floats, Floats, Floats]:
    """True rates, finds and effort of a square of cells; a part of them nobody visited."""
    factor = Factor.of(precision(laplacian(np.ones((side, side), dtype=bool)), *FIELD))
    rates = np.exp(-1.5 + factor.draws(random.standard_normal(side * side))).reshape(side, side)
    effort = random.gamma(0.7, 10, (side, side)) * (random.random((side, side)) > 0.2)
    return rates, random.poisson(effort * rates).astype(float), effort


def test_nominal_limits_cover_the_true_rates_of_simulated_maps() -> None:
    random = np.random.default_rng(1)
    covered, promised, hot = [], [], []
    for _ in range(60):
        rates, finds, effort = world(random)
        found = hotspots_of(finds, effort, field=FIELD)
        covered.append(((found.lower <= rates) & (rates <= found.upper)).mean())
        promised.append(found.above.mean())
        hot.append((rates > 2 * found.overall).mean())
    assert 0.93 <= np.mean(covered) <= 0.97
    # The probability of being above twice the overall rate is right on average.
    assert np.mean(promised) == pytest.approx(np.mean(hot), abs=0.01)


def test_limits_cover_with_an_estimated_field_too() -> None:
    random = np.random.default_rng(2)
    covered = []
    for _ in range(12):
        rates, finds, effort = world(random)
        found = hotspots_of(finds, effort)
        covered.append(((found.lower <= rates) & (rates <= found.upper)).mean())
        assert found.sd > 0 and found.reach > 0
    assert 0.90 <= np.mean(covered) <= 0.98


def test_a_cell_without_effort_has_no_rate_of_its_own() -> None:
    _, finds, effort = world(np.random.default_rng(3))
    found = hotspots_of(finds, effort, field=FIELD)
    assert (np.isnan(found.own) == (effort == 0)).all()
    assert (found.is_borrowed == (effort == 0)).all()
    assert np.isfinite(found.smoothed).all()
    # What is borrowed is less certain than what is known well.
    width = np.log(found.upper / found.lower)
    assert width[effort == 0].mean() > width[effort > 10].mean()


def test_cells_outside_the_area_have_no_rate_at_all() -> None:
    _, finds, effort = world(np.random.default_rng(4))
    where = np.ones(finds.shape, dtype=bool)
    where[:, 5] = False
    found = hotspots_of(finds, effort, where, field=FIELD)
    assert np.isnan(found.smoothed[:, 5]).all() and not found.is_borrowed[:, 5].any()
    # Two halves that do not touch do not lean on each other.
    changed = finds.copy()
    changed[:, 6:] = 0
    left = hotspots_of(changed, effort, where, field=FIELD).smoothed[:, :5]
    shift = np.log(left / found.smoothed[:, :5])
    assert np.ptp(shift) < 0.5


def test_much_effort_gives_the_own_rate_and_a_stiff_field_the_overall_one() -> None:
    rates, _, _ = world(np.random.default_rng(5))
    effort = np.full(rates.shape, 1e6)
    finds = np.round(rates * effort)
    assert hotspots_of(finds, effort, field=FIELD).smoothed == pytest.approx(rates, rel=0.02)
    _, finds, effort = world(np.random.default_rng(5))
    stiff = hotspots_of(finds, effort, field=(0.001, 4.0))
    assert stiff.smoothed == pytest.approx(np.full(finds.shape, stiff.overall), rel=0.03)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 100), st.integers(0, 3), st.booleans())
def test_units_of_effort_and_the_side_one_looks_from_do_not_matter(
    unit: float, turns: int, mirrored: bool
) -> None:
    _, finds, effort = world(np.random.default_rng(6), 6)

    def turned(values: Floats) -> Floats:
        return np.rot90(values[::-1] if mirrored else values, turns)

    one = hotspots_of(finds, effort, field=FIELD)
    two = hotspots_of(turned(finds), turned(effort) * unit, field=FIELD)
    assert two.smoothed * unit == pytest.approx(turned(one.smoothed), rel=1e-3)
    assert two.above == pytest.approx(turned(one.above), abs=1e-3)


@pytest.mark.parametrize(
    ("finds", "effort", "message"),
    [
        ([[1.0, 0.5]], [[1.0, 1.0]], "row 1, column 2: 0.5 finds"),
        ([[1.0, 1.0]], [[1.0, 0.0]], "row 1, column 2: 1 finds in an effort of 0"),
        ([[1.0, 1.0]], [[1.0, np.nan]], "row 1, column 2"),
        ([[0.0, 0.0]], [[1.0, 1.0]], "something found"),
        ([[1.0, 0.0]], [[1.0]], "expected one"),
    ],
)
def test_what_cannot_be_smoothed_is_refused_with_its_place(
    finds: list[list[float]], effort: list[list[float]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        hotspots_of(np.array(finds), np.array(effort))


def test_progress_may_cancel() -> None:
    _, finds, effort = world(np.random.default_rng(7), 6)

    def stop(share: float, what: str) -> None:
        raise KeyboardInterrupt(what)

    with pytest.raises(KeyboardInterrupt):
        hotspots_of(finds, effort, progress=stop)


# --- the field


@settings(max_examples=30, deadline=None)
@given(arrays(bool, (6, 7), elements=st.booleans()).filter(lambda where: bool(where.any())))
def test_variances_are_the_diagonal_of_the_inverse_on_any_area(where: NDArray[np.bool_]) -> None:
    matrix = precision(laplacian(where), 0.7, 3.0)
    factor = Factor.of(matrix)
    inverse = np.linalg.inv(matrix.toarray())
    assert factor.variances == pytest.approx(np.diag(inverse), rel=1e-8)
    assert factor.log_determinant == pytest.approx(np.linalg.slogdet(matrix.toarray())[1], rel=1e-8)


def test_the_field_has_the_deviation_and_the_reach_it_promises() -> None:
    matrix = precision(laplacian(np.ones((41, 41), dtype=bool)), 1.3, 6.0)
    covariance = np.linalg.inv(matrix.toarray())
    middle = 20 * 41 + 20
    assert covariance[middle, middle] == pytest.approx(1.69, rel=0.01)
    # The Matérn correlation of smoothness 1 at sqrt(8) scales.
    assert covariance[middle, middle + 6] / 1.69 == pytest.approx(0.14, abs=0.02)


def test_draws_have_the_covariance_of_the_field() -> None:
    matrix = precision(laplacian(np.ones((3, 3), dtype=bool)), 1.0, 2.0)
    factor, random = Factor.of(matrix), np.random.default_rng(8)
    draws = np.array([factor.draws(random.standard_normal(9)) for _ in range(4000)])
    assert np.cov(draws.T) == pytest.approx(np.linalg.inv(matrix.toarray()), abs=0.12)
