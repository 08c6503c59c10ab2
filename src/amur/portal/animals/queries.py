"""Questions to the known individuals: which one is it now, what is said of it, who may see its passport."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from amur.portal.animals import folding
from amur.portal.animals.models import Animal, Change, Family, HomeName, Trait
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may, offices_where
from amur.portal.species.models import Species


@dataclass(frozen=True, slots=True)
class Standing:
    """The merges and splits of an office's animals that stand: `of` tells who an identification is now."""

    heads: Mapping[int, int]
    moves: Mapping[tuple[str, int], int]

    def of(self, animal: int, identification: str = "") -> int:
        """The animal that was identified, as it is called now; `identification` is an encounter's UUID."""
        return folding.settled(identification, animal, self.moves, self.heads)


def standing(offices: Collection[int]) -> Standing:
    """The merges and splits that stand in some offices. Two queries' worth of rows at most."""
    rows = Change.objects.filter(animal__office__in=offices, retracted=None).values_list(
        "pk", "kind", "animal", "into", "moved"
    )
    merges = [(animal, into) for _pk, kind, animal, into, _moved in rows if kind == Change.Kind.MERGE]
    splits = [(pk, animal, into, what) for pk, kind, animal, into, what in rows if kind == Change.Kind.SPLIT]
    return Standing(folding.merged(merges), folding.moved(splits))


def current(animal: Animal) -> Animal:
    """The animal that this one is now: itself, or the one into which it was merged."""
    head = standing([animal.office_id]).of(animal.pk)
    return animal if head == animal.pk else Animal.objects.get(pk=head)


def currents(animals: Iterable[int]) -> dict[int, int]:
    """The same for many animals, by primary key."""
    wanted = list(animals)
    offices = Animal.objects.filter(pk__in=wanted).values_list("office", flat=True).distinct()
    now = standing(list(offices))
    return {one: now.of(one) for one in wanted}


def sharing_a_passport(animals: Iterable[int]) -> dict[int, str]:
    """The passport of each animal that has one, by primary key: rows of two offices that share it are one."""
    found = Animal.objects.filter(pk__in=list(animals)).exclude(passport=None).values_list("pk", "passport")
    return {pk: passport for pk, passport in found if passport is not None}


def rows_for(person: Any) -> "QuerySet[Animal]":
    """The animals whose passports the person may see, those that were merged away among them."""
    offices = offices_where(person, Verb.VIEW, Subject.ANIMALS)
    return Animal.objects.select_related("office").filter(office__in=offices)


def find(person: Any, uuid: UUID) -> Animal | None:
    """An animal, for people who may see its passport."""
    return rows_for(person).filter(uuid=uuid).first()


def offices_for(person: Any, verb: Verb = Verb.CHANGE) -> "QuerySet[Office]":
    """The offices for whose animals the person may do something."""
    return offices_where(person, verb, Subject.ANIMALS)


def may_change(person: Any, animal: Animal) -> bool:
    """Whether the person may say something about an animal."""
    return may(person, Verb.CHANGE, Subject.ANIMALS, animal.office_id)


def heads_of(office: Office, species_keys: Collection[str] | None = None) -> list[Animal]:
    """The animals of an office that are merged into no other one."""
    rows = Animal.objects.filter(office=office)
    if species_keys is not None:
        rows = rows.filter(species_key__in=species_keys)
    now = standing([office.pk])
    return [one for one in rows if now.of(one.pk) == one.pk]


def species_with_coat(binomial: str) -> list[str]:
    """The keys of the species in the list whose coat is that of a binomial, subspecies among them."""
    rows = Species.objects.filter(Q(scientific_name=binomial) | Q(scientific_name__startswith=f"{binomial} "))
    return list(rows.values_list("key", flat=True))


def traits(animal: Animal, *, also_retracted: bool = False) -> list[Trait]:
    """What was said of an animal and of those merged into it, the latest day first."""
    rows = Trait.objects.select_related("said_by").filter(animal__in=members(animal))
    rows = rows if also_retracted else rows.filter(retracted=None)
    return sorted(rows, key=lambda one: (one.on, one.pk), reverse=True)


def members(animal: Animal) -> list[int]:
    """The animals that are this one now, itself first."""
    heads = standing([animal.office_id]).heads
    return [animal.pk, *sorted(one for one, head in heads.items() if head == animal.pk and one != animal.pk)]


def names_at_home(animal: Animal) -> list[HomeName]:
    """How offices call an animal, those merged into it among them, in the order in which it was said."""
    rows = HomeName.objects.select_related("of_office").filter(animal__in=members(animal), retracted=None)
    return list(rows.order_by("pk"))


@dataclass(frozen=True, slots=True)
class Kin:
    """The mother of an animal and its cubs, with the statements that say so."""

    mothers: list[tuple[Animal, Family]] = field(default_factory=list)
    cubs: list[tuple[Animal, Family]] = field(default_factory=list)


def kin(animal: Animal) -> Kin:
    """Mother and cubs of an animal as they are called now, by the statements that stand."""
    mine = members(animal)
    links = Family.objects.select_related("mother", "cub").filter(retracted=None)
    return Kin(
        [(current(one.mother), one) for one in links.filter(cub__in=mine)],
        [(current(one.cub), one) for one in links.filter(mother__in=mine)],
    )


def changes(animal: Animal) -> list[Change]:
    """All merges and splits of an animal, those taken back among them, newest first."""
    mine = members(animal)
    rows = Change.objects.select_related("animal", "into", "said_by", "retracted_by")
    return list(rows.filter(Q(animal__in=mine) | Q(into__in=mine)).order_by("-pk"))
