"""Trends of counts: against an independent optimum, by simulation, and by what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import nbinom, poisson, t

from amur.science.effort import trend_of

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
SEASONS = np.array([1.0, 1.5, 0.7, 1.2])


def counts(
    random: np.random.Generator, ratio: float, dispersion: float, rows: int = 60
) -> tuple[Floats, Floats, Floats, Whole]:
    """Finds, effort, years and seasons of patrols over six years."""
    year = random.random(rows) * 6
    season = (year * 4).astype(np.int64) % 4
    effort = random.gamma(3, 7, rows)
    mean = 0.1 * effort * ratio**year * SEASONS[season]
    shape = 1 / dispersion if dispersion else 1.0
    mean = mean * random.gamma(shape, 1 / shape, rows) if dispersion else mean
    return random.poisson(mean).astype(float), effort, year, season


def test_the_coefficients_are_those_of_an_independent_optimum() -> None:
    finds, effort, year, season = counts(np.random.default_rng(1), 0.85, 0.6, 200)
    found = trend_of(finds, effort, year, season)
    design = np.column_stack([np.ones(200), year, np.eye(4)[season][:, 1:]])

    def loss(values: Floats) -> float:
        mean = effort * np.exp(design @ values)
        size = 1 / found.dispersion
        return float(-nbinom.logpmf(finds, size, size / (size + mean)).sum())

    best = minimize(loss, np.r_[-2.0, np.zeros(4)], method="BFGS", options={"gtol": 1e-6})
    assert np.log(found.ratio) == pytest.approx(best.x[1], abs=1e-4)
    assert np.log(found.seasons[1:]) == pytest.approx(best.x[2:], abs=1e-4)


def test_equal_counts_give_the_closed_form_of_two_poisson_totals() -> None:
    equal = trend_of(np.full(8, 6.0), np.full(8, 10.0), np.repeat([0.0, 1.0], 4))
    assert equal.ratio == pytest.approx(1.0) and equal.dispersion == 0
    assert np.log(equal.upper) == pytest.approx(t.ppf(0.975, 6) * np.sqrt(2 / 24), rel=1e-6)


def test_nominal_intervals_cover_the_true_ratio() -> None:
    random = np.random.default_rng(2)
    for dispersion in (0.0, 0.8):
        hits = []
        for _ in range(120):
            found = trend_of(*counts(random, 0.9, dispersion))
            hits.append(found.lower <= 0.9 <= found.upper)
        assert 0.91 <= np.mean(hits) <= 0.985


def test_rows_of_one_patrol_are_no_independent_evidence() -> None:
    random = np.random.default_rng(3)
    with_cluster: list[bool] = []
    without: list[bool] = []
    for _ in range(80):
        cluster = np.repeat(np.arange(20), 10)
        # A station has its years, and its own level for all of its rows.
        year = np.repeat(random.random(20) * 6, 10)
        effort = random.gamma(3, 7, 200)
        mean = effort * 0.2 * 0.9**year * random.gamma(3, 1 / 3, 20)[cluster]
        finds = random.poisson(mean).astype(float)
        for hits, each in ((with_cluster, cluster), (without, None)):
            found = trend_of(finds, effort, year, cluster=each)
            hits.append(found.lower <= 0.9 <= found.upper)
    assert 0.91 <= np.mean(with_cluster) <= 0.99
    assert np.mean(without) < 0.85


def test_the_dispersion_is_that_of_the_counts() -> None:
    random = np.random.default_rng(4)
    for dispersion in (0.3, 1.0):
        found = [trend_of(*counts(random, 1.0, dispersion, 150)).dispersion for _ in range(25)]
        assert np.mean(found) == pytest.approx(dispersion, rel=0.15)
    plain = trend_of(*counts(random, 1.0, 0.0, 400))
    assert plain.pearson == pytest.approx(1.0, abs=0.2) and plain.dispersion < 0.2


@settings(max_examples=25, deadline=None)
@given(st.floats(0.001, 1000), st.floats(-2000, 2000), st.integers(0, 1000))
def test_units_of_effort_and_the_first_year_do_not_matter(unit: float, start: float, seed: int) -> None:
    finds, effort, year, season = counts(np.random.default_rng(seed), 1.1, 0.5)
    one = trend_of(finds, effort, year, season)
    two = trend_of(finds, effort * unit, year + start, season)
    assert two.ratio == pytest.approx(one.ratio, rel=1e-3)
    assert two.upper == pytest.approx(one.upper, rel=1e-2)


def test_a_season_without_finds_changes_nothing() -> None:
    finds, effort, year, season = counts(np.random.default_rng(6), 0.9, 0.0)
    one = trend_of(finds, effort, year, season + 1)
    two = trend_of(
        np.concatenate([finds, np.zeros(9)]),
        np.concatenate([effort, np.full(9, 50.0)]),
        np.concatenate([year, np.linspace(0, 6, 9)]),
        np.concatenate([season + 1, np.zeros(9, dtype=np.int64)]),
    )
    assert two.ratio == pytest.approx(one.ratio) and two.upper == pytest.approx(one.upper)
    assert two.seasons[0] == 0 and two.seasons[1] == 1 and (two.fitted[-9:] == 0).all()


def test_few_clusters_give_no_interval() -> None:
    finds, effort, year, _ = counts(np.random.default_rng(5), 1.0, 0.0)
    found = trend_of(finds, effort, year, cluster=np.arange(60) % 5)
    assert np.isnan(found.lower) and np.isnan(found.upper) and found.ratio > 0


@pytest.mark.parametrize(
    ("finds", "effort", "year", "season", "message"),
    [
        ([1, 2, 3.5], [1, 1, 1], [0, 1, 2], None, "row 3: 3.5 finds"),
        ([1, 2, 3], [1, 0, 1], [0, 1, 2], None, "row 2: 2 finds in an effort of 0"),
        ([1, 2, 3], [1, 1, 1], [5, 5, 5], None, "cannot tell the trend"),
        ([0, 0, 0], [1, 1, 1], [0, 1, 2], None, "nothing was found"),
        ([0, 0, 0, 4], [1, 1, 1, 1], [0, 1, 2, 3], None, "at one end of the time only"),
        ([1, 2], [1, 1], [0, 1], None, "more rows than terms"),
        ([1, 2], [1, 1, 1], [0, 1], None, "expected one"),
    ],
)
def test_what_tells_no_trend_is_refused(
    finds: list[float], effort: list[float], year: list[float], season: list[int] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        trend_of(
            np.array(finds, dtype=float),
            np.array(effort, dtype=float),
            np.array(year, dtype=float),
            None if season is None else np.array(season),
        )


def test_the_likelihood_without_dispersion_is_that_of_poisson() -> None:
    from amur.science.effort.trend import log_likelihood

    finds, mean = np.array([0.0, 3, 12]), np.array([0.5, 2.0, 9.0])
    assert log_likelihood(finds, mean, 0.0) == pytest.approx(poisson.logpmf(finds, mean).sum())
    assert log_likelihood(finds, mean, 1e-7) == pytest.approx(poisson.logpmf(finds, mean).sum(), rel=1e-4)
