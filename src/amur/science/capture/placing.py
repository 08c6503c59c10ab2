"""Where cameras should stand: a layout of at most K cameras inside an area that tells most about density.

The criterion is min(E n, E r), whose inverse root is about the relative standard error of density (Efford &
Boulanger 2019). Regular grids and grids of clusters of many spacings and origins are tried; the best is
improved by moving one camera at a time (Durbach et al. 2021, Methods in Ecology and Evolution, search
for the same maximum by a genetic algorithm). The same seed gives the same layout.

>>> from amur.science.capture.examples import grid, mask_around
>>> area = mask_around(grid(2, 20_000.0), 2000.0, 1000.0)
>>> mask = mask_around(grid(2, 20_000.0), 10_000.0, 2000.0)
>>> found = suggest(area.points, mask, 9, Truth(1e-3, 0.05, 3000.0), 30)
>>> len(found.positions), found.criterion >= found.regular
(9, True)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from amur.science.capture.data import Detectors, Floats, Integers, Kind, Mask
from amur.science.capture.fitting import Progress, unwatched
from amur.science.capture.planning import best_spacing, hazards
from amur.science.capture.simulate import Truth

SPACINGS = np.geomspace(0.4, 3.0, 15)
"""Tried, as shares of the best spacing of a large grid."""
MOST_CANDIDATES, MOST_NUMBERS = 2500, 2e7
CLUSTERS = (1, 2, 3)
"""Cameras along the side of a cluster."""
BETTER = 1.1
"""How many times clusters must be better than a grid, which tells more of sigma with the same n and r."""
GAIN = 1e-3
"""A round of moves that gains less is the last one."""


@dataclass(frozen=True, slots=True, eq=False)
class Suggestion:
    """A layout: `positions` (K, 2) in metres, the `criterion` min(E n, E r) it reaches.

    `regular` is the criterion of the best grid before cameras were moved, `cluster` the cameras along the
    side of its clusters, `spacing` that of its cameras in metres; `chosen` (K,) are rows of the candidates.
    """

    positions: Floats
    chosen: Integers
    criterion: float
    regular: float
    cluster: int
    spacing: float


class Gauge:
    """The criterion of sets of candidate places: hazards (C, M) of each, and what each gives by itself."""

    def __init__(self, candidates: Floats, mask: Mask, truth: Truth, occasions: float, kind: Kind) -> None:
        alone = Detectors(candidates, np.ones((len(candidates), 1)), kind)
        self.hazard = hazards(alone, mask, truth)
        self.occasions, self.kind = occasions, kind
        self.weight = mask.cell_area * np.broadcast_to(truth.density, len(mask.points)).astype(float)
        met = self.hazard if kind == "count" else -np.expm1(-self.hazard)
        self.met = occasions * (met @ self.weight)

    def of(self, total: Floats, met: Floats) -> Floats:
        """The criterion for sums (..., M) of hazards on one occasion and sums of what detectors meet."""
        seen = -np.expm1(-self.occasions * total) @ self.weight
        if self.kind in ("multi", "single"):
            met = self.occasions * (-np.expm1(-total) @ self.weight)
        return np.asarray(np.minimum(seen, met - seen))

    def at(self, chosen: Integers) -> float:
        """The criterion of a set of candidates."""
        return float(self.of(self.hazard[chosen].sum(axis=0), self.met[chosen].sum()))


def suggest(
    candidates: Floats,
    mask: Mask,
    cameras: int,
    truth: Truth,
    occasions: float,
    *,
    kind: Kind = "proximity",
    seed: int = 1,
    progress: Progress = unwatched,
) -> Suggestion:
    """Suggest where so many cameras should stand, each active on all `occasions`.

    `candidates` (C, 2) are the places in metres where a camera may stand: leave out what is forbidden. They
    should lie no wider than sigma; of more than a few thousand an even part is used. `mask` holds the centres
    of activity. Raises ValueError where there are fewer candidates than cameras.
    """
    if cameras < 2:
        raise ValueError("a layout needs two cameras or more")
    if len(candidates) < cameras:
        raise ValueError(f"there are {len(candidates)} places for {cameras} cameras")
    random = np.random.default_rng(seed)
    most = int(max(min(MOST_CANDIDATES, MOST_NUMBERS / len(mask.points)), cameras))
    kept = np.arange(len(candidates))
    if len(kept) > most:
        kept = np.sort(random.choice(len(candidates), most, replace=False))
    places = candidates[kept]
    gauge = Gauge(places, mask, truth, occasions, kind)
    progress(0.0, "grids")
    best, regular, cluster, spacing = _best_grid(
        places, gauge, cameras, best_spacing(truth, occasions), random
    )
    chosen = _improved(places, gauge, best, random, progress)
    progress(1.0, "done")
    return Suggestion(places[chosen], kept[chosen], gauge.at(chosen), regular, cluster, spacing)


def _best_grid(
    places: Floats, gauge: Gauge, cameras: int, ideal: float, random: np.random.Generator
) -> tuple[Integers, float, int, float]:
    """The best of many grids: its candidates, criterion, cluster and spacing."""
    best: tuple[Integers, float, int, float] = (np.arange(cameras), -np.inf, 1, ideal)
    for cluster, spacing in product(CLUSTERS, ideal * SPACINGS):
        for chosen in _grids(places, cameras, float(spacing), cluster, random):
            value = gauge.at(chosen)
            if value > best[1] * (BETTER if cluster > best[2] else 1):
                best = (chosen, value, cluster, float(spacing))
    return best


def _grids(
    places: Floats, cameras: int, spacing: float, cluster: int, random: np.random.Generator
) -> list[Integers]:
    """Grids of a spacing with several origins; clusters stand so far apart that all fit in the area."""
    from scipy.spatial import cKDTree

    low, high = places.min(axis=0), places.max(axis=0)
    tree = cKDTree(places)
    apart = spacing
    if cluster > 1:
        area = float(np.prod(high - low))
        apart = max(cluster * spacing, float(np.sqrt(area * cluster**2 / cameras)))
    inside = spacing * (np.arange(cluster) - (cluster - 1) / 2)
    offsets = np.array(list(product(inside, inside)))
    found = []
    for _ in range(6):
        axes = [np.arange(low[k] + random.uniform(0, apart), high[k] + 1e-6, apart) for k in (0, 1)]
        nodes = np.array(list(product(*axes))).reshape(-1, 2)
        wanted = (nodes[:, None] + offsets[None]).reshape(-1, 2)
        away, near = tree.query(wanted)
        wanted, near = wanted[away < spacing / 2], near[away < spacing / 2]
        near, first = np.unique(near, return_index=True)
        if near.size < 2:
            continue
        if near.size > cameras:
            middle = places[random.integers(len(places))] if _ % 2 else places.mean(axis=0)
            order = np.argsort(np.hypot(*(wanted[first] - middle).T), kind="stable")
            near = near[order[:cameras]]
        found.append(_filled(near, cameras, tree, random))
    return found


def _filled(near: Integers, cameras: int, tree: object, random: np.random.Generator) -> Integers:
    """A set with as many candidates as there are cameras: what is missing stands far from the others."""
    places = tree.data  # type: ignore[attr-defined]
    chosen = near.tolist()
    if len(chosen) < cameras:
        away = np.min(
            np.hypot(*(places[:, None] - places[np.array(chosen)][None]).transpose(2, 0, 1)), axis=1
        )
        while len(chosen) < cameras:
            furthest = int(away.argmax())
            chosen.append(furthest)
            away = np.minimum(away, np.hypot(*(places - places[furthest]).T))
            away[chosen] = -1.0
    return np.sort(np.array(chosen))


def _improved(
    places: Floats, gauge: Gauge, chosen: Integers, random: np.random.Generator, progress: Progress
) -> Integers:
    """Move one camera at a time to where the criterion is highest, until a round gains next to nothing."""
    from scipy.spatial import cKDTree

    tree = cKDTree(places)
    near = tree.query(places, k=min(17, len(places)))[1].reshape(len(places), -1)
    chosen = chosen.copy()
    taken = np.zeros(len(places), dtype=bool)
    taken[chosen] = True
    total, met = gauge.hazard[chosen].sum(axis=0), float(gauge.met[chosen].sum())
    value = gauge.at(chosen)
    rounds = 12
    for number in range(rounds):
        before = value
        progress(0.2 + 0.8 * number / rounds, "moves")
        for k in random.permutation(chosen.size):
            old = chosen[k]
            others = np.concatenate([near[old], random.integers(len(places), size=8)])
            others = np.unique(others[~taken[others]])
            if not others.size:
                continue
            rest, rest_met = total - gauge.hazard[old], met - gauge.met[old]
            values = gauge.of(rest + gauge.hazard[others], rest_met + gauge.met[others])
            new = int(values.argmax())
            if values[new] > value * (1 + 1e-9):
                taken[old], taken[others[new]] = False, True
                chosen[k], value = others[new], float(values[new])
                total, met = rest + gauge.hazard[chosen[k]], rest_met + float(gauge.met[chosen[k]])
        if value < before * (1 + GAIN):
            break
    return np.sort(chosen)
