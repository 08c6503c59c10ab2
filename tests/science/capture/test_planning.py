"""Expected numbers of a layout are those of simulations; suggested layouts beat others."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from amur.science.capture.data import Detectors, Mask
from amur.science.capture.examples import grid, mask_around
from amur.science.capture.placing import Gauge, suggest
from amur.science.capture.planning import best_spacing, expected, home_range, judge
from amur.science.capture.rehearsal import rehearse, summary, survey_of
from amur.science.capture.simulate import Truth

TRUTH = Truth(0.0012, 0.05, 2000.0)


def counted(detectors: Detectors, mask: Mask, truth: Truth, seed: int) -> tuple[int, int, int]:
    captures = survey_of(detectors, mask, truth, seed).captures
    pairs = np.unique(np.stack([captures.individual, captures.detector]), axis=1).shape[1]
    return captures.animals, int(captures.count.sum()), pairs - captures.animals


@pytest.mark.parametrize("kind", ["proximity", "count", "multi"])
@pytest.mark.parametrize("function", ["HHN", "EX"])
def test_expected_numbers_are_the_means_of_simulations(kind: str, function: str) -> None:
    """Also with effort that differs among cameras and occasions; within four Monte-Carlo errors."""
    cameras = grid(5, 2000.0, kind, 6)
    effort = cameras.effort.copy()
    effort[::3, 2:4], effort[1::4, 0] = 0, 2
    cameras = Detectors(cameras.positions, effort, kind)
    mask = mask_around(cameras, 8000.0, 500.0)
    truth = Truth(0.0012, 0.05, 2000.0, function=function)
    plan = expected(cameras, mask, truth)
    found = np.array([counted(cameras, mask, truth, seed) for seed in range(150)], dtype=float)
    for column, value in zip(found.T, (plan.animals, plan.detections, plan.spatial_recaptures), strict=True):
        assert abs(column.mean() - value) < 4 * column.std() / np.sqrt(len(column))


def test_the_approximate_error_is_near_the_simulated_one() -> None:
    """Efford & Boulanger found it within a tenth or so; with 60 surveys a quarter is asked."""
    cameras = grid(7, 2500.0, occasions=10)
    mask = mask_around(cameras, 8000.0, 1250.0)
    plan = expected(cameras, mask, TRUTH)
    with ThreadPoolExecutor(2) as executor:
        outcomes = rehearse(cameras, mask, TRUTH, 60, executor=executor)
    found = summary(outcomes, 0.0012)
    assert found.failed == 0
    assert 0.75 < plan.rse / found.estimated_rse < 1.25
    assert abs(found.bias) < 4 * found.bias_error
    assert found.coverage >= 0.85
    assert outcomes[:3] == rehearse(cameras, mask, TRUTH, 3)


def test_a_rehearsal_can_be_stopped() -> None:
    cameras = grid(4, 2000.0)

    def stop(done: float, stage: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rehearse(cameras, mask_around(cameras, 8000.0, 2000.0), TRUTH, 5, progress=stop)


def test_a_survey_without_detections_fails_and_is_counted() -> None:
    cameras = grid(2, 2000.0)
    outcomes = rehearse(cameras, mask_around(cameras, 4000.0, 2000.0), Truth(1e-7, 0.01, 500.0), 3)
    found = summary(outcomes, 1e-7)
    assert (found.fitted, found.failed) == (0, 3)


AREA = mask_around(grid(2, 36_000.0), 3000.0, 1500.0)
HABITAT = mask_around(grid(2, 36_000.0), 15_000.0, 2250.0)
LEOPARDS = Truth(8e-5, 0.02, 3500.0)


@pytest.mark.parametrize("kind", ["proximity", "multi"])
def test_a_suggested_layout_beats_random_ones_and_grids(kind: str) -> None:
    found = suggest(AREA.points, HABITAT, 40, LEOPARDS, 60, kind=kind)
    gauge = Gauge(AREA.points, HABITAT, LEOPARDS, 60, kind)
    random = np.random.default_rng(3)
    others = [gauge.at(random.choice(len(AREA.points), 40, replace=False)) for _ in range(20)]
    assert found.criterion > 1.04 * max(others)
    assert found.criterion > 1.1 * np.mean(others)
    assert found.criterion >= found.regular
    plan = expected(Detectors(found.positions, np.ones((40, 60)), kind), HABITAT, LEOPARDS)
    assert min(plan.animals, plan.recaptures) == pytest.approx(found.criterion)


def test_what_is_suggested_tells_more_than_a_random_layout() -> None:
    """The standard errors of fits to simulated surveys, not the approximation."""
    found = suggest(AREA.points, HABITAT, 40, replace(LEOPARDS, density=1.6e-4), 60).positions
    random = np.random.default_rng(8).choice(len(AREA.points), 40, replace=False)
    truth = replace(LEOPARDS, density=1.6e-4)
    errors = []
    for positions in (found, AREA.points[random]):
        cameras = Detectors(positions, np.ones((40, 60)), "proximity")
        errors.append(summary(rehearse(cameras, HABITAT, truth, 30), 1.6e-4).estimated_rse)
    assert errors[0] < 0.95 * errors[1]


def test_the_same_seed_gives_the_same_layout() -> None:
    layouts = [suggest(AREA.points, HABITAT, 20, LEOPARDS, 60, seed=5).positions for _ in range(2)]
    assert np.array_equal(*layouts)


def test_every_camera_stands_in_a_place_of_its_own_that_was_allowed() -> None:
    allowed = AREA.points[AREA.points[:, 0] > 10_000]
    found = suggest(allowed, HABITAT, 25, LEOPARDS, 60)
    assert len(np.unique(found.positions, axis=0)) == 25
    assert (found.positions == allowed[found.chosen]).all()


def test_more_cameras_than_places_are_refused() -> None:
    with pytest.raises(ValueError, match="9 places for 12 cameras"):
        suggest(AREA.points[:9], HABITAT, 12, LEOPARDS, 60)


def test_the_best_spacing_balances_individuals_and_recaptures() -> None:
    """On a large grid with few animals on the edge n = r."""
    truth = Truth(0.001, 0.05, 2000.0)
    cameras = grid(16, best_spacing(truth, 20), "count", 20)
    inner = mask_around(cameras, -8000.0, 1000.0)
    plan = expected(cameras, inner, truth)
    assert plan.recaptures == pytest.approx(plan.animals, rel=0.12)


@pytest.mark.parametrize(
    ("spacing", "count", "buffer", "code"),
    [
        (400.0, 5, 9000.0, "small-array"),
        (400.0, 8, 9000.0, "dense"),
        (9000.0, 5, 9000.0, "sparse"),
        (2000.0, 6, 3000.0, "narrow-mask"),
        (2000.0, 3, 9000.0, "imprecise"),
        (2000.0, 2, 9000.0, "few-animals"),
        (9500.0, 4, 9000.0, "few-spatial"),
    ],
)
def test_what_is_wrong_with_a_layout_is_found(spacing: float, count: int, buffer: float, code: str) -> None:
    cameras = grid(count, spacing, occasions=10)
    mask = mask_around(cameras, buffer, 1000.0)
    plan = expected(cameras, mask, TRUTH)
    assert code in {finding.code for finding in judge(cameras, mask, TRUTH, plan)}


def test_a_good_layout_has_no_findings() -> None:
    cameras = grid(9, 2500.0, occasions=20)
    mask = mask_around(cameras, 9000.0, 1000.0)
    assert judge(cameras, mask, TRUTH, expected(cameras, mask, TRUTH)) == ()


def test_a_home_range_holds_ninety_five_of_a_hundred_detections() -> None:
    random = np.random.default_rng(1)
    places = random.normal(0, 1000.0, (100_000, 2))
    inside = np.hypot(*places.T) < home_range(Truth(1.0, 0.1, 1000.0)) / 2
    assert inside.mean() == pytest.approx(0.95, abs=0.003)
