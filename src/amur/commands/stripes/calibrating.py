"""How well probabilities agree with the truth: learned from some animals, tried on others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

import numpy as np

from amur.science.stripes import Calibration, Decision, Outcome, Ranking
from amur.science.stripes.evaluation import reliability_of
from amur.science.stripes.results import Candidate

FOLDS: Final = 5
CANDIDATES: Final = 10
"""So many candidates of each encounter are looked at, as a reviewer would."""


def calibration_of(rankings: Sequence[tuple[str, Ranking]]) -> dict[str, Any] | None:
    """Brier scores and reliability of probabilities for pairs and for new animals; None without rankings.

    For new animals each encounter counts twice: as it is, and as if its animal had never been seen.
    """
    names = sorted({name for name, _ranking in rankings})
    if not names:
        return None
    fold = {name: k % FOLDS for k, name in enumerate(names)}
    learned = [_learned([each for each in rankings if fold[each[0]] != k]) for k in range(FOLDS)]

    def own(name: str) -> Calibration:
        return learned[fold[name]]

    guess = Calibration()
    return {
        "decisions": sum(len(ranking.candidates[:CANDIDATES]) for _name, ranking in rankings),
        "pairs": _pairs(rankings, own),
        "pairs_unlearned": _pairs(rankings, lambda name: guess),
        "new": _new(rankings, own),
        "new_unlearned": _new(rankings, lambda name: guess),
        "weights": asdict(_learned(rankings)),
    }


def _learned(rankings: Sequence[tuple[str, Ranking]]) -> Calibration:
    decisions = [
        Decision.of(each, same=each.name == name)
        for name, ranking in rankings
        for each in ranking.candidates[:CANDIDATES]
    ]
    outcomes = [
        Outcome.of(_without(ranking, name) if new else ranking, new=new)
        for name, ranking in rankings
        for new in (False, True)
    ]
    return Calibration.fit(decisions, outcomes)


def _without(ranking: Ranking, name: str) -> Ranking:
    stays: tuple[Candidate, ...] = tuple(each for each in ranking.candidates if each.name != name)
    return replace(ranking, candidates=stays)


def _pairs(
    rankings: Sequence[tuple[str, Ranking]], of: Callable[[str], Calibration]
) -> dict[str, Any] | None:
    pairs = [
        (of(name).of_candidate(each), each.name == name)
        for name, ranking in rankings
        for each in ranking.candidates[:CANDIDATES]
    ]
    return _reliability(pairs)


def _new(rankings: Sequence[tuple[str, Ranking]], of: Callable[[str], Calibration]) -> dict[str, Any] | None:
    outcomes = [
        (of(name).probability_new(_without(ranking, name) if new else ranking), new)
        for name, ranking in rankings
        for new in (False, True)
    ]
    return _reliability(outcomes)


def _reliability(pairs: Sequence[tuple[float, bool]]) -> dict[str, Any] | None:
    found = reliability_of(
        np.array([chance for chance, _true in pairs]), np.array([true for _chance, true in pairs], bool)
    )
    if found is None:
        return None
    return {
        "brier": round(found.brier, 4),
        "bins": [
            {"count": count, "said": round(said, 4), "true": round(true, 4)}
            for count, said, true in found.bins
        ],
    }
