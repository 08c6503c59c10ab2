"""Finds after effort: the effect is found, cells and periods cancel, and later effort is a check."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from amur.science.effort import deterrence_of

Floats = NDArray[np.float64]


def seasons(
    random: np.random.Generator,
    effect: float,
    chase: float = 0.0,
    periods: int = 8,
    cells: int = 120,
) -> tuple[Floats, Floats]:
    """Finds and effort: more patrol in bad cells, and `effect` on log2 of finds of each doubling before."""
    cell, period = random.normal(0, 0.7, cells), random.normal(0, 0.3, periods)
    effort = random.gamma(1, 10, (periods, cells)) * np.exp(cell / 2)
    effort *= random.random((periods, cells)) > 0.3
    # Waves of poaching that patrols follow a period later, if they chase.
    waves = random.normal(0, 0.7 if chase else 0.0, (periods, cells))
    finds = np.zeros((periods, cells))
    for k in range(periods):
        if k:
            effort[k] *= np.exp(chase * waves[k - 1])
        before = effort[k - 1] if k else np.zeros(cells)
        mean = 0.05 * effort[k] * np.exp(cell + period[k] + waves[k]) * (1 + before) ** effect
        finds[k] = random.poisson(mean)
    return finds, effort


@pytest.mark.parametrize("effect", [0.0, -0.3])
def test_the_effect_of_earlier_effort_is_found_with_its_interval(effect: float) -> None:
    random = np.random.default_rng(1)
    ratios, hits, checks = [], [], []
    for _ in range(50):
        found = deterrence_of(*seasons(random, effect))
        ratios.append(np.log2(found.effect.ratio))
        hits.append(found.effect.lower <= 2**effect <= found.effect.upper)
        checks.append(found.is_checked)
    assert np.mean(ratios) == pytest.approx(effect, abs=0.03)
    assert 0.88 <= np.mean(hits) <= 1
    assert np.mean(checks) >= 0.88


def test_what_is_special_to_cells_and_to_periods_does_not_matter() -> None:
    finds, effort = seasons(np.random.default_rng(2), -0.3, periods=5, cells=40)
    many = finds * np.arange(1, 41) * np.arange(1, 6)[:, None]
    one, two = deterrence_of(finds, effort), deterrence_of(many, effort)
    exact = deterrence_of(finds * np.full(40, 7.0), effort)
    assert exact.effect.ratio == pytest.approx(one.effect.ratio, rel=1e-6)
    # Weights of cells change what counts more, not what is in proportion to effort, cell and period.
    before = np.vstack([np.ones(40), effort[:-1]])
    pure = np.round(1e6 * effort / np.sqrt(1 + before))
    scaled = pure * np.arange(1, 41) * np.arange(1, 6)[:, None]
    assert deterrence_of(pure, effort).effect.ratio == pytest.approx(np.sqrt(0.5), rel=1e-4)
    assert deterrence_of(scaled, effort).effect.ratio == pytest.approx(np.sqrt(0.5), rel=1e-4)
    assert two.cells == one.cells


def test_patrols_that_follow_finds_fail_the_check() -> None:
    random = np.random.default_rng(3)
    found = [deterrence_of(*seasons(random, 0.0, 1.0)) for _ in range(25)]
    assert np.mean([each.is_checked for each in found]) < 0.75
    assert np.median([each.check.ratio for each in found]) > 1.05
    # Without the check one would take for deterrence that waves pass.
    assert np.median([each.effect.ratio for each in found]) < 1


def test_the_plot_has_changes_of_effort_before_changes_of_rates() -> None:
    effort = np.array([[2.0, 1], [5, 1], [4, 2], [4, 0]])
    finds = np.array([[2.0, 3], [5, 1], [8, 4], [2, 0]])
    found = deterrence_of(finds, effort)
    # Cell 2 was not visited in the last period: its change of rate is unknown.
    assert found.effort_change.tolist() == [3.0, 0.0, -1.0]
    assert found.rate_change.tolist() == [1.0, 1.0, -1.5]
    assert np.isnan(found.check.ratio) and not found.is_checked


def test_few_cells_give_no_interval_and_the_conditions_are_told() -> None:
    effort = np.array([[1.0, 9, 1, 9], [9, 1, 9, 1], [1, 9, 9, 1], [9, 1, 1, 9]])
    found = deterrence_of(np.ones((4, 4)), effort)
    assert np.isnan(found.effect.lower) and not found.is_checked
    assert len(found.conditions) == 5 and all(each.endswith(".") for each in found.conditions)


@pytest.mark.parametrize(
    ("finds", "effort", "message"),
    [
        (np.ones((4, 2)), np.zeros((4, 2)), "period 1, cell 1: 1 finds in an effort of 0"),
        (np.ones((2, 2)), np.ones((2, 2)), "2 periods are too few"),
        (np.ones((5, 4)), np.ones((5, 4)), "nothing to compare"),
        (np.zeros((5, 4)), np.ones((5, 4)), "nothing to compare"),
        (np.ones(5), np.ones(5), "expected one"),
    ],
)
def test_data_that_can_tell_nothing_are_refused(finds: Floats, effort: Floats, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        deterrence_of(finds, effort)
