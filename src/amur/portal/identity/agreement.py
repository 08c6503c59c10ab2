"""How well people agree: Cohen's kappa (1960) between pairs of persons. Pure; called by the pages.

Only opinions that were formed without knowing the other one may be given here.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two persons (or, without names, all pairs together): how many cases both judged, how many alike.

    `kappa` is None where chance alone would have them agree always, or where they share no case.
    """

    people: tuple[Hashable, Hashable] | None
    cases: int
    alike: int
    kappa: float | None


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's kappa of paired answers: agreement beyond chance, 1 for all alike, 0 for no more than chance.

    >>> alike, apart = [("yes", "yes")] * 20 + [("no", "no")] * 15, [("yes", "no")] * 5 + [("no", "yes")] * 10
    >>> round(kappa(alike + apart) or 0, 3)
    0.4
    """
    if not pairs:
        return None
    count = len(pairs)
    observed = sum(one == other for one, other in pairs) / count
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(first[answer] * second[answer] for answer in first) / count**2
    return None if chance >= 1 else (observed - chance) / (1 - chance)


def agreements(opinions: Iterable[tuple[Hashable, Hashable, Hashable]]) -> list[Agreement]:
    """Of (case, person, answer): all pairs of answers together first, then each two persons.

    >>> found = agreements([(1, "A", "x"), (1, "B", "x"), (2, "A", "y"), (2, "B", "x"), (3, "A", "y")])
    >>> [(one.people, one.cases, one.alike) for one in found]
    [(None, 2, 1), (('A', 'B'), 2, 1)]
    """
    by_case: dict[Hashable, dict[Hashable, Hashable]] = {}
    for case, person, answer in opinions:
        by_case.setdefault(case, {})[person] = answer
    pairs: dict[tuple[Hashable, Hashable], list[tuple[Hashable, Hashable]]] = {}
    for answers in by_case.values():
        for one, other in combinations(sorted(answers, key=str), 2):
            pairs.setdefault((one, other), []).append((answers[one], answers[other]))
    everything = [pair for found in pairs.values() for pair in found]
    together = _agreement(None, everything)
    return [together, *(_agreement(people, pairs[people]) for people in sorted(pairs, key=str))]


def _agreement(
    people: tuple[Hashable, Hashable] | None, pairs: Sequence[tuple[Hashable, Hashable]]
) -> Agreement:
    return Agreement(people, len(pairs), sum(one == other for one, other in pairs), kappa(pairs))
