"""The current view of merges and splits: pure functions of the statements that stand, in any order.

Nothing but the set of standing statements decides, so taking them back in any order leads to the same view.
Called by `queries` and by the identifications.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def merged(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Whom each merged animal stands for, of (animal, into) pairs; animals in no pair are left out.

    Animals that are joined by merges, one after the other, are one. It is called after the one among them
    that was merged into no other; where several or none are, after the oldest (the lowest number).

    >>> merged([(3, 2), (2, 1), (9, 8)])
    {3: 1, 2: 1, 1: 1, 9: 8, 8: 8}
    """
    pairs = list(pairs)
    groups: dict[int, set[int]] = {}
    for one, other in pairs:
        joined = groups.get(one, {one}) | groups.get(other, {other})
        for member in joined:
            groups[member] = joined
    gone = {one for one, _other in pairs}
    heads: dict[int, int] = {}
    for member in dict.fromkeys(each for pair in pairs for each in pair):
        group = groups[member]
        heads[member] = min(group - gone or group)
    return heads


def moved(splits: Sequence[tuple[int, int, int, Iterable[Name]]]) -> Mapping[tuple[Name, int], int]:
    """Which animal an identification moved to, of (number of the statement, animal, into, what moves).

    Keys are (identification, the animal it was given to). Of two splits that move the same identification
    from the same animal the later statement counts.

    >>> dict(moved([(7, 1, 5, ["a"]), (4, 1, 2, ["a", "b"])]))
    {('a', 1): 5, ('b', 1): 2}
    """
    found: dict[tuple[Name, int], int] = {}
    for _number, animal, into, what in sorted(splits, key=lambda split: split[0]):
        for name in what:
            found[name, animal] = into
    return found


def settled(name: Name, animal: int, moves: Mapping[tuple[Name, int], int], heads: Mapping[int, int]) -> int:
    """The animal that an identification stands for now: through its splits, then through the merges.

    >>> settled("a", 1, {("a", 1): 2, ("a", 2): 3}, {3: 9, 9: 9})
    9
    """
    passed = {animal}
    while (following := moves.get((name, animal))) is not None and following not in passed:
        passed.add(following)
        animal = following
    return heads.get(animal, animal)
