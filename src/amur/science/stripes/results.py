"""What a search answers: animals in order, each with the pictures and the places that speak for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.chips import Side

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture of a gallery; one in which nothing was found has 0 `features` and stays listed."""

    picture: str
    encounter: str
    animal: str | None
    station: str | None
    side: Side
    quality: float
    features: int

    @property
    def name(self) -> str:
        """Whom the picture stands for: the animal, else its own encounter."""
        return self.encounter if self.animal is None else self.animal


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A picture of the gallery that agrees with a frame of the query at m places.

    `query_points` and `gallery_points` (m, 2) are right and down in parts of the chips; `transform` (2, 3)
    leads from the first to the second in chip pixels; `weights` (m,) sum up to `score`. `quality` is the
    lower of both pictures, 0 to 1.
    """

    frame: int
    entry: Entry
    score: float
    query_points: Floats
    gallery_points: Floats
    weights: Floats
    transform: Floats
    same_station: bool
    quality: float

    @property
    def inliers(self) -> int:
        """At how many places the coats agree."""
        return len(self.weights)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """An animal (or, without a name, one encounter) and what speaks for it, the strongest evidence first.

    `score` sums, over the frames of the query, the best picture of the animal.
    """

    name: str
    animal: str | None
    score: float
    evidence: tuple[Evidence, ...]

    @property
    def inliers(self) -> int:
        """Places of agreement with the best picture of each frame, summed over frames."""
        best: dict[int, Evidence] = {}
        for each in self.evidence:
            best.setdefault(each.frame, each)
        return sum(each.inliers for each in best.values())

    @property
    def quality(self) -> float:
        """Quality of the strongest evidence."""
        return self.evidence[0].quality if self.evidence else 0.0

    @property
    def same_station(self) -> bool:
        """Whether the strongest evidence is of the query's own station, where background may agree, too."""
        return bool(self.evidence) and self.evidence[0].same_station


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The answer to one encounter. `candidates` are ordered by score; who has none at all is not listed.

    `compared` pictures were looked through; the frames in `unusable` have no features. `vetoed` features
    were dropped as background of the station, `turned` tells that turned views were tried as well.
    """

    candidates: tuple[Candidate, ...]
    compared: int
    unusable: tuple[int, ...]
    vetoed: int
    turned: bool


def candidates_of(evidence: Iterable[Evidence], *, named: bool = True) -> tuple[Candidate, ...]:
    """Animals (unless `named`: encounters) by the sum, over frames, of their best picture, best first."""
    ordered = sorted(evidence, key=lambda each: (-each.score, each.frame, each.entry.picture))
    grouped: dict[str, list[Evidence]] = {}
    for each in ordered:
        if each.score > 0:
            grouped.setdefault(each.entry.name if named else each.entry.encounter, []).append(each)
    found = []
    for name, mine in grouped.items():
        best: dict[int, float] = {}
        for each in mine:
            best.setdefault(each.frame, each.score)
        found.append(
            Candidate(name, mine[0].entry.animal if named else None, sum(best.values()), tuple(mine))
        )
    return tuple(sorted(found, key=lambda each: (-each.score, each.name)))


def pooled(rankings: Sequence[Ranking]) -> Ranking:
    """The answer to an encounter from the answers to its frames, searched one by one."""
    evidence = [
        replace(each, frame=k)
        for k, ranking in enumerate(rankings)
        for candidate in ranking.candidates
        for each in candidate.evidence
    ]
    return Ranking(
        candidates_of(evidence),
        max((ranking.compared for ranking in rankings), default=0),
        tuple(k for k, ranking in enumerate(rankings) if ranking.unusable),
        sum(ranking.vetoed for ranking in rankings),
        any(ranking.turned for ranking in rankings),
    )
