"""Questions to the room: rounds and partners that a person may see, joint animals, what was decided before.

Numbers ask `joined` and `shared`: which animals are one, how many there are at least and at most.
"""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from amur.formats.matching.views import Outcome
from amur.portal.matching import holdings, joint, log
from amur.portal.matching.counting import joined as joined
from amur.portal.matching.counting import shared as shared
from amur.portal.matching.models import JointAnimal, Partner, Round, RoundFlank
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may, offices_where


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
