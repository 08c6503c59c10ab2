"""Questions to the identifications: who was seen where and when, what waits for people, who may be a ghost.

For capture histories `identifications` is the one to ask. People of the owning office with a right to camera
records alone may see what is found here.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from amur.portal.animals.models import Animal
from amur.portal.animals.queries import standing
from amur.portal.cameras.models import CameraProject
from amur.portal.identity.folding import Said, View, opinions_of, view
from amur.portal.identity.models import Encounter, Flank, IdentityStatement
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, offices_where

MARKED: Final = ("Panthera tigris", "Panthera pardus", "Panthera uncia", "Lynx lynx")
"""Species whose coats tell individuals apart; subspecies are looked up by their first two words."""
POOR: Final = 0.35
"""A flank below this quality is poor: people err with such pictures."""


def binomial(scientific_name: str) -> str:
    """The species of a name, without the subspecies.

    >>> binomial("Panthera tigris altaica")
    'Panthera tigris'
    """
    return " ".join(scientific_name.split()[:2])


@dataclass(frozen=True, slots=True)
class Identification:
    """An animal was seen: the current view of one encounter.

    `sides` are the flanks seen ("left", "right"; empty where no picture tells); `certainty` is "two" people,
    "one" person or the "source" of imported records. `animal` is the animal as it is called now.
    """

    animal: Animal
    encounter: UUID
    project: int
    deployment: int
    event: int | None
    start: datetime.datetime
    end: datetime.datetime
    sides: frozenset[str]
    certainty: str
    ghost: tuple[str, ...] = ()


def identifications(
    projects: Iterable[CameraProject],
    species: str | None = None,
    start: datetime.datetime | None = None,
    end: datetime.datetime | None = None,
    *,
    waiting: bool = False,
) -> list[Identification]:
    """Who was seen where and when, by time; `species` is a scientific name, `end` is not included.

    `waiting` adds those that wait for a second person. Merges and splits are followed. Animals that may be
    ghosts say why: see `ghosts`.
    """
    states = [Encounter.State.KNOWN] + ([Encounter.State.SECOND] if waiting else [])
    rows = (
        Encounter.objects.filter(project__in=list(projects), state__in=states, gone=None)
        .exclude(animal=None)
        .select_related("animal__office")
        .order_by("start", "pk")
    )
    if species:
        rows = rows.filter(species=binomial(species))
    if start:
        rows = rows.filter(start__gte=start)
    if end:
        rows = rows.filter(start__lt=end)
    found = list(rows)
    sides = _sides(found)
    people = {pk: current.certainty for pk, current in views(found).items()}
    doubts = ghosts({one.animal_id for one in found if one.animal_id})
    return [
        Identification(
            one.animal,
            one.uuid,
            one.project_id,
            one.deployment_id,
            one.event_id,
            one.start,
            one.end,
            sides.get(one.pk, frozenset()),
            people[one.pk],
            doubts.get(one.animal_id or 0, ()),
        )
        for one in found
        if one.animal is not None
    ]


def _sides(encounters: Collection[Encounter]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    told = Flank.objects.filter(encounter__in=encounters, ended=None).exclude(side=Flank.Side.UNKNOWN)
    for encounter, side in told.values_list("encounter", "side"):
        found.setdefault(encounter, set()).add(side)
    return {pk: frozenset(sides) for pk, sides in found.items()}


def views(encounters: Collection[Encounter]) -> dict[int, View]:
    """The current view of each encounter, by primary key, with merges and splits followed."""
    offices = CameraProject.objects.filter(pk__in={one.project_id for one in encounters})
    now = standing(list(offices.values_list("office", flat=True).distinct()))
    said: dict[int, list[Said]] = {one.pk: [] for one in encounters}
    names = {one.pk: str(one.uuid) for one in encounters}
    for row in IdentityStatement.objects.filter(encounter__in=encounters, retracted=None):
        animal = now.of(row.animal_id, names[row.encounter_id]) if row.animal_id else None
        person = None if row.source == IdentityStatement.Source.IMPORT else row.said_by_id
        said[row.encounter_id].append(
            Said(row.pk, person, row.verdict, animal, bool(row.evidence.get("sure")))
        )
    return {pk: view(statements) for pk, statements in said.items()}


def ghosts(animals: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Why an animal may be a ghost (another one in truth), by primary key; those without reason are absent.

    "single": known from one encounter alone; "poor": no flank of it has a fair picture; "one-flank": only the
    left or only the right flank is known, so that its other flank may be taken for another animal.
    """
    seen = Encounter.objects.filter(animal__in=animals, gone=None)
    counts = dict(seen.values_list("animal").annotate(n=Count("pk")))
    sides: dict[int, set[str]] = {}
    best: dict[int, float] = {}
    drawn = Flank.objects.filter(encounter__animal__in=animals, encounter__gone=None, ended=None)
    for animal, side, quality in drawn.values_list("encounter__animal", "side", "quality"):
        sides.setdefault(animal, set()).add(side)
        best[animal] = max(best.get(animal, 0.0), quality or 0.0)
    found: dict[int, tuple[str, ...]] = {}
    for animal in animals:
        reasons = []
        if counts.get(animal, 0) == 1:
            reasons.append("single")
        if animal in best and best[animal] < POOR:
            reasons.append("poor")
        if len(sides.get(animal, set()) & {"left", "right"}) == 1:
            reasons.append("one-flank")
        if reasons:
            found[animal] = tuple(reasons)
    return found


def offices_for(person: Any, verb: Verb = Verb.VIEW) -> "QuerySet[Office]":
    """The offices whose pictures of animals the person may see, or with another verb work on."""
    return offices_where(person, verb, Subject.CAMERAS)


def encounters_for(person: Any, verb: Verb = Verb.VIEW) -> "QuerySet[Encounter]":
    """The encounters of those offices."""
    return Encounter.objects.filter(project__office__in=offices_for(person, verb), gone=None).select_related(
        "project__office", "deployment__station", "animal"
    )


def flanks_of(encounter: Encounter) -> list[Flank]:
    """The flanks of an encounter as they are drawn now, the best first."""
    rows = encounter.flanks.filter(ended=None).select_related("media")
    return sorted(rows, key=lambda one: (-(one.quality or 0.0), one.pk))


def unscored(office: Office, species: str) -> "QuerySet[Flank]":
    """Flanks whose features were not taken yet, and those that have none: nothing is dropped silently."""
    return Flank.objects.filter(
        Q(features="") | Q(points=0),
        encounter__project__office=office,
        encounter__species=species,
        encounter__gone=None,
        ended=None,
    ).select_related("media", "encounter")


def opinions_in(encounter: Encounter) -> list[Said]:
    """What persons say of an encounter that stands, one opinion each; the source of a record is no person."""
    rows = encounter.statements.filter(retracted=None, source=IdentityStatement.Source.REVIEW)
    said = [Said(row.pk, row.said_by_id, row.verdict, row.animal_id) for row in rows]
    return list(opinions_of(said).values())
