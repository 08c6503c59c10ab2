"""Where two released pictures of flanks agree: computed by each side for itself, from crops that both have.

So nothing but crops has to be exchanged for drawing. The answer is kept in the cache under both hashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from django.core.cache import cache
from numpy.typing import NDArray

from amur.formats.matching.crops import pixels_of
from amur.portal.matching import files
from amur.science.stripes import Chip, Features, Gallery, Quality, features_of

DRAWN: Final = 60
_UNKNOWN: Final = Quality(0.5, 0.5, 0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Place:
    """One place of agreement: right and down in per cent of the request's and of the answer's crop."""

    number: int
    request: tuple[float, float]
    answer: tuple[float, float]

    @property
    def hue(self) -> int:
        """Which of the six colours it is drawn in."""
        return self.number % 6


def places(request: str, answer: str) -> list[Place]:
    """The strongest places of agreement of two crops, by their hashes; none when one was given up."""
    key = f"matching-places-{request}-{answer}"[:200]
    known: list[Place] | None = cache.get(key)
    if known is None:
        one, other = files.read(request), files.read(answer)
        known = _agreeing(one, other) if one is not None and other is not None else []
        cache.set(key, known, 86_400)
    return known


def _agreeing(request: bytes, answer: bytes) -> list[Place]:
    gallery = Gallery()
    gallery.add(_features(answer), picture="answer", encounter="answer")
    found = gallery.search([_features(request)]).candidates
    if not found:
        return []
    evidence = found[0].evidence[0]
    strongest = np.argsort(-evidence.weights, kind="stable")[:DRAWN]
    return [
        Place(number, _per_cent(evidence.query_points[k]), _per_cent(evidence.gallery_points[k]))
        for number, k in enumerate(strongest, 1)
    ]


def _features(png: bytes) -> Features:
    pixels = pixels_of(png)
    height, width = pixels.shape
    chip = Chip(pixels, "unknown", _UNKNOWN, np.eye(3)[:2], (height, width))
    return features_of(chip)


def _per_cent(point: NDArray[np.float64]) -> tuple[float, float]:
    return round(float(point[0]) * 100, 1), round(float(point[1]) * 100, 1)
