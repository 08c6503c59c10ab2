"""Prediction of finds: learned where there is something to learn, refused where not, never from the future."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from amur.science.poaching import (
    BASELINES,
    Draw,
    Group,
    History,
    NotBetterError,
    compare,
    draw_cells,
    fit,
    reserved_cells,
    risk_of,
    scores_of,
    validate,
)
from amur.science.poaching.history import LEARNED
from amur.science.poaching.scoring import area_under, average_precision
from amur.science.poaching.verification import rate_ratio

Floats = NDArray[np.float64]
SIDE, SEASONS = 20, 7


def history(seed: int, strength: float, seasons: int = SEASONS) -> History:
    """Seasons of a square of cells whose risk follows `strength` x two covariates, and nothing else."""
    random = np.random.default_rng(seed)
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    covariates = random.normal(size=(SIDE * SIDE, 3))
    effort = random.gamma(1, 6, (seasons, SIDE * SIDE)) * (random.random((seasons, SIDE * SIDE)) > 0.4)
    rate = np.exp(-3.5 + strength * (covariates[:, 0] - covariates[:, 1]))
    finds = random.poisson(effort * rate).astype(float)
    places = np.column_stack([column, row]).astype(float)
    return History(finds, effort, places, covariates, ("forest", "road", "slope"), "road")


# --- validation and the map


def test_a_model_that_knows_more_beats_the_baselines_and_draws_the_map() -> None:
    past = history(1, 1.0)
    found = validate(past, np.random.default_rng(2), reserved_cells(SIDE * SIDE, 0.2, 3))
    assert found.is_better and found.seasons == (3, 4, 5, 6)
    assert set(found.gains) == set(BASELINES)
    assert found.scores.area.lower > found.baselines["effort alone"].area.upper
    assert found.reserved is not None and found.reserved.rows < found.scores.rows
    risk = risk_of(past, found)
    truth = past.covariates[:, 0] - past.covariates[:, 1]
    assert np.corrcoef(np.argsort(np.argsort(risk.probability)), np.argsort(np.argsort(truth)))[0, 1] > 0.85
    assert not risk.is_borrowed.any() and risk.effort_km > 0


def test_predictions_are_calibrated() -> None:
    found = validate(history(4, 0.8, 10), np.random.default_rng(5)).scores
    assert found.reliability < 0.1 * found.uncertainty
    assert found.brier < found.uncertainty
    assert found.brier == pytest.approx(
        found.reliability - found.resolution + found.uncertainty, abs=0.05 * found.uncertainty
    )
    assert found.bins[:, 0].sum() == found.rows
    # The highest tenth is predicted as it comes.
    rows, predicted, happened = found.bins[-1]
    assert abs(predicted - happened) < 4 * np.sqrt(predicted * (1 - predicted) / rows)


def test_no_map_is_drawn_from_noise() -> None:
    past = history(6, 0.0)
    found = validate(past, np.random.default_rng(7))
    assert not found.is_better
    with pytest.raises(NotBetterError, match=r"no map of risk: .* not better than that of"):
        risk_of(past, found)


def test_the_season_itself_is_never_used_to_predict_it() -> None:
    past = history(8, 1.0, 5)
    changed = History(
        np.vstack([past.finds[:4], past.finds[4:][:, ::-1] * 0]),
        np.vstack([past.effort[:4], past.effort[4:][:, ::-1] + 3]),
        past.places,
        past.covariates,
        past.names,
        past.simple,
    )
    assert (past.known_before(4) == changed.known_before(4)).all()
    assert (past.efforts_expected(4) == changed.efforts_expected(4)).all()


def test_a_cell_that_nobody_visited_has_the_overall_rate_and_is_said_to_borrow() -> None:
    past = history(9, 1.0)
    effort, finds = past.effort.copy(), past.finds.copy()
    effort[:, 7] = finds[:, 7] = 0
    empty = History(finds, effort, past.places, past.covariates, past.names, past.simple)
    known = empty.known_before(3)[7]
    assert known[LEARNED.index("last rate")] == known[LEARNED.index("mean rate")] == 0
    found = validate(empty, np.random.default_rng(1))
    borrowed = risk_of(empty, found).is_borrowed
    assert borrowed[7] and (borrowed == ~(effort > 0).any(axis=0)).all()


def test_histories_that_cannot_be_are_refused_with_their_place() -> None:
    past = history(10, 1.0, 3)
    with pytest.raises(ValueError, match="there are 3 seasons"):
        validate(past, np.random.default_rng(1))
    effort = past.effort.copy()
    season, cell = np.argwhere(past.finds > 0)[0]
    effort[season, cell] = 0
    with pytest.raises(ValueError, match=rf"season {season + 1}, cell {cell + 1}: .* effort of 0 km"):
        History(past.finds, effort, past.places, past.covariates, past.names, "road")
    with pytest.raises(ValueError, match="no covariate border; there are forest, road, slope"):
        History(past.finds, past.effort, past.places, past.covariates, past.names, "border")
    with pytest.raises(ValueError, match="cell 3: road is unknown"):
        covariates = past.covariates.copy()
        covariates[2, 1] = np.nan
        History(past.finds, past.effort, past.places, covariates, past.names, "road")
    with pytest.raises(ValueError, match="no season before 4"):
        past.known_before(4)


# --- the model


def test_nothing_found_after_little_effort_says_little() -> None:
    random = np.random.default_rng(11)
    effort = random.gamma(1, 3, 4000)
    found = (random.random(4000) < 1 - np.exp(-0.1 * effort)).astype(float)
    model = fit(np.zeros((4000, 1)), effort, found, 1.0)
    p = model.predict(np.zeros((3, 1)), np.array([0.1, 3.0, 20.0]))
    assert p == pytest.approx(1 - np.exp([-0.01, -0.3, -2.0]), rel=0.15)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.01, 100), st.floats(-10, 10))
def test_units_of_covariates_do_not_matter(unit: float, shift: float) -> None:
    random = np.random.default_rng(12)
    known, effort = random.normal(size=(300, 2)), random.gamma(1, 3, 300)
    found = (random.random(300) < 1 - np.exp(-0.1 * effort * np.exp(known[:, 0]))).astype(float)
    one = fit(known, effort, found, 3.0).predict(known, effort)
    two = fit(known * unit + shift, effort, found, 3.0).predict(known * unit + shift, effort)
    assert two == pytest.approx(one, abs=1e-6)


def test_learning_without_finds_is_refused() -> None:
    with pytest.raises(ValueError, match="with and without finds"):
        fit(np.zeros((3, 1)), np.ones(3), np.zeros(3), 1.0)
    with pytest.raises(ValueError, match="rows with effort"):
        fit(np.zeros((3, 1)), np.zeros(3), np.array([0.0, 1, 1]), 1.0)


# --- scores


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_the_area_is_the_share_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    p = np.array([value for value, _ in rows], dtype=float)
    found = np.array([hit for _, hit in rows], dtype=float)
    hits, others = p[found == 1], p[found == 0]
    if not len(hits) or not len(others):
        assert np.isnan(area_under(p, found))
        return
    pairs = np.sign(hits[:, None] - others[None, :]) / 2 + 0.5
    assert area_under(p, found) == pytest.approx(pairs.mean())
    # A weight of 2 is the row twice.
    twice = area_under(np.r_[p, p[:1]], np.r_[found, found[:1]])
    assert area_under(p, found, np.r_[2.0, np.ones(len(p) - 1)]) == pytest.approx(twice)
    assert average_precision(np.zeros(len(p)), found) == pytest.approx(found.mean())


def test_intervals_of_the_area_cover_that_of_many() -> None:
    random = np.random.default_rng(13)
    covered = []
    for _ in range(40):
        found = (random.random(200) < 0.3).astype(float)
        p = random.normal(size=200) + found
        area = scores_of(p, found, np.arange(200), random, 100).area
        # Two normal distributions one deviation apart: Phi(1 / sqrt 2).
        covered.append(area.lower <= 0.76025 <= area.upper)
    assert 0.85 <= np.mean(covered) <= 0.99


# --- verification


def test_the_same_seed_draws_the_same_cells_and_no_cell_twice() -> None:
    random = np.random.default_rng(14)
    risk, effort = random.random(100), random.gamma(1, 5, 100)
    risk[:20] = np.nan
    one, two, other = (draw_cells(risk, effort, 10, seed) for seed in (1, 1, 2))
    assert (one.order == two.order).all() and not (one.order == other.order).all()
    assert len(np.unique(one.order)) == 30 and one.order.min() >= 20
    assert set(one.cells[Group.PREDICTED]) == set(np.argsort(-np.nan_to_num(risk))[:10])
    assert risk[one.cells[Group.CONTROL]].max() < risk[one.cells[Group.PREDICTED]].min()


def test_controls_have_the_effort_of_the_predicted_cells() -> None:
    risk = np.linspace(1, 0, 200)
    effort = np.tile([1.0, 9.0], 100)
    drawn = draw_cells(risk, effort, 10, 3)
    assert sorted(effort[drawn.cells[Group.CONTROL]]) == sorted(effort[drawn.cells[Group.PREDICTED]])


def test_groups_are_compared_by_what_was_found_for_the_effort() -> None:
    cells = {Group.PREDICTED: np.array([0]), Group.CONTROL: np.array([1]), Group.RANDOM: np.array([2])}
    draw = Draw(cells, np.array([2, 0, 1]), 1)
    found = compare(draw, np.array([12, 3, 0]), np.array([10.0, 5.0, 10.0]))
    assert found.over_control[0] == pytest.approx(2.0)
    assert found.over_control[1] < 1 < found.over_control[2]
    assert found.over_random[0] == found.over_random[2] == np.inf and found.over_random[1] > 1
    with pytest.raises(ValueError, match="no random cell was patrolled"):
        compare(draw, np.array([12, 3, 0]), np.array([10.0, 5.0, 0.0]))
    with pytest.raises(ValueError, match="cell 2: 3 finds without effort"):
        compare(draw, np.array([12, 3, 0]), np.array([10.0, 0.0, 1.0]))


def test_limits_of_a_ratio_cover_it() -> None:
    random = np.random.default_rng(15)
    counts = random.poisson([6.0, 6.0], (800, 2))
    limits = np.array([rate_ratio(int(one), 10.0, int(other), 30.0) for one, other in counts])
    assert ((limits[:, 1] <= 3) & (limits[:, 2] >= 3)).mean() >= 0.95


def test_too_few_cells_for_three_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="20 cells are too few for three groups of 10"):
        draw_cells(np.ones(20), np.ones(20), 10, 1)
    with pytest.raises(ValueError, match="the share is 0"):
        reserved_cells(10, 0, 1)
