"""Who may be who among encounters without names: suggestions for reviewers, from all pairs that agree.

Encounters are joined while the mean log-odds between two groups speak for it, pairs that do not agree
speaking against (correlation clustering by average linkage), so that one doubtful pair does not chain two
animals together. Left and right flanks never meet in a comparison; only pictures of unknown side link them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.calibration import Calibration
from amur.science.stripes.gallery import Gallery

Floats = NDArray[np.float64]
UNSEEN: Final = 0.02
"""Probability of a pair that could be compared and shows no agreement."""
SURE: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Cluster:
    """Encounters that may show one animal.

    `confidence` is the mean probability of its pairs, `weakest` that of its least supported member with the
    others; both are None for a single encounter.
    """

    encounters: tuple[str, ...]
    pictures: tuple[str, ...]
    confidence: float | None
    weakest: float | None


def clusters(
    gallery: Gallery,
    calibration: Calibration,
    progress: Callable[[float, str], None] = lambda done, stage: None,
) -> tuple[Cluster, ...]:
    """Suggested groups of all encounters of a gallery, the largest first; names that are there are not used.

    Cancelled by an exception from `progress`.
    """
    pictures: dict[str, list[str]] = {}
    for entry in gallery.entries:
        pictures.setdefault(entry.encounter, []).append(entry.picture)
    encounters = sorted(pictures)
    place = {name: k for k, name in enumerate(encounters)}
    chances = np.full((len(encounters), len(encounters)), UNSEEN)
    for k, name in enumerate(encounters):
        progress(k / len(encounters), "comparing")
        station = gallery.entry(pictures[name][0]).station
        found = gallery.search(
            [gallery.features(picture) for picture in pictures[name]],
            encounter=name, station=station, named=False,
        )  # fmt: skip
        for candidate in found.candidates:
            other = place[candidate.name]
            chances[k, other] = max(chances[k, other], calibration.of_candidate(candidate))
    chances = np.maximum(chances, chances.T)
    groups = join(chances)
    return tuple(_cluster(group, encounters, pictures, chances) for group in groups)


def join(chances: Floats) -> list[list[int]]:
    """Groups of members by the probabilities (n, n) of their pairs, the largest first.

    >>> chances = np.array([[1, 0.9, 0.1], [0.9, 1, 0.4], [0.1, 0.4, 1]])
    >>> join(chances)
    [[0, 1], [2]]
    """
    bounded = np.clip(chances, SURE, 1 - SURE)
    odds = np.log(bounded / (1 - bounded))
    np.fill_diagonal(odds, -math.inf)
    sizes = np.ones(len(odds))
    groups = {k: [k] for k in range(len(odds))}
    while len(groups) > 1:
        one, other = np.unravel_index(int(odds.argmax()), odds.shape)
        if odds[one, other] <= 0:
            break
        weighted = sizes[one] * odds[one] + sizes[other] * odds[other]
        merged = weighted / (sizes[one] + sizes[other])
        odds[one], odds[:, one] = merged, merged
        odds[other], odds[:, other] = -math.inf, -math.inf
        odds[one, one] = -math.inf
        sizes[one] += sizes[other]
        groups[int(one)] += groups.pop(int(other))
    return sorted((sorted(group) for group in groups.values()), key=lambda group: (-len(group), group))


def _cluster(
    group: list[int], encounters: list[str], pictures: Mapping[str, list[str]], chances: Floats
) -> Cluster:
    names = tuple(encounters[k] for k in group)
    shown = tuple(picture for name in names for picture in pictures[name])
    if len(group) == 1:
        return Cluster(names, shown, None, None)
    inner = chances[np.ix_(group, group)].copy()
    np.fill_diagonal(inner, np.nan)
    support = np.nanmean(inner, axis=1)
    return Cluster(names, shown, float(support.mean()), float(support.min()))
