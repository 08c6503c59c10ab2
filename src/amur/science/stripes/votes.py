"""Votes of features: how much more alike the coats are at a place than coats in general (LNBNN).

After McCann and Lowe (2012): a gallery feature among the K nearest of a query feature gets the difference of
the distance of the first one behind them and its own. What matches many animals alike gets next to nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.compiled import compiled

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]


def votes(rows: Integers, distances: Floats, names: Integers, neighbours: int) -> Floats:
    """Weights (n, R) of the R nearest gallery features of n query features, 0 where one has no vote.

    `rows` (n, R) are the pictures of the neighbours (-1: none), nearest first, `distances` (n, R) squared and
    in parts of the longest, `names` (pictures,) whom each picture shows. The `neighbours` nearest vote; the
    first one behind them that shows another animal than the voter is what it is compared with, so that an
    animal of many pictures does not take its own votes away.

    >>> rows = np.array([[0, 1, 2, 3]])
    >>> distances = np.array([[0.1, 0.2, 0.4, 0.5]], np.float32)
    >>> votes(rows, distances, np.array([7, 7, 7, 8]), 2).round(3).tolist()
    [[0.4000000059604645, 0.30000001192092896, 0.0, 0.0]]
    """
    weights: Floats = np.zeros(distances.shape, np.float32)
    _votes(rows, distances, names, neighbours, weights)
    return weights


@compiled
def _votes(rows: Integers, distances: Floats, names: Integers, neighbours: int, weights: Floats) -> None:
    for i in range(len(rows)):
        for j in range(min(neighbours, rows.shape[1])):
            if rows[i, j] < 0:
                break
            behind = -1
            for k in range(neighbours, rows.shape[1]):
                if rows[i, k] < 0:
                    break
                behind = k
                if names[rows[i, k]] != names[rows[i, j]]:
                    break
            if behind >= 0:
                weights[i, j] = max(distances[i, behind] - distances[i, j], 0.0)
