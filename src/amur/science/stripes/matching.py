"""One frame against the pictures of a gallery: votes, what stands still, which pictures agree."""

from __future__ import annotations

from collections.abc import Mapping
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
ONE_CAMERA: Final = 8
"""So many features in place tell that two pictures are of one camera, where stations are not known."""
LOOKED_FOR: Final = 400
"""Cameras are looked for among so many pictures, those that have the most neighbours."""
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


def in_place(
    frame: Features, numbers: Integers, rows: Integers, pictures: Mapping[int, tuple[int, Features]]
) -> NDArray[np.bool_]:
    """Which neighbours (n, R) are at the same place of their picture as the query feature, and as large.

    `numbers` and `rows` (n, R) are the nearest features and their pictures, `pictures` the number of the
    first feature and the features of those that are looked at. Places are parts of the longer side.
    """
    longer = max(frame.picture_shape)
    places, sizes = frame.picture_points / longer, frame.picture_sizes / longer
    found = np.zeros(rows.size, np.bool_)
    ordered = np.argsort(rows, axis=None, kind="stable")
    ends = np.searchsorted(rows.ravel()[ordered], np.arange(rows.max() + 2))
    for row, (first, features) in pictures.items():
        at = ordered[ends[row] : ends[row + 1]]
        query, theirs = at // rows.shape[1], numbers.ravel()[at] - first
        scale = max(features.picture_shape)
        moved = np.abs(features.picture_points[theirs] / scale - places[query]).max(axis=1)
        ratio = features.picture_sizes[theirs] / scale / sizes[query]
        found[at] = (moved <= STILL) & (ratio < STILL_SIZE) & (ratio > 1 / STILL_SIZE)
    return found.reshape(rows.shape)


def of_one_camera(still: NDArray[np.bool_], rows: Integers, names: Integers) -> Integers:
    """Rows of pictures that must be of the frame's camera, by their neighbours in place (n, R).

    `names` (pictures,) tell whom each shows. Where the pictures of one animal alone would be found, there is
    no camera: an animal that lies still is in place, too.
    """
    found = np.flatnonzero(np.bincount(rows[still], minlength=len(names)) >= ONE_CAMERA)
    return found if len(np.unique(names[found])) > 1 else found[:0]


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
