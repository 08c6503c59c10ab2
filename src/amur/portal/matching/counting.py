"""Counting animals of several offices once each. Asked through `queries`.

N = N_A + N_B - N_both; pairs that are not decided yet make a range. One animal of an office is never two
animals of another one, so the greatest number of undecided pairs that can all be true is a maximum matching.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from amur.formats.matching.views import Outcome
from amur.portal.animals.models import Animal
from amur.portal.animals.queries import currents, sharing_a_passport
from amur.portal.matching import holdings, joint, log
from amur.portal.matching.models import JointAnimal, Partner, Round, RoundFlank

UNDECIDED = (Outcome.OPEN, Outcome.HALF, Outcome.UNSURE, Outcome.DISAGREED)
Link = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Joined:
    """Which of some animals are one: `identities` by primary key; animals of one identity are one animal.

    `least` counts undecided pairs as one animal as far as all can be true together, `most` as two.
    Of more than two offices `least` may be too low, never too high.
    """

    identities: Mapping[int, str]
    least: int
    most: int


def joined(animals: Iterable[int]) -> Joined:
    """The animals (primary keys) of one or several offices of this centre, counted once each.

    Rows that share a passport are one animal.
    """
    wanted = list(animals)
    now = currents(wanted)
    passports = sharing_a_passport(now.values())
    identities = {one: passports.get(now[one], f"animal-{now[one]}") for one in wanted}
    most = len(set(identities.values()))
    offices = dict(Animal.objects.filter(pk__in=now.values()).values_list("pk", "office"))
    of_head = {now[one]: identity for one, identity in identities.items()}
    spread: dict[str, set[int]] = {}
    for head, identity in of_head.items():
        spread.setdefault(identity, set()).add(offices[head])
    between: dict[Link, set[tuple[str, str]]] = {}
    for one, other in _undecided():
        if one in of_head and other in of_head:
            first, second = sorted((one, other), key=lambda head: offices[head])
            pair = of_head[first], of_head[second]
            if not spread[pair[0]] & spread[pair[1]]:
                between.setdefault((offices[first], offices[second]), set()).add(pair)
    return Joined(identities, most - sum(largest_matching(pairs) for pairs in between.values()), most)


@dataclass(frozen=True, slots=True)
class Shared:
    """How many of an office's animals the partner also has: surely, and how many more at most."""

    both: int
    undecided: int

    def together(self, ours: int, theirs: int) -> tuple[int, int]:
        """How many animals there are at least and at most, when both sides count their own.

        >>> Shared(both=3, undecided=2).together(ours=20, theirs=15)
        (30, 32)
        """
        most = ours + theirs - self.both
        return most - self.undecided, most


def shared(partner: Partner, animals: Iterable[int]) -> Shared:
    """The same for a partner whose animals are in another centre: of some own animals (primary keys).

    The flanks of the partner stand for its animals, which are not known here.
    """
    heads = set(currents(animals).values())
    rows = JointAnimal.objects.filter(round__partner=partner, ended=None, animal__in=heads)
    both = set(rows.values_list("animal", flat=True))
    pairs = set()
    for round_ in Round.objects.filter(partner=partner):
        for pair in log.view(round_).pairs:
            own = joint.own_flank(round_, pair) if pair.outcome in UNDECIDED else None
            animal = holdings.animal_of(own.flank) if own is not None else None
            if own is not None and animal is not None and animal.pk in heads - both:
                theirs = pair.answer if str(own.code) == pair.request else pair.request
                pairs.add((str(animal.pk), theirs))
    return Shared(len(both), largest_matching(pairs))


def largest_matching(pairs: Collection[tuple[str, str]]) -> int:
    """How many pairs can be true together when each name is in one pair at most.

    >>> largest_matching({("a", "x"), ("a", "y"), ("b", "y")})
    2
    """
    if not pairs:
        return 0
    rows, columns = (sorted({pair[side] for pair in pairs}) for side in (0, 1))
    table = np.zeros((len(rows), len(columns)), bool)
    for one, other in pairs:
        table[rows.index(one), columns.index(other)] = True
    return int((maximum_bipartite_matching(csr_array(table), perm_type="column") >= 0).sum())


def _undecided() -> set[Link]:
    """Pairs of animals of two offices of this centre that may be one, the asking side's first."""
    rows = RoundFlank.objects.select_related("flank__encounter__animal", "round")
    by_name = {(row.round.uuid, str(row.code)): row for row in rows}
    open_pairs, different = set(), set()
    for round_ in Round.objects.filter(role=Round.Role.ASKER).exclude(partner__local=None):
        for pair in log.view(round_).pairs:
            flanks = [by_name.get((round_.uuid, code)) for code in (pair.request, pair.answer)]
            shown = [holdings.animal_of(row.flank) for row in flanks if row is not None]
            found = [animal.pk for animal in shown if animal is not None]
            if len(found) == 2 and pair.outcome in UNDECIDED:
                open_pairs.add((found[0], found[1]))
            elif len(found) == 2 and pair.outcome is Outcome.DIFFERENT:
                different.add((found[0], found[1]))
    return open_pairs - different
