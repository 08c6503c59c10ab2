"""What the pages show: an encounter with its candidates, prepared for one person. Called by the views.

Whoever has not spoken yet does not see what others have said, nor whom they have named: opinions stay blind.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amur.portal.animals.models import Animal
from amur.portal.animals.queries import standing
from amur.portal.identity import queries
from amur.portal.identity.models import Encounter, Flank, IdentityStatement, Search
from amur.portal.offices.models import Person
from amur.portal.offices.policies import Subject, Verb, may

SIDES: Final = (Flank.Side.LEFT, Flank.Side.RIGHT, Flank.Side.UNKNOWN)
GHOSTS: Final[dict[str, str | Promise]] = {
    "single": _("Known from a single visit: it may be an animal that is known already."),
    "poor": _("No picture of it is good: people err with such pictures."),
    "one-flank": _("Only one flank is known: its other flank may be taken for another animal."),
}
PROBLEMS: Final[dict[str, str | Promise]] = {
    "": _("waits to be described"),
    "no-bytes": _("only the record came in, without the picture"),
    "cannot-be-drawn": _("the picture cannot be drawn"),
    "no-box": _("the box has no pixels"),
    "no-features": _("nothing to compare was found: too dark, too blurred or too small"),
}
OPPOSITE_S: Final = 30
"""Cameras of one station that see the same species within so many seconds may see one animal's two flanks."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a chip, in percent from the left and from the top, with the number that both sides share."""

    number: int
    left: float
    top: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A picture of the visit and one of the candidate, with the places at which they agree."""

    mine: Flank
    theirs: Flank
    inliers: int
    mine_points: list[Point]
    theirs_points: list[Point]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An animal (or a visit without a name) that may be the one of the visit."""

    number: int
    animal: Animal | None
    other: Encounter | None
    probability: float | None
    score: float
    cosine: float | None
    same_station: bool
    pairs: list[Pair]
    flanks: list[tuple[str, list[Flank]]]
    warnings: list[str | Promise] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Review:
    """An encounter as one person may see it. `blind`: others have spoken, and the person has not."""

    encounter: Encounter
    flanks: list[Flank]
    search: Search | None
    candidates: list[Candidate]
    statements: list[IdentityStatement]
    opposite: list[tuple[Encounter, int]]
    blind: bool
    may_speak: bool


def review(encounter: Encounter, person: Person) -> Review:
    """Everything that the page of an encounter shows to a person."""
    search = Search.objects.filter(encounter=encounter).first()
    statements = list(encounter.statements.select_related("said_by", "animal", "retracted_by").order_by("pk"))
    blind = is_blind(statements, person)
    return Review(
        encounter=encounter,
        flanks=queries.flanks_of(encounter),
        search=search,
        candidates=_candidates(encounter, search, blind=blind),
        statements=[one for one in statements if one.said_by_id == person.pk] if blind else statements,
        opposite=opposite(encounter),
        blind=blind,
        may_speak=may(person, Verb.CHANGE, Subject.CAMERAS, encounter.project.office_id),
    )


def is_blind(statements: Iterable[IdentityStatement], person: Person) -> bool:
    """Whether others have an opinion that the person may not know yet."""
    opinions = [
        one
        for one in statements
        if one.stands
        and one.source == IdentityStatement.Source.REVIEW
        and one.verdict != IdentityStatement.Verdict.DIFFERENT
    ]
    speakers = {one.said_by_id for one in opinions}
    return len(speakers) == 1 and person.pk not in speakers


def _candidates(encounter: Encounter, search: Search | None, *, blind: bool) -> list[Candidate]:
    """The stored candidates with their rows, animals as they are called now, each animal once."""
    if search is None:
        return []
    now = standing([encounter.project.office_id])
    rows: list[tuple[dict[str, Any], int | None]] = []
    seen: set[int] = set()
    for one in search.candidates:
        animal = now.of(one["animal"]) if one.get("animal") else None
        if animal is None or animal not in seen:
            rows.append((one, animal))
        if animal is not None:
            seen.add(animal)
    animals = Animal.objects.select_related("office").in_bulk(list(seen))
    others = {
        str(one.uuid): one
        for one in Encounter.objects.filter(
            uuid__in=[one["encounter"] for one, _animal in rows if one.get("encounter")],
            gone=None,
            animal=None,
            project__office=encounter.project.office_id,
        )
    }
    flanks = _flanks_by_name(rows)
    doubts = queries.ghosts(seen)
    pictures = _pictures_of(seen, without=encounter if blind else None)
    found: list[Candidate] = []
    for one, animal in rows:
        other = others.get(one.get("encounter") or "")
        if animal not in animals and other is None:
            continue
        found.append(
            Candidate(
                number=len(found) + 1,
                animal=animals.get(animal or 0),
                other=other,
                probability=one.get("probability"),
                score=one["score"],
                cosine=one.get("cosine"),
                same_station=one["same_station"],
                pairs=_pairs(one["pictures"], flanks),
                flanks=_by_side(pictures.get(animal or 0) or (queries.flanks_of(other) if other else [])),
                warnings=[GHOSTS[reason] for reason in doubts.get(animal or 0, ())],
            )
        )
    return found


def _flanks_by_name(rows: Sequence[tuple[dict[str, Any], int | None]]) -> dict[str, Flank]:
    names = {
        name
        for one, _animal in rows
        for picture in one["pictures"]
        for name in (picture["mine"], picture["theirs"])
    }
    drawn = Flank.objects.select_related("media").filter(uuid__in=names, ended=None)
    return {str(one.uuid): one for one in drawn}


def _pictures_of(animals: Iterable[int], without: Encounter | None) -> dict[int, list[Flank]]:
    """The flanks of animals, the best first; those of an encounter that is judged blind left out."""
    rows = Flank.objects.select_related("media", "encounter").filter(
        encounter__animal__in=list(animals), encounter__gone=None, ended=None
    )
    if without is not None:
        rows = rows.exclude(encounter=without)
    found: dict[int, list[Flank]] = {}
    for row in sorted(rows, key=lambda one: (-(one.quality or 0.0), one.pk)):
        found.setdefault(row.encounter.animal_id or 0, []).append(row)
    return found


def _pairs(pictures: Iterable[dict[str, Any]], flanks: dict[str, Flank]) -> list[Pair]:
    """The pairs whose pictures are still drawn as they were when they were compared."""
    return [
        Pair(
            flanks[one["mine"]],
            flanks[one["theirs"]],
            one["inliers"],
            [Point(k, *_percent(place[:2])) for k, place in enumerate(one["places"], 1)],
            [Point(k, *_percent(place[2:])) for k, place in enumerate(one["places"], 1)],
        )
        for one in pictures
        if one["mine"] in flanks and one["theirs"] in flanks
    ]


def _percent(place: Sequence[float]) -> tuple[float, float]:
    return round(100 * place[0], 2), round(100 * place[1], 2)


def _by_side(flanks: Iterable[Flank]) -> list[tuple[str, list[Flank]]]:
    rows = list(flanks)
    found = [(str(side.label), [one for one in rows if one.side == side]) for side in SIDES]
    return [(label, some) for label, some in found if some]


def opposite(encounter: Encounter) -> list[tuple[Encounter, int]]:
    """Visits that another camera of the station saw at nearly the same time, with the seconds between."""
    margin = datetime.timedelta(seconds=OPPOSITE_S)
    rows = (
        Encounter.objects.filter(
            project=encounter.project_id,
            species=encounter.species,
            deployment__station=encounter.deployment.station_id,
            start__lte=encounter.end + margin,
            end__gte=encounter.start - margin,
            gone=None,
        )
        .exclude(deployment=encounter.deployment_id)
        .select_related("deployment", "animal")
        .order_by("start", "pk")
    )
    return [(one, round(abs((one.start - encounter.start).total_seconds()))) for one in rows]
