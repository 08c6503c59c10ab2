"""Whether matched places of two chips agree with one affine map, and how much of the votes does.

Coats lie on bodies: places that match by chance are scattered, those of one coat keep their layout. Guesses
of the map come from single matches (a shift and the ratio of their sizes, as descriptors are upright) and
from triples; the best is fitted again to what agrees with it (Chum, Matas and Kittler 2003). No step is
random: triples come from a fixed sequence, so the same chips always give the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.compiled import compiled

SMALLEST_SCALE, LARGEST_SCALE = 0.2, 5.0
ANISOTROPY: Final = 4.0
"""A map may stretch one direction this many times more than the other: flanks seen at an angle."""
SIZES: Final = 2.0
"""Sizes of matched features may differ from the scale of the map by this factor."""
SINGLES, TRIPLES, REFITS = 40, 120, 4

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """The map (2, 3) from query to gallery chip pixels, and the matches that agree with it (sorted)."""

    transform: Floats
    inliers: NDArray[np.int64]
    score: float


def verify(
    query: Floats,
    gallery: Floats,
    ratios: Floats,
    weights: Floats,
    pairs: NDArray[np.int64],
    tolerance: float,
) -> Agreement:
    """The best agreement of m matches.

    `query` and `gallery` (m, 2) are places in chip pixels, `ratios` (m,) gallery over query size, `weights`
    (m,) the votes, `pairs` (m, 2) tells which features they join: each feature counts once. Without matches
    the score is 0.

    >>> places = np.array([[10.0, 10], [200, 40], [60, 300], [310, 290], [150, 150]])
    >>> moved = places * 1.5 + [20, -5]
    >>> moved[4] += 200
    >>> pairs = np.column_stack([np.arange(5)] * 2)
    >>> found = verify(places, moved, np.full(5, 1.5), np.ones(5), pairs, 25.0)
    >>> found.inliers.tolist(), found.transform.round(6).tolist()
    ([0, 1, 2, 3], [[1.5, 0.0, 20.0], [0.0, 1.5, -5.0]])
    """
    if not len(weights):
        return Agreement(np.zeros((2, 3)), np.zeros(0, np.int64), 0.0)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -weights))
    transform, agrees = _best_map(
        np.ascontiguousarray(query[order]), np.ascontiguousarray(gallery[order]),
        np.ascontiguousarray(ratios[order]), np.ascontiguousarray(weights[order]), tolerance,
    )  # fmt: skip
    kept = _once(pairs[order], agrees)
    return Agreement(transform, np.sort(order[kept]), float(weights[order[kept]].sum()))


def _once(pairs: NDArray[np.int64], agrees: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which matches stay when each feature may be matched once; the strongest come first."""
    kept = agrees.copy()
    for column in (0, 1):
        rows = np.flatnonzero(kept)
        _, first = np.unique(pairs[rows, column], return_index=True)
        kept[:] = False
        kept[rows[first]] = True
    return kept


@compiled
def _is_possible(a: float, b: float, c: float, d: float) -> bool:
    """Whether a body can be seen so: not mirrored, neither far too large nor far too slanted."""
    determinant = a * d - b * c
    if determinant < SMALLEST_SCALE**2 or determinant > LARGEST_SCALE**2:
        return False
    total = a * a + b * b + c * c + d * d
    # Singular values: s1 / s2 <= r exactly when s1^2 + s2^2 <= (r + 1 / r) s1 s2.
    return total <= (ANISOTROPY + 1.0 / ANISOTROPY) * determinant


@compiled
def _agreeing(
    query: Floats, gallery: Floats, ratios: Floats, weights: Floats, m: Floats, tolerance: float,
    agrees: NDArray[np.bool_],
) -> float:  # fmt: skip
    """Mark what agrees with a map (6,); returns the weight of it."""
    scale = np.sqrt(m[0] * m[4] - m[1] * m[3])
    total = 0.0
    for i in range(len(weights)):
        right = m[0] * query[i, 0] + m[1] * query[i, 1] + m[2] - gallery[i, 0]
        down = m[3] * query[i, 0] + m[4] * query[i, 1] + m[5] - gallery[i, 1]
        near = right * right + down * down <= tolerance * tolerance
        agrees[i] = near and scale <= ratios[i] * SIZES and ratios[i] <= scale * SIZES
        if agrees[i]:
            total += weights[i]
    return total


@compiled
def _solve(query: Floats, gallery: Floats, use: Floats, m: Floats) -> bool:
    """Fit a map (6,) to places by weighted least squares; False when they lie on a line."""
    total = 0.0
    middle = np.zeros(4)
    for i in range(len(use)):
        total += use[i]
        middle[0] += use[i] * query[i, 0]
        middle[1] += use[i] * query[i, 1]
        middle[2] += use[i] * gallery[i, 0]
        middle[3] += use[i] * gallery[i, 1]
    if total <= 0:
        return False
    middle /= total
    s = np.zeros(7)
    for i in range(len(use)):
        if use[i] > 0:
            x, y = query[i, 0] - middle[0], query[i, 1] - middle[1]
            u, v = gallery[i, 0] - middle[2], gallery[i, 1] - middle[3]
            s[0] += use[i] * x * x
            s[1] += use[i] * x * y
            s[2] += use[i] * y * y
            s[3] += use[i] * x * u
            s[4] += use[i] * y * u
            s[5] += use[i] * x * v
            s[6] += use[i] * y * v
    determinant = s[0] * s[2] - s[1] * s[1]
    if determinant <= 1e-4 * (s[0] + s[2]) ** 2:
        return False
    m[0] = (s[3] * s[2] - s[4] * s[1]) / determinant
    m[1] = (s[4] * s[0] - s[3] * s[1]) / determinant
    m[3] = (s[5] * s[2] - s[6] * s[1]) / determinant
    m[4] = (s[6] * s[0] - s[5] * s[1]) / determinant
    m[2] = middle[2] - m[0] * middle[0] - m[1] * middle[1]
    m[5] = middle[3] - m[3] * middle[0] - m[4] * middle[1]
    return True


@compiled
def _best_map(
    query: Floats, gallery: Floats, ratios: Floats, weights: Floats, tolerance: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """The map (2, 3) with the most weight and what agrees with it (m,); matches are ordered by weight."""
    count = len(weights)
    m, best = np.zeros(6), np.zeros(6)
    agrees, found = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    highest = 0.0
    use = np.zeros(count)
    state = np.uint64(88172645463325252)
    for guess in range(SINGLES + TRIPLES):
        if guess < SINGLES:
            if guess >= count:
                continue
            m[:] = 0.0
            m[0] = m[4] = ratios[guess]
            m[2] = gallery[guess, 0] - ratios[guess] * query[guess, 0]
            m[5] = gallery[guess, 1] - ratios[guess] * query[guess, 1]
        else:
            if count < 4:
                break
            use[:] = 0.0
            for _ in range(3):  # xorshift (Marsaglia 2003)
                state ^= state << np.uint64(13)
                state ^= state >> np.uint64(7)
                state ^= state << np.uint64(17)
                use[int(state % np.uint64(count))] = 1.0
            if use.sum() < 3 or not _solve(query, gallery, use, m):
                continue
        if not _is_possible(m[0], m[1], m[3], m[4]):
            continue
        weight = _agreeing(query, gallery, ratios, weights, m, tolerance, agrees)
        if weight > highest:
            highest = weight
            best[:] = m
            found[:] = agrees
    for _ in range(REFITS):
        if found.sum() < 4:
            break
        for i in range(count):
            use[i] = weights[i] if found[i] else 0.0
        if not _solve(query, gallery, use, m) or not _is_possible(m[0], m[1], m[3], m[4]):
            break
        weight = _agreeing(query, gallery, ratios, weights, m, tolerance, agrees)
        if weight < highest or (weight == highest and (m == best).all()):
            break
        highest = weight
        best[:] = m
        found[:] = agrees
    return best.reshape(2, 3), found
