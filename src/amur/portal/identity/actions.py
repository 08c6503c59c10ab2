"""The verbs of the room: drawing flanks, saying who it is, taking it back. Who may is asked before.

Nothing here decides by itself: a search suggests, people say, and what they said can be taken back.
"""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amur.portal.animals import actions as animals
from amur.portal.animals.models import Animal, Trait
from amur.portal.animals.queries import current, species_with_coat
from amur.portal.audit.actions import batch
from amur.portal.cameras.models import CameraProject, Observation
from amur.portal.identity.folding import SURE, State
from amur.portal.identity.models import Encounter, Flank, IdentityStatement, Search
from amur.portal.identity.queries import opinions_in, views
from amur.portal.languages.codes import as_language
from amur.portal.offices.models import Office, Person

Verdict = IdentityStatement.Verdict
SEEN: Final = 5
"""So many candidates of a search are kept with what was said: from them probabilities are learned."""


class Unfit(ValueError):
    """Something that cannot be said or drawn; the text tells a person why."""


def speak(
    encounter: Encounter,
    verdict: str,
    person: Person,
    animal: Animal | None = None,
    *,
    name: str = "",
    also: Encounter | None = None,
) -> IdentityStatement:
    """Say of an encounter that it is an animal, is a new one, is not an animal, or cannot be told.

    A new animal gets a passport, not published, under `name`; where somebody else has said so already, it is
    that one. `also` is an encounter without a name that shows the same new animal. Raises Unfit.
    """
    kind = Verdict(verdict)
    if kind in (Verdict.SAME, Verdict.DIFFERENT) and animal is None:
        raise Unfit(_("Say which animal."))
    if animal is not None and animal.office_id != encounter.project.office_id:
        raise Unfit(_("The animal belongs to another office."))
    if animal is not None and animal.species_key not in species_with_coat(encounter.species):
        raise Unfit(_("The animal is of another species."))
    with batch():
        blind = any(said.person != person.pk for said in opinions_in(encounter))
        if kind == Verdict.NEW:
            animal = _announced(encounter, person) or _new(encounter, name)
        elif kind == Verdict.UNTOLD:
            animal = None
        said = IdentityStatement.objects.create(
            encounter=encounter,
            verdict=kind,
            animal=animal,
            said_by=person,
            blind=blind and encounter.state == State.SECOND,
            evidence=evidence_of(encounter, animal),
        )
        if also is not None and animal is not None and kind == Verdict.NEW:
            _say_also(also, animal, person, encounter)
        refresh([encounter] + ([also] if also is not None else []))
    return said


def _say_also(also: Encounter, animal: Animal, person: Person, with_: Encounter) -> None:
    if also.project.office_id != with_.project.office_id or also.species != with_.species:
        raise Unfit(_("The other visit is of another office or species."))
    IdentityStatement.objects.create(
        encounter=also,
        verdict=Verdict.NEW,
        animal=animal,
        said_by=person,
        evidence={"together_with": str(with_.uuid)},
    )


def _announced(encounter: Encounter, person: Person) -> Animal | None:
    """The new animal that somebody else has seen in this encounter."""
    row = (
        encounter.statements.filter(verdict=Verdict.NEW, retracted=None)
        .exclude(said_by=person)
        .select_related("animal")
        .last()
    )
    return current(row.animal) if row is not None and row.animal is not None else None


def _new(encounter: Encounter, name: str) -> Animal:
    keys = species_with_coat(encounter.species)
    if not keys:
        raise Unfit(
            _("%(species)s is not among the species of the centre; add it there first.")
            % {"species": encounter.species}
        )
    return animals.new_animal(encounter.project.office, keys[0], name.strip(), as_language(get_language()))


def evidence_of(encounter: Encounter, animal: Animal | None) -> dict[str, Any]:
    """What the last search showed the person: the rank of the animal and the candidates before and after."""
    search = Search.objects.filter(encounter=encounter).first()
    if search is None:
        return {}
    numbers = ("score", "inliers", "quality", "same_station", "probability", "cosine")
    seen = [
        {"animal": one.get("animal"), **{name: one.get(name) for name in numbers}}
        for one in search.candidates[:SEEN]
    ]
    found: dict[str, Any] = {"calibrated": search.calibrated, "new": search.new, "seen": seen}
    for rank, one in enumerate(search.candidates, 1):
        if animal is not None and one.get("animal") == animal.pk:
            found |= {"rank": rank, **{name: one.get(name) for name in numbers}}
            found["sure"] = bool(search.calibrated and (one.get("probability") or 0.0) >= SURE)
    return found


def retract(statement: IdentityStatement, person: Person) -> None:
    """Take back what was said of an encounter."""
    with batch():
        animals.retract(statement, person)
        refresh([statement.encounter])


def refresh(encounters: Iterable[Encounter]) -> None:
    """Bring state and animal of encounters up to what stands."""
    rows = list(encounters)
    for pk, current_view in views(rows).items():
        Encounter.objects.filter(pk=pk).update(state=current_view.state.value, animal=current_view.animal)
    for row in rows:
        row.refresh_from_db(fields=["state", "animal"])


def refresh_office(office: Office) -> None:
    """The same for all encounters of an office of which something was said: after merges and splits."""
    rows = Encounter.objects.filter(project__office=office, statements__isnull=False).distinct()
    refresh(rows)


def draw(
    flank: Flank, person: Person, *, side: str | None = None, box: Sequence[float] | None = None
) -> Flank:
    """Draw a flank anew: its side, or its box as shares of the picture (left, top, width, height).

    The features stay where only the side changes. Raises Unfit.
    """
    left, top, width, height = box or (flank.left, flank.top, flank.width, flank.height)
    if not (0 <= left < left + width <= 1.001 and 0 <= top < top + height <= 1.001):
        raise Unfit(_("The box must lie inside the picture and have an area."))
    if side is not None and side not in Flank.Side.values:
        raise Unfit(_("A side is left, right or unknown."))
    same = box is None
    with transaction.atomic():
        if not Flank.objects.filter(pk=flank.pk, ended=None).update(ended=timezone.now()):
            raise Unfit(_("Somebody has drawn this flank anew meanwhile; look at it again."))
        return Flank.objects.create(
            encounter_id=flank.encounter_id,
            media_id=flank.media_id,
            observation_id=flank.observation_id,
            left=left,
            top=top,
            width=min(width, 1 - left),
            height=min(height, 1 - top),
            side=side or flank.side,
            origin=flank.origin if same else Flank.Origin.PERSON,
            quality=flank.quality if same else None,
            points=flank.points if same else None,
            features=flank.features if same else "",
            problem=flank.problem if same else "",
            drawn_by=person,
        )


def other_side(flank: Flank, person: Person) -> Flank:
    """A second flank in the same picture, to be drawn by the person: one frame that shows both sides."""
    sides = {"left": Flank.Side.RIGHT, "right": Flank.Side.LEFT}
    return Flank.objects.create(
        encounter_id=flank.encounter_id,
        media_id=flank.media_id,
        side=sides.get(flank.side, Flank.Side.UNKNOWN),
        origin=Flank.Origin.WHOLE,
        drawn_by=person,
    )


def drop(flank: Flank) -> None:
    """End a flank that shows no coat, without another one in its place."""
    Flank.objects.filter(pk=flank.pk, ended=None).update(ended=timezone.now())


def separate(encounter: Encounter, flanks: Collection[Flank], person: Person) -> Encounter:
    """Say that some flanks of an encounter show another animal; gives its encounter."""
    if not flanks or any(one.encounter_id != encounter.pk for one in flanks):
        raise Unfit(_("Choose the pictures that show the other animal."))
    if encounter.flanks.filter(ended=None).exclude(pk__in=[one.pk for one in flanks]).count() == 0:
        raise Unfit(_("All pictures would go; at least one has to stay."))
    with transaction.atomic():
        same = Encounter.objects.filter(
            event=encounter.event, species=encounter.species, individual=encounter.individual
        )
        last = same.aggregate(last=Max("number"))["last"] if encounter.event_id else encounter.number
        other = Encounter.objects.create(
            project=encounter.project,
            deployment=encounter.deployment,
            event=encounter.event,
            species=encounter.species,
            individual=encounter.individual,
            number=(last or 0) + 1,
            start=encounter.start,
            end=encounter.end,
        )
        Flank.objects.filter(pk__in=[one.pk for one in flanks]).update(encounter=other)
        Search.objects.filter(encounter=encounter).delete()
    return other


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """What became of the names of a source: new animals, and encounters that are identified by them."""

    animals: int
    encounters: int


def take_names(project: CameraProject, person: Person) -> Taken:
    """Take the individuals that the source of imported records names for animals of the office.

    A name that is a home name of an animal already leads to it; other names become new animals. Encounters
    of which anything was said are left alone.
    """
    rows = Encounter.objects.filter(project=project, gone=None, statements=None).exclude(individual="")
    known: dict[tuple[str, str], Animal] = {}
    made = 0
    with batch():
        encounters = list(rows.select_related("project__office"))
        for encounter in encounters:
            key = (encounter.species, encounter.individual)
            if key not in known:
                known[key], new = _called(encounter, person)
                made += new
            IdentityStatement.objects.create(
                encounter=encounter,
                verdict=Verdict.SAME,
                animal=known[key],
                said_by=person,
                source=IdentityStatement.Source.IMPORT,
                evidence={"named": encounter.individual},
            )
        for (_species, name), animal in known.items():
            _say_sex(project, name, animal, person)
        refresh(encounters)
    return Taken(made, len(encounters))


def _say_sex(project: CameraProject, name: str, animal: Animal, person: Person) -> None:
    """Take over the sex of an animal where all records that name it agree and nothing is known yet."""
    rows = Observation.objects.filter(project=project, individual=name, ended=None).exclude(sex="")
    told = set(rows.order_by().values_list("sex", flat=True))
    if len(told) == 1 and not animal.sex:
        animals.say(animal, Trait.Kind.SEX, told.pop(), person, certainty=Trait.Certainty.PROBABLE)


def _called(encounter: Encounter, person: Person) -> tuple[Animal, int]:
    """The animal of the office with that home name, or a new one; 1 when it is new."""
    office, name = encounter.project.office, encounter.individual
    keys = species_with_coat(encounter.species)
    row = (
        Animal.objects.filter(office=office, species_key__in=keys)
        .filter(Q(home_names__name=name, home_names__retracted=None) | Q(passport=name))
        .first()
    )
    if row is not None:
        return current(row), 0
    animal = _new(encounter, name)
    animals.name_at_home(animal, name, person, office=office)
    return animal, 1


def accept_group(encounters: Sequence[Encounter], person: Person, name: str = "") -> Animal:
    """Say that a suggested group of encounters without names is one new animal; a second person is asked."""
    if any(opinions_in(one) for one in encounters) or not encounters:
        raise Unfit(_("Something was said of these visits meanwhile; look at the suggestions again."))
    with batch():
        first = speak(encounters[0], Verdict.NEW, person, name=name)
        animal = first.animal
        assert animal is not None  # noqa: S101 - a new animal was said
        for other in encounters[1:]:
            _say_also(other, animal, person, encounters[0])
        refresh(encounters)
    return animal
