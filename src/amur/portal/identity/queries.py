"""Questions to the identifications: who was seen where and when, what waits for people, who may be a ghost.

For capture histories `identifications` is the one to ask. People of the owning office with a right to camera
records alone may see what is found here.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from amur.portal.animals.models import Animal
from amur.portal.animals.queries import standing
from amur.portal.cameras.models import CameraProject
from amur.portal.identity.folding import Said, View, opinions_of, view
from amur.portal.identity.models import Encounter, Flank, GalleryState, IdentityStatement
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, offices_where

MARKED: Final = ("Panthera tigris", "Panthera pardus", "Panthera uncia", "Lynx lynx")
"""Species whose coats tell individuals apart; subspecies are looked up by their first two words."""
POOR: Final = 0.35
"""A flank below this quality is poor: people err with such pictures."""
WEAK: Final = 0.5
"""Below this calibrated probability two visits are likelier of two animals than of one."""
HARDLY: Final = "weak"
"""The name of the queue of identifications to be looked at again, beside the states of encounters."""


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
    "one" person or the "source" of imported records. `animal` is the animal as it is called now. `weak`: the
    pictures hardly match, see `weak`.
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
    weak: bool = False


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
    sides = sides_of(found)
    people = {pk: current.certainty for pk, current in views(found).items()}
    doubts = ghosts({one.animal_id for one in found if one.animal_id})
    hardly = set(weak(rows).values_list("pk", flat=True))
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
            one.pk in hardly,
        )
        for one in found
        if one.animal is not None
    ]


def sides_of(encounters: Collection[Encounter]) -> dict[int, frozenset[str]]:
    """The flanks (left, right) seen in each encounter, by primary key; absent where none can be told."""
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
        if quality is not None:
            best[animal] = max(best.get(animal, 0.0), quality)
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


def weak(encounters: "QuerySet[Encounter]") -> "QuerySet[Encounter]":
    """Those of them that are called an animal although their pictures hardly match its own.

    Whoever said so saw a calibrated probability below `WEAK`, or the search had not found that animal. Where
    no calibrated search stands behind a word (imported records, a new animal) nothing is known.
    """
    said = IdentityStatement.objects.filter(
        encounter=OuterRef("pk"),
        verdict=IdentityStatement.Verdict.SAME,
        retracted=None,
        evidence__calibrated=True,
    )
    return encounters.filter(Exists(said), state=Encounter.State.KNOWN).exclude(
        Exists(said.filter(evidence__probability__gte=WEAK))
    )


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


def counts_by_state(office: Office, species: str) -> list[tuple[str, str, int]]:
    """How many encounters are in each state, and how many to look at again: code, words, number."""
    rows = Encounter.objects.filter(project__office=office, species=species, gone=None)
    counts = dict(rows.values_list("state").annotate(n=Count("pk")).order_by())
    states = [(state.value, str(state.label), counts.get(state.value, 0)) for state in Encounter.State]
    return [*states, (HARDLY, _("identified, but the pictures hardly match"), weak(rows).count())]


def in_state(encounters: "QuerySet[Encounter]", state: str) -> "QuerySet[Encounter]":
    """Those of a queue: in a state, or `HARDLY`."""
    return weak(encounters) if state == HARDLY else encounters.filter(state=state)


def commonest(office: Office) -> str:
    """The marked species that the office meets most often."""
    rows = Encounter.objects.filter(project__office=office, gone=None)
    found = rows.values_list("species").annotate(n=Count("pk")).order_by("-n").first()
    return found[0] if found else MARKED[0]


def first_flanks(encounters: Iterable[Encounter]) -> list[tuple[Encounter, Flank | None]]:
    """Each encounter with its best flank."""
    rows = list(encounters)
    best: dict[int, Flank] = {}
    for flank in Flank.objects.filter(encounter__in=rows, ended=None).select_related("media"):
        known = best.get(flank.encounter_id)
        if known is None or (flank.quality or 0.0) > (known.quality or 0.0):
            best[flank.encounter_id] = flank
    return [(one, best.get(one.pk)) for one in rows]


def next_for(person: Any, after: Encounter) -> Encounter | None:
    """The next encounter of the same gallery that waits for this person, by time."""
    spoken = IdentityStatement.objects.filter(said_by=person, retracted=None).exclude(
        verdict=IdentityStatement.Verdict.DIFFERENT
    )
    rows = (
        encounters_for(person, Verb.CHANGE)
        .filter(
            project__office=after.project.office_id,
            species=after.species,
            state__in=(Encounter.State.OPEN, Encounter.State.SECOND, Encounter.State.CONFLICT),
        )
        .exclude(pk=after.pk)
        .exclude(pk__in=spoken.values("encounter"))
        .order_by("start", "pk")
    )
    later = rows.filter(Q(start__gt=after.start) | Q(start=after.start, pk__gt=after.pk)).first()
    return later or rows.first()


def projects_with_names(office: Office, species: str) -> "QuerySet[CameraProject]":
    """The projects whose imported records name individuals of which nothing was said here yet."""
    named = Encounter.objects.filter(
        project__office=office, species=species, gone=None, statements=None
    ).exclude(individual="")
    return CameraProject.objects.filter(pk__in=named.values("project"))


def open_groups(state: GalleryState) -> list[dict[str, Any]]:
    """The suggested groups, without visits of which something was said meanwhile."""
    wanted = {name for one in state.groups for name in one["encounters"]}
    rows = Encounter.objects.filter(
        uuid__in=wanted, gone=None, state=Encounter.State.OPEN, project__office=state.office
    ).select_related("deployment__station")
    there = {str(one.uuid): (one, flank) for one, flank in first_flanks(rows)}
    found = []
    for one in state.groups:
        visits = [there[name] for name in one["encounters"] if name in there]
        if len(visits) > 1:
            found.append({**one, "visits": visits})
    return found


def people_by_key(office: Office) -> dict[int, str]:
    """How the people of an office are called."""
    rows = Person.objects.filter(Q(office=office) | Q(memberships__office=office)).distinct()
    return {one.pk: one.get_full_name() or one.username for one in rows}


def blind_opinions(office: Office, species: str) -> list[tuple[int, int, str]]:
    """Independent opinions of encounters: (encounter, person, answer); a first one and those said blindly."""
    rows = (
        IdentityStatement.objects.filter(
            encounter__project__office=office,
            encounter__species=species,
            source=IdentityStatement.Source.REVIEW,
            said_by__isnull=False,
        )
        .exclude(verdict=IdentityStatement.Verdict.DIFFERENT)
        .order_by("pk")
    )
    first: dict[int, int] = {}
    found: dict[tuple[int, int], str] = {}
    for row in rows:
        person = row.said_by_id or 0
        first.setdefault(row.encounter_id, person)
        if (row.encounter_id, person) in found or not (row.blind or first[row.encounter_id] == person):
            continue
        answer = row.verdict if row.verdict != "same" else f"same {row.animal_id}"
        found[row.encounter_id, person] = answer
    return [(encounter, person, answer) for (encounter, person), answer in found.items()]
