"""The list of an office's animals: filters, and when each was seen last. Called by the views."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise

from amur.portal.animals import lives, queries
from amur.portal.animals.models import Animal, HomeName, Sex, Status
from amur.portal.offices.policies import Subject, Verb, offices_where

STATUSES: Final[list[tuple[str, str | Promise]]] = [(one.value, one.label) for one in Status]
SEXES: Final[list[tuple[str, str | Promise]]] = [(one.value, one.label) for one in Sex]


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to; empty stands for everything. `since` is a year."""

    species: str = ""
    status: str = ""
    sex: str = ""
    since: str = ""
    words: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Filter":
        """The filter that an address names; what is no value of a filter is left out.

        >>> Filter.of({"sex": "female", "since": "x"})
        Filter(species='', status='', sex='female', since='', words='')
        """
        since = str(given.get("since", ""))
        return cls(
            species=str(given.get("species", ""))[:120],
            status=str(given.get("status", "")) if given.get("status") in Status.values else "",
            sex=str(given.get("sex", "")) if given.get("sex") in (*Sex.values, "none") else "",
            since=since if since.isdigit() and len(since) == 4 else "",
            words=str(given.get("words", ""))[:120].strip(),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """An animal of the list: seen first and last, how often, why it may be a ghost, its best flank.

    What the visits tell is None and empty for people without a right to camera records.
    """

    animal: Animal
    names: tuple[str, ...]
    first: datetime.datetime | None = None
    last: datetime.datetime | None = None
    visits: int | None = None
    ghost: tuple[str, ...] = ()
    flank: Any = None


def may_see_pictures(person: Any) -> bool:
    """Whether the person sees camera records of any office."""
    return offices_where(person, Verb.VIEW, Subject.CAMERAS).exists()


def rows(person: Any, chosen: Filter) -> list[Row]:
    """The animals that the person may see, those merged into another one left out, last seen first."""
    found = list(_filtered(person, chosen))
    now = queries.standing({one.office_id for one in found})
    heads = [one for one in found if now.of(one.pk) == one.pk]
    names = _home_names([one.pk for one in heads])
    seen = lives.sightings([one.pk for one in heads], person)
    listed = []
    for one in heads:
        sight = seen.get(one.pk)
        if chosen.since and (sight is None or sight.last.year < int(chosen.since)):
            continue
        known = tuple(names.get(one.pk, ()))
        if chosen.words and not _matches(one, known, chosen.words):
            continue
        listed.append(
            Row(one, known, sight.first, sight.last, sight.visits, sight.ghost, sight.flank)
            if sight
            else Row(one, known)
        )
    never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return sorted(listed, key=lambda row: (row.last or never, row.animal.pk), reverse=True)


def _filtered(person: Any, chosen: Filter) -> Any:
    found = queries.rows_for(person)
    if chosen.species:
        found = found.filter(species_key=chosen.species)
    if chosen.status:
        found = found.filter(status=chosen.status)
    if chosen.sex:
        found = found.filter(sex="" if chosen.sex == "none" else chosen.sex)
    return found


def _home_names(animals: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = HomeName.objects.filter(animal__in=animals, retracted=None).order_by("pk")
    for animal, name in rows.values_list("animal", "name"):
        found.setdefault(animal, []).append(name)
    return found


def _matches(animal: Animal, names: tuple[str, ...], words: str) -> bool:
    texts = [*names, animal.passport or "", *(one.text for one in animal.names.texts.values())]
    return any(words.casefold() in text.casefold() for text in texts)
