"""When and where animals were seen, for the catalogue: raw, for people with a right to camera records."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min

from amur.portal.animals.models import Animal
from amur.portal.animals.queries import current, members
from amur.portal.identity import queries
from amur.portal.identity.models import Encounter, Flank
from amur.portal.identity.presenting import GHOSTS
from amur.portal.offices.policies import Subject, Verb, may

BEST = 3
"""So many best pictures of each flank stand on a passport."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """When an animal was seen first and last, how often, why it may be a ghost, its best picture."""

    first: datetime.datetime
    last: datetime.datetime
    visits: int
    ghost: tuple[str, ...]
    flank: Flank | None


def sightings(animals: Collection[int], person: Any) -> dict[int, Sighting]:
    """The sightings of animals by primary key, of the offices whose camera records the person may see."""
    rows = Encounter.objects.filter(
        animal__in=animals, gone=None, project__office__in=queries.offices_for(person)
    )
    found = (
        rows.values("animal").annotate(first=Min("start"), last=Max("start"), visits=Count("pk")).order_by()
    )
    seen = {row["animal"]: row for row in found}
    doubts = queries.ghosts(list(seen))
    best: dict[int, Flank] = {}
    drawn = Flank.objects.filter(
        encounter__animal__in=seen, encounter__gone=None, ended=None, media__sha256__isnull=False
    ).select_related("encounter", "media")
    for flank in drawn:
        animal = flank.encounter.animal_id or 0
        if animal not in best or (flank.quality or 0.0) > (best[animal].quality or 0.0):
            best[animal] = flank
    return {
        pk: Sighting(row["first"], row["last"], row["visits"], doubts.get(pk, ()), best.get(pk))
        for pk, row in seen.items()
    }


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of an animal's life, with the sides that were seen."""

    encounter: Encounter
    sides: frozenset[str]

    @property
    def label(self) -> str:
        """Day, station and sides in words."""
        names = ", ".join(str(Flank.Side(side).label) for side in sorted(self.sides))
        day = f"{self.encounter.start:%Y-%m-%d}"
        return " · ".join(part for part in (day, str(self.encounter.deployment.station), names) if part)


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a life line: how often each flank was seen, and how often neither can be told."""

    year: int
    left: int
    right: int
    neither: int


@dataclass(frozen=True, slots=True)
class Life:
    """The visits of an animal, by time; its best pictures by side; why it may be a ghost."""

    visits: list[Visit]
    years: list[Year]
    best: list[tuple[str, list[Flank]]]
    warnings: list[Any]


def life_of(animal: Animal, person: Any) -> Life | None:
    """The life of an animal (as it is called now), None for people who may not see camera records."""
    if not may(person, Verb.VIEW, Subject.CAMERAS, animal.office_id):
        return None
    head = current(animal)
    rows = list(
        Encounter.objects.filter(animal__in=members(head), gone=None)
        .select_related("deployment__station", "project")
        .order_by("start", "pk")
    )
    sides = queries.sides_of(rows)
    visits = [Visit(one, sides.get(one.pk, frozenset())) for one in rows]
    return Life(
        visits,
        years_of(visits),
        _best(rows),
        [GHOSTS[reason] for reason in queries.ghosts([head.pk]).get(head.pk, ())] if rows else [],
    )


def years_of(visits: Collection[Visit]) -> list[Year]:
    """The years from the first to the last visit, those without any among them."""
    if not visits:
        return []
    by_year: dict[int, list[Visit]] = {}
    for one in visits:
        by_year.setdefault(one.encounter.start.year, []).append(one)
    return [
        Year(
            year,
            sum("left" in one.sides for one in by_year.get(year, ())),
            sum("right" in one.sides for one in by_year.get(year, ())),
            sum(not one.sides for one in by_year.get(year, ())),
        )
        for year in range(min(by_year), max(by_year) + 1)
    ]


def _best(encounters: Collection[Encounter]) -> list[tuple[str, list[Flank]]]:
    rows = Flank.objects.filter(
        encounter__in=encounters, ended=None, media__sha256__isnull=False
    ).select_related("media")
    ordered = sorted(rows, key=lambda one: (-(one.quality or 0.0), one.pk))
    found = [
        (str(side.label), [one for one in ordered if one.side == side.value][:BEST]) for side in Flank.Side
    ]
    return [(label, some) for label, some in found if some]
