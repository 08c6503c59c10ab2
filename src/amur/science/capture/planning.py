"""What a layout of cameras will give before a camera is hung: expected numbers, precision, cost, doubts.

For a density D and a detection function the expected numbers of individuals n, of detections, and of
recaptures r are sums over the mask; the relative standard error of density is about 1 / sqrt(min(n, r))
(Efford & Boulanger 2019, Methods in Ecology and Evolution 10:1529). `rehearsal.py` simulates and fits,
`placing.py` suggests where cameras should stand. Truths are those of `simulate.py`.

>>> from amur.science.capture.examples import grid, mask_around
>>> cameras = grid(6, 2000.0, occasions=10)
>>> plan = expected(cameras, mask_around(cameras, 8000.0, 1000.0), Truth(0.0012, 0.05, 2000.0))
>>> round(plan.animals, 1), round(plan.recaptures, 1), round(plan.rse, 3)
(24.6, 29.0, 0.202)
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, pi, sqrt
from typing import Literal

import numpy as np

from amur.science.capture.data import Detectors, Floats, Mask
from amur.science.capture.detection import EXPONENTIAL, FUNCTIONS, HALF_NORMAL, SQUARE_METRES
from amur.science.capture.simulate import Truth

ENOUGH = 0.2
"""The relative standard error that a survey should reach."""
FEW_ANIMALS, FEW_SPATIAL = 10, 5
LOOSE = 2.0
"""How many times the spacing may differ from the best one before it is said."""
Code = Literal["imprecise", "few-animals", "few-spatial", "small-array", "dense", "sparse", "narrow-mask"]


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected numbers of a survey.

    `animals` is the number detected, `detections` that of all detections, `recaptures` their difference,
    `spatial_recaptures` the number of detectors at which animals are detected beyond the first of each,
    `present` the number in the mask. `area` is the effective area in hectares.
    """

    animals: float
    detections: float
    spatial_recaptures: float
    present: float
    area: float

    @property
    def recaptures(self) -> float:
        """Detections beyond the first of each animal."""
        return self.detections - self.animals

    @property
    def rse(self) -> float:
        """The relative standard error of density, 1 / sqrt(min(n, r))."""
        least = min(self.animals, self.recaptures)
        return 1 / sqrt(least) if least > 0 else inf


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is doubtful in a layout: `value` is what was found, `wanted` what would be right."""

    code: Code
    value: float
    wanted: float


@dataclass(frozen=True, slots=True)
class Prices:
    """What things cost, in any one currency: a camera, a day of a camera, a visit to a camera."""

    camera: float = 0.0
    day: float = 0.0
    visit: float = 0.0
    visits: int = 2

    def of(self, detectors: Detectors) -> float:
        """The cost of a survey; days are the effort of all detectors.

        >>> from amur.science.capture.examples import grid
        >>> Prices(camera=300, day=1, visit=50).of(grid(2, 1000.0, occasions=30))
        1720.0
        """
        stations = self.camera + self.visit * self.visits
        return float(detectors.count * stations + self.day * detectors.effort.sum())


def hazards(detectors: Detectors, mask: Mask, truth: Truth) -> Floats:
    """The hazards (J, M) of detection for a unit of effort."""
    away = np.hypot(*(detectors.positions[:, None] - mask.points[None]).transpose(2, 0, 1))
    function = FUNCTIONS[truth.function]
    value = function.at(away, truth.intercept, truth.sigma, truth.z)
    return np.asarray(-np.log1p(-value) if function.probability else value)


def expected(detectors: Detectors, mask: Mask, truth: Truth) -> Expected:
    """The expected numbers of a survey with such detectors, exactly on the mask."""
    hazard = hazards(detectors, mask, truth)
    weight = mask.cell_area * np.broadcast_to(truth.density, len(mask.points)).astype(float)
    total = detectors.effort.sum(axis=1) @ hazard
    seen = float(weight @ -np.expm1(-total))
    efforts, times = np.unique(detectors.effort, axis=1, return_counts=True)
    met = 0.0
    missed = np.ones_like(hazard)  # at each detector, on all occasions
    for effort, count in zip(efforts.T, times.tolist(), strict=True):
        exposed = effort[:, None] * hazard
        if detectors.kind == "count":
            met += count * float(exposed.sum(axis=0) @ weight)
            missed *= np.exp(-count * exposed)
        elif detectors.kind == "proximity":
            met += count * float(-np.expm1(-exposed).sum(axis=0) @ weight)
            missed *= np.exp(-count * exposed)
        else:
            all_traps = exposed.sum(axis=0)
            caught = -np.expm1(-all_traps)
            met += count * float(caught @ weight)
            share = np.divide(caught, all_traps, out=np.ones_like(caught), where=all_traps > 0)
            missed *= (1 - exposed * share) ** count
    places = float((1 - missed).sum(axis=0) @ weight)
    mean = weight.sum() / mask.area
    return Expected(seen, met, places - seen, float(weight.sum()), seen / float(mean) if mean > 0 else 0.0)


def best_spacing(truth: Truth, effort: float) -> float:
    """The spacing in metres of a large square grid at which n = r; `effort` is that of one detector.

    Where an animal expects c detections, n = r at c = 1.594, and c is the integral of the hazard over the
    plane times effort / spacing^2; for the half-normal this is about 2 sigma sqrt(lambda0 effort).

    >>> round(best_spacing(Truth(0.001, 0.02, 3000.0), 90))
    7991
    """
    shape = FUNCTIONS[truth.function].shape
    if shape in (HALF_NORMAL, EXPONENTIAL):
        integral = 2 * pi * truth.sigma**2
    else:
        reach = np.linspace(0.0, 60 * truth.sigma, 60_001)[1:]
        value = FUNCTIONS["HHR"].at(reach, 1.0, truth.sigma, truth.z)
        integral = 2 * pi * float((reach * value).sum()) * float(reach[1] - reach[0])
    return sqrt(truth.intercept * effort * integral / 1.594)


def nearest_neighbours(positions: Floats) -> Floats:
    """The distances (J,) in metres from each place to the nearest other one; infinite for a single place."""
    from scipy.spatial import cKDTree

    if len(positions) < 2:
        return np.full(len(positions), np.inf)
    return np.asarray(cKDTree(positions).query(positions, k=2)[0][:, 1])


def judge(detectors: Detectors, mask: Mask, truth: Truth, plan: Expected) -> tuple[Doubt, ...]:
    """What is doubtful in a layout with its expected numbers.

    An array should span a home range (its 95 % diameter, 4.9 sigma of a half-normal); the spacing should be
    within twice `best_spacing`; the mask should reach 4 sigma beyond the detectors where it can.
    """
    found = []
    if plan.rse > ENOUGH:
        found.append(Doubt("imprecise", plan.rse, ENOUGH))
    if plan.animals < FEW_ANIMALS:
        found.append(Doubt("few-animals", plan.animals, FEW_ANIMALS))
    if plan.spatial_recaptures < FEW_SPATIAL:
        found.append(Doubt("few-spatial", plan.spatial_recaptures, FEW_SPATIAL))
    low, high = detectors.positions.min(axis=0), detectors.positions.max(axis=0)
    extent, home = float(np.hypot(*(high - low))), home_range(truth)
    if extent < home:
        found.append(Doubt("small-array", extent, home))
    spacing = float(np.median(nearest_neighbours(detectors.positions)))
    best = best_spacing(truth, float(detectors.effort.sum(axis=1).mean()))
    if np.isfinite(spacing) and spacing < best / LOOSE:
        found.append(Doubt("dense", spacing, best))
    elif np.isfinite(spacing) and spacing > min(best * LOOSE, 4 * truth.sigma):
        found.append(Doubt("sparse", spacing, min(best, 2 * truth.sigma)))
    reach = np.concatenate([low - mask.points.min(axis=0), mask.points.max(axis=0) - high])
    margin = float(reach.min() + 0.5 * sqrt(mask.cell_area * SQUARE_METRES))
    if margin < 4 * truth.sigma:
        found.append(Doubt("narrow-mask", max(margin, 0.0), 4 * truth.sigma))
    return tuple(found)


def home_range(truth: Truth) -> float:
    """The diameter in metres of the circle that holds 95 % of an animal's detections.

    >>> round(home_range(Truth(0.001, 0.02, 1000.0)))
    4895
    """
    shape = FUNCTIONS[truth.function].shape
    if shape == HALF_NORMAL:
        return 2 * sqrt(-2 * np.log(0.05)) * truth.sigma
    reach = np.linspace(0.0, 60 * truth.sigma, 60_001)[1:]
    value = FUNCTIONS["HEX" if shape == EXPONENTIAL else "HHR"].at(reach, 1.0, truth.sigma, truth.z)
    inside = np.cumsum(reach * value)
    return 2 * float(reach[np.searchsorted(inside, 0.95 * inside[-1])])
