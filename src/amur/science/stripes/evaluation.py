"""How well animals are told apart: measures of rankings, each encounter left out of the gallery in turn.

Called by `amur stripes evaluate` and the benchmarks. Pictures of one encounter never answer for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amur.science.stripes.results import Entry, Ranking

DRAWS: Final = 2000
LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Answer:
    """The place of the true animal (1: first) among `animals`, and the average precision of the pictures."""

    encounter: str
    place: int
    precision: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over queries with the ends of its bootstrap interval over encounters."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Queries answered first and among the first five (parts), mean reciprocal rank, mean precision."""

    queries: int
    encounters: int
    top1: Figure
    top5: Figure
    mrr: Figure
    map: Figure


def answer_of(ranking: Ranking, entry: Entry, mates: Sequence[Entry], animals: int) -> Answer:
    """How a ranking answers for the picture `entry`, of which `mates` of other encounters are in the gallery.

    An animal that is not ranked has the last place of all `animals`. Pictures are ranked by their score; a
    mate that is not ranked adds nothing to the average precision.
    """
    names = [candidate.name for candidate in ranking.candidates]
    place = names.index(entry.name) + 1 if entry.name in names else animals
    scores: dict[str, float] = {}
    for candidate in ranking.candidates:
        for each in candidate.evidence:
            scores[each.entry.picture] = scores.get(each.entry.picture, 0.0) + each.score
    ranked = sorted(scores, key=lambda picture: (-scores[picture], picture))
    wanted = {mate.picture for mate in mates}
    hits, total = 0, 0.0
    for k, picture in enumerate(ranked, start=1):
        if picture in wanted:
            hits += 1
            total += hits / k
    return Answer(entry.encounter, place, total / len(wanted))


def measures_of(answers: Sequence[Answer], generator: np.random.Generator) -> Measures | None:
    """The measures of all answers; None without any.

    >>> answers = [Answer("a", 1, 1.0), Answer("a", 2, 0.5), Answer("b", 1, 0.75)]
    >>> found = measures_of(answers, np.random.default_rng(1))
    >>> round(found.top1.value, 3), round(found.mrr.value, 3), found.top5.low
    (0.667, 0.833, 1.0)
    """
    if not answers:
        return None
    place = np.array([each.place for each in answers])
    columns = np.column_stack(
        [place == 1, place <= 5, 1 / place, [each.precision for each in answers]]
    ).astype(float)
    names, codes = np.unique([each.encounter for each in answers], return_inverse=True)
    sums = np.zeros((len(names), 4))
    np.add.at(sums, codes, columns)
    counts = np.bincount(codes).astype(float)
    drawn = generator.integers(len(names), size=(DRAWS, len(names)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)[:, None]
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    value = columns.mean(axis=0)
    top1, top5, mrr, precision = (Figure(float(value[k]), float(low[k]), float(high[k])) for k in range(4))
    return Measures(len(answers), len(names), top1, top5, mrr, precision)


@dataclass(frozen=True, slots=True)
class Reliability:
    """Probabilities against what was true: Brier score and, for each bin, count, mean and true part."""

    brier: float
    bins: tuple[tuple[int, float, float], ...]


def reliability_of(
    chances: NDArray[np.float64], true: NDArray[np.bool_], bins: int = 5
) -> Reliability | None:
    """How well probabilities (n,) agree with what was true (n,); None without any.

    >>> reliability_of(np.array([0.1, 0.9]), np.array([False, True]), 2).brier
    0.01
    """
    if not len(chances):
        return None
    at = np.minimum((chances * bins).astype(int), bins - 1)
    found = [
        (int((at == k).sum()), float(chances[at == k].mean()), float(true[at == k].mean()))
        for k in range(bins)
        if (at == k).any()
    ]
    return Reliability(round(float(np.mean((chances - true) ** 2)), 12), tuple(found))
