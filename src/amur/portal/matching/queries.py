"""Questions to the room: rounds and partners that a person may see, pairs, joint animals, and joined counts.

For counts ask `joined`: which of some animals are one, and how many there are at least and at most.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from amur.formats.matching.views import Outcome
from amur.portal.animals.queries import currents, sharing_a_passport
from amur.portal.matching import holdings, joint, log
from amur.portal.matching.models import JointAnimal, Partner, Round, RoundFlank
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may, offices_where

UNDECIDED = (Outcome.OPEN, Outcome.HALF, Outcome.UNSURE, Outcome.DISAGREED)


def offices_for(person: Any, verb: Verb = Verb.VIEW) -> "QuerySet[Office]":
    """The offices for whose rounds the person may do something.

    VIEW is to look, CHANGE to decide, PUBLISH to let something leave the house.
    """
    return offices_where(person, verb, Subject.MATCHING)


def rounds_for(person: Any) -> "QuerySet[Round]":
    """The rounds of those offices, newest first."""
    return Round.objects.select_related("office", "partner__local").filter(office__in=offices_for(person))


def round_for(person: Any, page: UUID, verb: Verb = Verb.VIEW) -> Round | None:
    """A round, for people who may do this to it."""
    found = rounds_for(person).filter(page=page).first()
    return found if found is not None and may(person, verb, Subject.MATCHING, found.office_id) else None


def partners_for(person: Any, verb: Verb = Verb.VIEW) -> "QuerySet[Partner]":
    """The partners of the offices of a person."""
    rows = Partner.objects.select_related("office", "local").filter(office__in=offices_for(person, verb))
    return rows.filter(ended=None)


def joint_for(person: Any) -> "QuerySet[JointAnimal]":
    """The joint animals of the offices of a person."""
    rows = JointAnimal.objects.select_related("animal", "round__partner", "round__office", "home_name")
    return rows.filter(round__office__in=offices_for(person), ended=None)


def sent_before(partner: Partner) -> frozenset[int]:
    """The flanks (primary keys) that this partner was asked about before."""
    rows = RoundFlank.objects.filter(round__partner=partner, round__role=Round.Role.ASKER)
    return frozenset(rows.values_list("flank", flat=True))


def decided_different(round_: Round) -> frozenset[tuple[str, str]]:
    """What both sides decided to be different: (hash of the asked features, own animal or encounter)."""
    found = set()
    for earlier in Round.objects.filter(partner=round_.partner, role=round_.role):
        view = log.view(earlier)
        for pair in view.pairs:
            own = joint.own_flank(earlier, pair) if pair.outcome is Outcome.DIFFERENT else None
            if own is not None:
                animal = holdings.animal_of(own.flank)
                name = str(animal.uuid if animal is not None else own.flank.encounter.uuid)
                found.add((view.flanks[pair.request].blob, name))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Joined:
    """Which of some animals are one: `identities` by primary key; animals of one identity are one animal.

    `least` counts pairs that are not decided yet as one animal, `most` as two.
    """

    identities: Mapping[int, str]
    least: int
    most: int


def joined(animals: Iterable[int]) -> Joined:
    """The animals (primary keys) of one or several offices of this centre, counted once each.

    Rows that share a passport are one animal: N = N_A + N_B - N_both.
    """
    wanted = list(animals)
    now = currents(wanted)
    passports = sharing_a_passport(now.values())
    identities = {one: passports.get(now[one], f"animal-{now[one]}") for one in wanted}
    names = set(identities.values())
    links = [
        (identities_of[0], identities_of[1])
        for pair in _undecided()
        if len(identities_of := [identities[one] for one in pair if one in identities]) == 2
    ]
    return Joined(identities, _groups(names, links), len(names))


@dataclass(frozen=True, slots=True)
class Shared:
    """How many of an office's animals the partner also has: surely, and those that are not decided yet."""

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
    """The same for a partner whose animals are in another centre: of some own animals (primary keys)."""
    heads = set(currents(animals).values())
    rows = JointAnimal.objects.filter(round__partner=partner, ended=None, animal__in=heads)
    both = set(rows.values_list("animal", flat=True))
    undecided = set()
    for round_ in Round.objects.filter(partner=partner):
        for pair in log.view(round_).pairs:
            own = joint.own_flank(round_, pair) if pair.outcome in UNDECIDED else None
            animal = holdings.animal_of(own.flank) if own is not None else None
            if animal is not None and animal.pk in heads:
                undecided.add(animal.pk)
    return Shared(len(both), len(undecided - both))


def _undecided() -> list[tuple[int, int]]:
    """Pairs of animals of two offices of this centre that may be one."""
    found = []
    rows = RoundFlank.objects.select_related("flank__encounter__animal", "round")
    by_name = {(str(row.round.uuid), str(row.code)): row for row in rows}
    for round_ in Round.objects.filter(role=Round.Role.ASKER).exclude(partner__local=None):
        for pair in log.view(round_).pairs:
            if pair.outcome not in UNDECIDED:
                continue
            flanks = [by_name.get((str(round_.uuid), code)) for code in (pair.request, pair.answer)]
            shown = [holdings.animal_of(row.flank) for row in flanks if row is not None]
            if len(shown) == 2 and shown[0] is not None and shown[1] is not None:
                found.append((shown[0].pk, shown[1].pk))
    return found


def _groups(names: Iterable[str], links: Iterable[tuple[str, str]]) -> int:
    """How many groups links make of names."""
    group = {name: name for name in names}

    def top(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for one, other in links:
        group[top(one)] = top(other)
    return len({top(name) for name in group})
