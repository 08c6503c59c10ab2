"""Random landscapes with holes and cores, and their distances by scipy: what the tests compare with."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from amur.science.corridors.costs import STEPS, step_lengths


@st.composite
def landscapes(draw: st.DrawFn, largest: int = 14) -> tuple[np.ndarray, np.ndarray]:
    """Resistances (up to a contrast of 1e9, NaN in places) and cores, some in pieces, some on no data."""
    rows, columns = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    contrast = draw(st.sampled_from([0.0, 0.5, 2.0, 6.0, 9.0]))
    land = 10 ** chance.uniform(0, contrast, (rows, columns))
    if draw(st.booleans()):
        land = np.ceil(land)  # ties
    land[chance.random(land.shape) < draw(st.sampled_from([0.0, 0.1, 0.35]))] = np.nan
    cores = np.zeros(land.shape, dtype=np.int64)
    for _seed in range(draw(st.integers(0, 7))):
        row, column = chance.integers(rows), chance.integers(columns)
        size = chance.integers(1, 3)
        cores[row : row + size, column : column + size] = chance.integers(1, 6)
    return land, cores


def distances(land: np.ndarray, starts: np.ndarray, neighbours: int, cell_size: object = 1.0) -> np.ndarray:
    """The least cost from any of `starts` (rows, cols, bool) to each cell."""
    rows, columns = land.shape
    number = np.arange(land.size).reshape(land.shape)
    first, second, cost = [], [], []
    for (down, right), length in zip(STEPS, step_lengths(neighbours, cell_size), strict=False):
        for row in range(max(0, -down), rows - max(0, down)):
            for column in range(max(0, -right), columns - max(0, right)):
                a, b = land[row, column], land[row + down, column + right]
                if np.isfinite(a) and np.isfinite(b):
                    first.append(number[row, column])
                    second.append(number[row + down, column + right])
                    cost.append((a + b) / 2 * length)
    graph = coo_array((cost, (first, second)), shape=(land.size, land.size)).tocsr()
    sources = np.flatnonzero(starts & np.isfinite(land))
    if not sources.size:
        return np.full(land.shape, np.inf)
    return dijkstra(graph, indices=sources, min_only=True).reshape(land.shape)
