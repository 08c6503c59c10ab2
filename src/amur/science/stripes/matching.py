"""One frame against the pictures of a gallery: votes, what stands still, which pictures agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.features import Features
from amur.science.stripes.verification import verify
from amur.science.stripes.votes import votes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
STILL: Final = 0.01
"""Background moves by less than this part of the longer side of the picture: 20 pixels of 2,048."""
STILL_SIZE: Final = 1.5
"""… and its size in the picture changes by less than this factor."""
OF_EACH: Final = 2
"""The best so many pictures of each of the leading animals are verified, whatever their place."""


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """All votes of a frame: query feature, gallery feature (its number), row of the picture, weight; (m,)."""

    query: Integers
    number: Integers
    row: Integers
    weight: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Agreed:
    """A picture (its row) that agrees with a frame; `query` and `theirs` are the matched features."""

    row: int
    score: float
    query: Integers
    theirs: Integers
    weights: Floats
    transform: Floats


def cast_votes(
    numbers: Integers, distances: NDArray[np.float32], rows: Integers, names: Integers, neighbours: int
) -> Votes:
    """The votes behind the nearest `numbers` (n, R) of n query features, of pictures `rows` (n, R)."""
    weights = votes(rows, distances, names, neighbours)
    query, rank = np.nonzero(weights)
    return Votes(query, numbers[query, rank], rows[query, rank], weights[query, rank].astype(np.float64))


def standing_still(
    frame: Features, rows: Integers, places: Floats, sizes: Floats, at_station: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which query features (n,) are background: found again at the same place by the same camera.

    `rows` (n, R) are the pictures of the nearest features (-1: none), `places` (n, R, 2) and `sizes` (n, R)
    where they are in their pictures, in parts of the longer side, `at_station` (pictures,) which pictures are
    of the station of the frame, at another time.
    """
    longer = max(frame.picture_shape)
    own = frame.picture_points[:, None, :] / longer
    moved = np.abs(places - own).max(axis=2)
    ratio = sizes / (frame.picture_sizes / longer)[:, None]
    still = (moved <= STILL) & (ratio < STILL_SIZE) & (ratio > 1 / STILL_SIZE)
    found: NDArray[np.bool_] = (still & (rows >= 0) & at_station[rows]).any(axis=1)
    return found


def shortlist(cast: Votes, names: Integers, count: int) -> Integers:
    """Rows of the pictures to verify: the `count` with the most votes, and two of each of as many animals."""
    sums = np.bincount(cast.row, cast.weight, minlength=len(names))
    order = np.lexsort((np.arange(len(sums)), -sums))
    order = order[sums[order] > 0]
    taken: dict[int, int] = {}
    chosen = []
    for place, row in enumerate(order.tolist()):
        name = int(names[row])
        if name not in taken and len(taken) >= count:
            continue
        taken[name] = taken.get(name, 0) + 1
        if place < count or taken[name] <= OF_EACH:
            chosen.append(row)
    return np.array(chosen, np.int64)


def agree(cast: Votes, row: int, frame: Features, features: Features, first: int, tolerance: float) -> Agreed:
    """Verify the votes for one picture, whose feature numbers begin with `first`."""
    mine = np.flatnonzero(cast.row == row)
    query, number = cast.query[mine], cast.number[mine]
    theirs = number - first
    ratios = features.sizes[theirs].astype(np.float64) / frame.sizes[query]
    found = verify(
        frame.chip_points[query].astype(np.float64), features.chip_points[theirs].astype(np.float64),
        ratios, cast.weight[mine], np.column_stack([query, theirs]), tolerance,
    )  # fmt: skip
    kept = found.inliers
    return Agreed(row, found.score, query[kept], theirs[kept], cast.weight[mine][kept], found.transform)
