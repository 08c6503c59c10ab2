"""A leopard survey on two sides of a border that the program made up from a seed; no animal of it is real.

Density, range and effort are of the order that the literature reports for the Amur leopard (0.6 to 1 per 100
km²). The cameras stand on a shaken grid, not where any real one stands.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from amur.portal.population.places import countries_of, degrees
from amur.portal.population.sources import Given
from amur.science.capture import Captures, Detectors, Mask, Session, Survey
from amur.science.capture.simulate import Truth, simulate_session

CRS: Final = "EPSG:32652"
SEED: Final = 20
COUNTRIES: Final = ("RU", "CN")
DENSITY: Final = 0.8
"""Animals per 100 km²."""
SIGMA: Final = 4_500.0
HAZARD: Final = 0.012
NIGHTS: Final = 90
SPACING: Final = 6_000.0
MASK_SPACING: Final = 2_500.0
BUFFER: Final = 5 * SIGMA
# West, south, east, north of the cameras, metres.
FRAME: Final = (622_000.0, 4_728_000.0, 690_000.0, 4_818_000.0)
SEXES: Final = ("F", "M", "")


@dataclass(frozen=True, slots=True)
class Simulation:
    """One side of the simulated survey as a source: `number` is the place of its country in COUNTRIES."""

    number: int
    seed: int = SEED

    def read(self) -> Given:
        """The side's survey."""
        return Given(sides(self.seed)[self.number], None, (f"simulated-{COUNTRIES[self.number]}",))


def sides(seed: int = SEED) -> tuple[Survey, Survey]:
    """The survey of either country; an animal that both met has the same identifier in both."""
    random = np.random.default_rng(seed)
    cameras = _cameras(random)
    session = simulate_session("2025", cameras, _mask(cameras), Truth(DENSITY / 1e4, HAZARD, SIGMA), random)
    names = tuple(f"L{number:02d}" for number in range(1, session.captures.animals + 1))
    sex = random.choice(SEXES, size=len(names), p=(0.5, 0.35, 0.15))
    whole = replace(session, captures=replace(session.captures, ids=names, covariates={"sex": sex}))
    codes = countries_of(*degrees(CRS, cameras.positions))
    first, second = (Survey((_part(whole, codes == code),)) for code in COUNTRIES)
    return first, second


def _cameras(random: np.random.Generator) -> Detectors:
    """A shaken grid of cameras on land of the two countries; some stood idle for a while."""
    west, south, east, north = FRAME
    columns, rows = np.meshgrid(np.arange(west, east, SPACING), np.arange(south, north, SPACING))
    grid = np.column_stack([columns.ravel(), rows.ravel()])
    positions = np.round(grid + random.uniform(-1_200, 1_200, grid.shape))
    positions = positions[np.isin(countries_of(*degrees(CRS, positions)), COUNTRIES)]
    effort = np.ones((len(positions), NIGHTS))
    for camera in random.choice(len(positions), len(positions) // 6, replace=False):
        begin = int(random.integers(0, NIGHTS))
        effort[camera, begin : begin + 30] = 0
    return Detectors(positions, effort, "proximity")


def _mask(cameras: Detectors) -> Mask:
    """Land of the two countries around the cameras."""
    from scipy.spatial import cKDTree

    west, south, east, north = FRAME
    axes = (
        np.arange(west - BUFFER, east + BUFFER, MASK_SPACING),
        np.arange(south - BUFFER, north + BUFFER, MASK_SPACING),
    )
    columns, rows = np.meshgrid(*axes)
    points = np.column_stack([columns.ravel(), rows.ravel()])
    points = points[cKDTree(cameras.positions).query(points)[0] <= BUFFER]
    points = points[np.isin(countries_of(*degrees(CRS, points)), COUNTRIES)]
    return Mask(points, MASK_SPACING**2 / 1e4)


def _part(whole: Session, mine: np.ndarray) -> Session:
    """What one side has: its cameras, the animals they met, the land around them."""
    from scipy.spatial import cKDTree

    captures, positions = whole.captures, whole.detectors.positions[mine]
    rows = mine[captures.detector]
    seen, individual = np.unique(captures.individual[rows], return_inverse=True)
    number = np.cumsum(mine) - 1
    part = Captures(
        individual.astype(np.int64),
        captures.occasion[rows],
        number[captures.detector[rows]],
        captures.count[rows],
        tuple(captures.ids[one] for one in seen),
        {"sex": np.asarray(captures.covariates["sex"])[seen]},
    )
    near = cKDTree(positions).query(whole.mask.points)[0] <= BUFFER
    detectors = Detectors(positions, whole.detectors.effort[mine], whole.detectors.kind)
    return Session(whole.name, detectors, part, Mask(whole.mask.points[near], whole.mask.cell_area))
