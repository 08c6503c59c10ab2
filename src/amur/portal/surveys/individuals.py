"""Who was met where and when, for capture histories: the identifications of people in the terms of a survey.

Offices that know an animal together give it one passport, so that it has one name here and counts once where
two offices analyse their surveys together.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from amur.portal.animals.models import Animal, Sex
from amur.portal.animals.queries import kin
from amur.portal.cameras.models import CameraProject
from amur.portal.identity.queries import binomial, identifications
from amur.portal.species.queries import scientific_name
from amur.science.cameras.sample import LEFT, RIGHT

__all__ = ["Met", "Who", "binomial", "met_in"]

_SIDES: Final = {"left": LEFT, "right": RIGHT}
_SEXES: Final = {Sex.FEMALE.value: "F", Sex.MALE.value: "M"}


@dataclass(frozen=True, slots=True)
class Who:
    """A known animal: its name here, its sex "F", "M" or "", the name of its mother or "", its binomial.

    `doubts` say why it may be a ghost, another animal in truth: see `identity.queries.ghosts`.
    """

    name: str
    sex: str = ""
    mother: str = ""
    species: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Met:
    """A known animal was met: at a deployment, in a sequence, seen from a side.

    `weak`: its pictures hardly match those of the animal, see `identity.queries.weak`.
    """

    who: Who
    deployment: int
    event: int | None
    time: datetime.datetime
    side: int
    weak: bool = False


def met_in(
    projects: Sequence[CameraProject],
    start: datetime.datetime,
    end: datetime.datetime,
    species: str = "",
) -> list[Met]:
    """The meetings of known animals in projects between two instants, by time.

    `species` is a scientific name, of which the first two words count. Those that wait for a second person
    are not there yet.
    """
    known: dict[int, Who] = {}
    found = []
    for one in identifications(projects, species or None, start, end):
        who = known.get(one.animal.pk)
        if who is None:
            who = known[one.animal.pk] = Who(
                name_of(one.animal),
                _SEXES.get(one.animal.sex, ""),
                _mother_of(one.animal),
                binomial(species or scientific_name(one.animal.species_key) or ""),
                one.ghost,
            )
        side = sum(_SIDES[each] for each in one.sides)
        found.append(Met(who, one.deployment, one.event, one.start, side, one.weak))
    return found


def name_of(animal: Animal) -> str:
    """The passport, which offices share, else the key of the office's own record."""
    return animal.passport or animal.key


def _mother_of(animal: Animal) -> str:
    mothers = {name_of(mother) for mother, _statement in kin(animal).mothers}
    return mothers.pop() if len(mothers) == 1 else ""
